"""联合处置: the lead unit or the desk gives parts of a matter to other units, each a sub-case with its own clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.db import connection

from wangge.cases.models import Case
from wangge.cases.operations.handler import NotTheHandler, is_handler
from wangge.cases.operations.moving import Command, append, move
from wangge.cases.operations.sending import (
    AlreadyThere,
    require_admitted_below,
    require_not_from_above,
    require_reach,
    require_signer,
)
from wangge.cases.rules.command import OutOfReach, level_of, may_assist
from wangge.cases.rules.history import START
from wangge.cases.rules.workflow import transition_for
from wangge.cases.types import Action, HandlingLevel, Moved, State, Status
from wangge.catalogue import queries as catalogue
from wangge.foundation.access import SYSTEM, Actor
from wangge.foundation.db import transaction
from wangge.foundation.errors import Conflict, Invalid
from wangge.foundation.ids import random_query_code
from wangge.foundation.worktime import LOCAL, Clock
from wangge.workforce import queries as workforce
from wangge.workforce.types import UnitRef

MOST_UNITS = 8
SHORTEST_LIMIT_H, LONGEST_LIMIT_H = 0.5, 24 * 60


class TooManyUnits(Invalid):
    """More units than one matter can be shared among."""

    code = "cases.too_many_units"


class PartRunsAlready(Conflict):
    """The unit has an open part of this case already."""

    code = "cases.part_runs_already"


@transaction
def start_joint_handling(
    *,
    case_no: str,
    units: Sequence[str],
    note: str,
    actor: Actor,
    at: datetime,
    limit_h: float | None = None,
    operation_id: UUID | None = None,
) -> Moved:
    """Give each of `units` a part: a sub-case under the same task, told what to do by `note`.

    `limit_h` hours of the task's clock for each, half an hour at least; the task's own limit without it. The main
    case is found settled only when every part has ended. By its handler among units not above its own, or by a
    desk within its command: NotTheHandler, OutOfReach (403); NobodySigns, AlreadyThere, PartRunsAlready (409);
    unknown unit, too many (422).
    """
    targets = [workforce.unit(code, at=at, field="units") for code in dict.fromkeys(units)]
    if len(targets) > MOST_UNITS:
        raise TooManyUnits(field="units", most=MOST_UNITS)
    if limit_h is not None and not SHORTEST_LIMIT_H <= limit_h <= LONGEST_LIMIT_H:
        raise Invalid("cases.bad_limit", field="limit_h", shortest=SHORTEST_LIMIT_H, longest=LONGEST_LIMIT_H)
    parts: list[dict[str, object]] = []

    def guard(case: Case, status: Status) -> None:
        _require_lead(case, actor, at)
        for target in targets:
            _require_fit(case, status, target, actor, at)
        parts.extend(_open_part(case, status, target, note, limit_h, at) for target in targets)

    detail: dict[str, object] = {"units": [target.code for target in targets], "sub_cases": parts}
    return move(Command(case_no, Action.START_JOINT_HANDLING, actor, at, operation_id, note, detail), guard=guard)


def _require_lead(case: Case, actor: Actor, at: datetime) -> None:
    if is_handler(case, actor, at):
        return
    if not actor.may("case.dispatch", area=case.area):
        raise NotTheHandler()
    require_not_from_above(actor, "case.dispatch", case)


def _require_fit(case: Case, status: Status, target: UnitRef, actor: Actor, at: datetime) -> None:
    if target.code == status.unit:
        raise AlreadyThere(field="units", unit=target.code)
    if Case.objects.filter(case_no__in=status.open_subs, unit=target.code).exists():
        raise PartRunsAlready(field="units", unit=target.code)
    require_signer(target)
    require_admitted_below(case, target, at)
    if actor.may("case.dispatch", area=case.area):
        require_reach(actor, "case.dispatch", case, target)
    elif not may_assist(status.level or HandlingLevel.GRID, target, case.county_code):
        raise OutOfReach(field="units", unit=target.code)


def _open_part(
    case: Case, status: Status, target: UnitRef, note: str, limit_h: float | None, at: datetime
) -> dict[str, object]:
    """The sub-case of one unit, sent out: no reporter, no place among its neighbours, its own number and clock."""
    sub = Case(
        case_no=_next_number(case.county_code, at),
        query_code=random_query_code(),
        client_id=uuid4(),
        channel=case.channel,
        text=note.strip(),
        address=case.address,
        area=case.area,
        edition_id=case.edition_id,
        point=Case.objects.values_list("point", flat=True).get(pk=case.pk),
        place_source=case.place_source,
        place_crs=case.place_crs,
        reported_at=at,
        parent_id=case.pk,
        state=State.DRAFT.value,
        version=0,
        since=at,
    )
    sub.save(force_insert=True)
    sub.refresh_from_db(fields=["county_code", "township_code", "community_code"])
    command = Command(sub.case_no, Action.ASSIST, SYSTEM, at, detail=_part(case, status, target, limit_h, at))
    append(sub, START, [], transition_for(Action.ASSIST, State.DRAFT), command)
    return {"case_no": sub.case_no, "unit": target.code}


def _part(case: Case, status: Status, target: UnitRef, limit_h: float | None, at: datetime) -> dict[str, object]:
    """What a part begins with. The centre's rules of that moment count it, as they count a case from acceptance."""
    limit = status.limit
    detail: dict[str, Any] = {
        "unit": target.code,
        "level": level_of(target).value,
        "main": case.case_no,
        "task_code": status.task_code,
        "weight": status.weight.value,
        "limit_min": limit_h * 60 if limit_h else limit.minutes if limit else None,
        "clock": (limit.clock if limit else Clock.WORKING).value,
        "is_urgent": bool(limit and limit.urgent),
        "rules": catalogue.clock_profile(case.area, at=at).version or None,
    }
    return {key: value for key, value in detail.items() if value is not None}


def _next_number(county: str, at: datetime) -> str:
    """The same series of numbers as reports have."""
    with connection.cursor() as db:
        db.execute("SELECT nextval('cases_case_serial')")
        return f"{at.astimezone(LOCAL):%Y%m%d}{county}{db.fetchone()[0]:06d}"
