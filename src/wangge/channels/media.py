"""Photos and recordings out: only to those who may see the case, never cached by anybody in between."""

from __future__ import annotations

import re
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase

from wangge.cases.models import CaseMedia
from wangge.cases.queries import case_by_query_code, may_see, media_item
from wangge.cases.types import MediaKind
from wangge.foundation import files
from wangge.foundation.access import Actor
from wangge.foundation.errors import NotFound
from wangge.foundation.requests import actor_of


def for_staff(request: HttpRequest, media_id: UUID, size: str = "full") -> HttpResponseBase:
    """A photo or recording of a case the signed-in actor may see; 404 otherwise."""
    row = media_item(media_id)
    actor: Actor = actor_of(request)
    is_mine = row.case is None and actor.user_id is not None and row.uploaded_by_id == actor.user_id
    if not is_mine and (row.case is None or not may_see(actor, row.case)):
        raise NotFound("cases.no_such_media", value=str(media_id))
    return _answer(request, row, size)


def for_reporter(request: HttpRequest, query_code: str, media_id: UUID, size: str = "full") -> HttpResponseBase:
    """A photo or recording of the report with this query code."""
    row = media_item(media_id)
    if row.case_id is None or row.case_id != case_by_query_code(query_code).pk:
        raise NotFound("cases.no_such_media", value=str(media_id))
    return _answer(request, row, size)


def _answer(request: HttpRequest, row: CaseMedia, size: str) -> HttpResponseBase:
    response: HttpResponseBase
    part = _asked_part(request.headers.get("Range", ""), row.size) if row.kind == MediaKind.AUDIO else None
    if part:
        response = _part_of(row, part)
    else:
        small = size == "small" and row.thumbnail
        name, kind = (row.thumbnail, "image/jpeg") if small else (row.file, row.content_type)
        response = FileResponse(files.open_kept(name), content_type=kind)
    if row.kind == MediaKind.AUDIO:
        response["Accept-Ranges"] = "bytes"
    response["Cache-Control"] = "private, max-age=3600"
    response["Content-Disposition"] = "inline"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def _asked_part(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte of the one range asked for; None for the whole (phones from Apple play sound in ranges)."""
    asked = _RANGE.fullmatch(header.strip())
    if not asked or not any(asked.groups()):
        return None
    first, last = asked.groups()
    start = int(first) if first else max(0, size - int(last))
    end = min(int(last), size - 1) if first and last else size - 1
    return (start, end) if start <= end else None


def _part_of(row: CaseMedia, part: tuple[int, int]) -> HttpResponse:
    start, end = part
    with files.open_kept(row.file) as file:
        file.seek(start)
        response = HttpResponse(file.read(end - start + 1), status=206, content_type=row.content_type)
    response["Content-Range"] = f"bytes {start}-{end}/{row.size}"
    return response


_RANGE = re.compile(r"bytes=(\d{0,12})-(\d{0,12})", re.ASCII)
