"""The checks of an application: likeness, what is never held, what is to be had elsewhere, a month that is full."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wangge.catalogue.rules import checks
from wangge.catalogue.rules.checks import Collected, Load, Named
from wangge.catalogue.types import CheckKind, FieldSource, Gravity
from wangge.foundation.never_built import NEVER_BUILT

DATA = Path(__file__).resolve().parents[3] / "data/catalogue"

names = st.text(alphabet="共享单车停放秩序巡查检路面灯具 ab", min_size=1, max_size=12)
words = st.lists(st.sampled_from(["单车", "停放", "路灯", "井盖", "bin"]), max_size=5).map(tuple)
tasks = st.builds(Named, st.sampled_from(["040101", "040102", ""]), names, st.just(""), words)


def the_list() -> list[Named]:
    with (DATA / "task_list.csv").open(encoding="utf-8") as file:
        return [Named(row["code"], row["task_zh"], row["task_en"]) for row in csv.DictReader(file)]


@given(tasks, tasks)
def test_likeness_is_a_share_and_the_same_both_ways(one: Named, other: Named) -> None:
    share, shared = checks.likeness(one, other)
    assert 0 <= share <= 1
    assert (share, set(shared)) == (checks.likeness(other, one)[0], set(checks.likeness(other, one)[1]))


@given(tasks, tasks)
def test_what_is_called_alike_shows_why(one: Named, other: Named) -> None:
    share, shared = checks.likeness(one, other)
    assert bool(shared) == (share > 0)


@pytest.mark.parametrize("task", the_list(), ids=lambda task: task.code)
def test_a_task_of_the_list_is_found_again_under_another_code(task: Named) -> None:
    again = Named("", task.name_zh, task.name_en)
    found = checks.alike(again, the_list())
    assert (found[0].about, found[0].said["percent"]) == (task.code, 100)
    assert found[0].gravity is Gravity.NOTE


@given(tasks, st.lists(tasks, max_size=8))
def test_a_task_is_no_likeness_of_itself_and_few_are_shown(one: Named, others: list[Named]) -> None:
    found = checks.alike(one, others)
    assert len(found) <= checks.MOST_ALIKE
    assert not one.code or one.code not in {finding.about for finding in found}
    percents = [finding.said["percent"] for finding in found]
    assert percents == sorted(percents, reverse=True)  # type: ignore[type-var]


def test_other_words_for_the_same_thing_are_found_by_keywords() -> None:
    one = Named("", "单车秩序", keywords=("共享单车", "乱停", "单车"))
    other = Named("040203", "非机动车停放", keywords=("电动车", "共享单车", "乱停", "占道停车"))
    found = checks.alike(one, [other])
    assert found[0].said["words"] == ["共享单车", "乱停"]


@pytest.mark.parametrize("kind", NEVER_BUILT, ids=lambda kind: kind.key)
def test_every_kind_that_is_never_built_is_refused_for_good(kind: object) -> None:
    word = kind.words[0]  # type: ignore[attr-defined]
    found = checks.forbidden({"code": [word], "other": ["地点"]})
    assert [(one.kind, one.gravity, one.about) for one in found] == [(CheckKind.FORBIDDEN, Gravity.REFUSED, "code")]
    assert checks.is_refused(found)


@given(st.lists(st.sampled_from(["unified_social_credit_code", "photo", "estate"]), unique=True))
def test_only_what_is_asked_for_on_the_spot_and_is_to_be_had_is_refused(codes: list[str]) -> None:
    register = {"unified_social_credit_code": "市场主体登记库", "estate": "楼栋库"}
    fields = [Collected(code, code) for code in codes]
    assert {one.about for one in checks.obtainable(fields, register)} == set(codes) & set(register)
    shared = [Collected(code, code, source=FieldSource.SHARE) for code in codes]
    assert checks.obtainable(shared, register) == []


minutes = st.integers(0, 20_000)


@given(minutes, st.integers(-500, 2_000), st.one_of(st.none(), minutes))
def test_a_month_is_over_exactly_when_it_grows_past_its_ceiling(present: int, added: int, ceiling: int | None) -> None:
    found = checks.overload(Load(present, added, ceiling))
    assert bool(found) == (ceiling is not None and added > 0 and present + added > ceiling)
    assert checks.needs_override(found) == bool(found)
    assert not checks.is_refused(found)
    if found:
        assert found[0].said["over"] == present + added - ceiling  # type: ignore[operator]


def test_relief_is_never_refused() -> None:
    assert checks.overload(Load(9_000, 0, 100)) == []
    assert checks.overload(Load(9_000, -10, 100)) == []
