"""The clock of a case: events + the frozen version of the rules + the calendar → elapsed, remaining, deadline, light.

Five clocks, each with its own limit: acceptance, signing, handling, verification, feedback. Signing runs beside
handling; the others follow one another. Nothing here is stored as truth: whoever has the history can compute it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from math import inf

from wangge.cases.rules.history import START, follow
from wangge.cases.rules.workflow import HANDLING, PAUSED
from wangge.cases.types import Action, Light, Limit, State, Status, Step
from wangge.catalogue.types import DEFAULT_PROFILE, ClockProfile
from wangge.foundation.worktime import Calendar, Clock, Deadline, add_minutes, minutes_between


class ClockKind(StrEnum):
    ACCEPTANCE = "acceptance"
    SIGNING = "signing"
    HANDLING = "handling"
    VERIFICATION = "verification"
    FEEDBACK = "feedback"


#: A span in which a clock ran; the end is None while it runs.
Run = tuple[datetime, datetime | None]
#: The versions of a centre's rules by number: a history names those it was counted by.
Profiles = Mapping[int, ClockProfile]


@dataclass(frozen=True, slots=True)
class Reading:
    """One clock of a case at an instant. Minutes are those of the limit's own clock.

    `due_at` is when the clock reaches its limit if it runs on; None while it stands still, for then the
    deadline moves along. A clock that has ended keeps the deadline it had.
    """

    kind: ClockKind
    limit: Limit
    started_at: datetime
    ended_at: datetime | None
    elapsed_min: float
    due_at: datetime | None
    warn_at: datetime | None
    paused: bool
    provisional: bool

    @property
    def remaining_min(self) -> float:
        """Minutes left; below zero when the limit is passed."""
        return self.limit.minutes - self.elapsed_min

    def light(self, at: datetime) -> Light | None:
        """The light it shows at an instant; None once it has ended."""
        return None if self.ended_at else light_at(at, self.due_at, self.warn_at, self.paused)


@dataclass(frozen=True, slots=True)
class RunningClock:
    """The clock that presses now: running, standing still (`paused`), or none (`kind` None)."""

    kind: ClockKind | None
    due_at: datetime | None = None
    warn_at: datetime | None = None
    paused: bool = False
    provisional: bool = False


ENDED = RunningClock(kind=None)
_NEVER = datetime.max.replace(tzinfo=UTC)

#: The clocks that may press in a state, the foremost first.
_PRESSING: dict[State, tuple[ClockKind, ...]] = {
    State.REPORTED: (ClockKind.ACCEPTANCE,),
    State.RETURNED: (ClockKind.ACCEPTANCE,),
    State.DISPATCHED: (ClockKind.HANDLING, ClockKind.SIGNING),
    State.DISPOSED: (ClockKind.VERIFICATION,),
    State.VERIFIED: (ClockKind.FEEDBACK,),
    **dict.fromkeys(HANDLING - {State.DISPATCHED}, (ClockKind.HANDLING,)),
}


def pressing_clocks(steps: Sequence[Step], profiles: Profiles, calendar: Calendar) -> list[RunningClock]:
    """The clocks of a case after its last step, the one that is due first before the others."""
    state = steps[-1].to_state if steps else State.DRAFT
    spans = [_Span.of(kind, steps, profiles, calendar) for kind in _PRESSING.get(state, ())]
    return sorted((_pressing(span) for span in spans if span), key=lambda clock: clock.due_at or _NEVER)


def running_clock(steps: Sequence[Step], profiles: Profiles, calendar: Calendar) -> RunningClock:
    """The clock a case shows after its last step: of those that run, the one that is due first."""
    return next(iter(pressing_clocks(steps, profiles, calendar)), ENDED)


def read_clocks(
    steps: Sequence[Step], profiles: Profiles, calendar: Calendar, at: datetime
) -> dict[ClockKind, Reading]:
    """Every clock that has begun by `at`, with what it shows then; steps after `at` don't count."""
    readings = {kind: read_clock(kind, steps, profiles, calendar, at) for kind in ClockKind}
    return {kind: reading for kind, reading in readings.items() if reading}


