"""Writing grid editions: draft, check, take effect."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

import numpy as np
import shapely
from django.contrib.gis.geos import GEOSGeometry, Point
from django.db import connection
from shapely.geometry.base import BaseGeometry

from wangge.foundation import events
from wangge.foundation.access import SYSTEM, Actor, require
from wangge.foundation.db import transaction
from wangge.foundation.errors import Conflict, Invalid, NotFound
from wangge.foundation.geo import Geometries
from wangge.foundation.worktime import LOCAL
from wangge.grids.models import CoverageDefect, Division, DivisionShape, Grid, GridEdition
from wangge.grids.operations.divisions import multi
from wangge.grids.rules.coverage import Cells, Progress, check_coverage
from wangge.grids.rules.defects import CoverageReport, Defect, DefectKind, Severity, Tolerance, plain_defect
from wangge.grids.rules.rings import repair
from wangge.grids.types import COMMUNITY_LENGTH, GRID_LENGTH, DivisionLevel, EditionState, GridKind

#: What only the file shows and the stored grids no longer do: kept when an edition is checked again.
FILE_DEFECTS = (
    DefectKind.ILL_FORMED_CODE,
    DefectKind.DUPLICATE_CODE,
    DefectKind.NOT_A_POLYGON,
    DefectKind.BAD_COORDINATES,
    DefectKind.INVALID_RING,
)
#: A county's advisory lock: two editions never take effect at the same moment.
_LOCK_SPACE = 320


class AlreadyEffective(Conflict):
    """An edition that is or was in force isn't changed any more: draft a new one."""

    code = "grids.already_effective"


class NotChecked(Conflict):
    """Only a checked edition can take effect."""

    code = "grids.not_checked"


class HasDefects(Conflict):
    """The check found overlaps, gaps or worse above the tolerance."""

    code = "grids.has_defects"


class StartsTooEarly(Invalid):
    """Where an edition is in force the next one can't have begun before today. `earliest` in params."""

    code = "grids.starts_too_early"


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
        Grid(edition=edition, code=code, name=name, kind=kind.value, households=households, shape=multi(shape))
        for code, name, kind, households, shape in grids
    ]
    Grid.objects.bulk_create(rows, batch_size=500)
    edition.grid_count = len(rows)
    edition.save(update_fields=["grid_count"])
    with connection.cursor() as db:
        db.execute("ANALYZE grids_grid")
    return edition


def check_edition(
    *, edition_id: int, at: datetime, actor: Actor = SYSTEM, on_progress: Progress | None = None
) -> CoverageReport:
    """Find everything that is wrong with a draft (or checked) edition and keep it; the edition is then checked.

    Parents are the outlines of its communities where we have them, else the outline of the county. Needs
    ``grids.prepare``. An effective edition isn't checked again: AlreadyEffective (409). The search itself runs
    outside any transaction: a long one would hold back every reader of the event stream.
    """
    edition = _edition_to_change(edition_id, "grids.prepare", actor, lock=False)
    grids = list(Grid.objects.filter(edition=edition).order_by("code").values_list("code", "shape"))
    cells = Cells([code for code, _ in grids], _shapes([shape for _, shape in grids]))
    report = examine(edition.county_id, cells, edition.tolerance_m2, on_progress)
    report = replace(report, defects=(*_defects_of_file(edition), *report.defects))
    _keep_check(edition_id, actor, report)
    return report


def examine(county: str, cells: Cells, tolerance_m2: float, on_progress: Progress | None = None) -> CoverageReport:
    """The coverage check of grids that claim to be this county's. Reads outlines, writes nothing."""
    report = check_coverage(
        cells,
        _communities(county),
        _outline(county),
        Tolerance(per_defect_m2=tolerance_m2),
        code_pattern=rf"{county}\d{{9}}",
        on_progress=on_progress,
    )
    told = {defect.parent or "" for defect in report.of_kind(DefectKind.UNKNOWN_PARENT)}
    unknown = _without_division(county, cells, told)
    return replace(report, defects=(*report.defects, *unknown)) if unknown else report


def keep_report(edition: GridEdition, report: CoverageReport, notes: dict[str, object] | None = None) -> None:
    """The defects and the summary, in place of what an earlier check left. The caller holds the transaction."""
    CoverageDefect.objects.filter(edition=edition).delete()
    CoverageDefect.objects.bulk_create([_defect_row(edition, defect) for defect in report.defects], batch_size=500)
    edition.state = EditionState.CHECKED.value
    edition.report = {
        "checked": report.checked,
        "may_become_effective": report.may_become_effective,
        "truncated": report.truncated,
        "total_m2": round(report.total_m2, 3),
        "limit_m2": report.tolerance.total_m2,
        "blocking": sum(defect.severity is Severity.BLOCKS for defect in report.defects),
        "counts": {kind.value: count for kind, count in report.counts().items()},
        "areas_m2": {kind.value: round(area, 3) for kind, area in report.areas_m2().items()},
        **({"read": notes} if notes else {"read": (edition.report or {}).get("read")}),
    }
    if not report.may_become_effective:
        edition.valid_from = None  # a day it was planned for no longer holds
    edition.save(update_fields=["state", "report", "valid_from"])


