"""Writing divisions and grid editions."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path

import shapely
from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Point
from django.db import connection
from shapely.geometry.base import BaseGeometry

from wangge.foundation import events
from wangge.foundation.access import SYSTEM, Actor, require
from wangge.foundation.db import transaction
from wangge.foundation.errors import Conflict, NotFound
from wangge.foundation.geo import Geometries
from wangge.grids.models import CoverageDefect, Division, DivisionChange, DivisionShape, Grid, GridEdition
from wangge.grids.rules.coverage import Cells, Progress, check_coverage
from wangge.grids.rules.defects import CoverageReport, Defect, Severity, Tolerance
from wangge.grids.types import DivisionLevel, EditionState, GridKind

_LEVELS = {
    "province": DivisionLevel.PROVINCE,
    "city": DivisionLevel.CITY,
    "county": DivisionLevel.COUNTY,
    "township": DivisionLevel.TOWNSHIP,
    "village": DivisionLevel.COMMUNITY,
}


class AlreadyEffective(Conflict):
    """An edition that is or was in force isn't changed any more: draft a new one."""

    code = "grids.already_effective"


class NotChecked(Conflict):
    """Only a checked edition can take effect."""

    code = "grids.not_checked"


class HasDefects(Conflict):
    """The check found overlaps, gaps or worse above the tolerance."""

    code = "grids.has_defects"


