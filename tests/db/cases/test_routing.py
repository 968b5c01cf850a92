"""Cases and the routing rules: suggestions with their reasons, and a draft tried on cases that ran."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests import town
from tests.db.cases.flow import do, in_state
from wangge.cases import operations as cases
from wangge.cases.models import Case, CaseStep, CaseSuggestion
from wangge.cases.operations import routing
from wangge.cases.routing import check_rules
from wangge.cases.rules.routing import is_working_time
from wangge.cases.targets import dispatch_targets
from wangge.cases.types import Action, State, Weight
from wangge.catalogue import operations as catalogue_operations
from wangge.catalogue import queries as catalogue
from wangge.catalogue.models import RoutingSimulation
from wangge.catalogue.types import DEFAULT_PROFILE, Hours, RoutingRule, SimulationState, Target
from wangge.foundation.access import SYSTEM
from wangge.foundation.errors import NotAllowed
from wangge.foundation.worktime import LOCAL

pytestmark = pytest.mark.django_db


def draft(*rules: RoutingRule) -> int:
    leader = town.actor("shift_leader")
    set_id = catalogue_operations.draft_routing(county=town.COUNTY, actor=leader, at=town.AT)
    for rule in rules:
        order = catalogue_operations.put_rule(set_id=set_id, rule=rule, actor=leader, at=town.AT)
        catalogue_operations.move_rule(set_id=set_id, order=order, to=1, actor=leader, at=town.AT)
    return set_id


def rule(*targets: Target, **said: Any) -> RoutingRule:
    return RoutingRule("试", "Try", "值班长", targets, **said)


def accepted(task: str, *, at: datetime, weight: Weight = Weight.GENERAL, grid: str = town.GRID) -> str:
    number = town.report(at_place=town.place(grid), at=at).case_no
    clerk = town.actor("county_intake_clerk", at=at)
    cases.accept(case_no=number, task_code=task, weight=weight, actor=clerk, at=at + timedelta(minutes=5))
    return number


def dispatched(task: str, unit: str, *, at: datetime) -> str:
    number = accepted(task, at=at)
    by = town.actor("county_dispatcher", at=at)
    cases.dispatch(case_no=number, unit=unit, actor=by, at=at + timedelta(minutes=9))
    return number


def came_back(case_no: str) -> None:
    """The shift leader upheld a return of the case: a line of its history."""
    case = Case.objects.get(case_no=case_no)
    CaseStep.objects.create(
        case=case, seq=90, action="uphold_return", from_state="return_requested", to_state="dispatched",
        at=town.AT, actor_kind="STAFF", detail={},
    )  # fmt: skip


def tried(set_id: int, *, at: datetime = town.AT) -> dict[str, Any]:
    trial = cases.simulate_routing(set_id=set_id, actor=town.actor("shift_leader"), at=at)
    cases.run_routing_simulation(simulation_id=trial, at=at)
    row = RoutingSimulation.objects.get(pk=trial)
    assert row.state == SimulationState.DONE
    assert row.result
    return dict(row.result)


# --- suggestions ------------------------------------------------------------------------------------


def test_a_suggestion_names_rule_version_and_conditions() -> None:
    number = town.report("路灯不亮").case_no
    cases.follow_up(case_no=number, at=town.AT)
    first = CaseSuggestion.objects.get(case__case_no=number, rank=0)
    assert (first.task_code, first.unit) == ("060201", town.DEPARTMENT)
    words, why = first.reasons
    assert words["rule"] == "words"
    assert (why["rule"], why["version"], why["order"], why["name_zh"]) == ("routing", 1, 2, "部件先属主、后属地")
    assert why["because"] == [
        {"condition": "NATURE", "value": "FACILITY"},
        {"condition": "LEVEL", "value": "TOWNSHIP"},
    ]
    assert why["passed_over"] == [{"order": 1, "condition": "LEVEL"}]


@pytest.mark.parametrize(
    ("task", "unit"),
    [
        (town.GRID_TASK, town.TOWN_OFFICE),
        (town.TOWN_TASK, town.TOWN_CENTRE),  # a facility whose department the county doesn't have
        (town.COUNTY_TASK, town.TOWN_CENTRE),  # a facility in whose department nobody signs
        (town.ENFORCEMENT_TASK, town.TEAM),
    ],
)
def test_the_desk_is_told_where_a_case_goes_by_the_rules(task: str, unit: str) -> None:
    case = Case.objects.get(case_no=accepted(task, at=town.AT))
    targets = dispatch_targets(case, actor=town.actor("county_dispatcher"), at=town.AT)
    assert targets.by_rule
    assert (targets.by_rule.code, targets.why["version"]) == (unit, 1)


def test_a_version_in_force_from_today_is_what_the_desk_is_told() -> None:
    set_id = draft(rule(Target.COMMUNITY, tasks=("0601",)))
    tried(set_id)
    catalogue_operations.make_routing_effective(
        set_id=set_id, valid_from=town.AT.date(), reason="有意", actor=town.actor("centre_leader"), at=town.AT
    )
    case = Case.objects.get(case_no=accepted(town.TOWN_TASK, at=town.AT))
    targets = dispatch_targets(case, actor=town.actor("township_dispatcher"), at=town.AT)
    assert targets.proposed
    assert (targets.proposed.code, targets.why["version"], targets.why["order"]) == (town.COMMUNITY, 2, 1)


def test_a_case_that_was_passed_up_is_proposed_to_the_level_it_climbed_to() -> None:
    number = in_state(State.ACCEPTED)  # a matter of the grid
    county = town.actor("county_dispatcher")

    def told() -> tuple[str, int | None]:
        targets = dispatch_targets(Case.objects.get(case_no=number), actor=county, at=town.AT)
        assert targets.proposed
        return targets.proposed.code, targets.why["order"]  # type: ignore[return-value]

    assert told() == (town.TOWN_OFFICE, 4)
    do(Action.DISPATCH, number, town.actor("township_dispatcher"), unit=town.TOWN_OFFICE)
    do(Action.SIGN, number, town.actor("unit_handler_town"))
    do(Action.ESCALATE, number, town.actor("unit_handler_town"))
    assert told() == (town.DEPARTMENT, 3)
    do(Action.DISPATCH, number, county, unit=town.DEPARTMENT)
    assert dispatch_targets(Case.objects.get(case_no=number), actor=county, at=town.AT).why["order"] == 4
    do(Action.SIGN, number, town.actor("unit_handler"))
    do(Action.ESCALATE, number, town.actor("unit_handler"), reason="NEEDS_ENFORCEMENT")
    assert told() == (town.TEAM, 1)


def test_working_hours_are_those_of_the_countys_centre() -> None:
    hours = ((time(9), time(12)), (time(13, 30), time(17, 30)))
    catalogue_operations.adopt_clock_rules(
        area=town.COUNTY, valid_from=town.AT.date(), profile=replace(DEFAULT_PROFILE, hours=hours), note="",
        actor=SYSTEM, at=town.AT,
    )  # fmt: skip
    late = datetime.combine(town.AT.date() + timedelta(days=1), time(17, 45), LOCAL)
    assert is_working_time(late, catalogue.calendar(late))
    assert not is_working_time(late, catalogue.office_calendar(town.COUNTY, at=late))


# --- a trial ----------------------------------------------------------------------------------------


def test_a_draft_like_the_rules_in_force_changes_nothing() -> None:
    dispatched(town.GRID_TASK, town.TOWN_CENTRE, at=town.later(days=-3))
    result = tried(draft())
    assert result["counts"] == {
        "cases": 1, "off_list": 0, "no_rule": 0, "no_target": 0, "elsewhere_than_in_force": 0, "sent": 1,
        "came_back": 0, "elsewhere_than_really": 1, "came_back_elsewhere": 0,
    }  # fmt: skip
    assert [one["hits"] for one in result["rules"]] == [0, 0, 0, 1]
    assert (result["ways"], result["sample"], result["in_force_version"]) == ([], [], 1)


def test_a_trial_tells_what_would_go_elsewhere() -> None:
    day = town.later(days=-2)
    stays = dispatched(town.GRID_TASK, town.TOWN_OFFICE, at=day)
    goes = dispatched(town.ENFORCEMENT_TASK, town.DEPARTMENT, at=day)
    came_back(goes)
    came_back(stays)
    never_sent = accepted(town.ENFORCEMENT_TASK, at=day + timedelta(hours=1))
    result = tried(draft(rule(Target.TOWN_CENTRE, tasks=("0403",))))
    counts = result["counts"]
    assert (counts["cases"], counts["sent"], counts["elsewhere_than_in_force"]) == (3, 2, 2)
    assert (counts["elsewhere_than_really"], counts["came_back"], counts["came_back_elsewhere"]) == (1, 2, 1)
    assert [(one["hits"], one["elsewhere"]) for one in result["rules"]] == [(2, 2), (0, 0), (0, 0), (0, 0), (1, 0)]
    assert result["ways"] == [{"in_force": town.TEAM, "draft": town.TOWN_CENTRE, "count": 2}]
    assert [one["case_no"] for one in result["sample"]] == [never_sent, goes]
    assert [one["really"] for one in result["sample"]] == ["", town.DEPARTMENT]


def test_facts_are_those_at_acceptance() -> None:
    """Weight and hour when it was accepted decide: the one by day is not at night, and a general one not major."""
    evening = town.later(days=-3).replace(hour=20)
    accepted(town.GRID_TASK, at=evening, weight=Weight.MAJOR)
    accepted(town.GRID_TASK, at=evening, weight=Weight.GENERAL)
    accepted(town.GRID_TASK, at=town.later(days=-3), weight=Weight.MAJOR)
    result = tried(draft(rule(Target.ENFORCEMENT_TEAM, weights=("MAJOR",), hours=Hours.OFF)))
    assert [one["hits"] for one in result["rules"]] == [1, 0, 0, 0, 2]


def test_only_accepted_cases_of_the_last_month_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routing, "BATCH", 2)
    for days in (-40, -29, -20, -10, -1):
        accepted(town.GRID_TASK, at=town.later(days=days))
    town.report(at=town.later(days=-1, minutes=30))
    assert tried(draft())["counts"]["cases"] == 4


def test_tasks_that_have_left_the_list_are_counted_and_left_out() -> None:
    number = accepted(town.GRID_TASK, at=town.later(days=-1))
    case = Case.objects.get(case_no=number)
    CaseStep.objects.create(
        case=case, seq=91, action="accept", from_state="reported", to_state="accepted", at=town.AT,
        actor_kind="STAFF", detail={"task_code": "999999", "weight": "GENERAL"},
    )  # fmt: skip
    counts = tried(draft())["counts"]
    assert (counts["cases"], counts["off_list"]) == (1, 1)


def test_a_trial_keeps_what_the_check_found() -> None:
    check = tried(draft(rule(Target.TOWN_CENTRE, areas=(town.TOWN,))))["check"]
    assert {one["earlier"] for one in check["conflicts"]} == {1}
    assert check["conflicts"][0]["example"]["area"].startswith(town.TOWN)


def test_the_check_speaks_of_the_towns_and_departments_there_are() -> None:
    report = check_rules(catalogue.routing_in_force(town.COUNTY, at=town.AT).rules, town.COUNTY, at=town.AT)
    assert not report.dead
    assert not report.conflicts
    assert {town_code for one in report.missing for town_code in one.towns} == {town.TOWN, town.OTHER_TOWN}


def test_only_who_prepares_starts_a_trial() -> None:
    set_id = draft()
    with pytest.raises(NotAllowed):
        cases.simulate_routing(set_id=set_id, actor=town.actor("centre_leader"), at=town.AT)


def test_a_trial_runs_once_and_not_for_rules_that_have_changed() -> None:
    set_id, leader = draft(), town.actor("shift_leader")
    trial = cases.simulate_routing(set_id=set_id, actor=leader, at=town.AT)
    catalogue_operations.remove_rule(set_id=set_id, order=1, actor=leader, at=town.AT)
    cases.run_routing_simulation(simulation_id=trial, at=town.AT)
    assert RoutingSimulation.objects.get(pk=trial).state == SimulationState.FAILED
    cases.run_routing_simulation(simulation_id=UUID(int=0), at=town.AT)


def test_a_trial_that_breaks_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    trial = cases.simulate_routing(set_id=draft(), actor=town.actor("shift_leader"), at=town.AT)

    def break_off(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(routing, "check_rules", break_off)
    with pytest.raises(ZeroDivisionError):
        cases.run_routing_simulation(simulation_id=trial, at=town.AT)
    assert RoutingSimulation.objects.get(pk=trial).state == SimulationState.FAILED
