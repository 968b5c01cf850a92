"""Names written by hand in both languages, and names kept in memory for the pages that show many."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any, ClassVar, Generic, TypeVar

from django.db import models
from django.db.models import QuerySet
from django.utils.translation import get_language


def in_reader_language(zh: str, en: str) -> str:
    """The one of the two texts that the active language asks for."""
    return en if reads_english() else zh


def reads_english() -> bool:
    """Whether the page is written in English."""
    return (get_language() or "").startswith("en")


class NamedInTwoLanguages(models.Model):
    """A name in Chinese and in English; neither is a gloss of the other."""

    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120)

    class Meta:
        abstract = True

    @property
    def name(self) -> str:
        return in_reader_language(self.name_zh, self.name_en)


Name = TypeVar("Name")
KEPT_S = 60
MOST_KEPT = 50_000


class KeptNames(Generic[Name]):
    """Names by code, in memory for at most a minute: lists ask for the same few over and over.

    `look_up` brings the names of the codes that aren't kept; a code without a name is remembered as such.
    """

    _all: ClassVar[list[KeptNames[object]]] = []

    def __init__(self, look_up: Callable[[set[str]], dict[str, Name]]) -> None:
        self._look_up = look_up
        self._kept: dict[str, Name | None] = {}
        self._since = 0.0
        KeptNames._all.append(self)  # type: ignore[arg-type]

    def of(self, codes: Iterable[str]) -> dict[str, Name]:
        """The names of these codes; codes without one are left out."""
        now = time.monotonic()
        if now - self._since > KEPT_S or len(self._kept) > MOST_KEPT:
            self._kept, self._since = {}, now
        kept, wanted = self._kept, {code for code in codes if code}
        if missing := wanted.difference(kept):
            found = self._look_up(missing)
            kept.update((code, found.get(code)) for code in missing)
        return {code: name for code in wanted if (name := kept.get(code)) is not None}

    @classmethod
    def forget(cls) -> None:
        """Drop all that is kept, after names were changed in this process."""
        for one in cls._all:
            one._kept = {}


def kept_in_both(rows: Callable[[set[str]], QuerySet[Any]]) -> KeptNames[tuple[str, str]]:
    """Both names of what has them and a `code`; the last of the `rows` of a code counts."""

    def look_up(codes: set[str]) -> dict[str, tuple[str, str]]:
        return {code: (zh, en) for code, zh, en in rows(codes).values_list("code", "name_zh", "name_en")}

    return KeptNames(look_up)


def in_reader_languages(names: dict[str, tuple[str, str]]) -> dict[str, str]:
    """Pairs of names by code, each in the reader's language."""
    return {code: in_reader_language(*pair) for code, pair in names.items()}
