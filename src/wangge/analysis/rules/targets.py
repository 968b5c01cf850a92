"""Which indices may have a target. Counts never: a target for a number makes people invent it."""

from __future__ import annotations

from decimal import Decimal

from wangge.analysis.rules.table import BY_CODE, Index
from wangge.analysis.rules.table_former import any_index
from wangge.analysis.types import IndexKind
from wangge.foundation.errors import Invalid, NotFound

#: Quoted to whoever tries (kpis §0.2).
RULE = "No index rewards the number of reports: counts are shown as context, and a target on a count is refused."


class UnknownIndex(NotFound):
    """There is no index of this code."""

    code = "analysis.unknown_index"


class NoTargetOnCounts(Invalid):
    """A target was asked for a count, or for a figure that is context only. The rule is quoted."""

    code = "analysis.no_target_on_counts"


class NotAShare(Invalid):
    """A target of a rate lies between 0 and 1."""

    code = "analysis.not_a_share"


def index_of(code: str) -> Index:
    """The index of this code; UnknownIndex (404)."""
    found = BY_CODE.get(code)
    if found is None:
        raise UnknownIndex(field="index", value=code[:40])
    return found


def known_index(code: str) -> Index:
    """The index of this code, also one that only closed periods have; UnknownIndex (404)."""
    found = any_index(code)
    if found is None:
        raise UnknownIndex(field="index", value=code[:40])
    return found


def may_have_target(index: Index) -> bool:
    """Only rates that are not mere context, and that are still counted."""
    return index.code in BY_CODE and index.kind is IndexKind.RATE and not index.is_context


def require_target_allowed(code: str, value: Decimal) -> Index:
    """The index, or UnknownIndex (404), NoTargetOnCounts (422, quotes the rule) or NotAShare (422)."""
    index = index_of(code)
    if not may_have_target(index):
        raise NoTargetOnCounts(field="value", index=index.code, rule=RULE)
    if not 0 <= value <= 1:
        raise NotAShare(field="value", value=str(value))
    return index
