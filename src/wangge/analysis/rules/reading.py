"""Reading a history into facts: one pass over the steps, act by act."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from itertools import pairwise
from typing import TypeVar

from wangge.analysis.rules.deadline import Clocks, acceptance_due, handling_due
from wangge.analysis.rules.facts import (
    CaseFacts,
    Check,
    Closing,
    Fixed,
    Intake,
    Order,
    Round,
    Sending,
    Stay,
    Urging,
)
from wangge.cases.rules.workflow import HANDLING, PAUSED
from wangge.cases.types import Action, State, Step
from wangge.foundation.worktime import LOCAL

A = Action
#: Whether a task was on the effective list on that day.
Listed = Callable[[str, date], bool]
T = TypeVar("T")
_RUNS = HANDLING - PAUSED
_RESULT_IS_THERE = frozenset({State.DISPOSED, State.VERIFIED, State.CLOSED})


@dataclass(slots=True)
class _Pen:
    """What has been read so far. `round_steps` are those since the handling clock last started afresh."""

    clocks: Clocks
    steps: list[Step] = field(default_factory=list)
    unit: str = ""
    level: str = ""
    result_at: datetime | None = None
    round_steps: list[Step] = field(default_factory=list)
    accepted_at: datetime | None = None
    task_code: str = ""
    voided_at: datetime | None = None
    withdrawn_at: datetime | None = None
    intakes: list[Intake] = field(default_factory=list)
    rounds: list[Round] = field(default_factory=list)
    sendings: list[Sending] = field(default_factory=list)
    checks: list[Check] = field(default_factory=list)
    closings: list[Closing] = field(default_factory=list)
    stays: list[Stay] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    urgings: list[Urging] = field(default_factory=list)


def facts_of(
    fixed: Fixed, steps: Iterable[Step], *, clocks: Clocks, cut_off: datetime, listed: Listed | None = None
) -> CaseFacts | None:
    """The facts of a case from its steps before the cut-off; None for one that did not exist by then."""
    known = [step for step in steps if step.at < cut_off]
    if not known:
        return None
    pen = _Pen(clocks)
    for step in known:
        _read(pen, step)
    _close_the_books(pen)
    return CaseFacts(
        case_no=fixed.case_no,
        area=_area_then(fixed.area, steps, cut_off),
        channel=fixed.channel,
        is_sub_case=fixed.is_sub_case or known[0].action is A.ASSIST,
        is_contactable=fixed.is_contactable,
        steps=len(known),
        last_at=known[-1].at,
        reported_at=known[0].at if known[0].action is A.SUBMIT else None,
        accepted_at=pen.accepted_at,
        task_code=pen.task_code,
        is_listed=_is_listed(pen, listed),
        unit=pen.unit,
        is_closed=known[-1].to_state in (State.CLOSED, State.EVALUATED),
        voided_at=pen.voided_at,
        withdrawn_at=pen.withdrawn_at,
        intakes=tuple(pen.intakes),
        rounds=tuple(pen.rounds),
        sendings=tuple(pen.sendings),
        checks=tuple(pen.checks),
        closings=tuple(pen.closings),
        stays=tuple(pen.stays),
        orders=tuple(pen.orders),
        urgings=tuple(pen.urgings),
    )


def _area_then(now: str, steps: Iterable[Step], cut_off: datetime) -> str:
    """An acceptance may put a report where it belongs: before it the place was another one."""
    for step in steps:
        place = step.detail.get("place")
        if step.at >= cut_off and isinstance(place, dict) and place.get("was"):
            return str(place["was"])
    return now


def _is_listed(pen: _Pen, listed: Listed | None) -> bool:
    if listed is None or pen.accepted_at is None or not pen.task_code:
        return True
    return listed(pen.task_code, pen.accepted_at.astimezone(LOCAL).date())


def _read(pen: _Pen, step: Step) -> None:
    pen.steps.append(step)
    pen.round_steps.append(step)
    act = _ACTS.get(step.action)
    if act:
        act(pen, step)


# --- receiving --------------------------------------------------------------------------------------


def _reported(pen: _Pen, step: Step) -> None:
    pen.intakes.append(Intake(None))


def _decided(pen: _Pen, step: Step) -> None:
    if pen.intakes and pen.intakes[-1].decided_at is None:
        due = acceptance_due(pen.steps[:-1], pen.clocks)
        pen.intakes[-1] = Intake(due, step.at, step.action.value)


def _accepted(pen: _Pen, step: Step) -> None:
    _decided(pen, step)
    pen.accepted_at = step.at
    _given(pen, step)
    _start_round(pen, step)


def _assisting(pen: _Pen, step: Step) -> None:
    """A sub-case is with its unit as it is made; it was never a report, and no desk chose where to send it."""
    _given(pen, step)
    _start_round(pen, step)
    _sent(pen, step, by_centre=False)


def _given(pen: _Pen, step: Step) -> None:
    pen.task_code = _text(step, "task_code")


def _withdrawn(pen: _Pen, step: Step) -> None:
    """Nobody owes an answer any more, and nobody was late."""
    pen.withdrawn_at = step.at
    if pen.intakes and pen.intakes[-1].decided_at is None:
        pen.intakes.pop()
    _drop_round(pen)


def _voided(pen: _Pen, step: Step) -> None:
    pen.voided_at = step.at


# --- dispatching ------------------------------------------------------------------------------------


def _dispatched(pen: _Pen, step: Step) -> None:
    _sent(pen, step, by_centre=True)


def _transferred(pen: _Pen, step: Step) -> None:
    _sent(pen, step, by_centre=False)


def _sent(pen: _Pen, step: Step, *, by_centre: bool) -> None:
    pen.unit = _text(step, "unit")
    pen.level = _text(step, "level") or pen.level
    pen.sendings.append(Sending(step.at, pen.unit, by_centre))
    _holds(pen)


def _asked_back(pen: _Pen, step: Step) -> None:
    _last(pen.sendings, lambda one: replace(one, is_asked_back=True))


def _kept(pen: _Pen, step: Step) -> None:
    _last(pen.sendings, lambda one: replace(one, is_refused=True))


def _sent_elsewhere(pen: _Pen, step: Step) -> None:
    _last(pen.sendings, lambda one: replace(one, is_upheld=True))
    _sent(pen, step, by_centre=True)


def _climbed(pen: _Pen, step: Step) -> None:
    """The desk of the higher level sends it on; until then no unit has it."""
    pen.unit, pen.level = _text(step, "unit"), _text(step, "level") or pen.level
    _holds(pen)


def _taken_in_grid(pen: _Pen, step: Step) -> None:
    pen.unit, pen.level = "", _text(step, "level") or "GRID"
    _holds(pen)


def _holds(pen: _Pen) -> None:
    _last(pen.rounds, lambda one: replace(one, unit=pen.unit, level=pen.level))


# --- handling ---------------------------------------------------------------------------------------


def _start_round(pen: _Pen, step: Step) -> None:
    _settle_due(pen, pen.steps[:-1])
    pen.round_steps, pen.result_at = [step], None
    pen.rounds.append(Round(step.at, pen.unit, pen.level))


def _drop_round(pen: _Pen) -> None:
    if pen.rounds and pen.rounds[-1].finished_at is None:
        pen.rounds.pop()


def _extended(pen: _Pen, step: Step) -> None:
    _last(pen.rounds, lambda one: replace(one, is_extended=True))


def _suspended(pen: _Pen, step: Step) -> None:
    pen.stays.append(Stay(step.at, pen.unit, _text(step, "reason"), _text(step, "until")))


def _resumed(pen: _Pen, step: Step) -> None:
    _last(pen.stays, lambda one: one if one.ended_at else replace(one, ended_at=step.at))


def _has_result(pen: _Pen, step: Step) -> None:
    """A result counts from the moment it is submitted, until somebody finds that it settles nothing."""
    pen.result_at = step.at
    net = _net_minutes(pen.round_steps)
    _last(pen.rounds, lambda one: replace(one, finished_at=step.at, net_min=net))
    pen.orders = [one if one.finished_at else replace(one, finished_at=step.at) for one in pen.orders]


def _net_minutes(steps: Sequence[Step]) -> float:
    """Minutes by the wall clock in which the handler had it: suspension and waiting for a check left out."""
    total = 0.0
    for step, following in pairwise(steps):
        if step.to_state in _RUNS:
            total += (following.at - step.at).total_seconds() / 60
    return round(total, 3)


def _passed(pen: _Pen, step: Step) -> None:
    if _text(step, "reason") != "NOT_SAMPLED":
        pen.checks.append(Check(step.at, pen.unit, True))


def _failed(pen: _Pen, step: Step) -> None:
    pen.checks.append(Check(step.at, pen.unit, False))
    _last(pen.rounds, lambda one: replace(one, finished_at=None, net_min=None, has_failed=True))
    pen.orders = [_opened_again(one, pen.result_at) for one in pen.orders]


def _opened_again(order: Order, result_at: datetime | None) -> Order:
    kept = None if order.finished_at == result_at else order.finished_at
    return replace(order, finished_at=kept, was_finished=False)


# --- answering --------------------------------------------------------------------------------------


def _closed(pen: _Pen, step: Step) -> None:
    last = pen.rounds[-1] if pen.rounds else Round(step.at)
    again = bool(pen.closings)
    pen.closings.append(Closing(step.at, pen.unit, pen.level, last.is_extended, last.has_failed or again, last.net_min))


def _rated(pen: _Pen, step: Step) -> None:
    solved = step.detail.get("solved")
    said = solved if isinstance(solved, bool) else None
    rating, asked = _text(step, "rating"), _text(step, "by") == "REVISIT"
    _last(pen.closings, lambda one: replace(one, rating=rating, is_solved=said, is_revisit=asked))


def _reopened(pen: _Pen, step: Step) -> None:
    _last(pen.closings, lambda one: replace(one, reopened_at=step.at))
    _start_round(pen, step)


# --- tracking and supervising -------------------------------------------------------------------------


def _urged(pen: _Pen, step: Step) -> None:
    pen.urgings.append(Urging(step.at, pen.unit))


def _ordered(pen: _Pen, step: Step) -> None:
    """An order opened while the result waits for its check finds the work done; a check that fails opens it again."""
    is_there = step.to_state in _RESULT_IS_THERE
    order = Order(_text(step, "order"), step.at, _instant(_text(step, "until")), pen.unit, was_finished=is_there)
    pen.orders.append(order)


def _released(pen: _Pen, step: Step) -> None:
    number = _text(step, "order")
    pen.orders = [
        replace(one, released_at=step.at) if one.number == number and not one.released_at else one for one in pen.orders
    ]


_ACTS: dict[Action, Callable[[_Pen, Step], None]] = {
    A.SUBMIT: _reported,
    A.OBJECT: _reported,
    A.UNMERGE: _reported,
    A.REFUSE: _decided,
    A.MERGE: _decided,
    A.ACCEPT: _accepted,
    A.ASSIST: _assisting,
    A.WITHDRAW: _withdrawn,
    A.VOID: _voided,
    A.DISPATCH: _dispatched,
    A.TRANSFER: _transferred,
    A.REQUEST_RETURN: _asked_back,
    A.REFUSE_RETURN: _kept,
    A.UPHOLD_RETURN: _sent_elsewhere,
    A.ESCALATE: _climbed,
    A.SELF_HANDLE: _taken_in_grid,
    A.APPROVE_EXTENSION: _extended,
    A.SUSPEND: _suspended,
    A.RESUME: _resumed,
    A.SUBMIT_RESULT: _has_result,
    A.VERIFY: _passed,
    A.REWORK: _failed,
    A.FEEDBACK: _closed,
    A.RATE: _rated,
    A.REOPEN: _reopened,
    A.URGE: _urged,
    A.SUPERVISE: _ordered,
    A.RELEASE: _released,
}


def _close_the_books(pen: _Pen) -> None:
    """Deadlines that are still open, and those of rounds that ended: each by the steps of its own round."""
    if pen.intakes and pen.intakes[-1].decided_at is None:
        pen.intakes[-1] = Intake(acceptance_due(pen.steps, pen.clocks))
    _settle_due(pen, pen.steps)


def _settle_due(pen: _Pen, steps: Sequence[Step]) -> None:
    if pen.rounds:
        due = handling_due(steps, pen.clocks)
        pen.rounds[-1] = replace(pen.rounds[-1], due_at=due)


def _last(rows: list[T], change: Callable[[T], T]) -> None:
    if rows:
        rows[-1] = change(rows[-1])


def _text(step: Step, key: str) -> str:
    value = step.detail.get(key)
    return "" if value is None else str(value)


def _instant(text: str) -> datetime | None:
    """As the order says it: an instant, or a day that counts to its end."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    if len(text) == 10:
        return datetime.combine(found.date(), time.max, LOCAL)
    return found if found.tzinfo else found.replace(tzinfo=LOCAL)
