"""What the check finds in a set of rules, and that what it says is so."""

from __future__ import annotations

from datetime import date
from itertools import product

from hypothesis import given, settings

from tests.unit.cases.routing import (
    COMMUNITIES,
    COUNTY,
    DAY,
    GRID,
    OTHER_TOWN,
    TASKS,
    TOWN,
    UNITS,
    any_facts,
    rule,
    rule_sets,
    shipped_matters,
    shipped_rules,
)
from wangge.cases.rules.routing import Facts, prepare
from wangge.cases.rules.routing_check import DeadRule, Gap, MissingTarget, Report, UnknownUnit, check
from wangge.cases.types import Weight
from wangge.catalogue.types import Hours, Nature, RoutingRule, Target

OWNER, CENTRE, TEAM = Target.OWNER_DEPARTMENT, Target.TOWN_CENTRE, Target.ENFORCEMENT_TEAM


def found(*rules: RoutingRule) -> Report:
    return check(prepare(rules, UNITS), TASKS, COMMUNITIES, day=DAY)


def test_the_shipped_rules_are_neither_dead_nor_at_odds() -> None:
    report = check(prepare(shipped_rules(), UNITS), shipped_matters(), COMMUNITIES, day=DAY)
    assert (report.dead, report.conflicts, report.unknown_units) == ((), (), ())
    assert {one.order for one in report.missing} == {2, 3, 4}  # the little county has two departments


def test_a_rule_behind_a_wider_one_is_dead() -> None:
    assert found(rule(CENTRE, tasks=("06",)), rule(tasks=("0602",))).dead == (DeadRule(2, (1,)),)


def test_a_rule_behind_several_that_cover_it_together_is_dead() -> None:
    report = found(rule(CENTRE, hours=Hours.OFF), rule(CENTRE, hours=Hours.WORKING), rule(tasks=("06",)))
    assert report.dead == (DeadRule(3, (1, 2)),)


def test_a_rule_that_fits_nothing_is_dead_behind_nobody() -> None:
    report = found(
        rule(nature=Nature.FACILITY, tasks=("09",)),
        rule(valid_to=DAY),
        rule(valid_from=date(2027, 1, 1), valid_to=date(2027, 3, 1), season_from="06-01", season_to="08-31"),
    )
    assert report.dead == (DeadRule(1, ()), DeadRule(2, ()), DeadRule(3, ()))


def test_an_exception_before_its_rule_is_no_conflict() -> None:
    assert not found(rule(TEAM, tasks=("0602",)), rule(OWNER, tasks=("06",))).conflicts


def test_rules_that_cross_are_at_odds_and_an_example_shows_it() -> None:
    (conflict,) = found(rule(CENTRE, areas=(TOWN,)), rule(OWNER, tasks=("0602",))).conflicts
    assert (conflict.earlier, conflict.later) == (1, 2)
    assert conflict.example.area.startswith(TOWN)
    assert conflict.example.matter.code == "060201"


def test_rules_that_cross_but_send_to_the_same_are_no_conflict() -> None:
    assert not found(rule(OWNER, areas=(TOWN,)), rule(OWNER, tasks=("0602",))).conflicts


def test_what_never_happens_together_is_no_conflict() -> None:
    """No task of the list is a facility of the ninth category, and no day lies in both seasons."""
    assert not found(rule(CENTRE, tasks=("09",)), rule(OWNER, nature=Nature.FACILITY)).conflicts
    flood = rule(CENTRE, tasks=("06",), season_from="05-01", season_to="09-30")
    assert not found(flood, rule(OWNER, areas=(TOWN,), season_from="10-01", season_to="04-30")).conflicts


def test_a_grid_set_apart_is_seen() -> None:
    (conflict,) = found(rule(CENTRE, areas=(GRID,)), rule(OWNER, tasks=("0602",))).conflicts
    assert conflict.example.area == GRID


def test_targets_that_are_not_there_are_named_with_their_towns() -> None:
    report = found(rule(CENTRE))
    assert report.missing == (MissingTarget(1, (OTHER_TOWN,), ("URB", "HOU", "EMG")),)
    assert Gap("060201", 1, (OTHER_TOWN,)) in report.gaps


def test_tasks_for_which_there_is_no_rule_are_gaps_everywhere() -> None:
    report = found(rule(TEAM, tasks=("06", "04")))
    assert report.gaps == (Gap("090101", None, (TOWN, OTHER_TOWN)),)
    assert not report.missing


def test_a_named_unit_that_is_gone_is_said() -> None:
    report = found(rule(Target.NAMED_UNIT, OWNER, unit=f"{COUNTY}-XYZ"))
    assert report.unknown_units == (UnknownUnit(1, f"{COUNTY}-XYZ"),)


def test_a_clean_set_is_clean() -> None:
    assert found(rule(TEAM)).is_clean


@given(rule_sets(), any_facts())
@settings(max_examples=150)
def test_a_dead_rule_never_decides(several: list[RoutingRule], case: Facts) -> None:
    dead = {one.order for one in found(*several).dead}
    assert prepare(several, UNITS).decide(case)[0] not in dead


@given(rule_sets())
@settings(max_examples=60)
def test_a_rule_that_is_not_dead_decides_somewhere(several: list[RoutingRule]) -> None:
    """The slow way: every task, place, weight and hour of every day on which something may change."""
    days = [date.fromordinal(DAY.toordinal() + n) for n in range(440)]
    turning = [day for day in days if day.day in (1, 22, 23, 24) or (day.month, day.day) in ((2, 28), (9, 30))]
    router = prepare(several, UNITS)
    deciding = {
        router.decide(Facts(task, area, day, works, weight))[0]
        for task, area, day, works, weight in product(
            TASKS, [*COMMUNITIES, GRID], turning, (True, False), [one.value for one in Weight]
        )
    }
    assert {one.order for one in found(*several).dead} == set(range(1, len(several) + 1)) - deciding


@given(rule_sets())
@settings(max_examples=80)
def test_the_example_of_a_conflict_fits_both_rules(several: list[RoutingRule]) -> None:
    for conflict in found(*several).conflicts:
        for order in (conflict.earlier, conflict.later):
            assert prepare([several[order - 1]], UNITS).decide(conflict.example)[0] == 1
        assert prepare(several, UNITS).decide(conflict.example)[0] == conflict.earlier


@given(rule_sets(), any_facts())
@settings(max_examples=100)
def test_a_case_that_is_sent_nowhere_is_among_the_gaps(several: list[RoutingRule], case: Facts) -> None:
    order, unit = prepare(several, UNITS).decide(case)
    if unit is None and case.area in COMMUNITIES:
        gaps = {(gap.task, gap.order): gap.towns for gap in found(*several).gaps}
        assert case.area[:9] in gaps[case.matter.code, order]
