"""What can be wrong with a coverage of grids, and the report of all of it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from wangge.foundation import geo
from wangge.foundation.geo import Floats, Geometries


class DefectKind(StrEnum):
    """The kinds of defect. Stored: never rename."""

    ILL_FORMED_CODE = "ILL_FORMED_CODE"
    DUPLICATE_CODE = "DUPLICATE_CODE"
    UNKNOWN_PARENT = "UNKNOWN_PARENT"
    NOT_A_POLYGON = "NOT_A_POLYGON"  # missing, empty, or a line or point
    BAD_COORDINATES = "BAD_COORDINATES"  # not finite, or not on the earth
    INVALID_RING = "INVALID_RING"  # repaired for the rest of the check
    SLIVER_GRID = "SLIVER_GRID"  # the grid itself is a thread
    OVERLAP = "OVERLAP"
    OVERLAP_SLIVER = "OVERLAP_SLIVER"
    GAP = "GAP"
    GAP_SLIVER = "GAP_SLIVER"
    OUTSIDE_PARENT = "OUTSIDE_PARENT"


class Severity(StrEnum):
    """Whether a defect keeps an edition from becoming effective."""

    BLOCKS = "BLOCKS"
    WARNS = "WARNS"


_WARN_ONLY: Final = {DefectKind.INVALID_RING, DefectKind.SLIVER_GRID}
SPATIAL: Final = frozenset(
    {
        DefectKind.OVERLAP,
        DefectKind.OVERLAP_SLIVER,
        DefectKind.GAP,
        DefectKind.GAP_SLIVER,
        DefectKind.OUTSIDE_PARENT,
    }
)
_THIN: Final = {DefectKind.OVERLAP: DefectKind.OVERLAP_SLIVER, DefectKind.GAP: DefectKind.GAP_SLIVER}


@dataclass(frozen=True, slots=True)
class Tolerance:
    """What may remain in an edition that becomes effective.

    An overlap, gap or part outside the parent larger than `per_defect_m2` blocks, and so do all together when
    larger than `total_m2`. The defaults, 1 m² and 100 m², let pass what rounding to seven decimals leaves
    where neighbours don't share their vertices, and nothing that anybody could see or stand in.

    `noise_m2`: what double arithmetic itself leaves on borders of some kilometres; not reported at all.
    `sliver_ratio`: an overlap or gap with 4πA/P² below it is called a sliver (0.1: some 30 times as long as
    wide). `sliver_width_m`: a grid narrower than this on average is one.
    """

    per_defect_m2: float = 1.0
    total_m2: float = 100.0
    noise_m2: float = 1e-4
    sliver_ratio: float = 0.1
    sliver_width_m: float = 2.0


@dataclass(frozen=True, slots=True)
class Defect:
    """One thing that is wrong, where, and how large.

    `codes`: the grids concerned (of a gap: those around it). `parent`: the division whose grids these are,
    where it is known. `area_m2` within 0.1 %, None where area says nothing. `lon`, `lat`: a point on the spot
    (WGS 84), None where there is no shape. `reason`: what the geometry library says about a ring.
    """

    kind: DefectKind
    severity: Severity
    codes: tuple[str, ...]
    parent: str | None = None
    area_m2: float | None = None
    lon: float | None = None
    lat: float | None = None
    geometry: BaseGeometry | None = None
    reason: str = ""

    def to_feature(self) -> dict[str, Any]:
        """The defect as a GeoJSON feature."""
        shape = self.geometry
        return {
            "type": "Feature",
            "geometry": None if shape is None else json.loads(shapely.to_geojson(shape)),
            "properties": {
                "kind": self.kind.value,
                "severity": self.severity.value,
                "codes": list(self.codes),
                "parent": self.parent,
                "area_m2": None if self.area_m2 is None else round(self.area_m2, 4),
                "lon": self.lon,
                "lat": self.lat,
                "reason": self.reason,
            },
        }


@dataclass(frozen=True, slots=True)
class CoverageReport:
    """All defects of a coverage of `checked` grids. `truncated`: there were more than the caller allowed."""

    checked: int
    defects: tuple[Defect, ...]
    tolerance: Tolerance
    truncated: bool = False

    @property
    def may_become_effective(self) -> bool:
        """Whether nothing blocks, singly or together."""
        blocked = any(defect.severity is Severity.BLOCKS for defect in self.defects)
        return not (blocked or self.truncated or self.total_m2 > self.tolerance.total_m2)

    @property
    def total_m2(self) -> float:
        """Area of all overlaps, gaps and parts outside."""
        return sum(defect.area_m2 or 0.0 for defect in self.defects if defect.kind in SPATIAL)

    def counts(self) -> dict[DefectKind, int]:
        """How many of each kind that occurs."""
        return dict(Counter(defect.kind for defect in self.defects))

    def areas_m2(self) -> dict[DefectKind, float]:
        """Total area of each spatial kind that occurs."""
        kinds = self.counts().keys() & SPATIAL
        return {k: sum(d.area_m2 or 0.0 for d in self.of_kind(k)) for k in sorted(kinds)}

    def of_kind(self, *kinds: DefectKind) -> Iterator[Defect]:
        """The defects of these kinds."""
        return (defect for defect in self.defects if defect.kind in kinds)

    def to_geojson(self) -> dict[str, Any]:
        """All defects as a GeoJSON FeatureCollection (WGS 84)."""
        return {"type": "FeatureCollection", "features": [defect.to_feature() for defect in self.defects]}


def plain_defect(
    kind: DefectKind, codes: tuple[str, ...], shape: BaseGeometry | None = None, *, parent: str | None = None
) -> Defect:
    """A defect whose area says nothing, shown at the grid's own place."""
    severity = Severity.WARNS if kind in _WARN_ONLY else Severity.BLOCKS
    if shape is None or shape.is_empty:
        return Defect(kind, severity, codes, parent)
    point = shapely.point_on_surface(shape)
    return Defect(kind, severity, codes, parent, None, point.x, point.y, shape)


