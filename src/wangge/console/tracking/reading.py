"""The tracking board as it is drawn: rows of places or units by their code, never by their figures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from wangge.cases.tracking import Group, Rows, open_groups
from wangge.channels.placenames import said_names as place_names
from wangge.console.tracking.columns import COLUMNS, LIGHTS, OPEN_CASES, PARTS, query_of
from wangge.foundation.access import Actor, require
from wangge.foundation.worktime import LOCAL
from wangge.grids.queries import parts_of
from wangge.grids.types import COMMUNITY_LENGTH, COUNTY_LENGTH, GRID_LENGTH, TOWNSHIP_LENGTH
from wangge.workforce.queries import unit_names

BAR = 88  #: length of the longest bar
_FIRST = tuple(columns[0] for _head, columns in PARTS)
_LEVELS = (COUNTY_LENGTH, TOWNSHIP_LENGTH, COMMUNITY_LENGTH, GRID_LENGTH)


@dataclass(frozen=True, slots=True)
class Scope:
    """What a reader looks at: an area they hold, or, for those who hold units only, everything of theirs."""

    area: str
    held: tuple[str, ...]
    units_only: bool
    rows: Rows

    @property
    def params(self) -> dict[str, str]:
        return {"area": self.area}


def scope_of(actor: Actor, *, area: str, by: str) -> Scope:
    """The area asked for, else the first one held. NotAllowed (403) for one outside of them."""
    held = actor.areas("case.view")
    if area:
        require(actor, "case.view", area=area)
    units_only = not held
    rows = Rows.UNIT if units_only or by == Rows.UNIT else Rows.PLACE
    return Scope(area or (held[0] if held else ""), held, units_only, rows)


def groups_of(scope: Scope, *, actor: Actor, at: datetime, rows: Rows | None = None) -> list[Group]:
    """The figures everything on these pages is made of: one query."""
    return open_groups(actor=actor, scope=scope.area, rows=rows or scope.rows, at=at, since=day_of(at))


def day_of(at: datetime) -> datetime:
    """When the local day began."""
    return datetime.combine(at.astimezone(LOCAL).date(), time(), LOCAL)


def board(scope: Scope, *, actor: Actor, at: datetime) -> dict[str, Any]:
    """Rows and totals of the board."""
    groups = groups_of(scope, actor=actor, at=at)
    by_key = defaultdict[str, list[Group]](list)
    for group in groups:
        by_key[group.key].append(group)
    keys = _places(scope, by_key, at) if scope.rows is Rows.PLACE else _units(actor, scope, by_key)
    longest = max((OPEN_CASES.sum(by_key[key]) for key, _name in keys), default=0)
    rows = [_row(key, name, by_key[key], scope, longest) for key, name in keys]
    without_unit = OPEN_CASES.sum(by_key[""]) if scope.rows is Rows.UNIT and not scope.units_only else 0
    return {
        "rows": rows,
        "total": _cells(groups, scope.params),
        "heads": PARTS,
        "columns": COLUMNS,
        "is_empty": not groups,
        "without_unit": without_unit,
    }


def trail(scope: Scope) -> list[dict[str, str]]:
    """The areas around the one looked at, as far as the reader holds them, the widest first."""
    codes = [
        scope.area[:length]
        for length in _LEVELS
        if length <= len(scope.area) and scope.area[:length].startswith(scope.held)
    ]
    called = place_names(codes)
    return [{"code": code, "name": called.get(code, code)} for code in codes]


def _places(scope: Scope, by_key: dict[str, list[Group]], at: datetime) -> list[tuple[str, str]]:
    """The parts of the area in the order of their codes, and last what lies in none of them."""
    parts = dict(parts_of(scope.area, at=at))
    parts |= place_names(parts)
    gone = sorted(key for key in by_key if key not in parts and key != _unplaced(scope))
    called = place_names(gone)
    parts |= {key: called.get(key, key) for key in gone}  # open cases of grids that are no longer in force
    rows = sorted(parts.items())
    return [*rows, (_unplaced(scope), _("In no grid yet"))] if _unplaced(scope) in by_key else rows


def _unplaced(scope: Scope) -> str:
    """The key of cases that came with an address only: their area is the county."""
    return scope.area if len(scope.area) == COUNTY_LENGTH else "-"


def _units(actor: Actor, scope: Scope, by_key: dict[str, list[Group]]) -> list[tuple[str, str]]:
    held = actor.units("case.view") if scope.units_only else ()
    codes = sorted({*held, *(key for key in by_key if key)})
    called = unit_names(codes)
    return [(code, called.get(code, code)) for code in codes]


def _row(key: str, name: str, groups: Sequence[Group], scope: Scope, longest: int) -> dict[str, Any]:
    is_unplaced = scope.rows is Rows.PLACE and key == _unplaced(scope)
    if scope.rows is Rows.UNIT:
        where = scope.params | {"unit": key}
    else:
        where = {"area": key, "placed": "no" if is_unplaced else ""}
    opens = scope.rows is Rows.PLACE and not is_unplaced and len(key) < GRID_LENGTH
    return {
        "key": key,
        "name": name,
        "code": "" if is_unplaced else key,
        "inner_url": f"{reverse('console:tracking')}?{query_of({'area': key})}" if opens else "",
        "bar": _bar(groups, longest),
        "cells": _cells(groups, where),
    }


def _cells(groups: Iterable[Group], where: dict[str, str]) -> list[dict[str, Any]]:
    found, cases = list(groups), reverse("console:cases")
    return [
        {
            "column": column,
            "count": column.sum(found),
            "url": f"{cases}?{query_of(where, column.params)}",
            "first": column in _FIRST,
        }
        for column in COLUMNS
    ]


def _bar(groups: Sequence[Group], longest: int) -> list[dict[str, Any]]:
    """Where each light of a row begins and how long it is; every light that is there is seen."""
    parts, x = [], 0
    for column in LIGHTS:
        count = column.sum(groups)
        if not count:
            continue
        width = max(round(BAR * count / longest), 3)
        parts.append({"light": column.slug, "x": x, "width": width})
        x += width + 1
    return parts
