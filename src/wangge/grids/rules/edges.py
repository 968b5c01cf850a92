"""Polygons as bare arrays, and the exact test whether one covers a point.

A frame of cells lies over all polygons. `EdgeRows` knows, for each polygon and each row of the frame, which
edges reach into that row; a point needs only the edges of its own row.

The test is exact (see `turns`), so two polygons that share an edge never both lose a point near it. Asked to
round, it computes as PostGIS does; the two differ only for points nearer to an edge than doubles can tell.

Rows and cells count as a hair larger than they are (`HAIR`), so that rounding in the assignment of a point
can't lead to a wrong answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import shapely

from wangge.foundation.geo import Floats, Geometries
from wangge.grids.rules.turns import rounded_signs, turn_signs

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

HAIR: Final = 1e-6  # of a cell
_SMALLEST_CELL: Final = 1e-6  # degrees; rounding stays far below a hair of it
_CELLS_PER_POLYGON: Final = 40
_MOST_CELLS: Final = 4_000_000
_MOST_COVERED: Final = 40_000_000  # polygons lying over each other make the raster coarser, not larger


@dataclass(frozen=True, slots=True)
class Frame:
    """Where the raster lies: lower left corner, cell size (degrees), columns and rows."""

    x0: float
    y0: float
    width: float
    height: float
    columns: int
    rows: int

    def column_of(self, x: Floats, hair: float = 0.0) -> Longs:
        cells = np.floor((x - self.x0) / self.width + hair).astype(np.int64)
        return np.clip(cells, 0, self.columns - 1)

    def row_of(self, y: Floats, hair: float = 0.0) -> Longs:
        cells = np.floor((y - self.y0) / self.height + hair).astype(np.int64)
        return np.clip(cells, 0, self.rows - 1)

    def holds(self, x: Floats, y: Floats) -> Bools:
        """Whether the points are in the frame at all; NaN is not."""
        right, top = self.x0 + self.columns * self.width, self.y0 + self.rows * self.height
        inside: Bools = (x >= self.x0) & (y >= self.y0) & (x <= right) & (y <= top)
        return inside


def frame_around(polygons: Geometries) -> Frame:
    """A frame whose cell is small against a typical polygon, within bounds of memory."""
    bounds = shapely.bounds(polygons)
    bounds = bounds[~np.isnan(bounds[:, 0])]
    if not len(bounds):
        return Frame(0.0, 0.0, 1.0, 1.0, 1, 1)
    west, south = bounds[:, :2].min(axis=0)
    width, height = np.maximum(bounds[:, 2:].max(axis=0) - (west, south), _SMALLEST_CELL)
    boxes = ((bounds[:, 2] - bounds[:, 0]) * (bounds[:, 3] - bounds[:, 1])).sum() / (width * height)
    cells = min(_CELLS_PER_POLYGON * len(bounds), _MOST_CELLS, _MOST_COVERED / max(boxes, 1e-9))
    side = max(float(np.sqrt(width * height / max(cells, 1))), _SMALLEST_CELL, max(width, height) / 20_000)
    # one cell more each way: the far border lies inside the frame whatever the rounding
    columns, rows = int(width / side) + 2, int(height / side) + 2
    return Frame(float(west) - side / 2, float(south) - side / 2, side, side, columns, rows)


def spread(starts: Longs, counts: Longs) -> tuple[Longs, Longs]:
    """The ranges start..start+count written out: (which range, value) for each member."""
    owner = np.repeat(np.arange(len(counts)), counts)
    before = np.cumsum(counts) - counts
    return owner, np.arange(len(owner)) - np.repeat(before - starts, counts)


@dataclass(frozen=True, slots=True)
class EdgeRows:
    """Polygons as vertices, and their edges by (polygon, row). Edge k runs from vertex k to k + 1."""

    frame: Frame
    xs: Floats
    ys: Floats
    vertex_start: Longs  # polygon -> its first vertex; one more at the end
    is_edge: Bools  # False at the last vertex of each ring
    first_row: Longs
    slot_start: Longs  # polygon -> slot of its first row; one more at the end
    edge_start: Longs  # slot -> its first place in `edges`; one more at the end
    edges: Ints

    def covers(self, polygon: Longs, x: Floats, y: Floats, *, rounded: bool = False) -> Bools:
        """Whether each closed polygon covers its point (arrays of equal length); `rounded` as in PostGIS."""
        slot = self.slot_start[polygon] + self.frame.row_of(y) - self.first_row[polygon]
        known = (slot >= self.slot_start[polygon]) & (slot < self.slot_start[polygon + 1])
        slot = np.where(known, slot, 0)
        counts = np.where(known, self.edge_start[slot + 1] - self.edge_start[slot], 0)
        owner, place = spread(self.edge_start[slot], counts)
        edge = self.edges[place]
        start_x, start_y = self.xs[edge] - x[owner], self.ys[edge] - y[owner]
        end_x, end_y = self.xs[edge + 1] - x[owner], self.ys[edge + 1] - y[owner]
        covered = np.zeros(len(x), dtype=bool)
        covered[owner[_at_vertex_or_level(start_x, start_y, end_x, end_y)]] = True
        passing = np.flatnonzero(((start_y > 0) != (end_y > 0)) & ~covered[owner])
        owner, edge = owner[passing], edge[passing]
        corners = (self.xs[edge], self.ys[edge], self.xs[edge + 1], self.ys[edge + 1])
        sign = (rounded_signs if rounded else turn_signs)(*corners, x[owner], y[owner])
        covered[owner[sign == 0]] = True
        crossed = sign == np.where(end_y[passing] > 0, 1, -1)
        covered |= np.bincount(owner[crossed], minlength=len(x)) % 2 == 1
        return covered

    def vertices_of(self, polygon: int) -> tuple[Floats, Floats, Bools]:
        """Its vertices and whether an edge starts at each (but for the last of a ring)."""
        own = slice(int(self.vertex_start[polygon]), int(self.vertex_start[polygon + 1]))
        return self.xs[own], self.ys[own], self.is_edge[own]


def _at_vertex_or_level(start_x: Floats, start_y: Floats, end_x: Floats, end_y: Floats) -> Bools:
    """Point at the edge's start, or on a level edge (every vertex starts some edge of its ring)."""
    along = (start_y == 0) & (end_y == 0) & ((start_x < 0) != (end_x < 0))
    found: Bools = along | ((start_y == 0) & (start_x == 0))
    return found


