"""The filters of the case list. Their state is the URL."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wangge.cases.queries import CaseFilter
from wangge.cases.types import Light, State
from wangge.console.words import STATES
from wangge.foundation.worktime import LOCAL
from wangge.grids.queries import NamedPlace, places_named

_ANY = [("", _("all"))]
_LIGHTS = [
    (Light.RED.value, pgettext_lazy("light", "Overdue")),
    (Light.YELLOW.value, pgettext_lazy("light", "Due soon")),
    (Light.GREEN.value, pgettext_lazy("light", "On time")),
    (Light.GREY.value, pgettext_lazy("light", "Paused")),
]


def _day() -> forms.DateField:
    return forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}))


class CaseFilterForm(forms.Form):
    """Every filter may be left empty; together they narrow the list."""

    q = forms.CharField(label=_("Number or words"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[*_ANY, ("open", _("all open")), *STATES.items()]
    )
    area = forms.CharField(
        label=_("Area"),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"list": "places", "autocomplete": "off"}),
    )
    task = forms.CharField(
        label=_("Task"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"list": "tasks", "autocomplete": "off"}),
    )
    unit = forms.CharField(
        label=_("Unit"),
        required=False,
        max_length=60,
        widget=forms.TextInput(attrs={"list": "units", "autocomplete": "off"}),
    )
    light = forms.ChoiceField(label=_("Light"), required=False, choices=[*_ANY, *_LIGHTS])
    since = _day()
    until = _day()
    since.label, until.label = _("Reported from"), _("to")

    def __init__(self, data: Any, *, tasks: Mapping[str, str], units: Mapping[str, str]) -> None:
        super().__init__(data, auto_id="f_%s")
        self.tasks, self.units = tasks, units
        self.found_area: NamedPlace | None = None

    def clean_area(self) -> str:
        """The name or code of one place; the widest of those that fit."""
        typed = self.cleaned_data["area"].strip()
        if not typed:
            return ""
        found = places_named(typed, limit=1)
        if not found:
            raise forms.ValidationError(_("No township, community or grid has this name."))
        self.found_area = found[0]
        return found[0].code

    def clean_task(self) -> str:
        return _code_of(self.cleaned_data["task"], self.tasks, _("No task has this name."))

    def clean_unit(self) -> str:
        return _code_of(self.cleaned_data["unit"], self.units, _("No unit has this name."))

    def wanted(self) -> CaseFilter:
        """The filter of the query. What can't be read filters nothing (its field says so)."""
        data = self.cleaned_data
        state = data.get("state") or ""
        return CaseFilter(
            states=(State(state),) if state and state != "open" else (),
            only_open=state == "open",
            area=data.get("area") or "",
            task=data.get("task") or "",
            unit=data.get("unit") or "",
            light=Light(data["light"]) if data.get("light") else None,
            since=_start_of(data.get("since")),
            until=_start_of(data.get("until"), days=1),
            text=data.get("q") or "",
        )

    def query(self, **more: str) -> str:
        """The filters as a query string, without the empty ones."""
        given = {name: self.data.get(name, "") for name in self.fields}
        return urlencode({name: value for name, value in {**given, **more}.items() if value})

    @property
    def is_filtered(self) -> bool:
        return any(self.data.get(name) for name in self.fields)


def _start_of(day: date | None, *, days: int = 0) -> datetime | None:
    return datetime.combine(day + timedelta(days=days), time(), LOCAL) if day else None


def _code_of(typed: str, names: Mapping[str, str], nothing: Any) -> str:
    """The code that was typed, or the one whose name is or has it."""
    text = typed.strip()
    if not text or text in names:
        return text
    if text.isdecimal() and any(code.startswith(text) for code in names):
        return text
    exact = next((code for code, name in names.items() if name == text), "")
    part = next((code for code, name in names.items() if text.lower() in name.lower()), "")
    if not (exact or part):
        raise forms.ValidationError(nothing)
    return exact or part
