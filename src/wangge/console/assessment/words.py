"""The words of the assessment: names of its lists. Names and formulas of indices stand in their table."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wangge.analysis.rules.table import OURS, Both, Index
from wangge.analysis.rules.table_former import any_index
from wangge.analysis.rules.tally import base_of
from wangge.analysis.types import (
    AppealAct,
    AppealState,
    Band,
    ExclusionReason,
    IndexKind,
    RevisitOutcome,
    RevisitState,
    ScopeKind,
)
from wangge.catalogue import queries as catalogue
from wangge.foundation.names import in_reader_language

Words = str | Promise

SCOPES: dict[str, Words] = {
    ScopeKind.COUNTY: pgettext_lazy("scope", "County"),
    ScopeKind.TOWNSHIP: pgettext_lazy("scope", "Townships"),
    ScopeKind.COMMUNITY: pgettext_lazy("scope", "Communities"),
    ScopeKind.GRID: pgettext_lazy("scope", "Grids"),
    ScopeKind.UNIT: pgettext_lazy("scope", "Units"),
    ScopeKind.CATEGORY: pgettext_lazy("scope", "Categories"),
    ScopeKind.SUBITEM: pgettext_lazy("scope", "Sub-items"),
    ScopeKind.TASK: pgettext_lazy("scope", "Tasks"),
}
REASONS: dict[str, Words] = {
    ExclusionReason.WRONGLY_DISPATCHED: _("Dispatched to the wrong unit"),
    ExclusionReason.WAITED_FOR_OTHERS: _("Waited for others"),
    ExclusionReason.FORCE_MAJEURE: _("Storm, flood or another force beyond control"),
    ExclusionReason.SYSTEM_FAULT: _("Fault of the system"),
    ExclusionReason.ENTERED_WRONGLY: _("Entered wrongly"),
}
APPEAL_STATES: dict[str, Words] = {
    AppealState.OPEN: pgettext_lazy("appeal", "Waits for a decision"),
    AppealState.WITHDRAWN: pgettext_lazy("appeal", "Withdrawn"),
    AppealState.UPHELD: pgettext_lazy("appeal", "Upheld"),
    AppealState.REJECTED: pgettext_lazy("appeal", "Rejected"),
}
APPEAL_TONES: dict[str, str] = {
    AppealState.OPEN: "active", AppealState.WITHDRAWN: "off", AppealState.UPHELD: "done", AppealState.REJECTED: "back",
}  # fmt: skip
APPEAL_ACTS: dict[str, Words] = {
    AppealAct.FILE: pgettext_lazy("appeal", "Filed"),
    AppealAct.WITHDRAW: pgettext_lazy("appeal", "Withdrawn"),
    AppealAct.UPHOLD: pgettext_lazy("appeal", "Upheld"),
    AppealAct.REJECT: pgettext_lazy("appeal", "Rejected"),
}
BANDS: dict[str, Words] = {
    Band.EXCELLENT: pgettext_lazy("band", "Excellent"),
    Band.GOOD: pgettext_lazy("band", "Good"),
    Band.FAIR: pgettext_lazy("band", "Fair"),
    Band.TO_IMPROVE: pgettext_lazy("band", "To improve"),
}
OUTCOMES: dict[str, Words] = {
    RevisitOutcome.REACHED: _("Reached, and answered"),
    RevisitOutcome.NOT_REACHED: _("Not reached"),
    RevisitOutcome.DECLINED: _("Reached, but declined to answer"),
}
REVISIT_STATES: dict[str, Words] = {
    RevisitState.WAITING: pgettext_lazy("revisit", "Waiting"),
    RevisitState.REACHED: pgettext_lazy("revisit", "Answered"),
    RevisitState.GIVEN_UP: pgettext_lazy("revisit", "Not reached"),
    RevisitState.DECLINED: pgettext_lazy("revisit", "Declined"),
    RevisitState.LAPSED: pgettext_lazy("revisit", "No longer needed"),
}
KINDS: dict[str, Words] = {
    IndexKind.RATE: pgettext_lazy("kind of index", "rate"),
    IndexKind.SPLIT: pgettext_lazy("kind of index", "split of a whole"),
    IndexKind.RATIO: pgettext_lazy("kind of index", "mean"),
    IndexKind.SPREAD: pgettext_lazy("kind of index", "median and P90"),
    IndexKind.COUNT: pgettext_lazy("kind of index", "count"),
}
PARTS: dict[str, Words] = {
    "all": _("All cases"),
    "above": _("Counted above the line"),
    "below": _("Counted below the line only"),
    "left_out": _("Left out by decision"),
}
LEVELS: dict[str, Words] = {
    "GRID": pgettext_lazy("handling level", "Grid"),
    "COMMUNITY": pgettext_lazy("handling level", "Community"),
    "TOWNSHIP": pgettext_lazy("handling level", "Township"),
    "COUNTY": pgettext_lazy("handling level", "County"),
    "ENFORCEMENT": pgettext_lazy("handling level", "Enforcement"),
    "MIDDLE": pgettext_lazy("handling level", "Community, township and county"),
}
_RATINGS: dict[str, Words] = {
    "SATISFIED": _("Satisfied"),
    "BASICALLY": _("Basically satisfied"),
    "NOT_SATISFIED": _("Not satisfied"),
}


def said(text: Both) -> str:
    """A text of the table in the reader's language."""
    return in_reader_language(text.zh, text.en)


def index_name(code: str) -> str:
    """What an index, or a part of one, is called; all indices for ""."""
    if not code:
        return str(_("all indices"))
    base = any_index(base_of(code))
    if base is None:
        return code
    part = code.partition(".")[2]
    words = LEVELS.get(part) or _RATINGS.get(part)
    return f"{said(base.name)} · {words}" if words else said(base.name)


def source_words(index: Index) -> str:
    """Where the idea of an index comes from."""
    return str(_("our own reading")) if index.source == OURS else index.source


def matter_names(kind: ScopeKind, codes: Iterable[str]) -> dict[str, str]:
    """Names of categories, sub-items or tasks."""
    return catalogue.task_names(list(codes)) if kind is ScopeKind.TASK else catalogue.matter_names()
