"""The composite of a unit: a weighted mean of its adjusted rates, shown as a band. Never for people, never in ranks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from wangge.analysis.rules.showing import rate
from wangge.analysis.types import NOTHING, Band, Figure

#: Our own weights: no rule gives them (a published one gives 60 of 100 to speed, which invites hasty closing).
WEIGHTS: dict[str, int] = {
    "on_time_closure_rate": 30,
    "first_pass_rate": 20,
    "solved_rate": 20,
    "satisfaction_rate": 15,
    "fair_return_rate": 5,
    "supervise_on_time_rate": 10,
}
#: Satisfaction of few who were asked says little about the many who were not.
LEAST_COVERAGE = Decimal("0.30")
#: A band rests on at least half of the weights: one small index alone says nothing about a unit. Our own reading.
LEAST_WEIGHT = 50
_BANDS = ((Decimal(90), Band.EXCELLENT), (Decimal(80), Band.GOOD), (Decimal(70), Band.FAIR))


@dataclass(frozen=True, slots=True)
class Part:
    """One index of the composite: its weight, and its share of the weights that count (None: left out)."""

    index: str
    weight: int
    share: Decimal | None
    value: Decimal | None


@dataclass(frozen=True, slots=True)
class Composite:
    """The parts with the weights as rescaled; no band where too little has a large enough sample."""

    parts: tuple[Part, ...]
    value: Decimal | None
    band: Band | None


def composite_of(figures: Mapping[str, Figure]) -> Composite:
    """100 × Σ wᵢxᵢ / Σ wᵢ over the adjusted rates with a large enough sample; the others drop out."""
    values = {index: _value(index, figures) for index in WEIGHTS}
    whole = sum(WEIGHTS[index] for index, value in values.items() if value is not None)
    parts = tuple(
        Part(index, weight, Decimal(weight) / whole if values[index] is not None else None, values[index])
        for index, weight in WEIGHTS.items()
    )
    if not whole:
        return Composite(parts, None, None)
    total = sum((100 * WEIGHTS[index] * value for index, value in values.items() if value is not None), Decimal())
    value = total / whole
    return Composite(parts, value, band_of(value) if whole >= LEAST_WEIGHT else None)


def band_of(value: Decimal) -> Band:
    """优 from 90, 良 from 80, 中 from 70, else 待改进."""
    return next((band for least, band in _BANDS if value >= least), Band.TO_IMPROVE)


def _value(index: str, figures: Mapping[str, Figure]) -> Decimal | None:
    if index == "satisfaction_rate":
        asked = figures.get("revisit_rate", NOTHING)
        coverage = rate(asked.adjusted_a, asked.adjusted_n)
        if coverage is None or coverage < LEAST_COVERAGE:
            return None
    one = figures.get(index, NOTHING)
    return rate(one.adjusted_a, one.adjusted_n)
