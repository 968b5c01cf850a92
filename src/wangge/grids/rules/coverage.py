"""The coverage check: do the grids tile their communities, with nothing twice and nothing left out?

Everything is compared with everything that is near it (no sampling, no snapping), so overlaps are found
whether or not the polygons share vertices: exact duplicates, one inside the other, crossing borders. Areas
are on the ellipsoid. Three grids over one place are three overlapping pairs.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from wangge.foundation import geo
from wangge.foundation.geo import Geometries
from wangge.grids.rules.defects import (
    CoverageReport,
    Defect,
    DefectKind,
    Severity,
    Tolerance,
    areal,
    perimeters_m,
    plain_defect,
    spatial_defects,
)
from wangge.grids.rules.rings import RingFault, has_bad_coordinates, is_polygon, mend, repair

GRID_CODE: Final = r"[1-9]\d{14}"
"""12 digits of the community and 3 of the grid."""
COMMUNITY_DIGITS: Final = 12
MOST_DEFECTS: Final = 100_000
_CHUNK: Final = 64  # grids compared at a time: bounds the pairs held if all lie upon each other
_PAIRS: Final = 50_000
_NEIGHBOURS_NAMED: Final = 12

Indices = npt.NDArray[np.int64]
Progress = Callable[[int, int, str], None]
"""Called with (done, total, stage); stages are "rings", "overlaps", "gaps", in this order."""


@dataclass(frozen=True, slots=True)
class Cells:
    """Areas with their codes, parallel; `parents` are the codes of the areas they belong to.

    Without `parents` a grid belongs to the first twelve digits of its code.
    """

    codes: Sequence[str]
    polygons: Geometries
    parents: Sequence[str] | None = None

    def parent(self, index: int) -> str:
        return self.codes[index][:COMMUNITY_DIGITS] if self.parents is None else self.parents[index]


def check_coverage(
    cells: Cells,
    parents: Cells | None = None,
    outline: BaseGeometry | None = None,
    tolerance: Tolerance | None = None,
    *,
    code_pattern: str = GRID_CODE,
    most_defects: int = MOST_DEFECTS,
    on_progress: Progress | None = None,
) -> CoverageReport:
    """Everything that is wrong with a coverage (shapes in WGS 84).

    With `parents` each parent must be tiled by its own grids: what they leave is a gap, what reaches beyond
    is outside. Without, the `outline` is taken as the one parent; without that too, gaps are the holes that
    the grids enclose. With both, also what grids and parents leave of the outline is a gap.

    The search for overlaps ends, and the report says `truncated`, past `most_defects`. Raises ValueError when
    codes and polygons differ in number.
    """
    if len(cells.codes) != len(cells.polygons):
        raise ValueError("codes and polygons differ in number")
    allowed, told = tolerance or Tolerance(), on_progress or _silent
    defects = _code_defects(cells, code_pattern)
    shapes, faults = _ring_defects(cells, allowed)
    told(len(shapes), len(shapes), "rings")
    overlaps, truncated = _overlaps(cells, shapes, allowed, most_defects, told)
    gaps = _gaps_and_excess(cells, shapes, parents, outline, allowed, told)
    return CoverageReport(len(shapes), (*defects, *faults, *overlaps, *gaps), allowed, truncated)


def _silent(done: int, total: int, stage: str) -> None:
    """Nobody watches."""


def _code_defects(cells: Cells, pattern: str) -> list[Defect]:
    form = re.compile(pattern)
    found = [
        plain_defect(DefectKind.ILL_FORMED_CODE, (code,), _showable(shape))
        for code, shape in zip(cells.codes, cells.polygons, strict=True)
        if not (code.isascii() and form.fullmatch(code))
    ]
    times = Counter(cells.codes)
    for index, code in enumerate(cells.codes):
        if times[code] > 1:
            times[code] = -times[code]  # the first one stands for all
            found.append(plain_defect(DefectKind.DUPLICATE_CODE, (code,), _showable(cells.polygons[index])))
    return found


def _showable(shape: BaseGeometry | None) -> BaseGeometry | None:
    """The shape if its place can be pointed at."""
    bad = has_bad_coordinates(np.array([shape], dtype=object))[0]
    return None if bad or shape is None or not shapely.is_valid(shape) else shape


def _ring_defects(cells: Cells, tolerance: Tolerance) -> tuple[Geometries, list[Defect]]:
    """Shapes that can be compared (None for the hopeless), and what was wrong with them."""
    shapes = np.asarray(cells.polygons, dtype=object).copy()
    bad = has_bad_coordinates(shapes)
    wrong = ~is_polygon(shapes) & ~bad
    found = [plain_defect(DefectKind.BAD_COORDINATES, (cells.codes[i],)) for i in np.flatnonzero(bad).tolist()]
    found += [plain_defect(DefectKind.NOT_A_POLYGON, (cells.codes[i],)) for i in np.flatnonzero(wrong).tolist()]
    shapes[bad | wrong] = None
    shapes, faults = mend(shapes)
    found += [_ring_defect(cells.codes[fault.index], fault) for fault in faults]
    thin = np.flatnonzero(2 * geo.areas_m2(shapes) < tolerance.sliver_width_m * perimeters_m(shapes))
    found += [plain_defect(DefectKind.SLIVER_GRID, (cells.codes[i],), shapes[i]) for i in thin.tolist()]
    return shapes, found


def _ring_defect(code: str, fault: RingFault) -> Defect:
    spot = None if fault.lon is None or fault.lat is None else shapely.Point(fault.lon, fault.lat)
    kind, severity = DefectKind.INVALID_RING, Severity.WARNS
    return Defect(kind, severity, (code,), None, None, fault.lon, fault.lat, spot, fault.reason)


def _overlaps(
    cells: Cells, shapes: Geometries, tolerance: Tolerance, most: int, told: Progress
) -> tuple[list[Defect], bool]:
    """Every pair whose interiors meet, and whether there were too many to list."""
    tree, found = shapely.STRtree(shapes), list[Defect]()
    for start in range(0, len(shapes), _CHUNK):
        left, right = tree.query(shapes[start : start + _CHUNK], predicate="intersects")
        left, right = left[left + start < right] + start, right[left + start < right]
        for part in range(0, len(left), _PAIRS):
            pairs = slice(part, part + _PAIRS)
            found += _overlaps_of(cells, shapes, left[pairs], right[pairs], tolerance)
            if len(found) > most:
                return found[:most], True
        told(min(start + _CHUNK, len(shapes)), len(shapes), "overlaps")
    return found, False


def _overlaps_of(cells: Cells, shapes: Geometries, left: Indices, right: Indices, tolerance: Tolerance) -> list[Defect]:
    """The overlaps among pairs that meet. Most only touch, which a prepared polygon tells quickly."""
    prepared = shapes[np.unique(left)]
    shapely.prepare(prepared)
    over = ~shapely.touches(shapes[left], shapes[right])
    shapely.destroy_prepared(prepared)
    left, right = left[over], right[over]
    codes = [(cells.codes[i], cells.codes[j]) for i, j in zip(left, right, strict=True)]
    common = shapely.intersection(shapes[left], shapes[right])
    return spatial_defects(DefectKind.OVERLAP, common, codes, tolerance)


def _gaps_and_excess(
    cells: Cells,
    shapes: Geometries,
    parents: Cells | None,
    outline: BaseGeometry | None,
    tolerance: Tolerance,
    told: Progress,
) -> list[Defect]:
    if parents is not None:
        found = _by_parent(cells, shapes, parents, tolerance, told)
        if outline is None:
            return found
        known = [*_solid(shapes), *_solid(repair(parents.polygons))]
        return found + _missing(cells, shapes, outline, shapely.union_all(known), None, tolerance)
    everything = np.arange(len(shapes))
    if outline is not None:
        found = _against_parent(cells, shapes, everything, outline, None, tolerance)
    else:
        union = shapely.union_all(_solid(shapes))
        found = _missing(cells, shapes, _without_holes(union), union, None, tolerance)
    told(len(shapes), len(shapes), "gaps")
    return found


def _solid(shapes: Geometries) -> Geometries:
    return shapes[~shapely.is_missing(shapes)]


def _by_parent(cells: Cells, shapes: Geometries, parents: Cells, tolerance: Tolerance, told: Progress) -> list[Defect]:
    """Each parent with its own grids, and the grids of parents nobody knows."""
    children = defaultdict[str, list[int]](list)
    for index in range(len(shapes)):
        children[cells.parent(index)].append(index)
    found, done = list[Defect](), 0
    for code, polygon in zip(parents.codes, repair(parents.polygons), strict=True):
        own = np.array(children.pop(code, []), dtype=np.int64)
        found += [] if polygon is None else _against_parent(cells, shapes, own, polygon, code, tolerance)
        done += len(own)
        told(done, len(shapes), "gaps")
    for code, orphans in children.items():
        found += [plain_defect(DefectKind.UNKNOWN_PARENT, (cells.codes[i],), shapes[i], parent=code) for i in orphans]
    return found


def _against_parent(
    cells: Cells,
    shapes: Geometries,
    own: Indices,
    polygon: BaseGeometry,
    code: str | None,
    tolerance: Tolerance,
) -> list[Defect]:
    """What the grids `own` leave of their parent, and what they have beyond it."""
    union = shapely.union_all(_solid(shapes[own]))
    beyond = shapely.difference(union, polygon)
    found = _missing(cells, shapes, polygon, union, code, tolerance)
    if geo.areas_m2(np.array([beyond], dtype=object))[0] <= tolerance.noise_m2:
        return found
    shapely.prepare(beyond)
    reaching = own[shapely.intersects(beyond, shapes[own])]
    parts = shapely.intersection(shapes[reaching], beyond)
    codes = [(cells.codes[i],) for i in reaching]
    return found + spatial_defects(DefectKind.OUTSIDE_PARENT, parts, codes, tolerance, parent=code)


def _missing(
    cells: Cells,
    shapes: Geometries,
    whole: BaseGeometry,
    union: BaseGeometry,
    parent: str | None,
    tolerance: Tolerance,
) -> list[Defect]:
    """The parts of `whole` that `union` leaves, each a gap named by the grids around it."""
    left = shapely.get_parts(areal(np.array([shapely.difference(whole, union)], dtype=object)))
    left = left[geo.areas_m2(left) > tolerance.noise_m2]
    if not len(left):
        return []
    gap, cell = shapely.STRtree(shapes).query(left, predicate="intersects")
    groups = np.split(cell, np.searchsorted(gap, np.arange(1, len(left))))
    around = [tuple(sorted(cells.codes[i] for i in group))[:_NEIGHBOURS_NAMED] for group in groups]
    return spatial_defects(DefectKind.GAP, left, around, tolerance, parent=parent)


def _without_holes(union: BaseGeometry) -> BaseGeometry:
    parts = shapely.get_parts(union)
    return shapely.union_all(shapely.polygons(shapely.get_exterior_ring(parts)))
