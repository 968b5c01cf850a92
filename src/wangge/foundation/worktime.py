"""Working time: which days are worked, and arithmetic in working minutes. Pure.

Profile `office8`: 09:00–12:00 and 13:00–18:00 local time on working days, eight hours a day. Adjusted days
(调休) come from the calendar table; days after `known_until` fall back to Monday to Friday and make every
deadline that uses them provisional.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Shanghai")
#: Windows of a working day, in order: local (opens, closes).
Hours = tuple[tuple[time, time], ...]
OFFICE8: Hours = ((time(9), time(12)), (time(13), time(18)))
DAY_MIN = 480


class Clock(StrEnum):
    """NATURAL hours run day and night, WORKING hours only in the working day of the calendar."""

    NATURAL = "NATURAL"
    WORKING = "WORKING"


def read_hours(text: str) -> tuple[time, time]:
    """A window of the working day, written ``09:00-12:00``; ValueError when it isn't one or ends before it starts."""
    opens, _, closes = text.partition("-")
    window = time.fromisoformat(opens.strip()), time.fromisoformat(closes.strip())
    if window[0] >= window[1] or any(one.tzinfo for one in window):
        raise ValueError(text)
    return window


@dataclass(frozen=True, slots=True)
class Limit:
    """How many minutes of which clock."""

    minutes: float
    clock: Clock
    urgent: bool = False


@dataclass(frozen=True)
class Calendar:
    """Worked or not, per known day; `known_until` is the last day the table covers.

    `hours` are the windows of a working day; a centre may keep others than `office8`.
    """

    days: Mapping[date, bool]
    known_until: date | None
    hours: Hours = OFFICE8

    def kept_by(self, hours: Hours) -> Calendar:
        """The same days, worked at other hours."""
        return self if hours == self.hours else replace(self, hours=hours)

    def is_working(self, day: date) -> bool:
        return self.days.get(day, day.weekday() < 5)

    def is_known(self, day: date) -> bool:
        return self.known_until is not None and day <= self.known_until


@dataclass(frozen=True, slots=True)
class Deadline:
    """An instant, and whether it rests on days the calendar doesn't know yet."""

    at: datetime
    provisional: bool = False


def _windows(day: date, hours: Hours) -> Iterator[tuple[datetime, datetime]]:
    for start, end in hours:
        yield datetime.combine(day, start, LOCAL), datetime.combine(day, end, LOCAL)


def _working_windows(after: datetime, calendar: Calendar) -> Iterator[tuple[datetime, datetime]]:
    day = after.astimezone(LOCAL).date()
    while True:
        if calendar.is_working(day):
            for start, end in _windows(day, calendar.hours):
                if end > after:
                    yield max(start, after), end
        day += timedelta(days=1)


def add_minutes(start: datetime, minutes: float, clock: Clock, calendar: Calendar) -> Deadline:
    """The first instant at which `minutes` of this clock have run since `start` (no minutes: `start`)."""
    if clock is Clock.NATURAL:
        return Deadline(start + timedelta(minutes=minutes))
    left = timedelta(minutes=minutes)
    if not left:
        return Deadline(start, not calendar.is_known(start.astimezone(LOCAL).date()))
    for opens, closes in _working_windows(start, calendar):
        if left <= closes - opens:
            at = (opens + left).astimezone(start.tzinfo)
            return Deadline(at, not calendar.is_known(opens.date()))
        left -= closes - opens
    raise AssertionError("working windows never end")


def minutes_between(start: datetime, end: datetime, clock: Clock, calendar: Calendar) -> float:
    """How many minutes of this clock run in [start, end)."""
    if end <= start:
        return 0.0
    if clock is Clock.NATURAL:
        return (end - start).total_seconds() / 60
    total = timedelta()
    for opens, closes in _working_windows(start, calendar):
        if opens >= end:
            break
        total += min(closes, end) - opens
    return total.total_seconds() / 60


def next_working_moment(at: datetime, calendar: Calendar) -> datetime:
    """`at` if it lies within working hours, else when the next working window opens."""
    opens, _ = next(_working_windows(at, calendar))
    return opens.astimezone(at.tzinfo)
