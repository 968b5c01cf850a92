from __future__ import annotations

import time
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wangge.foundation import ids
from wangge.foundation.ids import QUERY_CODE_LENGTH, READABLE, random_query_code, read_query_code, uuid7

codes = st.text(READABLE, min_size=QUERY_CODE_LENGTH, max_size=QUERY_CODE_LENGTH)


def test_uuids_are_of_version_7_and_all_different() -> None:
    made = [uuid7() for _ in range(2000)]
    assert len(set(made)) == 2000
    assert {one.version for one in made} == {7}
    assert {one.variant for one in made} == {"specified in RFC 4122"}


def test_uuids_of_later_milliseconds_sort_later(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[UUID] = []
    for tick in range(200):
        monkeypatch.setattr(ids.time, "time_ns", lambda tick=tick: (1_790_000_000_000 + tick) * 1_000_000)
        made.append(uuid7())
    assert made == sorted(made)
    assert made[0].int >> 80 == 1_790_000_000_000


def test_uuids_carry_the_present() -> None:
    assert abs((uuid7().int >> 80) - time.time() * 1000) < 5000


def test_query_codes_are_random_and_readable() -> None:
    made = {random_query_code() for _ in range(2000)}
    assert len(made) == 2000
    assert all(len(code) == 8 and set(code) <= set(READABLE) for code in made)
    assert not set("ILOU") & set(READABLE)


@given(codes)
def test_a_code_is_read_as_it_stands(code: str) -> None:
    assert read_query_code(code) == code


@given(codes)
def test_a_code_written_by_hand_is_forgiven(code: str) -> None:
    wide = "".join(chr(ord(letter) + 0xFEE0) for letter in code)  # typed with a Chinese keyboard
    for typed in (
        code.lower(),
        f" {code[:4]}-{code[4:]}\n",
        f"{code[:4]} {code[4:]}",
        f"{code[:4]}–{code[4:]}。",
        f"{code[:4]}\u00a0{code[4:]}\u200b",
        code.replace("0", "O").replace("1", "l"),
        code.replace("0", "o").replace("1", "I"),
        wide,
    ):
        assert read_query_code(typed) == code


@given(st.text(max_size=50))
def test_reading_never_fails_and_is_settled_at_once(text: str) -> None:
    assert read_query_code(read_query_code(text)) == read_query_code(text)
