"""Time as the desk says it: how long one has waited, how much is left, when it was."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from wangge.cases.types import Light
from wangge.channels.words import moment_words

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_LEFT = _("{span} left")
_OVER = _("{span} over")


def span(seconds: float) -> str:
    """A length of time in its largest unit, with the next one where it still matters."""
    whole = int(max(seconds, 0))
    if whole < _HOUR:
        return _say(_("{n} min"), whole // _MINUTE)
    if whole < _DAY:
        return _say(_("{n} h"), whole // _HOUR)
    return _say(_("{n} d"), whole // _DAY)


def waited(since: datetime, at: datetime) -> str:
    """How long something has been waiting."""
    return span((at - since).total_seconds())


def light_detail(light: Light | None, due_at: datetime | None, at: datetime) -> str:
    """What stands beside the light: what is left, or by how much it is over."""
    if due_at is None or light in (None, Light.GREY):
        return ""
    words = _OVER if due_at <= at else _LEFT
    return str(words).format(span=span(abs((due_at - at).total_seconds())))


def when(moment: datetime | None, at: datetime) -> str:
    """An instant: relative within a week, absolute after."""
    if moment is None:
        return ""
    if timedelta() <= at - moment < timedelta(minutes=1):
        return str(_("just now"))
    return moment_words(moment, at)


def brief(moment: datetime, at: datetime) -> str:
    """An instant for a narrow column: the day in words if it is near, else month and day."""
    there, here = localtime(moment), localtime(at)
    if abs((there.date() - here.date()).days) <= 1:
        return moment_words(moment, at)
    return date_format(there, "m-d H:i" if there.year == here.year else "Y-m-d H:i")


def _say(words: str | Promise, number: int) -> str:
    return str(words).format(n=number)
