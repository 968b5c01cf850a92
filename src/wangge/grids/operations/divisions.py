"""Writing divisions: names, changes, outlines."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from django.contrib.gis.geos import GEOSGeometry, MultiPolygon

from wangge.foundation.db import transaction
from wangge.grids.models import Division, DivisionChange, DivisionShape
from wangge.grids.types import DivisionLevel

_LEVELS = {
    "province": DivisionLevel.PROVINCE,
    "city": DivisionLevel.CITY,
    "county": DivisionLevel.COUNTY,
    "township": DivisionLevel.TOWNSHIP,
    "village": DivisionLevel.COMMUNITY,
}


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
        rows,
        batch_size=2000,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["name", "level", "parent"],
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
            DivisionShape(division_id=code, shape=multi(shape), source=source, is_synthetic=is_synthetic)
            for code, shape in shapes
        ],
        batch_size=500,
        update_conflicts=True,
        unique_fields=["division"],
        update_fields=["shape", "source", "is_synthetic"],
    )


def multi(shape: GEOSGeometry) -> MultiPolygon:
    """The shape as a multi-polygon."""
    return shape if isinstance(shape, MultiPolygon) else MultiPolygon(shape, srid=4326)
