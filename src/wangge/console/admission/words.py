"""The admission of tasks in words: states, kinds, steps, what the checks found, the rule itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from wangge.catalogue.types import (
    AdmissionAction,
    AdmissionState,
    ApplicationKind,
    CheckKind,
    Finding,
    Frequency,
    TemporaryState,
)
from wangge.console.tasklist.words import minutes_words
from wangge.foundation.names import reads_english

Words = str | Promise

STATES: dict[AdmissionState, Words] = {
    AdmissionState.DRAFT: pgettext_lazy("application", "Draft"),
    AdmissionState.APPLIED: pgettext_lazy("application", "Applied"),
    AdmissionState.PRELIMINARY_REVIEW: pgettext_lazy("application", "Preliminary review"),
    AdmissionState.FINAL_REVIEW: pgettext_lazy("application", "Final review"),
    AdmissionState.APPROVED: pgettext_lazy("application", "Approved"),
    AdmissionState.PUBLISHED: pgettext_lazy("application", "Published"),
    AdmissionState.EFFECTIVE: pgettext_lazy("application", "In force"),
    AdmissionState.AMENDED: pgettext_lazy("application", "Replaced"),
    AdmissionState.SUSPENDED: pgettext_lazy("application", "Suspended"),
    AdmissionState.EXITED: pgettext_lazy("application", "Left the list"),
    AdmissionState.RETURNED: pgettext_lazy("application", "Returned"),
    AdmissionState.REFUSED: pgettext_lazy("application", "Refused"),
}
TONES: dict[AdmissionState, str] = {
    AdmissionState.DRAFT: "",
    AdmissionState.RETURNED: "back",
    AdmissionState.EFFECTIVE: "done",
    AdmissionState.SUSPENDED: "paused",
    AdmissionState.AMENDED: "off",
    AdmissionState.EXITED: "off",
    AdmissionState.REFUSED: "off",
}
KINDS: dict[ApplicationKind, Words] = {
    ApplicationKind.NEW: _("A new task"),
    ApplicationKind.AMENDMENT: _("An amendment of a task"),
    ApplicationKind.SUSPENSION: _("A suspension of a task"),
    ApplicationKind.EXIT: _("The end of a task"),
}
#: On a button: what I do.
ACTIONS: dict[AdmissionAction, Words] = {
    AdmissionAction.APPLY: pgettext_lazy("application", "Apply"),
    AdmissionAction.TAKE_UP: pgettext_lazy("application", "Begin the review"),
    AdmissionAction.FORWARD: pgettext_lazy("application", "To the final review"),
    AdmissionAction.RETURN: pgettext_lazy("application", "Return"),
    AdmissionAction.REFUSE: pgettext_lazy("application", "Refuse"),
    AdmissionAction.APPROVE: pgettext_lazy("application", "Approve"),
    AdmissionAction.PUBLISH: pgettext_lazy("application", "Publish"),
}
#: In the history: what happened.
HAPPENED: dict[AdmissionAction, Words] = {
    AdmissionAction.APPLY: pgettext_lazy("history of an application", "Applied"),
    AdmissionAction.TAKE_UP: pgettext_lazy("history of an application", "Preliminary review begun"),
    AdmissionAction.FORWARD: pgettext_lazy("history of an application", "Put before the final review"),
    AdmissionAction.RETURN: pgettext_lazy("history of an application", "Returned to the department"),
    AdmissionAction.REFUSE: pgettext_lazy("history of an application", "Refused"),
    AdmissionAction.APPROVE: pgettext_lazy("history of an application", "Approved"),
    AdmissionAction.PUBLISH: pgettext_lazy("history of an application", "Published"),
    AdmissionAction.TAKE_EFFECT: pgettext_lazy("history of an application", "Took effect"),
    AdmissionAction.BE_AMENDED: pgettext_lazy("history of an application", "Replaced by a later version"),
    AdmissionAction.BE_SUSPENDED: pgettext_lazy("history of an application", "Suspended"),
    AdmissionAction.RESUME: pgettext_lazy("history of an application", "In force again"),
    AdmissionAction.LEAVE: pgettext_lazy("history of an application", "Left the list"),
}
#: Said after it is done.
DONE: dict[AdmissionAction, Words] = {
    AdmissionAction.APPLY: _("The application is sent. The task force reviews it first."),
    AdmissionAction.TAKE_UP: _("The review has begun. Only people other than the applicant see it through."),
    AdmissionAction.FORWARD: _("It is before the final review now."),
    AdmissionAction.RETURN: _("Returned. The department can mend it and apply again."),
    AdmissionAction.REFUSE: _("Refused. The reason stays in the history."),
    AdmissionAction.APPROVE: _("Approved. The task force publishes it with the day it takes effect."),
    AdmissionAction.PUBLISH: _("Published. It takes effect by itself on its day."),
}
FREQUENCIES: dict[Frequency, Words] = {
    Frequency.ON_OCCASION: pgettext_lazy("frequency", "When there is an occasion"),
    Frequency.DAILY: pgettext_lazy("frequency", "Every day"),
    Frequency.WEEKLY: pgettext_lazy("frequency", "Every week"),
    Frequency.MONTHLY: pgettext_lazy("frequency", "Every month"),
    Frequency.QUARTERLY: pgettext_lazy("frequency", "Every quarter"),
    Frequency.YEARLY: pgettext_lazy("frequency", "Every year"),
}
TEMPORARY_STATES: dict[TemporaryState, Words] = {
    TemporaryState.ASKED: pgettext_lazy("temporary item", "Waits for consent"),
    TemporaryState.CONSENTED: pgettext_lazy("temporary item", "Consented"),
    TemporaryState.REFUSED: pgettext_lazy("temporary item", "Refused"),
    TemporaryState.STOPPED: pgettext_lazy("temporary item", "Ended early"),
}
#: Why a step is closed to this reader although their post may take it.
_CLOSED: dict[str, Words] = {
    "catalogue.own_application": _("You applied for this yourself; somebody else decides."),
    "catalogue.own_review": _("You reviewed this yourself; somebody else approves."),
}
_CHECKS: dict[CheckKind, Words] = {
    CheckKind.FORBIDDEN: _("Never collected"),
    CheckKind.OBTAINABLE: _("To be had already"),
    CheckKind.OVERLOAD: _("A grid’s month is full"),
    CheckKind.LIKENESS: _("Like a task of the list"),
}
_FORBIDDEN = _("“{name}” would hold something this product never holds. It is refused whatever the reason, and nobody overrides it.")  # fmt: skip  # noqa: E501
_OBTAINABLE = _("“{name}” is in {where}. Take it over from there instead of asking for it again: change how it is had, or leave it out.")  # fmt: skip  # noqa: E501
_OVERLOAD = _("With it the list would take {after} of a grid’s month, {over} over the ceiling of {ceiling}. Only the approver lets that pass, with a reason.")  # fmt: skip  # noqa: E501
_LIKENESS = _("{percent} % like {task}: {words}. Look whether it is the same thing; the system doesn’t decide that.")
#: What the parts of an application are called; the form, the page and the list of what is missing use the same words.
LABELS: dict[str, Any] = {
    "subitem_id": _("Sub-item of the list"),
    "task_code": _("Task of the list"),
    "name_zh": _("Name (Chinese)"),
    "name_en": _("Name (English)"),
    "assessment": _("Assessment: how it went, and why this is asked"),
    "legal_basis": _("Legal basis"),
    "purpose": _("Purpose"),
    "post_in_charge": _("Post in charge"),
    "triggers": _("Found by"),
    "frequency": _("How often"),
    "expected_per_month": _("Expected in the county a month"),
    "minutes_per_month": _("Minutes of a grid’s month"),
    "staffing": _("Staff that come with it"),
    "funding": _("Money that comes with it"),
    "training": _("Training"),
    "level": _("Lowest level that can settle it"),
    "limit_min": _("Time limit"),
    "priority": _("Priority"),
    "joint_departments": _("Joint departments"),
    "personal_data_level": _("Personal data"),
    "closing_condition_zh": _("Closed when (Chinese)"),
    "closing_condition_en": _("Closed when (English)"),
    "keywords": _("Words people use for it"),
    "exit_on": _("Leaves the list on"),
    "resume_on": _("Resumes on"),
    "fields": _("What is collected, each with its reason"),
}


def tone(state: AdmissionState) -> str:
    """The tone of a state's chip."""
    return TONES.get(state, "active")


