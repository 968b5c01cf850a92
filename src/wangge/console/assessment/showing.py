"""Figures as the pages show them: in words, with what is above and below the line, and where their cases are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from wangge.analysis import queries
from wangge.analysis.rules import showing
from wangge.analysis.rules.composite import Composite, composite_of
from wangge.analysis.rules.table import BY_CODE, FORMULAS, MIN_N, Index
from wangge.analysis.rules.table_former import indices_of
from wangge.analysis.types import NOTHING, Figure, IndexKind, Period, ScopeKind, month_of
from wangge.console.assessment import charts, words
from wangge.console.assessment.asking import Asked, names_of

MONTHS = 12
RETURNS = ("returns_asked", "returns_upheld", "returns_refused")
_SHARES = (IndexKind.RATE, IndexKind.SPLIT)


@dataclass(frozen=True, slots=True)
class Shows:
    """One figure in words. `is_small`: too few to be a rate, and the words say so."""

    text: str
    adjusted: str
    counts: str
    is_small: bool
    is_adjusted: bool
    share: Decimal | None
    n: int


def shows(index: Index, figure: Figure) -> Shows:
    """The figure of an index in words."""
    adjusted = Figure(figure.adjusted_a, figure.adjusted_n, None, 0, figure.adjusted_b)
    return Shows(
        text=_words(index, figure),
        adjusted=_words(index, adjusted),
        counts=_counts(index, figure),
        is_small=index.kind in _SHARES and figure.n < MIN_N,
        is_adjusted=figure.is_adjusted,
        share=showing.rate(figure.a, figure.n) if index.kind in _SHARES else None,
        n=figure.n,
    )


def _words(index: Index, figure: Figure) -> str:
    if index.kind is IndexKind.COUNT:
        return number_format(int(figure.a or 0), use_l10n=True, force_grouping=True)
    if index.kind in _SHARES:
        percent = showing.percent(figure.a, figure.n)
        return f"{percent}%" if percent is not None else small_words(figure.n)
    if figure.n < MIN_N or figure.a is None:
        return small_words(figure.n)
    if index.kind is IndexKind.RATIO:
        return showing.two_decimals(figure.a / figure.n) or ""
    hours = _("{n} h")
    return f"{hours.format(n=showing.two_decimals(figure.a))} · P90 {hours.format(n=showing.two_decimals(figure.b))}"


def small_words(n: int) -> str:
    """样本不足: no rate of so few."""
    return _("Sample too small (n={n})").format(n=n)


def _counts(index: Index, figure: Figure) -> str:
    if index.kind is IndexKind.COUNT:
        return ""
    if index.kind is IndexKind.SPREAD:
        return f"n = {figure.n}"
    return f"{int(figure.a or 0)} / {figure.n}"


# --- rows -------------------------------------------------------------------------------------------


def index_rows(
    ask: Asked, figures: Mapping[str, Figure], kinds: Sequence[IndexKind], formulas: str = FORMULAS
) -> list[dict[str, Any]]:
    """A row an index of these kinds that is published for the scope, as the formulas of then say it, with its trend."""
    targets = queries.targets_of(ask.county)
    months = last_months(ask)
    trend = queries.month_figures(ask.county, months, ask.kind, ask.code)
    rows = []
    for index in indices_of(formulas):
        if index.kind not in kinds or ask.kind not in index.levels or index.code in ("level_split", "ratings"):
            continue
        shown = shows(index, figures.get(index.code, NOTHING))
        shares = [_share(index, trend.get(month, {}).get(index.code)) for month in months]
        rows.append(
            {
                "code": index.code,
                "index": index,
                "name": words.said(index.name),
                "formula": words.said(index.formula),
                "is_context": index.is_context,
                "shown": shown,
                "target": _percent(targets.get(index.code)),
                "meets": _meets(index, shown.share, targets.get(index.code)),
                "spark": charts.spark(shares) if any(share is not None for share in shares) else "",
                "trend_words": _trend_words(months, shares),
            }
        )
    return rows


def scope_rows(ask: Asked, kind: ScopeKind, index: Index, by_code: Mapping[str, Figure]) -> list[dict[str, Any]]:
    """A row a place, unit or matter in the order of its code: not an order of merit."""
    codes = sorted(ask.reach.only(kind, by_code))
    codes = [code for code in codes if ask.kind is ScopeKind.COUNTY or code.startswith(ask.code)]
    called = names_of(kind, codes)
    return [{"code": code, "name": called[code], "shown": shows(index, by_code[code]), "kind": kind} for code in codes]


def split_rows(figures: Mapping[str, Figure]) -> list[dict[str, Any]]:
    """Shares of the levels that settled what was closed: three groups, then each level by itself."""
    split = BY_CODE["level_split"]
    levels = {code.partition(".")[2]: one for code, one in figures.items() if code.startswith("level_split.")}
    if not levels:
        return []
    groups = showing.split_of(levels)
    rows: list[dict[str, Any]] = [
        {"key": name, "name": words.LEVELS[name], "shown": shows(split, one)} for name, one in groups
    ]
    offset = 0.0
    for row in rows:
        row["x"], row["width"] = round(offset, 2), round(float(row["shown"].share or 0) * 100, 2)
        offset += row["width"]
    own = [
        {"key": name, "name": words.LEVELS[name], "shown": shows(split, levels[name])}
        for name in ("COMMUNITY", "TOWNSHIP", "COUNTY")
        if name in levels
    ]
    return [*rows, *[row | {"is_part": True} for row in own]]


def trend(ask: Asked, index: Index) -> tuple[charts.Line | None, list[tuple[str, Shows | None]]]:
    """The line of twelve months and the table behind it."""
    months = last_months(ask)
    known = queries.month_figures(ask.county, months, ask.kind, ask.code)
    rows = [
        (
            f"{month.from_on:%Y-%m}",
            shows(index, known[month][index.code]) if index.code in known.get(month, {}) else None,
        )
        for month in months
    ]
    values = [(label, _plotted(index, known.get(month, {}).get(index.code)), shown.text if shown else "")
              for (label, shown), month in zip(rows, months, strict=True)]  # fmt: skip
    heights = [value for _, value, _ in values if value is not None]
    if not heights:
        return None, rows
    is_share = index.kind in _SHARES
    target = queries.targets_of(ask.county).get(index.code)
    top = Decimal(100) if is_share else _round_top(max(heights))
    aim = target * 100 if target is not None and is_share else None
    return charts.line(values, top=top, unit="%" if is_share else "", target=aim), rows


def last_months(ask: Asked) -> list[Period]:
    """Twelve months that end with the one asked for."""
    months = [month_of(ask.period.to_on - timedelta(days=1))]
    while len(months) < MONTHS:
        months.insert(0, month_of(months[0].from_on - timedelta(days=1)))
    return months


def composite_rows(ask: Asked, sheets: Mapping[str, Mapping[str, Figure]]) -> list[dict[str, Any]]:
    """Bands of the units in the order of their codes, with what counted and what dropped out."""
    codes = ask.reach.only(ScopeKind.UNIT, {code for by_code in sheets.values() for code in by_code})
    called = names_of(ScopeKind.UNIT, sorted(codes))
    found = []
    for code in sorted(codes):
        own = composite_of({index: by_code[code] for index, by_code in sheets.items() if code in by_code})
        found.append({"code": code, "name": called[code], **_composite(own)})
    return found


def return_rows(ask: Asked, sheets: Mapping[str, Mapping[str, Figure]]) -> list[dict[str, Any]]:
    """Units that asked to return something, in the order of their codes: dispatches, asked, upheld, refused."""
    asked = sheets.get("returns_asked", {})
    codes = sorted(ask.reach.only(ScopeKind.UNIT, {code for code, one in asked.items() if one.a}))
    called, received = names_of(ScopeKind.UNIT, codes), sheets.get("return_rate", {})
    return [
        {
            "code": code,
            "name": called[code],
            "received": received.get(code, NOTHING).n,
            "counts": [(words.index_name(index), int(sheets[index].get(code, NOTHING).a or 0)) for index in RETURNS],
        }
        for code in codes
    ]


def _composite(own: Composite) -> dict[str, Any]:
    return {
        "band": own.band,
        "band_words": words.BANDS[own.band] if own.band else "",
        "value": showing.two_decimals(float(own.value)) if own.value is not None else "",
        "parts": [
            {
                "name": words.index_name(part.index),
                "weight": part.weight,
                "share": f"{round(part.share * 100)}%" if part.share is not None else "",
                "value": f"{round(part.value * 100, 2)}%" if part.value is not None else "",
            }
            for part in own.parts
        ],
    }


def figures_of(by_index: Mapping[str, Mapping[str, Figure]], code: str) -> dict[str, Figure]:
    """All figures of one scope."""
    return {index: by_code[code] for index, by_code in by_index.items() if code in by_code}


def _share(index: Index, figure: Figure | None) -> Decimal | None:
    return showing.rate(figure.adjusted_a, figure.adjusted_n) if figure and index.kind in _SHARES else None


def _plotted(index: Index, figure: Figure | None) -> Decimal | None:
    if figure is None:
        return None
    if index.kind in _SHARES:
        share = showing.rate(figure.a, figure.n)
        return None if share is None else share * 100
    if index.kind is IndexKind.COUNT:
        return Decimal(int(figure.a or 0))
    if figure.n < MIN_N or figure.a is None:
        return None
    return Decimal(str(round(figure.a if index.kind is IndexKind.SPREAD else figure.a / figure.n, 4)))


def _round_top(highest: Decimal) -> Decimal:
    """The next 1, 2 or 5 times a power of ten times four: four whole steps."""
    step = Decimal(1) / 100
    for power in range(-2, 8):
        for times in (1, 2, 5):
            step = times * Decimal(10) ** power
            if step * 4 >= highest:
                return step * 4
    return step * 4


def _percent(share: Decimal | None) -> str:
    return "" if share is None else f"{(share * 100).normalize():f}%"


def _meets(index: Index, share: Decimal | None, target: Decimal | None) -> bool | None:
    if share is None or target is None:
        return None
    return share >= target if index.higher_is_better else share <= target


def _trend_words(months: Sequence[Period], shares: Sequence[Decimal | None]) -> str:
    known = [
        f"{month.from_on:%Y-%m} {share * 100:.2f}%"
        for month, share in zip(months, shares, strict=True)
        if share is not None
    ]
    return ", ".join(known)
