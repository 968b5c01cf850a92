"""What is said with each action of the desk. Every form carries an operation id, so a double click is harmless."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wangge.cases.operations.step1_discover import TEXT_LONGEST
from wangge.cases.types import Place, PlaceSource, Weight
from wangge.channels.words import refusal_reasons
from wangge.console.words import RATINGS, WEIGHTS
from wangge.foundation.errors import Problem
from wangge.foundation.said import in_words

_SOME_WORDS = _("Write a few words here.")


def note_field(
    label: Any, *, rows: int = 2, required: bool = True, hint: Any = "", missing: Any = _SOME_WORDS
) -> forms.CharField:
    """Words; `missing` says what to write when there are none."""
    return forms.CharField(
        label=label,
        required=required,
        max_length=TEXT_LONGEST,
        widget=forms.Textarea(attrs={"rows": rows}),
        help_text=hint,
        error_messages={"required": missing},
    )


class ActForm(forms.Form):
    """Base of all: what the operation takes beside case, actor and time."""

    operation_id = forms.UUIDField(widget=forms.HiddenInput(attrs={"autocomplete": "off"}))
    #: Where a fault in something hidden is shown.
    shown_at: dict[str, str] = {}

    def __init__(self, data: QueryDict | None = None, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "act_%s")
        kwargs["initial"] = {"operation_id": uuid4(), **(kwargs.get("initial") or {})}
        super().__init__(data, **kwargs)

    def add_problem(self, problem: Problem) -> None:
        """The operation's refusal in words, at the field it names."""
        name = self.shown_at.get(problem.field or "", problem.field or "")
        self.add_error(name if name in self.fields else None, in_words(problem))

    def said(self) -> dict[str, Any]:
        """Arguments of the operation."""
        return dict(self.cleaned_data)


class UploadsForm(ActForm):
    """An action that carries photos: ids of uploads already made."""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name in self.uploads():
            data[name] = self._ids(name)
        return data

    @classmethod
    def uploads(cls) -> tuple[str, ...]:
        """Names under which uploads come."""
        return ()

    def _ids(self, name: str) -> list[UUID]:
        texts = self.data.getlist(name) if isinstance(self.data, QueryDict) else []
        try:
            return list(dict.fromkeys(UUID(text) for text in texts if text))
        except ValueError:
            self.add_error(None, _("One of the photos can’t be read. Upload it again."))
            return []


class AcceptForm(ActForm):
    """受理: task and weight, and the place if the report came without one."""

    task_code = forms.RegexField(
        r"^\d{6}$",
        label=_("Task"),
        error_messages={"required": _("Choose the task it falls under."), "invalid": _("Choose one of the tasks.")},
    )
    task_q = forms.CharField(required=False, max_length=60)
    found_for = forms.CharField(required=False, max_length=60)
    weight = forms.ChoiceField(
        label=_("Weight"), choices=list(WEIGHTS.items()), initial=Weight.GENERAL, widget=forms.RadioSelect
    )
    place = forms.Field(label=_("Place"), required=False)
    lon = forms.FloatField(required=False)
    lat = forms.FloatField(required=False)
    shown_at = {"lon": "place", "lat": "place"}

    def clean(self) -> dict[str, Any]:
        """Enter pressed before the list followed what was typed must not choose what stood there before."""
        data = super().clean() or {}
        if data.get("task_q", "").strip() != data.get("found_for", "").strip():
            self.add_error("task_code", _("The list had not caught up with what you typed. Choose once more."))
        return data

    def said(self) -> dict[str, Any]:
        data = self.cleaned_data
        place = None
        if data.get("lon") is not None and data.get("lat") is not None:
            place = Place(data["lon"], data["lat"], source=PlaceSource.DESK)
        return {
            "operation_id": data["operation_id"],
            "task_code": data["task_code"],
            "weight": Weight(data["weight"]),
            "place": place,
        }