def read_clock(
    kind: ClockKind, steps: Sequence[Step], profiles: Profiles, calendar: Calendar, at: datetime
) -> Reading | None:
    """One of `read_clocks`; None when it hasn't begun by `at`."""
    span = _Span.of(kind, [step for step in steps if step.at <= at], profiles, calendar)
    return span.read(at) if span else None


def runs_since(kind: ClockKind, steps: Sequence[Step], since: datetime) -> list[Run]:
    """Spans from an instant on in which the clock ran: what is late counts only while somebody could act on it."""
    runs, _ = _runs(kind, steps)
    return [(max(start, since), end) for start, end in runs if end is None or end > since]


def light_at(at: datetime, due_at: datetime | None, warn_at: datetime | None, paused: bool) -> Light | None:
    """The light a clock shows at an instant; None when no clock runs."""
    if paused:
        return Light.GREY
    if due_at is None or warn_at is None:
        return None
    if at >= due_at:
        return Light.RED
    return Light.YELLOW if at >= warn_at else Light.GREEN


def rules_of(steps: Sequence[Step]) -> int:
    """The version of the rules a case is counted by: as of its report, and anew as of its acceptance."""
    frozen = (step.detail.get("rules") for step in reversed(steps) if step.action in _FREEZING)
    version = next(frozen, 0)
    return version if isinstance(version, int) else 0


_FREEZING = frozenset({Action.SUBMIT, Action.ACCEPT, Action.ASSIST})


# --- when each clock runs --------------------------------------------------------------------------

_STARTING: dict[ClockKind, frozenset[Action]] = {
    ClockKind.ACCEPTANCE: frozenset({Action.SUBMIT, Action.OBJECT}),
    ClockKind.SIGNING: frozenset({Action.DISPATCH, Action.TRANSFER, Action.UPHOLD_RETURN, Action.ASSIST}),
    ClockKind.HANDLING: frozenset({Action.ACCEPT, Action.ASSIST, Action.REOPEN}),
    ClockKind.VERIFICATION: frozenset({Action.SUBMIT_RESULT}),
    ClockKind.FEEDBACK: frozenset({Action.VERIFY}),
}
_RUNNING: dict[ClockKind, frozenset[State]] = {
    ClockKind.ACCEPTANCE: frozenset({State.REPORTED}),
    ClockKind.SIGNING: frozenset({State.DISPATCHED}),
    ClockKind.HANDLING: HANDLING - PAUSED,
    ClockKind.VERIFICATION: frozenset({State.DISPOSED}),
    ClockKind.FEEDBACK: frozenset({State.VERIFIED}),
}
#: States in which a clock stands still and will run on; anywhere else it has ended.
_STANDING: dict[ClockKind, frozenset[State]] = {
    ClockKind.ACCEPTANCE: frozenset({State.RETURNED}),
    ClockKind.HANDLING: frozenset({State.SUSPENDED}),
}


def _runs(kind: ClockKind, steps: Sequence[Step]) -> tuple[list[Run], Status]:
    """Spans in which the clock ran since the last act that started it afresh, and the status after the last step.

    A result waits for its check only once every sub-case has ended: waiting for another unit is nobody's delay.
    """
    runs: list[Run] = []
    status = START
    for step in steps:
        status = follow(status, step)
        runs_now = bool(runs) and runs[-1][1] is None
        waits = kind is ClockKind.VERIFICATION and bool(status.open_subs)
        ticks = status.state in _RUNNING[kind] and not waits
        if step.action in _STARTING[kind]:
            runs = [(step.at, None)] if ticks else []
        elif ticks and not runs_now and (runs or kind is ClockKind.VERIFICATION):
            runs.append((step.at, None))
        elif runs_now and not ticks:
            runs[-1] = (runs[-1][0], step.at)
    return runs, status


