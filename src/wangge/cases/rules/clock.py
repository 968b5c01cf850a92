"""One clock at a time: which runs now, when it is due, what light it shows. Computed from the history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import inf

from wangge.cases.rules.workflow import HANDLING, PAUSED
from wangge.cases.types import Action, Light, Limit, State, Step
from wangge.foundation.worktime import Calendar, Clock, Deadline, add_minutes, minutes_between

#: A clock turns yellow when this share of its limit is left (kpis §5).
YELLOW_SHARE = 0.25
URGENT_YELLOW = timedelta(hours=1)


class ClockKind(StrEnum):
    ACCEPTANCE = "acceptance"
    HANDLING = "handling"
    VERIFICATION = "verification"
    FEEDBACK = "feedback"


#: A span in which a clock ran; the end is None while it runs.
Run = tuple[datetime, datetime | None]


#: Our own readings where no rule gives a number (docs/decisions/0006-clocks.md).
ACCEPTANCE_LIMIT = Limit(120, Clock.WORKING)
VERIFICATION_LIMIT = Limit(960, Clock.WORKING)
FEEDBACK_LIMIT = Limit(480, Clock.WORKING)
FALLBACK_HANDLING_LIMIT = Limit(2400, Clock.WORKING)


@dataclass(frozen=True, slots=True)
class RunningClock:
    """The clock that runs, stands still (`paused`) or has ended (`kind` None)."""

    kind: ClockKind | None
    due_at: datetime | None = None
    warn_at: datetime | None = None
    paused: bool = False
    provisional: bool = False


ENDED = RunningClock(kind=None)


def running_clock(steps: Sequence[Step], handling: Limit, calendar: Calendar) -> RunningClock:
    """The clock of a case after its last step.

    `handling` is the limit of the task the case was accepted under. Acceptance starts when the report
    is made and stands still while more is asked of its reporter; handling starts at acceptance, stands
    still while suspended or waiting for verification, and starts afresh when the case is re-opened.
    """
    state = steps[-1].to_state if steps else State.DRAFT
    if state in PAUSED:
        kind = ClockKind.ACCEPTANCE if state is State.RETURNED else ClockKind.HANDLING
        return RunningClock(kind, paused=True)
    entered: list[Run] = [(_entered(steps, state), None)] if steps else []
    if state is State.REPORTED:
        return _reached(ClockKind.ACCEPTANCE, _runs(steps, _ACCEPTING, _REPORTED_ANEW), ACCEPTANCE_LIMIT, calendar)
    if state in HANDLING:
        return _reached(ClockKind.HANDLING, _runs(steps, HANDLING - PAUSED, _HANDLED_ANEW), handling, calendar)
    if state is State.DISPOSED:
        return _reached(ClockKind.VERIFICATION, entered, VERIFICATION_LIMIT, calendar)
    if state is State.VERIFIED:
        return _reached(ClockKind.FEEDBACK, entered, FEEDBACK_LIMIT, calendar)
    return ENDED


def light_at(at: datetime, due_at: datetime | None, warn_at: datetime | None, paused: bool) -> Light | None:
    """The light a clock shows at an instant; None when no clock runs."""
    if paused:
        return Light.GREY
    if due_at is None or warn_at is None:
        return None
    if at >= due_at:
        return Light.RED
    return Light.YELLOW if at >= warn_at else Light.GREEN


def _entered(steps: Sequence[Step], state: State) -> datetime:
    """When the case came into the state it is in now (overlays don't count as coming in)."""
    entered = steps[-1].at
    for step in reversed(steps):
        if step.to_state is not state:
            break
        entered = step.at
    return entered


_ACCEPTING = frozenset({State.REPORTED})
_REPORTED_ANEW = frozenset({Action.SUBMIT, Action.UNMERGE, Action.OBJECT})
_HANDLED_ANEW = frozenset({Action.ACCEPT, Action.REOPEN})


def _runs(steps: Sequence[Step], within: frozenset[State], afresh: frozenset[Action]) -> list[Run]:
    """Spans in which a clock ran, in these states, since the last act that starts it afresh; the last is open."""
    runs: list[Run] = []
    for step in steps:
        runs_now = bool(runs) and runs[-1][1] is None
        if step.action in afresh:
            runs = [(step.at, None)]
        elif step.to_state in within:
            if not runs_now:
                runs.append((step.at, None))
        elif runs_now:
            runs[-1] = (runs[-1][0], step.at)
    return runs


def _reached(kind: ClockKind, runs: Sequence[Run], limit: Limit, calendar: Calendar) -> RunningClock:
    due = _minutes_after(runs, limit.minutes, limit.clock, calendar)
    warn_at = _minutes_after(runs, limit.minutes * (1 - YELLOW_SHARE), limit.clock, calendar).at
    if limit.urgent:
        warn_at = min(warn_at, max(due.at - URGENT_YELLOW, runs[0][0]))
    return RunningClock(kind, due.at, warn_at, provisional=due.provisional)


def _minutes_after(runs: Sequence[Run], minutes: float, clock: Clock, calendar: Calendar) -> Deadline:
    """When the clock had run for so many minutes: a deadline missed in an earlier run stays where it was."""
    left = minutes
    for start, end in runs:
        ran = inf if end is None else minutes_between(start, end, clock, calendar)
        if left <= ran:
            return add_minutes(start, left, clock, calendar)
        left -= ran
    raise AssertionError("the last run is open")
