"""处置: settled in the grid by the worker, or by the unit that signed; the result carries evidence."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from wangge.cases.models import Case
from wangge.cases.operations import media
from wangge.cases.operations.moving import Command, move
from wangge.cases.rules.in_grid import NotAGridMatter
from wangge.cases.types import Action, MediaUse, Moved, Status
from wangge.catalogue import queries as catalogue
from wangge.catalogue.types import ResolveLevel
from wangge.foundation.access import Actor
from wangge.foundation.db import transaction
from wangge.foundation.errors import NotAllowed
from wangge.workforce import queries as workforce


class NotTheHandler(NotAllowed):
    """The case is being handled by somebody else."""

    code = "cases.not_the_handler"


@transaction
def self_handle(*, case_no: str, actor: Actor, at: datetime, note: str = "", operation_id: UUID | None = None) -> Moved:
    """自行处置: a grid worker of the place takes on a matter of grid level (小事不出格)."""

    def guard(case: Case, status: Status) -> None:
        if catalogue.task(case.task_code, at=at).level is not ResolveLevel.GRID:
            raise NotAGridMatter(field="task_code", task=case.task_code)

    return move(Command(case_no, Action.SELF_HANDLE, actor, at, operation_id, note), guard=guard)


@transaction
def submit_result(
    *,
    case_no: str,
    note: str,
    actor: Actor,
    at: datetime,
    before: Sequence[UUID] = (),
    after: Sequence[UUID] = (),
    operation_id: UUID | None = None,
) -> Moved:
    """处置完毕: what was done, with photos before and after; somebody else will verify it.

    In the grid the one who took it on submits it; whoever works there too while they are away or gone.
    """

    def guard(case: Case, status: Status) -> None:
        if not may_submit(case, actor, at):
            raise NotTheHandler()

    detail = {"before": [str(one) for one in before], "after": [str(one) for one in after]}
    moved = move(Command(case_no, Action.SUBMIT_RESULT, actor, at, operation_id, note, detail), guard=guard)
    if not moved.repeated:
        media.claim(before, case_no=case_no, use=MediaUse.BEFORE)
        media.claim(after, case_no=case_no, use=MediaUse.AFTER)
    return moved


def may_submit(case: Case, actor: Actor, at: datetime) -> bool:
    """In the grid whoever took it on, or stands in for them; in a unit whoever signs there."""
    if not case.self_handled:
        return case.unit in actor.units("case.sign")
    if case.handler_id == actor.user_id:
        return True
    return actor.may("case.self_handle", area=case.area) and not workforce.works_there(
        user_id=case.handler_id or 0, permission="case.self_handle", area=case.area, at=at
    )
