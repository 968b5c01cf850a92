from __future__ import annotations

import pytest

from wangge.cases.rules.command import OutOfReach, commanding_level, may_command, require_command
from wangge.workforce.types import Level

COUNTY, TOWN, COMMUNITY = "320115", "320115003", "320115003001"


@pytest.mark.parametrize(
    ("area", "level"),
    [
        (COUNTY, Level.COUNTY),
        (TOWN, Level.TOWNSHIP),
        (COMMUNITY, None),
        (COMMUNITY + "001", None),
        ("3201", None),
        ("", None),
    ],
)
def test_two_levels_command(area: str, level: Level | None) -> None:
    assert commanding_level(area) is level


@pytest.mark.parametrize(
    ("commander", "level", "unit_area", "may"),
    [
        (COUNTY, Level.COUNTY, COUNTY, True),
        (COUNTY, Level.TOWNSHIP, TOWN, True),
        (COUNTY, Level.COMMUNITY, COMMUNITY, False),  # the town sends to its communities, not the county
        (COUNTY, Level.GRID, COMMUNITY + "001", False),
        (TOWN, Level.TOWNSHIP, TOWN, True),
        (TOWN, Level.COMMUNITY, COMMUNITY, True),
        (TOWN, Level.COUNTY, COUNTY, False),
        (TOWN, Level.TOWNSHIP, "320115004", False),
        (TOWN, Level.COMMUNITY, "320115004001", False),
        (COUNTY, Level.COUNTY, "320114", False),
        (COMMUNITY, Level.COMMUNITY, COMMUNITY, False),
        ("", Level.COUNTY, COUNTY, False),
    ],
)
def test_each_within_its_reach(commander: str, level: Level, unit_area: str, may: bool) -> None:
    assert may_command(commander, level, unit_area) is may


def test_one_of_the_areas_is_enough_and_none_is_not() -> None:
    require_command((COMMUNITY, TOWN), "320115003001", Level.COMMUNITY, COMMUNITY)
    for areas in ((), (COMMUNITY,), ("320115004",)):
        with pytest.raises(OutOfReach) as refused:
            require_command(areas, "320115003001", Level.COMMUNITY, COMMUNITY)
        assert (refused.value.field, refused.value.status) == ("unit", 403)
