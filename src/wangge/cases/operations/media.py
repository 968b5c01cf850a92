"""Photos and recordings: kept when they arrive, claimed by the report or step they belong to."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import BinaryIO
from uuid import UUID, uuid4

from django.conf import settings
from django.core.files.storage import default_storage

from wangge.cases.models import Case, CaseMedia
from wangge.cases.types import MediaKind, MediaUse
from wangge.foundation import files
from wangge.foundation.access import Actor
from wangge.foundation.db import transaction
from wangge.foundation.errors import Invalid

#: An upload nobody claimed is removed after this long.
UNCLAIMED_KEPT = timedelta(days=2)


class UnknownMedia(Invalid):
    """No such upload, or another report holds it already."""

    code = "cases.unknown_media"


class TooManyMedia(Invalid):
    """More photos and recordings than one report or step may carry."""

    code = "cases.too_many_media"


def keep_photo(source: BinaryIO, *, size: int, actor: Actor, at: datetime) -> tuple[CaseMedia, files.Photo]:
    """Store a photo written anew; also its own place, for the reporter to confirm (it is not stored)."""
    _require_size(size, settings.PHOTO_MAX_BYTES)
    photo = files.read_photo(source)
    row = _row(MediaKind.PHOTO, photo.data, "image/jpeg", actor, at)
    row.width, row.height = photo.width, photo.height
    row.file, row.thumbnail = _name(row, "jpg"), _name(row, "small.jpg")
    files.keep(row.thumbnail, photo.thumbnail)
    _keep(row, photo.data)
    return row, photo


def keep_audio(source: BinaryIO, *, size: int, actor: Actor, at: datetime) -> CaseMedia:
    """Store a recording written anew."""
    _require_size(size, settings.AUDIO_MAX_BYTES)
    audio = files.read_audio(source)
    row = _row(MediaKind.AUDIO, audio.data, "audio/mp4", actor, at)
    row.duration_s = audio.duration_s
    row.file = _name(row, "m4a")
    _keep(row, audio.data)
    return row


def claim(ids: Sequence[UUID], *, case_no: str, use: MediaUse) -> None:
    """Tie uploads to a case. UnknownMedia (422) if one is missing or held by another report."""
    if not ids:
        return
    wanted = list(dict.fromkeys(ids))
    if len(wanted) > settings.MEDIA_PER_REPORT:
        raise TooManyMedia(field="media", most=settings.MEDIA_PER_REPORT, given=len(wanted))
    case = Case.objects.only("pk").get(case_no=case_no)
    taken = CaseMedia.objects.filter(id__in=wanted, case__isnull=True).update(case=case, use=use.value)
    if taken != len(wanted):
        raise UnknownMedia(field="media")


@transaction
def forget_unclaimed(*, at: datetime) -> int:
    """Remove uploads nobody claimed in time; the number removed."""
    unclaimed = CaseMedia.objects.filter(case__isnull=True, uploaded_at__lt=at - UNCLAIMED_KEPT)
    rows = list(unclaimed.select_for_update(skip_locked=True)[:500])  # nobody can claim them meanwhile
    for row in rows:
        for name in filter(None, (row.file, row.thumbnail)):
            default_storage.delete(name)
    CaseMedia.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)


def _require_size(size: int, limit: int) -> None:
    if size > limit:
        raise files.TooLarge(field="file", limit=limit, unit="bytes", given=size)


def _row(kind: MediaKind, data: bytes, content_type: str, actor: Actor, at: datetime) -> CaseMedia:
    return CaseMedia(
        id=uuid4(),
        kind=kind.value,
        content_type=content_type,
        size=len(data),
        sha256=hashlib.sha256(data).digest(),
        uploaded_by_id=actor.user_id,
        uploaded_at=at,
    )


def _name(row: CaseMedia, ending: str) -> str:
    return f"{row.uploaded_at:%Y/%m/%d}/{row.id}.{ending}"


def _keep(row: CaseMedia, data: bytes) -> None:
    files.keep(row.file, data)  # first the bytes, then the row: an acknowledged upload is never without its file
    row.save(force_insert=True)
