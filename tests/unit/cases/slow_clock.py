"""The clocks of a case by counting minutes: slow, plain, and written apart from the product's own arithmetic.

Each minute belongs to what the last step before it left behind. A clock counts the minutes in which it is due to
run, from the last step that starts it afresh. Limits, versions of the rules, deadlines, lights and what a late light
brings about are read from the steps anew; nothing is taken from the product but the table of days and the words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import ceil

import numpy as np

from tests.unit.calendars import SHIPPED
from wangge.cases.types import Action, Light, State, Step
from wangge.catalogue.types import ClockProfile
from wangge.foundation.worktime import LOCAL, Calendar, Clock, Hours, Limit

A, S = Action, State
Minutes = np.ndarray
_DAY = 24 * 60
KINDS = ("acceptance", "signing", "handling", "verification", "feedback")
STARTS = {
    "acceptance": {A.SUBMIT, A.OBJECT},
    "signing": {A.DISPATCH, A.TRANSFER, A.UPHOLD_RETURN, A.ASSIST},
    "handling": {A.ACCEPT, A.ASSIST, A.REOPEN},
    "verification": {A.SUBMIT_RESULT},
    "feedback": {A.VERIFY},
}
TICKS = {
    "acceptance": {S.REPORTED},
    "signing": {S.DISPATCHED},
    "handling": {S.ACCEPTED, S.DISPATCHED, S.RETURN_REQUESTED, S.IN_PROGRESS, S.REWORK},
    "verification": {S.DISPOSED},
    "feedback": {S.VERIFIED},
}
#: Where it stands still and will run on.
RESTS = {"acceptance": {S.RETURNED}, "handling": {S.SUSPENDED}}


@dataclass(frozen=True, eq=False)
class World:
    """Some weeks of minutes, and which of them are worked."""

    first: datetime
    days: int
    calendar: Calendar
    _worked: dict[Hours, Minutes] = field(default_factory=dict)

    @property
    def end(self) -> datetime:
        return self.first + timedelta(days=self.days)

    def minute(self, at: datetime) -> int:
        return int((at - self.first).total_seconds()) // 60

    def counts(self, clock: Clock, hours: Hours) -> Minutes:
        """The minutes this clock counts."""
        if clock is Clock.NATURAL:
            return np.ones(self.days * _DAY, bool)
        if hours not in self._worked:
            self._worked[hours] = np.array(list(self._is_worked(hours)), bool)
        return self._worked[hours]

    def _is_worked(self, hours: Hours) -> Iterator[bool]:
        windows = [(60 * opens.hour + opens.minute, 60 * closes.hour + closes.minute) for opens, closes in hours]
        in_hours = [any(opens <= minute < closes for opens, closes in windows) for minute in range(_DAY)]
        for number in range(self.days):
            day = (self.first + timedelta(days=number)).date()
            yield from in_hours if self._is_working(day) else [False] * _DAY

    def _is_working(self, day: date) -> bool:
        """As the table says; after its last day Monday to Friday."""
        return self.calendar.days[day] if self._is_known(day) else day.weekday() not in (5, 6)

    def _is_known(self, day: date) -> bool:
        assert self.calendar.known_until is not None
        return day <= self.calendar.known_until

    def places(self, runs: Minutes, clock: Clock, hours: Hours) -> Minutes:
        """The minutes of a run that this clock counts, in order."""
        return np.flatnonzero(runs & self.counts(clock, hours))

    def reached(self, places: Minutes, minutes: float) -> datetime | None:
        """The instant at which so many of the counted minutes are full; None when there are not so many."""
        number = ceil(round(minutes, 6))
        if number > len(places):
            return None
        whole = self.first + timedelta(minutes=int(places[number - 1]))
        return whole + timedelta(minutes=round(minutes - (number - 1), 6))

    def is_provisional(self, due_at: datetime, clock: Clock) -> bool:
        """Whether its last minute lies on a day nobody knows yet."""
        return clock is Clock.WORKING and not self._is_known((due_at - timedelta(minutes=1)).date())


def world(first: str, days: int, known_until: str = "") -> World:
    """So many days of the shipped calendar, perhaps as it was when it reached less far."""
    known = {day: worked for day, worked in SHIPPED.days.items() if day.isoformat() <= (known_until or "9999")}
    return World(datetime.fromisoformat(first).replace(tzinfo=LOCAL), days, Calendar(known, max(known)))


@dataclass(frozen=True)
class Ran:
    """When a clock ran, by the minute. `ran_on` is how it would have, had it never stopped for good."""

    minutes: Minutes
    began_at: datetime | None
    stopped_at: datetime | None
    stands_still: bool
    ran_on: Minutes


def ran(world: World, kind: str, steps: Sequence[Step]) -> Ran | None:
    """The minutes in which the clock runs if nothing more happens; None if it never began."""
    runs = np.zeros(world.days * _DAY, bool)
    began_at = stopped_at = None
    is_running, parts, last_run = False, 0, 0
    ends = [world.minute(step.at) for step in steps[1:]] + [world.days * _DAY]
    for step, end in zip(steps, ends, strict=True):
        parts += len(step.detail.get("sub_cases", ()))  # type: ignore[arg-type]
        parts -= step.action is A.END_SUB_CASE
        if step.action in STARTS[kind]:
            runs[:] = False
            began_at, stopped_at, is_running = None, None, False
        may_tick = began_at is not None or step.action in STARTS[kind] or kind == "verification"
        if may_tick and step.to_state in TICKS[kind] and not (kind == "verification" and parts):
            last_run = last_run if is_running else world.minute(step.at)
            runs[world.minute(step.at) : end] = True
            began_at, stopped_at, is_running = began_at or step.at, None, True
        elif is_running:
            stopped_at, is_running = step.at, False
    waits = kind == "verification" and steps[-1].to_state is S.DISPOSED and parts > 0
    if began_at is None and not waits:
        return None
    rests = waits or steps[-1].to_state in RESTS.get(kind, ())
    stopped_at = None if rests else stopped_at
    ran_on = runs
    if stopped_at:
        ran_on = runs.copy()
        ran_on[last_run:] = True
    return Ran(runs, began_at, stopped_at, rests, ran_on)


def rules_of(kind: str, steps: Sequence[Step], profiles: Mapping[int, ClockProfile]) -> ClockProfile:
    """The rules as of the report for acceptance; as of the acceptance from then on. Unknown ones are the defaults."""
    version = 0
    for step in steps if kind != "acceptance" else steps[:1]:
        if step.action in (A.SUBMIT, A.ACCEPT, A.ASSIST):
            version = step.detail.get("rules", 0)
            assert isinstance(version, int)
    return profiles[version] if version in profiles else ClockProfile()


def limit_of(kind: str, steps: Sequence[Step], rules: ClockProfile) -> Limit:
    """The task's own limit as frozen at acceptance, with what was granted since the clock last started afresh."""
    limit, extra, is_urgent = rules.handling, 0.0, False
    for step in steps:
        if step.action in (A.ACCEPT, A.ASSIST):
            said = step.detail
            is_urgent = bool(said.get("is_urgent"))
            limit = Limit(said["limit_min"], Clock(said["clock"]), is_urgent) if "limit_min" in said else rules.handling  # type: ignore[arg-type]
            is_urgent = is_urgent and "limit_min" in said
        if step.action is A.APPROVE_EXTENSION:
            extra += float(step.detail.get("extra_min", 0))  # type: ignore[arg-type]
        if step.action is A.REOPEN:
            extra = 0.0
    if kind == "handling":
        return Limit(limit.minutes + extra, limit.clock, limit.urgent)
    if kind == "signing":
        return rules.signing_urgent if is_urgent else rules.signing
    return {"acceptance": rules.acceptance, "verification": rules.verification, "feedback": rules.feedback}[kind]


