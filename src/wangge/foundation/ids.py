"""Identifiers: time-ordered UUIDs for rows, random short codes for people."""

from __future__ import annotations

import os
import secrets
import time
import unicodedata
from uuid import UUID

#: Crockford's alphabet: no I, L, O, U, so that a code read aloud or copied by hand survives.
READABLE = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
QUERY_CODE_LENGTH = 8

_MISREAD = str.maketrans({"I": "1", "L": "1", "O": "0", "U": "V"})


def uuid7() -> UUID:
    """A UUID version 7 (RFC 9562): 48 bits of milliseconds, 74 random bits."""
    stamp = time.time_ns() // 1_000_000
    value = (stamp << 80) | int.from_bytes(os.urandom(10), "big")
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    return UUID(int=value)


def random_query_code() -> str:
    """Eight characters a reporter keeps to follow a report (40 random bits, not derived from anything)."""
    return "".join(secrets.choice(READABLE) for _ in range(QUERY_CODE_LENGTH))


def read_query_code(text: str) -> str:
    """The code as stored, from what somebody typed: case, width, spaces, dashes and look-alikes forgiven."""
    typed = unicodedata.normalize("NFKC", text).upper().translate(_MISREAD)
    return "".join(letter for letter in typed if letter.isalnum())
