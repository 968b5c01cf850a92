"""Where the assessment asks the clock of the case: when a round of handling, or a report, was due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from wangge.cases.rules.clock import ClockKind, Profiles, read_clock
from wangge.cases.rules.workflow import HANDLING, PAUSED
from wangge.cases.types import State, Step
from wangge.foundation.worktime import Calendar


@dataclass(frozen=True, slots=True)
class Clocks:
    """What deadlines follow from beside the history: the calendar, and the centres' rules by version."""

    calendar: Calendar
    profiles: Profiles


_RUNS = HANDLING - PAUSED


def handling_due(steps: Sequence[Step], clocks: Clocks) -> datetime | None:
    """When the last round of handling of these steps is, or was, due.

    Limit, approved extension and suspended time together. None while the clock stands still: nobody knows yet.
    """
    if steps[-1].to_state is State.SUSPENDED:
        return None
    return _due(ClockKind.HANDLING, steps, _RUNS, clocks)


def acceptance_due(steps: Sequence[Step], clocks: Clocks) -> datetime | None:
    """When a report is, or was, to be accepted or refused. None while more is asked of its reporter."""
    if steps[-1].to_state is State.RETURNED:
        return None
    return _due(ClockKind.ACCEPTANCE, steps, frozenset({State.REPORTED}), clocks)


def _due(kind: ClockKind, steps: Sequence[Step], running: frozenset[State], clocks: Clocks) -> datetime | None:
    """By the steps up to where the clock last ran: what came after moves no deadline."""
    last = max((n for n, step in enumerate(steps) if step.to_state in running), default=-1)
    if last < 0:
        return None
    found = read_clock(kind, steps[: last + 1], clocks.profiles, clocks.calendar, steps[last].at)
    return found.due_at if found else None
