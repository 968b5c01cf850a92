"""From a file to an edition: every format in every system, dirty files, jobs that are cut off."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
import shapely
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command

from tests import town
from tests.db.grids import files
from wangge.foundation.access import SYSTEM
from wangge.foundation.errors import Invalid, NotAllowed, Problem
from wangge.grids import operations, queries
from wangge.grids.models import CoverageDefect, Grid, GridEdition, ImportJob
from wangge.grids.operations import ImportOptions, imports
from wangge.grids.rules.defects import DefectKind
from wangge.grids.types import EditionState, ImportState

pytestmark = pytest.mark.django_db


def take(path: Path, crs: str = "EPSG:4326", **options: object) -> GridEdition:
    return operations.import_file(
        path=path, county=town.COUNTY, label="新版", options=ImportOptions(crs=crs, **options), actor=SYSTEM, at=town.AT
    )  # type: ignore[arg-type]


def stored(edition: GridEdition) -> dict[str, shapely.Geometry]:
    rows = Grid.objects.filter(edition=edition).values_list("code", "shape")
    return {code: shapely.from_wkb(bytes(shape.wkb)) for code, shape in rows}


@pytest.mark.parametrize("crs", files.CRS)
@pytest.mark.parametrize("kind", files.FORMATS)
def test_every_format_in_every_system_gives_the_same_shapes(kind: str, crs: str, tmp_path: Path) -> None:
    wanted = files.town_grids()
    edition = take(files.write(tmp_path, files.in_crs(wanted, crs), kind=kind, crs=crs), crs)
    found = stored(edition)
    assert found.keys() == wanted.keys()
    for code, shape in wanted.items():
        assert shapely.hausdorff_distance(found[code], shape) < 2e-7, "two centimetres"
    assert edition.report is not None
    assert edition.report["may_become_effective"], edition.report


def test_a_system_must_be_declared(tmp_path: Path) -> None:
    path = files.write(tmp_path, files.town_grids(), kind="geojson", crs="EPSG:4326")
    with pytest.raises(Invalid) as refused:
        take(path, "")
    assert (refused.value.code, refused.value.field) == ("grids.file.crs_missing", "crs")
    with pytest.raises(Invalid) as refused:
        take(path, "EPSG:999999")
    assert refused.value.field == "crs"
    assert GridEdition.objects.count() == 1


def test_gcj_02_that_calls_itself_wgs84_is_told_by_the_check(tmp_path: Path) -> None:
    """Nobody can see it in the file; the communities it doesn't fit say so."""
    path = files.write(tmp_path, files.in_crs(files.town_grids(), "GCJ-02"), kind="geojson", crs="EPSG:4326")
    edition = take(path, "EPSG:4326")
    assert edition.report is not None
    assert edition.report["counts"]["OUTSIDE_PARENT"] and not edition.report["may_become_effective"]
    assert take(path, "GCJ-02").report["may_become_effective"]  # type: ignore[index]


def dirty() -> dict[str, shapely.Geometry]:
    """One grid moved over its neighbour, one missing, one of nowhere, one broken, one with a wrong code."""
    shapes = files.town_grids()
    shapes[town.GRID] = shapely.transform(shapes[town.GRID], lambda xy: xy + np.array((0.002, 0)))
    del shapes[f"{town.NEXT_COMMUNITY}002"]
    shapes["320115999999001"] = shapely.box(119.2, 32.2, 119.21, 32.21)
    x, y = town.WEST, town.SOUTH + 0.05
    shapes[f"{town.COMMUNITY}009"] = shapely.Polygon([(x, y), (x + 0.01, y + 0.01), (x + 0.01, y), (x, y + 0.01)])
    shapes["32011"] = shapely.box(119.3, 32.3, 119.31, 32.31)
    return shapes


