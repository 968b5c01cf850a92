"""Appeals as the unit and the decider see them. The state follows from the last step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from wangge.analysis.models import Appeal, AppealStep
from wangge.analysis.rules.appeals import DECIDE_WITHIN, state_after
from wangge.analysis.types import AppealAct, AppealState, Period
from wangge.foundation.access import Actor, require_somewhere
from wangge.foundation.db import within
from wangge.foundation.errors import NotFound

PAGE = 50


class NoSuchAppeal(NotFound):
    """There is no such appeal, or not for this reader."""

    code = "analysis.no_such_appeal"


@dataclass(frozen=True, slots=True)
class AppealLine:
    """An appeal with its history."""

    id: int
    case_no: str
    unit: str
    area: str
    index_code: str
    period: Period
    reason: str
    words: str
    at: datetime
    state: AppealState
    steps: tuple[AppealStep, ...]

    @property
    def due_at(self) -> datetime:
        """By when the centre says it decides."""
        return self.at + DECIDE_WITHIN

    def is_late(self, now: datetime) -> bool:
        """Whether the decision is overdue."""
        return self.state is AppealState.OPEN and now > self.due_at


def appeal_lines(
    *, actor: Actor, before: int | None = None, only_open: bool = False
) -> tuple[list[AppealLine], int | None]:
    """Appeals of the actor's units and in the actor's areas, the latest first, and where the next page begins."""
    require_somewhere(actor, "assessment.view")
    rows = _seen_by(actor)
    if only_open:
        rows = rows.filter(last_act=AppealAct.FILE)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk").prefetch_related("steps")[: PAGE + 1])
    return [line_of(row) for row in found[:PAGE]], found[PAGE - 1].pk if len(found) > PAGE else None


def appeal_of(appeal_id: int, *, actor: Actor) -> AppealLine:
    """One appeal the actor may see; NoSuchAppeal (404) otherwise."""
    require_somewhere(actor, "assessment.view")
    row = _seen_by(actor).prefetch_related("steps").filter(pk=appeal_id).first()
    if row is None:
        raise NoSuchAppeal()
    return line_of(row)


def open_appeals(actor: Actor) -> int:
    """How many wait for this decider."""
    if not actor.may_somewhere("assessment.decide"):
        return 0
    mine = with_last_act().filter(within("area", actor.areas("assessment.decide")))
    return mine.filter(last_act=AppealAct.FILE).count()


def with_last_act() -> QuerySet[Any]:
    """Appeals, each with `last_act`."""
    last = AppealStep.objects.filter(appeal=OuterRef("pk")).order_by("-seq").values("act")[:1]
    return Appeal.objects.annotate(last_act=Subquery(last))


def line_of(row: Appeal) -> AppealLine:
    """The appeal with its state."""
    steps = tuple(sorted(row.steps.all(), key=lambda step: step.seq))
    return AppealLine(
        id=row.pk,
        case_no=row.case_no,
        unit=row.unit,
        area=row.area,
        index_code=row.index_code,
        period=Period(row.from_on, row.to_on),
        reason=row.reason,
        words=row.words,
        at=row.at,
        state=state_after(AppealAct(steps[-1].act)),
        steps=steps,
    )


def _seen_by(actor: Actor) -> QuerySet[Any]:
    near = within("area", actor.areas("assessment.view"))
    return with_last_act().filter(near | Q(unit__in=actor.units("assessment.view")))
