"""What one set of rules says otherwise than another."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from wangge.cases.rules.routing_compare import Difference, compare
from wangge.catalogue.types import Nature, RoutingRule, Target

A, B, C, D = (RoutingRule(name, name, "值班长", (Target.TOWN_CENTRE,)) for name in "ABCD")


def kinds(new: list[RoutingRule], old: list[RoutingRule]) -> list[tuple[str, str]]:
    return [(one.rule.name_en, one.kind.value) for one in compare(new, old)]


def test_what_stayed_came_went_and_changed() -> None:
    changed = replace(B, nature=Nature.EVENT)
    assert kinds([A, changed, D], [A, B, C]) == [("A", "SAME"), ("B", "CHANGED"), ("D", "ADDED"), ("C", "REMOVED")]


def test_of_rules_in_another_order_the_fewest_have_moved() -> None:
    assert kinds([D, A, B, C], [A, B, C, D]) == [("D", "MOVED"), ("A", "SAME"), ("B", "SAME"), ("C", "SAME")]


def test_places_are_those_of_each_set() -> None:
    compared = compare([D, A], [A, B])
    assert [(one.now, one.before) for one in compared] == [(1, None), (2, 1), (None, 2)]


@given(st.lists(st.sampled_from([A, B, C, D])), st.lists(st.sampled_from([A, B, C, D])))
def test_every_rule_of_both_is_told_of_once(new: list[RoutingRule], old: list[RoutingRule]) -> None:
    compared = compare(new, old)
    assert [one.now for one in compared if one.now] == list(range(1, len(new) + 1))
    assert sorted(one.before for one in compared if one.before) == list(range(1, len(old) + 1))
    assert (new == old) == all(one.kind is Difference.SAME for one in compared)
