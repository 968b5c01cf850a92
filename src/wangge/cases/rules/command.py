"""Two-level command (两级指挥): only county and township dispatch, and only within their reach."""

from __future__ import annotations

from wangge.cases.types import HandlingLevel
from wangge.foundation.errors import NotAllowed
from wangge.workforce.types import Level, UnitKind, UnitRef

#: county → its departments and the towns; township → its own units and its communities.
REACH: dict[Level, frozenset[Level]] = {
    Level.COUNTY: frozenset({Level.COUNTY, Level.TOWNSHIP}),
    Level.TOWNSHIP: frozenset({Level.TOWNSHIP, Level.COMMUNITY}),
}
_LEVEL_OF_LENGTH = {6: Level.COUNTY, 9: Level.TOWNSHIP}


class OutOfReach(NotAllowed):
    """The commanding level doesn't command that unit."""

    code = "cases.unit_out_of_reach"


def commanding_level(area: str) -> Level | None:
    """The level that commands an area: 6-digit county or 9-digit township; no other does."""
    return _LEVEL_OF_LENGTH.get(len(area))


def may_command(area: str, unit_level: Level, unit_area: str) -> bool:
    """Whether the centre of `area` may send a case to that unit."""
    level = commanding_level(area)
    return level is not None and unit_area.startswith(area) and unit_level in REACH[level]


def require_command(areas: tuple[str, ...], unit_code: str, unit_level: Level, unit_area: str) -> None:
    """Pass if any of the commander's areas commands the unit, else OutOfReach (403)."""
    if not any(may_command(area, unit_level, unit_area) for area in areas):
        raise OutOfReach(field="unit", unit=unit_code)


def level_of(unit: UnitRef) -> HandlingLevel:
    """The level at which a unit settles a matter; an enforcement team stands above the departments."""
    return HandlingLevel.ENFORCEMENT if unit.kind is UnitKind.TEAM else HandlingLevel(unit.level.value)


def level_above(level: HandlingLevel) -> HandlingLevel | None:
    """The next rung: grid → community → township → county → enforcement."""
    rungs = list(HandlingLevel)
    place = rungs.index(level) + 1
    return rungs[place] if place < len(rungs) else None


def may_decide(area: str, level: HandlingLevel) -> bool:
    """Whether the centre of `area` dispatches what was passed up: the county anything, a township its own."""
    commanding = commanding_level(area)
    if commanding is Level.COUNTY:
        return True
    return commanding is Level.TOWNSHIP and level in (HandlingLevel.COMMUNITY, HandlingLevel.TOWNSHIP)


def may_assist(lead: HandlingLevel, unit: UnitRef, county: str) -> bool:
    """Whether a unit of that level may ask the other to do a part: same county, not above itself.

    Above itself it passes the matter up instead. Enforcement is asked by the county's units.
    """
    rungs = list(HandlingLevel)
    ceiling = HandlingLevel.ENFORCEMENT if lead is HandlingLevel.COUNTY else lead
    return unit.area.startswith(county) and rungs.index(level_of(unit)) <= rungs.index(ceiling)
