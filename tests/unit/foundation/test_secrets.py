from __future__ import annotations

from collections.abc import Iterator

import pytest
from cryptography.fernet import Fernet
from django.conf import settings as django_settings
from hypothesis import given
from hypothesis import strategies as st

from wangge.foundation import secrets
from wangge.foundation.errors import Unavailable
from wangge.foundation.secrets import mask_name, mask_phone, open_sealed, seal


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    held = [Fernet.generate_key().decode()]
    monkeypatch.setattr(django_settings, "CONTACT_KEYS", held)
    secrets._box.cache_clear()
    yield held
    secrets._box.cache_clear()


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("13812345678", "138****5678"),
        ("025-52112345", "025****2345"),
        ("52112345", "******45"),
        ("110", "*10"),
        ("", ""),
    ],
)
def test_phone_numbers_are_masked(phone: str, shown: str) -> None:
    assert mask_phone(phone) == shown


@given(st.text("0123456789+- ", min_size=3, max_size=20))
def test_a_mask_hides_at_least_a_digit_and_shows_seven_at_most(phone: str) -> None:
    shown = mask_phone(phone)
    assert "*" in shown
    assert len(shown.replace("*", "")) <= 7


def test_names_keep_their_first_character_and_hide_their_length() -> None:
    assert mask_name("王") == mask_name("王某") == "王**"
    assert mask_name("") == ""


@given(st.text(max_size=80))
def test_what_is_sealed_opens_again_and_does_not_show(text: str) -> None:
    sealed = seal(text)
    assert open_sealed(sealed) == open_sealed(memoryview(sealed)) == text
    if len(text) > 3:
        assert text.encode() not in sealed


def test_the_same_text_is_never_sealed_alike() -> None:
    assert seal("13812345678") != seal("13812345678")


def test_a_new_key_seals_and_old_ones_still_open(keys: list[str]) -> None:
    keys[:] = [Fernet.generate_key().decode()]
    sealed = seal("13812345678")
    keys.insert(0, Fernet.generate_key().decode())
    secrets._box.cache_clear()
    assert open_sealed(sealed) == "13812345678"
    keys.pop()
    secrets._box.cache_clear()
    with pytest.raises(Unavailable):
        open_sealed(sealed)


def test_a_changed_seal_does_not_open() -> None:
    sealed = bytearray(seal("13812345678"))
    sealed[20] ^= 1
    with pytest.raises(Unavailable):
        open_sealed(bytes(sealed))
