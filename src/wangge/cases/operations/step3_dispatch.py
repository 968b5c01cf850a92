"""分流: county and township send a case to the unit that will handle it; the unit signs for it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from wangge.cases.models import Case
from wangge.cases.operations.moving import Command, move
from wangge.cases.rules.command import require_command
from wangge.cases.types import Action, Moved, Status
from wangge.foundation.access import Actor
from wangge.foundation.db import transaction
from wangge.foundation.errors import Conflict
from wangge.workforce import queries as workforce
from wangge.workforce.types import UnitRef


class AlreadyThere(Conflict):
    """The case is with that unit already."""

    code = "cases.already_with_unit"


class NobodySigns(Conflict):
    """Nobody in that unit could sign for the case now: it would lie there."""

    code = "cases.nobody_signs"


@transaction
def dispatch(
    *, case_no: str, unit: str, actor: Actor, at: datetime, note: str = "", operation_id: UUID | None = None
) -> Moved:
    """分流/派单: send to a unit. Only county and township command, each within its reach.

    OutOfReach (403) for another's unit, NobodySigns (409) for one in which nobody could sign now.
    """
    target = workforce.unit(unit, at=at) if unit else None

    def guard(case: Case, status: Status) -> None:
        if target:
            _require_reach(actor, "case.dispatch", case, target)
            _require_signer(target)

    return move(Command(case_no, Action.DISPATCH, actor, at, operation_id, note, {"unit": unit}), guard=guard)


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
            _require_reach(actor, "case.dispatch", case, target)
            if status.unit:  # what the county sent to its department, no township takes away
                _require_reach(actor, "case.dispatch", case, workforce.unit_of_any_time(status.unit))
        _require_signer(target)

    return move(Command(case_no, Action.TRANSFER, actor, at, operation_id, note, {"unit": unit}), guard=guard)


def _within_own_unit(actor: Actor, case: Case, target: UnitRef) -> bool:
    """A sub-unit's code begins with its unit's code and a dash (320115-URB → 320115-URB-2)."""
    return case.unit in actor.units("case.transfer") and target.code.startswith(f"{case.unit}-")


def _require_reach(actor: Actor, permission: str, case: Case, target: UnitRef) -> None:
    areas = tuple(area for area in actor.areas(permission) if case.area.startswith(area))
    require_command(areas, target.code, target.level, target.area)


def _require_signer(target: UnitRef) -> None:
    if not target.signs:
        raise NobodySigns(field="unit", unit=target.code)
