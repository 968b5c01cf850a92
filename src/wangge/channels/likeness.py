"""Why two reports may be the same matter, said in words: place, time, text."""

from __future__ import annotations

from django.utils.translation import gettext as _

SAME_SPOT_M = 5
#: Below this the words have nothing to do with each other.
ALIKE = 0.3


def likeness_words(distance_m: float, days_apart: float, text_likeness: float) -> list[str]:
    """How near the earlier one is in place, in time and in words."""
    place = _("the same spot") if distance_m < SAME_SPOT_M else _("{n} m away").format(n=round(distance_m))
    alike = [_("words {n}% alike").format(n=round(text_likeness * 100))] if text_likeness >= ALIKE else []
    return [place, _earlier(days_apart * 24 * 60), *alike]


def _earlier(minutes: float) -> str:
    if minutes < 1:
        return _("just before")
    if minutes < 60:
        return _("{n} min earlier").format(n=int(minutes))
    if minutes < 24 * 60:
        return _("{n} h earlier").format(n=round(minutes / 60))
    return _("{n} d earlier").format(n=round(minutes / (24 * 60)))
