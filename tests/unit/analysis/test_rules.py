"""Targets, lots and appeals."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.calendars import local
from wangge.analysis.rules.appeals import AppealIsOver, TooLateToAppeal, require_in_time, require_open, state_after
from wangge.analysis.rules.composite import WEIGHTS
from wangge.analysis.rules.later import LATER
from wangge.analysis.rules.sampling import drawn, is_drawn
from wangge.analysis.rules.table import BY_CODE, INDICES
from wangge.analysis.rules.targets import RULE, NoTargetOnCounts, NotAShare, UnknownIndex, require_target_allowed
from wangge.analysis.types import AppealAct, AppealState, IndexKind, Period, ScopeKind, month_of

NOVEMBER = Period(date(2026, 11, 1), date(2026, 12, 1))


@pytest.mark.parametrize("index", [one.code for one in INDICES if one.kind is IndexKind.COUNT or one.is_context])
def test_a_target_on_a_count_is_refused_and_the_rule_quoted(index: str) -> None:
    with pytest.raises(NoTargetOnCounts) as caught:
        require_target_allowed(index, Decimal("0.9"))
    assert caught.value.params["rule"] == RULE


def test_the_share_found_by_patrol_is_context() -> None:
    with pytest.raises(NoTargetOnCounts):
        require_target_allowed("proactive_share", Decimal("0.5"))


def test_a_rate_may_have_a_target_that_is_a_share() -> None:
    assert require_target_allowed("on_time_closure_rate", Decimal("0.95")).code == "on_time_closure_rate"
    with pytest.raises(NotAShare):
        require_target_allowed("on_time_closure_rate", Decimal(95))
    with pytest.raises(UnknownIndex):
        require_target_allowed("heads", Decimal(1))


def test_the_table_holds_every_index_once_and_nothing_about_people() -> None:
    codes = [one.code for one in (*INDICES, *LATER)]
    assert len(codes) == len(set(codes))
    assert all(index in BY_CODE for index in WEIGHTS)
    assert {level for one in INDICES for level in one.levels} <= set(ScopeKind)
    assert not [kind for kind in ScopeKind if "PERSON" in kind or "WORKER" in kind]
    assert all(one.name.zh and one.name.en and one.formula.zh and one.formula.en for one in INDICES)


def test_counts_are_never_judged() -> None:
    assert all(one.is_context for one in INDICES if one.kind is not IndexKind.RATE)
    assert not [index for index in WEIGHTS if BY_CODE[index].is_context]


@given(st.lists(st.integers(0, 10**9).map(str), max_size=50, unique=True), st.floats(0, 1), st.text(min_size=1))
def test_a_lot_depends_on_seed_and_number_alone(numbers: list[str], share: float, seed: str) -> None:
    assert drawn(seed, numbers, share) == drawn(seed, reversed(numbers), share)
    assert set(drawn(seed, numbers, share / 2)) <= set(drawn(seed, numbers, share))
    assert drawn(seed, numbers, 0) == ()
    assert len(drawn(seed, numbers, 1)) == len(numbers)


def test_lots_fall_on_about_the_share() -> None:
    hits = sum(is_drawn("seed", str(number), 0.3) for number in range(10_000))
    assert 2_850 < hits < 3_150


def test_a_period_may_be_contested_for_fifteen_days() -> None:
    require_in_time(NOVEMBER, local("2026-12-15 23:59"))
    with pytest.raises(TooLateToAppeal):
        require_in_time(NOVEMBER, local("2026-12-16 00:00"))


def test_what_is_decided_is_over() -> None:
    require_open(state_after(AppealAct.FILE))
    for act in (AppealAct.UPHOLD, AppealAct.REJECT, AppealAct.WITHDRAW):
        with pytest.raises(AppealIsOver):
            require_open(state_after(act))
    assert state_after(AppealAct.UPHOLD) is AppealState.UPHELD


def test_months() -> None:
    assert month_of(date(2026, 12, 31)) == Period(date(2026, 12, 1), date(2027, 1, 1))
    assert month_of(date(2028, 2, 29)).is_month
    assert not Period(date(2026, 11, 1), date(2026, 11, 30)).is_month
