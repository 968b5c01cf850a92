from __future__ import annotations

from datetime import timedelta

import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.calendars import local
from wangge.cases.rules.duplicates import (
    MOST_SHOWN,
    REACH_DAYS,
    REACH_M,
    WORTH_SHOWING,
    Candidate,
    likely_duplicates,
    metres_between,
    text_likeness,
)

AT = local("2026-11-23 09:00")
LON, LAT = 119.05, 32.06
texts = st.text("路灯不亮坏了小区门口垃圾没人清 abc", max_size=30)


def candidate(number: int = 1, *, east_m: float = 0, days: float = 0, text: str = "路灯不亮") -> Candidate:
    return Candidate(number, f"{number:020d}", LON + east_m / 94_340, LAT, AT - timedelta(days=days), text)


def found(*candidates: Candidate, text: str = "路灯不亮") -> list[int]:
    return [one.id for one, _ in likely_duplicates(LON, LAT, AT, text, candidates)]


def test_the_same_words_at_the_same_place_are_the_same_matter() -> None:
    ((_, likeness),) = likely_duplicates(LON, LAT, AT, "路灯不亮", [candidate()])
    assert likeness.score == 1
    assert likeness.distance_m == 0


def test_beyond_its_reach_nothing_is_shown() -> None:
    assert found(candidate(east_m=REACH_M + 1)) == []
    assert found(candidate(days=REACH_DAYS + 1)) == []
    assert found(candidate(east_m=95, days=29, text="井盖不见了")) == []


def test_the_likest_come_first_and_only_a_handful() -> None:
    crowd = [candidate(number, east_m=number * 3) for number in range(1, 20)]
    assert found(*reversed(crowd)) == [1, 2, 3, 4, 5]
    assert MOST_SHOWN == 5


def test_other_words_at_the_very_place_are_still_worth_a_look() -> None:
    assert found(candidate(text="垃圾没有人清运"), text="路灯不亮") == [1]  # same door, same day


def test_a_short_report_inside_a_long_one() -> None:
    long = "小区东门出来往北走五十米左右,路边的路灯不亮已经一个星期,晚上很黑"
    assert text_likeness("路灯不亮", long) == pytest.approx(0.9)


@given(texts, texts)
def test_likeness_is_mutual_and_between_none_and_one(one: str, other: str) -> None:
    likeness = text_likeness(one, other)
    assert 0 <= likeness <= 1
    assert likeness == pytest.approx(text_likeness(other, one))


@given(texts.filter(bool))
def test_a_text_is_like_itself(text: str) -> None:
    assert text_likeness(text, text) == 1


@given(st.floats(-90, 90), st.floats(0, 40), texts)
def test_scores_fall_with_distance_and_time(metres: float, days: float, text: str) -> None:
    (near,) = likely_duplicates(LON, LAT, AT, "路灯不亮", [candidate(east_m=metres / 2, days=days / 2)])
    for one, likeness in likely_duplicates(LON, LAT, AT, "路灯不亮", [candidate(east_m=metres, days=days)]):
        assert WORTH_SHOWING <= likeness.score <= near[1].score + 0.001
        assert one.id == 1


@given(st.floats(-0.002, 0.002), st.floats(-0.002, 0.002), st.floats(18, 53), st.floats(74, 134))
def test_metres_agree_with_the_geodesic(east: float, north: float, lat: float, lon: float) -> None:
    true = pyproj.Geod(ellps="WGS84").inv(lon, lat, lon + east, lat + north)[2]
    assert metres_between(lon, lat, lon + east, lat + north) == pytest.approx(true, rel=0.01, abs=0.01)