def spatial_defects(
    kind: DefectKind,
    shapes: Geometries,
    codes: Sequence[tuple[str, ...]],
    tolerance: Tolerance,
    *,
    parent: str | None = None,
) -> list[Defect]:
    """Defects with an area, without those that are only arithmetic noise. Thin ones get the sliver kind."""
    shapes = areal(shapes)
    areas = geo.areas_m2(shapes)
    kept = np.flatnonzero(areas > tolerance.noise_m2)
    points = shapely.get_coordinates(shapely.point_on_surface(shapes[kept])).tolist()
    thin = compactness(shapes[kept], areas[kept]) < tolerance.sliver_ratio
    return [
        Defect(
            _THIN.get(kind, kind) if is_thin else kind,
            Severity.BLOCKS if areas[i] > tolerance.per_defect_m2 else Severity.WARNS,
            codes[i], parent, float(areas[i]), lon, lat, shapes[i],
        )
        for i, (lon, lat), is_thin in zip(kept.tolist(), points, thin, strict=True)
    ]  # fmt: skip


def areal(shapes: Geometries) -> Geometries:
    """The shapes with their lines and points left out (an intersection of neighbours has many)."""
    mixed = np.flatnonzero(shapely.get_type_id(shapes) == shapely.GeometryType.GEOMETRYCOLLECTION)
    if not len(mixed):
        return shapes
    shapes = shapes.copy()
    for i in mixed:
        parts = shapely.get_parts(shapes[i])
        shapes[i] = shapely.union_all(parts[shapely.get_dimensions(parts) == 2])
    return shapes


def compactness(shapes: Geometries, areas: Floats) -> Floats:
    """4πA/P² of each shape: 1 for a circle, 0.79 for a square, near 0 for a thread."""
    return np.asarray(4 * np.pi * areas / np.maximum(perimeters_m(shapes), 1e-9) ** 2, dtype=np.float64)


def perimeters_m(shapes: Geometries) -> Floats:
    """Lengths of all rings in metres, good to a few per cent over a province."""
    if not len(shapes):
        return np.zeros(0)
    bounds = shapely.total_bounds(shapes)
    scale = np.array(geo.local_metres(float((bounds[1] + bounds[3]) / 2)))
    return np.asarray(shapely.length(shapely.transform(shapes, lambda xy: xy * scale)), dtype=np.float64)
