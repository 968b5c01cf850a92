"""Names found by what somebody types of them."""

from __future__ import annotations

from collections.abc import Iterable


def fits(typed: str, name: str) -> int:
    """How well a name fits what was typed: 2 has all its words, 1 their letters in order (城管办), 0 not at all."""
    words, whole = typed.lower().split(), name.lower()
    if not words:
        return 0
    if all(word in whole for word in words):
        return 2
    return int(all(_in_order(word, whole) for word in words))


def best_fits(typed: str, names: Iterable[tuple[str, str]]) -> list[str]:
    """The keys of the names that fit, the best first, else in the order given."""
    known = [(key, fits(typed, name)) for key, name in names]
    return [key for key, fit in sorted(known, key=lambda one: -one[1]) if fit]


def _in_order(word: str, name: str) -> bool:
    rest = iter(name)
    return all(letter in rest for letter in word)
