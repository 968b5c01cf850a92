"""The resident's form: whatever the browser sends, a report is taken once or nothing is stored and nothing lost."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import Settings

from tests import town
from tests.db.channels.pages import filled, signed_in, the_case
from tests.media import photo, sound
from wangge.cases.models import Case, CaseContact, CaseMedia
from wangge.channels import receiving
from wangge.channels.doors.resident import views
from wangge.foundation.geo import wgs84_to_gcj02
from wangge.foundation.limits import Door

pytestmark = pytest.mark.django_db


def send(client: Client, **said: Any) -> Any:
    return client.post("/", filled(**said), headers={"accept-language": "en"})


def test_the_form_is_shown_to_anybody(client: Client) -> None:
    page = client.get("/", headers={"accept-language": "zh-CN"})
    assert page.status_code == 200
    assert "提交上报" in page.content.decode()
    assert "no-store" in page["Cache-Control"]


def test_a_report_leads_to_its_code(client: Client) -> None:
    answer = send(client)
    case = the_case()
    assert answer.status_code == 302
    assert answer["Location"] == f"/r/{case.query_code}/received"
    assert (case.channel, case.entered_by_id, case.area) == ("RESIDENT", None, town.GRID)
    page = client.get(answer["Location"]).content.decode()
    assert f"{case.query_code[:4]} {case.query_code[4:]}" in page


def test_sending_twice_stores_once_and_says_so(client: Client) -> None:
    form = filled()
    first, second = client.post("/", form), client.post("/", form)
    assert first["Location"] == second["Location"]
    assert Case.objects.count() == 1
    assert "没有重复提交" in client.get(second["Location"]).content.decode()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"text": ""}, "Describe the problem, or add a photo or a recording."),
        ({"lon": None, "lat": None, "address": ""}, "Say where it is"),
        ({"lon": "119.1", "lat": "32.1"}, "lies in none of our grids"),
        ({"lon": "113.5", "lat": "32.5"}, "far outside the area"),
        ({"lat": None}, "Say where it is"),
        ({"lon": "east"}, "This place can’t be read"),
        ({"lon": "32.05", "lat": "119.03"}, "Longitude first"),
        ({"lon": "nan"}, "This place can’t be read"),
        ({"crs": "EPSG:1"}, "is not known"),
        ({"task_code": "999999"}, "not on the list in force"),
        ({"phone": "call me"}, "11 digits"),
        ({"phone": "123"}, "11 digits"),
        ({"phone": "52000000"}, "area code"),
        ({"media": str(uuid4())}, "is not there or belongs to another report"),
        ({"media": "../../etc/passwd"}, "is not there or belongs to another report"),
        ({"text": "长" * 4001}, "There are 4001 characters; at most 4000 are possible"),
        ({"client_id": "1"}, "UUID"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_stored_or_lost(
    client: Client, wrong: dict[str, str | None], words: str
) -> None:
    given: dict[str, str | None] = {"address": "东门外第二棵树旁", "name": "热心居民"}
    page = send(client, **(given | wrong))
    assert page.status_code == 422
    text = page.content.decode()
    assert words in text
    assert "热心居民" in text and ("address" in wrong or "东门外第二棵树旁" in text)
    assert Case.objects.count() == CaseContact.objects.count() == 0


def test_everything_that_is_missing_is_asked_for_at_once(client: Client) -> None:
    page = send(client, text="", lon=None, lat=None, address="").content.decode()
    assert 'id="id_text_error"' in page and 'id="id_place_error"' in page


@pytest.mark.parametrize(
    "phone",
    ["13800000000", "138 0000 0000", "+86 138-0000-0000", "025 5200 0000", "(0510)8500 0000", "+44 20 7946 0000"],
)
def test_numbers_people_have_are_taken(client: Client, phone: str) -> None:
    assert send(client, phone=phone).status_code == 302


def test_words_stay_when_the_place_is_missing(client: Client) -> None:
    page = send(client, lon=None, lat=None, text="井盖不见了<b>")
    assert "井盖不见了&lt;b&gt;" in page.content.decode()
    assert 'id="id_place_error"' in page.content.decode()


def test_without_javascript_photos_and_sound_come_as_files(client: Client) -> None:
    files = {
        "photos": [SimpleUploadedFile("a.jpg", photo(200, 150)), SimpleUploadedFile("b.jpg", photo(210, 150))],
        "audio": SimpleUploadedFile("a.wav", sound(0.5)),
    }
    answer = send(client, text="", lon=None, lat=None, place_source=None, address="汤山街道东门", **files)
    assert answer.status_code == 302
    assert sorted(the_case().media.values_list("kind", flat=True)) == ["AUDIO", "PHOTO", "PHOTO"]


def test_files_of_a_faulty_form_come_back_and_need_no_second_upload(client: Client) -> None:
    page = send(client, lon=None, lat=None, photos=SimpleUploadedFile("a.jpg", photo(200, 150)))
    kept = CaseMedia.objects.get(case=None)
    text = page.content.decode()
    assert f'value="{kept.pk}" data-kind="PHOTO" checked' in text
    assert "data:image/jpeg;base64," in text
    assert send(client, media=str(kept.pk)).status_code == 302
    assert the_case().media.get().pk == kept.pk


def test_a_file_that_is_no_photo_is_named_at_its_field(client: Client) -> None:
    page = send(client, photos=SimpleUploadedFile("a.jpg", b"<script>alert(1)</script>"))
    assert page.status_code == 422
    assert 'id="id_photos_error"' in page.content.decode()
    assert Case.objects.count() == 0


def test_a_pin_declared_as_gcj02_is_converted(client: Client) -> None:
    place = town.place()
    assert place.lon is not None and place.lat is not None
    lon, lat = wgs84_to_gcj02(place.lon, place.lat)
    send(client, lon=f"{lon:.7f}", lat=f"{lat:.7f}", crs="GCJ-02")
    case = the_case()
    assert case.point is not None
    assert (case.point.x, case.point.y) == (pytest.approx(place.lon, abs=1e-6), pytest.approx(place.lat, abs=1e-6))
    assert (case.place_crs, case.area) == ("GCJ-02", town.GRID)


def test_the_same_pin_undeclared_falls_outside_or_elsewhere(client: Client) -> None:
    """Half a kilometre off: that is why the system is declared, never guessed."""
    place = town.place()
    assert place.lon is not None and place.lat is not None
    lon, lat = wgs84_to_gcj02(place.lon, place.lat)
    send(client, lon=f"{lon:.7f}", lat=f"{lat:.7f}")
    assert not Case.objects.filter(area=town.GRID).exists()


def test_a_contact_is_optional_and_sealed(client: Client) -> None:
    send(client, name="热心居民", phone="138 0000 0000")
    contact = CaseContact.objects.get()
    assert b"138" not in bytes(contact.phone) and "热心".encode() not in bytes(contact.name)


def test_staff_on_this_page_report_as_anybody(client: Client) -> None:
    signed_in("auditor").post("/", filled())
    assert the_case().entered_by_id is None


def test_a_flood_is_slowed_and_nothing_typed_is_lost(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "report_door", Door(1, 1))
    assert send(client).status_code == 302
    page = send(client, text="还有一盏也不亮")
    assert page.status_code == 429
    assert "还有一盏也不亮" in page.content.decode()
    assert Case.objects.count() == 1


def test_uploads_are_slowed_too(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "media_door", Door(1, 1))
    files = [SimpleUploadedFile(f"{n}.jpg", photo(200, 150)) for n in range(2)]
    assert send(client, photos=files).status_code == 422
    assert Case.objects.count() == 0


def test_forged_forms_are_refused() -> None:
    assert Client(enforce_csrf_checks=True).post("/", filled()).status_code == 403
    assert Case.objects.count() == 0


def test_the_privacy_page_says_how_long_and_sets_no_cookie_but_ours(client: Client) -> None:
    page = client.get("/privacy", headers={"accept-language": "en"})
    assert "365 days" in page.content.decode()
    assert set(page.cookies) <= {"csrftoken"}


def test_large_text_works_without_javascript(client: Client) -> None:
    answer = client.post("/size", {"size": "elder", "next": "/find"})
    assert (answer["Location"], answer.cookies["wg_size"].value) == ("/find", "elder")
    assert 'data-size="elder"' in client.get("/find").content.decode()
    assert client.post("/size", {"size": "", "next": "https://elsewhere.example/"})["Location"] == "/"


def test_too_many_photos_are_refused_before_any_is_kept(client: Client, settings: Settings) -> None:
    settings.MEDIA_PER_REPORT = 2
    photos = [SimpleUploadedFile(f"{n}.jpg", photo(64, 48)) for n in range(3)]
    answer = client.post("/", filled() | {"photos": photos})
    assert answer.status_code == 422
    assert not CaseMedia.objects.exists()
