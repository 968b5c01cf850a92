"""What holds for whatever happens to cases."""

from __future__ import annotations

import random
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.analysis.histories import CLOCKS, FAR, random_case
from tests.unit.calendars import local
from wangge.analysis.rules.counting import Window, contributions
from wangge.analysis.rules.facts import CaseFacts
from wangge.analysis.rules.packing import packed, packed_sheets, unpacked, unpacked_sheet
from wangge.analysis.rules.reading import facts_of
from wangge.analysis.rules.table import BY_CODE
from wangge.analysis.rules.tally import base_of, tally
from wangge.analysis.types import IndexKind, ScopeKind, Sheets

SEEDS = st.lists(st.integers(0, 10**6), min_size=1, max_size=40, unique=True)
INSTANTS = st.integers(0, 100 * 24).map(lambda hours: local("2026-09-20 00:00") + timedelta(hours=hours))
#: Sets whose members are drawn by one date of the case, so that two halves of a period add up to the whole.
ADDITIVE = (
    "reported", "accepted", "dispatched", "returns_asked", "returns_upheld", "returns_refused",
    "verified", "sent_back", "closure_rate", "on_time_closure_rate",
    "overdue_rate", "accept_timely_rate", "dispatch_accuracy", "return_rate", "first_pass_rate", "voided",
    "supervise_on_time_rate", "proactive_share",
)  # fmt: skip


def known(seeds: list[int], cut_off: object = FAR) -> list[CaseFacts]:
    found = []
    for seed in seeds:
        fixed, steps = random_case(seed)
        one = facts_of(fixed, steps, clocks=CLOCKS, cut_off=cut_off)  # type: ignore[arg-type]
        if one is not None:
            found.append(one)
    return found


def county(sheets: Sheets, index: str) -> tuple[float, int]:
    found = sheets[ScopeKind.COUNTY].get(index, {}).get("320115")
    return (found.a or 0, found.n) if found else (0, 0)


@given(SEEDS, INSTANTS, INSTANTS)
@settings(max_examples=60)
def test_rates_lie_between_nought_and_one_and_late_is_the_rest(seeds: list[int], one: object, other: object) -> None:
    begin, end = sorted((one, other))  # type: ignore[type-var]
    sheets = tally(known(seeds), Window(begin, end, FAR), {})  # type: ignore[arg-type]
    for by_index in sheets.values():
        for index, by_code in by_index.items():
            if BY_CODE[base_of(index)].kind in (IndexKind.RATE, IndexKind.SPLIT):
                assert all(0 <= (found.a or 0) <= found.n for found in by_code.values()), index
    on_time, over = county(sheets, "on_time_closure_rate"), county(sheets, "overdue_rate")
    assert on_time[0] + over[0] == on_time[1] == over[1]


@given(SEEDS, st.integers(0, 10**6))
@settings(max_examples=60)
def test_a_case_changes_only_the_sets_it_is_in(seeds: list[int], seed: int) -> None:
    window = Window(local("2026-10-01 00:00"), local("2026-11-01 00:00"), FAR)
    cases, more = known([one for one in seeds if one != seed]), known([seed])
    own = {one.index for case in more for one in contributions(case, window)}
    before, after = tally(cases, window, {}), tally(cases + more, window, {})
    for index in set(before[ScopeKind.COUNTY]) | set(after[ScopeKind.COUNTY]):
        if index not in own:
            assert before[ScopeKind.COUNTY].get(index) == after[ScopeKind.COUNTY].get(index)


@given(SEEDS, st.randoms(use_true_random=False))
@settings(max_examples=40)
def test_the_order_of_cases_changes_nothing(seeds: list[int], luck: random.Random) -> None:
    window = Window(local("2026-10-01 00:00"), local("2026-11-01 00:00"), FAR)
    cases = known(seeds)
    shuffled = cases[:]
    luck.shuffle(shuffled)
    assert tally(cases, window, {}) == tally(shuffled, window, {})


@given(SEEDS, st.tuples(INSTANTS, INSTANTS, INSTANTS))
@settings(max_examples=60)
def test_two_halves_of_a_period_are_the_whole(seeds: list[int], instants: tuple[object, ...]) -> None:
    a, b, c = sorted(instants)  # type: ignore[type-var]
    cases = known(seeds)
    first, second, whole = (tally(cases, Window(*span, FAR), {}) for span in ((a, b), (b, c), (a, c)))  # type: ignore[arg-type]
    for index in ADDITIVE:
        halves = county(first, index), county(second, index)
        assert (halves[0][0] + halves[1][0], halves[0][1] + halves[1][1]) == county(whole, index), index


@given(SEEDS, INSTANTS)
@settings(max_examples=40)
def test_what_happens_after_the_cut_off_changes_nothing_before_it(seeds: list[int], cut_off: object) -> None:
    """Counting again later, from histories that have grown, gives the same number."""
    window = Window(local("2026-10-01 00:00"), local("2026-11-01 00:00"), cut_off)  # type: ignore[arg-type]
    then = []
    for seed in seeds:
        fixed, steps = random_case(seed)
        grown = [step for step in steps if step.at < cut_off]  # type: ignore[operator]
        one = facts_of(fixed, grown, clocks=CLOCKS, cut_off=FAR) if grown else None
        then += [one] if one else []
    assert tally(known(seeds, cut_off), window, {}) == tally(then, window, {})


@given(st.integers(0, 10**6))
@settings(max_examples=150)
def test_what_is_packed_unpacks_to_the_same(seed: int) -> None:
    for one in known([seed]):
        assert unpacked(packed(one)) == one


@given(SEEDS)
@settings(max_examples=30)
def test_figures_packed_unpack_to_the_same(seeds: list[int]) -> None:
    sheets = tally(known(seeds), Window(local("2026-10-01 00:00"), local("2026-11-01 00:00"), FAR), {})
    stored = packed_sheets(sheets)
    assert {kind: unpacked_sheet(stored[kind.value]) for kind in ScopeKind} == sheets


@given(st.integers(0, 10**6), INSTANTS)
@settings(max_examples=150)
def test_a_case_that_is_over_adds_nothing_to_later_periods(seed: int, begin: object) -> None:
    """The look-up of a period may leave out what is not open and was last touched before it."""
    for one in known([seed]):
        if not one.is_open and one.touched_until < begin:  # type: ignore[operator]
            assert not list(contributions(one, Window(begin, FAR, FAR)))  # type: ignore[arg-type]
