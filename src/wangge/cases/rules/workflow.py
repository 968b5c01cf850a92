"""The one table of states and transitions (domain: §4.2–4.3). Everything that moves a case reads it.

A row says: this action, from these states, leads to that state, by whoever holds this permission for the
place or the handling unit — or by the reporter, or the system — and needs these things said with it.
The table is the whole law of movement: pages draw their buttons from it, the API its 409s, the docs
their diagram (`docs/reference/workflow.md`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from wangge.cases.types import Action, Stage, State
from wangge.foundation.errors import Conflict, Invalid


class Who(StrEnum):
    """Movers who hold no post."""

    REPORTER = "reporter"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Transition:
    """One row: `by` lists permissions (``case.accept``) and `Who`; any one of them is enough."""

    action: Action
    sources: frozenset[State]
    target: State
    by: tuple[str, ...]
    needs: tuple[str, ...] = ()


class CannotMove(Conflict):
    """The case is not in a state from which this action is possible (409)."""

    code = "cases.cannot_move"


class SomethingMissing(Invalid):
    """The action needs something that was not given (422, names the field)."""

    code = "cases.needs_field"


S, A = State, Action

STAGE_OF: dict[State, Stage] = {
    S.DRAFT: Stage.DISCOVER,
    S.REPORTED: Stage.DISCOVER,
    S.RETURNED: Stage.DISCOVER,
    S.REFUSED: Stage.ACCEPT,
    S.MERGED: Stage.ACCEPT,
    S.ACCEPTED: Stage.ACCEPT,
    S.DISPATCHED: Stage.DISPATCH,
    S.RETURN_REQUESTED: Stage.DISPATCH,
    S.IN_PROGRESS: Stage.HANDLE,
    S.SUSPENDED: Stage.HANDLE,
    S.DISPOSED: Stage.HANDLE,
    S.REWORK: Stage.HANDLE,
    S.VERIFIED: Stage.FEEDBACK,
    S.CLOSED: Stage.FEEDBACK,
    S.EVALUATED: Stage.EVALUATE,
    S.WITHDRAWN: Stage.EVALUATE,
    S.VOIDED: Stage.EVALUATE,
}

#: Nothing more happens by itself from here; only an objection, an un-merge or a re-opening leads out.
ENDED = frozenset({S.REFUSED, S.MERGED, S.EVALUATED, S.WITHDRAWN, S.VOIDED})
#: Somebody still has to do something.
OPEN = frozenset(State) - ENDED - {S.CLOSED, S.DRAFT}
#: The handling clock stands still or has stopped.
PAUSED = frozenset({S.RETURNED, S.SUSPENDED})
HANDLING = frozenset({S.ACCEPTED, S.DISPATCHED, S.RETURN_REQUESTED, S.IN_PROGRESS, S.SUSPENDED, S.REWORK})


def _row(action: Action, sources: Iterable[State], target: State, *by: str, needs: tuple[str, ...] = ()) -> Transition:
    return Transition(action, frozenset(sources), target, by, needs)


def _stays(action: Action, states: Iterable[State], *by: str, needs: tuple[str, ...] = ()) -> tuple[Transition, ...]:
    """An overlay: recorded in the history, leaves the state as it is."""
    return tuple(_row(action, {state}, state, *by, needs=needs) for state in sorted(states))


#: Whoever handles a case: the unit that has it, or the grid worker who took it on.
_HANDLERS = ("case.sign", "case.self_handle")

TRANSITIONS: tuple[Transition, ...] = (
    # 1 发现
    _row(A.SUBMIT, {S.DRAFT}, S.REPORTED, Who.REPORTER, "case.report"),
    _row(A.SUPPLEMENT, {S.RETURNED}, S.REPORTED, Who.REPORTER, "case.accept"),
    *_stays(A.SUPPLEMENT, OPEN - {S.RETURNED}, Who.REPORTER, "case.accept"),
    _row(A.WITHDRAW, {S.REPORTED, S.RETURNED, S.ACCEPTED}, S.WITHDRAWN, Who.REPORTER, Who.SYSTEM),
    # 2 受理
    _row(A.ACCEPT, {S.REPORTED}, S.ACCEPTED, "case.accept", Who.SYSTEM, needs=("task_code",)),
    _row(A.RETURN_TO_REPORTER, {S.REPORTED}, S.RETURNED, "case.accept", needs=("note",)),
    _row(A.REFUSE, {S.REPORTED}, S.REFUSED, "case.accept", needs=("reason", "note")),
    _row(A.MERGE, {S.REPORTED}, S.MERGED, "case.accept", needs=("into",)),
    _row(A.UNMERGE, {S.MERGED}, S.REPORTED, "case.accept", Who.SYSTEM, needs=("note",)),
    _row(A.OBJECT, {S.REFUSED}, S.REPORTED, Who.REPORTER, needs=("note",)),
    # 3 分流
    _row(A.DISPATCH, {S.ACCEPTED}, S.DISPATCHED, "case.dispatch", needs=("unit",)),
    _row(A.ASSIST, {S.DRAFT}, S.DISPATCHED, Who.SYSTEM, needs=("unit", "main")),
    _row(A.SIGN, {S.DISPATCHED}, S.IN_PROGRESS, "case.sign"),
    _row(A.REQUEST_RETURN, {S.DISPATCHED, S.IN_PROGRESS}, S.RETURN_REQUESTED, "case.sign", needs=("note",)),
    _row(A.UPHOLD_RETURN, {S.RETURN_REQUESTED}, S.DISPATCHED, "case.arbitrate", needs=("unit", "note")),
    _row(A.REFUSE_RETURN, {S.RETURN_REQUESTED}, S.IN_PROGRESS, "case.arbitrate", needs=("note",)),
    _row(
        A.TRANSFER,
        {S.DISPATCHED, S.IN_PROGRESS, S.REWORK},
        S.DISPATCHED,
        "case.transfer",
        needs=("unit", "note"),
    ),
    _row(
        A.ESCALATE,
        {S.IN_PROGRESS, S.REWORK},
        S.ACCEPTED,
        "case.escalate",
        "case.sign",
        "case.self_handle",
        needs=("reason", "note"),
    ),
    # 4 处置
    _row(A.SELF_HANDLE, {S.ACCEPTED}, S.IN_PROGRESS, "case.self_handle"),
    _row(
        A.SUBMIT_RESULT,
        {S.IN_PROGRESS, S.REWORK},
        S.DISPOSED,
        "case.sign",
        "case.self_handle",
        needs=("note",),
    ),
    *_stays(A.START_JOINT_HANDLING, {S.IN_PROGRESS}, "case.sign", "case.dispatch", needs=("units", "note")),
    *_stays(A.END_SUB_CASE, OPEN, Who.SYSTEM, needs=("sub_case",)),
    *_stays(A.REQUEST_EXTENSION, {S.IN_PROGRESS, S.REWORK}, *_HANDLERS, needs=("note", "until")),
    *_stays(A.APPROVE_EXTENSION, {S.IN_PROGRESS, S.REWORK}, "case.arbitrate", "case.extend_again"),
    *_stays(A.REFUSE_EXTENSION, {S.IN_PROGRESS, S.REWORK}, "case.arbitrate", "case.extend_again", needs=("note",)),
    *_stays(A.REQUEST_SUSPENSION, {S.IN_PROGRESS}, *_HANDLERS, needs=("reason", "until", "note")),
    *_stays(A.REFUSE_SUSPENSION, {S.IN_PROGRESS}, "case.suspend", needs=("note",)),
    _row(A.SUSPEND, {S.IN_PROGRESS}, S.SUSPENDED, "case.suspend"),
    _row(A.RESUME, {S.SUSPENDED}, S.IN_PROGRESS, "case.suspend", *_HANDLERS, Who.SYSTEM),
    # 7 反馈: the check of the result, then the answer
    _row(A.VERIFY, {S.DISPOSED}, S.VERIFIED, "case.verify", Who.REPORTER, Who.SYSTEM),
    _row(A.REWORK, {S.DISPOSED}, S.REWORK, "case.verify", needs=("note",)),
    _row(A.FEEDBACK, {S.VERIFIED}, S.CLOSED, "case.feedback", Who.SYSTEM, needs=("note",)),
    # 8 评价
    _row(A.RATE, {S.CLOSED}, S.EVALUATED, Who.REPORTER, "case.revisit", needs=("rating",)),
    _row(A.ARCHIVE, {S.CLOSED}, S.EVALUATED, Who.SYSTEM),
    _row(A.REOPEN, {S.CLOSED, S.EVALUATED}, S.IN_PROGRESS, Who.REPORTER, "case.supervise", needs=("note",)),
    # 5 跟踪 and 6 督办 are overlays: they run beside the stages, never as states
    *_stays(A.URGE, OPEN, "case.urge", Who.SYSTEM, needs=("note",)),
    *_stays(A.SUPERVISE, OPEN, "case.supervise", Who.SYSTEM, needs=("note", "until")),
    *_stays(A.ACKNOWLEDGE, OPEN, *_HANDLERS, needs=("order",)),
    *_stays(A.REPLY, OPEN, *_HANDLERS, needs=("order", "note")),
    *_stays(A.RELEASE, OPEN, "case.supervise", Who.SYSTEM, needs=("order", "note")),
    _row(A.VOID, OPEN, S.VOIDED, "case.void", Who.SYSTEM, needs=("reason", "note")),
)

#: Between the reporter and the desk, or up the levels: matters of the main case, never of a sub-case.
MAIN_CASE_ONLY = frozenset(
    {
        A.SUPPLEMENT, A.WITHDRAW, A.MERGE, A.ESCALATE, A.START_JOINT_HANDLING, A.FEEDBACK, A.RATE, A.REOPEN,
    }
)  # fmt: skip

_BY_MOVE = {(row.action, state): row for row in TRANSITIONS for state in row.sources}


def transition_for(action: Action, state: State) -> Transition:
    """The row for this action from this state; CannotMove (409) where there is none."""
    row = _BY_MOVE.get((action, state))
    if row is None:
        raise CannotMove(action=action.value, state=state.value)
    return row


def actions_from(state: State) -> tuple[Action, ...]:
    """Actions the table knows from this state, in the table's order."""
    return tuple(row.action for row in TRANSITIONS if state in row.sources)


def require_needs(row: Transition, given: dict[str, object]) -> None:
    """SomethingMissing (422) naming the first thing the row needs and `given` lacks or leaves blank."""
    for need in row.needs:
        value = given.get(need)
        if value is None or value == [] or (isinstance(value, str) and not value.strip()):
            raise SomethingMissing(field=need, action=row.action.value)


def permissions_in_table() -> frozenset[str]:
    """Every permission some row asks for."""
    return frozenset(by for row in TRANSITIONS for by in row.by if by.startswith("case."))
