"""GridIndex and PostGIS give the same answer, point for point, on borders too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from bench.harness import postgis
from django.db import connection

from wangge.foundation.geo import Geometries
from wangge.grids.readers import read_features
from wangge.grids.rules.locating import GridIndex
from wangge.grids.rules.rings import repair

DATA = Path(__file__).parents[3] / "data"
POINTS = 12_000


def awkward_points(shapes: Geometries, seed: int) -> Any:
    """Vertices, middles of edges, other places on edges, and anywhere in and around."""
    rng = np.random.default_rng(seed)
    xy, ring = shapely.get_coordinates(shapely.get_parts(shapely.boundary(shapes)), return_index=True)
    edge = rng.choice(np.flatnonzero(ring[1:] == ring[:-1]), POINTS)
    start, step = xy[edge], xy[edge + 1] - xy[edge]
    west, south, east, north = shapely.total_bounds(shapes)
    anywhere = rng.uniform((west - 0.01, south - 0.01), (east + 0.01, north + 0.01), (POINTS, 2))
    return np.vstack((start, start + step / 2, start + rng.random((POINTS, 1)) * step, anywhere)).T


def overlapping(shapes: Geometries) -> Geometries:
    """The same shapes grown a little, so that every border lies in two or three."""
    return np.asarray(shapely.buffer(shapes, 1e-4, quad_segs=2), dtype=object)


@pytest.mark.django_db
@pytest.mark.parametrize("case", ["demo", "meridian", "overlapping"])
def test_bulk_locate_equals_postgis(case: str) -> None:
    if case == "meridian":  # longitudes around zero are where rounding matters most
        table = read_features(DATA / "tests/london_oa2011.parquet")
        near = np.abs(shapely.get_x(shapely.centroid(table.polygons))) < 0.004
        codes, shapes = np.array(table.codes)[near].tolist(), repair(table.polygons[near])
    else:
        table = read_features(DATA / "demo/jiangning/grids.geojson.gz")
        codes, shapes = list(table.codes), table.polygons
    shapes = overlapping(shapes) if case == "overlapping" else shapes
    lon, lat = awkward_points(shapes, seed=7)
    index = GridIndex(codes, shapes)
    with connection.cursor() as cursor:
        postgis.fill(cursor, codes, shapes)
        expected = postgis.answers(cursor, lon, lat)
    found = [None if i < 0 else codes[i] for i in index.locate_many(lon, lat)]
    different = [i for i in range(len(found)) if found[i] != expected[i]]
    assert different == []
    assert sum(code is None for code in found) < len(found) / 2  # the test looked at something
