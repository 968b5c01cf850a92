"""Points that lie in grids of the demo."""

from __future__ import annotations

import gzip
import json
import random
from functools import cache

import shapely
from bench.harness.database import ROOT


@cache
def _inner_points() -> list[tuple[float, float]]:
    with gzip.open(ROOT / "data/demo/jiangning/grids.geojson.gz", "rt", encoding="utf-8") as file:
        features = json.load(file)["features"]
    shapes = shapely.from_geojson([json.dumps(feature["geometry"]) for feature in features])
    points = shapely.point_on_surface(shapes)
    return list(zip(shapely.get_x(points).tolist(), shapely.get_y(points).tolist(), strict=True))


def somewhere(draw: random.Random) -> tuple[float, float]:
    """A point of some grid, moved by up to ten metres."""
    lon, lat = draw.choice(_inner_points())
    return round(lon + draw.uniform(-1e-4, 1e-4), 6), round(lat + draw.uniform(-1e-4, 1e-4), 6)
