"""Which column is the code, which the name: as told, or guessed among usual names, and said."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from wangge.grids.readers.problems import NoCodeField, NoSuchField
from wangge.grids.readers.table import ReadWarning
from wangge.grids.types import GridKind

USUAL_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "code": (
        "code", "grid_code", "gridcode", "网格编码", "网格代码", "wgbm", "wgdm", "wgcode", "bgcode",
        "objectcode", "编码", "代码", "adcode", "bm", "dm", "oa11cd", "id",
    ),
    "name": ("name", "grid_name", "gridname", "网格名称", "wgmc", "objectname", "bgname", "名称", "mc"),
    "kind": ("kind", "grid_kind", "grid_type", "网格类型", "网格类别", "wglx", "wglb", "类型", "type"),
    "parent": (
        "parent_code", "community_code", "parent", "社区编码", "社区代码", "所属社区", "sqbm", "sqdm",
        "township_code",
    ),
    "households": ("households", "户数", "hs", "家庭户数"),
}  # fmt: skip

_KINDS: Final[Mapping[str, GridKind]] = {
    "general": GridKind.GENERAL,
    "综合网格": GridKind.GENERAL,
    "综合": GridKind.GENERAL,
    "普通网格": GridKind.GENERAL,
    "exclusive": GridKind.EXCLUSIVE,
    "专属网格": GridKind.EXCLUSIVE,
    "专属": GridKind.EXCLUSIVE,
}
_GRID_CODE: Final = re.compile(r"\d{15}")
_SAMPLE: Final = 1000
_WHOLE: Final = re.compile(r"(\d+)\.0*")


def choose_fields(
    columns: Mapping[str, Sequence[Any]], told: Mapping[str, str | None]
) -> tuple[dict[str, str], list[ReadWarning]]:
    """Column of each role: the one told, else a guess (warned of). Roles without column are left out.

    Raises NoSuchField for a name that is not there and NoCodeField when no column can be the code.
    """
    chosen, warnings = dict[str, str](), list[ReadWarning]()
    for role in USUAL_NAMES:
        if name := told.get(role):
            chosen[role] = _existing(role, name, columns)
        elif guess := _guess(role, columns, set(chosen.values())):
            chosen[role] = guess
            warnings.append(ReadWarning("field_guessed", {"role": role, "field": guess}))
    if "code" not in chosen:
        raise NoCodeField(field="code_field", fields=list(columns)[:50])
    if "name" not in chosen:
        warnings.append(ReadWarning("no_name_field"))
    return chosen, warnings


def _existing(role: str, name: str, columns: Mapping[str, Sequence[Any]]) -> str:
    for column in columns:
        if column.casefold() == name.strip().casefold():
            return column
    raise NoSuchField(field=f"{role}_field", name=name[:80], fields=list(columns)[:50])


def _guess(role: str, columns: Mapping[str, Sequence[Any]], taken: set[str]) -> str | None:
    if role == "code":  # grid codes betray themselves, whatever the column is called
        for column, values in columns.items():
            if _looks_like_codes(values):
                return column
    free = [column for column in columns if column not in taken]
    for usual in USUAL_NAMES[role]:
        for column in free:
            if column.casefold() == usual or _cut_from(usual, column.casefold()):
                return column
    return None


def _cut_from(usual: str, column: str) -> bool:
    """Whether the column is the usual name cut to the ten bytes of a Shapefile (网格编 of 网格编码)."""
    return usual.startswith(column) and len(column.encode()) in (9, 10) and not column.endswith("_")


def _looks_like_codes(values: Sequence[Any]) -> bool:
    sample = [as_text(value) for value in values[:_SAMPLE]]
    return bool(sample) and sum(map(bool, map(_GRID_CODE.fullmatch, sample))) > 0.9 * len(sample)


def as_text(value: Any) -> str:
    """A cell as text; whole numbers without the ".0" or exponent that number columns give them."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    if hasattr(value, "item"):
        return as_text(value.item())
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = str(value).strip()
    return match[1] if (match := _WHOLE.fullmatch(text)) else text


def as_count(value: Any) -> int | None:
    """A cell as a whole number, None when it is none."""
    text = as_text(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def as_kinds(values: Sequence[Any]) -> tuple[tuple[GridKind | None, ...], list[ReadWarning]]:
    """Kinds of grids by their usual words; others are None and warned of."""
    texts = [as_text(value) for value in values]
    strange = sorted({text for text in texts if text and text.casefold() not in _KINDS})
    warnings = [ReadWarning("kind_not_understood", {"values": strange[:10]})] if strange else []
    return tuple(_KINDS.get(text.casefold()) for text in texts), warnings
