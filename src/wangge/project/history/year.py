"""How a year goes: working days and holidays, seasons, hours of the day, storms. Pure; all numbers are our own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from wangge.foundation.worktime import Calendar

DAY_OFF, HOLIDAY = 0.62, 0.5

#: Tasks that come more often in some months: month → factor.
_SEASONS: tuple[tuple[frozenset[str], Mapping[int, float]], ...] = (
    (frozenset({"040101", "040103", "040104"}), {6: 1.4, 7: 1.8, 8: 1.7}),  # waste in the heat
    (frozenset({"080201"}), {5: 1.5, 6: 2.5, 7: 3.2, 8: 3.2, 9: 1.8}),  # mosquitoes
    (frozenset({"050201", "050203", "050204", "090102", "090103"}), {6: 2.5, 7: 3.0, 8: 2.2, 9: 1.4}),  # rain
    (frozenset({"030101", "030103", "030104", "030105", "030303"}), {12: 1.5, 1: 1.7, 2: 1.4}),  # fire in winter
    (frozenset({"050101"}), {5: 1.5, 6: 3.0, 10: 3.0, 11: 2.0}),  # straw after the harvests
    (frozenset({"060202"}), {12: 2.0, 1: 3.5, 2: 2.2}),  # frozen pipes, heating
    (frozenset({"040102"}), {11: 1.7, 12: 1.6, 1: 1.5}),  # leaves, then ice
    (frozenset({"020105", "050102", "040201"}), {6: 1.4, 7: 1.6, 8: 1.6, 9: 1.3}),  # evenings outdoors
    (frozenset({"020201"}), {12: 2.0, 1: 3.5, 2: 2.0}),  # wages before the Spring Festival
    (frozenset({"040205"}), {3: 1.5, 7: 1.4, 8: 1.4}),
)
#: On public holidays.
_FESTIVE = {"040101": 1.5, "020105": 1.6, "030102": 1.6, "040202": 1.4, "040201": 1.4}
#: What a storm brings: drainage, trees, facilities.
STORM_TASKS = frozenset({"050203", "040205", "060102", "060203", "040204", "060201", "060103"})
STORM_FACTOR, DAY_AFTER_FACTOR = 10.0, 5.0
_RAIN_OF_MONTH = {6: 8, 7: 10, 8: 8, 9: 4, 10: 2}

#: Share of a day's reports by hour, for those who work outdoors and for everybody else.
WORKER_HOURS = (0, 0, 0, 0, 0, 0, 1, 4, 10, 14, 13, 7, 3, 6, 12, 12, 9, 5, 2, 1, 1, 0, 0, 0)
OTHER_HOURS = (1, 0.5, 0.3, 0.3, 0.3, 0.6, 2, 6, 9, 9, 8, 6, 5, 5, 6, 6, 6, 6, 7, 8, 7, 5, 3, 2)


@dataclass(frozen=True, slots=True)
class Storm:
    """A storm over some townships; the day after still brings half of it."""

    day: date
    towns: frozenset[str]

    def factor(self, day: date) -> float:
        """By how much its tasks grow in its towns on a day."""
        return {0: STORM_FACTOR, 1: DAY_AFTER_FACTOR}.get((day - self.day).days, 1.0)


def day_factor(day: date, calendar: Calendar) -> float:
    """Working days (adjusted ones too) bring most; a holiday in the week least."""
    if calendar.is_working(day):
        return 1.0
    return HOLIDAY if day.weekday() < 5 else DAY_OFF


def is_holiday(day: date, calendar: Calendar) -> bool:
    """A day of the week on which nobody works."""
    return day.weekday() < 5 and not calendar.is_working(day)


def season_factor(task: str, month: int, *, holiday: bool) -> float:
    """How much more often a task comes in a month, and on a holiday."""
    factor = _FESTIVE.get(task, 1.0) if holiday else 1.0
    for tasks, months in _SEASONS:
        if task in tasks:
            factor *= months.get(month, 1.0)
    return factor


def storms(first: date, days: int, towns: Sequence[str], draw: Random, *, count: int = 3) -> tuple[Storm, ...]:
    """Storms on different days, likelier in the months of rain, each over a few townships."""
    candidates = [first + timedelta(offset) for offset in range(1, max(2, days - 1))]
    found: list[Storm] = []
    while candidates and len(found) < count:
        day = draw.choices(candidates, [_RAIN_OF_MONTH.get(day.month, 1) for day in candidates])[0]
        hit = frozenset(draw.sample(list(towns), min(len(towns), draw.randint(2, 4))))
        found.append(Storm(day, hit))
        candidates = [other for other in candidates if abs((other - day).days) > 3]
    return tuple(sorted(found, key=lambda storm: storm.day))
