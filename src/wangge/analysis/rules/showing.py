"""A figure as people read it: percent rounded half up to two decimals, or that the sample is too small. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from wangge.analysis.rules.table import MIN_N
from wangge.analysis.types import Figure

_TWO = Decimal("0.01")


def rate(a: float | None, n: int) -> Decimal | None:
    """The exact share, or None where the sample is too small to be one."""
    return None if n < MIN_N or a is None else Decimal(int(a)) / n


def percent(a: float | None, n: int) -> str | None:
    """ "77.50": per cent, half up to two decimals; None where the sample is too small."""
    share = rate(a, n)
    return None if share is None else str((share * 100).quantize(_TWO, ROUND_HALF_UP))


def two_decimals(value: float | None) -> str | None:
    """Hours or a mean, half up to two decimals."""
    return None if value is None else str(Decimal(str(value)).quantize(_TWO, ROUND_HALF_UP))


def split_of(levels: Mapping[str, Figure]) -> tuple[tuple[str, Figure], ...]:
    """The three shares of a level split: grid; community, township and county together; enforcement."""
    together = ("COMMUNITY", "TOWNSHIP", "COUNTY")
    groups = (("GRID", ("GRID",)), ("MIDDLE", together), ("ENFORCEMENT", ("ENFORCEMENT",)))
    return tuple((name, _sum([levels[level] for level in members if level in levels])) for name, members in groups)


def _sum(figures: list[Figure]) -> Figure:
    if not figures:
        return Figure(0, 0, 0, 0)
    return Figure(
        sum(one.a or 0 for one in figures),
        figures[0].n,
        sum(one.adjusted_a or 0 for one in figures),
        figures[0].adjusted_n,
    )
