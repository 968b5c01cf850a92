"""Searching Chinese without a dictionary: each pair of neighbours is a word, Latin words stay whole."""

from __future__ import annotations

import re
import unicodedata

#: Rare characters of names lie beyond the first plane.
_RUN = re.compile("[0-9a-z]+|[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")
#: Two words for each character of the longest report, and for what is added to it.
MOST_WORDS = 20_000


def search_words(text: str) -> list[str]:
    """Distinct index words of a text: Latin and digit runs whole, Chinese ones as characters and pairs."""
    words: dict[str, None] = {}
    for run in _RUN.findall(unicodedata.normalize("NFKC", text).lower()):
        words.update(dict.fromkeys(_parts(run)))
    return list(words)[:MOST_WORDS]


def query_words(text: str) -> list[str]:
    """Words that a text containing the query must have."""
    words: dict[str, None] = {}
    for run in _RUN.findall(unicodedata.normalize("NFKC", text).lower()):
        words.update(dict.fromkeys(_pairs(run) or [run] if _is_chinese(run) else [run[:40]]))
    return list(words)


def _is_chinese(run: str) -> bool:
    return run[0] >= "\u3400"


def _pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)]


def _parts(run: str) -> list[str]:
    return [*run, *_pairs(run)] if _is_chinese(run) else [run[:40]]
