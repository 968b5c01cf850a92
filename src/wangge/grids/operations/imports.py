"""Grids from a file into a draft edition: by the queue with a progress others can see, or at once by a command."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

import numpy as np
import shapely
from django.conf import settings
from django.contrib.gis.geos import GEOSGeometry
from django.core.files import File
from django.db import InterfaceError, OperationalError, connection

from wangge.foundation import files, geo
from wangge.foundation.access import Actor, require
from wangge.foundation.db import transaction
from wangge.foundation.errors import Invalid, NotFound, Problem, TooMany, Unavailable
from wangge.foundation.geo import Geometries
from wangge.foundation.history import done_by
from wangge.foundation.jobs import enqueue
from wangge.grids.models import Division, DivisionChange, GridEdition, ImportJob
from wangge.grids.operations.editions import draft_edition, examine, keep_report
from wangge.grids.readers import FeatureTable, Limits, read_features
from wangge.grids.readers.problems import CrsMissing, TooLarge
from wangge.grids.rules.coverage import Cells, Progress
from wangge.grids.rules.defects import CoverageReport
from wangge.grids.rules.rings import has_bad_coordinates, repair
from wangge.grids.types import GRID_LENGTH, DivisionLevel, GridKind, ImportState

TASK, QUEUE = "grids.import", "imports"
LONGEST_RUN_S = 900
_TELL_EVERY_S = 0.4
_LOCK_SPACE = 321


class StillRunning(Unavailable):
    """Another worker is at this import."""

    code = "grids.import_still_running"


class TookTooLong(TooMany):
    """The file makes more work than an import may."""

    status = 422
    code = "grids.import_took_too_long"


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How to read the file. `crs` must be said: GeoJSON in GCJ-02 claims to be WGS 84."""

    crs: str
    code_field: str = ""
    name_field: str = ""
    layer: str = ""
    tolerance_m2: float = 1.0
    is_synthetic: bool = False


def start_import(
    *, county: str, label: str, file: File[bytes], options: ImportOptions, actor: Actor, at: datetime
) -> UUID:
    """Keep the file, and have the queue read and check it; the id of the job. Needs ``grids.prepare``.

    Refused (422) without a declared coordinate system, naming `crs`.
    """
    require(actor, "grids.prepare", area=county)
    _check_request(county, label, options)
    if (file.size or 0) > settings.GRID_FILE_MAX_BYTES:
        raise TooLarge(field="file", limit_bytes=settings.GRID_FILE_MAX_BYTES)
    job = uuid4()
    kept = f"imports/{job}"
    files.keep(kept, file)
    _enqueue(ImportJob(
        pk=job, county_id=county, label=label.strip(), file=kept,
        options={**asdict(options), "name": str(file.name or "")[-120:]},
        created_at=at, created_by_id=actor.user_id,
    ))  # fmt: skip
    return job


@transaction
def _enqueue(job: ImportJob) -> None:
    job.save(force_insert=True)
    enqueue(TASK, queue=QUEUE, job_id=str(job.pk))


def import_file(
    *,
    path: Path,
    county: str,
    label: str,
    options: ImportOptions,
    actor: Actor,
    at: datetime,
    on_progress: Progress | None = None,
) -> GridEdition:
    """Read and check a file now; the checked edition. Needs ``grids.prepare``. Nothing is stored unless it all is."""
    require(actor, "grids.prepare", area=county)
    _check_request(county, label, options)
    told = on_progress or _silent
    read, report = _examined(path, county, options, told)
    return _store(county, label, options, read, report, told, created_by=actor.user_id, at=at)


def run_import(*, job_id: UUID, at: datetime) -> None:
    """Do a job of `start_import`. Safe to run again: what was cut off has left nothing but progress.

    A refusal is kept with the job as data. Raises StillRunning when another worker is at it.
    """
    with _alone(job_id):
        job = ImportJob.objects.select_related("county").filter(pk=job_id).first()
        if job is None:
            raise NotFound("grids.no_such_import")
        if job.state in (ImportState.DONE, ImportState.FAILED):
            return
        try:
            with done_by(lambda: job.created_by_id):
                _run(job, at)
        except Problem as problem:
            _fail(job, problem)
        except (OperationalError, InterfaceError):
            raise  # the database went away: the queue tries again
        except Exception:
            _fail(job, Problem("grids.import_broke"))
            raise


def _run(job: ImportJob, at: datetime) -> None:
    about = dict(job.options)
    about.pop("name", None)
    options = ImportOptions(**about)
    tell = _teller(job)
    with files.local_copy(job.file) as path:
        read, report = _examined(path, job.county_id, options, tell)
    _store_for(job, options, read, report, tell, at)


@transaction
def _store_for(
    job: ImportJob,
    options: ImportOptions,
    read: FeatureTable,
    report: CoverageReport,
    tell: Progress,
    at: datetime,
) -> None:
    tell(0, 0, "storing")
    edition = _store(job.county_id, job.label, options, read, report, _silent, created_by=job.created_by_id, at=at)
    ImportJob.objects.filter(pk=job.pk).update(edition=edition, state=ImportState.DONE, done=len(read), total=len(read))


def _check_request(county: str, label: str, options: ImportOptions) -> None:
    _check_county(county)
    if not 0 < len(label.strip()) <= 80:
        raise Invalid("grids.label_needed", field="label", longest=80)
    if not options.crs.strip():
        raise CrsMissing(field="crs")
    geo.parse_crs(options.crs)
    if not 0 <= options.tolerance_m2 <= 100:
        raise Invalid("grids.bad_tolerance", field="tolerance_m2")


