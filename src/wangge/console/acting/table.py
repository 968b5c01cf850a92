"""Every action of the desk: its form, its operation, its key. Who may take it is the operation's to decide."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from wangge.cases import operations as op
from wangge.cases.types import Action, Moved
from wangge.console.acting import forms
from wangge.foundation.errors import NotFound


@dataclass(frozen=True, slots=True)
class Act:
    """How the desk carries out an action. `leads`: shown whole in the case, not only when asked for."""

    action: Action
    form: type[forms.ActForm]
    perform: Callable[..., Moved]
    key: str
    leads: bool = False
    is_hard: bool = False

    @property
    def template(self) -> str:
        """The action's own form where it has one."""
        return f"console/acts/{_TEMPLATES.get(self.action, 'form')}.html"


_TEMPLATES = {
    Action.ACCEPT: "accept",
    Action.MERGE: "merge",
    Action.DISPATCH: "dispatch",
    Action.TRANSFER: "dispatch",
    Action.SUBMIT_RESULT: "submit_result",
    Action.VERIFY: "verify",
    Action.REWORK: "verify",
}

_ACTS = (
    Act(Action.ACCEPT, forms.AcceptForm, op.accept, "a", leads=True),
    Act(Action.RETURN_TO_REPORTER, forms.ReturnForm, op.return_to_reporter, "b"),
    Act(Action.MERGE, forms.MergeForm, op.merge, "g"),
    Act(Action.UNMERGE, forms.UnmergeForm, op.unmerge, "u"),
    Act(Action.REFUSE, forms.RefuseForm, op.refuse, "r", is_hard=True),
    Act(Action.DISPATCH, forms.DispatchForm, op.dispatch, "d", leads=True),
    Act(Action.SELF_HANDLE, forms.BareForm, op.self_handle, "h", leads=True),
    Act(Action.SIGN, forms.BareForm, op.sign, "s", leads=True),
    Act(Action.SUBMIT_RESULT, forms.ResultForm, op.submit_result, "ctrl+enter", leads=True),
    Act(Action.TRANSFER, forms.TransferForm, op.transfer, "t"),
    Act(Action.VERIFY, forms.VerifyForm, op.verify, "v", leads=True),
    Act(Action.REWORK, forms.ReworkForm, op.rework, "x", is_hard=True),
    Act(Action.FEEDBACK, forms.FeedbackForm, op.feedback, "ctrl+enter", leads=True),
    Act(Action.RATE, forms.RateForm, op.rate, "e"),
    Act(Action.REOPEN, forms.NoteForm, op.reopen, "o", is_hard=True),
    Act(Action.SUPPLEMENT, forms.NoteForm, op.supplement, "n"),
)
ACTS: dict[Action, Act] = {act.action: act for act in _ACTS}


def act_named(name: str) -> Act:
    """The act of that name, or NotFound (404)."""
    act = ACTS.get(Action(name)) if name in set(Action) else None
    if act is None:
        raise NotFound("request.unknown_action", field="action", value=name[:40])
    return act
