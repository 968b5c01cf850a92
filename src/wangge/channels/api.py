"""The public door for programs and pages: reports and the media that come with them."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from ninja import File, Router, Schema, UploadedFile
from pydantic import ConfigDict, Field

from wangge.cases import operations as op
from wangge.cases.api import moved_body
from wangge.cases.operations import Report
from wangge.cases.schemas import MediaOut, MovedOut
from wangge.cases.types import Action, Channel, Contact, PlaceSource, Rating, State
from wangge.channels.address import client_ip
from wangge.channels.progress import progress
from wangge.channels.receiving import Said, act_as_reporter, followed_case, keep_upload, place_of, report_door
from wangge.foundation import clock
from wangge.foundation.requests import actor_of
from wangge.foundation.schemas import CleanText, json_response

reports = Router(tags=["reports"])
media = Router(tags=["media"])


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
    solved: bool | None = Field(None, description="With a rating: whether the matter is solved.")
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
    actor = actor_of(request)
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
    return json_response(progress(followed_case(request, query_code), clock.now()))


@reports.post(
    "/{query_code}/{action}", response=MovedOut, summary="Supplement, withdraw, object, rate, re-open, confirm"
)
def act(request: HttpRequest, query_code: str, action: str, body: ReporterActionIn) -> dict[str, Any]:
    """What a reporter may do with the query code: supplement, withdraw, object, verify (confirm), rate, reopen."""
    case_no = followed_case(request, query_code).case_no
    said = Said(case_no, clock.now(), body.note, body.rating or "", body.media, body.operation_id, body.solved)
    return moved_body(act_as_reporter(action, said))


@media.post("", response={201: UploadOut}, summary="Upload a photo or a recording")
def upload(request: HttpRequest, file: File[UploadedFile]) -> tuple[int, dict[str, Any]]:
    """Decoded and written anew; metadata is removed, a photo's own place is offered back first."""
    upload = keep_upload(request, file, actor=actor_of(request), at=clock.now())
    place = {"lon": upload.lon, "lat": upload.lat} if upload.lon is not None and upload.lat is not None else None
    return 201, _upload_body(upload.row, place)


def _upload_body(row: Any, place: dict[str, float] | None) -> dict[str, Any]:
    return {
        "id": row.pk,
        "kind": row.kind,
        "width": row.width,
        "height": row.height,
        "duration_s": row.duration_s,
        "place": place,
    }
