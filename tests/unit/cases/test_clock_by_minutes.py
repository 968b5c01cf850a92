"""Ten thousand histories: every clock of each, its light, and what it brings about, against counting each minute."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from tests.unit.cases.random_histories import PROFILES, WORLDS, random_history
from tests.unit.cases.slow_clock import (
    KINDS,
    SlowReading,
    World,
    order_opened_at,
    read_slowly,
    rules_of,
    slow_turns,
    stood,
)
from wangge.cases.rules import clock as product
from wangge.cases.rules.clock import ClockKind, Reading, pressing_clocks, read_clocks, running_clock
from wangge.cases.rules.lights import Turn, turns_of
from wangge.cases.types import Light, Step
from wangge.catalogue.types import DEFAULT_PROFILE

HISTORIES = 10_000
SEED = 20261123


def histories(number: int = HISTORIES) -> Iterator[tuple[World, list[Step], random.Random]]:
    dice = random.Random(SEED)
    for _ in range(number):
        yield *random_history(dice), dice


def test_ten_thousand_histories_against_counting_each_minute() -> None:
    compared: Counter[str] = Counter()
    for where, steps, dice in histories():
        at = _some_instant(where, steps, dice)
        readings = read_clocks(steps, PROFILES, where.calendar, at)
        for kind in ClockKind:
            slow = read_slowly(where, kind.value, steps, PROFILES, at)
            _compare(readings.get(kind), slow, where, at, (kind, at, steps))
            compared.update(_what_was_seen(kind, slow, where))
    _assert_everything_was_seen(compared)


def _some_instant(where: World, steps: Sequence[Step], dice: random.Random) -> datetime:
    """Anywhere in the history or after it; often about where a light turns."""
    warn_at = running_clock(steps, PROFILES, where.calendar).warn_at
    if warn_at and warn_at < where.end and dice.random() < 0.3:
        return warn_at.replace(second=0, microsecond=0) + timedelta(minutes=dice.randrange(-2, 40))
    span = int((steps[-1].at - steps[0].at).total_seconds()) // 60
    return steps[0].at + timedelta(minutes=dice.randrange(-5, span + 6000))


def _compare(fast: Reading | None, slow: SlowReading | None, where: World, at: datetime, about: object) -> None:
    assert (fast is None) == (slow is None), about
    if fast is None or slow is None:
        return
    assert fast.limit == slow.limit, about
    assert fast.elapsed_min == slow.elapsed_min, about
    assert fast.remaining_min == slow.limit.minutes - slow.elapsed_min, about
    assert fast.paused == slow.ran.stands_still, about
    assert fast.ended_at == slow.ran.stopped_at, about
    assert slow.ran.began_at in (None, fast.started_at), about
    if slow.is_beyond:
        assert fast.due_at is not None and fast.due_at > where.end, about
    else:
        assert fast.due_at == slow.due_at, about
        assert fast.provisional == slow.provisional, about
        assert _same(fast.warn_at, slow.warn_at), about
    assert fast.light(at) is slow.light, about


def _same(one: datetime | None, other: datetime | None) -> bool:
    """Equal to the microsecond: a share of a limit may end within a minute."""
    if one is None or other is None:
        return one is other
    return abs(one - other) <= timedelta(microseconds=1)


def _what_was_seen(kind: ClockKind, slow: SlowReading | None, where: World) -> Iterator[str]:
    if slow is None:
        return
    yield f"{kind} {slow.light or 'ended'}"
    yield f"{kind} {slow.limit.clock}"
    if slow.limit.urgent and slow.light is Light.YELLOW:
        yield "urgent warned"
    if slow.provisional:
        yield f"{kind} provisional"
    yield from (name for name, one in WORLDS.items() if one is where and slow.due_at)


def _assert_everything_was_seen(compared: Counter[str]) -> None:
    """A comparison that never came to something proves nothing about it."""
    wanted = {f"{kind} {light}" for kind in KINDS for light in (Light.GREEN, Light.YELLOW, Light.RED, "ended")}
    wanted |= {f"{kind} {clock}" for kind in KINDS for clock in ("WORKING", "NATURAL")}
    wanted |= {f"{kind} grey" for kind in ("acceptance", "handling", "verification")}
    wanted |= {f"{kind} provisional" for kind in KINDS} | set(WORLDS) | {"urgent warned"}
    seldom = {what: compared[what] for what in wanted if compared[what] < 50}
    assert not seldom, seldom


def test_the_clock_shown_and_the_turns_of_lights_against_counting_each_minute() -> None:
    """Of those that count the one due first; reminders, urges and orders at their minute."""
    shown: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for where, steps, _ in histories():
        now = steps[-1].at
        slow = {kind: read for kind in KINDS if (read := read_slowly(where, kind, steps, PROFILES, now))}
        shown[_compare_shown(where, steps, slow)] += 1
        seen.update(_compare_turns(where, steps, slow))
    assert min(shown[kind] for kind in (*KINDS, "")) > 50, shown
    assert min(seen[turn] for turn in Turn) > 100, seen


def _compare_shown(where: World, steps: list[Step], slow: dict[str, SlowReading]) -> str:
    fast = running_clock(steps, PROFILES, where.calendar)
    going_on = {kind: one for kind, one in slow.items() if not one.ran.stopped_at}
    assert (fast.kind in going_on) if going_on else fast.kind is None, steps
    if fast.kind is None:
        return ""
    first = going_on[fast.kind]
    assert fast.paused == first.ran.stands_still, steps
    if not any(one.is_beyond for one in going_on.values()):
        assert (fast.due_at, fast.provisional) == (first.due_at, first.provisional), steps
        assert fast.due_at == min((one.due_at for one in going_on.values() if one.due_at), default=None), steps
    return fast.kind.value


def _compare_turns(where: World, steps: list[Step], slow: dict[str, SlowReading]) -> Iterator[str]:
    """Time past the deadline counts only while the clock runs."""
    rules = PROFILES.get(product.rules_of(steps), DEFAULT_PROFILE)
    assert rules == rules_of("handling", steps, PROFILES), steps
    clocks = pressing_clocks(steps, PROFILES, where.calendar)
    turns = turns_of(clocks, steps, rules, where.calendar.kept_by(rules.hours))
    assert [turn.at for turn in turns] == sorted(turn.at for turn in turns)
    fast = {(turn.turn.value, turn.kind.value): turn.at for turn in turns}
    counted = slow_turns(where, steps, rules, slow)
    for turn, at in counted.items():
        assert _same(fast[turn], at) if at else fast[turn] > where.end, (turn, fast[turn], at, steps)
        yield turn[0]
    assert set(fast) >= set(counted), steps
    if None not in counted.values():
        assert set(fast) == set(counted), steps
    if ("LIST", "handling") in fast:
        _order_stands_its_time(fast, where, steps, slow["handling"])


def _order_stands_its_time(
    fast: dict[tuple[str, str], datetime], where: World, steps: Sequence[Step], handling: SlowReading
) -> None:
    """Nothing is listed before its order has stood as long as it must, and none stands before the case is so late."""
    listed, opened, due = fast["LIST", "handling"], order_opened_at(steps), fast["URGE", "handling"]
    rules = rules_of("handling", steps, PROFILES)
    assert opened is not None and listed > opened, steps
    if listed < where.end:
        needed = rules.list_after_min - rules.supervise_after_min
        assert stood(where, handling.ran, rules.hours, opened, listed) >= needed, steps
        assert stood(where, handling.ran, rules.hours, due, listed) >= rules.list_after_min, steps
