"""Words of the tracking board: its columns, the eight steps, and the slogan of four lines."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wangge.cases.types import Stage

Words = str | Promise

#: The eight steps as the profession names them, in order.
STEPS: dict[Stage, Words] = {
    Stage.DISCOVER: pgettext_lazy("step of the process", "Discovery"),
    Stage.ACCEPT: pgettext_lazy("step of the process", "Acceptance"),
    Stage.DISPATCH: pgettext_lazy("step of the process", "Dispatch"),
    Stage.HANDLE: pgettext_lazy("step of the process", "Handling"),
    Stage.TRACK: pgettext_lazy("step of the process", "Tracking"),
    Stage.SUPERVISE: pgettext_lazy("step of the process", "Supervision"),
    Stage.FEEDBACK: pgettext_lazy("step of the process", "Answer"),
    Stage.EVALUATE: pgettext_lazy("step of the process", "Evaluation"),
}
STEP_TEXTS: dict[Stage, Words] = {
    Stage.DISCOVER: _("Reported and not accepted yet, or sent back to the reporter for more."),
    Stage.ACCEPT: _("Accepted, and waiting to be sent to whoever handles it."),
    Stage.DISPATCH: _("Sent to a unit that hasn’t signed yet, or wants to return it."),
    Stage.HANDLE: _("Being handled, suspended, or with a result that is being checked."),
    Stage.TRACK: _("Runs beside the steps: open cases that are near their deadline or past it."),
    Stage.SUPERVISE: _("Runs beside the steps: open cases with a supervision order."),
    Stage.FEEDBACK: _("The result was found good; the reporter doesn’t have the answer yet."),
    Stage.EVALUATE: _("Answered in the last days; the reporter may rate it or say that it isn’t solved."),
}
