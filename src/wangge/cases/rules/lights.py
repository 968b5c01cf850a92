"""亮灯: what a clock that comes near its end brings about, and when (kpis §5; the numbers are a centre's own)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from wangge.cases.rules.clock import ClockKind, RunningClock, minutes_after, runs_since
from wangge.cases.types import Action, Step
from wangge.catalogue.types import ClockProfile
from wangge.foundation.worktime import Calendar, Clock


class Turn(StrEnum):
    """Yellow reminds, red urges; then a supervision order opens, and at last it is listed."""

    REMIND = "REMIND"
    URGE = "URGE"
    SUPERVISE = "SUPERVISE"
    LIST = "LIST"


@dataclass(frozen=True, slots=True)
class TurnOfClock:
    """A turn of one clock of a case at its instant; `due_at` is the deadline it is about."""

    turn: Turn
    at: datetime
    kind: ClockKind
    due_at: datetime


def turns_of(
    clocks: Sequence[RunningClock], steps: Sequence[Step], profile: ClockProfile, calendar: Calendar
) -> list[TurnOfClock]:
    """The turns of the clocks that press now, in order of time. Clocks that stand still have none."""
    turns = [turn for clock in clocks for turn in _turns(clock, steps, profile, calendar)]
    return sorted(turns, key=lambda turn: turn.at)


def _turns(clock: RunningClock, steps: Sequence[Step], profile: ClockProfile, calendar: Calendar) -> list[TurnOfClock]:
    """Only handling leads to orders: the other clocks are the centre's own, or run beside it.

    Time past the deadline is counted as the clock counts, so a result that waits for its check doesn't grow later.
    An order is listed once it has stood for its time, however late it was opened.
    """
    kind, warn_at, due_at = clock.kind, clock.warn_at, clock.due_at
    if kind is None or warn_at is None or due_at is None:
        return []
    turns = [TurnOfClock(Turn.REMIND, warn_at, kind, due_at), TurnOfClock(Turn.URGE, due_at, kind, due_at)]
    if kind is not ClockKind.HANDLING:
        return turns

    def later(since: datetime, minutes: float) -> datetime:
        return minutes_after(runs_since(kind, steps, since), minutes, Clock.WORKING, calendar).at

    supervise_at = later(due_at, profile.supervise_after_min)
    turns.append(TurnOfClock(Turn.SUPERVISE, supervise_at, kind, due_at))
    opened_at = _order_opened_at(steps)
    if opened_at:
        stands = profile.list_after_min - profile.supervise_after_min
        turns.append(TurnOfClock(Turn.LIST, later(max(opened_at, supervise_at), stands), kind, due_at))
    return turns


def pending_turns(turns: Sequence[TurnOfClock], steps: Sequence[Step], *, at: datetime) -> list[TurnOfClock]:
    """Those that are due at an instant and weren't taken yet for their deadline.

    A case that comes back to a handler after its deadline isn't urged again for the same one. A reminder that
    a red light has overtaken is left out, and no order opens beside one that runs.
    """
    runs = _order_opened_at(steps) is not None
    due = [turn for turn in turns if turn.at <= at]
    red = {turn.kind for turn in due if turn.turn is Turn.URGE}
    pending = []
    for turn in due:
        taken = _taken(turn, steps)
        if (
            (turn.turn is Turn.REMIND and turn.kind not in red)
            or (turn.turn is Turn.URGE and not taken & {Action.URGE, Action.SUPERVISE})
            or (turn.turn is Turn.SUPERVISE and Action.SUPERVISE not in taken and not runs)
            or turn.turn is Turn.LIST
        ):
            pending.append(turn)
    return pending


def _taken(turn: TurnOfClock, steps: Sequence[Step]) -> set[Action]:
    about = {"clock": turn.kind.value, "due_at": turn.due_at.isoformat()}
    return {step.action for step in steps if about.items() <= step.detail.items()}


def _order_opened_at(steps: Sequence[Step]) -> datetime | None:
    """When the order that runs was opened: one runs at a time."""
    opened: dict[object, datetime] = {}
    for step in steps:
        if step.action is Action.SUPERVISE:
            opened[step.detail.get("order")] = step.at
        elif step.action is Action.RELEASE:
            opened.pop(step.detail.get("order"), None)
    return max(opened.values(), default=None)
