"""The filters of the case list. Their state is the URL."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wangge.cases.queries import CaseFilter
from wangge.cases.types import Asked, Light, Stage, State
from wangge.console.naming import best_fits
from wangge.console.tracking.columns import AT_STEP, states_at
from wangge.console.words import STATES
from wangge.foundation import clock
from wangge.foundation.worktime import LOCAL
from wangge.grids.queries import NamedPlace, names, places_named

_ANY = [("", _("all"))]
_LIGHTS = [
    (Light.RED.value, pgettext_lazy("light", "Overdue")),
    (Light.YELLOW.value, pgettext_lazy("light", "Due soon")),
    (Light.GREEN.value, pgettext_lazy("light", "On time")),
    (Light.GREY.value, pgettext_lazy("light", "Paused")),
]
_STEP = "step-"
_STEPS = [(f"{_STEP}{column.slug}", column.name) for column in AT_STEP]
_REQUESTS = [
    (Asked.EXTENSION.value, _("more time asked for")),
    (Asked.SUSPENSION.value, _("suspension asked for")),
]
_PRESSED = [("order", _("with a supervision order")), ("urged", _("urged today"))]


#: Days outside of these are slips of the hand, and some have no next day.
_FIRST, _LAST = date(2000, 1, 1), date(2099, 12, 31)


def _day(label: Any) -> forms.DateField:
    said = _("Give a day between 2000 and 2099.")
    return forms.DateField(
        label=label,
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "min": _FIRST.isoformat(), "max": _LAST.isoformat()}),
        validators=[MinValueValidator(_FIRST, said), MaxValueValidator(_LAST, said)],
        error_messages={"invalid": said},
    )


class CaseFilterForm(forms.Form):
    """Every filter may be left empty; together they narrow the list."""

    q = forms.CharField(label=_("Number or words"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[
            *_ANY,
            ("open", _("all open")),
            (_("Open, by step"), _STEPS),
            (_("One state"), list(STATES.items())),
        ],
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
    asked = forms.ChoiceField(label=_("To decide"), required=False, choices=[*_ANY, *_REQUESTS])
    pressed = forms.ChoiceField(label=_("Pressed on"), required=False, choices=[*_ANY, *_PRESSED])
    placed = forms.ChoiceField(label=_("On the map"), required=False, choices=[*_ANY, ("no", _("in no grid yet"))])
    since = _day(_("Reported from"))
    until = _day(_("to"))

    def __init__(self, data: Any, *, tasks: Mapping[str, str], units: Mapping[str, str]) -> None:
        super().__init__(data, auto_id="f_%s")
        self.tasks, self.units = tasks, units
        self.found_area: NamedPlace | None = None

    def clean_area(self) -> str:
        """The name or code of one place; the widest of those that fit."""
        typed: str = self.cleaned_data["area"].strip()
        if not typed or (typed.isdecimal() and names([typed])):  # a county too, which nobody types by name
            return typed
        found = places_named(typed, limit=1)
        if not found:
            raise forms.ValidationError(_("No township, community or grid has this name. Choose one of the list."))
        self.found_area = found[0]
        return found[0].code

    def clean_task(self) -> str:
        return _code_of(self.cleaned_data["task"], self.tasks, _("No task has this name. Choose one of the list."))

    def clean_unit(self) -> str:
        return _code_of(self.cleaned_data["unit"], self.units, _("No unit has this name. Choose one of the list."))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("since") and data.get("until") and data["since"] > data["until"]:
            self.add_error("until", _("The last day lies before the first: turn the two around."))
        return data

    def read_as(self) -> list[tuple[str, str]]:
        """Names that were completed: what was typed, and what it was taken for."""
        data = self.cleaned_data
        taken = {
            "area": self.found_area.path if self.found_area else "",
            "task": self.tasks.get(data.get("task") or "", ""),
            "unit": self.units.get(data.get("unit") or "", ""),
        }
        typed = {name: str(self.data.get(name, "")).strip() for name in taken}
        return [(typed[name], full) for name, full in taken.items() if full and typed[name] not in ("", full)]

    def wanted(self) -> CaseFilter:
        """The filter of the query. Only a form that could be read has one."""
        data = self.cleaned_data
        state, pressed = data.get("state") or "", data.get("pressed") or ""
        return CaseFilter(
            states=_states(state),
            only_open=state == "open",
            area=data.get("area") or "",
            task=data.get("task") or "",
            unit=data.get("unit") or "",
            light=Light(data["light"]) if data.get("light") else None,
            since=_start_of(data.get("since")),
            until=_start_of(data.get("until"), days=1),
            text=data.get("q") or "",
            request=Asked(data["asked"]) if data.get("asked") else None,
            is_ordered=pressed == "order",
            urged_since=_start_of(clock.now().astimezone(LOCAL).date()) if pressed == "urged" else None,
            is_unplaced=data.get("placed") == "no",
        )

    def query(self, **more: str) -> str:
        """The filters as a query string, without the empty ones."""
        given = {name: self.data.get(name, "") for name in self.fields}
        return urlencode({name: value for name, value in {**given, **more}.items() if value})

    @property
    def is_filtered(self) -> bool:
        return any(self.data.get(name) for name in self.fields)


def _states(said: str) -> tuple[State, ...]:
    """One state, or the open ones of a step; none for all open ones and for all."""
    if said.startswith(_STEP):
        return tuple(sorted(states_at(Stage(said.removeprefix(_STEP)))))
    return (State(said),) if said and said != "open" else ()


def _start_of(day: date | None, *, days: int = 0) -> datetime | None:
    return datetime.combine(day + timedelta(days=days), time(), LOCAL) if day else None


def _code_of(typed: str, names: Mapping[str, str], nothing: Any) -> str:
    """The code that was typed, or the one whose name is or has it."""
    text = typed.strip()
    if not text or text in names:
        return text
    if text.isdecimal() and any(code.startswith(text) for code in names):
        return text
    exact = [code for code, name in names.items() if name == text]
    found = exact or best_fits(text, names.items())
    if not found:
        raise forms.ValidationError(nothing)
    return found[0]
