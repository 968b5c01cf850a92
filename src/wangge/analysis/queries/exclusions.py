"""Which cases are left out of which indices, and the log of the decisions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Q

from wangge.analysis.models import Exclusion
from wangge.analysis.rules.tally import Excluded
from wangge.analysis.types import Ruling
from wangge.foundation.access import Actor, require_somewhere
from wangge.foundation.db import within

PAGE = 50


@dataclass(frozen=True, slots=True)
class ExclusionLine:
    """One decision of the log. `is_in_force`: an exclusion that nobody has taken back."""

    id: int
    ruling: str
    case_no: str
    area: str
    index_code: str
    reason: str
    words: str
    by_id: int
    at: datetime
    from_appeal: bool
    is_in_force: bool


def excluded_after(county: str, decision: int | None = None) -> Excluded:
    """Indices each case is left out of ("" for all of them), as things stood after that decision; None: the last."""
    in_force = Exclusion.objects.filter(ruling=Ruling.EXCLUDE, area__startswith=county)
    if decision is None:
        in_force = in_force.filter(revoked_by__isnull=True)
    else:
        unrevoked = Q(revoked_by__isnull=True) | Q(revoked_by__gt=decision)
        in_force = in_force.filter(unrevoked, pk__lte=decision)
    found: dict[str, frozenset[str]] = {}
    for case_no, index in in_force.values_list("case_no", "index_code"):
        found[case_no] = found.get(case_no, frozenset()) | {index}
    return found


def last_decision() -> int:
    """The newest decision there is; 0 before the first."""
    found: int = Exclusion.objects.aggregate(last=Max("pk"))["last"] or 0
    return found


def exclusion_lines(
    *, actor: Actor, before: int | None = None, case_no: str = "", limit: int = PAGE
) -> tuple[list[ExclusionLine], int | None]:
    """Decisions in the actor's areas, the latest first, and where the next page begins."""
    require_somewhere(actor, "assessment.view")
    rows = Exclusion.objects.filter(within("area", actor.areas("assessment.view")))
    rows = rows.select_related("revoked_by")
    if case_no:
        rows = rows.filter(case_no=case_no)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: limit + 1])
    return [_line(row) for row in found[:limit]], found[limit - 1].pk if len(found) > limit else None


def _line(row: Exclusion) -> ExclusionLine:
    return ExclusionLine(
        id=row.pk,
        ruling=row.ruling,
        case_no=row.case_no,
        area=row.area,
        index_code=row.index_code,
        reason=row.reason,
        words=row.words,
        by_id=row.by_id,
        at=row.at,
        from_appeal=row.appeal_id is not None,
        is_in_force=row.ruling == Ruling.EXCLUDE and not hasattr(row, "revoked_by"),
    )