@dataclass(frozen=True)
class SlowReading:
    """What a clock shows at an instant. `is_beyond`: the deadline lies after the minutes that are counted."""

    ran: Ran
    limit: Limit
    elapsed_min: int
    due_at: datetime | None
    warn_at: datetime | None
    provisional: bool
    is_beyond: bool
    light: Light | None


def read_slowly(
    world: World, kind: str, steps: Sequence[Step], profiles: Mapping[int, ClockProfile], at: datetime
) -> SlowReading | None:
    """One clock at an instant; None when it hasn't begun. Steps after it don't count."""
    told = [step for step in steps if step.at <= at]
    clock = ran(world, kind, told) if told else None
    if clock is None:
        return None
    rules = rules_of(kind, told, profiles)
    limit = limit_of(kind, told, rules)
    places = world.places(clock.minutes, limit.clock, rules.hours)
    elapsed = int(np.count_nonzero(places < world.minute(at)))
    due, warn = (None, None) if clock.stands_still else _deadline(world, clock, limit, rules)
    return SlowReading(
        ran=clock,
        limit=limit,
        elapsed_min=elapsed,
        due_at=due,
        warn_at=warn,
        provisional=bool(due) and world.is_provisional(due, limit.clock),  # type: ignore[arg-type]
        is_beyond=due is None and not clock.stands_still,
        light=_light(clock, limit, rules, elapsed, due, at),
    )


