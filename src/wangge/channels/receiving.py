"""What every door does with what comes in: hear a place, keep an upload, find a report, act with its code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO, cast
from uuid import UUID

from django.conf import settings
from django.core.files.base import File
from django.http import HttpRequest

from wangge.cases import operations as op
from wangge.cases.models import Case, CaseMedia
from wangge.cases.operations.media import keep_audio, keep_photo
from wangge.cases.queries import case_by_query_code
from wangge.cases.types import Moved, Place, PlaceSource
from wangge.channels.address import client_ip
from wangge.foundation import files
from wangge.foundation.access import REPORTER, Actor, ActorKind
from wangge.foundation.errors import Invalid, NotFound
from wangge.foundation.geo import to_wgs84_checked
from wangge.foundation.limits import Door

report_door = Door(settings.PUBLIC_REPORTS_BURST, settings.PUBLIC_REPORTS_PER_MIN)
media_door = Door(settings.PUBLIC_REPORTS_BURST, settings.PUBLIC_MEDIA_PER_MIN)
#: What a reporter does with one report: a flood would grow its history for good.
act_door = Door(20, 10)
#: Only wrong query codes are counted; after too many, right ones wait too, or trying would still tell them apart.
lookup_door = Door(settings.PUBLIC_LOOKUPS_PER_MIN, settings.PUBLIC_LOOKUPS_PER_MIN)


@dataclass(frozen=True, slots=True)
class Upload:
    """An upload that was kept, and where the photo says it was taken."""

    row: CaseMedia
    lon: float | None = None
    lat: float | None = None


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


def keep_upload(request: HttpRequest, file: File[bytes], *, actor: Actor, at: datetime) -> Upload:
    """Keep a photo or a recording, written anew; what it is comes from its bytes.

    Invalid (422), TooLarge (413), or TooOften (429) for an address that sends too many.
    """
    if actor.kind is ActorKind.ANONYMOUS:
        media_door.knock(client_ip(request))
    size = file.size or 0
    if not size:
        raise Invalid("files.not_media", field="file")
    head = file.read(files.HEAD)
    file.seek(0)
    source = cast(BinaryIO, file)
    if files.sound_format(head):
        return Upload(keep_audio(source, size=size, actor=actor, at=at))
    row, photo = keep_photo(source, size=size, actor=actor, at=at)
    return Upload(row, photo.lon, photo.lat)


def followed_case(request: HttpRequest, query_code: str) -> Case:
    """The case of a query code; NoSuchReport (404), or TooOften (429) for who tries too many."""
    address = client_ip(request)
    lookup_door.require_open(address)
    try:
        return case_by_query_code(query_code)
    except NotFound:
        lookup_door.knock(address)
        raise


@dataclass(frozen=True, slots=True)
class Said:
    """What a reporter says with an action."""

    case_no: str
    at: datetime
    note: str = ""
    rating: str = ""
    media: Sequence[UUID] = ()
    operation_id: UUID | None = None
    solved: bool | None = None


def act_as_reporter(action: str, said: Said) -> Moved:
    """Supplement, withdraw, object, confirm (verify), rate, re-open; NotFound for all else, TooOften for a flood."""
    operation, more = _reporters_act(action.strip().lower().replace("-", "_"), said)
    act_door.knock(said.case_no)
    return operation(
        case_no=said.case_no,
        note=said.note,
        actor=REPORTER,
        at=said.at,
        operation_id=said.operation_id,
        **more,
    )


def _reporters_act(action: str, said: Said) -> tuple[Callable[..., Moved], dict[str, Any]]:
    match action:
        case "supplement":
            return op.supplement, {"media_ids": said.media}
        case "withdraw":
            return op.withdraw, {}
        case "verify" | "confirm":
            return op.verify, {}
        case "rate":
            return op.rate, {"rating": said.rating, "solved": said.solved}
        case "object":
            return op.object_to_refusal, {}
        case "reopen" | "re_open":
            return op.reopen, {}
        case _:
            raise NotFound("request.unknown_action", field="action", value=action[:40])
