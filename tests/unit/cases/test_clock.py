from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, time, timedelta

import numpy as np
import pytest

from tests.unit.calendars import SHIPPED, local
from wangge.cases.rules.clock import (
    ACCEPTANCE_LIMIT,
    FEEDBACK_LIMIT,
    VERIFICATION_LIMIT,
    ClockKind,
    Limit,
    light_at,
    running_clock,
)
from wangge.cases.rules.workflow import ENDED, transition_for
from wangge.cases.types import Action, Light, State, Step
from wangge.foundation.worktime import LOCAL, Clock, add_minutes

A = Action
HOUR = 60


def history(*moves: tuple[str | datetime, Action]) -> list[Step]:
    """Steps as the table makes them from (when, what)."""
    state = State.DRAFT
    steps = []
    for when, action in moves:
        row = transition_for(action, state)
        steps.append(Step(action, local(when) if isinstance(when, str) else when, row.target, state))
        state = row.target
    return steps


def taken(at: str) -> list[tuple[str | datetime, Action]]:
    """A report accepted at once and taken on in the grid."""
    return [(at, A.SUBMIT), (at, A.ACCEPT), (at, A.SELF_HANDLE)]


def working(hours: float) -> Limit:
    return Limit(hours * HOUR, Clock.WORKING)


def test_suspended_time_does_not_count() -> None:
    steps = history(*taken("2026-11-23 09:00"), ("2026-11-23 11:00", A.SUSPEND), ("2026-11-24 11:00", A.RESUME))
    assert running_clock(steps, working(8), SHIPPED).due_at == local("2026-11-24 18:00")  # kpis §8.5


def test_while_suspended_the_clock_stands_still() -> None:
    steps = history(*taken("2026-11-23 09:00"), ("2026-11-23 11:00", A.SUSPEND))
    clock = running_clock(steps, working(8), SHIPPED)
    assert clock.paused
    assert clock.kind is ClockKind.HANDLING
    assert clock.due_at is None
    assert light_at(local("2026-12-23 11:00"), clock.due_at, clock.warn_at, clock.paused) is Light.GREY


def test_waiting_for_verification_does_not_count_against_the_handler() -> None:
    submitted = history(*taken("2026-11-23 09:00"), ("2026-11-23 12:00", A.SUBMIT_RESULT))
    waiting = running_clock(submitted, working(8), SHIPPED)
    assert waiting.kind is ClockKind.VERIFICATION
    assert waiting.due_at == add_minutes(local("2026-11-23 12:00"), 960, Clock.WORKING, SHIPPED).at
    sent_back = history(
        *taken("2026-11-23 09:00"), ("2026-11-23 12:00", A.SUBMIT_RESULT), ("2026-11-25 09:00", A.REWORK)
    )
    assert running_clock(sent_back, working(8), SHIPPED).due_at == local("2026-11-25 15:00")


def test_a_deadline_once_missed_stays_where_it_was() -> None:
    """Sent back on a Saturday, two days after the limit ran out: still late since Thursday."""
    late = history(*taken("2026-11-18 09:00"), ("2026-11-20 12:00", A.SUBMIT_RESULT), ("2026-11-21 10:00", A.REWORK))
    clock = running_clock(late, working(8), SHIPPED)
    assert clock.due_at == local("2026-11-18 18:00")
    assert light_at(local("2026-11-21 10:01"), clock.due_at, clock.warn_at, clock.paused) is Light.RED


def test_a_request_to_return_does_not_stop_the_clock() -> None:
    base = [("2026-11-23 09:00", A.SUBMIT), ("2026-11-23 09:00", A.ACCEPT), ("2026-11-23 09:30", A.DISPATCH)]
    asked = history(*base, ("2026-11-23 10:00", A.REQUEST_RETURN))
    refused = history(*base, ("2026-11-23 10:00", A.REQUEST_RETURN), ("2026-11-24 10:00", A.REFUSE_RETURN))
    for steps in (history(*base), asked, refused):
        assert running_clock(steps, working(8), SHIPPED).due_at == local("2026-11-23 18:00")


def test_reopening_starts_a_fresh_clock() -> None:
    steps = history(
        *taken("2026-11-16 09:00"),
        ("2026-11-16 10:00", A.SUBMIT_RESULT),
        ("2026-11-16 11:00", A.VERIFY),
        ("2026-11-16 12:00", A.FEEDBACK),
        ("2026-11-23 09:00", A.REOPEN),
    )
    assert running_clock(steps, working(8), SHIPPED).due_at == local("2026-11-23 18:00")


def test_each_waiting_has_its_own_clock() -> None:
    reported = history(("2026-11-23 09:00", A.SUBMIT))
    assert running_clock(reported, working(8), SHIPPED).kind is ClockKind.ACCEPTANCE
    assert running_clock(reported, working(8), SHIPPED).due_at == local("2026-11-23 11:00")
    assert ACCEPTANCE_LIMIT.minutes == 120
    returned = history(("2026-11-23 09:00", A.SUBMIT), ("2026-11-23 10:00", A.RETURN_TO_REPORTER))
    assert running_clock(returned, working(8), SHIPPED).paused
    again = history(
        ("2026-11-23 09:00", A.SUBMIT),
        ("2026-11-23 10:00", A.RETURN_TO_REPORTER),
        ("2026-11-25 09:00", A.SUPPLEMENT),
    )
    assert running_clock(again, working(8), SHIPPED).due_at == local("2026-11-25 10:00")  # an hour had run
    verified = history(
        *taken("2026-11-23 09:00"), ("2026-11-23 10:00", A.SUBMIT_RESULT), ("2026-11-23 11:00", A.VERIFY)
    )
    assert running_clock(verified, working(8), SHIPPED).kind is ClockKind.FEEDBACK
    assert (VERIFICATION_LIMIT.minutes, FEEDBACK_LIMIT.minutes) == (960, 480)


