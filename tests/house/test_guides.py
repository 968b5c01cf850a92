"""The guides are there in both languages, show pictures that exist, and call things what the pages call them."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import polib  # type: ignore[import-untyped]
import pytest

from tests.house.source import PACKAGE, ROOT

GUIDES = ROOT / "docs/guides"
PICTURES = ROOT / "docs/pictures"
ENGLISH = sorted(path for path in GUIDES.glob("*.md") if not path.name.endswith(".zh.md"))
EVERY = sorted(GUIDES.glob("*.md"))
MOST_BYTES = 5_000_000

#: Quoted or stressed in the guides, and no word of a page.
_NO_WORDS_OF_PAGES = {"and", "where", "中文", "English", "城管办", "居委会"}


def words_of(text: str, *, chinese: bool) -> list[str]:
    """What a guide quotes from the pages: “…” in Chinese, *…* in English; of a path each step."""
    prose = re.sub(r"```.*?```|`[^`\n]*`|<[^>]*>", "", text, flags=re.DOTALL)
    found = re.findall(r"“([^”]+)”" if chinese else r"(?<![*\w])\*([^*]+)\*(?![*\w])", prose)
    return [re.sub(r"\s+", " ", step).strip() for one in found for step in re.split(r"[›→·]", one)]


@cache
def words_of_pages(*, chinese: bool) -> tuple[str, ...]:
    """Everything the pages say, in small letters; numbers filled in later stand as a space."""
    said: set[str] = set()
    for catalogue in PACKAGE.rglob("django.po"):
        for entry in polib.pofile(str(catalogue)):
            english, plural = (entry.msgid, entry.msgid_plural)
            said |= {entry.msgstr, *entry.msgstr_plural.values()} if chinese else {english, plural}
    return tuple(re.sub(r"%\(\w+\)s", "n", one).strip().lower() for one in said)


def is_of_a_page(word: str, *, chinese: bool) -> bool:
    """All that a page says in one place, what stands before its colon, or, if it isn't too short, a part of it."""
    sought = word.strip(" .。…").lower()
    said = words_of_pages(chinese=chinese)
    return any(
        one.strip(" .。…") == sought or one.startswith(f"{sought}：") or (len(sought) > 3 and sought in one)
        for one in said
    )


@pytest.mark.parametrize("guide", ENGLISH, ids=lambda path: path.stem)
def test_a_guide_speaks_both_languages(guide: Path) -> None:
    other = guide.with_suffix(".zh.md")
    assert f"[中文]({other.name})" in guide.read_text(encoding="utf-8")
    assert f"[English]({guide.name})" in other.read_text(encoding="utf-8")


@pytest.mark.parametrize("guide", EVERY, ids=lambda path: path.stem)
def test_a_guide_calls_things_what_the_pages_call_them(guide: Path) -> None:
    chinese = guide.name.endswith(".zh.md")
    words = words_of(guide.read_text(encoding="utf-8"), chinese=chinese)
    unknown = [w for w in words if w not in _NO_WORDS_OF_PAGES and not is_of_a_page(w, chinese=chinese)]
    assert not unknown, f"no page says {unknown}"


def test_every_picture_is_shown_somewhere() -> None:
    pages = "".join(page.read_text(encoding="utf-8") for page in [ROOT / "README.md", *EVERY])
    assert [path.name for path in PICTURES.iterdir() if path.name not in pages] == []


def test_pictures_stay_small() -> None:
    assert sum(path.stat().st_size for path in PICTURES.iterdir()) < MOST_BYTES