def _deadline(world: World, clock: Ran, limit: Limit, rules: ClockProfile) -> tuple[datetime | None, datetime | None]:
    """When the limit is reached and when its light turns yellow. One that has stopped for good keeps what it had."""
    assert clock.began_at is not None
    places = world.places(clock.ran_on, limit.clock, rules.hours)
    due = world.reached(places, limit.minutes)
    warn = world.reached(places, limit.minutes * (1 - rules.yellow_share))
    if limit.urgent and due and warn:
        warn = min(warn, max(due - timedelta(minutes=rules.urgent_yellow_min), clock.began_at))
    return due, warn


def _light(
    clock: Ran, limit: Limit, rules: ClockProfile, elapsed: int, due: datetime | None, at: datetime
) -> Light | None:
    """By what has elapsed, not by instants: red when nothing is left, yellow when no more than the share is."""
    if clock.stands_still:
        return Light.GREY
    if clock.stopped_at:
        return None
    left = limit.minutes - elapsed
    if left <= 0:
        return Light.RED
    hurries = limit.urgent and due is not None and at >= due - timedelta(minutes=rules.urgent_yellow_min)
    return Light.YELLOW if left <= round(limit.minutes * rules.yellow_share, 6) or hurries else Light.GREEN


# --- what a late light brings about -----------------------------------------------------------------


def order_opened_at(steps: Sequence[Step]) -> datetime | None:
    """When the order that runs was opened."""
    opened = [step for step in steps if step.action is A.SUPERVISE]
    taken_back = {step.detail["order"] for step in steps if step.action is A.RELEASE}
    return max((step.at for step in opened if step.detail["order"] not in taken_back), default=None)


def stood(world: World, handling: Ran, hours: Hours, since: datetime, until: datetime) -> int:
    """Working minutes between two instants in which the handling clock ran."""
    both = handling.minutes & world.counts(Clock.WORKING, hours)
    return int(np.count_nonzero(both[world.minute(since) : world.minute(until)]))


def slow_turns(
    world: World, steps: Sequence[Step], rules: ClockProfile, readings: Mapping[str, SlowReading]
) -> dict[tuple[str, str], datetime | None]:
    """(turn, clock) → its instant after the last step; None when it lies after the minutes that are counted."""
    turns: dict[tuple[str, str], datetime | None] = {}
    for kind, read in readings.items():
        if read.ran.stands_still or read.ran.stopped_at:
            continue
        turns["REMIND", kind], turns["URGE", kind] = read.warn_at, read.due_at
        if kind == "handling" and read.due_at:
            supervise = _so_much_later(world, read.ran, rules.hours, read.due_at, rules.supervise_after_min)
            turns["SUPERVISE", kind] = supervise
            opened = order_opened_at(steps)
            if opened and supervise:
                stands = rules.list_after_min - rules.supervise_after_min
                turns["LIST", kind] = _so_much_later(world, read.ran, rules.hours, max(opened, supervise), stands)
    return turns


def _so_much_later(world: World, handling: Ran, hours: Hours, since: datetime, minutes: float) -> datetime | None:
    places = world.places(handling.minutes, Clock.WORKING, hours)
    return world.reached(places[places >= world.minute(since)], minutes)