def closed_words(code: str) -> str:
    """Why a step is closed."""
    return str(_CLOSED.get(code, ""))


def missing_words(names: Iterable[str]) -> list[str]:
    """What an application must still say."""
    return [str(LABELS.get(name, name)) for name in names]


def check_title(kind: CheckKind) -> str:
    """What a finding is about."""
    return str(_CHECKS[kind])


def finding_words(finding: Finding, task_names: dict[str, str]) -> str:
    """One finding with its reason."""
    said = finding.said
    if finding.kind is CheckKind.FORBIDDEN:
        return str(_FORBIDDEN).format(name=said["name"])
    if finding.kind is CheckKind.OBTAINABLE:
        return str(_OBTAINABLE).format(name=said["name"], where=said["where"])
    if finding.kind is CheckKind.OVERLOAD:
        numbers = {name: minutes_words(int(str(said[name]))) for name in ("after", "over", "ceiling")}
        return str(_OVERLOAD).format(**numbers)
    shared = _in_reader_script(said["words"] if isinstance(said["words"], list) else [])
    words = translate(", ").join(str(_("“{word}”")).format(word=word) for word in shared[:6])
    task = f"{task_names.get(finding.about, '')} ({finding.about})"
    return str(_LIKENESS).format(percent=said["percent"], task=task, words=words or "—")


def _in_reader_script(words: Iterable[str]) -> list[str]:
    """The shared words in the script of the reader's language; the others where there are none of it."""
    chinese, latin = list[str](), list[str]()
    for word in words:
        (latin if word.isascii() else chinese).append(word)
    return (latin if reads_english() else chinese) or chinese or latin


def days_words(days: int) -> str:
    """How long something is kept, as the form asks for it."""
    return ngettext("{n} day", "{n} days", days).format(n=days)
