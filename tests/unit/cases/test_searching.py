from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wangge.cases.rules.searching import query_words, search_words

#: Characters in use, with compatibility forms, rare ones beyond the first plane, and what separates words.
characters = st.sampled_from([*"路灯不亮垃圾井盖小区门口東豈𠮷𨱏ａ１", *"abz09 ,。-!\n"])
texts = st.text(characters, max_size=40)


@given(texts, texts, texts)
def test_a_text_that_contains_the_query_has_all_its_words(before: str, query: str, after: str) -> None:
    text = f"{before} {query} {after}"
    assert set(query_words(query)) <= set(search_words(text))


@given(texts, st.text("路灯不亮垃圾井盖小区𠮷", min_size=1, max_size=8), texts)
def test_chinese_is_found_in_the_middle_of_a_run(before: str, query: str, after: str) -> None:
    assert set(query_words(query)) <= set(search_words(before + query + after))


def test_neighbouring_characters_are_words() -> None:
    assert search_words("路灯不亮") == ["路", "灯", "不", "亮", "路灯", "灯不", "不亮"]
    assert query_words("路灯不亮") == ["路灯", "灯不", "不亮"]
    assert query_words("灯") == ["灯"]


def test_latin_words_and_numbers_stay_whole() -> None:
    assert search_words("Block 12, GATE") == ["block", "12", "gate"]
    assert query_words("Gate") == ["gate"]
    assert not set(query_words("ate")) & set(search_words("gate"))


def test_width_and_case_do_not_matter() -> None:
    assert query_words("ＫＴＶ１２") == query_words("ktv12") == ["ktv12"]


def test_what_is_not_said_is_not_found() -> None:
    assert not set(query_words("灯路")) <= set(search_words("路灯"))


@pytest.mark.parametrize("nothing", ["", "  ", "。，！", "!?'&|<->:*", "\u200b"])
def test_signs_are_no_words(nothing: str) -> None:
    assert query_words(nothing) == search_words(nothing) == []


def test_the_end_of_the_longest_report_is_found_too() -> None:
    varied = "".join(chr(0x4E00 + number * 7 % 9000) for number in range(3990))
    assert set(query_words("井盖不见了")) <= set(search_words(varied + "井盖不见了"))


@given(st.text(max_size=200))
def test_words_hold_nothing_a_query_language_could_read(text: str) -> None:
    for word in [*query_words(text), *search_words(text)]:
        assert not set(word) & set("'\"\\&|!()<>:* \n\0")
        assert len(word) <= 40
