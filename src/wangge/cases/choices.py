"""Which actions somebody may take on a case now, and why the others are closed: drawn from the table."""

from __future__ import annotations

from dataclasses import dataclass

from wangge.cases.models import Case
from wangge.cases.operations.moving import is_mover
from wangge.cases.rules.workflow import actions_from, transition_for
from wangge.cases.types import Action, State
from wangge.foundation.access import Actor, ActorKind

#: Operations that exist; the rest of the table joins as its operations do.
OPERABLE = frozenset(
    {
        Action.ACCEPT, Action.RETURN_TO_REPORTER, Action.REFUSE, Action.MERGE, Action.UNMERGE, Action.SUPPLEMENT,
        Action.WITHDRAW, Action.SELF_HANDLE, Action.DISPATCH, Action.SIGN, Action.TRANSFER, Action.SUBMIT_RESULT,
        Action.VERIFY, Action.REWORK, Action.FEEDBACK, Action.RATE, Action.REOPEN,
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Choice:
    """An action from the present state. `why_not` is a code of `project.words` when it is closed to this actor."""

    action: Action
    allowed: bool
    needs: tuple[str, ...]
    why_not: str | None = None


def choices(case: Case, actor: Actor) -> list[Choice]:
    """Every operable action the table knows from the case's state, for this actor."""
    return [_choice(case, actor, action) for action in actions_from(State(case.state)) if action in OPERABLE]


def _choice(case: Case, actor: Actor, action: Action) -> Choice:
    row = transition_for(action, State(case.state))
    why_not = _closed_by_guard(case, actor, action) if is_mover(actor, row.by, case) else "access.not_allowed"
    return Choice(action, why_not is None, row.needs, why_not)


def _closed_by_guard(case: Case, actor: Actor, action: Action) -> str | None:
    if action in (Action.VERIFY, Action.REWORK, Action.RATE):
        who = case.entered_by_id if actor.kind is ActorKind.REPORTER else actor.user_id
        return "cases.own_result" if who is not None and who == case.handler_id else None
    if action is Action.SUBMIT_RESULT:
        mine = case.handler_id == actor.user_id if case.self_handled else case.unit in actor.units("case.sign")
        return None if mine else "cases.not_the_handler"
    return None
