"""Places and likeness in words."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from wangge.catalogue.types import CheckKind, Finding, Gravity
from wangge.channels.likeness import likeness_words
from wangge.channels.placenames import said_name, said_place
from wangge.console.admission.words import finding_words
from wangge.console.naming import best_fits
from wangge.console.routing.words import owner_words


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("汤山社区居委会", "汤山社区"),
        ("湖山村委会", "湖山村"),
        ("湖山村民委员会", "湖山村"),
        ("孟北村村委会", "孟北村"),
        ("汤山街道", "汤山街道"),
        ("居委会", "居委会"),
    ],
)
def test_a_place_is_called_as_people_say_it(name: str, said: str) -> None:
    assert said_name(name) == said


def test_a_grid_is_called_by_its_community_and_its_own_part() -> None:
    assert said_place("童前社区居委会", "童前社区居委会第七网格") == "童前社区 · 第七网格"
    assert said_place("童前社区居委会", "童前社区居委会") == "童前社区"
    assert said_place("", "江宁区") == "江宁区"


@pytest.mark.parametrize(
    ("days", "words"),
    [(0.0001, "just before"), (0.01, "14 min earlier"), (0.125, "3 h earlier"), (2.0, "2 d earlier")],
)
def test_how_much_earlier_is_said_in_the_unit_that_fits(days: float, words: str) -> None:
    with override("en"):
        assert likeness_words(20, days, 0)[1] == words


def test_a_name_is_found_by_its_letters_in_order_after_those_that_have_it_whole() -> None:
    names = [("a", "汤山街道城市管理办公室"), ("b", "城管办值班室"), ("c", "区水务局")]
    assert best_fits("城管办", names) == ["b", "a"]
    assert best_fits("", names) == []


def test_what_two_tasks_share_is_told_in_the_readers_script() -> None:
    shared = {"percent": 62, "words": ["parking", "共享单车", "bicycles"]}
    finding = Finding(CheckKind.LIKENESS, Gravity.NOTE, "040202", shared)
    with override("zh-hans"):
        told = finding_words(finding, {"040202": "非机动车乱停放"})
        assert ("共享单车" in told, "parking" in told) == (True, False)
    with override("en"):
        assert "“parking”, “bicycles”" in finding_words(finding, {})
        only = Finding(CheckKind.LIKENESS, Gravity.NOTE, "040202", {"percent": 62, "words": ["共享单车"]})
        assert "共享单车" in finding_words(only, {})


@pytest.mark.parametrize(
    ("owner", "zh", "en"),
    [
        ("区县中心 · County centre", "区县中心", "County centre"),
        ("区城管局 · 执法科", "区城管局 · 执法科", "区城管局 · 执法科"),
        ("County centre", "County centre", "County centre"),
    ],
)
def test_who_answers_for_a_rule_is_named_in_the_readers_language(owner: str, zh: str, en: str) -> None:
    with override("zh-hans"):
        assert owner_words(owner) == zh
    with override("en"):
        assert owner_words(owner) == en
