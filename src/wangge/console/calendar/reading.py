"""A year of working days as twelve small months; what sets a day apart is said by a sign, not by colour alone."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wangge.catalogue.operations import BY_HAND
from wangge.foundation.worktime import Calendar

_SATURDAY = 5
#: Heads of the columns: short, and whole for those who hear them.
WEEKDAYS = (
    (pgettext_lazy("short day of the week", "Mo"), _("Monday")),
    (pgettext_lazy("short day of the week", "Tu"), _("Tuesday")),
    (pgettext_lazy("short day of the week", "We"), _("Wednesday")),
    (pgettext_lazy("short day of the week", "Th"), _("Thursday")),
    (pgettext_lazy("short day of the week", "Fr"), _("Friday")),
    (pgettext_lazy("short day of the week", "Sa"), _("Saturday")),
    (pgettext_lazy("short day of the week", "Su"), _("Sunday")),
)
MARKS = {
    "holiday": (pgettext_lazy("mark of a day", "F"), _("free on a weekday")),
    "adjusted": (pgettext_lazy("mark of a day", "W"), _("worked on a weekend (调休)")),
}
KINDS = {
    "worked": _("worked"),
    "free": _("free, weekend"),
    "holiday": _("free on a weekday"),
    "adjusted": _("worked on a weekend (调休)"),
}


@dataclass(frozen=True, slots=True)
class Day:
    """One day as it is drawn."""

    on: date
    kind: str
    is_known: bool
    is_today: bool = False
    is_by_hand: bool = False

    @property
    def mark(self) -> object:
        return MARKS[self.kind][0] if self.kind in MARKS else ""

    @property
    def words(self) -> object:
        return KINDS[self.kind]


@dataclass(frozen=True, slots=True)
class MonthSheet:
    """A month in weeks that begin on Monday; None before its first and after its last day."""

    first: date
    weeks: tuple[tuple[Day | None, ...], ...]
    worked: int


def kind_of(day: date, is_working: bool) -> str:
    """What kind of day it is."""
    if day.weekday() < _SATURDAY:
        return "worked" if is_working else "holiday"
    return "adjusted" if is_working else "free"


def year_sheet(
    year: int, known: Calendar, *, today: date, sources: Mapping[date, tuple[bool, str]]
) -> list[MonthSheet]:
    """The twelve months of a year."""
    return [_month(year, month, known, today, sources) for month in range(1, 13)]


def _month(year: int, month: int, known: Calendar, today: date, sources: Mapping[date, tuple[bool, str]]) -> MonthSheet:
    def drawn(number: int) -> Day | None:
        if not number:
            return None
        on = date(year, month, number)
        by_hand = sources.get(on, (False, ""))[1] == BY_HAND
        return Day(on, kind_of(on, known.is_working(on)), known.is_known(on), on == today, by_hand)

    weeks = tuple(
        tuple(drawn(number) for number in week) for week in calendar.Calendar().monthdayscalendar(year, month)
    )
    worked = sum(1 for week in weeks for day in week if day and day.kind in ("worked", "adjusted"))
    return MonthSheet(date(year, month, 1), weeks, worked)


def unusual(days: Mapping[date, bool]) -> list[Day]:
    """Of these days those that aren't as the week says: holidays, and weekends that are worked."""
    found = (Day(on, kind_of(on, worked), is_known=True) for on, worked in sorted(days.items()))
    return [day for day in found if day.kind in MARKS]