@transaction
def make_effective(*, edition_id: int, valid_from: date, at: datetime, actor: Actor = SYSTEM) -> GridEdition:
    """The edition takes effect on that day and the one before ends. Refused (409) while its check finds too much.

    Needs ``grids.publish``. A day to come is kept with the checked edition, which takes effect when it has come.
    Where an edition is in force, the day can't be past: cases were located in the one before (StartsTooEarly, 422).
    Cases keep the code and the edition they were filed under.
    """
    edition = _edition_to_change(edition_id, "grids.publish", actor)
    if edition.report is None or edition.state != EditionState.CHECKED.value:
        raise NotChecked(edition=edition.label)
    if not edition.report["may_become_effective"]:
        raise HasDefects(edition=edition.label, total_m2=round(edition.report["total_m2"], 1))
    today = at.astimezone(LOCAL).date()
    _one_at_a_time(edition.county_id)
    _refuse_early(edition, valid_from, today)
    edition.valid_from = valid_from
    if valid_from > today:
        edition.save(update_fields=["valid_from"])
        return edition
    _take_effect(edition, at)
    return edition


@transaction
def unschedule_edition(*, edition_id: int, at: datetime, actor: Actor = SYSTEM) -> GridEdition:
    """The edition no longer takes effect on the day it was planned for. Needs ``grids.publish``; again is harmless."""
    edition = _edition_to_change(edition_id, "grids.publish", actor)
    _unschedule(edition, at)
    return edition


@transaction
def apply_due_editions(*, at: datetime) -> int:
    """Checked editions whose day has come take effect, the earliest first; how many.

    One that a later edition has overtaken meanwhile, or whose check no longer allows it, loses its day instead.
    """
    today = at.astimezone(LOCAL).date()
    due = GridEdition.objects.select_for_update().filter(state=EditionState.CHECKED.value, valid_from__lte=today)
    applied = 0
    for edition in due.order_by("valid_from", "pk"):
        _one_at_a_time(edition.county_id)
        if _may_follow(edition):
            _take_effect(edition, at)
            applied += 1
        else:
            _unschedule(edition, at)
    return applied


def _one_at_a_time(county: str) -> None:
    with connection.cursor() as db:
        db.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK_SPACE, int(county)])


def _may_follow(edition: GridEdition) -> bool:
    current = _in_force_since(edition.county_id)
    allowed = bool(edition.report and edition.report["may_become_effective"])
    return allowed and edition.valid_from is not None and (current is None or current < edition.valid_from)


def _unschedule(edition: GridEdition, at: datetime) -> None:
    if edition.valid_from is None:
        return
    edition.valid_from = None
    edition.save(update_fields=["valid_from"])
    events.record("grids.edition.unscheduled", subject=str(edition.pk), area=edition.county_id, at=at)


def _in_force_since(county: str) -> date | None:
    in_force = GridEdition.objects.filter(county_id=county, state=EditionState.EFFECTIVE.value)
    return in_force.values_list("valid_from", flat=True).first()


def _refuse_early(edition: GridEdition, valid_from: date, today: date) -> None:
    current = _in_force_since(edition.county_id)
    if current is not None and (valid_from < today or valid_from <= current):
        raise StartsTooEarly(field="valid_from", earliest=str(max(today, date.fromordinal(current.toordinal() + 1))))


def _take_effect(edition: GridEdition, at: datetime) -> None:
    GridEdition.objects.filter(county_id=edition.county_id, state=EditionState.EFFECTIVE.value).update(
        state=EditionState.RETIRED.value, valid_to=edition.valid_from
    )
    edition.state = EditionState.EFFECTIVE.value
    edition.save(update_fields=["state", "valid_from"])
    events.record("grids.edition.effective", subject=str(edition.pk), area=edition.county_id, at=at)


@transaction
def _keep_check(edition_id: int, actor: Actor, report: CoverageReport) -> None:
    keep_report(_edition_to_change(edition_id, "grids.prepare", actor), report)


def _edition_to_change(edition_id: int, permission: str, actor: Actor, *, lock: bool = True) -> GridEdition:
    rows = GridEdition.objects.select_for_update() if lock else GridEdition.objects.all()
    edition = rows.filter(pk=edition_id).first()
    if edition is None:
        raise NotFound("grids.no_such_edition")
    require(actor, permission, area=edition.county_id)
    if edition.state in (EditionState.EFFECTIVE.value, EditionState.RETIRED.value):
        raise AlreadyEffective(edition=edition.label)
    return edition


def _shapes(shapes: Sequence[GEOSGeometry]) -> Geometries:
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


def _without_division(county: str, cells: Cells, told: set[str]) -> list[Defect]:
    """Well-formed codes whose community is not among the divisions, outlined or not."""
    communities = Division.objects.filter(
        code__startswith=county, level=DivisionLevel.COMMUNITY.value, valid_to__isnull=True
    )
    known = told.union(communities.values_list("code", flat=True))
    strange = [
        index
        for index, code in enumerate(cells.codes)
        if len(code) == GRID_LENGTH and code.startswith(county) and code[:COMMUNITY_LENGTH] not in known
    ]
    shapes = repair(np.asarray(cells.polygons, dtype=object)[strange])
    return [
        plain_defect(DefectKind.UNKNOWN_PARENT, (cells.codes[i],), shape, parent=cells.codes[i][:COMMUNITY_LENGTH])
        for i, shape in zip(strange, shapes, strict=True)
    ]


def _defects_of_file(edition: GridEdition) -> list[Defect]:
    rows = CoverageDefect.objects.filter(edition=edition, kind__in=[kind.value for kind in FILE_DEFECTS]).order_by("pk")
    return [
        Defect(
            DefectKind(row.kind),
            Severity.BLOCKS if row.blocks else Severity.WARNS,
            tuple(row.codes),
            None,
            row.area_m2,
            row.place.x if row.place else None,
            row.place.y if row.place else None,
            shapely.from_wkb(bytes(row.shape.wkb)) if row.shape else None,
        )
        for row in rows
    ]


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
