"""The cases behind a figure: which are above the line, which only below it, which were left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from wangge.analysis.queries.exclusions import excluded_after
from wangge.analysis.queries.facts import facts_then
from wangge.analysis.rules import calendars
from wangge.analysis.rules.counting import Contribution, Window, contributions
from wangge.analysis.rules.facts import CaseFacts
from wangge.analysis.rules.table import FORMULAS
from wangge.analysis.rules.tally import Excluded, base_of, scope_code
from wangge.analysis.types import Period, ScopeKind
from wangge.catalogue.queries import calendar as calendar_at
from wangge.foundation.worktime import Calendar

PAGE = 50
Part = Literal["all", "above", "below", "left_out"]


@dataclass(frozen=True, slots=True)
class Sought:
    """Which figure the cases are wanted of, and up to when the histories and decisions are known."""

    county: str
    period: Period
    index: str
    kind: ScopeKind
    code: str
    cut_off: datetime
    calendar: str = ""
    last_decision: int | None = None
    part: Part = "all"
    formulas: str = FORMULAS


@dataclass(frozen=True, slots=True)
class CaseBehind:
    """One case of a figure: what it adds above and below the line, and the facts it does so by."""

    facts: CaseFacts
    a: float
    n: int
    is_left_out: bool


def cases_behind(sought: Sought, *, at: datetime, before: str = "~") -> tuple[list[CaseBehind], str | None]:
    """A page of the cases, the newest number first, and the number the next page begins before."""
    found: list[CaseBehind] = []
    for one in _behind(sought, at, before):
        if len(found) == PAGE:
            return found, found[-1].facts.case_no
        found.append(one)
    return found, None


def counts_against(facts: CaseFacts, window: Window, *, index: str, unit: str) -> bool:
    """Whether the case is in this index for this unit."""
    return any(base_of(one.index) == index and one.unit == unit for one in contributions(facts, window))


def _behind(sought: Sought, at: datetime, before: str) -> Iterator[CaseBehind]:
    calendar: Calendar = calendars.read(sought.calendar) if sought.calendar else calendar_at(at)
    excluded = excluded_after(sought.county, sought.last_decision)
    window = Window(sought.period.begin, sought.period.end, sought.cut_off)
    cases = facts_then(sought.county, sought.period, cut_off=sought.cut_off, calendar=calendar, before=before)
    for facts in cases:
        own = [one for one in contributions(facts, window, sought.formulas) if _is_of(one, facts, sought)]
        if own and _is_wanted(line := _line(facts, own, sought, excluded), sought.part):
            yield line


def _is_of(one: Contribution, facts: CaseFacts, sought: Sought) -> bool:
    if one.index != sought.index:
        return False
    code = scope_code(sought.kind, unit=one.unit, area=facts.area, task=facts.task_code)
    return code == sought.code and (one.a != 0 or one.n != 0)


def _line(facts: CaseFacts, own: list[Contribution], sought: Sought, excluded: Excluded) -> CaseBehind:
    left_out = excluded.get(facts.case_no, frozenset())
    is_left_out = "" in left_out or base_of(sought.index) in left_out
    return CaseBehind(facts, sum(one.a for one in own), sum(one.n for one in own), is_left_out)


def _is_wanted(line: CaseBehind, part: Part) -> bool:
    if part == "left_out":
        return line.is_left_out
    if part == "above":
        return line.a > 0
    return line.a < line.n if part == "below" else True
