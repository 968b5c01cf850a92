"""分流: county and township send a case to the unit that will handle it; the unit signs for it, or it climbs."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from wangge.cases.models import Case
from wangge.cases.operations.handler import NotTheHandler, is_handler
from wangge.cases.operations.moving import Command, move
from wangge.cases.operations.sending import (
    AlreadyThere,
    require_admitted_below,
    require_not_from_above,
    require_reach,
    require_signer,
)
from wangge.cases.rules.command import level_above, level_of, may_decide
from wangge.cases.types import Action, EscalationReason, HandlingLevel, Moved, Status
from wangge.foundation.access import Actor
from wangge.foundation.db import transaction
from wangge.foundation.errors import Conflict, Invalid
from wangge.workforce import queries as workforce
from wangge.workforce.types import UnitRef


class AlreadyAtTop(Conflict):
    """No level stands above the one that has the case."""

    code = "cases.already_at_top"


class NotAbove(Invalid):
    """A case climbs to a higher level than the one that has it."""

    code = "cases.level_not_above"


class PassedUp(Conflict):
    """The case was passed up to a higher level, whose centre dispatches it."""

    code = "cases.passed_up"


@transaction
def dispatch(
    *, case_no: str, unit: str, actor: Actor, at: datetime, note: str = "", operation_id: UUID | None = None
) -> Moved:
    """分流/派单: send to a unit. Only county and township command, each within its reach.

    OutOfReach (403) for another's unit, NobodySigns (409) for one in which nobody could sign now, PassedUp (409)
    for a township once the case was passed up to the county.
    """
    target = workforce.unit(unit, at=at) if unit else None

    def guard(case: Case, status: Status) -> None:
        require_deciding_level(case, status, actor)
        if target:
            require_reach(actor, "case.dispatch", case, target)
            require_signer(target)
            require_admitted_below(case, target, at)

    return move(Command(case_no, Action.DISPATCH, actor, at, operation_id, note, _to(unit, target)), guard=guard)


def require_deciding_level(case: Case, status: Status, actor: Actor) -> None:
    """PassedUp (409) unless the actor's centre stands high enough for a case that climbed."""
    areas = [area for area in actor.areas("case.dispatch") if case.area.startswith(area)]
    if status.passed_up and status.level and not any(may_decide(area, status.level) for area in areas):
        raise PassedUp(level=status.level.value)


@transaction
def sign(*, case_no: str, actor: Actor, at: datetime, note: str = "", operation_id: UUID | None = None) -> Moved:
    """签收: the unit takes the case on; whoever signs is its handler."""
    return move(Command(case_no, Action.SIGN, actor, at, operation_id, note))


@transaction
def transfer(
    *, case_no: str, unit: str, note: str, actor: Actor, at: datetime, operation_id: UUID | None = None
) -> Moved:
    """转派: on to another unit — by the desk that commands both, or by the unit to one of its own kind below it."""
    target = workforce.unit(unit, at=at) if unit else None

    def guard(case: Case, status: Status) -> None:
        if target is None:
            return
        if target.code == status.unit:
            raise AlreadyThere(field="unit", unit=target.code)
        if not _within_own_unit(actor, case, target):
            require_reach(actor, "case.dispatch", case, target)
            require_not_from_above(actor, "case.dispatch", case)
        require_signer(target)
        require_admitted_below(case, target, at)

    return move(Command(case_no, Action.TRANSFER, actor, at, operation_id, note, _to(unit, target)), guard=guard)


@transaction
def escalate(
    *,
    case_no: str,
    reason: str,
    note: str,
    actor: Actor,
    at: datetime,
    level: str = "",
    operation_id: UUID | None = None,
) -> Moved:
    """上报: the matter outgrows its level and climbs — grid, community, township, county, enforcement.

    By its handler, or by the desk of the place. It waits to be dispatched again by a centre that stands high
    enough, for only county and township command. What is with a unit of the county no township's desk passes up
    (OutOfReach, 403). `level` skips rungs; without it the next one is meant.
    Raises AlreadyAtTop (409), NotAbove (422), unknown reason or level (422).
    """
    if reason and reason not in set(EscalationReason):
        allowed = [one.value for one in EscalationReason]
        raise Invalid("cases.unknown_reason", field="reason", value=reason, allowed=allowed)
    if level and level not in set(HandlingLevel):
        allowed = [one.value for one in HandlingLevel]
        raise Invalid("cases.unknown_level", field="level", value=level, allowed=allowed)
    detail: dict[str, object] = {"reason": reason}

    def guard(case: Case, status: Status) -> None:
        if not is_handler(case, actor, at):
            if not actor.may("case.escalate", area=case.area):
                raise NotTheHandler()
            require_not_from_above(actor, "case.escalate", case)
        detail.update(_rungs(status, level))

    return move(Command(case_no, Action.ESCALATE, actor, at, operation_id, note, detail), guard=guard)


def _rungs(status: Status, level: str) -> dict[str, object]:
    here = status.level or HandlingLevel.GRID
    above = level_above(here)
    if above is None:
        raise AlreadyAtTop(level=here.value)
    there = HandlingLevel(level) if level else above
    rungs = list(HandlingLevel)
    if rungs.index(there) <= rungs.index(here):
        raise NotAbove(field="level", level=there.value, here=here.value)
    return {"level": there.value, "from_level": here.value}


def _to(unit: str, target: UnitRef | None) -> dict[str, object]:
    return {"unit": unit, "level": level_of(target).value if target else ""}


def _within_own_unit(actor: Actor, case: Case, target: UnitRef) -> bool:
    """A sub-unit's code begins with its unit's code and a dash (320115-URB → 320115-URB-2)."""
    return case.unit in actor.units("case.transfer") and target.code.startswith(f"{case.unit}-")
