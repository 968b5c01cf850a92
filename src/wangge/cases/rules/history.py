"""The state follows from the history: folding the steps gives where a case stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from wangge.cases.types import Action, Asked, HandlingLevel, Limit, Rating, Request, State, Status, Step, Weight
from wangge.foundation.worktime import Clock

START = Status(state=State.DRAFT)


def follow(status: Status, step: Step) -> Status:
    """The status after one more step."""
    since = status.since if step.to_state is status.state else step.at
    moved = replace(status, state=step.to_state, steps=status.steps + 1, since=since)
    if moved.request and step.to_state is not status.state:  # who asked has gone on without the answer
        moved = replace(moved, request=None)
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


def _assisting(status: Status, step: Step) -> Status:
    """A sub-case begins: accepted with its main case, and sent out."""
    accepted = replace(_accepted(status, step), reported_at=step.at, main=_text(step, "main"))
    return _sent(accepted, step)


def _jointly(status: Status, step: Step) -> Status:
    subs = step.detail.get("sub_cases")
    numbers = {str(one["case_no"]) for one in subs} if isinstance(subs, list) else set()
    return replace(status, open_subs=status.open_subs | numbers)


def _sub_case_ended(status: Status, step: Step) -> Status:
    return replace(status, open_subs=status.open_subs - {_text(step, "sub_case") or ""})


def _refused(status: Status, step: Step) -> Status:
    return replace(status, refused_by=status.refused_by | {step.actor_id}) if step.actor_id else status


def _objected(status: Status, step: Step) -> Status:
    return replace(status, objections=status.objections + 1)


def _merged(status: Status, step: Step) -> Status:
    return replace(status, merged_into=_text(step, "into"))


def _unmerged(status: Status, step: Step) -> Status:
    return replace(status, merged_into=None)


def _sent(status: Status, step: Step) -> Status:
    level = _text(step, "level")
    return replace(
        status,
        unit=_text(step, "unit"),
        level=HandlingLevel(level) if level else status.level,
        since=step.at,
        passed_up=False,
        handler_id=None,
        self_handled=False,
        return_refused=False,
        return_asked_by=None,
    )


def _passed_up(status: Status, step: Step) -> Status:
    return replace(_sent(status, step), unit=None, passed_up=True)


def _signed(status: Status, step: Step) -> Status:
    return _worked(replace(status, handler_id=step.actor_id), step)


def _return_asked(status: Status, step: Step) -> Status:
    return replace(status, return_asked_by=step.actor_id)


def _return_refused(status: Status, step: Step) -> Status:
    """The matter stays with the unit: whoever asked is its handler unless somebody had signed before."""
    return replace(
        status,
        handler_id=status.handler_id or status.return_asked_by,
        return_refused=True,
        returns_refused=status.returns_refused + 1,
    )


def _taken_in_grid(status: Status, step: Step) -> Status:
    taken = replace(status, unit=None, handler_id=step.actor_id, self_handled=True, level=HandlingLevel.GRID)
    return _worked(taken, step)


def _worked(status: Status, step: Step) -> Status:
    return replace(status, worked_by=status.worked_by | {step.actor_id}) if step.actor_id else status


def _asked(kind: Asked) -> Callable[[Status, Step], Status]:
    def change(status: Status, step: Step) -> Status:
        request = Request(kind, _text(step, "until") or "", step.actor_id, _text(step, "reason") or "")
        return replace(status, request=request)

    return change


def _decided(status: Status, step: Step) -> Status:
    return replace(status, request=None)


def _extended(status: Status, step: Step) -> Status:
    extra = step.detail.get("extra_min")
    more = float(extra) if isinstance(extra, (int, float)) else 0.0
    return replace(status, request=None, extensions=status.extensions + 1, extra_min=status.extra_min + more)


def _suspended(status: Status, step: Step) -> Status:
    return replace(status, suspended_until=_text(step, "until"))


def _resumed(status: Status, step: Step) -> Status:
    return replace(status, suspended_until=None)


def _failed(status: Status, step: Step) -> Status:
    return replace(status, rework_no=status.rework_no + 1)


def _closed(status: Status, step: Step) -> Status:
    return replace(status, closed_at=step.at)


def _rated(status: Status, step: Step) -> Status:
    rating, solved = _text(step, "rating"), step.detail.get("solved")
    is_solved = solved if isinstance(solved, bool) else None
    return replace(status, rating=Rating(rating) if rating else None, is_solved=is_solved)


def _reopened(status: Status, step: Step) -> Status:
    return replace(
        status,
        reopen_no=status.reopen_no + 1,
        closed_at=None,
        rating=None,
        is_solved=None,
        extensions=0,
        extra_min=0,
    )


def _ordered(status: Status, step: Step) -> Status:
    return replace(status, orders=status.orders | {_text(step, "order") or ""})


def _released(status: Status, step: Step) -> Status:
    return replace(status, orders=status.orders - {_text(step, "order") or ""})


_CHANGES: dict[Action, Callable[[Status, Step], Status]] = {
    Action.SUBMIT: _submitted,
    Action.ACCEPT: _accepted,
    Action.REFUSE: _refused,
    Action.OBJECT: _objected,
    Action.MERGE: _merged,
    Action.UNMERGE: _unmerged,
    Action.DISPATCH: _sent,
    Action.ASSIST: _assisting,
    Action.UPHOLD_RETURN: _sent,
    Action.TRANSFER: _sent,
    Action.ESCALATE: _passed_up,
    Action.SIGN: _signed,
    Action.REQUEST_RETURN: _return_asked,
    Action.REFUSE_RETURN: _return_refused,
    Action.SELF_HANDLE: _taken_in_grid,
    Action.START_JOINT_HANDLING: _jointly,
    Action.END_SUB_CASE: _sub_case_ended,
    Action.REQUEST_EXTENSION: _asked(Asked.EXTENSION),
    Action.APPROVE_EXTENSION: _extended,
    Action.REFUSE_EXTENSION: _decided,
    Action.REQUEST_SUSPENSION: _asked(Asked.SUSPENSION),
    Action.REFUSE_SUSPENSION: _decided,
    Action.SUSPEND: _suspended,
    Action.RESUME: _resumed,
    Action.SUBMIT_RESULT: _worked,
    Action.REWORK: _failed,
    Action.FEEDBACK: _closed,
    Action.RATE: _rated,
    Action.REOPEN: _reopened,
    Action.SUPERVISE: _ordered,
    Action.RELEASE: _released,
}
