"""Contact data at rest, and how it is shown: encrypted in the table, masked on every page."""

from __future__ import annotations

from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings

from wangge.foundation.errors import Unavailable


@lru_cache(maxsize=1)
def _box() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.CONTACT_KEYS])


def seal(text: str) -> bytes:
    """The text encrypted with the newest key; empty stays empty."""
    return _box().encrypt(text.encode()) if text else b""


def open_sealed(sealed: bytes | memoryview) -> str:
    """The text; Unavailable when no configured key opens it."""
    raw = bytes(sealed)
    if not raw:
        return ""
    try:
        return _box().decrypt(raw).decode()
    except InvalidToken as error:
        raise Unavailable("secrets.key_missing") from error


def mask_phone(phone: str) -> str:
    """138****5678; short numbers keep only their last two digits."""
    if len(phone) >= 11:
        return f"{phone[:3]}****{phone[-4:]}"
    return "*" * max(len(phone) - 2, 0) + phone[-2:] if phone else ""


def mask_name(name: str) -> str:
    """王**: the first character, and two stars whatever the length."""
    return f"{name[0]}**" if name else ""
