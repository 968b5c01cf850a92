"""反馈: the result is checked by somebody who didn't produce it, and the reporter is told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from wangge.cases.models import Case
from wangge.cases.operations import media
from wangge.cases.operations.moving import Command, Guard, move
from wangge.cases.types import Action, MediaUse, Moved, Status
from wangge.foundation.access import Actor, ActorKind
from wangge.foundation.db import transaction
from wangge.foundation.errors import NotAllowed


class OwnResult(NotAllowed):
    """Nobody verifies a result of their own."""

    code = "cases.own_result"


def not_ones_own_work(actor: Actor) -> Guard:
    """Whoever ever worked on a case finds nothing about it, not even as its reporter: OwnResult (403)."""

    def guard(case: Case, status: Status) -> None:
        if is_own_work(case, status.worked_by, actor):
            raise OwnResult()

    return guard


def is_own_work(case: Case, worked_by: frozenset[int], actor: Actor) -> bool:
    """Whether the actor, or whoever entered the report this reporter follows, is among those who worked on it."""
    who = case.entered_by_id if actor.kind is ActorKind.REPORTER else actor.user_id
    return who is not None and who in worked_by


@transaction
def verify(
    *,
    case_no: str,
    actor: Actor,
    at: datetime,
    note: str = "",
    media_ids: Sequence[UUID] = (),
    operation_id: UUID | None = None,
) -> Moved:
    """核查通过: a grid worker of the place (never the handler) or the reporter finds the matter settled."""
    return _check(Action.VERIFY, case_no, actor, at, note, media_ids, operation_id)


@transaction
def rework(
    *,
    case_no: str,
    note: str,
    actor: Actor,
    at: datetime,
    media_ids: Sequence[UUID] = (),
    operation_id: UUID | None = None,
) -> Moved:
    """核查退回: not settled; back to the handler, whose clock runs on from where it stopped."""
    return _check(Action.REWORK, case_no, actor, at, note, media_ids, operation_id)


@transaction
def feedback(*, case_no: str, note: str, actor: Actor, at: datetime, operation_id: UUID | None = None) -> Moved:
    """反馈/结案: the result in plain words to the reporter; the case closes."""
    return move(Command(case_no, Action.FEEDBACK, actor, at, operation_id, note))


def _check(
    action: Action,
    case_no: str,
    actor: Actor,
    at: datetime,
    note: str,
    media_ids: Sequence[UUID],
    operation_id: UUID | None,
) -> Moved:
    detail = {"media": [str(one) for one in media_ids]} if media_ids else {}
    moved = move(Command(case_no, action, actor, at, operation_id, note, detail), guard=not_ones_own_work(actor))
    if not moved.repeated:
        media.claim(media_ids, case_no=case_no, use=MediaUse.VERIFICATION)
    return moved
