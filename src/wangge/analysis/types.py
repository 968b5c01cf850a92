"""Words of the assessment that others may use. It measures places, cases and units, never people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from wangge.foundation.worktime import LOCAL


class ScopeKind(StrEnum):
    """What a figure is about: a place, a unit or a kind of matter. There is no kind for a person."""

    COUNTY = "COUNTY"
    TOWNSHIP = "TOWNSHIP"
    COMMUNITY = "COMMUNITY"
    GRID = "GRID"
    UNIT = "UNIT"
    CATEGORY = "CATEGORY"
    SUBITEM = "SUBITEM"
    TASK = "TASK"


class IndexKind(StrEnum):
    """RATE is a share, SPLIT one part of a whole, RATIO a mean, SPREAD a median with its P90, COUNT a number."""

    RATE = "RATE"
    SPLIT = "SPLIT"
    RATIO = "RATIO"
    SPREAD = "SPREAD"
    COUNT = "COUNT"


class ExclusionReason(StrEnum):
    """剔除: why a case does not count for or against a unit. A closed list, so that reasons can be compared."""

    WRONGLY_DISPATCHED = "WRONGLY_DISPATCHED"
    WAITED_FOR_OTHERS = "WAITED_FOR_OTHERS"
    FORCE_MAJEURE = "FORCE_MAJEURE"
    SYSTEM_FAULT = "SYSTEM_FAULT"
    ENTERED_WRONGLY = "ENTERED_WRONGLY"


class Ruling(StrEnum):
    """An exclusion is made by one decision and taken back by another; neither is ever changed."""

    EXCLUDE = "EXCLUDE"
    REVOKE = "REVOKE"


class AppealAct(StrEnum):
    """申诉: what happens to an appeal."""

    FILE = "FILE"
    WITHDRAW = "WITHDRAW"
    UPHOLD = "UPHOLD"
    REJECT = "REJECT"


class AppealState(StrEnum):
    """Where an appeal stands; follows from its last act."""

    OPEN = "OPEN"
    WITHDRAWN = "WITHDRAWN"
    UPHELD = "UPHELD"
    REJECTED = "REJECTED"


class RevisitOutcome(StrEnum):
    """回访: what came of one attempt to reach the reporter."""

    REACHED = "REACHED"
    NOT_REACHED = "NOT_REACHED"
    DECLINED = "DECLINED"


class RevisitState(StrEnum):
    """Where a drawn revisit stands. LAPSED: the case moved on before anybody was reached."""

    WAITING = "WAITING"
    REACHED = "REACHED"
    GIVEN_UP = "GIVEN_UP"
    DECLINED = "DECLINED"
    LAPSED = "LAPSED"


class Band(StrEnum):
    """优 良 中 待改进: for units only, never in an order of merit."""

    EXCELLENT = "EXCELLENT"
    GOOD = "GOOD"
    FAIR = "FAIR"
    TO_IMPROVE = "TO_IMPROVE"


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Local days, half-open: `from_on` counts, `to_on` no longer does."""

    from_on: date
    to_on: date

    @property
    def begin(self) -> datetime:
        return datetime.combine(self.from_on, time(), LOCAL)

    @property
    def end(self) -> datetime:
        return datetime.combine(self.to_on, time(), LOCAL)

    @property
    def is_month(self) -> bool:
        return self.from_on.day == 1 and self.to_on == next_month(self.from_on)


def month_of(day: date) -> Period:
    """The calendar month that holds this day."""
    first = day.replace(day=1)
    return Period(first, next_month(first))


def next_month(first: date) -> date:
    """The first day of the month after."""
    return (first + timedelta(days=32)).replace(day=1)


@dataclass(frozen=True, slots=True)
class Figure:
    """An index for one scope, raw and after exclusions. A SPREAD has its median and P90 instead of two counts.

    RATE, SPLIT, RATIO: `a` is the numerator, `n` the denominator. COUNT: `a` is the number. SPREAD: `a` is the
    median, `b` the P90, `n` how many values there are.
    """

    a: float | None
    n: int
    adjusted_a: float | None
    adjusted_n: int
    b: float | None = None
    adjusted_b: float | None = None

    @property
    def is_adjusted(self) -> bool:
        return (self.a, self.n, self.b) != (self.adjusted_a, self.adjusted_n, self.adjusted_b)


NOTHING = Figure(0, 0, 0, 0)

#: Figures by scope kind, index and code of the scope.
Sheets = dict[ScopeKind, dict[str, dict[str, Figure]]]
