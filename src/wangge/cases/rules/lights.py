"""亮灯: what a clock that comes near its end brings about, and when (kpis §5; the numbers are a centre's own)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from wangge.cases.rules.clock import ClockKind
from wangge.cases.types import Action, Step
from wangge.catalogue.types import ClockProfile
from wangge.foundation.worktime import Calendar, Clock, add_minutes


class Turn(StrEnum):
    """Yellow reminds, red urges; then a supervision order opens, and at last it is listed."""

    REMIND = "REMIND"
    URGE = "URGE"
    SUPERVISE = "SUPERVISE"
    LIST = "LIST"


#: A turn and its instant.
Turns = tuple[tuple[Turn, datetime], ...]


def turns_of(kind: ClockKind, warn_at: datetime, due_at: datetime, profile: ClockProfile, calendar: Calendar) -> Turns:
    """The turns of a running clock in order. Only handling leads to orders: the other clocks are the centre's own."""
    turns = [(Turn.REMIND, warn_at), (Turn.URGE, due_at)]
    if kind is ClockKind.HANDLING:
        for turn, minutes in ((Turn.SUPERVISE, profile.supervise_after_min), (Turn.LIST, profile.list_after_min)):
            turns.append((turn, add_minutes(due_at, minutes, Clock.WORKING, calendar).at))
    return tuple(turns)


def pending_turns(
    turns: Turns, steps: Sequence[Step], due_at: datetime, *, since: datetime, at: datetime
) -> tuple[Turn, ...]:
    """The turns that are due at an instant and weren't taken yet for this deadline.

    A case that comes back to a handler after its deadline isn't urged again for the same one. A reminder that
    a red light has overtaken is left out, and no order opens beside one that runs.
    """
    taken = {step.action for step in steps if step.detail.get("due_at") == due_at.isoformat()}
    runs = _has_open_order(steps)
    due = [turn for turn, when in turns if when <= at]
    pending = []
    for turn in due:
        if (
            (turn is Turn.REMIND and Turn.URGE not in due)
            or (turn is Turn.URGE and Action.URGE not in taken and Action.SUPERVISE not in taken)
            or (turn is Turn.SUPERVISE and Action.SUPERVISE not in taken and not runs)
            or turn is Turn.LIST
        ):
            pending.append(turn)
    return tuple(pending)


def _has_open_order(steps: Sequence[Step]) -> bool:
    opened = {step.detail.get("order") for step in steps if step.action is Action.SUPERVISE}
    released = {step.detail.get("order") for step in steps if step.action is Action.RELEASE}
    return bool(opened - released)
