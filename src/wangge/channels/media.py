"""Photos and recordings out: only to those who may see the case, never cached by anybody in between."""

from __future__ import annotations

from uuid import UUID

from django.http import FileResponse, HttpRequest

from wangge.cases.models import CaseMedia
from wangge.cases.queries import case_by_query_code, may_see, media_item
from wangge.foundation import files
from wangge.foundation.access import Actor
from wangge.foundation.errors import NotFound


def for_staff(request: HttpRequest, media_id: UUID, size: str = "full") -> FileResponse:
    """A photo or recording of a case the signed-in actor may see; 404 otherwise."""
    row = media_item(media_id)
    actor: Actor = request.actor  # type: ignore[attr-defined]
    is_mine = row.case is None and actor.user_id is not None and row.uploaded_by_id == actor.user_id
    if not is_mine and (row.case is None or not may_see(actor, row.case)):
        raise NotFound("cases.no_such_media", value=str(media_id))
    return _answer(row, size)


def for_reporter(request: HttpRequest, query_code: str, media_id: UUID, size: str = "full") -> FileResponse:
    """A photo or recording of the report with this query code."""
    row = media_item(media_id)
    if row.case_id is None or row.case_id != case_by_query_code(query_code).pk:
        raise NotFound("cases.no_such_media", value=str(media_id))
    return _answer(row, size)


def _answer(row: CaseMedia, size: str) -> FileResponse:
    small = size == "small" and row.thumbnail
    response = FileResponse(
        files.open_kept(row.thumbnail if small else row.file),
        content_type="image/jpeg" if small else row.content_type,
    )
    response["Cache-Control"] = "private, max-age=3600"
    response["Content-Disposition"] = "inline"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
