"""Which closed cases are revisited: drawn by a seed that is kept, so that nobody chooses and anybody can check."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

_WHOLE = 1 << 64


def is_drawn(seed: str, case_no: str, share: float) -> bool:
    """Whether the lot falls on this case: by the seed of the draw and its number alone."""
    digest = hashlib.sha256(f"{seed}|{case_no}".encode()).digest()
    return int.from_bytes(digest[:8], "big") < share * _WHOLE


def drawn(seed: str, case_nos: Iterable[str], share: float) -> tuple[str, ...]:
    """Those of the cases on which the lot falls, in the order of their numbers."""
    return tuple(sorted(number for number in case_nos if is_drawn(seed, number, share)))
