"""Where the assessment asks the clock of the case. Swap these two when the clock of the case says more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from wangge.cases.rules.clock import FALLBACK_HANDLING_LIMIT, running_clock
from wangge.cases.rules.workflow import HANDLING, PAUSED
from wangge.cases.types import Limit, State, Step
from wangge.foundation.worktime import Calendar

_RUNS = HANDLING - PAUSED


def handling_due(steps: Sequence[Step], limit: Limit | None, extra_min: float, calendar: Calendar) -> datetime | None:
    """When this round of handling is, or was, due: limit, approved extension and suspended time together.

    `steps` begin with the act that started the clock. None while the clock stands still: nobody knows yet.
    """
    if steps[-1].to_state is State.SUSPENDED:
        return None
    ran = _until_it_last_ran(steps)
    whole = limit or FALLBACK_HANDLING_LIMIT
    return running_clock(ran, replace(whole, minutes=whole.minutes + extra_min), calendar).due_at if ran else None


def acceptance_due(steps: Sequence[Step], calendar: Calendar) -> datetime | None:
    """When a report is, or was, to be accepted or refused. None while more is asked of its reporter."""
    if steps[-1].to_state is State.RETURNED:
        return None
    last = max((n for n, step in enumerate(steps) if step.to_state is State.REPORTED), default=-1)
    return running_clock(steps[: last + 1], FALLBACK_HANDLING_LIMIT, calendar).due_at if last >= 0 else None


def _until_it_last_ran(steps: Sequence[Step]) -> Sequence[Step]:
    last = max((n for n, step in enumerate(steps) if step.to_state in _RUNS), default=-1)
    return steps[: last + 1]