def test_overlays_do_not_move_the_clock() -> None:
    plain = history(("2026-11-23 09:00", A.SUBMIT))
    urged = history(("2026-11-23 09:00", A.SUBMIT), ("2026-11-23 10:00", A.URGE), ("2026-11-23 10:30", A.SUPPLEMENT))
    assert running_clock(urged, working(8), SHIPPED) == running_clock(plain, working(8), SHIPPED)


@pytest.mark.parametrize("ending", sorted(ENDED | {State.CLOSED, State.DRAFT}))
def test_no_clock_runs_when_nothing_is_awaited(ending: State) -> None:
    steps = [Step(A.SUBMIT, local("2026-11-23 09:00"), ending)] if ending is not State.DRAFT else []
    clock = running_clock(steps, working(8), SHIPPED)
    assert clock.kind is None
    assert light_at(local("2027-01-01 00:00"), clock.due_at, clock.warn_at, clock.paused) is None


def test_lights() -> None:
    clock = running_clock(history(*taken("2026-11-23 09:00")), working(8), SHIPPED)
    assert clock.warn_at == local("2026-11-23 16:00")  # a quarter of eight hours before the end
    lights = {at: light_at(local(f"2026-11-23 {at}"), clock.due_at, clock.warn_at, False) for at in
              ("09:00", "15:59", "16:00", "17:59", "18:00", "23:00")}  # fmt: skip
    assert list(lights.values()) == [
        Light.GREEN,
        Light.GREEN,
        Light.YELLOW,
        Light.YELLOW,
        Light.RED,
        Light.RED,
    ]


def test_an_urgent_case_warns_an_hour_before_at_the_latest() -> None:
    urgent = Limit(2 * HOUR, Clock.NATURAL, urgent=True)
    clock = running_clock(history(*taken("2026-11-21 23:30")), urgent, SHIPPED)
    assert (clock.warn_at, clock.due_at) == (local("2026-11-22 00:30"), local("2026-11-22 01:30"))
    shorter = running_clock(history(*taken("2026-11-21 23:30")), Limit(30, Clock.NATURAL, urgent=True), SHIPPED)
    assert shorter.warn_at == local("2026-11-21 23:30")


# --- against counting minute by minute ------------------------------------------------------------

FIRST = datetime(2026, 1, 26, tzinfo=LOCAL)  # the Spring Festival with its adjusted days lies in the middle
MINUTES = 60 * 24 * 60


def _counts() -> Iterator[bool]:
    for minute in range(MINUTES):
        at = FIRST + timedelta(minutes=minute)
        in_hours = time(9) <= at.time() < time(12) or time(13) <= at.time() < time(18)
        yield in_hours and SHIPPED.is_working(at.date())


COUNTS = {Clock.WORKING: np.fromiter(_counts(), bool, MINUTES), Clock.NATURAL: np.ones(MINUTES, bool)}


def counted_due(runs: list[tuple[int, int]], limit: Limit) -> datetime:
    """The end of the minute in which the clock, counted minute by minute, reaches its limit."""
    running = np.zeros(MINUTES, bool)
    for start, end in runs:
        running[start:end] = True
    counted = np.flatnonzero(running & COUNTS[limit.clock])
    return FIRST + timedelta(minutes=int(counted[int(limit.minutes) - 1]) + 1)


def random_history(dice: random.Random) -> tuple[list[Step], list[tuple[int, int]]]:
    """A case in handling after some pauses, and the spans in which its clock ran."""
    at = dice.randrange(20 * 1440)
    opened = FIRST + timedelta(minutes=at)
    moves: list[tuple[str | datetime, Action]] = [
        (opened, A.SUBMIT),
        (opened, A.ACCEPT),
        (opened, A.SELF_HANDLE),
    ]
    runs, since = [], at
    pauses = [(A.SUSPEND, A.RESUME), (A.SUBMIT_RESULT, A.REWORK)]
    for _ in range(dice.randrange(4)):
        pause = dice.choice(pauses)
        if pause[1] is A.REWORK:  # from rework the table knows only a new result
            pauses = [pause]
        stopped = at + dice.randrange(1, 2000)
        runs.append((since, stopped))
        at = since = stopped + dice.randrange(3000)
        moves += [(FIRST + timedelta(minutes=stopped), pause[0]), (FIRST + timedelta(minutes=at), pause[1])]
        if dice.random() < 0.3:
            moves.append((FIRST + timedelta(minutes=at), A.URGE))
    return history(*moves), [*runs, (since, MINUTES)]


def test_ten_thousand_histories_against_counting_each_minute() -> None:
    dice = random.Random(20261123)
    for _ in range(10_000):
        steps, runs = random_history(dice)
        limit = Limit(dice.randrange(1, 2400), dice.choice(list(Clock)))
        assert running_clock(steps, limit, SHIPPED).due_at == counted_due(runs, limit), (steps, limit)