def test_a_dirty_coverage_is_refused_with_its_defects(tmp_path: Path) -> None:
    edition = take(files.write(tmp_path, dirty(), kind="geojson", crs="EPSG:4326"))
    kinds = set(CoverageDefect.objects.filter(edition=edition).values_list("kind", flat=True))
    assert kinds >= {"OVERLAP", "GAP", "OUTSIDE_PARENT", "INVALID_RING", "UNKNOWN_PARENT", "ILL_FORMED_CODE"}
    with pytest.raises(operations.HasDefects):
        operations.make_effective(edition_id=edition.pk, valid_from=town.AT.date(), at=town.AT)
    assert queries.grid(town.GRID, at=town.AT).edition_id != edition.pk  # type: ignore[union-attr]


def test_what_only_the_file_showed_is_not_forgotten_by_a_second_check(tmp_path: Path) -> None:
    edition = take(files.write(tmp_path, dirty(), kind="geojson", crs="EPSG:4326"))
    before = set(CoverageDefect.objects.filter(edition=edition).values_list("kind", flat=True))
    report = operations.check_edition(edition_id=edition.pk, at=town.AT)
    assert DefectKind.ILL_FORMED_CODE in report.counts()
    assert set(CoverageDefect.objects.filter(edition=edition).values_list("kind", flat=True)) == before
    edition.refresh_from_db()
    assert edition.report is not None and edition.report["read"]["left_out"] == 1


def test_defects_say_where_and_how_much(tmp_path: Path) -> None:
    edition = take(files.write(tmp_path, dirty(), kind="geojson", crs="EPSG:4326"))
    found = list(queries.defects_as_geojson(edition.pk, kind="OVERLAP"))
    assert found and all(one["geometry"]["type"] in ("Polygon", "MultiPolygon") for one in found)
    largest = max(found, key=lambda one: one["properties"]["area_m2"])["properties"]
    assert town.GRID in largest["codes"] and town.SOUTH < largest["lat"] < town.SOUTH + town.SIDE
    assert largest["area_m2"] == pytest.approx(0.2 * 944 * 1109, rel=0.01)


# --- by the queue ------------------------------------------------------------------------------------


def start(path: Path, crs: str = "EPSG:4326", who: str = "data_steward") -> UUID:
    return operations.start_import(
        county=town.COUNTY,
        label="排队",
        file=ContentFile(path.read_bytes(), name="网格.geojson"),
        options=ImportOptions(crs=crs),
        actor=town.actor(who),
        at=town.AT,
    )


@pytest.fixture
def clean_file(tmp_path: Path) -> Path:
    return files.write(tmp_path, files.town_grids(), kind="geojson", crs="EPSG:4326")


def test_the_queue_makes_the_edition(clean_file: Path) -> None:
    job = start(clean_file)
    assert ImportJob.objects.get(pk=job).state == ImportState.WAITING
    operations.run_import(job_id=job, at=town.AT)
    row = ImportJob.objects.get(pk=job)
    assert (row.state, row.done, row.edition.grid_count) == (ImportState.DONE, 8, 8)  # type: ignore[union-attr]


def test_a_job_done_twice_makes_one_edition(clean_file: Path) -> None:
    job = start(clean_file)
    operations.run_import(job_id=job, at=town.AT)
    operations.run_import(job_id=job, at=town.AT)
    assert GridEdition.objects.filter(label="排队").count() == 1


def test_a_job_that_was_killed_begins_anew(clean_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Killed(BaseException):
        """What no handler catches, like the end of a process."""

    def die(*args: object) -> None:
        raise Killed

    job = start(clean_file)
    with monkeypatch.context() as patch:
        patch.setattr(imports, "_store_for", die)
        with pytest.raises(Killed):
            operations.run_import(job_id=job, at=town.AT)
    assert ImportJob.objects.get(pk=job).state == ImportState.RUNNING
    operations.run_import(job_id=job, at=town.AT)
    assert ImportJob.objects.get(pk=job).state == ImportState.DONE
    assert GridEdition.objects.filter(label="排队").count() == 1


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "grids.file.unknown_format"),
        (b'{"type": "FeatureCollection", "features": [', "grids.file.unreadable"),
        (b'{"type": "FeatureCollection", "features": []}', "grids.file.no_features"),
        (b"PK\x03\x04 not a zip", "grids.file.unreadable"),
        (b"PAR1 not parquet", "grids.file.unreadable"),
        (b"SQLite format 3\x00 not a database", "grids.file.unreadable"),
    ],
)
def test_hostile_files_end_in_a_reason(content: bytes, code: str, tmp_path: Path) -> None:
    path = tmp_path / "x"
    path.write_bytes(content)
    job = start(path)
    operations.run_import(job_id=job, at=town.AT)
    row = ImportJob.objects.get(pk=job)
    assert (row.state, row.problem["code"]) == (ImportState.FAILED, code)
    assert not GridEdition.objects.filter(label="排队").exists()


