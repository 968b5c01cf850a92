"""The test vectors of the field's notes (kpis §8), one by one."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.unit.analysis.histories import A, facts, figure, handled, window
from tests.unit.calendars import SHIPPED, local
from wangge.analysis.rules.composite import band_of, composite_of
from wangge.analysis.rules.showing import percent, rate, split_of
from wangge.analysis.rules.table import MIN_N
from wangge.analysis.types import Band, Figure
from wangge.foundation.worktime import Clock, add_minutes

REVISIT = {"by": "REVISIT"}


@pytest.mark.parametrize(
    ("a", "n", "shown", "exact"),
    [(561_901, 573_251, "98.02", "0.98020"), (7_490_000, 7_540_000, "99.34", "0.99336")],
)
def test_1_closure_rate(a: int, n: int, shown: str, exact: str) -> None:
    assert percent(a, n) == shown
    assert str(rate(a, n)).startswith(exact)


@pytest.mark.parametrize(
    ("start", "hours", "clock", "due"),
    [
        ("2026-11-20 16:00", 4, Clock.WORKING, "2026-11-23 11:00"),  # 2
        ("2026-11-20 16:00", 24, Clock.WORKING, "2026-11-25 16:00"),  # 3
        ("2026-11-21 23:30", 2, Clock.NATURAL, "2026-11-22 01:30"),  # 4
    ],
)
def test_2_to_4_clocks(start: str, hours: int, clock: Clock, due: str) -> None:
    assert add_minutes(local(start), hours * 60, clock, SHIPPED).at == local(due)
    limit = {"limit_min": hours * 60, "clock": clock.value}
    case = facts((start, A.SUBMIT), (start, A.ACCEPT, limit), (start, A.DISPATCH))
    assert case.rounds[0].due_at == local(due)


def test_5_suspended_time_moves_the_deadline() -> None:
    case = facts(
        ("2026-11-23 09:00", A.SUBMIT),
        ("2026-11-23 09:00", A.ACCEPT),
        ("2026-11-23 09:00", A.SELF_HANDLE),
        ("2026-11-23 11:00", A.SUSPEND),
        ("2026-11-24 11:00", A.RESUME),
    )
    assert case.rounds[0].due_at == local("2026-11-24 18:00")


def test_6_an_adjusted_working_day_is_worked() -> None:
    """2026-10-10 is a Saturday that is worked for the National Day holiday: a limit of a day ends on it."""
    assert SHIPPED.is_working(local("2026-10-10 00:00").date())
    case = facts(("2026-10-09 18:00", A.SUBMIT), ("2026-10-09 18:00", A.ACCEPT), ("2026-10-09 18:00", A.DISPATCH))
    assert case.rounds[0].due_at == local("2026-10-10 18:00")


def test_7_on_time() -> None:
    """40 due: 31 on time, 6 late, 3 unfinished and past their deadline."""
    start = "2026-11-09 09:00"
    on_time = [facts(*handled(start, "2026-11-09 17:00"), number=f"{n:020d}") for n in range(31)]
    late = [facts(*handled(start, "2026-11-12 10:00"), number=f"{n:020d}") for n in range(31, 37)]
    unfinished = [
        facts((start, A.SUBMIT), (start, A.ACCEPT), (start, A.DISPATCH), number=f"{n:020d}") for n in (37, 38, 39)
    ]
    cases = on_time + late + unfinished
    kept, over = figure(cases, "on_time_closure_rate"), figure(cases, "overdue_rate")
    assert (kept.a, kept.n) == (31, 40)
    assert percent(kept.a, kept.n) == "77.50"
    assert (over.a, over.n) == (9, 40)
    assert percent(over.a, over.n) == "22.50"


def test_8_satisfaction_is_shown_with_its_coverage() -> None:
    """70 satisfied, 20 basically, 10 not, 25 unreachable."""
    ratings = ["SATISFIED"] * 70 + ["BASICALLY"] * 20 + ["NOT_SATISFIED"] * 10
    road = handled("2026-11-09 09:00", "2026-11-09 17:00")
    rated = [
        facts(
            *road,
            ("2026-11-10 09:00", A.RATE, {"rating": rating, "by": "REVISIT"}),
            number=f"{n:020d}",
            is_contactable=True,
        )
        for n, rating in enumerate(ratings)
    ]
    unreachable = [facts(*road, number=f"{n:020d}", is_contactable=True) for n in range(100, 125)]
    content = figure(rated + unreachable, "satisfaction_rate")
    coverage = figure(rated + unreachable, "revisit_rate")
    assert (content.a, content.n) == (90, 100)
    assert percent(content.a, content.n) == "90.00"
    assert (coverage.a, coverage.n) == (100, 125)
    assert percent(coverage.a, coverage.n) == "80.00"


def test_10_level_split() -> None:
    """1000 closed: 715 grid, 150 township, 42 county, 93 enforcement."""
    levels = {"GRID": 715, "TOWNSHIP": 150, "COUNTY": 42, "ENFORCEMENT": 93}
    start, result = "2026-11-09 09:00", "2026-11-09 17:00"
    cases = []
    for level, count in levels.items():
        road = [
            move if move[1] is not A.DISPATCH else (start, A.DISPATCH, {"level": level})
            for move in handled(start, result)
        ]
        cases += [facts(*road)] * count
    found = {level: figure(cases, f"level_split.{level}") for level in [*levels, "COMMUNITY"]}
    assert [percent(one.a, one.n) for _, one in split_of(found)] == ["71.50", "19.20", "9.30"]


def test_11_a_small_sample_has_no_rate() -> None:
    cases = [facts(*handled("2026-11-09 09:00", "2026-11-09 17:00"), number=f"{n:020d}") for n in range(12)]
    found = figure(cases, "on_time_closure_rate", over=window())
    assert (found.a, found.n) == (12, 12)
    assert percent(found.a, found.n) is None
    assert percent(MIN_N, MIN_N) == "100.00"


# --- §6 ---------------------------------------------------------------------------------------------


def test_the_composite_rescales_the_weights_of_what_is_there() -> None:
    figures = {
        "on_time_closure_rate": Figure(90, 100, 90, 100),
        "first_pass_rate": Figure(16, 20, 16, 20),
        "solved_rate": Figure(19, 19, 19, 19),  # too few
    }
    found = composite_of(figures)
    assert found.value == Decimal(30 * 90 + 20 * 80) / 50
    assert found.band is Band.GOOD
    assert {part.index: part.share for part in found.parts if part.share} == {
        "on_time_closure_rate": Decimal("0.6"),
        "first_pass_rate": Decimal("0.4"),
    }


def test_satisfaction_counts_only_with_enough_coverage() -> None:
    content = {"satisfaction_rate": Figure(100, 100, 100, 100)}
    assert composite_of(content | {"revisit_rate": Figure(29, 100, 29, 100)}).value is None
    assert composite_of(content | {"revisit_rate": Figure(30, 100, 30, 100)}).value == 100


def test_one_small_index_alone_makes_no_band() -> None:
    found = composite_of({"fair_return_rate": Figure(30, 30, 30, 30)})
    assert (found.value, found.band) == (100, None)


def test_without_a_large_enough_sample_there_is_no_band() -> None:
    assert composite_of({}).band is None


@pytest.mark.parametrize(
    ("value", "band"),
    [("90", Band.EXCELLENT), ("89.99", Band.GOOD), ("80", Band.GOOD), ("70", Band.FAIR), ("69.99", Band.TO_IMPROVE)],
)
def test_bands_begin_where_they_say(value: str, band: Band) -> None:
    assert band_of(Decimal(value)) is band
