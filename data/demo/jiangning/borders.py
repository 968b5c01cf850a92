"""From roughly fitting cells to an exact tiling with natural borders (degrees, six decimals)."""

from __future__ import annotations

import zlib
from itertools import pairwise
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

GRID = 1e-6
BEND = 0.10  # of a border's length, at most
BEND_MAX_M = 90.0
STRAIGHT_M = 130.0  # shorter pieces stay straight


def rebuild(cells: list[BaseGeometry], outline: BaseGeometry, scale: Any) -> list[BaseGeometry]:
    """One polygon for each cell, put together from shared lines: no overlap, no gap, no crossing."""
    lines = _noded([*(cell.boundary for cell in cells), outline.boundary])
    bent = _bend_all(lines, outline, scale)
    faces = _faces_inside(bent, outline)
    owner = _owners(faces, np.array(cells))
    return [shapely.coverage_union_all(faces[owner == k]) for k in range(len(cells))]


def _noded(lines: list[BaseGeometry]) -> Any:
    merged = shapely.line_merge(shapely.union_all(lines, grid_size=GRID))
    return _rounded(shapely.get_parts(merged))


def _rounded(lines: Any) -> Any:
    return shapely.transform(lines, lambda xy: np.round(xy, 6))


def _bend_all(lines: Any, outline: BaseGeometry, scale: Any) -> Any:
    """Bends the inner borders; those that would then cross another are left straight."""
    edge = shapely.union_all([shapely.set_precision(outline, GRID).boundary]).buffer(2 * GRID)
    straight = shapely.covered_by(lines, edge)
    while True:
        bent = np.array([a if keep else _bend(a, scale) for a, keep in zip(lines, straight, strict=True)])
        crossing = _crossing(bent) | ~shapely.is_simple(bent)
        if not (crossing & ~straight).any():
            return bent
        straight |= crossing


def _crossing(lines: Any) -> Any:
    left, right = shapely.STRtree(lines).query(lines, predicate="intersects")
    left, right = left[left < right], right[left < right]
    wrong = ~shapely.relate_pattern(lines[left], lines[right], "FF*F*****")
    crossing = np.zeros(len(lines), dtype=bool)
    crossing[left[wrong]] = crossing[right[wrong]] = True
    return crossing


def _bend(line: BaseGeometry, scale: Any) -> BaseGeometry:
    points = shapely.get_coordinates(line)
    out = [points[:1]]
    for a, b in pairwise(points):
        out.append(_bent(a, b, scale)[1:])
    return shapely.LineString(np.round(np.vstack(out), 6))


def _bent(a: Any, b: Any, scale: Any) -> Any:
    """Midpoint displacement in metres, the same whichever way the border is walked."""
    step = (b - a) * scale
    length = float(np.hypot(*step))
    if length < STRAIGHT_M:
        return np.array([a, b])
    first, second = sorted([tuple(np.round(a, 6)), tuple(np.round(b, 6))])
    chance = zlib.crc32(repr((*map(float, first), *map(float, second))).encode()) / 2**31 - 1
    forward = 1.0 if tuple(np.round(a, 6)) == first else -1.0
    shift = min(BEND * length, BEND_MAX_M) * chance * forward / length
    middle = (a + b) / 2 + np.array([-step[1], step[0]]) * shift / scale
    return np.vstack([_bent(a, middle, scale), _bent(middle, b, scale)[1:]])


def _faces_inside(lines: Any, outline: BaseGeometry) -> Any:
    faces, cuts, dangles, invalid = shapely.polygonize_full(lines)
    left_over = sum(shapely.get_num_geometries(part) for part in (cuts, dangles, invalid))
    if left_over:
        raise AssertionError(f"{left_over} lines belong to no face")
    polygons = shapely.get_parts(faces)
    shapely.prepare(outline)
    return polygons[shapely.intersects(outline, shapely.point_on_surface(polygons))]


def _owners(faces: Any, cells: Any) -> Any:
    """For each face the cell it covers most of."""
    face, cell = shapely.STRtree(cells).query(faces, predicate="intersects")
    shared = shapely.area(shapely.intersection(faces[face], cells[cell]))
    order = np.lexsort((shared, face))
    owner = np.full(len(faces), -1)
    owner[face[order]] = cell[order]
    return owner
