"""Routing rules as data: drafted as a copy, changed, put in force by somebody else, never changed after."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction

from tests import town
from wangge.catalogue import operations, queries
from wangge.catalogue.models import RoutingRuleRow, RoutingRuleSet, RoutingSimulation
from wangge.catalogue.operations import routing
from wangge.catalogue.rules.routing import (
    RuleBadSeason,
    RuleEndsFirst,
    RuleNamesNoUnit,
    RuleNeedsName,
    RuleNeedsOwner,
    RuleNeedsTarget,
    RuleOutside,
    RuleUnknownTask,
    digest_of,
)
from wangge.catalogue.types import Hours, Nature, ResolveLevel, RoutingRule, RoutingState, SimulationState, Target
from wangge.foundation.access import Actor
from wangge.foundation.errors import Invalid, NotAllowed, Problem
from wangge.foundation.models import Event
from wangge.workforce.queries import UnknownUnit

pytestmark = pytest.mark.django_db
TODAY = town.AT.date()


def leader() -> Actor:
    return town.actor("shift_leader")


def head() -> Actor:
    return town.actor("centre_leader")


def rule(name: str = "汛期积水", **said: Any) -> RoutingRule:
    return RoutingRule(name, name, "值班长", **({"targets": (Target.TOWN_CENTRE,)} | said))


def draft() -> int:
    return operations.draft_routing(county=town.COUNTY, note="试试", actor=leader(), at=town.AT)


def tried(set_id: int, *, conflicts: int = 0) -> None:
    trial = operations.open_simulation(set_id=set_id, actor=leader(), at=town.AT)
    result = {"check": {"conflicts": [{}] * conflicts}}
    operations.keep_simulation(simulation_id=trial, state=SimulationState.DONE, done=0, total=0, result=result)


def names(set_id: int) -> list[str]:
    row = RoutingRuleSet.objects.get(pk=set_id)
    assert [one.order for one in queries.routing_rows(row)] == list(range(1, row.rules.count() + 1))
    return [one.name_zh for one in queries.routing_rules(row)]


def published(valid_from: date = TODAY, **said: Any) -> RoutingRuleSet:
    set_id = draft()
    operations.put_rule(set_id=set_id, rule=rule(), actor=leader(), at=town.AT)
    tried(set_id)
    return operations.make_routing_effective(set_id=set_id, valid_from=valid_from, actor=head(), at=town.AT, **said)


# --- which are in force -----------------------------------------------------------------------------


def test_a_county_begins_with_the_shipped_rules() -> None:
    in_force = queries.routing_in_force(town.GRID, at=town.AT)
    assert (in_force.version, in_force.is_default, len(in_force.rules)) == (1, False, 4)
    assert in_force.rules[1].nature is Nature.FACILITY
    assert in_force.rules[0].levels == (ResolveLevel.ENFORCEMENT,)


def test_where_a_county_has_none_the_default_holds() -> None:
    in_force = queries.routing_in_force("320114001001001", at=town.AT)
    assert (in_force.version, in_force.is_default, len(in_force.rules)) == (1, True, 4)


def test_before_any_rules_there_are_none() -> None:
    in_force = queries.routing_in_force(town.GRID, at=town.AT.replace(year=2025))
    assert (in_force.version, in_force.rules) == (0, ())


def test_loading_again_leaves_what_is_there() -> None:
    path = town.DATA / "catalogue/routing.toml"
    assert not operations.load_routing(path=path, county=town.COUNTY, valid_from=TODAY, at=town.AT)
    assert operations.load_routing(path=path, county="320116", valid_from=TODAY, at=town.AT)


def test_every_task_says_what_it_is() -> None:
    natures = {task.code: task.nature for task in queries.task_list(town.AT)}
    assert natures["060201"] is Nature.FACILITY
    assert natures["040101"] is Nature.EVENT
    assert sum(nature is Nature.FACILITY for nature in natures.values()) == 16


# --- a draft ----------------------------------------------------------------------------------------


def test_a_draft_is_a_copy_with_the_next_version() -> None:
    row = RoutingRuleSet.objects.get(pk=draft())
    assert (row.version, row.state, row.note) == (2, RoutingState.DRAFT, "试试")
    assert queries.routing_rules(row) == queries.routing_in_force(town.COUNTY, at=town.AT).rules
    with pytest.raises(routing.RoutingDraftExists):
        draft()


def test_rules_are_put_changed_moved_and_taken_out() -> None:
    set_id, by = draft(), {"actor": leader(), "at": town.AT}
    first, second, third, fourth = names(set_id)
    assert operations.put_rule(set_id=set_id, rule=rule("新"), **by) == 5
    assert operations.move_rule(set_id=set_id, order=5, to=1, **by) == 1
    assert names(set_id) == ["新", first, second, third, fourth]
    assert operations.put_rule(set_id=set_id, rule=rule("改"), order=3, **by) == 3
    assert names(set_id) == ["新", first, "改", third, fourth]
    assert operations.remove_rule(set_id=set_id, order=1, **by).name_zh == "新"
    assert operations.move_rule(set_id=set_id, order=1, to=99, **by) == 4
    assert names(set_id) == ["改", third, fourth, first]
    for order in (0, 5):
        with pytest.raises(routing.NoSuchRule):
            operations.remove_rule(set_id=set_id, order=order, **by)


def test_a_rule_comes_back_as_it_was_said() -> None:
    said = rule(
        "全部条件", targets=(Target.NAMED_UNIT, Target.COMMUNITY), unit=town.DEPARTMENT, tasks=("06", "040101"),
        areas=(town.TOWN, town.GRID), weights=("MAJOR",), nature=Nature.EVENT, levels=(ResolveLevel.GRID,),
        hours=Hours.OFF, season_from="05-01", season_to="09-30", valid_from=TODAY, valid_to=TODAY + timedelta(days=9),
    )  # fmt: skip
    set_id = draft()
    operations.put_rule(set_id=set_id, rule=said, order=1, actor=leader(), at=town.AT)
    assert queries.routing_rules(RoutingRuleSet.objects.get(pk=set_id))[0] == said


@pytest.mark.parametrize(
    ("said", "problem", "field"),
    [
        ({"name_en": ""}, RuleNeedsName, "name_en"),
        ({"owner": ""}, RuleNeedsOwner, "owner"),
        ({"targets": ()}, RuleNeedsTarget, "targets"),
        ({"targets": (Target.NAMED_UNIT,)}, RuleNamesNoUnit, "unit"),
        ({"unit": town.DEPARTMENT}, RuleNamesNoUnit, "unit"),
        ({"targets": (Target.NAMED_UNIT,), "unit": "320115-XYZ"}, UnknownUnit, "unit"),
        ({"tasks": ("060",)}, RuleUnknownTask, "tasks"),
        ({"tasks": ("99",)}, RuleUnknownTask, "tasks"),
        ({"areas": ("320114",)}, RuleOutside, "areas"),
        ({"areas": ("320115999",)}, Invalid, "areas"),
        ({"season_from": "05-01"}, RuleBadSeason, "season_to"),
        ({"season_from": "02-30", "season_to": "05-01"}, RuleBadSeason, "season_from"),
        ({"valid_from": TODAY, "valid_to": TODAY}, RuleEndsFirst, "valid_to"),
    ],
)
def test_a_rule_that_can_not_hold_is_refused_at_its_field(
    said: dict[str, Any], problem: type[Problem], field: str
) -> None:
    set_id = draft()
    wanted = {"name_zh": "规则", "name_en": "Rule", "owner": "值班长", "targets": (Target.TOWN_CENTRE,)} | said
    with pytest.raises(problem) as refused:
        operations.put_rule(set_id=set_id, rule=RoutingRule(**wanted), actor=leader(), at=town.AT)
    assert refused.value.field == field
    assert len(names(set_id)) == 4


def test_there_is_an_end_to_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routing, "MOST_RULES", 4)
    with pytest.raises(routing.TooManyRules):
        operations.put_rule(set_id=draft(), rule=rule(), actor=leader(), at=town.AT)


def test_a_draft_thrown_away_is_gone_with_its_trials() -> None:
    set_id = draft()
    tried(set_id)
    operations.discard_routing(set_id=set_id, actor=leader(), at=town.AT)
    assert not RoutingRuleSet.objects.filter(pk=set_id).exists()
    assert not RoutingSimulation.objects.exists()
    assert RoutingRuleSet.objects.get(pk=draft()).version == 2


# --- who may ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["county_dispatcher", "centre_leader", "auditor", "supervisor", "data_steward"])
def test_only_the_shift_leader_prepares(name: str) -> None:
    set_id, actor = draft(), town.actor(name)
    for attempt in (
        lambda: operations.draft_routing(county=town.COUNTY, actor=actor, at=town.AT),
        lambda: operations.put_rule(set_id=set_id, rule=rule(), actor=actor, at=town.AT),
        lambda: operations.move_rule(set_id=set_id, order=1, to=2, actor=actor, at=town.AT),
        lambda: operations.remove_rule(set_id=set_id, order=1, actor=actor, at=town.AT),
        lambda: operations.open_simulation(set_id=set_id, actor=actor, at=town.AT),
        lambda: operations.discard_routing(set_id=set_id, actor=actor, at=town.AT),
    ):
        with pytest.raises(NotAllowed):
            attempt()


def test_no_other_county() -> None:
    with pytest.raises(NotAllowed):
        operations.draft_routing(county="320114", actor=leader(), at=town.AT)


def test_the_one_who_wrote_it_does_not_put_it_in_force() -> None:
    set_id = draft()
    operations.put_rule(set_id=set_id, rule=rule(), actor=leader(), at=town.AT)
    tried(set_id)
    with pytest.raises(NotAllowed):
        operations.make_routing_effective(set_id=set_id, valid_from=TODAY, actor=leader(), at=town.AT)
    both = Actor(leader().kind, leader().user_id, (*leader().grants, *head().grants))
    with pytest.raises(routing.RoutingOwnDraft):
        operations.make_routing_effective(set_id=set_id, valid_from=TODAY, actor=both, at=town.AT)


def test_versions_are_for_those_of_the_county() -> None:
    assert queries.routing_counties(town.actor("township_dispatcher")) == [town.COUNTY]
    assert [row.version for row in queries.routing_sets(town.COUNTY, town.actor("auditor"))] == [1]
    with pytest.raises(queries.NoSuchRoutingSet):
        queries.routing_sets("320114", leader())
    with pytest.raises(NotAllowed):
        queries.routing_counties(town.actor("unit_handler"))


# --- taking effect ----------------------------------------------------------------------------------


def test_from_its_day_the_new_version_holds_and_the_one_before_ends() -> None:
    row = published(TODAY + timedelta(days=3))
    before = RoutingRuleSet.objects.get(county=town.COUNTY, version=1)
    assert (before.state, before.valid_to) == (RoutingState.ENDED, row.valid_from)
    assert (row.published_by_id, row.published_at) == (head().user_id, town.AT)
    for days, version, rules in ((0, 1, 4), (2, 1, 4), (3, 2, 5), (400, 2, 5)):
        in_force = queries.routing_in_force(town.GRID, at=town.later(days=days))
        assert (in_force.version, len(in_force.rules)) == (version, rules)
    assert Event.objects.filter(type="catalogue.routing.effective", area=town.COUNTY).exists()


def test_a_draft_that_was_not_tried_as_it_stands_does_not_take_effect() -> None:
    set_id = draft()
    for _ in range(2):
        with pytest.raises(routing.RoutingNotTried):
            operations.make_routing_effective(set_id=set_id, valid_from=TODAY, actor=head(), at=town.AT)
        tried(set_id)
        operations.put_rule(set_id=set_id, rule=rule(), actor=leader(), at=town.AT)


def test_changing_back_makes_the_trial_good_again() -> None:
    set_id = draft()
    tried(set_id)
    operations.move_rule(set_id=set_id, order=1, to=2, actor=leader(), at=town.AT)
    operations.move_rule(set_id=set_id, order=1, to=2, actor=leader(), at=town.AT)
    assert operations.make_routing_effective(set_id=set_id, valid_from=TODAY, actor=head(), at=town.AT)


def test_rules_at_odds_need_a_reason_that_is_kept() -> None:
    set_id = draft()
    tried(set_id, conflicts=2)
    with pytest.raises(routing.RoutingAtOdds) as refused:
        operations.make_routing_effective(set_id=set_id, valid_from=TODAY, reason=" ", actor=head(), at=town.AT)
    assert (refused.value.field, refused.value.params["count"]) == ("reason", 2)
    row = operations.make_routing_effective(
        set_id=set_id, valid_from=TODAY, reason="有意如此", actor=head(), at=town.AT
    )
    assert row.reason == "有意如此"


def test_no_version_begins_in_the_past_or_before_the_one_it_follows() -> None:
    set_id = draft()
    tried(set_id)
    with pytest.raises(routing.RoutingStartsTooEarly):
        operations.make_routing_effective(set_id=set_id, valid_from=TODAY - timedelta(days=1), actor=head(), at=town.AT)
    operations.make_routing_effective(set_id=set_id, valid_from=TODAY + timedelta(days=5), actor=head(), at=town.AT)
    following = draft()
    tried(following)
    with pytest.raises(routing.RoutingStartsTooEarly) as refused:
        operations.make_routing_effective(set_id=following, valid_from=TODAY, actor=head(), at=town.AT)
    assert refused.value.params["earliest"] == str(TODAY + timedelta(days=5))


def test_a_version_may_be_replaced_on_its_first_day() -> None:
    published()
    set_id = draft()
    tried(set_id)
    operations.make_routing_effective(set_id=set_id, valid_from=TODAY, actor=head(), at=town.AT)
    assert queries.routing_in_force(town.GRID, at=town.AT).version == 3


# --- never changed after ----------------------------------------------------------------------------


def test_a_published_set_takes_no_operation() -> None:
    row = published()
    with pytest.raises(routing.RoutingPublished):
        operations.put_rule(set_id=row.pk, rule=rule(), actor=leader(), at=town.AT)
    with pytest.raises(routing.RoutingPublished):
        operations.discard_routing(set_id=row.pk, actor=leader(), at=town.AT)


def test_the_database_lets_nobody_change_a_published_set() -> None:
    row = published()
    rules, sets = RoutingRuleRow.objects.filter(rule_set=row), RoutingRuleSet.objects.filter(pk=row.pk)
    for attempt in (
        lambda: rules.update(owner="别人"),
        lambda: rules.delete(),
        lambda: RoutingRuleRow.objects.create(
            rule_set=row, order=9, name_zh="新", name_en="new", owner="x", targets=["COMMUNITY"]
        ),
        lambda: RoutingRuleRow.objects.create(
            rule_set_id=draft(), order=9, name_zh="新", name_en="new", owner="x", targets=["COMMUNITY"]
        ).pk and RoutingRuleRow.objects.filter(name_zh="新").update(rule_set=row, order=10),
        lambda: sets.update(valid_from=TODAY + timedelta(days=1)),
        lambda: sets.update(reason="另外的理由"),
        lambda: sets.update(state="DRAFT"),
        lambda: sets.delete(),
    ):  # fmt: skip
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()


def test_two_versions_are_never_open_ended_together() -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        RoutingRuleSet.objects.create(
            county=town.COUNTY, version=7, state="EFFECTIVE", valid_from=TODAY, created_at=town.AT
        )


def test_a_trial_tells_of_these_rules_only() -> None:
    set_id = draft()
    row = RoutingRuleSet.objects.get(pk=set_id)
    tried(set_id)
    found = queries.simulation_of_these_rules(row)
    assert found is not None
    assert found.digest == digest_of(queries.routing_rules(row))
    operations.remove_rule(set_id=set_id, order=1, actor=leader(), at=town.AT)
    assert queries.simulation_of_these_rules(row) is None
    assert queries.simulation_to_run(uuid4()) is None
