"""Two-level command (两级指挥): only county and township dispatch, and only within their reach."""

from __future__ import annotations

from wangge.foundation.errors import NotAllowed
from wangge.workforce.types import Level

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
