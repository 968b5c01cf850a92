"""Points located per second on one core over 25,053 real polygons: `python -m bench.locate`.

The reference is shapely's STRtree with predicate="intersects" on the same points in the same run (which only
finds the candidates and leaves the choice of one grid to the caller). With a database at hand the answers are
compared with those of PostGIS, point for point. Differences from shapely are possible where PostGIS rounds.
"""

from __future__ import annotations

import os
import pickle
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import shapely
from bench.harness import postgis
from bench.harness.london import london
from bench.harness.report import report

from wangge.foundation.geo import Floats, Geometries
from wangge.grids.rules.locating import GridIndex
from wangge.grids.rules.rings import repair

POINTS = 500_000
COMPARED = 100_000
ROUNDS = 3

Points = tuple[Floats, Floats]


def main() -> None:
    cells = london()
    shapes = repair(cells.polygons)
    seconds, index = timed(lambda: GridIndex(cells.codes, shapes), rounds=1)
    report(bench="locate", metric="index_build", value=seconds, unit="s")
    report(bench="locate", metric="index_size", value=len(pickle.dumps(index)) / 1e6, unit="MB")
    for name, points in samples(shapes).items():
        measure(name, index, shapes, points)
    compare_with_postgis(index, cells.codes, shapes)


def samples(shapes: Geometries) -> dict[str, Points]:
    """Random points of the whole frame, points where people live, points on boundaries, and half of each."""
    rng = np.random.default_rng(11)
    west, south, east, north = shapely.total_bounds(shapes)
    anywhere = rng.uniform((west, south), (east, north), (POINTS, 2))
    homes = shapely.get_coordinates(shapely.point_on_surface(shapes))
    settled = homes[rng.integers(0, len(homes), POINTS)] + rng.normal(0, 0.0005, (POINTS, 2))
    border = on_boundaries(shapes, rng)
    half = POINTS // 2
    mixed = rng.permutation(np.vstack((anywhere[:half], border[:half])))
    named = {"random": anywhere, "settled": settled, "boundary": border, "random_and_boundary": mixed}
    return {name: (xy[:, 0].copy(), xy[:, 1].copy()) for name, xy in named.items()}


def on_boundaries(shapes: Geometries, rng: np.random.Generator) -> Floats:
    """Vertices, middles of edges, and other places on edges, a third each."""
    lines = shapely.get_parts(shapely.boundary(shapes))
    xy, line = shapely.get_coordinates(lines, return_index=True)
    starts = rng.choice(np.flatnonzero(line[1:] == line[:-1]), POINTS)
    share = rng.choice([0.0, 0.5, -1.0], POINTS)[:, None]
    share = np.where(share < 0, rng.random((POINTS, 1)), share)
    return np.asarray(xy[starts] + share * (xy[starts + 1] - xy[starts]), dtype=np.float64)


def measure(name: str, index: GridIndex, shapes: Geometries, points: Points) -> None:
    seconds, found = timed(lambda: index.locate_many(*points))
    tree = shapely.STRtree(shapes)
    tree_seconds, hits = timed(lambda: tree.query(shapely.points(*points), predicate="intersects"))
    speed, tree_speed = POINTS / seconds, POINTS / tree_seconds
    report(bench="locate", metric=f"{name}_points", value=speed, unit="points/s", reference=tree_speed)
    different = int((found != smallest(hits, index)).sum())
    report(bench="locate", metric=f"{name}_differences", value=different, unit="points", reference="shapely")


def smallest(hits: Any, index: GridIndex) -> Any:
    """The index of the smallest code among the hits of each point, -1 without any."""
    rank = np.empty(len(index), dtype=np.int64)
    order = np.array(sorted(range(len(index)), key=index.codes.__getitem__))
    rank[order] = np.arange(len(index))
    best = np.full(POINTS, len(index))
    np.minimum.at(best, hits[0], rank[hits[1]])
    return np.append(order, -1)[best]


def timed(work: Callable[[], Any], rounds: int = ROUNDS) -> tuple[float, Any]:
    """CPU seconds of the quickest round, and the result."""
    quickest = float("inf")
    for _ in range(rounds):
        start = time.process_time()
        result = work()
        quickest = min(quickest, time.process_time() - start)
    return quickest, result


def compare_with_postgis(index: GridIndex, codes: Any, shapes: Geometries) -> None:
    lon, lat = samples(shapes)["random_and_boundary"]
    lon, lat = lon[:COMPARED], lat[:COMPARED]
    with database_cursor() as cursor:
        if cursor is None:
            return
        postgis.fill(cursor, codes, shapes)
        expected = postgis.answers(cursor, lon, lat)
    found = [None if i < 0 else index.codes[i] for i in index.locate_many(lon, lat)]
    different = sum(a != b for a, b in zip(found, expected, strict=True))
    report(bench="locate", metric="postgis_compared", value=COMPARED, unit="points")
    report(bench="locate", metric="postgis_differences", value=different, unit="points", reference="PostGIS")


@contextmanager
def database_cursor() -> Iterator[Any]:
    """A cursor on the instance's database, None (with a word on stderr) where there is none."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wangge.project.settings")
    try:
        import django
        from django.db import connection

        django.setup()
        cursor = connection.cursor()
    except Exception as error:  # whatever is missing, the other figures stand
        sys.stderr.write(f"not compared with PostGIS: {error}\n")
        yield None
        return
    with cursor:
        yield cursor


if __name__ == "__main__":
    main()
