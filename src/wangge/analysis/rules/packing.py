"""Facts and figures as plain values for the database, and back. Pure: what is packed unpacks to the same."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Any

from wangge.analysis.rules.facts import (
    CaseFacts,
    Check,
    Closing,
    Intake,
    Order,
    Round,
    Sending,
    Stay,
    Urging,
)
from wangge.analysis.types import Figure, ScopeKind, Sheets

_PARTS: dict[str, type] = {
    "intakes": Intake, "rounds": Round, "sendings": Sending, "checks": Check, "closings": Closing, "stays": Stay,
    "orders": Order, "urgings": Urging,
}  # fmt: skip
#: Which positions of a packed row are instants.
_INSTANTS = {
    kind: tuple(n for n, one in enumerate(fields(kind)) if "datetime" in str(one.type)) for kind in _PARTS.values()
}
_OWN = tuple(one.name for one in fields(CaseFacts) if one.name not in _PARTS)
_OWN_INSTANTS = tuple(one.name for one in fields(CaseFacts) if "datetime" in str(one.type))


def packed(facts: CaseFacts) -> dict[str, Any]:
    """Own values by name, parts as rows without names; what is empty is left out."""
    own = {name: _plain(getattr(facts, name)) for name in _OWN}
    parts = {
        name: [[_plain(getattr(one, field.name)) for field in fields(kind)] for one in rows]
        for name, kind in _PARTS.items()
        if (rows := getattr(facts, name))
    }
    return own | parts


def unpacked(values: dict[str, Any]) -> CaseFacts:
    """The facts that were packed."""
    own: dict[str, Any] = {name: values[name] for name in _OWN}
    for name in _OWN_INSTANTS:
        own[name] = _instant(own[name])
    for name, kind in _PARTS.items():
        own[name] = tuple(_row(kind, row) for row in values.get(name, ()))
    return CaseFacts(**own)


def _row(kind: type, row: list[Any]) -> Any:
    values = list(row)
    for n in _INSTANTS[kind]:
        values[n] = _instant(values[n])
    return kind(*values)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value


def _instant(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def packed_sheet(figures: dict[str, dict[str, Figure]]) -> dict[str, dict[str, list[Any]]]:
    """Figures of one kind of scope: raw, and adjusted only where it differs."""
    return {index: {code: _figure(one) for code, one in by_code.items()} for index, by_code in sorted(figures.items())}


def unpacked_sheet(values: dict[str, dict[str, list[Any]]]) -> dict[str, dict[str, Figure]]:
    """The figures that were packed."""
    return {index: {code: _unfigure(row) for code, row in by_code.items()} for index, by_code in values.items()}


def packed_sheets(sheets: Sheets) -> dict[str, dict[str, dict[str, list[Any]]]]:
    """All sheets by kind of scope."""
    return {kind.value: packed_sheet(sheets.get(kind, {})) for kind in ScopeKind}


def _figure(one: Figure) -> list[Any]:
    raw = [one.a, one.n] if one.b is None else [one.a, one.n, one.b]
    if not one.is_adjusted:
        return [raw]
    adjusted = [one.adjusted_a, one.adjusted_n, *([one.adjusted_b] if one.b is not None else [])]
    return [raw, adjusted]


def _unfigure(row: list[Any]) -> Figure:
    raw, adjusted = row[0], row[-1]
    b = raw[2] if len(raw) > 2 else None
    adjusted_b = adjusted[2] if len(adjusted) > 2 else None
    return Figure(raw[0], raw[1], adjusted[0], adjusted[1], b, adjusted_b)
