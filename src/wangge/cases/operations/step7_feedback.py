"""反馈: the result is checked by somebody who didn't produce it, and the reporter is told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from wangge.cases.models import Case
from wangge.cases.operations import media
from wangge.cases.operations.endings import end
from wangge.cases.operations.moving import Command, Guard, move
from wangge.cases.types import Action, Channel, MediaUse, Moved, Status
from wangge.foundation.access import SYSTEM, Actor, ActorKind
from wangge.foundation.db import transaction
from wangge.foundation.errors import Conflict, NotAllowed


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


class SubCasesOpen(Conflict):
    """The parts of a joint case haven't all ended: the whole can't be found settled yet."""

    code = "cases.sub_cases_open"


class NeedsAnotherRole(NotAllowed):
    """What the grid settled itself is checked by another role than its workers."""

    code = "cases.needs_another_role"


def _check_guard(action: Action, actor: Actor) -> Guard:
    own = not_ones_own_work(actor)

    def guard(case: Case, status: Status) -> None:
        own(case, status)
        if not is_of_another_role(case, actor):
            raise NeedsAnotherRole()
        if action is Action.VERIFY and status.open_subs:
            raise SubCasesOpen(numbers=sorted(status.open_subs))

    return guard


def is_of_another_role(case: Case, actor: Actor) -> bool:
    """Whether the actor may check the result: of what the grid settled itself, no grid worker."""
    if not case.self_handled or actor.kind is not ActorKind.STAFF:
        return True
    return actor.may("case.check_grid", area=case.area)


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
    """核查通过: a grid worker of the place (never the handler) or the reporter finds the matter settled.

    The part of a joint case is settled with that: it has no reporter of its own to answer.
    """
    moved = _check(Action.VERIFY, case_no, actor, at, note, media_ids, operation_id)
    if moved.part_of and not moved.repeated:
        end(Command(case_no, Action.FEEDBACK, SYSTEM, at, detail={"reason": "PART_DONE"}))
    return moved  # not what the system does next: whoever asks again gets the same answer


def settle_in_grid(*, case_no: str, note: str, at: datetime) -> None:
    """What the grid settled itself and wasn't drawn for a check is taken as done.

    A worker's own report is answered with it too: a small matter needs nobody at the desk (小事不出格).
    """
    move(Command(case_no, Action.VERIFY, SYSTEM, at, detail={"reason": "NOT_SAMPLED"}))
    if Case.objects.filter(case_no=case_no, channel=Channel.WORKER.value, contact__isnull=True).exists():
        end(Command(case_no, Action.FEEDBACK, SYSTEM, at, note=note, detail={"reason": "SETTLED_IN_GRID"}))


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
    return end(Command(case_no, Action.FEEDBACK, actor, at, operation_id, note))


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
    moved = move(Command(case_no, action, actor, at, operation_id, note, detail), guard=_check_guard(action, actor))
    if not moved.repeated:
        media.claim(media_ids, case_no=case_no, use=MediaUse.VERIFICATION)
    return moved
