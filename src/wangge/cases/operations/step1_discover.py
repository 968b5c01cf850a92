"""发现: a report comes in; its reporter may add to it or take it back."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.transaction import atomic

from wangge.cases.models import Case, CaseContact
from wangge.cases.operations import media
from wangge.cases.operations.endings import end
from wangge.cases.operations.moving import Command, move, project
from wangge.cases.operations.recording import receipt_of, record
from wangge.cases.queries import near_candidates, place_cell
from wangge.cases.rules.duplicates import Candidate, likely_duplicates
from wangge.cases.rules.history import START, follow
from wangge.cases.types import (
    Action,
    Channel,
    Contact,
    Likeness,
    MediaUse,
    Moved,
    Place,
    Receipt,
    State,
    Status,
    Step,
)
from wangge.catalogue import queries as catalogue
from wangge.foundation import jobs
from wangge.foundation.access import Actor, ActorKind, require
from wangge.foundation.db import transaction
from wangge.foundation.errors import Conflict, Invalid, Problem
from wangge.foundation.ids import random_query_code
from wangge.foundation.secrets import seal
from wangge.grids import queries as grids
from wangge.grids.types import GridRef

TEXT_LONGEST = 4000
#: How long a contact is kept after the report, unless the case closes later (docs/decisions/0007).
CONTACT_KEPT = timedelta(days=365)


class NothingSaid(Invalid):
    """A report needs words, a photo or a recording."""

    code = "cases.nothing_said"


class NoPlace(Invalid):
    """A report needs a point or an address."""

    code = "cases.no_place"


class WorkHasBegun(Conflict):
    """Somebody has worked on the case: it isn't taken back any more."""

    code = "cases.work_has_begun"


class ObjectedAlready(Conflict):
    """A refusal may be objected to once."""

    code = "cases.objected_already"


class OutsideGrids(Invalid):
    """The point lies in no grid; params carry the nearest community and the distance in metres."""

    code = "cases.outside_grids"


@dataclass(frozen=True, slots=True)
class Report:
    """What a reporter sends. `client_id` makes repeats harmless."""

    client_id: UUID
    channel: Channel
    place: Place
    text: str = ""
    task_code: str = ""
    contact: Contact | None = None
    media: Sequence[UUID] = ()


@dataclass(frozen=True, slots=True)
class _Where:
    area: str
    edition_id: int | None
    grid: str | None


def report(*, report: Report, actor: Actor, at: datetime) -> Receipt:
    """Take a report: locate it, record it, look for earlier ones close by, and answer with a query code.

    Anybody may report; a signed-in clerk or worker needs ``case.report`` for the place. Raises Invalid (422)
    naming the field: nothing said, no place, a point outside every grid, unknown task or media. The same
    `client_id` again returns the first answer.
    """
    try:
        where = _checked(report, actor, at)
    except Problem:
        if earlier := receipt_of(report.client_id):  # what was taken once stays taken
            return earlier
        raise
    rules = catalogue.clock_profile(where.area, at=at).version
    detail: dict[str, object] = {"rules": rules} if rules else {}
    step = Step(Action.SUBMIT, at, State.REPORTED, State.DRAFT, actor.user_id, detail, operation_id=report.client_id)
    case = _new_case(report, where, actor, step)
    alike = _likely_duplicates(case, report.place)
    with _one_transaction(report):
        while not record(case, report.place, step, actor, alike):
            if earlier := receipt_of(report.client_id):
                return earlier
            case.query_code = random_query_code()  # taken already: once in a hundred thousand reports
        media.claim(report.media, case_no=case.case_no, use=MediaUse.REPORT)
        if report.contact:
            _keep_contact(case, report.contact, at)
    return Receipt(case.case_no, case.query_code, where.grid, State(case.state), created=True)


@transaction
def supplement(
    *,
    case_no: str,
    actor: Actor,
    at: datetime,
    note: str = "",
    media_ids: Sequence[UUID] = (),
    operation_id: UUID | None = None,
) -> Moved:
    """补充: add words, photos or a recording; a report sent back for more returns to the desk."""
    if not note.strip() and not media_ids:
        raise NothingSaid(field="note")
    detail = {"media": [str(one) for one in media_ids]} if media_ids else {}
    command = Command(case_no, Action.SUPPLEMENT, actor, at, operation_id, note, detail)
    moved = move(command)
    if not moved.repeated:
        media.claim(media_ids, case_no=case_no, use=MediaUse.SUPPLEMENT)
        jobs.enqueue("cases.follow_up", queue="cases", case_no=case_no)
    return moved