@transaction
def load_divisions(*, path: Path, valid_from: date) -> int:
    """Divisions from the gzipped CSV of data/divisions; the number read. Codes gone since get no row here."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = [
            Division(
                code=row["code"],
                level=_LEVELS[row["level"]].value,
                name=row["name"],
                parent_id=row["parent_code"] or None,
                valid_from=valid_from,
            )
            for row in csv.DictReader(file)
        ]
    Division.objects.bulk_create(
        rows, batch_size=2000, update_conflicts=True, unique_fields=["code"], update_fields=["name", "level", "parent"]
    )
    return len(rows)


@transaction
def load_division_changes(*, path: Path) -> int:
    """Former codes and what they became; a former code not among the divisions gets a row that has ended."""
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    DivisionChange.objects.bulk_create(
        [
            DivisionChange(
                old_code=row["old_code"],
                new_code=row["new_code"],
                changed_on=row["changed_on"] or None,
                kind=row["kind"],
                note=row["note"],
            )
            for row in rows
        ],
        update_conflicts=True,
        unique_fields=["old_code", "new_code"],
        update_fields=["changed_on", "kind", "note"],
    )
    return len(rows)


@transaction
def put_division_shapes(*, shapes: Iterable[tuple[str, GEOSGeometry]], source: str, is_synthetic: bool) -> None:
    """Outlines of divisions, in WGS84."""
    DivisionShape.objects.bulk_create(
        [
            DivisionShape(division_id=code, shape=_multi(shape), source=source, is_synthetic=is_synthetic)
            for code, shape in shapes
        ],
        batch_size=500,
        update_conflicts=True,
        unique_fields=["division"],
        update_fields=["shape", "source", "is_synthetic"],
    )


@transaction
def draft_edition(
    *,
    county: str,
    label: str,
    grids: Iterable[tuple[str, str, GridKind, int | None, GEOSGeometry]],
    source_crs: str,
    tolerance_m2: float,
    at: datetime,
    created_by: int | None = None,
    is_synthetic: bool = False,
) -> GridEdition:
    """A new draft edition with its grids: (code, name, kind, households, shape in WGS84)."""
    edition = GridEdition.objects.create(
        county_id=county,
        label=label,
        state=EditionState.DRAFT.value,
        source_crs=source_crs,
        tolerance_m2=tolerance_m2,
        created_at=at,
        created_by_id=created_by,
        is_synthetic=is_synthetic,
    )
    rows = [
        Grid(edition=edition, code=code, name=name, kind=kind.value, households=households, shape=_multi(shape))
        for code, name, kind, households, shape in grids
    ]
    Grid.objects.bulk_create(rows, batch_size=500)
    edition.grid_count = len(rows)
    edition.save(update_fields=["grid_count"])
    with connection.cursor() as db:
        db.execute("ANALYZE grids_grid")
    return edition


def _multi(shape: GEOSGeometry) -> MultiPolygon:
    return shape if isinstance(shape, MultiPolygon) else MultiPolygon(shape, srid=4326)


@transaction
def check_edition(
    *, edition_id: int, at: datetime, actor: Actor = SYSTEM, on_progress: Progress | None = None
) -> CoverageReport:
    """Find everything that is wrong with a draft (or checked) edition and keep it; the edition is then checked.

    Parents are the outlines of its communities where we have them, else the outline of the county. Needs
    ``grids.prepare``. An effective edition isn't checked again: AlreadyEffective (409).
    """
    edition = _edition_to_change(edition_id, "grids.prepare", actor)
    grids = list(Grid.objects.filter(edition=edition).order_by("code").values_list("code", "shape"))
    cells = Cells([code for code, _ in grids], _shapes([shape for _, shape in grids]))
    tolerance = Tolerance(per_defect_m2=edition.tolerance_m2)
    report = check_coverage(
        cells, _communities(edition.county_id), _outline(edition.county_id), tolerance, on_progress=on_progress
    )
    CoverageDefect.objects.filter(edition=edition).delete()
    CoverageDefect.objects.bulk_create([_defect_row(edition, defect) for defect in report.defects], batch_size=500)
    edition.state = EditionState.CHECKED.value
    edition.report = {
        "checked": report.checked,
        "may_become_effective": report.may_become_effective,
        "truncated": report.truncated,
        "total_m2": round(report.total_m2, 3),
        "counts": {kind.value: count for kind, count in report.counts().items()},
        "areas_m2": {kind.value: round(area, 3) for kind, area in report.areas_m2().items()},
    }
    edition.save(update_fields=["state", "report"])
    return report


@transaction
def make_effective(*, edition_id: int, valid_from: date, at: datetime, actor: Actor = SYSTEM) -> GridEdition:
    """The edition takes effect; the one before is retired. Refused (409) while its check finds too much.

    Needs ``grids.publish``. Cases keep the code and the edition they were filed under.
    """
    edition = _edition_to_change(edition_id, "grids.publish", actor)
    if edition.report is None or edition.state != EditionState.CHECKED.value:
        raise NotChecked(edition=edition.label)
    if not edition.report["may_become_effective"]:
        raise HasDefects(edition=edition.label, total_m2=edition.report["total_m2"])
    GridEdition.objects.filter(county_id=edition.county_id, state=EditionState.EFFECTIVE.value).update(
        state=EditionState.RETIRED.value, valid_to=valid_from
    )
    edition.state, edition.valid_from = EditionState.EFFECTIVE.value, valid_from
    edition.save(update_fields=["state", "valid_from"])
    events.record("grids.edition.effective", subject=str(edition.pk), area=edition.county_id, at=at)
    return edition


def _edition_to_change(edition_id: int, permission: str, actor: Actor) -> GridEdition:
    edition = GridEdition.objects.select_for_update().filter(pk=edition_id).first()
    if edition is None:
        raise NotFound("grids.no_such_edition")
    require(actor, permission, area=edition.county_id)
    if edition.state in (EditionState.EFFECTIVE.value, EditionState.RETIRED.value):
        raise AlreadyEffective(edition=edition.label)
    return edition


def _shapes(shapes: list[GEOSGeometry]) -> Geometries:
    return shapely.from_wkb([bytes(shape.wkb) for shape in shapes])


def _communities(county: str) -> Cells | None:
    rows = list(
        DivisionShape.objects.filter(division__code__startswith=county, division__level=DivisionLevel.COMMUNITY.value)
        .order_by("division_id")
        .values_list("division_id", "shape")
    )
    return Cells([code for code, _ in rows], _shapes([shape for _, shape in rows])) if rows else None


def _outline(county: str) -> BaseGeometry | None:
    if _communities_known(county):
        return None
    row = DivisionShape.objects.filter(division_id=county).values_list("shape", flat=True).first()
    return shapely.from_wkb(bytes(row.wkb)) if row else None


def _communities_known(county: str) -> bool:
    return DivisionShape.objects.filter(
        division__code__startswith=county, division__level=DivisionLevel.COMMUNITY.value
    ).exists()


def _defect_row(edition: GridEdition, defect: Defect) -> CoverageDefect:
    has_place = defect.lon is not None and defect.lat is not None
    return CoverageDefect(
        edition=edition,
        kind=defect.kind.value,
        blocks=defect.severity is Severity.BLOCKS,
        codes=[code[:40] for code in defect.codes],
        area_m2=defect.area_m2,
        place=Point(defect.lon, defect.lat, srid=4326) if has_place else None,
        shape=GEOSGeometry(memoryview(shapely.to_wkb(defect.geometry)), srid=4326) if defect.geometry else None,
    )