def test_a_file_of_too_much_work_ends(clean_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "LONGEST_RUN_S", -1)
    with pytest.raises(imports.TookTooLong):
        take(clean_file)


def test_a_file_over_the_limit_is_not_kept(clean_file: Path, settings: object) -> None:
    settings.GRID_FILE_MAX_BYTES = 100  # type: ignore[attr-defined]
    with pytest.raises(Invalid) as refused:
        start(clean_file)
    assert refused.value.field == "file" and not ImportJob.objects.exists()


@pytest.mark.parametrize("who", sorted(set(town.POSTS) - {"data_steward"}))
def test_only_the_data_steward_imports(who: str, clean_file: Path) -> None:
    with pytest.raises(NotAllowed):
        start(clean_file, who=who)


def test_a_former_county_is_named_with_what_it_became(clean_file: Path) -> None:
    from wangge.grids.models import DivisionChange

    DivisionChange.objects.create(old_code="320602", new_code=town.COUNTY, kind="merged")
    with pytest.raises(Invalid) as refused:
        operations.import_file(
            path=clean_file, county="320602", label="x", options=ImportOptions(crs="GCJ-02"), actor=SYSTEM, at=town.AT
        )
    assert refused.value.params["now"] == town.COUNTY


# --- taking effect -----------------------------------------------------------------------------------


def test_one_edition_is_in_force_and_cases_keep_theirs(clean_file: Path) -> None:
    from wangge.cases.models import Case

    case_no = town.report().case_no
    before = Case.objects.get(case_no=case_no)
    edition = take(clean_file)
    operations.make_effective(edition_id=edition.pk, valid_from=town.AT.date(), at=town.AT)
    states = dict(GridEdition.objects.values_list("pk", "state"))
    assert states == {before.edition_id: "RETIRED", edition.pk: "EFFECTIVE"}
    assert GridEdition.objects.get(pk=before.edition_id).valid_to == town.AT.date()
    after = Case.objects.get(case_no=case_no)
    assert (after.area, after.edition_id) == (town.GRID, before.edition_id)
    place = town.place()
    assert queries.locate(place.lon, place.lat, at=town.AT).grid.edition_id == edition.pk  # type: ignore[union-attr, arg-type]
    assert Case.objects.get(case_no=town.report("井盖破损").case_no).edition_id == edition.pk


def test_a_day_to_come_waits_and_nothing_is_without_grids(clean_file: Path) -> None:
    edition, place = take(clean_file), town.place()
    tomorrow = town.AT.date() + timedelta(days=1)
    operations.make_effective(edition_id=edition.pk, valid_from=tomorrow, at=town.AT)
    assert operations.apply_due_editions(at=town.AT) == 0
    assert queries.locate(place.lon, place.lat, at=town.AT).grid is not None  # type: ignore[arg-type]
    later = town.later(days=1)
    assert operations.apply_due_editions(at=later) == 1
    assert queries.locate(place.lon, place.lat, at=later).grid.edition_id == edition.pk  # type: ignore[union-attr, arg-type]
    assert operations.apply_due_editions(at=later) == 0


