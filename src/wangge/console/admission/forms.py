"""The short forms of the admission: what an application is about, a field, a decision, an urgent item."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wangge.catalogue.rules.admission import LONGEST_TERM_DAYS
from wangge.catalogue.types import ApplicationKind, FieldSource
from wangge.console.admission import words
from wangge.console.tasklist import words as task_words

NUMBER_FAULT = {"invalid": _("Give a whole number."), "min_value": _("Give a number that isn’t negative.")}
DAY_FAULT = {"invalid": _("Give a day as year, month and day."), "required": _("Give a day.")}


def area(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def day_field(label: Any, **more: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget, error_messages=DAY_FAULT, **more)


def count_field(label: Any, most: int, **more: Any) -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"inputmode": "numeric", "class": "input-short"})
    return forms.IntegerField(
        label=label, required=False, min_value=0, max_value=most, widget=widget, error_messages=NUMBER_FAULT, **more
    )


class BeginForm(forms.Form):
    """What an application is about."""

    kind = forms.ChoiceField(
        label=_("What do you apply for?"), widget=forms.RadioSelect,
        choices=[(key.value, word) for key, word in words.KINDS.items()],
        error_messages={"required": _("Choose what you apply for.")},
    )  # fmt: skip
    unit = forms.ChoiceField(label=_("For the unit"))
    task_code = forms.ChoiceField(
        label=_("Which task"), required=False,
        help_text=_("For an amendment, a suspension or an end. Only tasks your department answers for are here."),
    )  # fmt: skip

    def __init__(self, *args: Any, units: dict[str, str], tasks: Sequence[tuple[str, str]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = list(units.items())  # type: ignore[attr-defined]
        choices = [("", "—"), *((code, f"{code} {name}") for code, name in tasks)]
        self.fields["task_code"].choices = choices  # type: ignore[attr-defined]
        if len(units) == 1:
            self.fields["unit"].widget = forms.HiddenInput()
            self.initial["unit"] = next(iter(units))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("kind") not in (None, ApplicationKind.NEW.value) and not data.get("task_code"):
            self.add_error("task_code", _("Choose the task this is about."))
        return data


class FieldForm(forms.Form):
    """One field an application wants."""

    code = forms.CharField(
        label=_("Field"), max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "known-fields"}),
        help_text=_("Choose one of the register, or write a new code of small Latin letters, such as lamp_number."),
        error_messages={"required": _("Say which field.")},
    )  # fmt: skip
    name_zh = forms.CharField(
        label=_("Name (Chinese)"), max_length=80, required=False,
        help_text=_("Only for a field the register doesn’t know yet."),
    )  # fmt: skip
    name_en = forms.CharField(label=_("Name (English)"), max_length=120, required=False)
    why = forms.CharField(
        label=_("Why it is needed"), max_length=300, widget=area(2),
        help_text=_("What cannot be done without it. It is published."),
        error_messages={"required": _("Say why it is needed.")},
    )  # fmt: skip
    retention_days = forms.IntegerField(
        label=_("Kept for (days after the case is closed)"), min_value=0, max_value=36_500,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "class": "input-short"}),
        error_messages={"required": _("Say how long it is kept; 0 if not at all.")} | NUMBER_FAULT,
    )  # fmt: skip
    source = forms.ChoiceField(
        label=_("How it is had"), widget=forms.RadioSelect, initial=FieldSource.COLLECT.value,
        choices=[(key.value, word) for key, word in task_words.SOURCES.items()],
    )  # fmt: skip

    def __init__(self, *args: Any, known: dict[str, str], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.known = known

    def clean_code(self) -> str:
        """The code, also where the name of a known field was typed."""
        typed = str(self.cleaned_data["code"]).strip()
        by_name = {name: code for code, name in self.known.items()}
        return typed if typed in self.known else by_name.get(typed, typed)


class DecisionForm(forms.Form):
    """What is said with a step of the review."""

    note = forms.CharField(
        label=_("Note"), max_length=2000, required=False, widget=area(3),
        help_text=_("Needed to return, to refuse and to pass on. It stays in the history, for all who take part."),
    )  # fmt: skip
    override = forms.CharField(
        label=_("Reason to let the load pass"), max_length=1000, required=False, widget=area(2),
        help_text=_("A grid’s month would be over its ceiling. The reason stays in the history."),
        error_messages={"required": _("Give the reason, or return or refuse the application.")},
    )  # fmt: skip
    day = day_field(_("In force from"))

    def __init__(self, *args: Any, asks: frozenset[str], **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name in set(self.fields) - asks:
            del self.fields[name]
        for name in asks & {"day", "override"}:
            self.fields[name].required = True


class TemporaryForm(forms.Form):
    """Something urgent outside the list, for a while."""

    unit = forms.ChoiceField(label=_("For the unit"))
    name_zh = forms.CharField(
        label=_("What grids are asked to do"), max_length=80, error_messages={"required": _("Say what it is.")}
    )
    name_en = forms.CharField(label=_("Name (English)"), max_length=120, required=False)
    category = forms.ChoiceField(label=_("Category"))
    why = forms.CharField(
        label=_("Why it can’t wait for the list"), max_length=1000, widget=area(3),
        error_messages={"required": _("Say why it can’t wait.")},
    )  # fmt: skip
    minutes_per_month = forms.IntegerField(
        label=words.LABELS["minutes_per_month"], min_value=0, max_value=20_000,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "class": "input-short"}),
        error_messages={"required": _("Say how many minutes it takes.")} | NUMBER_FAULT,
    )  # fmt: skip
    limit_hours = forms.IntegerField(
        label=_("Time limit in hours, day and night"), min_value=1, max_value=720, initial=4,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "class": "input-short"}), error_messages=NUMBER_FAULT,
    )  # fmt: skip
    closing_condition_zh = forms.CharField(
        label=words.LABELS["closing_condition_zh"], max_length=200,
        error_messages={"required": _("Say when it counts as done.")},
    )  # fmt: skip
    valid_from = day_field(_("From"))
    last_day = day_field(_("Last day"))

    def __init__(self, *args: Any, units: dict[str, str], categories: Sequence[tuple[str, str]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["unit"].choices = list(units.items())  # type: ignore[attr-defined]
        self.fields["category"].choices = [(code, f"{code} {name}") for code, name in categories]  # type: ignore[attr-defined]
        self.fields["valid_from"].required = self.fields["last_day"].required = True
        self.fields["last_day"].help_text = _("At most {n} days; then it ends by itself.").format(n=LONGEST_TERM_DAYS)
        if len(units) == 1:
            self.fields["unit"].widget = forms.HiddenInput()
            self.initial["unit"] = next(iter(units))


class ReasonForm(forms.Form):
    """The reason of a decision about a temporary item."""

    reason = forms.CharField(
        label=_("Reason"), max_length=1000, widget=area(3), error_messages={"required": _("Give the reason.")}
    )
