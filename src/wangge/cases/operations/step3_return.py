"""退单: a unit says a case isn't its own. The shift leader decides; the handling clock runs on meanwhile."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from wangge.cases.models import Case
from wangge.cases.operations.decisions import not_ones_own_request
from wangge.cases.operations.moving import Command, move
from wangge.cases.operations.sending import AlreadyThere, require_admitted_below, require_reach, require_signer
from wangge.cases.rules.command import level_of
from wangge.cases.types import Action, Moved, Status
from wangge.foundation.access import Actor
from wangge.foundation.db import transaction
from wangge.foundation.errors import Conflict
from wangge.workforce import queries as workforce


class ReturnRefusedAlready(Conflict):
    """The unit asked to return this case before, and it was decided that it stays."""

    code = "cases.return_refused_already"


@transaction
def request_return(*, case_no: str, note: str, actor: Actor, at: datetime, operation_id: UUID | None = None) -> Moved:
    """退单申请: the unit that has it says why it isn't its matter. Once for each time it was sent there."""

    def guard(case: Case, status: Status) -> None:
        if status.return_refused:
            raise ReturnRefusedAlready()

    return move(Command(case_no, Action.REQUEST_RETURN, actor, at, operation_id, note), guard=guard)


@transaction
def uphold_return(
    *, case_no: str, unit: str, note: str, actor: Actor, at: datetime, operation_id: UUID | None = None
) -> Moved:
    """退单成立: it was sent to the wrong unit, and the right one is named: no return is upheld without one.

    AlreadyThere (409) for the unit that asks; reach and signers as in `dispatch`. Counts against the dispatch.
    """
    target = workforce.unit(unit, at=at) if unit else None
    detail: dict[str, object] = {"unit": unit, "level": level_of(target).value if target else ""}

    def guard(case: Case, status: Status) -> None:
        not_ones_own_request(status.return_asked_by, actor)
        if target is None:
            return
        if target.code == status.unit:
            raise AlreadyThere(field="unit", unit=target.code)
        require_reach(actor, "case.dispatch", case, target)
        require_signer(target)
        require_admitted_below(case, target, at)
        detail["returned_by"] = status.unit

    return move(Command(case_no, Action.UPHOLD_RETURN, actor, at, operation_id, note, detail), guard=guard)


@transaction
def refuse_return(*, case_no: str, note: str, actor: Actor, at: datetime, operation_id: UUID | None = None) -> Moved:
    """退单不成立: it is the unit's matter; it goes on there, and the refused return is counted."""

    def guard(case: Case, status: Status) -> None:
        not_ones_own_request(status.return_asked_by, actor)

    return move(Command(case_no, Action.REFUSE_RETURN, actor, at, operation_id, note), guard=guard)