def test_days_past_belong_to_the_edition_in_force(clean_file: Path) -> None:
    edition = take(clean_file)
    with pytest.raises(operations.StartsTooEarly) as refused:
        operations.make_effective(edition_id=edition.pk, valid_from=town.AT.date() - timedelta(days=1), at=town.AT)
    assert refused.value.field == "valid_from"


def test_an_edition_in_force_is_not_touched_again() -> None:
    current = GridEdition.objects.get(state=EditionState.EFFECTIVE.value)
    for act in (
        lambda: operations.check_edition(edition_id=current.pk, at=town.AT),
        lambda: operations.make_effective(edition_id=current.pk, valid_from=date(2027, 1, 1), at=town.AT),
    ):
        with pytest.raises(operations.AlreadyEffective):
            act()


# --- commands ----------------------------------------------------------------------------------------


def test_the_command_imports_and_checks(clean_file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("import_grids", clean_file, county=town.COUNTY, crs="EPSG:4326", label="命令", check=True)
    assert "may take effect" in capsys.readouterr().out


def test_the_commands_say_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = files.write(tmp_path, dirty(), kind="geojson", crs="EPSG:4326")
    with pytest.raises(SystemExit) as ended:
        call_command("import_grids", path, county=town.COUNTY, crs="EPSG:4326", label="命令", check=True)
    assert ended.value.code == 1
    out = tmp_path / "defects.geojson"
    edition = GridEdition.objects.latest("pk")
    with pytest.raises(SystemExit):
        call_command("check_grids", str(edition.pk), geojson=out)
    assert '"OVERLAP"' in out.read_text(encoding="utf-8")
    with pytest.raises(CommandError):
        call_command("import_grids", tmp_path / "none", county=town.COUNTY, crs="EPSG:4326", label="命令")
    with pytest.raises(CommandError):
        call_command("import_grids", path, county="999999", crs="EPSG:4326", label="命令")


def test_problems_are_problems() -> None:
    assert issubclass(imports.TookTooLong, Problem)


def test_a_planned_day_is_lost_when_the_check_no_longer_allows_it(clean_file: Path) -> None:
    edition, tomorrow = take(clean_file), town.AT.date() + timedelta(days=1)
    operations.make_effective(edition_id=edition.pk, valid_from=tomorrow, at=town.AT)
    Grid.objects.filter(edition=edition, code=town.GRID).delete()
    assert not operations.check_edition(edition_id=edition.pk, at=town.AT).may_become_effective
    assert operations.apply_due_editions(at=town.later(days=1)) == 0
    edition.refresh_from_db()
    assert (edition.state, edition.valid_from) == ("CHECKED", None)


def test_an_edition_overtaken_while_the_worker_was_away_stays_out(clean_file: Path) -> None:
    slow, quick, day = take(clean_file), take(clean_file), town.AT.date()
    operations.make_effective(edition_id=slow.pk, valid_from=day + timedelta(days=1), at=town.AT)
    two_days_on = town.later(days=2)
    operations.make_effective(edition_id=quick.pk, valid_from=day + timedelta(days=2), at=two_days_on)
    assert operations.apply_due_editions(at=town.later(days=3)) == 0
    assert GridEdition.objects.get(state="EFFECTIVE").pk == quick.pk
    slow.refresh_from_db()
    assert (slow.state, slow.valid_from) == ("CHECKED", None)


def test_a_planned_day_can_be_taken_back(clean_file: Path) -> None:
    edition = take(clean_file)
    operations.make_effective(edition_id=edition.pk, valid_from=town.AT.date() + timedelta(days=1), at=town.AT)
    with pytest.raises(NotAllowed):
        operations.unschedule_edition(edition_id=edition.pk, at=town.AT, actor=town.actor("county_dispatcher"))
    for _ in range(2):
        operations.unschedule_edition(edition_id=edition.pk, at=town.AT, actor=town.actor("data_steward"))
    assert operations.apply_due_editions(at=town.later(days=2)) == 0
    operations.make_effective(edition_id=edition.pk, valid_from=town.AT.date(), at=town.AT)
