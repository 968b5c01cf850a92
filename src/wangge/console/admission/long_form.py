"""The long form: everything a department says about a task, in sections and plain words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wangge.catalogue.models import AdmissionApplication
from wangge.catalogue.rules.admission import NEEDED
from wangge.catalogue.types import ApplicationKind, Clock
from wangge.console.admission import words
from wangge.console.admission.forms import area, count_field, day_field
from wangge.console.tasklist import words as task_words
from wangge.foundation.worktime import DAY_MIN

_UNITS: dict[str, tuple[Clock, int]] = {
    "WORKING_DAYS": (Clock.WORKING, DAY_MIN),
    "WORKING_HOURS": (Clock.WORKING, 60),
    "DAYS": (Clock.NATURAL, 1440),
    "HOURS": (Clock.NATURAL, 60),
}
_UNIT_WORDS = [
    ("WORKING_DAYS", pgettext_lazy("unit of a time limit", "working days")),
    ("WORKING_HOURS", pgettext_lazy("unit of a time limit", "working hours")),
    ("HOURS", pgettext_lazy("unit of a time limit", "hours, day and night")),
    ("DAYS", pgettext_lazy("unit of a time limit", "days, day and night")),
]
_SPLIT = re.compile(r"[;；、,，\n]+")
#: The sections of the long form: title, what is asked there.
SECTIONS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (_("What it is"), ("subitem_id", "name_zh", "name_en", "keywords")),
    (_("Why it is needed"), ("assessment", "legal_basis", "purpose")),
    (_("When it comes up, and for whom"), ("triggers", "frequency", "expected_per_month", "post_in_charge")),
    (_("What it takes, and what comes with it"), ("minutes_per_month", "staffing", "funding", "training")),
    (
        _("How it is settled"),
        (
            "level", "limit_amount", "limit_unit", "priority", "closing_condition_zh", "closing_condition_en",
            "joint_departments", "personal_data_level",
        ),
    ),
    (pgettext_lazy("application", "Until when"), ("exit_on", "resume_on")),
)  # fmt: skip
#: Kinds that only pause or end a task say no more than this.
_SHORT = {
    ApplicationKind.SUSPENSION: ("assessment", "legal_basis", "resume_on"),
    ApplicationKind.EXIT: ("assessment", "legal_basis"),
}


class ApplicationForm(forms.Form):
    """All a department says about a task. Nothing is required while it is a draft: it is saved as it stands."""

    subitem_id = forms.TypedChoiceField(coerce=int, empty_value=None, required=False, label=words.LABELS["subitem_id"])
    name_zh = forms.CharField(label=words.LABELS["name_zh"], max_length=80, required=False)
    name_en = forms.CharField(
        label=words.LABELS["name_en"], max_length=120, required=False,
        help_text=_("Written by hand; empty: the Chinese name stands in its place."),
    )  # fmt: skip
    keywords = forms.CharField(
        label=words.LABELS["keywords"], max_length=600, required=False, widget=area(2),
        help_text=_("As they write in reports, separated by semicolons. They suggest the task to the desk."),
    )  # fmt: skip
    assessment = forms.CharField(
        label=words.LABELS["assessment"], max_length=2000, required=False, widget=area(4),
        help_text=_("The regulation wants an assessment before the list is adjusted."),
    )  # fmt: skip
    legal_basis = forms.CharField(
        label=words.LABELS["legal_basis"], max_length=1000, required=False, widget=area(2),
        help_text=_("Law, regulation or decision, with the article. It is published with the list."),
    )  # fmt: skip
    purpose = forms.CharField(
        label=words.LABELS["purpose"], max_length=1000, required=False, widget=area(2),
        help_text=_("What is better afterwards, in a sentence everybody understands. It is published with the list."),
    )  # fmt: skip
    triggers = forms.MultipleChoiceField(
        label=words.LABELS["triggers"], required=False, widget=forms.CheckboxSelectMultiple,
        choices=list(task_words.TRIGGERS.items()),
    )  # fmt: skip
    frequency = forms.ChoiceField(
        label=words.LABELS["frequency"], required=False,
        choices=[("", "—"), *((key.value, word) for key, word in words.FREQUENCIES.items())],
    )  # fmt: skip
    expected_per_month = count_field(
        words.LABELS["expected_per_month"], 1_000_000,
        help_text=_("An estimate to plan by. It is never a target: nobody has to find that many."),
    )  # fmt: skip
    post_in_charge = forms.CharField(
        label=words.LABELS["post_in_charge"], max_length=80, required=False,
        help_text=_("A post of the department, such as the head of a section. Not somebody’s name."),
    )  # fmt: skip
    minutes_per_month = count_field(
        words.LABELS["minutes_per_month"], 20_000,
        help_text=_("What it takes of the month of the workers of one grid, visits and writing included."),
    )  # fmt: skip
    staffing = forms.CharField(
        label=words.LABELS["staffing"], max_length=300, required=False,
        help_text=_("Staff follow the task (事随人走). Write “none” if none come, so that it is known."),
    )  # fmt: skip
    funding = forms.CharField(
        label=words.LABELS["funding"], max_length=300, required=False,
        help_text=_("Money follows the task (费随事走). Write “none” if none comes, so that it is known."),
    )  # fmt: skip
    training = forms.CharField(
        label=words.LABELS["training"], max_length=300, required=False,
        help_text=_("What a worker must learn first, and who teaches it."),
    )  # fmt: skip
    level = forms.ChoiceField(
        label=words.LABELS["level"], required=False,
        choices=[("", "—"), *((key.value, word) for key, word in task_words.LEVELS.items())],  # type: ignore[attr-defined]
    )  # fmt: skip
    limit_amount = count_field(words.LABELS["limit_min"], 10_000)
    limit_unit = forms.ChoiceField(label=_("counted in"), choices=_UNIT_WORDS, required=False)
    priority = forms.ChoiceField(
        label=words.LABELS["priority"], required=False,
        choices=[(key.value, word) for key, word in task_words.PRIORITIES.items()],  # type: ignore[attr-defined]
    )  # fmt: skip
    closing_condition_zh = forms.CharField(
        label=words.LABELS["closing_condition_zh"], max_length=200, required=False,
        help_text=_("What can be seen on the spot when it is done."),
    )  # fmt: skip
    closing_condition_en = forms.CharField(label=words.LABELS["closing_condition_en"], max_length=300, required=False)
    joint_departments = forms.MultipleChoiceField(
        label=words.LABELS["joint_departments"], required=False, widget=forms.SelectMultiple(attrs={"size": 5}),
    )  # fmt: skip
    personal_data_level = forms.TypedChoiceField(
        label=words.LABELS["personal_data_level"], coerce=int, required=False, empty_value=0,  # type: ignore[arg-type]
        choices=list(enumerate(task_words.PERSONAL_DATA)),
    )  # fmt: skip
    exit_on = day_field(
        words.LABELS["exit_on"],
        help_text=_("The task leaves the list by itself on this day. Empty: until somebody asks for its end."),
    )
    resume_on = day_field(
        words.LABELS["resume_on"],
        help_text=_("The task is in force again from this day on. Empty: until an amendment brings it back."),
    )

    def __init__(
        self,
        *args: Any,
        row: AdmissionApplication,
        subitems: Sequence[tuple[int, str, str, str]],
        departments: dict[str, str],
        **kwargs: Any,
    ):
        super().__init__(*args, **kwargs)
        self.initial = _initial(row)
        kind = ApplicationKind(row.kind)
        for name in set(self.fields) - _names_for(kind):
            del self.fields[name]
        if "subitem_id" in self.fields:
            self.fields["subitem_id"].choices = _grouped(subitems)  # type: ignore[attr-defined]
        if "joint_departments" in self.fields:
            others = [(code, name) for code, name in departments.items() if code != row.department]
            self.fields["joint_departments"].choices = others  # type: ignore[attr-defined]
        self.needed = frozenset(NEEDED[kind]) | ({"limit_amount"} if "limit_min" in NEEDED[kind] else set())

    def sections(self) -> list[dict[str, Any]]:
        """The fields in their sections; those an application needs before it can be sent are marked."""
        shown = [
            {"title": title, "fields": [self[name] for name in names if name in self.fields]}
            for title, names in SECTIONS
        ]
        return [section for section in shown if section["fields"]]

    def said(self) -> dict[str, Any]:
        """What was written, by the names of the application."""
        data = dict(self.cleaned_data)
        if "limit_amount" in data:
            amount, (clock, minutes) = data.pop("limit_amount"), _UNITS[data.pop("limit_unit") or "WORKING_DAYS"]
            data |= {"limit_min": None if amount is None else amount * minutes, "clock": clock.value}
        if "keywords" in data:
            data["keywords"] = [word[:40] for part in _SPLIT.split(data["keywords"]) if (word := part.strip())]
        return data


def _names_for(kind: ApplicationKind) -> set[str]:
    if kind in _SHORT:
        return set(_SHORT[kind])
    every = {name for _title, names in SECTIONS for name in names} - {"resume_on"}
    return every - ({"assessment"} if kind is ApplicationKind.NEW else {"subitem_id"})


def _grouped(subitems: Sequence[tuple[int, str, str, str]]) -> list[Any]:
    groups: dict[str, list[tuple[int, str]]] = {}
    for pk, code, name, category in subitems:
        if not code.endswith("99"):  # the sub-items of temporary items
            groups.setdefault(category, []).append((pk, f"{code} {name}"))
    return [("", "—"), *groups.items()]


def _initial(row: AdmissionApplication) -> dict[str, Any]:
    names = {name for _title, names in SECTIONS for name in names} - {"limit_amount", "limit_unit"}
    amount, unit = _amount(row.limit_min, Clock(row.clock))
    return {name: getattr(row, name) for name in names} | {
        "keywords": "; ".join(row.keywords),
        "limit_amount": amount,
        "limit_unit": unit,
    }


def _amount(minutes: int | None, clock: Clock) -> tuple[int | None, str]:
    """A time limit as the form asks for it: the largest unit that leaves no rest."""
    fitting = [(unit, size) for unit, (of, size) in _UNITS.items() if of is clock]
    if minutes is None:
        return None, fitting[0][0]
    unit, size = next(((unit, size) for unit, size in fitting if minutes % size == 0), fitting[-1])
    return minutes // size, unit
