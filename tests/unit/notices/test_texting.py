"""Text messages to reporters: what makes one, to which numbers, what it says, when one gives up."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from string import Formatter

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from wangge.notices.rules.texting import DEAD_AFTER, TEXTS, mobile_number, next_try
from wangge.notices.rules.webhooks import WAITS_S
from wangge.notices.types import DueText, Failure, Outcome, Sending, TextKind
from wangge.notices.words import TEXTS as WORDS

AT = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize("typed", ["13800000000", "138 0000 0000", "+86 138-0000-0000", "(+86)13800000000"])
def test_a_mobile_number_however_it_is_typed(typed: str) -> None:
    assert mobile_number(typed) == "+8613800000000"


def test_numbers_from_abroad_are_taken_as_they_are() -> None:
    assert mobile_number("+44 20 7946 0000") == "+442079460000"


@pytest.mark.parametrize(
    "typed",
    ["", "025 5200 0000", "52000000", "12800000000", "1380000000", "+8602552000000", "+86", "call me", "+0123456789"],
)
def test_what_no_text_message_reaches(typed: str) -> None:
    assert mobile_number(typed) is None


@given(st.text(max_size=30))
def test_whatever_is_typed_gives_a_number_or_none(typed: str) -> None:
    number = mobile_number(typed)
    assert number is None or (number[0] == "+" and number[1:].isdigit() and len(number) <= 16)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("kind", TextKind)
def test_a_message_says_number_and_address_and_nothing_else(kind: TextKind, language: str) -> None:
    with translation.override(language):
        words = str(WORDS[kind])
    assert sorted(name for _, name, _, _ in Formatter().parse(words) if name) == ["address", "case_no"]
    assert any("\u4e00" <= sign <= "\u9fff" for sign in words) == (language == "zh-hans")


def test_each_kind_has_an_event() -> None:
    assert set(TEXTS.values()) == set(TextKind)


def test_tried_again_like_a_webhook_and_dead_after_a_day() -> None:
    at, attempts, tried = AT, 0, []
    while True:
        tried.append(at)
        attempts += 1
        following = next_try(attempts, Outcome(500), written_at=AT, at=at, jitter=0)
        if following is None:
            break
        at = following
    waits = [(later - earlier).total_seconds() for earlier, later in pairwise(tried)]
    assert waits == list(WAITS_S[1 : len(tried)])
    assert AT + DEAD_AFTER / 2 < tried[-1] < AT + DEAD_AFTER


@given(st.integers(1, 12), st.floats(0, 1), st.integers(0, 200_000), st.integers(0, 10**9))
def test_nothing_is_tried_after_a_day(attempts: int, jitter: float, late_s: int, patience_s: int) -> None:
    at = AT + timedelta(seconds=late_s)
    outcome = Outcome(429, retry_after_s=patience_s)
    following = next_try(attempts, outcome, written_at=AT, at=at, jitter=jitter)
    assert following is None or at < following < AT + DEAD_AFTER


def test_what_is_taken_or_can_not_be_sent_is_done_with() -> None:
    for outcome in (
        Outcome(202),
        Outcome(failure=Failure.NOT_WANTED),
        Outcome(failure=Failure.NO_NUMBER),
        Outcome(410),
    ):
        assert next_try(1, outcome, written_at=AT, at=AT, jitter=0) is None
    assert next_try(1, Outcome(failure=Failure.TOO_OFTEN), written_at=AT, at=AT, jitter=0)


def test_what_is_on_its_way_can_be_printed_without_harm() -> None:
    sending = Sending(1, 0, "msg_1", "https://sms/?key=k3y", b"+8613800000000", ("whsec_secret",))
    assert not any(one in repr(sending) for one in ("13800000000", "secret", "k3y"))
    assert "phone" not in DueText.__slots__
