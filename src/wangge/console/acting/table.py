"""Every action of the desk: its form, its operation, its key. Who may take it is the operation's to decide."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from wangge.cases import operations as op
from wangge.cases.types import Action, Moved
from wangge.console.acting import forms, path_forms
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
    is_rare: bool = False  #: behind "More actions", so that the usual ones stay in sight

    @property
    def template(self) -> str:
        """The action's own form where it has one."""
        return f"console/acts/{_TEMPLATES.get(self.action, 'form')}.html"


_TEMPLATES = {
    Action.ACCEPT: "accept",
    Action.MERGE: "merge",
    Action.DISPATCH: "dispatch",
    Action.TRANSFER: "dispatch",
    Action.UPHOLD_RETURN: "dispatch",
    Action.START_JOINT_HANDLING: "jointly",
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
    Act(Action.APPROVE_EXTENSION, path_forms.GrantForm, op.approve_extension, "y", leads=True),
    Act(Action.REFUSE_EXTENSION, path_forms.NoForm, op.refuse_extension, "x", is_hard=True),
    Act(Action.SUSPEND, path_forms.SuspendForm, op.suspend, "y", leads=True),
    Act(Action.REFUSE_SUSPENSION, path_forms.NoForm, op.refuse_suspension, "x", is_hard=True),
    Act(Action.UPHOLD_RETURN, path_forms.UpholdForm, op.uphold_return, "y"),
    Act(Action.REFUSE_RETURN, path_forms.NoForm, op.refuse_return, "x"),
    Act(Action.TRANSFER, forms.TransferForm, op.transfer, "t"),
    Act(Action.VERIFY, forms.VerifyForm, op.verify, "v", leads=True),
    Act(Action.REWORK, forms.ReworkForm, op.rework, "x", is_hard=True),
    Act(Action.FEEDBACK, forms.FeedbackForm, op.feedback, "ctrl+enter", leads=True),
    Act(Action.RATE, forms.RateForm, op.rate, "e"),
    Act(Action.REOPEN, forms.NoteForm, op.reopen, "o", is_hard=True),
    Act(Action.ACKNOWLEDGE, path_forms.ReceiptForm, op.acknowledge, "q"),
    Act(Action.REPLY, path_forms.ReplyForm, op.reply, "z"),
    Act(Action.RELEASE, path_forms.ReleaseForm, op.release, "z"),
    Act(Action.RESUME, forms.BareForm, op.resume, "y", leads=True),
    Act(Action.REQUEST_RETURN, path_forms.RequestReturnForm, op.request_return, "i"),
    Act(Action.URGE, path_forms.UrgeForm, op.urge, "c"),
    Act(Action.SUPPLEMENT, forms.NoteForm, op.supplement, "n"),
    Act(Action.REQUEST_EXTENSION, path_forms.ExtensionForm, op.request_extension, "", is_rare=True),
    Act(Action.REQUEST_SUSPENSION, path_forms.SuspensionForm, op.request_suspension, "", is_rare=True),
    Act(Action.START_JOINT_HANDLING, path_forms.JointForm, op.start_joint_handling, "", is_rare=True),
    Act(Action.ESCALATE, path_forms.EscalateForm, op.escalate, "", is_rare=True),
    Act(Action.SUPERVISE, path_forms.SuperviseForm, op.supervise, "", is_rare=True),
    Act(Action.VOID, path_forms.VoidForm, op.void, "", is_rare=True, is_hard=True),
)
ACTS: dict[Action, Act] = {act.action: act for act in _ACTS}


def act_named(name: str) -> Act:
    """The act of that name, or NotFound (404)."""
    act = ACTS.get(Action(name)) if name in set(Action) else None
    if act is None:
        raise NotFound("request.unknown_action", field="action", value=name[:40])
    return act
