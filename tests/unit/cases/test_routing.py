"""Which unit a case is sent to: the first rule that fits decides, and says why."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.unit.cases.routing import (
    COMMUNITIES,
    COUNTY,
    DAY,
    GRID,
    OTHER_TOWN,
    TOWN,
    UNITS,
    any_facts,
    facts,
    matter,
    rule,
    rule_sets,
    rules,
    shipped_matters,
    shipped_rules,
)
from wangge.cases.rules.routing import (
    Condition,
    Facts,
    Held,
    Outcome,
    PassedOver,
    in_season,
    is_working_time,
    prepare,
    reason_of,
)
from wangge.catalogue.types import Hours, Nature, ResolveLevel, RoutingRule, Target
from wangge.foundation.worktime import LOCAL, Calendar

FACILITY, EVENT = "FACILITY", "EVENT"


# --- the shipped rules ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("department", "level", "nature", "order", "unit"),
    [
        ("URB", "TOWNSHIP", EVENT, 4, f"{TOWN}-URB"),  # 事件先属地
        ("URB", "GRID", EVENT, 4, f"{TOWN}-URB"),
        ("WAT", "TOWNSHIP", EVENT, 4, f"{TOWN}-CENTRE"),
        ("URB", "TOWNSHIP", FACILITY, 2, f"{COUNTY}-URB"),  # 部件先属主
        ("WAT", "TOWNSHIP", FACILITY, 2, f"{TOWN}-CENTRE"),  # 后属地: the county has no such department
        ("HOU", "COUNTY", EVENT, 3, f"{COUNTY}-HOU"),
        ("HOU", "COUNTY", FACILITY, 2, f"{COUNTY}-HOU"),
        ("URB", "ENFORCEMENT", EVENT, 1, f"{COUNTY}-TEAM"),
        ("URB", "ENFORCEMENT", FACILITY, 1, f"{COUNTY}-TEAM"),
    ],
)
def test_facilities_owner_first_events_place_first(
    department: str, level: str, nature: str, order: int, unit: str
) -> None:
    routed = prepare(shipped_rules(), UNITS).route(facts(matter("000000", department, level, nature)))
    assert routed.unit
    assert (routed.order, routed.unit.code) == (order, unit)


def test_events_of_a_town_in_which_nobody_signs_go_to_the_owner() -> None:
    router = prepare(shipped_rules(), UNITS)
    routed = router.route(facts(matter("040101", "URB", "GRID", EVENT), f"{OTHER_TOWN}001001"))
    assert routed.unit
    assert routed.unit.code == f"{COUNTY}-URB"
    assert routed.tried == (
        (Target.OWNER_OFFICE, Outcome.NO_SUCH_UNIT),
        (Target.TOWN_CENTRE, Outcome.NOBODY_SIGNS),
        (Target.OWNER_DEPARTMENT, Outcome.CHOSEN),
    )


def test_every_task_of_the_list_fits_exactly_one_shipped_rule() -> None:
    for one in shipped_matters():
        fitting = [n for n, each in enumerate(shipped_rules(), 1) if prepare([each], UNITS).decide(facts(one))[0]]
        assert len(fitting) == 1, one


# --- conditions -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "of_the_case", "holds"),
    [
        ({"tasks": ("06",)}, {}, True),
        ({"tasks": ("04", "060201")}, {}, True),
        ({"tasks": ("04",)}, {}, False),
        ({"areas": (TOWN,)}, {}, True),
        ({"areas": (OTHER_TOWN,)}, {}, False),
        ({"areas": (GRID,)}, {"area": COMMUNITIES[0]}, False),
        ({"weights": ("MAJOR",)}, {"weight": "MAJOR"}, True),
        ({"weights": ("MAJOR",)}, {}, False),
        ({"nature": Nature.EVENT}, {}, False),
        ({"levels": (ResolveLevel.TOWNSHIP,)}, {}, True),
        ({"levels": (ResolveLevel.GRID,)}, {}, False),
        ({"hours": Hours.OFF}, {"works": False}, True),
        ({"hours": Hours.OFF}, {}, False),
        ({"hours": Hours.WORKING}, {}, True),
        ({"season_from": "05-01", "season_to": "09-30"}, {"day": date(2027, 5, 1)}, True),
        ({"season_from": "05-01", "season_to": "09-30"}, {"day": date(2027, 9, 30)}, True),
        ({"season_from": "05-01", "season_to": "09-30"}, {}, False),
        ({"season_from": "11-15", "season_to": "03-15"}, {}, True),
        ({"season_from": "11-15", "season_to": "03-15"}, {"day": date(2027, 3, 16)}, False),
        ({"valid_from": DAY}, {}, True),
        ({"valid_to": DAY}, {}, False),
    ],
)
def test_a_condition_holds_or_the_rule_is_passed_over(
    asked: dict[str, object], of_the_case: dict[str, object], holds: bool
) -> None:
    routed = prepare([rule(**asked)], UNITS).route(facts(**of_the_case))  # type: ignore[arg-type]
    assert (routed.order == 1) is holds
    assert bool(routed.passed_over) is not holds


def test_the_answer_names_rule_conditions_and_those_passed_over() -> None:
    rules = [
        rule(areas=(OTHER_TOWN,)),
        rule(tasks=("06", "0602"), weights=("GENERAL",), hours=Hours.OFF, season_from="11-01", season_to="01-31"),
    ]
    routed = prepare(rules, UNITS).route(facts(works=False))
    assert routed.passed_over == (PassedOver(1, Condition.AREA),)
    assert routed.held == (
        Held(Condition.TASK, "0602"),
        Held(Condition.WEIGHT, "GENERAL"),
        Held(Condition.HOURS, "OFF"),
        Held(Condition.SEASON, "11-01/01-31"),
    )
    kept = reason_of(routed, version=7)
    assert (kept["rule"], kept["version"], kept["order"]) == ("routing", 7, 2)
    assert kept["because"][0] == {"condition": "TASK", "value": "0602"}  # type: ignore[index]


def test_no_rule_is_said_plainly() -> None:
    routed = prepare([rule(nature=Nature.EVENT)], UNITS).route(facts())
    assert (routed.unit, routed.order) == (None, None)
    assert reason_of(routed, 3) == {
        "rule": "no_routing_rule",
        "version": 3,
        "passed_over": [{"order": 1, "condition": "NATURE"}],
    }


# --- targets ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("target", "area", "code"),
    [
        (Target.OWNER_DEPARTMENT, GRID, f"{COUNTY}-URB"),
        (Target.OWNER_OFFICE, GRID, f"{TOWN}-URB"),
        (Target.TOWN_CENTRE, GRID, f"{TOWN}-CENTRE"),
        (Target.TOWN_CENTRE, COUNTY, None),  # no town is known, and the county's centre is none
        (Target.TOWN_CENTRE, f"{OTHER_TOWN}001001", None),  # nobody signs there
        (Target.COMMUNITY, GRID, COMMUNITIES[0]),
        (Target.COMMUNITY, f"{COMMUNITIES[1]}001", None),
        (Target.ENFORCEMENT_TEAM, GRID, f"{COUNTY}-TEAM"),
        (Target.OWNER_DEPARTMENT, "320114003001002", None),  # another county
        (Target.ENFORCEMENT_TEAM, "320114003001002", None),
    ],
)
def test_a_target_is_a_unit_of_the_place(target: Target, area: str, code: str | None) -> None:
    found = prepare([rule(target)], UNITS).route(facts(area=area)).unit
    assert (found.code if found else None) == code


def test_a_named_unit_gets_only_cases_of_its_area() -> None:
    router = prepare([rule(Target.NAMED_UNIT, unit=f"{TOWN}-URB")], UNITS)
    for area, expected in ((GRID, f"{TOWN}-URB"), (f"{OTHER_TOWN}001001", None)):
        assert getattr(router.route(facts(area=area)).unit, "code", None) == expected
        assert getattr(router.decide(facts(area=area))[1], "code", None) == expected


# --- time -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "works"),
    [
        (datetime(2026, 11, 23, 9, tzinfo=LOCAL), True),
        (datetime(2026, 11, 23, 12, tzinfo=LOCAL), False),
        (datetime(2026, 11, 23, 17, 59, tzinfo=LOCAL), True),
        (datetime(2026, 11, 23, 18, tzinfo=LOCAL), False),
        (datetime(2026, 11, 22, 10, tzinfo=LOCAL), False),
        (datetime(2026, 9, 20, 10, tzinfo=LOCAL), True),  # a Sunday worked (调休)
    ],
)
def test_working_time_follows_the_calendar(at: datetime, works: bool) -> None:
    calendar = Calendar({date(2026, 9, 20): True}, date(2026, 12, 31))
    assert is_working_time(at, calendar) is works


def test_the_29th_of_february_is_in_a_winter_season() -> None:
    assert in_season(rule(season_from="12-01", season_to="02-29"), date(2028, 2, 29))


# --- properties -------------------------------------------------------------------------------------


@given(rule_sets(), any_facts())
def test_the_first_rule_that_fits_alone_decides(several: list[RoutingRule], case: Facts) -> None:
    alone = [n for n, one in enumerate(several, 1) if prepare([one], UNITS).route(case).order]
    routed = prepare(several, UNITS).route(case)
    assert routed.order == (alone[0] if alone else None)
    assert [one.order for one in routed.passed_over] == list(range(1, routed.order or len(several) + 1))


@given(rule_sets(), any_facts())
def test_deciding_quickly_and_with_reasons_is_the_same(several: list[RoutingRule], case: Facts) -> None:
    router = prepare(several, UNITS)
    routed = router.route(case)
    assert router.decide(case) == (routed.order, routed.unit) == router.decide(case)


@given(rule_sets(), any_facts())
def test_every_case_gets_a_unit_or_a_plain_reason(several: list[RoutingRule], case: Facts) -> None:
    routed = prepare(several, UNITS).route(case)
    if routed.unit:
        assert routed.unit.signs
        assert case.area.startswith(routed.unit.area)
        assert routed.tried[-1][1] is Outcome.CHOSEN
    elif routed.rule:
        assert {outcome for _, outcome in routed.tried} <= {Outcome.NO_SUCH_UNIT, Outcome.NOBODY_SIGNS}
    else:
        assert len(routed.passed_over) == len(several)


@given(st.lists(rules(), min_size=2, max_size=6), st.data(), any_facts())
def test_order_matters_among_rules_that_overlap_only(
    several: list[RoutingRule], data: st.DataObject, case: Facts
) -> None:
    first = data.draw(st.integers(0, len(several) - 2))
    both = [prepare([one], UNITS).route(case).order is not None for one in several[first : first + 2]]
    assume(not all(both))
    swapped = several.copy()
    swapped[first], swapped[first + 1] = swapped[first + 1], swapped[first]
    assert prepare(several, UNITS).decide(case)[1] == prepare(swapped, UNITS).decide(case)[1]
