"""Revisits that wait, and how far they have come. Nothing here says who was reached."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Sum

from wangge.analysis.models import Revisit, RevisitDraw
from wangge.analysis.types import RevisitState
from wangge.foundation.access import Actor, require, require_somewhere
from wangge.foundation.db import within
from wangge.foundation.errors import NotFound

PAGE = 50


class NoSuchRevisit(NotFound):
    """This case was not drawn, or not in this clerk's area."""

    code = "analysis.no_such_revisit"


@dataclass(frozen=True, slots=True)
class RevisitLine:
    """A drawn case: how often it was tried, and when last."""

    id: int
    case_no: str
    area: str
    unit: str
    attempts: int
    state: RevisitState
    changed_at: datetime
    closed_on: object


@dataclass(frozen=True, slots=True)
class Progress:
    """How the draws of the last days stand, in numbers."""

    eligible: int
    drawn: int
    waiting: int
    reached: int
    not_reached: int
    declined: int
    lapsed: int


def revisit_page(*, actor: Actor, after: int = 0) -> tuple[list[RevisitLine], int | None]:
    """Revisits that wait in the clerk's area, the longest waiting first, and where the next page begins."""
    require_somewhere(actor, "case.revisit")
    rows = Revisit.objects.filter(within("area", actor.areas("case.revisit")), state=RevisitState.WAITING, pk__gt=after)
    found = list(rows.select_related("draw").order_by("pk")[: PAGE + 1])
    return [_line(row) for row in found[:PAGE]], found[PAGE - 1].pk if len(found) > PAGE else None


def revisit_of(case_no: str, *, actor: Actor) -> RevisitLine:
    """The drawn case; NoSuchRevisit (404). Needs ``case.revisit`` there."""
    require_somewhere(actor, "case.revisit")
    row = Revisit.objects.select_related("draw").filter(case_no=case_no).first()
    if row is None:
        raise NoSuchRevisit(value=case_no[:20])
    require(actor, "case.revisit", area=row.area)
    return _line(row)


def revisit_progress(county: str, *, since: datetime) -> Progress:
    """Draws of a county since then: how many could be asked, were drawn, and what came of it."""
    draws = RevisitDraw.objects.filter(county=county, at__gte=since)
    states = dict(
        Revisit.objects.filter(draw__in=draws).values_list("state").annotate(n=Count("pk")).values_list("state", "n")
    )
    return Progress(
        eligible=draws.aggregate(n=Sum("eligible"))["n"] or 0,
        drawn=sum(states.values()),
        waiting=states.get(RevisitState.WAITING, 0),
        reached=states.get(RevisitState.REACHED, 0),
        not_reached=states.get(RevisitState.GIVEN_UP, 0),
        declined=states.get(RevisitState.DECLINED, 0),
        lapsed=states.get(RevisitState.LAPSED, 0),
    )


def _line(row: Revisit) -> RevisitLine:
    return RevisitLine(
        row.pk, row.case_no, row.area, row.unit, row.attempts, RevisitState(row.state), row.changed_at,
        row.draw.closed_on,
    )  # fmt: skip
