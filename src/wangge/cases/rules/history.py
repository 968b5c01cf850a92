"""The state follows from the history: folding the steps gives where a case stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from wangge.cases.types import Action, Limit, Rating, State, Status, Step, Weight
from wangge.foundation.worktime import Clock

START = Status(state=State.DRAFT)


def follow(status: Status, step: Step) -> Status:
    """The status after one more step."""
    moved = replace(status, state=step.to_state, steps=status.steps + 1, since=step.at)
    change = _CHANGES.get(step.action)
    return change(moved, step) if change else moved


def replay(steps: Iterable[Step]) -> Status:
    """Fold a whole history, in order of `seq`."""
    status = START
    for step in steps:
        status = follow(status, step)
    return status


def _text(step: Step, key: str) -> str | None:
    value = step.detail.get(key)
    return None if value is None else str(value)


def _submitted(status: Status, step: Step) -> Status:
    return replace(status, reported_at=step.at)


def _accepted(status: Status, step: Step) -> Status:
    weight = _text(step, "weight")
    return replace(
        status,
        accepted_at=step.at,
        task_code=_text(step, "task_code"),
        limit=_limit(step.detail),
        weight=Weight(weight) if weight else status.weight,
    )


def _limit(detail: dict[str, object]) -> Limit | None:
    """As written down at acceptance: the task may get another one later, the case keeps its own."""
    minutes = detail.get("limit_min")
    if not isinstance(minutes, (int, float)):
        return None
    return Limit(minutes, Clock(str(detail["clock"])), bool(detail.get("is_urgent")))


def _merged(status: Status, step: Step) -> Status:
    return replace(status, merged_into=_text(step, "into"))


def _unmerged(status: Status, step: Step) -> Status:
    return replace(status, merged_into=None)


def _sent(status: Status, step: Step) -> Status:
    return replace(status, unit=_text(step, "unit"), handler_id=None, self_handled=False)


def _signed(status: Status, step: Step) -> Status:
    return _worked(replace(status, handler_id=step.actor_id), step)


def _taken_in_grid(status: Status, step: Step) -> Status:
    return _worked(replace(status, unit=None, handler_id=step.actor_id, self_handled=True), step)


def _worked(status: Status, step: Step) -> Status:
    return replace(status, worked_by=status.worked_by | {step.actor_id}) if step.actor_id else status


def _failed(status: Status, step: Step) -> Status:
    return replace(status, rework_no=status.rework_no + 1)


def _closed(status: Status, step: Step) -> Status:
    return replace(status, closed_at=step.at)


def _rated(status: Status, step: Step) -> Status:
    rating = _text(step, "rating")
    return replace(status, rating=Rating(rating) if rating else None)


def _reopened(status: Status, step: Step) -> Status:
    return replace(status, reopen_no=status.reopen_no + 1, closed_at=None, rating=None)


_CHANGES: dict[Action, Callable[[Status, Step], Status]] = {
    Action.SUBMIT: _submitted,
    Action.ACCEPT: _accepted,
    Action.MERGE: _merged,
    Action.UNMERGE: _unmerged,
    Action.DISPATCH: _sent,
    Action.UPHOLD_RETURN: _sent,
    Action.TRANSFER: _sent,
    Action.ESCALATE: _sent,
    Action.SIGN: _signed,
    Action.SELF_HANDLE: _taken_in_grid,
    Action.SUBMIT_RESULT: _worked,
    Action.REWORK: _failed,
    Action.FEEDBACK: _closed,
    Action.RATE: _rated,
    Action.REOPEN: _reopened,
}
