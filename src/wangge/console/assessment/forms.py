"""The forms of the assessment."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wangge.analysis.rules.table import INDICES
from wangge.analysis.types import Period
from wangge.console.assessment import words
from wangge.console.words import RATINGS

_DAY = {"required": _("Give a day."), "invalid": _("Give a day as year, month and day.")}
_WHY = {"required": _("Write down why: somebody will check it later.")}


def _day(label: Any, **more: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, error_messages=_DAY, **more)


def _words(label: Any, **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=1000, widget=forms.Textarea(attrs={"rows": 3}), error_messages=_WHY, **more
    )


def _index_choices(first: Any = None) -> list[tuple[str, str]]:
    own = [(index.code, words.said(index.name)) for index in INDICES]
    return [("", str(first)), *own] if first else own


class ExclusionForm(forms.Form):
    """Leave a case out of an index, or of all."""

    case_no = forms.CharField(
        label=_("Case number"), max_length=20, error_messages={"required": _("Give the number of the case.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    index = forms.ChoiceField(label=_("Left out of"), required=False)
    reason = forms.ChoiceField(label=_("Reason"), choices=[(str(key), word) for key, word in words.REASONS.items()])
    words = _words(_("Why, in words"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "index", _index_choices(_("all indices")))


class RevocationForm(forms.Form):
    """Let it count again."""

    words = _words(_("Why it counts again"))


class AppealForm(forms.Form):
    """Contest that a case counts against one's unit."""

    unit = forms.ChoiceField(label=_("Unit"))
    case_no = forms.CharField(
        label=_("Case number"), max_length=20, error_messages={"required": _("Give the number of the case.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    index = forms.ChoiceField(label=_("Index"))
    since = _day(_("Period from"))
    until = _day(_("to (last day)"))
    reason = forms.ChoiceField(label=_("Reason"), choices=[(str(key), word) for key, word in words.REASONS.items()])
    words = _words(_("Why it should not count"))

    def __init__(self, *args: Any, units: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _choose(self, "unit", list(units.items()))
        _choose(self, "index", _index_choices())

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("since") and data.get("until") and data["since"] > data["until"]:
            self.add_error("until", _("The last day lies before the first: turn the two around."))
        return data

    def period(self) -> Period:
        return Period(self.cleaned_data["since"], self.cleaned_data["until"] + timedelta(days=1))


class DecisionForm(forms.Form):
    """Uphold or reject an appeal, with reasons."""

    verdict = forms.ChoiceField(
        label=_("Decision"), widget=forms.RadioSelect, error_messages={"required": _("Choose one of the two.")},
        choices=[
            ("uphold", _("Upheld: the case is left out of this index")),
            ("reject", _("Rejected: the case counts")),
        ],
    )  # fmt: skip
    words = _words(_("Reasons, for the unit to read"))


class CloseForm(forms.Form):
    """Close a period with what is known up to a day."""

    since = _day(_("Period from"))
    until = _day(_("to (last day)"))
    known_until = _day(
        _("Known up to (last day)"),
        help_text=_("What happened later is not counted. The last day of the period, or a later one that is over."),
    )

    def period(self) -> Period:
        return Period(self.cleaned_data["since"], self.cleaned_data["until"] + timedelta(days=1))


class PercentForm(forms.Form):
    """A share as per cent."""

    percent = forms.DecimalField(
        label=_("Per cent"), min_value=Decimal(0), max_value=Decimal(100), decimal_places=2, max_digits=5,
        error_messages={
            "required": _("Give a number between 0 and 100."), "invalid": _("Give a number between 0 and 100."),
            "min_value": _("Give a number between 0 and 100."), "max_value": _("Give a number between 0 and 100."),
        },
        widget=forms.NumberInput(attrs={"step": "0.01"}),
    )  # fmt: skip

    def share(self) -> Decimal:
        found: Decimal = self.cleaned_data["percent"] / 100
        return found


class RevisitForm(forms.Form):
    """What came of an attempt to reach the reporter."""

    outcome = forms.ChoiceField(
        label=_("What came of it"), widget=forms.RadioSelect,
        choices=[(str(key), word) for key, word in words.OUTCOMES.items()],
        error_messages={"required": _("Choose what came of the attempt.")},
    )  # fmt: skip
    rating = forms.ChoiceField(
        label=_("How satisfied"), required=False, widget=forms.RadioSelect,
        choices=[(str(key), word) for key, word in RATINGS.items()],
        help_text=_("Only if the reporter answered."),
    )  # fmt: skip
    is_solved = forms.ChoiceField(
        label=_("Is the matter solved?"), required=False, widget=forms.RadioSelect,
        choices=[("yes", _("Solved")), ("no", _("Not solved"))],
    )  # fmt: skip
    note = forms.CharField(
        label=_("What they said about the matter"), required=False, max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}), help_text=_("No names, no telephone numbers."),
    )  # fmt: skip


def _choose(form: forms.Form, name: str, choices: list[Any]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices
