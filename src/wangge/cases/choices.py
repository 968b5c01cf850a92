"""Which actions somebody may take on a case now, and why the others are closed: drawn from the table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from wangge.cases.models import Case
from wangge.cases.operations.moving import history, is_mover
from wangge.cases.operations.step4_handle import may_submit
from wangge.cases.operations.step7_feedback import is_own_work
from wangge.cases.rules.history import replay
from wangge.cases.rules.workflow import actions_from, transition_for
from wangge.cases.types import Action, State
from wangge.foundation.access import Actor

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


def choices(case: Case, actor: Actor, at: datetime) -> list[Choice]:
    """Every operable action the table knows from the case's state, for this actor."""
    return [_choice(case, actor, action, at) for action in actions_from(State(case.state)) if action in OPERABLE]


def _choice(case: Case, actor: Actor, action: Action, at: datetime) -> Choice:
    row = transition_for(action, State(case.state))
    why_not = _closed_by_guard(case, actor, action, at) if is_mover(actor, row.by, case) else "access.not_allowed"
    return Choice(action, why_not is None, row.needs, why_not)


def _closed_by_guard(case: Case, actor: Actor, action: Action, at: datetime) -> str | None:
    """What the operation's own guard would say; both ask the same."""
    if action in (Action.VERIFY, Action.REWORK, Action.RATE):
        own = is_own_work(case, replay(history(case)).worked_by, actor)
        return "cases.own_result" if own else None
    if action is Action.SUBMIT_RESULT:
        return None if may_submit(case, actor, at) else "cases.not_the_handler"
    return None
