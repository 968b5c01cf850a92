"""The filters of the list of orders. Their state is the URL; what can't be read narrows nothing."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _

from wangge.cases.supervision import SUPERVISES, OrderFilter, OrderState
from wangge.foundation.access import Actor
from wangge.grids.queries import parts_of
from wangge.workforce.queries import units_in_reach


class OrderFilterForm(forms.Form):
    """A part of the area and a unit, each of a list. Those who answer for units only have nothing to choose."""

    area = forms.ChoiceField(label=_("Area"), required=False)
    unit = forms.ChoiceField(label=_("Unit"), required=False)
    state = forms.ChoiceField(required=False, choices=[(state.value, state.value) for state in OrderState])

    def __init__(self, data: Any, *, actor: Actor, at: datetime) -> None:
        super().__init__(data, auto_id="f_%s")
        areas = actor.areas(SUPERVISES)
        self.chooses = bool(areas)
        places = [part for area in areas for part in parts_of(area, at=at)]
        units = [(one.code, one.name) for one in units_in_reach(areas, at=at)] if areas else []
        self._choices("area", places)
        self._choices("unit", units)

    def wanted(self) -> OrderFilter:
        """The filter of the query."""
        self.is_valid()
        said = self.cleaned_data
        state = OrderState(said["state"]) if said.get("state") else OrderState.OPEN
        return OrderFilter(state, said.get("area") or "", said.get("unit") or "")

    def query(self, **more: str) -> str:
        """The filters as a query string, without the empty ones."""
        given = {name: self.data.get(name, "") for name in self.fields}
        return urlencode({name: value for name, value in {**given, **more}.items() if value})

    @property
    def is_narrowed(self) -> bool:
        return bool(self.data.get("area") or self.data.get("unit"))

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("all")), *choices]