def _check_county(county: str) -> None:
    counties = Division.objects.filter(level=DivisionLevel.COUNTY.value, valid_to__isnull=True)
    if counties.filter(code=county).exists():
        return
    heirs = DivisionChange.objects.filter(old_code=county).order_by("new_code").values_list("new_code", flat=True)
    if now := ", ".join(heirs):
        raise Invalid("grids.former_division", field="county", value=county, now=now)
    raise Invalid("grids.unknown_division", field="county", value=county[:20])


def _examined(path: Path, county: str, options: ImportOptions, told: Progress) -> tuple[FeatureTable, CoverageReport]:
    limits = Limits(
        packed_bytes=settings.GRID_FILE_MAX_BYTES,
        unpacked_bytes=400_000_000,
        features=100_000,
        vertices=5_000_000,
    )
    told(0, 0, "reading")
    read = read_features(
        path,
        crs=options.crs,
        code_field=options.code_field or None,
        name_field=options.name_field or None,
        layer=options.layer or None,
        limits=limits,
    )
    read = _cleaned(read)
    cells = Cells(read.codes, read.polygons)
    return read, examine(county, cells, options.tolerance_m2, _within_time(told))


def _cleaned(read: FeatureTable) -> FeatureTable:
    """Texts of a file without the characters that no database keeps."""
    return replace(read, codes=tuple(map(_clean, read.codes)), names=tuple(map(_clean, read.names)))


def _clean(text: str) -> str:
    return "".join(char for char in text if char.isprintable()).strip()


def _plain(value: object) -> object:
    """The value as JSON that a database keeps."""
    if isinstance(value, Mapping):
        return {_clean(str(key)): _plain(one) for key, one in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(one) for one in value[:50]]
    return value if isinstance(value, int | float | None) else _clean(str(value))


def _within_time(told: Progress) -> Progress:
    """Work on a hostile file ends: the check looks at the clock whenever it tells how far it is."""
    until = time.monotonic() + LONGEST_RUN_S

    def tell(done: int, total: int, stage: str) -> None:
        if time.monotonic() > until:
            raise TookTooLong(field="file", seconds=LONGEST_RUN_S)
        told(done, total, stage)

    return tell


@transaction
def _store(
    county: str,
    label: str,
    options: ImportOptions,
    read: FeatureTable,
    report: CoverageReport,
    told: Progress,
    *,
    created_by: int | None,
    at: datetime,
) -> GridEdition:
    told(0, 0, "storing")
    shapes = _mended(read.polygons)
    kept = _storable(county, read, shapes)
    edition = draft_edition(
        county=county,
        label=label.strip(),
        grids=[
            (
                read.codes[i],
                read.names[i][:80],
                read.kinds[i] or GridKind.GENERAL,
                read.households[i],
                _geos(shapes[i]),
            )
            for i in kept
        ],
        source_crs=read.source_crs,
        tolerance_m2=options.tolerance_m2,
        at=at,
        created_by=created_by,
        is_synthetic=options.is_synthetic,
    )
    keep_report(edition, report, _notes(read, len(kept)))
    return edition


def _mended(polygons: Geometries) -> Geometries:
    placed = np.asarray(polygons, dtype=object).copy()
    placed[has_bad_coordinates(placed)] = None
    return repair(placed)


def _storable(county: str, read: FeatureTable, shapes: Geometries) -> list[int]:
    """The features that can be a grid of this county at all; the others stand among the defects, which block."""
    first: dict[str, int] = {}
    for index, code in enumerate(read.codes):
        if len(code) == GRID_LENGTH and code.startswith(county) and code.isdecimal() and shapes[index] is not None:
            first.setdefault(code, index)
    return list(first.values())


def _geos(shape: shapely.Geometry) -> GEOSGeometry:
    return GEOSGeometry(memoryview(shapely.to_wkb(shape)), srid=4326)


def _notes(read: FeatureTable, kept: int) -> dict[str, object]:
    """What the operator should know about how the file was understood."""
    return {
        "features": len(read),
        "left_out": len(read) - kept,
        "fields": _plain(read.fields),
        "warnings": [{"code": note.code, "params": _plain(note.params)} for note in read.warnings],
    }


def _teller(job: ImportJob) -> Progress:
    """Writes the progress where a page can see it, but not more often than eyes can."""
    last_stage, last_at = "", 0.0

    def tell(done: int, total: int, stage: str) -> None:
        nonlocal last_stage, last_at
        now = time.monotonic()
        if stage == last_stage and now - last_at < _TELL_EVERY_S and done < total:
            return
        last_stage, last_at = stage, now
        ImportJob.objects.filter(pk=job.pk).update(state=ImportState.RUNNING, stage=stage, done=done, total=total)

    return tell


def _fail(job: ImportJob, problem: Problem) -> None:
    told = {"code": problem.code, "field": problem.field, "params": _plain(problem.params)}
    ImportJob.objects.filter(pk=job.pk).update(state=ImportState.FAILED, problem=told)


def _silent(done: int, total: int, stage: str) -> None:
    """Nobody watches."""


@contextmanager
def _alone(job_id: UUID) -> Iterator[None]:
    """A lock of this session, gone with its worker: a job put back too early isn't done twice at once."""
    key = [_LOCK_SPACE, job_id.int % 2**31]
    with connection.cursor() as db:
        db.execute("SELECT pg_try_advisory_lock(%s, %s)", key)
        if not db.fetchone()[0]:
            raise StillRunning
    try:
        yield
    finally:
        _quietly(lambda: _unlock(key))


def _unlock(key: list[int]) -> None:
    with connection.cursor() as db:
        db.execute("SELECT pg_advisory_unlock(%s, %s)", key)


def _quietly(act: Callable[[], None]) -> None:
    """A broken connection has no lock any more."""
    if connection.is_usable():
        act()
