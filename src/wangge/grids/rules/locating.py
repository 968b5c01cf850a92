"""From a point to its grid: one and only one, on boundaries too.

The rule of ties: among the grids whose closed polygon covers the point, the smallest code answers (and of
equal codes the one that came first). It is what PostGIS answers to

    SELECT min(code COLLATE "C") FROM grids WHERE ST_Intersects(polygon, point)

so both may be used side by side. It is the same to the last bit: sides of edges are computed with the
rounding of PostGIS (which is not that of GEOS: of 500,000 points put on edges in London the two disagree on
65). Only where rounding leaves a point on a shared edge to no grid at all does exact arithmetic decide.

Polygons should be valid (see `rings.repair`); inside and outside are told by the even-odd rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from wangge.foundation import geo
from wangge.foundation.geo import Floats, Geometries
from wangge.grids.rules.edges import EdgeRows, Longs, edge_rows, frame_around
from wangge.grids.rules.raster import NONE, Raster, list_of, raster

_AT_ONCE: Final = 100_000  # points a round: working arrays stay in tens of megabytes


@dataclass(frozen=True, slots=True)
class Nearby:
    """A grid near a point. `index` counts the polygons as they were given."""

    index: int
    code: str
    distance_m: float


class GridIndex:
    """The grids of one edition, ready to be asked. Built once, immutable, picklable.

    `codes` and `polygons` (shapely, WGS 84, None for no shape) are parallel. Only arrays are kept, less than
    1 kB for a grid of usual shape. Raises ValueError when the lengths differ.
    """

    __slots__ = ("_order", "_raster", "_rows", "codes")

    codes: tuple[str, ...]
    _order: Longs  # rank by code -> index as given
    _rows: EdgeRows
    _raster: Raster

    def __init__(self, codes: Sequence[str], polygons: Geometries) -> None:
        if len(codes) != len(polygons):
            raise ValueError("codes and polygons differ in number")
        ranked = sorted(range(len(codes)), key=codes.__getitem__)
        self.codes = tuple(codes)
        self._order = np.array(ranked, dtype=np.int64)
        in_order = np.asarray(polygons, dtype=object)[self._order]
        self._rows = edge_rows(in_order, frame_around(in_order))
        self._raster = raster(self._rows)

    def __len__(self) -> int:
        return len(self.codes)

    def locate(self, lon: float, lat: float) -> str | None:
        """The code of the grid at this point, or None."""
        index = int(self.locate_many(np.array([lon]), np.array([lat]))[0])
        return None if index == NONE else self.codes[index]

    def locate_many(self, lon: Floats, lat: Floats) -> Longs:
        """For each point the index into `codes` of its grid, -1 where there is none (or the point is NaN)."""
        x, y = np.ascontiguousarray(lon, dtype=np.float64), np.ascontiguousarray(lat, dtype=np.float64)
        found = np.full(len(x), NONE, dtype=np.int64)
        for start in range(0, len(x), _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            found[part] = self._rank_of(x[part], y[part])
        hit = found != NONE
        found[hit] = self._order[found[hit]]
        return found

    def nearest(self, lon: float, lat: float, limit: int = 3) -> list[Nearby]:
        """The nearest grids, nearest first; distance 0 for those that cover the point.

        Metres are geodesic to the nearest point of the outline; which point that is, is decided on the plane,
        so far away (hundreds of kilometres) the order of nearly equal ones may differ. [] for a NaN point.
        """
        if not (np.isfinite(lon) and np.isfinite(lat)):
            return []
        best: list[tuple[float, int]] = []
        lower = self._box_distances_m(lon, lat)
        for rank in np.argsort(lower, kind="stable"):
            if np.isinf(lower[rank]) or (len(best) >= limit and lower[rank] > best[-1][0]):
                break
            best = sorted([*best, (self._distance_m(int(rank), lon, lat), int(rank))])[:limit]
        return [self._nearby(rank, metres) for metres, rank in best]

    def _rank_of(self, x: Floats, y: Floats) -> Longs:
        frame = self._rows.frame
        ranks = np.full(len(x), NONE, dtype=np.int64)
        held = np.flatnonzero(frame.holds(x, y))
        values = self._raster.cells[frame.row_of(y[held]) * frame.columns + frame.column_of(x[held])]
        ranks[held] = np.maximum(values, NONE)
        listed = values < NONE
        point, number = held[listed], list_of(values[listed])
        order = np.argsort(number)  # neighbours in space become neighbours in memory
        point, number = point[order], number[order]
        self._ask_lists(point, number, x, y, ranks, rounded=True)
        lost = ranks[point] == NONE
        self._ask_lists(point[lost], number[lost], x, y, ranks, rounded=False)
        return ranks

    def _ask_lists(self, point: Longs, number: Longs, x: Floats, y: Floats, ranks: Longs, *, rounded: bool) -> None:
        """Tries the polygons of each point's cell in the order of their codes until one covers it."""
        place, end = self._raster.list_start[number], self._raster.list_start[number + 1]
        while len(point):
            polygon = self._raster.listed[place].astype(np.int64)
            covered = self._rows.covers(polygon, x[point], y[point], rounded=rounded)
            ranks[point[covered]] = polygon[covered]
            place = place + 1
            left = ~covered & (place < end)
            point, place, end = point[left], place[left], end[left]

    def _box_distances_m(self, lon: float, lat: float) -> Floats:
        """Distance to each polygon's bounding box, infinite for empty ones."""
        boxes = self._boxes()
        kx, ky = geo.local_metres(lat)
        dx = np.maximum(np.maximum(boxes[0] - lon, lon - boxes[2]), 0) * kx
        dy = np.maximum(np.maximum(boxes[1] - lat, lat - boxes[3]), 0) * ky
        return np.asarray(np.hypot(dx, dy), dtype=np.float64)

    def _boxes(self) -> Floats:
        rows, starts = self._rows, self._rows.vertex_start[:-1]
        boxes = np.full((4, len(starts)), np.inf)
        full = np.flatnonzero(np.diff(rows.vertex_start))
        if len(full):
            boxes[0, full], boxes[1, full] = (np.minimum.reduceat(v, starts[full]) for v in (rows.xs, rows.ys))
            boxes[2, full], boxes[3, full] = (np.maximum.reduceat(v, starts[full]) for v in (rows.xs, rows.ys))
        return boxes

    def _distance_m(self, rank: int, lon: float, lat: float) -> float:
        if self._rows.covers(np.array([rank]), np.array([lon]), np.array([lat]))[0]:
            return 0.0
        xs, ys, is_edge = self._rows.vertices_of(rank)
        scale = np.array(geo.local_metres(lat))
        points = (np.column_stack((xs, ys)) - (lon, lat)) * scale
        nearest = _nearest_on_edges(points[:-1][is_edge[:-1]], points[1:][is_edge[:-1]]) / scale
        return float(geo.distance_m(lon, lat, lon + nearest[0], lat + nearest[1]))

    def _nearby(self, rank: int, metres: float) -> Nearby:
        index = int(self._order[rank])
        return Nearby(index, self.codes[index], metres)


def _nearest_on_edges(start: Floats, end: Floats) -> Floats:
    """The point of the edges nearest to the origin."""
    step = end - start
    length2 = np.maximum((step**2).sum(axis=1), 1e-300)
    share = np.clip(-(start * step).sum(axis=1) / length2, 0, 1)
    feet = start + share[:, None] * step
    return np.asarray(feet[np.argmin((feet**2).sum(axis=1))], dtype=np.float64)
