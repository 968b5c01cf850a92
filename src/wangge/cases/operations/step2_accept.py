"""受理: the desk accepts a report as a case, asks for more, refuses with a reason, or joins it to another."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib.gis.geos import Point

from wangge.cases.models import Case
from wangge.cases.operations.endings import end
from wangge.cases.operations.moving import Command, NoSuchCase, lock_together, move
from wangge.cases.operations.step1_discover import OutsideGrids
from wangge.cases.queries import place_cell
from wangge.cases.rules.workflow import OPEN
from wangge.cases.types import Action, Moved, Place, RefusalReason, State, Status, VoidReason, Weight
from wangge.catalogue import queries as catalogue
from wangge.catalogue.types import Priority, Task
from wangge.foundation import events, jobs
from wangge.foundation.access import Actor, require
from wangge.foundation.db import transaction
from wangge.foundation.errors import Invalid, NotAllowed
from wangge.grids import queries as grids
from wangge.grids.types import GRID_LENGTH


class NeedsGrid(Invalid):
    """A report that came with an address only is placed by the desk when it is accepted."""

    code = "cases.needs_grid"


class RefusedByYourself(NotAllowed):
    """After an objection a refusal is decided by somebody else."""

    code = "cases.refused_by_yourself"


class CannotMergeInto(Invalid):
    """The main case must be another one of the same county that somebody still works on."""

    code = "cases.cannot_merge_into"


@transaction
def accept(
    *,
    case_no: str,
    task_code: str,
    actor: Actor,
    at: datetime,
    weight: Weight = Weight.GENERAL,
    place: Place | None = None,
    note: str = "",
    operation_id: UUID | None = None,
) -> Moved:
    """受理/立案: the report becomes a case under a task of the list; the handling clock starts.

    `place` puts a report that came with an address only, or with a wrong pin, where it belongs: its grid
    must lie in an area for which the actor accepts.
    """
    detail: dict[str, object] = {"task_code": task_code, "weight": weight.value}
    if task_code:
        detail |= _limit_of(catalogue.task(task_code, at=at))

    def guard(case: Case, status: Status) -> None:
        if place is not None and place.lon is not None and place.lat is not None:
            detail["place"] = _put(case, place, actor, at)
        if len(case.area) < GRID_LENGTH:
            raise NeedsGrid(field="place")
        if rules := catalogue.clock_profile(case.area, at=at).version:
            detail["rules"] = rules

    return move(Command(case_no, Action.ACCEPT, actor, at, operation_id, note, detail), guard=guard)


def _limit_of(task: Task) -> dict[str, object]:
    """The limit goes into the history: a list changed later changes no case that runs."""
    return {"limit_min": task.limit_min, "clock": task.clock.value, "is_urgent": task.priority is Priority.URGENT}


def _put(case: Case, place: Place, actor: Actor, at: datetime) -> dict[str, object]:
    assert place.lon is not None and place.lat is not None
    located = grids.locate(place.lon, place.lat, at=at).grid
    if located is None:
        raise OutsideGrids(field="place")
    require(actor, "case.accept", area=located.code)
    was = case.area
    case.point, case.place_cell = Point(place.lon, place.lat, srid=4326), place_cell(place.lon, place.lat)
    case.area, case.edition_id = located.code, located.edition_id
    case.place_source, case.place_crs = place.source.value, place.crs
    case.save(update_fields=["point", "place_cell", "area", "edition", "place_source", "place_crs"])
    events.record("cases.case.placed_elsewhere", subject=case.case_no, area=was, at=at)
    jobs.enqueue("cases.follow_up", queue="cases", case_no=case.case_no)  # to be found under its new place
    return {"lon": place.lon, "lat": place.lat, "crs": place.crs, "grid": located.code, "was": was}


@transaction
def return_to_reporter(
    *, case_no: str, note: str, actor: Actor, at: datetime, operation_id: UUID | None = None
) -> Moved:
    """退回补充: ask the reporter for what is missing; the clock stands still meanwhile."""
    return move(Command(case_no, Action.RETURN_TO_REPORTER, actor, at, operation_id, note))


@transaction
def refuse(
    *, case_no: str, reason: str, note: str, actor: Actor, at: datetime, operation_id: UUID | None = None
) -> Moved:
    """不予受理: with a reason from the list and words for the reporter, who is told both and may object once.

    After an objection somebody else decides: RefusedByYourself (403) for whoever refused before.
    """
    if reason and reason not in set(RefusalReason):
        raise Invalid("cases.unknown_reason", field="reason", value=reason, allowed=[r.value for r in RefusalReason])

    def guard(case: Case, status: Status) -> None:
        if actor.user_id in status.refused_by:
            raise RefusedByYourself()

    return end(Command(case_no, Action.REFUSE, actor, at, operation_id, note, {"reason": reason}), guard=guard)


@transaction
def merge(
    *, case_no: str, into: str, actor: Actor, at: datetime, note: str = "", operation_id: UUID | None = None
) -> Moved:
    """并案: the report follows a main case from now on; its reporter reads that one's progress and answer.

    The main case must be open, and one the actor could accept: NoSuchCase (404) or CannotMergeInto (422).
    """
    lock_together(case_no, into)

    def guard(case: Case, status: Status) -> None:
        main = Case.objects.filter(case_no=into).first()
        if main is None or not actor.may("case.accept", area=main.area):
            raise NoSuchCase(field="into", value=into)
        is_another = main.pk != case.pk and main.parent_id is None and main.county_code == case.county_code
        if not is_another or State(main.state) not in OPEN:
            raise CannotMergeInto(field="into", value=into, state=main.state)

    return end(Command(case_no, Action.MERGE, actor, at, operation_id, note, {"into": into}), guard=guard)


@transaction
def void(
    *, case_no: str, reason: str, note: str, actor: Actor, at: datetime, operation_id: UUID | None = None
) -> Moved:
    """作废: by the shift leader, what should never have become a case: a test, an entry made twice or by mistake."""
    if reason and reason not in set(VoidReason):
        raise Invalid("cases.unknown_reason", field="reason", value=reason, allowed=[r.value for r in VoidReason])
    return end(Command(case_no, Action.VOID, actor, at, operation_id, note, {"reason": reason}))


@transaction
def unmerge(*, case_no: str, note: str, actor: Actor, at: datetime, operation_id: UUID | None = None) -> Moved:
    """撤销并案: the report is one of its own again and waits to be accepted."""
    return move(Command(case_no, Action.UNMERGE, actor, at, operation_id, note))
