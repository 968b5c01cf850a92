"""The demo's year: the same for the same seed, and shaped as it says."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.calendars import SHIPPED
from wangge.cases.types import Channel
from wangge.foundation.never_built import NEVER_BUILT
from wangge.foundation.worktime import LOCAL
from wangge.project.history.reading import read_tasks, read_words
from wangge.project.history.scenario import Fate, Ground, Matter, Scenario, Setting
from wangge.project.history.year import STORM_TASKS, storms

WORDS = read_words()
TASKS = read_tasks(WORDS)
FIRST = date(2025, 11, 25)
TOWNS = [f"320115{number:03d}" for number in range(1, 16)]
GROUND = [
    Ground(f"{town}{community:03d}{grid:03d}", 118.8 + community / 100, 31.9 + grid / 100, 300 + grid)
    for town in TOWNS
    for community in range(1, 5)
    for grid in range(1, 6)
]


def scenario(seed: int = 1, cases: int = 6000, days: int = 365, first: date = FIRST) -> Scenario:
    return Scenario(Setting(seed, cases, first, days), GROUND, TASKS, WORDS, SHIPPED)


@cache
def year() -> list[Matter]:
    return scenario(cases=20_000).matters()


def share(wanted: list[Matter], of: list[Matter]) -> float:
    return len(wanted) / len(of)


@given(seed=st.integers(0, 10**6), cases=st.integers(1, 400), days=st.integers(1, 400))
@settings(max_examples=25, deadline=None)
def test_the_same_seed_gives_the_same_matters(seed: int, cases: int, days: int) -> None:
    once, again = scenario(seed, cases, days).matters(), scenario(seed, cases, days).matters()
    assert once == again
    assert [one.number for one in once] == list(range(cases))
    assert all(a.at <= b.at for a, b in pairwise(once))
    last = FIRST + timedelta(days)
    assert all(FIRST <= one.at.astimezone(LOCAL).date() < last for one in once)


def test_another_seed_gives_others() -> None:
    assert scenario(1, 50).matters() != scenario(2, 50).matters()


def test_most_is_of_the_grids_and_little_of_enforcement() -> None:
    levels = Counter(one.task.level for one in year())
    total = sum(levels.values())
    assert 0.62 < levels["grid"] / total < 0.76
    assert 0.15 < (levels["township"] + levels["county"]) / total < 0.28
    assert levels["enforcement"] / total < 0.12


def test_working_days_bring_more_than_days_off_and_adjusted_saturdays_count_as_worked() -> None:
    by_day = Counter(one.at.astimezone(LOCAL).date() for one in year() if not one.in_storm)
    days = [FIRST + timedelta(offset) for offset in range(365)]
    worked = [by_day[day] for day in days if SHIPPED.is_working(day)]
    free = [by_day[day] for day in days if not SHIPPED.is_working(day)]
    assert sum(worked) / len(worked) > 1.3 * sum(free) / len(free)
    adjusted = [by_day[day] for day in days if SHIPPED.is_working(day) and day.weekday() > 4]
    assert len(adjusted) > 3
    assert sum(adjusted) / len(adjusted) > 1.2 * sum(free) / len(free)


@pytest.mark.parametrize(
    ("task", "in_season", "out_of_season"),
    [("040101", 7, 3), ("080201", 8, 2), ("030104", 1, 6), ("050101", 10, 2), ("050203", 7, 1), ("060202", 1, 7)],
)
def test_seasons_are_seen(task: str, in_season: int, out_of_season: int) -> None:
    by_month = Counter(
        one.at.astimezone(LOCAL).month for one in scenario(cases=60_000).matters() if one.task.code == task
    )
    assert by_month[in_season] > 1.25 * by_month[out_of_season]


def test_storm_days_stand_out_in_their_towns() -> None:
    story = scenario(cases=60_000)
    matters = story.matters()
    per_day = Counter(
        (one.at.astimezone(LOCAL).date(), one.grid[:9]) for one in matters if one.task.code in STORM_TASKS
    )
    assert len(story.storms) == 3
    usual = sum(per_day.values()) / (365 * len(TOWNS))
    for storm in story.storms:
        hit = [per_day[storm.day, town] for town in storm.towns]
        spared = [per_day[storm.day, town] for town in set(TOWNS) - storm.towns]
        assert sum(hit) / len(hit) > 4 * usual
        assert sum(hit) / len(hit) > 4 * sum(spared) / len(spared)


@given(seed=st.integers(0, 10**6), days=st.integers(1, 400))
@settings(max_examples=50, deadline=None)
def test_storms_lie_within_the_days_and_apart(seed: int, days: int) -> None:
    found = storms(FIRST, days, TOWNS, Random(seed))
    assert len(found) <= 3
    assert all(FIRST <= storm.day <= FIRST + timedelta(days) for storm in found)
    assert all((b.day - a.day).days > 3 for a, b in pairwise(found))


def test_some_places_come_back() -> None:
    spots = Counter(one.spot for one in year() if not one.in_storm)
    assert sum(count for _, count in spots.most_common(80)) > 0.06 * len(year())


def test_now_and_then_somebody_else_reports_the_same_on_the_same_day() -> None:
    seen: dict[str, Matter] = {}
    again = 0
    for one in year():
        before = seen.get(one.spot)
        if one.fate is Fate.MERGE and before and one.at - before.at <= timedelta(hours=6) and before.text != one.text:
            assert one.task == before.task
            again += 1
        seen[one.spot] = one
    assert 0.015 < again / len(year()) < 0.05


def test_refusals_are_few_and_every_fate_occurs() -> None:
    fates = Counter(one.fate for one in year())
    assert set(fates) == set(Fate)
    assert fates[Fate.REFUSE] < 0.03 * len(year())
    assert fates[Fate.VOID] < 0.01 * len(year())


def test_what_workers_find_is_neither_refused_nor_merged_by_lot() -> None:
    fates = {one.fate for one in year() if one.channel is Channel.WORKER}
    assert not fates & {Fate.REFUSE, Fate.RETURN, Fate.WITHDRAW}


def test_few_leave_a_contact() -> None:
    assert share([one for one in year() if one.has_contact], year()) < 0.2


def texts() -> list[str]:
    groups = (WORDS.tasks, WORDS.done, WORDS.said)
    return [*WORDS.places, *WORDS.wishes, *(text for group in groups for some in group.values() for text in some)]


def test_no_text_is_about_persons() -> None:
    never = [word for kind in NEVER_BUILT for word in kind.chinese]
    people = ["先生", "女士", "小姐", "老人", "残疾", "姓", "大爷", "阿姨", "师傅", "电话号", "孩子", "丈夫", "妻子"]
    assert not [(text, word) for text in texts() for word in [*never, *people] if word in text]
    assert not [text for text in texts() if any(len(run) > 4 for run in _runs_of_digits(text))]


def _runs_of_digits(text: str) -> list[str]:
    return "".join(char if char.isdigit() else " " for char in text).split()


def test_matters_of_families_and_of_the_missing_are_not_invented() -> None:
    assert not {"020102", "030403", "070102", "070103", "070104"} & {task.code for task in TASKS}


def test_every_category_has_words_for_its_results() -> None:
    assert {task.code[:2] for task in TASKS} == set(WORDS.done)
