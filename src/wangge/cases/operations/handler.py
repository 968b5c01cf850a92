"""Who handles a case: the grid worker who took it on, or the unit that has it."""

from __future__ import annotations

from datetime import datetime

from wangge.cases.models import Case
from wangge.cases.operations.moving import Guard
from wangge.cases.types import Status
from wangge.foundation.access import Actor
from wangge.foundation.errors import NotAllowed
from wangge.workforce import queries as workforce


class NotTheHandler(NotAllowed):
    """The case is being handled by somebody else."""

    code = "cases.not_the_handler"


def is_handler(case: Case, actor: Actor, at: datetime) -> bool:
    """In the grid whoever took it on, or stands in for them; in a unit whoever signs there."""
    if not case.self_handled:
        return case.unit in actor.units("case.sign")
    if case.handler_id == actor.user_id:
        return True
    return actor.may("case.self_handle", area=case.area) and not workforce.works_there(
        user_id=case.handler_id or 0, permission="case.self_handle", area=case.area, at=at
    )


def handler_only(actor: Actor, at: datetime) -> Guard:
    """NotTheHandler (403) for everybody else."""

    def guard(case: Case, status: Status) -> None:
        if not is_handler(case, actor, at):
            raise NotTheHandler()

    return guard
