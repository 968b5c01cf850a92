"""Names written by hand in both languages."""

from __future__ import annotations

from django.db import models
from django.utils.translation import get_language


def in_reader_language(zh: str, en: str) -> str:
    """The one of the two texts that the active language asks for."""
    return en if (get_language() or "").startswith("en") else zh


class NamedInTwoLanguages(models.Model):
    """A name in Chinese and in English; neither is a gloss of the other."""

    name_zh = models.CharField(max_length=80)
    name_en = models.CharField(max_length=120)

    class Meta:
        abstract = True

    @property
    def name(self) -> str:
        return in_reader_language(self.name_zh, self.name_en)
