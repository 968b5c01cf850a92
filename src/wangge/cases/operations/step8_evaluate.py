"""评价: the reporter rates the answer, or says the matter isn't solved and it opens again."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from wangge.cases.models import Case
from wangge.cases.operations.moving import Command, move
from wangge.cases.operations.step7_feedback import not_ones_own_work
from wangge.cases.types import Action, Moved, Rating, Status
from wangge.foundation.access import SYSTEM, Actor, ActorKind
from wangge.foundation.db import transaction
from wangge.foundation.errors import Conflict, Invalid

#: Our own readings (docs/decisions/0006): how long one may re-open, and rate.
REOPEN_WITHIN = timedelta(days=30)
RATE_WITHIN = timedelta(days=7)


class TooLateToReopen(Conflict):
    """The case closed more than 30 days ago: a new report is the way."""

    code = "cases.too_late_to_reopen"


@transaction
def rate(
    *,
    case_no: str,
    rating: str,
    actor: Actor,
    at: datetime,
    note: str = "",
    solved: bool | None = None,
    operation_id: UUID | None = None,
) -> Moved:
    """评价: satisfied, basically, or not, and whether the matter is solved; with a word if they like."""
    if rating and rating not in set(Rating):
        raise Invalid("cases.unknown_rating", field="rating", value=rating, allowed=[r.value for r in Rating])
    by = "REPORTER" if actor.kind is ActorKind.REPORTER else "REVISIT"
    detail = {"rating": rating, "solved": solved, "by": by}
    command = Command(case_no, Action.RATE, actor, at, operation_id, note, detail)
    return move(command, guard=not_ones_own_work(actor))


@transaction
def reopen(*, case_no: str, note: str, actor: Actor, at: datetime, operation_id: UUID | None = None) -> Moved:
    """重新办理: not solved after all; same number, back to whoever handled it, with a fresh clock."""

    def guard(case: Case, status: Status) -> None:
        if status.closed_at and at - status.closed_at > REOPEN_WITHIN:
            raise TooLateToReopen(days=REOPEN_WITHIN.days)

    return move(Command(case_no, Action.REOPEN, actor, at, operation_id, note), guard=guard)


@transaction
def archive(*, case_no: str, at: datetime) -> Moved:
    """评价归档: the rating window is over; nobody rated."""
    return move(Command(case_no, Action.ARCHIVE, SYSTEM, at))
