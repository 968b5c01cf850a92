"""A calendar written down with the numbers that were counted by it, and read again. Pure."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta

from wangge.foundation.worktime import Calendar

_MARKS = {True: "1", False: "0", None: "-"}
_MEANINGS = {mark: meaning for meaning, mark in _MARKS.items()}


def written(calendar: Calendar) -> str:
    """`2026-01-01:0110…`: a mark for each day from the first known one to the last; `-` where nothing is known."""
    if not calendar.days:
        return ""
    first, last = min(calendar.days), max(calendar.days)
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return f"{first.isoformat()}:" + "".join(_MARKS[calendar.days.get(day)] for day in days)


def read(text: str) -> Calendar:
    """The calendar that was written down."""
    if not text:
        return Calendar({}, None)
    begins, _, marks = text.partition(":")
    first = date.fromisoformat(begins)
    known = {first + timedelta(days=n): _MEANINGS[mark] for n, mark in enumerate(marks)}
    days = {day: worked for day, worked in known.items() if worked is not None}
    return Calendar(days, max(days, default=None))


def digest(calendar: Calendar) -> str:
    """Sixteen letters that differ when the calendar does."""
    return hashlib.sha256(written(calendar).encode()).hexdigest()[:16]
