"""One clock at a time: which runs now, when it is due, what light it shows. Computed from the history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from wangge.cases.rules.workflow import HANDLING, PAUSED
from wangge.cases.types import Action, Light, State, Step
from wangge.foundation.worktime import Calendar, Clock, add_minutes, minutes_between

#: A clock turns yellow when this share of its limit is left (kpis §5).
YELLOW_SHARE = 0.25
URGENT_YELLOW = timedelta(hours=1)


class ClockKind(StrEnum):
    ACCEPTANCE = "acceptance"
    HANDLING = "handling"
    VERIFICATION = "verification"
    FEEDBACK = "feedback"


@dataclass(frozen=True, slots=True)
class Limit:
    """How many minutes of which clock."""

    minutes: float
    clock: Clock
    urgent: bool = False


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
    is made or supplemented; handling at acceptance, stands still while suspended or waiting for
    verification, and starts afresh when the case is re-opened.
    """
    state = steps[-1].to_state if steps else State.DRAFT
    if state in PAUSED:
        return RunningClock(ClockKind.ACCEPTANCE if state is State.RETURNED else ClockKind.HANDLING, paused=True)
    if state is State.REPORTED:
        return _since(ClockKind.ACCEPTANCE, _entered(steps, State.REPORTED), ACCEPTANCE_LIMIT, 0, calendar)
    if state in HANDLING:
        start, spent = _handled_so_far(steps, handling, calendar)
        return _since(ClockKind.HANDLING, start, handling, spent, calendar)
    if state is State.DISPOSED:
        return _since(ClockKind.VERIFICATION, _entered(steps, state), VERIFICATION_LIMIT, 0, calendar)
    if state is State.VERIFIED:
        return _since(ClockKind.FEEDBACK, _entered(steps, state), FEEDBACK_LIMIT, 0, calendar)
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


def _handled_so_far(steps: Sequence[Step], limit: Limit, calendar: Calendar) -> tuple[datetime, float]:
    """Start of the present run of the handling clock, and minutes spent in earlier runs."""
    spent = 0.0
    started: datetime | None = None
    for step in steps:
        if step.action in (Action.ACCEPT, Action.REOPEN):
            spent, started = 0.0, step.at
        elif step.to_state in HANDLING - PAUSED:
            started = started or step.at
        elif started is not None:
            spent += minutes_between(started, step.at, limit.clock, calendar)
            started = None
    assert started is not None
    return started, spent


def _since(kind: ClockKind, start: datetime, limit: Limit, spent: float, calendar: Calendar) -> RunningClock:
    due = add_minutes(start, max(limit.minutes - spent, 0), limit.clock, calendar)
    warn = add_minutes(start, max(limit.minutes * (1 - YELLOW_SHARE) - spent, 0), limit.clock, calendar)
    warn_at = min(warn.at, max(due.at - URGENT_YELLOW, start)) if limit.urgent else warn.at
    return RunningClock(kind, due.at, warn_at, provisional=due.provisional)