def edge_rows(polygons: Geometries, frame: Frame) -> EdgeRows:
    """Takes the polygons apart. What is not a polygon (None, lines of a collection) counts as empty."""
    xy, ring, polygon = _vertices(polygons)
    is_edge = np.append(ring[1:] == ring[:-1], False) if len(ring) else np.zeros(0, dtype=bool)
    vertex_start = np.searchsorted(polygon, np.arange(len(polygons) + 1))
    edge = np.flatnonzero(is_edge)
    low, high = np.minimum(xy[edge, 1], xy[edge + 1, 1]), np.maximum(xy[edge, 1], xy[edge + 1, 1])
    first, last = frame.row_of(low, -HAIR), frame.row_of(high, HAIR)
    top, bottom = np.full(len(polygons), -1), np.full(len(polygons), frame.rows)
    np.maximum.at(top, polygon[edge], last)
    np.minimum.at(bottom, polygon[edge], first)
    slot_start = np.concatenate(([0], np.cumsum(np.maximum(top - bottom + 1, 0))))
    owner, row = spread(first, last - first + 1)
    slot = slot_start[polygon[edge[owner]]] + row - bottom[polygon[edge[owner]]]
    order = np.argsort(slot, kind="stable")
    edge_start = np.searchsorted(slot[order], np.arange(slot_start[-1] + 2))
    edges = edge[owner][order].astype(np.int32)
    arrays = (xy[:, 0].copy(), xy[:, 1].copy(), vertex_start, is_edge, bottom, slot_start, edge_start, edges)
    return EdgeRows(frame, *map(frozen, arrays))


def _vertices(polygons: Geometries) -> tuple[Floats, Longs, Longs]:
    """Coordinates, the ring and the polygon each belongs to."""
    parts, part_of = shapely.get_parts(polygons, return_index=True)
    parts, inner = shapely.get_parts(parts, return_index=True)
    part_of = part_of[inner]
    areal = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    rings, ring_of = shapely.get_rings(parts[areal], return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    return xy, ring, part_of[areal][ring_of][ring]


def frozen(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The array, no longer writable."""
    array.flags.writeable = False
    return array
