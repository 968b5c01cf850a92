"""Values of changed rows in words: days, instants, units, places, people and stored words; never as they are stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wangge.catalogue.queries import department_names, subitem_names
from wangge.catalogue.types import Clock, RoutingState
from wangge.channels.placenames import said_names
from wangge.console.admission import words as admission_words
from wangge.console.grids import words as grid_words
from wangge.console.people import words as people_words
from wangge.console.routing import words as routing_words
from wangge.console.tasklist import words as task_words
from wangge.console.words import WEIGHTS
from wangge.notices.words import GROUPS, WHY_OFF
from wangge.workforce.queries import person_names, unit_codes, unit_names

Words = str | Promise

_UNITS, _PLACES = {"unit", "unit_id", "parent_id"}, {"area", "areas", "county", "county_id"}
_DEPARTMENTS = {"department", "joint_departments"}
_PEOPLE = {"asked_by_id", "decided_by_id", "published_by_id"}
#: Stored words that people read, by the name of the field; the rest means the same in every table.
_OF_FIELD: dict[str, Mapping[Any, Words]] = {
    "clock": {
        Clock.WORKING: pgettext_lazy("clock of a limit", "working hours"),
        Clock.NATURAL: pgettext_lazy("clock of a limit", "hours of the day"),
    },
    "hours": routing_words.HOURS,
    "targets": routing_words.TARGETS,
    "nature": routing_words.NATURES,
    "levels": routing_words.LEVELS,
    "weights": WEIGHTS,
    "priority": task_words.PRIORITIES,
    "source": task_words.SOURCES,
    "groups": GROUPS,
    "disabled_why": WHY_OFF,
    "personal_data_level": dict(enumerate(task_words.PERSONAL_DATA)),
}
_ANYWHERE: dict[Any, Words] = {
    **admission_words.STATES,
    **admission_words.TEMPORARY_STATES,
    **admission_words.FREQUENCIES,
    **admission_words.KINDS,
    **task_words.LEVELS,
    **task_words.TRIGGERS,
    **grid_words.STATES,
    **people_words.KINDS,
    **people_words.EMPLOYMENTS,
    RoutingState.ENDED: pgettext_lazy("routing rules", "Ended"),
}


@dataclass(frozen=True, slots=True)
class Called:
    """Names of what the rows of a page point to."""

    units: Mapping[str | int, str] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)
    people: Mapping[int, str] = field(default_factory=dict)
    departments: Mapping[str, str] = field(default_factory=dict)
    subitems: Mapping[int, str] = field(default_factory=dict)


NOBODY = Called()


def called_in(rows: Iterable[Mapping[str, Any] | None]) -> Called:
    """Names for these rows: six look-ups however many. Units are named by code, or by key where a row points to one."""
    units, places, people, names = set[str | int](), set[str](), set[int](), set[str]()
    for row in rows:
        names |= (row or {}).keys()
        for name, value in (row or {}).items():
            if value and name in _UNITS:
                units.add(value)
            elif value and name in _PLACES:
                places.update([value] if isinstance(value, str) else value)
            elif value and name in _PEOPLE:
                people.add(value)
    departments = department_names() if names & _DEPARTMENTS else {}
    subitems = {pk: name for pk, _code, name, _category in subitem_names()} if "subitem_id" in names else {}
    return Called(_names_of_units(units), said_names(places), person_names(people), departments, subitems)


def _names_of_units(units: set[str | int]) -> dict[str | int, str]:
    codes = unit_codes(one for one in units if isinstance(one, int))
    named = unit_names(sorted({*codes.values(), *(one for one in units if isinstance(one, str))}))
    by_key: dict[str | int, str] = {key: named[code] for key, code in codes.items() if code in named}
    by_key.update(named)
    return by_key


def value_words(value: Any, name: str, row: Mapping[str, Any], called: Called = NOBODY) -> str:
    """A value as people say it; `row` is the row it stands in."""
    if value is None or value == "" or value == []:
        return "—"
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if name == "limit_min":
        return task_words.limit_words(int(value), str(row.get("clock", "")))
    if name == "share":
        return f"{float(value):.0%}"
    if isinstance(value, str) and name.endswith(("_at", "_until")):
        moment = parse_datetime(value)
        return date_format(localtime(moment), "Y-m-d H:i") if moment else value
    if name == "to_on":  # kept as the first day back
        return (date.fromisoformat(str(value)) - timedelta(days=1)).isoformat()
    if isinstance(value, list):
        return translate(", ").join(_one(one, name, called) for one in value)
    return _one(value, name, called)[:200]


def _one(value: Any, name: str, called: Called) -> str:
    if name in _PEOPLE:
        return called.people.get(value, "—")
    if name in _UNITS | _PLACES:
        return called.units.get(value) or called.places.get(value) or str(value)
    if name in _DEPARTMENTS:
        return called.departments.get(value, str(value))
    if name == "subitem_id":
        return called.subitems.get(value, "—")
    return str(_OF_FIELD.get(name, _ANYWHERE).get(value, value))