class ReturnForm(ActForm):
    """退回补充: what is missing, in words for the reporter."""

    note = note_field(
        _("What is missing?"),
        hint=_("The reporter reads this."),
        missing=_("Say what is missing, so that the reporter can add it."),
    )


class RefuseForm(ActForm):
    """不予受理: a reason of the list and words for the reporter."""

    reason = forms.ChoiceField(
        label=_("Reason"),
        choices=refusal_reasons,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a reason.")},
    )
    note = note_field(
        _("Words to the reporter"),
        hint=_("Say what they can do instead. The reporter reads reason and words."),
        missing=_("Say why, and what the reporter can do instead."),
    )


class MergeForm(ActForm):
    """并案: the number of the main case."""

    into = forms.RegexField(
        r"^\d{20}$",
        label=_("Main case"),
        help_text=_("Its number of 20 digits. The reporters of both stay informed."),
        error_messages={
            "required": _("Give the number of the main case."),
            "invalid": _("A case number has 20 digits."),
        },
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )
    note = note_field(_("Note"), required=False)


class NoteForm(ActForm):
    """Words, asked for."""

    note = note_field(_("Note"))


class UnmergeForm(ActForm):
    """撤销并案: why it isn't the same matter."""

    note = note_field(_("Why it is a matter of its own"), missing=_("Say in a few words why it isn’t the same matter."))


class BareForm(ActForm):
    """Nothing to say: the button is enough."""


class DispatchForm(ActForm):
    """分流: the unit, and a word to it."""

    unit = forms.CharField(label=_("Unit"), max_length=40, error_messages={"required": _("Choose a unit.")})
    unit_q = forms.CharField(required=False, max_length=60)
    found_for = forms.CharField(required=False, max_length=60)
    note = note_field(_("Instruction to the unit"), required=False, rows=1)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("unit_q", "").strip() != data.get("found_for", "").strip():
            self.add_error("unit", _("The list had not caught up with what you typed. Choose once more."))
        return data

    def said(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("operation_id", "unit", "note")}


class TransferForm(DispatchForm):
    """转派: another unit, and why."""

    note = note_field(_("Why is it transferred?"), rows=1, missing=_("Say why it is transferred."))


class ResultForm(UploadsForm):
    """处置完毕: what was done, photos before and after."""

    note = note_field(
        _("What was done?"),
        rows=3,
        hint=_("Plain words: this becomes the draft of the answer to the reporter."),
        missing=_("Say what was done."),
    )

    @classmethod
    def uploads(cls) -> tuple[str, ...]:
        return ("before", "after")


class VerifyForm(UploadsForm):
    """核查: what was seen on the spot."""

    note = note_field(_("What you saw"), required=False)

    @classmethod
    def uploads(cls) -> tuple[str, ...]:
        return ("media",)

    def said(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {"operation_id": data["operation_id"], "note": data["note"], "media_ids": data["media"]}


class ReworkForm(VerifyForm):
    """核查退回: what is still to be done."""

    note = note_field(
        _("What is still to be done?"),
        hint=_("The handler reads this; the clock runs on."),
        missing=_("Say what is still to be done."),
    )


class FeedbackForm(ActForm):
    """反馈: the answer in plain words."""

    note = note_field(
        _("Answer to the reporter"),
        rows=5,
        hint=_("Written from the result; change it as you like. The case closes."),
        missing=_("Write the answer to the reporter."),
    )


class RateForm(ActForm):
    """评价: what the reporter said on the telephone."""

    rating = forms.ChoiceField(
        label=pgettext_lazy("field", "Rating"),
        choices=list(RATINGS.items()),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what the reporter said.")},
    )
    note = note_field(_("What they said"), required=False)
    solved = forms.TypedChoiceField(
        label=_("Is the matter solved?"),
        required=False,
        choices=[("yes", _("Yes")), ("no", _("No")), ("", _("They didn’t say"))],
        initial="",
        coerce=lambda value: value == "yes",
        empty_value=None,
        widget=forms.RadioSelect,
    )
