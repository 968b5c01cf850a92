"""Pages of grids: the list, an edition with its defects, taking effect; and the public tiles."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import town
from tests.db.grids import files
from tests.db.grids.test_importing import dirty, take
from wangge.grids import operations, tiles
from wangge.grids.models import GridEdition, ImportJob

pytestmark = pytest.mark.django_db


def desk(name: str) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(
        get_user_model().objects.get(username=name), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    return client


@pytest.fixture
def bad(tmp_path: Path) -> GridEdition:
    return take(files.write(tmp_path, dirty(), kind="geojson", crs="EPSG:4326"))


def test_the_list_shows_every_edition_and_says_synthetic(bad: GridEdition) -> None:
    text = desk("data_steward").get("/desk/grids/").content.decode()
    assert "测试网格" in text and bad.label in text and "Synthetic" in text


def test_drafts_are_for_those_of_the_county(bad: GridEdition) -> None:
    assert desk("data_steward").get(f"/desk/grids/{bad.pk}/").status_code == 200
    assert desk("unit_handler").get(f"/desk/grids/{bad.pk}/").status_code == 404
    assert desk("privacy_officer").get("/desk/grids/").status_code == 403


def test_an_edition_with_defects_says_why_it_can_not_take_effect(bad: GridEdition) -> None:
    client = desk("data_steward")
    text = client.get(f"/desk/grids/{bad.pk}/").content.decode()
    assert "defects keep the edition from taking effect" in text and "disabled" in text
    client.post(f"/desk/grids/{bad.pk}/effective", {"valid_from": town.AT.date()})
    bad.refresh_from_db()
    assert bad.state == "CHECKED"


def test_the_map_and_the_file_have_the_defects(bad: GridEdition) -> None:
    client = desk("data_steward")
    drawn = client.get(f"/desk/grids/{bad.pk}/defects.geojson?kind=OVERLAP").json()["features"]
    assert {one["properties"]["defect"] for one in drawn} == {"overlap"}
    exported = client.get(f"/desk/grids/{bad.pk}/export")
    assert b'"ILL_FORMED_CODE"' in b"".join(exported.streaming_content)  # type: ignore[arg-type]
    assert "attachment" in exported["Content-Disposition"]


def test_an_upload_without_a_system_is_asked_for_it(tmp_path: Path) -> None:
    path = files.write(tmp_path, files.town_grids(), kind="geojson", crs="EPSG:4326")
    form = {"county": town.COUNTY, "label": "上传", "crs": "", "file": SimpleUploadedFile("g.json", path.read_bytes())}
    client = desk("data_steward")
    answer = client.post("/desk/grids/import", form)
    assert answer.status_code == 422 and not ImportJob.objects.exists()
    form |= {"crs": "other", "epsg": "999999", "file": SimpleUploadedFile("g.json", path.read_bytes())}
    assert client.post("/desk/grids/import", form).status_code == 422
    form |= {"crs": "EPSG:4326", "file": SimpleUploadedFile("g.json", path.read_bytes())}
    answer = client.post("/desk/grids/import", form)
    job = ImportJob.objects.get()
    assert answer.headers["Location"] == f"/desk/grids/import/{job.pk}"
    assert 'hx-get="/desk/grids/' in client.get(answer.headers["Location"]).content.decode()
    operations.run_import(job_id=job.pk, at=town.AT)
    done = client.get(answer.headers["Location"]).content.decode()
    assert 'hx-get="/desk/grids/' not in done and "nothing stands against it" in done


def test_a_body_no_form_takes_is_not_read() -> None:
    assert Client().generic("POST", "/tasks/", b"x", CONTENT_LENGTH="9999999999").status_code == 413


def test_a_grid_shows_its_workers_to_those_who_may_see_them() -> None:
    edition = GridEdition.objects.get()
    path = f"/desk/grids/{edition.pk}/{town.GRID}"
    assert ">grid_worker " in desk("grid_leader").get(path).content.decode()
    assert ">grid_worker " not in desk("grid_worker").get(path).content.decode()


# --- tiles -------------------------------------------------------------------------------------------


def at(z: int) -> str:
    import math

    place, n = town.place(), 2**z
    assert place.lon is not None and place.lat is not None
    y = int((1 - math.asinh(math.tan(math.radians(place.lat))) / math.pi) / 2 * n)
    return f"/tiles/{z}/{int((place.lon + 180) / 360 * n)}/{y}.mvt"


@pytest.fixture(autouse=True)
def _fresh_tiles(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tiles, "_content", None)


@pytest.mark.parametrize(
    ("zoom", "layers"),
    [(5, {"county"}), (8, {"county", "township"}), (14, {"county", "township", "community", "grid"})],
)
def test_a_tile_has_what_its_zoom_shows(zoom: int, layers: set[str]) -> None:
    answer = Client().get(at(zoom))
    body = answer.content
    assert answer.status_code == 200 and answer["Cache-Control"].startswith("public")
    assert {
        name
        for name in ("county", "township", "community", "grid")
        if b"\n" + bytes([len(name)]) + name.encode() in body
    } == layers
    assert (town.GRID.encode() in body) is ("grid" in layers)


def test_tiles_are_compressed_and_not_sent_twice() -> None:
    answer = Client().get(at(14), headers={"Accept-Encoding": "gzip"})
    assert town.GRID.encode() in gzip.decompress(answer.content) if answer.get("Content-Encoding") else answer.content
    again = Client().get(at(14), headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304 and not again.content


def test_another_edition_in_force_is_another_tag(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = Client().get(at(14))["ETag"]
    edition = take(files.write(tmp_path, files.town_grids(), kind="geojson", crs="EPSG:4326"))
    operations.make_effective(edition_id=edition.pk, valid_from=town.AT.date(), at=town.AT)
    monkeypatch.setattr(tiles, "_content", None)
    assert Client().get(at(14))["ETag"] != before


@pytest.mark.parametrize(
    "path", ["2/0/0", "19/1/1", "99/1/1", "10/1024/1", "10/1/1024", "10/-1/1", "a/b/c", "10/1/1e3"]
)
def test_no_tile_costs_no_query(path: str, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert Client().get(f"/tiles/{path}.mvt").status_code == 404


# --- divisions ---------------------------------------------------------------------------------------


def test_former_codes_resolve_and_children_come_in_pages() -> None:
    from wangge.grids.models import DivisionChange
    from wangge.grids.queries import resolve_code

    DivisionChange.objects.create(old_code="320602", new_code=town.COUNTY, kind="merged")
    assert resolve_code("320602") == (town.COUNTY,)
    former = Client().get("/api/v1/divisions/320602").json()
    assert not former["is_current"] and former["successors"][0]["code"] == town.COUNTY
    present = Client().get(f"/api/v1/divisions/{town.COUNTY}").json()
    assert (
        present["parent"]["code"] == "3201" and present["predecessors"][0]["code"] == "320602" and present["has_grids"]
    )
    page = Client().get(f"/api/v1/divisions/{town.COUNTY}/children?limit=1").json()
    assert [one["code"] for one in page["items"]] == [town.TOWN] and page["next_after"] == town.TOWN
    rest = Client().get(f"/api/v1/divisions/{town.COUNTY}/children?after={page['next_after']}").json()
    assert [one["code"] for one in rest["items"]] == [town.OTHER_TOWN] and rest["next_after"] is None
    assert Client().get("/api/v1/divisions/999999").status_code == 404
