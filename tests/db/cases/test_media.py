"""Photos and recordings of a case: kept when they arrive, claimed once, forgotten when nobody claims them."""

from __future__ import annotations

import io
from uuid import UUID, uuid4

import pytest
from django.core.files.storage import default_storage
from PIL import Image
from pytest_django import Settings

from tests import town
from tests.db.cases.flow import A, along, do, in_state, refused
from tests.media import SECRET, huge_png, photo, sound
from wangge.cases import queries
from wangge.cases.models import Case, CaseMedia
from wangge.cases.operations import media
from wangge.cases.operations.media import TooManyMedia, UnknownMedia
from wangge.cases.types import MediaUse, State
from wangge.foundation.access import REPORTER
from wangge.foundation.errors import Problem
from wangge.foundation.files import NotAPhoto, NotAudio, TooLarge

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("ignore")]


def kept_photo(**made: float) -> UUID:
    data = photo(200, 150, **made)  # type: ignore[arg-type]
    row, _ = media.keep_photo(io.BytesIO(data), size=len(data), actor=REPORTER, at=town.AT)
    return row.pk


def kept_sound() -> UUID:
    data = sound(0.5)
    return media.keep_audio(io.BytesIO(data), size=len(data), actor=REPORTER, at=town.AT).pk


def stored() -> list[str]:
    """Names of every stored file."""

    def walk(folder: str) -> list[str]:
        folders, files = default_storage.listdir(folder)
        inside = [name for one in folders for name in walk(f"{folder}{one}/")]
        return inside + [f"{folder}{file}" for file in files]

    return walk("") if default_storage.exists("") else []


def test_a_photo_is_kept_without_metadata_and_its_place_is_offered_only() -> None:
    data = photo(lon=119.05, lat=32.06)
    row, offered = media.keep_photo(io.BytesIO(data), size=len(data), actor=REPORTER, at=town.AT)
    assert (offered.lon, offered.lat) == (pytest.approx(119.05), pytest.approx(32.06))
    row = CaseMedia.objects.get(pk=row.pk)
    assert (row.case_id, row.kind, row.content_type, row.width) == (None, "PHOTO", "image/jpeg", 640)
    assert "119.05" not in str(CaseMedia.objects.filter(pk=row.pk).values().get())
    for name in (row.file, row.thumbnail):
        with default_storage.open(name) as file:
            written = file.read()
        assert SECRET.encode() not in written
        assert not Image.open(io.BytesIO(written)).getexif()
    assert row.size == default_storage.size(row.file)


def test_a_report_claims_what_was_uploaded() -> None:
    picture, recording = kept_photo(), kept_sound()
    case_no = town.report("", media=[picture, recording]).case_no
    rows = CaseMedia.objects.filter(case__case_no=case_no)
    assert {(row.pk, row.use) for row in rows} == {(picture, "REPORT"), (recording, "REPORT")}
    assert {row.pk for row in queries.media_of(Case.objects.get(case_no=case_no))} == {picture, recording}


def test_a_photo_belongs_to_one_case() -> None:
    picture = kept_photo()
    first = town.report(media=[picture]).case_no
    assert refused(UnknownMedia, lambda: town.report(media=[picture])).field == "media"
    refused(UnknownMedia, lambda: town.report(media=[kept_photo(), uuid4()]))
    assert list(Case.objects.values_list("case_no", flat=True)) == [first]


def test_the_same_photo_named_twice_counts_once() -> None:
    picture = kept_photo()
    case_no = town.report(media=[picture, picture]).case_no
    assert CaseMedia.objects.filter(case__case_no=case_no).count() == 1


def test_no_more_than_a_handful(settings: Settings) -> None:
    settings.MEDIA_PER_REPORT = 2
    many = [kept_photo() for _ in range(3)]
    problem = refused(TooManyMedia, lambda: town.report(media=many))
    assert problem.params == {"most": 2, "given": 3}
    assert not Case.objects.exists()


def test_each_step_claims_its_own() -> None:
    case_no = in_state(State.IN_PROGRESS)
    before, after, checked, added = (kept_photo() for _ in range(4))
    do(A.SUPPLEMENT, case_no, REPORTER, media_ids=[added])
    do(A.SUBMIT_RESULT, case_no, town.actor("unit_handler"), before=[before], after=[after])
    do(A.VERIFY, case_no, town.actor("grid_worker"), media_ids=[checked])
    uses = dict(CaseMedia.objects.filter(case__case_no=case_no).values_list("pk", "use"))
    assert uses == {
        added: MediaUse.SUPPLEMENT, before: MediaUse.BEFORE, after: MediaUse.AFTER, checked: MediaUse.VERIFICATION,
    }  # fmt: skip


def test_a_refused_step_claims_nothing() -> None:
    case_no, picture = along((A.ACCEPT,)), kept_photo()
    refused(
        Problem, lambda: do(A.SUBMIT_RESULT, case_no, town.actor("unit_handler"), after=[picture])
    )  # the unit hasn't got it
    refused(UnknownMedia, lambda: do(A.SUPPLEMENT, case_no, REPORTER, media_ids=[picture, uuid4()]))
    assert CaseMedia.objects.get(pk=picture).case_id is None


def test_a_repeated_step_claims_once() -> None:
    case_no, picture, operation_id = in_state(State.REPORTED), kept_photo(), uuid4()
    for repeated in (False, True):
        moved = do(A.SUPPLEMENT, case_no, REPORTER, media_ids=[picture], operation_id=operation_id)
        assert moved.repeated is repeated


def test_what_is_refused_leaves_nothing_behind(settings: Settings) -> None:
    def keep(data: bytes) -> None:
        media.keep_photo(io.BytesIO(data), size=len(data), actor=REPORTER, at=town.AT)

    refused(NotAPhoto, lambda: keep(b"\xff\xd8\xff\xe0 no picture"))
    refused(TooLarge, lambda: keep(huge_png(12_000, 12_000)))
    refused(NotAudio, lambda: media.keep_audio(io.BytesIO(b"OggS no sound"), size=13, actor=REPORTER, at=town.AT))
    settings.PHOTO_MAX_BYTES = settings.AUDIO_MAX_BYTES = 1000
    problem = refused(TooLarge, lambda: keep(photo()))
    assert (problem.status, problem.params["unit"]) == (413, "bytes")
    refused(TooLarge, lambda: media.keep_audio(io.BytesIO(sound()), size=2000, actor=REPORTER, at=town.AT))
    assert not CaseMedia.objects.exists()
    assert stored() == []


def test_what_nobody_claims_is_forgotten_and_what_is_claimed_stays() -> None:
    lonely, claimed = kept_photo(), kept_photo()
    town.report(media=[claimed])
    assert len(stored()) == 4
    assert media.forget_unclaimed(at=town.later(days=1.9)) == 0
    assert media.forget_unclaimed(at=town.later(days=2.1)) == 1
    assert not CaseMedia.objects.filter(pk=lonely).exists()
    row = CaseMedia.objects.get(pk=claimed)
    assert sorted(stored()) == sorted([row.file, row.thumbnail])
