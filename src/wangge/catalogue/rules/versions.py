"""Versions of tasks with their days (half-open), and what differs between two days of the list. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from wangge.catalogue.types import ListChange, ListChangeKind
from wangge.foundation.errors import Conflict, Invalid

Snapshot = Mapping[str, tuple[str, Mapping[str, Any]]]  # code → name, what is said


class LaterVersionPlanned(Conflict):
    """Another version of the task begins on or after that day: publish after it, or choose a later day (409)."""

    code = "catalogue.later_version_planned"


class NothingToChange(Conflict):
    """No version of the task holds on that day, so none can be amended, suspended or ended (409)."""

    code = "catalogue.nothing_to_change"


class StartsInThePast(Invalid):
    """What was asked of grids in the past isn't changed any more (422). `earliest` in params."""

    code = "catalogue.starts_in_the_past"


class EndsTooEarly(Invalid):
    """An end must come after the beginning (422)."""

    code = "catalogue.ends_too_early"


def holds(valid_from: date, valid_to: date | None, day: date) -> bool:
    """Whether a version holds on that day."""
    return valid_from <= day and (valid_to is None or day < valid_to)


def overlap(one: tuple[date, date | None], other: tuple[date, date | None]) -> bool:
    """Whether two terms have a day in common; a term that ends where it begins has none."""
    start = max(one[0], other[0])
    return holds(*one, start) and holds(*other, start)


def require_day(day: date, today: date) -> None:
    """A version begins today or later."""
    if day < today:
        raise StartsInThePast(field="day", earliest=today.isoformat())


def changes(before: Snapshot, after: Snapshot) -> list[ListChange]:
    """What was added, removed and said otherwise, in the order of the codes."""
    found = []
    for code in sorted({*before, *after}):
        if code not in before:
            found.append(ListChange(ListChangeKind.ADDED, code, after[code][0]))
        elif code not in after:
            found.append(ListChange(ListChangeKind.REMOVED, code, before[code][0]))
        elif differing := _differing(before[code][1], after[code][1]):
            found.append(ListChange(ListChangeKind.CHANGED, code, after[code][0], differing))
    return found


def _differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[tuple[str, object, object], ...]:
    return tuple((name, before.get(name), after[name]) for name in after if before.get(name) != after[name])


def next_code(prefix: str, taken: list[str]) -> str:
    """The next task code of a sub-item: codes are never used twice, so after the highest ever given."""
    highest = max((int(code[len(prefix) :]) for code in taken if code.startswith(prefix)), default=0)
    if highest >= 99:
        raise NoCodeLeft(subitem=prefix)
    return f"{prefix}{highest + 1:02}"


class NoCodeLeft(Conflict):
    """A sub-item has 99 codes, and all of them were given out (409)."""

    code = "catalogue.no_code_left"