@transaction
def withdraw(*, case_no: str, actor: Actor, at: datetime, note: str = "", operation_id: UUID | None = None) -> Moved:
    """撤回: the reporter takes the report back, before it is dispatched and before anybody worked on it."""

    def guard(case: Case, status: Status) -> None:
        if status.worked_by or status.passed_up:
            raise WorkHasBegun()

    return end(Command(case_no, Action.WITHDRAW, actor, at, operation_id, note), guard=guard)


@transaction
def object_to_refusal(
    *, case_no: str, note: str, actor: Actor, at: datetime, operation_id: UUID | None = None
) -> Moved:
    """异议: the reporter disagrees with a refusal, once; somebody else looks at the report again."""

    def guard(case: Case, status: Status) -> None:
        if status.objections:
            raise ObjectedAlready()

    return move(Command(case_no, Action.OBJECT, actor, at, operation_id, note), guard=guard)


def _one_transaction(report: Report) -> AbstractContextManager[object]:
    """Words alone are written by one statement, which is a transaction of its own and saves two round trips."""
    return atomic() if report.media or report.contact else nullcontext()


def _checked(report: Report, actor: Actor, at: datetime) -> _Where:
    _require_content(report)
    where = _locate(report.place, at)
    if actor.kind is ActorKind.STAFF:
        require(actor, "case.report", area=where.area)
    if report.task_code:
        catalogue.task(report.task_code, at=at)
    return where


def _require_content(report: Report) -> None:
    if not report.text.strip() and not report.media:
        raise NothingSaid(field="text")
    if len(report.text) > TEXT_LONGEST:
        raise Invalid("cases.text_too_long", field="text", longest=TEXT_LONGEST, given=len(report.text))
    has_point = report.place.lon is not None and report.place.lat is not None
    if not has_point and not report.place.address.strip():
        raise NoPlace(field="place")


def _locate(place: Place, at: datetime) -> _Where:
    if place.lon is None or place.lat is None:
        return _somewhere_in_the_county()
    located = grids.locate(place.lon, place.lat, at=at)
    if located.grid is None:
        nearest = located.nearest[0] if located.nearest else None
        raise OutsideGrids(
            field="place",
            nearest=nearest.community_name if nearest else "",
            nearest_code=nearest.community_code if nearest else "",
            distance_m=round(nearest.distance_m) if nearest else None,
        )
    grid: GridRef = located.grid
    return _Where(grid.code, grid.edition_id, grid.code)


def _somewhere_in_the_county() -> _Where:
    """An address alone is placed by the desk; until then it belongs to the one county we serve."""
    counties = grids.counties_with_grids()
    if len(counties) != 1:
        raise NoPlace(field="place")
    return _Where(counties[0], None, None)


def _new_case(report: Report, where: _Where, actor: Actor, step: Step) -> Case:
    place = report.place
    case = Case(
        query_code=random_query_code(),
        client_id=report.client_id,
        channel=report.channel.value,
        entered_by_id=actor.user_id,
        text=report.text.strip(),
        chosen_task=report.task_code,
        place_source=place.source.value,
        place_crs=place.crs,
        accuracy_m=place.accuracy_m,
        address=place.address.strip(),
        area=where.area,
        edition_id=where.edition_id,
        place_cell=None if place.lon is None or place.lat is None else place_cell(place.lon, place.lat),
        reported_at=step.at,
    )
    project(case, follow(START, step), [step], step.at)
    return case


def _keep_contact(case: Case, contact: Contact, at: datetime) -> None:
    CaseContact.objects.create(
        case=case,
        name=seal(contact.name.strip()),
        phone=seal(contact.phone.strip()),
        kept_until=(at + CONTACT_KEPT).date(),
        sms_agreed_at=at if contact.agrees_to_sms and contact.phone.strip() else None,
        language=contact.language,
    )


def _likely_duplicates(case: Case, place: Place) -> tuple[tuple[Candidate, Likeness], ...]:
    if place.lon is None or place.lat is None or case.place_cell is None:
        return ()
    candidates = near_candidates(case.place_cell)
    return likely_duplicates(place.lon, place.lat, case.reported_at, case.text, candidates)