def _limit_of(kind: ClockKind, status: Status, profile: ClockProfile) -> Limit:
    if kind is ClockKind.HANDLING:
        limit = status.limit or profile.handling
        return replace(limit, minutes=limit.minutes + status.extra_min)
    if kind is ClockKind.SIGNING and status.limit and status.limit.urgent:
        return profile.signing_urgent
    return {
        ClockKind.ACCEPTANCE: profile.acceptance,
        ClockKind.SIGNING: profile.signing,
        ClockKind.VERIFICATION: profile.verification,
        ClockKind.FEEDBACK: profile.feedback,
    }[kind]


@dataclass(frozen=True, slots=True)
class _Span:
    """One clock with all that its reading follows from."""

    kind: ClockKind
    runs: list[Run]
    limit: Limit
    profile: ClockProfile
    calendar: Calendar
    stands_still: bool

    @classmethod
    def of(cls, kind: ClockKind, steps: Sequence[Step], profiles: Profiles, calendar: Calendar) -> _Span | None:
        """None for a clock that hasn't begun."""
        runs, status = _runs(kind, steps)
        waits = kind is ClockKind.VERIFICATION and status.state is State.DISPOSED and bool(status.open_subs)
        still = waits or status.state in _STANDING.get(kind, frozenset())
        if not runs and not waits:
            return None
        version = _first_version(steps) if kind is ClockKind.ACCEPTANCE else rules_of(steps)
        profile = profiles.get(version, DEFAULT_PROFILE)
        hours = calendar.kept_by(profile.hours)
        return cls(
            kind, runs or [(steps[-1].at, steps[-1].at)], _limit_of(kind, status, profile), profile, hours, still
        )

    @property
    def ended_at(self) -> datetime | None:
        return None if self.stands_still else self.runs[-1][1]

    def due(self, share: float = 1.0) -> Deadline:
        """When the clock has run for this share of its limit, if it runs on from where it is."""
        running_on = [*self.runs[:-1], (self.runs[-1][0], None)]
        return minutes_after(running_on, self.limit.minutes * share, self.limit.clock, self.calendar)

    def warn_at(self, due: datetime) -> datetime:
        """When the light turns yellow; urgent matters warn at the latest so long before the end."""
        warn_at = self.due(1 - self.profile.yellow_share).at
        if self.limit.urgent:
            before = due - timedelta(minutes=self.profile.urgent_yellow_min)
            warn_at = min(warn_at, max(before, self.runs[0][0]))
        return warn_at

    def read(self, at: datetime) -> Reading:
        counted = (
            minutes_between(start, min(end or at, at), self.limit.clock, self.calendar) for start, end in self.runs
        )
        due = None if self.stands_still else self.due()
        return Reading(
            kind=self.kind,
            limit=self.limit,
            started_at=self.runs[0][0],
            ended_at=self.ended_at,
            elapsed_min=sum(counted),
            due_at=due.at if due else None,
            warn_at=self.warn_at(due.at) if due else None,
            paused=self.stands_still,
            provisional=due.provisional if due else False,
        )


def _first_version(steps: Sequence[Step]) -> int:
    return rules_of(steps[:1])


def _pressing(span: _Span) -> RunningClock:
    if span.stands_still:
        return RunningClock(span.kind, paused=True)
    due = span.due()
    return RunningClock(span.kind, due.at, span.warn_at(due.at), provisional=due.provisional)


def minutes_after(runs: Sequence[Run], minutes: float, clock: Clock, calendar: Calendar) -> Deadline:
    """When the clock had run for so many minutes: a deadline missed in an earlier run stays where it was."""
    left = minutes
    for start, end in runs:
        ran = inf if end is None else minutes_between(start, end, clock, calendar)
        if left <= ran:
            return add_minutes(start, left, clock, calendar)
        left -= ran
    raise AssertionError("the last run is open")
