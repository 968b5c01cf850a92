"""Rings that are not what a polygon needs: told, and mended so that the rest can be checked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

from wangge.foundation.geo import Geometries

_PLACE: Final = re.compile(r"\[(\S+) (\S+)\]")
_AREAL: Final = (shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON)


@dataclass(frozen=True, slots=True)
class RingFault:
    """A ring that crosses or touches itself: whose, what the library says, and the spot if it says."""

    index: int
    reason: str
    lon: float | None
    lat: float | None


def repair(polygons: Geometries) -> Geometries:
    """The polygons made valid where they are not (as ST_MakeValid does); lines left over are dropped.

    None and non-polygons become None, so the result can be measured and overlaid without care.
    """
    return mend(polygons)[0]


def mend(polygons: Geometries) -> tuple[Geometries, list[RingFault]]:
    """`repair`, and what was wrong."""
    shapes: Geometries = np.array(shapely.force_2d(polygons), dtype=object)
    shapes[~is_polygon(shapes)] = None
    invalid = np.flatnonzero(~shapely.is_valid(shapes) & ~shapely.is_missing(shapes))
    faults = [_fault(int(i), str(shapely.is_valid_reason(shapes[i]))) for i in invalid]
    for i in invalid:
        parts = shapely.get_parts(shapely.get_parts(shapely.make_valid(shapes[i])))
        parts = parts[shapely.get_dimensions(parts) == 2]
        shapes[i] = shapely.multipolygons(parts) if len(parts) else None
    return shapes, faults


def is_polygon(shapes: Geometries) -> npt.NDArray[np.bool_]:
    """Whether each is a polygon or multipolygon with something in it."""
    areal = np.isin(shapely.get_type_id(shapes), _AREAL) & ~shapely.is_empty(shapes)
    return np.asarray(areal, dtype=bool)


def has_bad_coordinates(shapes: Geometries) -> npt.NDArray[np.bool_]:
    """Whether a vertex is not finite or not a longitude and latitude."""
    xy, owner = shapely.get_coordinates(shapes, return_index=True)
    good = np.isfinite(xy).all(axis=1) & (np.abs(xy) <= (180, 90)).all(axis=1)
    bad = np.zeros(len(shapes), dtype=bool)
    bad[owner[~good]] = True
    return bad


def _fault(index: int, reason: str) -> RingFault:
    place = _PLACE.search(reason)
    if place is None:
        return RingFault(index, reason, None, None)
    return RingFault(index, reason.partition("[")[0], float(place[1]), float(place[2]))
