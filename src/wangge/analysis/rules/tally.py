"""Summing up: contributions to figures of every place, unit and kind of matter. Pure, and in any order the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from math import ceil

from wangge.analysis.rules.counting import Contribution, Window, contributions
from wangge.analysis.rules.facts import CaseFacts
from wangge.analysis.rules.table import FORMULAS, SPREADS
from wangge.analysis.rules.table_former import levels_of
from wangge.analysis.types import Figure, ScopeKind, Sheets

#: Index codes a case is left out of; "" stands for all of them.
Excluded = Mapping[str, frozenset[str]]
#: Sums by index and code of one axis: the grid, the unit, or the task. Wider places and matters are summed from these.
_Axis = dict[str, dict[str, "_Sum"]]
_LENGTHS = {ScopeKind.COUNTY: 6, ScopeKind.TOWNSHIP: 9, ScopeKind.COMMUNITY: 12, ScopeKind.GRID: 15}
_OF_TASK = {ScopeKind.CATEGORY: 2, ScopeKind.SUBITEM: 4, ScopeKind.TASK: 6}


class _Sum:
    """Raw and adjusted totals of one leaf or scope; values where a median is wanted."""

    __slots__ = ("a", "adjusted_a", "adjusted_n", "adjusted_values", "n", "values")

    def __init__(self) -> None:
        self.a = self.adjusted_a = 0.0
        self.n = self.adjusted_n = 0
        self.values: list[float] = []
        self.adjusted_values: list[float] = []

    def add(self, one: Contribution, counts: bool) -> None:
        self.a, self.n = self.a + one.a, self.n + one.n
        if counts:
            self.adjusted_a, self.adjusted_n = self.adjusted_a + one.a, self.adjusted_n + one.n
        if one.index in SPREADS:
            self.values.append(one.a)
            if counts:
                self.adjusted_values.append(one.a)

    def merge(self, other: _Sum) -> None:
        self.a, self.n = self.a + other.a, self.n + other.n
        self.adjusted_a, self.adjusted_n = self.adjusted_a + other.adjusted_a, self.adjusted_n + other.adjusted_n
        self.values += other.values
        self.adjusted_values += other.adjusted_values

    def figure(self, index: str) -> Figure:
        if index not in SPREADS:
            return Figure(int(self.a), self.n, int(self.adjusted_a), self.adjusted_n)
        raw, adjusted = sorted(self.values), sorted(self.adjusted_values)
        return Figure(
            median(raw), len(raw), median(adjusted), len(adjusted), percentile(raw, 90), percentile(adjusted, 90)
        )


def tally(cases: Iterable[CaseFacts], window: Window, excluded: Excluded, formulas: str = FORMULAS) -> Sheets:
    """Every index of a version of the formulas for every scope it is published for."""
    places, units, matters = _axis(), _axis(), _axis()
    for facts in cases:
        left_out = excluded.get(facts.case_no, frozenset())
        for one in contributions(facts, window, formulas):
            counts = not left_out or not ("" in left_out or base_of(one.index) in left_out)
            for axis, code in ((places, facts.area), (units, one.unit), (matters, facts.task_code)):
                if code:
                    axis[one.index][code].add(one, counts)
    axes = {kind: units if kind is ScopeKind.UNIT else matters if kind in _OF_TASK else places for kind in ScopeKind}
    return {kind: _sheet(kind, axis) for kind, axis in axes.items()}


def _axis() -> _Axis:
    return defaultdict(lambda: defaultdict(_Sum))


def base_of(index: str) -> str:
    """A part of a split counts as its whole: exclusions and levels are those of the whole."""
    return index.partition(".")[0]


def scope_code(kind: ScopeKind, *, unit: str, area: str, task: str) -> str:
    """The code of the scope of this kind that something belongs to; "" for none."""
    if kind is ScopeKind.UNIT:
        return unit
    if kind in _OF_TASK:
        return task[: _OF_TASK[kind]]
    length = _LENGTHS[kind]
    return area[:length] if len(area) >= length else ""


def _sheet(kind: ScopeKind, axis: _Axis) -> dict[str, dict[str, Figure]]:
    """The figures of one kind of scope, of the indices that are published for it."""
    found: dict[str, dict[str, Figure]] = {}
    for index, by_code in sorted(axis.items()):
        if kind not in levels_of(base_of(index)):
            continue
        sums: dict[str, _Sum] = defaultdict(_Sum)
        for code, part in by_code.items():
            if wider := scope_code(kind, unit=code, area=code, task=code):
                sums[wider].merge(part)
        found[index] = {code: total.figure(index) for code, total in sorted(sums.items())}
    return found


def median(values: list[float]) -> float | None:
    """Of sorted values; the mean of the two in the middle where there is no one middle."""
    if not values:
        return None
    middle = len(values) // 2
    found = values[middle] if len(values) % 2 else (values[middle - 1] + values[middle]) / 2
    return round(found, 4)


def percentile(values: list[float], share: int) -> float | None:
    """The smallest of the sorted values that so many per cent do not exceed (nearest rank)."""
    return round(values[max(ceil(len(values) * share / 100), 1) - 1], 4) if values else None
