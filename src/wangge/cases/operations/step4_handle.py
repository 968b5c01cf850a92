"""处置: settled in the grid by the worker, or by the unit that signed; the result carries evidence."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings

from wangge.cases.models import Case
from wangge.cases.operations import media
from wangge.cases.operations.handler import NotTheHandler, is_handler
from wangge.cases.operations.moving import Command, move
from wangge.cases.operations.step7_feedback import settle_in_grid
from wangge.cases.types import Action, HandlingLevel, MediaUse, Moved, Status, Weight
from wangge.catalogue import queries as catalogue
from wangge.catalogue.types import ResolveLevel
from wangge.foundation.access import Actor
from wangge.foundation.db import transaction
from wangge.foundation.errors import Conflict


class PassedUpAlready(Conflict):
    """The matter has outgrown the grid: it was passed up."""

    code = "cases.passed_up_already"


class NotAGridMatter(Conflict):
    """The task is not one that the grid settles itself."""

    code = "cases.not_a_grid_matter"


#: A matter of more weight is not settled in the grid alone.
_GRID_WEIGHTS = frozenset({Weight.SIMPLE, Weight.GENERAL})


@transaction
def self_handle(*, case_no: str, actor: Actor, at: datetime, note: str = "", operation_id: UUID | None = None) -> Moved:
    """自行处置: a grid worker of the place takes on a matter of grid level and small weight (小事不出格).

    NotAdmitted (409) for a task that has left the list: what isn't on it can't be asked of grid workers.
    """

    def guard(case: Case, status: Status) -> None:
        if status.passed_up:
            raise PassedUpAlready()
        catalogue.require_admitted(case.task_code, at=at)
        if not is_grid_matter(case, at):
            raise NotAGridMatter(field="task_code", task=case.task_code)

    detail = {"level": HandlingLevel.GRID.value}
    return move(Command(case_no, Action.SELF_HANDLE, actor, at, operation_id, note, detail), guard=guard)


def is_grid_matter(case: Case, at: datetime) -> bool:
    """Whether the grid settles such a matter: its task is admitted and of grid level, its weight small."""
    if not catalogue.is_admitted(case.task_code, at=at) or case.weight not in _GRID_WEIGHTS:
        return False
    return catalogue.task(case.task_code, at=at).level is ResolveLevel.GRID


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

    In the grid the one who took it on submits it; whoever works there too while they are away or gone. Of what
    the grid settles itself a share is drawn for a check by another role; the rest is taken as it was said.
    """
    detail: dict[str, object] = {"before": [str(one) for one in before], "after": [str(one) for one in after]}

    def guard(case: Case, status: Status) -> None:
        if not is_handler(case, actor, at):
            raise NotTheHandler()
        if case.self_handled:
            share = catalogue.clock_profile(case.area, at=at).sampled_share
            # with parts of others open it isn't the grid's alone, and isn't settled before they have ended
            detail["is_sampled"] = bool(status.open_subs) or is_drawn(case.case_no, status.steps, share)

    moved = move(Command(case_no, Action.SUBMIT_RESULT, actor, at, operation_id, note, detail), guard=guard)
    if not moved.repeated:
        media.claim(before, case_no=case_no, use=MediaUse.BEFORE)
        media.claim(after, case_no=case_no, use=MediaUse.AFTER)
        if detail.get("is_sampled") is False:
            settle_in_grid(case_no=case_no, note=note, at=at)
    return moved  # not what the system does next: whoever asks again gets the same answer


def is_drawn(case_no: str, steps: int, share: float) -> bool:
    """Whether a result is drawn for a check: nobody can know beforehand, and asking again gives the same."""
    drawn = hmac.digest(settings.SECRET_KEY.encode(), f"sample:{case_no}:{steps}".encode(), hashlib.sha256)
    return int.from_bytes(drawn[:4]) < share * 2**32
