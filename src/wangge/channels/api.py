"""The public door for programs and pages: reports and the media that come with them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import File, Router, Schema, UploadedFile
from pydantic import ConfigDict, Field

from wangge.cases import operations as op
from wangge.cases.api import moved_body
from wangge.cases.operations import Report
from wangge.cases.operations.media import keep_audio, keep_photo
from wangge.cases.queries import case_by_query_code
from wangge.cases.schemas import MediaOut, MovedOut
from wangge.cases.types import Action, Channel, Contact, Place, PlaceSource, Rating, State
from wangge.channels.address import client_ip
from wangge.channels.limits import Door
from wangge.channels.progress import progress
from wangge.foundation import clock, files
from wangge.foundation.access import REPORTER, ActorKind
from wangge.foundation.errors import Invalid, NotFound
from wangge.foundation.geo import to_wgs84_checked
from wangge.foundation.schemas import CleanText, json_response

reports = Router(tags=["reports"])
media = Router(tags=["media"])

report_door = Door(settings.PUBLIC_REPORTS_BURST, settings.PUBLIC_REPORTS_PER_MIN)
media_door = Door(settings.PUBLIC_REPORTS_BURST, settings.PUBLIC_MEDIA_PER_MIN)
#: Wrong query codes cost more than right ones: nobody finds a report by trying.
lookup_door = Door(settings.PUBLIC_LOOKUPS_PER_MIN, settings.PUBLIC_LOOKUPS_PER_MIN)


class ContactIn(Schema):
    """How to reach you, if you like. Kept encrypted, shown masked, removed when its time is over."""

    name: CleanText = Field("", max_length=40)
    phone: CleanText = Field("", max_length=20, pattern=r"^[0-9+() -]*$")


class ReportIn(Schema):
    """A report: words, photos or a recording, and a place. Everything else may be left out."""

    model_config = ConfigDict(extra="forbid")

    client_id: UUID = Field(
        default_factory=uuid4, description="Made by the client: sending it again returns the first answer."
    )
    text: CleanText = Field("", max_length=4000)
    lon: float | None = None
    lat: float | None = None
    crs: CleanText = Field("EPSG:4326", max_length=20)
    accuracy_m: float | None = Field(None, ge=0, le=100_000)
    place_source: PlaceSource | None = None
    address: CleanText = Field("", max_length=200)
    task_code: CleanText = Field("", max_length=6, pattern=r"^(\d{6})?$")
    contact: ContactIn | None = None
    media: list[UUID] = Field(default_factory=list, max_length=20)


class ReceiptOut(Schema):
    """The answer to a report. Keep the query code: with it you follow the report, and nobody else can."""

    case_no: str
    query_code: str
    grid_code: str | None
    state: State


class ProgressStepOut(Schema):
    """One step so far, in words."""

    action: Action
    state: State
    at: datetime
    words: str
    note: str


class ProgressOut(Schema):
    """Where a report stands."""

    case_no: str
    state: State
    stage: str
    now: str
    text: str
    address: str
    grid_code: str | None
    place_name: str
    task_name: str
    reported_at: datetime
    due_at: datetime | None
    answer: str
    reason: str
    rating: str
    reopen_no: int
    steps: list[ProgressStepOut]
    media: list[MediaOut]
    actions: list[Action]


class ReporterActionIn(Schema):
    """What a reporter says with an action."""

    model_config = ConfigDict(extra="forbid")

    operation_id: UUID | None = None
    note: CleanText = Field("", max_length=4000)
    rating: Rating | None = None
    media: list[UUID] = Field(default_factory=list, max_length=20)


class UploadOut(Schema):
    """An upload, waiting to be named by a report. `place` is where the photo says it was taken."""

    id: UUID
    kind: str
    width: int | None
    height: int | None
    duration_s: float | None
    place: dict[str, float] | None


@reports.post("", response={201: ReceiptOut, 200: ReceiptOut}, summary="Report a problem")
def report(request: HttpRequest, body: ReportIn) -> HttpResponse:
    """Anybody may report. 201 with a new case, 200 with the first answer when `client_id` was seen before."""
    actor = request.actor  # type: ignore[attr-defined]
    if actor.user_id is None:
        report_door.knock(client_ip(request))
    receipt = op.report(
        report=Report(
            client_id=body.client_id,
            channel=Channel.API,
            place=place_of(body.lon, body.lat, body.crs, body.place_source, body.accuracy_m, body.address),
            text=body.text,
            task_code=body.task_code,
            contact=Contact(body.contact.name, body.contact.phone) if body.contact else Contact(),
            media=body.media,
        ),
        actor=actor,
        at=clock.now(),
    )
    answer = {
        "case_no": receipt.case_no,
        "query_code": receipt.query_code,
        "grid_code": receipt.grid_code,
        "state": receipt.state,
    }
    return json_response(answer, status=201 if receipt.created else 200)


@reports.get("/{query_code}", response=ProgressOut, summary="Follow a report")
def follow(request: HttpRequest, query_code: str) -> HttpResponse:
    """Progress in plain words, every reason, and the actions open to the reporter now."""
    return json_response(progress(_case(request, query_code), clock.now()))


@reports.post("/{query_code}/{action}", response=MovedOut, summary="Supplement, withdraw, rate, re-open, confirm")
def act(request: HttpRequest, query_code: str, action: str, body: ReporterActionIn) -> dict[str, Any]:
    """What a reporter may do with the query code: supplement, withdraw, verify (confirm), rate, reopen."""
    case_no = _case(request, query_code).case_no
    said: dict[str, Any] = {"note": body.note, "actor": REPORTER, "at": clock.now(), "operation_id": body.operation_id}
    match action.lower().replace("-", "_"):
        case "supplement":
            return moved_body(op.supplement(case_no=case_no, media_ids=body.media, **said))
        case "withdraw":
            return moved_body(op.withdraw(case_no=case_no, **said))
        case "verify" | "confirm":
            return moved_body(op.verify(case_no=case_no, **said))
        case "rate":
            return moved_body(op.rate(case_no=case_no, rating=body.rating or "", **said))
        case "reopen" | "re_open":
            return moved_body(op.reopen(case_no=case_no, **said))
        case _:
            raise NotFound("request.unknown_action", field="action", value=action[:40])


@media.post("", response={201: UploadOut}, summary="Upload a photo or a recording")
def upload(request: HttpRequest, file: File[UploadedFile]) -> tuple[int, dict[str, Any]]:
    """Decoded and written anew; metadata is removed, a photo's own place is offered back first."""
    actor, at = request.actor, clock.now()  # type: ignore[attr-defined]
    if actor.kind is ActorKind.ANONYMOUS:
        media_door.knock(client_ip(request))
    size = file.size or 0
    if not size:
        raise Invalid("files.not_media", field="file")
    head = file.read(64)
    file.seek(0)
    if files.looks_like_audio(head, file.name or ""):
        row = keep_audio(file, size=size, actor=actor, at=at)
        return 201, _upload_body(row, None)
    row, photo = keep_photo(file, size=size, actor=actor, at=at)
    place = {"lon": photo.lon, "lat": photo.lat} if photo.lon is not None and photo.lat is not None else None
    return 201, _upload_body(row, place)


def place_of(
    lon: float | None,
    lat: float | None,
    crs: str,
    source: PlaceSource | None,
    accuracy_m: float | None,
    address: str,
) -> Place:
    """A place as a door hears it: checked and in WGS84. Half a pair of coordinates is refused."""
    if lon is None and lat is None:
        return Place(source=source or PlaceSource.ADDRESS, address=address)
    if lon is None or lat is None:
        raise Invalid("cases.no_place", field="lat" if lat is None else "lon")
    x, y, name = to_wgs84_checked(lon, lat, crs)
    return Place(x, y, name, source or PlaceSource.MAP_PIN, accuracy_m, address)


def _case(request: HttpRequest, query_code: str) -> Any:
    address = client_ip(request)
    lookup_door.knock(address, cost=0.0)
    try:
        return case_by_query_code(query_code)
    except NotFound:
        lookup_door.knock(address)
        raise


def _upload_body(row: Any, place: dict[str, float] | None) -> dict[str, Any]:
    return {
        "id": row.pk,
        "kind": row.kind,
        "width": row.width,
        "height": row.height,
        "duration_s": row.duration_s,
        "place": place,
    }
