"""What every sending of a case to a unit asks: is it in reach, and does somebody sign there?"""

from __future__ import annotations

from datetime import datetime

from wangge.cases.models import Case
from wangge.cases.rules.command import OutOfReach, may_command, require_command
from wangge.catalogue import queries as catalogue
from wangge.foundation.access import Actor
from wangge.foundation.errors import Conflict
from wangge.workforce import queries as workforce
from wangge.workforce.types import Level, UnitRef


class AlreadyThere(Conflict):
    """The case is with that unit already."""

    code = "cases.already_with_unit"


class NobodySigns(Conflict):
    """Nobody in that unit could sign for the case now: it would lie there."""

    code = "cases.nobody_signs"


def require_reach(actor: Actor, permission: str, case: Case, target: UnitRef) -> None:
    """OutOfReach (403) unless an area the actor commands there commands the unit."""
    areas = tuple(area for area in actor.areas(permission) if case.area.startswith(area))
    require_command(areas, target.code, target.level, target.area)


def takes_from_above(actor: Actor, permission: str, case: Case) -> bool:
    """Whether a desk would take a case from a unit it doesn't command: what the county sent out stays there."""
    if not case.unit:
        return False
    there = workforce.unit_of_any_time(case.unit)
    areas = (area for area in actor.areas(permission) if case.area.startswith(area))
    return not any(may_command(area, there.level, there.area) for area in areas)


def require_not_from_above(actor: Actor, permission: str, case: Case) -> None:
    """OutOfReach (403) where `takes_from_above`."""
    if takes_from_above(actor, permission, case):
        raise OutOfReach(field="unit", unit=case.unit)


def require_admitted_below(case: Case, target: UnitRef, at: datetime) -> None:
    """NotAdmitted (409) where a case would go down to the grids under a task that isn't on the list (准入)."""
    if target.level is Level.COMMUNITY:
        catalogue.require_admitted(case.task_code, at=at)


def require_signer(target: UnitRef) -> None:
    """NobodySigns (409) for a unit in which nobody could sign now."""
    if not target.signs:
        raise NobodySigns(field="unit", unit=target.code)
