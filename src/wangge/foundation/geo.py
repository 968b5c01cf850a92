"""Places on the earth: coordinate systems at the door, distances and areas, doubtful points.

Everything inside the product is longitude, latitude in degrees on WGS 84 (EPSG:4326). What arrives in
another system is converted once, here, where it comes in; the caller records the source system.

GCJ-02 is the offset system that map clients in mainland China deliver, BD-09 Baidu's further shift of it.
Their formulas are not published officially; the ones here are the well-known reconstruction, which agrees
with the real services to about a metre. What this module promises is the round trip: to_wgs84 undoes
wgs84_to_gcj02 to better than 0.01 m.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import lru_cache
from typing import Final, overload

import numpy as np
import numpy.typing as npt
import pyproj
import shapely
from pyproj.exceptions import CRSError
from shapely.geometry.base import BaseGeometry

from wangge.foundation.errors import Invalid

Floats = npt.NDArray[np.float64]
Geometries = npt.NDArray[np.object_]
Bounds = tuple[float, float, float, float]
"""lon_min, lat_min, lon_max, lat_max in degrees."""
_Forward = Callable[[Floats, Floats, npt.NDArray[np.bool_]], tuple[Floats, Floats]]


class Crs(StrEnum):
    """Coordinate systems with a name of their own. Others are written "EPSG:n"."""

    WGS84 = "EPSG:4326"
    CGCS2000 = "EPSG:4490"  # differs from WGS 84 by centimetres: treated as identical
    GCJ02 = "GCJ-02"
    BD09 = "BD-09"


#: Systems whose coordinates are degrees near the true ones, so that a swapped pair shows.
DEGREES: Final = frozenset({Crs.WGS84.value, Crs.CGCS2000.value, Crs.GCJ02.value, Crs.BD09.value})


class UnknownCrs(Invalid):
    """Nobody knows this coordinate system. `crs` in params."""

    code = "geo.unknown_crs"


class PointFault(StrEnum):
    """What is doubtful about a point, worst first."""

    NOT_A_NUMBER = "NOT_A_NUMBER"
    ZERO = "ZERO"  # 0,0: a device without a fix
    SWAPPED = "SWAPPED"  # latitude, longitude instead of longitude, latitude
    OUT_OF_WORLD = "OUT_OF_WORLD"
    OUT_OF_BOUNDS = "OUT_OF_BOUNDS"  # on the earth, but not in the area asked about


_GEOD: Final = pyproj.Geod(ellps="WGS84")
_AXIS_M: Final = 6_378_137.0
_ECC2: Final = 0.006_694_379_990_141_317
_ECC: Final = _ECC2**0.5

# GCJ-02: the Krasovsky ellipsoid of the reconstruction, and the box inside which the offset applies.
_GCJ_AXIS_M: Final = 6_378_245.0
_GCJ_ECC2: Final = 0.006_693_421_622_965_943
_GCJ_BOX: Final[Bounds] = (72.004, 0.8293, 137.8347, 55.8271)
_BD_FREQUENCY: Final = np.pi * 3000.0 / 180.0
_ROUNDS: Final = 10  # both offsets contract by at least 1/50 a round; ten reach the last bit


def parse_crs(text: str) -> str:
    """Canonical spelling of a coordinate system: one of `Crs` or "EPSG:n".

    Accepts any case, "GCJ02", "gcj-02", "wgs84", "CGCS2000", "4490", "epsg:32650".
    Raises UnknownCrs when it is none of these or not in the EPSG register of PROJ.
    """
    bare = text.strip().upper().replace("-", "").replace("_", "").replace(" ", "")
    named = {
        "WGS84": Crs.WGS84,
        "CRS84": Crs.WGS84,
        "CGCS2000": Crs.CGCS2000,
        "GCJ02": Crs.GCJ02,
        "BD09": Crs.BD09,
    }
    if bare in named:
        return named[bare].value
    number = text.strip().upper().removeprefix("EPSG:").strip()
    if not number.isascii() or not number.isdigit():
        raise UnknownCrs(field="crs", crs=text[:80])
    _transformer(f"EPSG:{int(number)}")
    return f"EPSG:{int(number)}"


@overload
def to_wgs84(lon: float, lat: float, crs: str) -> tuple[float, float]: ...
@overload
def to_wgs84(lon: Floats, lat: Floats, crs: str) -> tuple[Floats, Floats]: ...
def to_wgs84(lon: float | Floats, lat: float | Floats, crs: str) -> tuple[float, float] | tuple[Floats, Floats]:
    """Longitude and latitude on WGS 84 (degrees) of points given in `crs`.

    For a projected system `lon`, `lat` are easting and northing in its unit. Scalars give scalars, arrays
    of equal shape give arrays. NaN stays NaN. Raises UnknownCrs.
    """
    x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    return _like(lon, *_to_wgs84(x, y, parse_crs(crs)))


@overload
def wgs84_to_gcj02(lon: float, lat: float) -> tuple[float, float]: ...
@overload
def wgs84_to_gcj02(lon: Floats, lat: Floats) -> tuple[Floats, Floats]: ...
def wgs84_to_gcj02(lon: float | Floats, lat: float | Floats) -> tuple[float, float] | tuple[Floats, Floats]:
    """GCJ-02 degrees of WGS 84 points; identity outside the box of mainland China."""
    x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    return _like(lon, *_gcj_forward(x, y, _in_gcj_box(x, y)))


@overload
def wgs84_to_bd09(lon: float, lat: float) -> tuple[float, float]: ...
@overload
def wgs84_to_bd09(lon: Floats, lat: Floats) -> tuple[Floats, Floats]: ...
def wgs84_to_bd09(lon: float | Floats, lat: float | Floats) -> tuple[float, float] | tuple[Floats, Floats]:
    """BD-09 degrees of WGS 84 points; identity outside the box of mainland China."""
    x, y = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    inside = _in_gcj_box(x, y)
    return _like(lon, *_bd_forward(*_gcj_forward(x, y, inside), inside))


def geometry_to_wgs84(geoms: Geometries, crs: str) -> Geometries:
    """The shapely geometries (array, None allowed) with every vertex converted from `crs` to WGS 84.

    Third dimensions are dropped. Raises UnknownCrs.
    """
    name = parse_crs(crs)
    flat: Geometries = shapely.force_2d(geoms)
    if name in (Crs.WGS84, Crs.CGCS2000):
        return flat
    converted: Geometries = shapely.transform(flat, lambda xy: np.column_stack(_to_wgs84(xy[:, 0], xy[:, 1], name)))
    return converted


def distance_m(
    lon: float | Floats, lat: float | Floats, other_lon: float | Floats, other_lat: float | Floats
) -> Floats:
    """Geodesic distance in metres on the WGS 84 ellipsoid, arrays broadcast (0-d for scalars)."""
    x, y, to_x, to_y = np.broadcast_arrays(lon, lat, other_lon, other_lat)
    metres = _GEOD.inv(x.ravel(), y.ravel(), to_x.ravel(), to_y.ravel())[2]
    return np.asarray(metres, dtype=np.float64).reshape(x.shape)


def area_m2(polygon: BaseGeometry) -> float:
    """Geodesic area in square metres of a polygon or multipolygon in WGS 84, whatever its orientation."""
    oriented = shapely.orient_polygons(polygon)
    return abs(float(_GEOD.geometry_area_perimeter(oriented)[0]))


def areas_m2(geoms: Geometries) -> Floats:
    """Areas in square metres of many polygons in WGS 84 at once.

    By the ellipsoid's cylindrical equal-area projection: within 0.1 % (0.05 % in China) for edges up to
    10 km, taken as straight in degrees, as the database takes them. None and non-polygons have area 0.
    """
    areas = np.asarray(shapely.area(to_equal_area(geoms)), dtype=np.float64)
    return np.nan_to_num(areas, nan=0.0)


def to_equal_area(geoms: Geometries) -> Geometries:
    """WGS 84 geometries in metres of a cylindrical equal-area projection (true areas, stretched shapes)."""
    flat: Geometries = shapely.transform(geoms, _equal_area)
    return flat


def local_metres(lat: float) -> tuple[float, float]:
    """Metres per degree of longitude and of latitude at this latitude (for short distances)."""
    sine2 = np.sin(np.radians(lat)) ** 2
    across = _AXIS_M / np.sqrt(1 - _ECC2 * sine2)
    along = _AXIS_M * (1 - _ECC2) / (1 - _ECC2 * sine2) ** 1.5
    return float(np.radians(across * np.cos(np.radians(lat)))), float(np.radians(along))


def point_fault(lon: float, lat: float, bounds: Bounds | None = None) -> PointFault | None:
    """What is doubtful about a point, or None. With `bounds` also whether it lies in that box (degrees)."""
    fault: PointFault | None = point_faults(np.array([lon]), np.array([lat]), bounds)[0]
    return fault


def point_faults(lon: Floats, lat: Floats, bounds: Bounds | None = None) -> Geometries:
    """`point_fault` for arrays: an object array of PointFault or None.

    A point counts as swapped when it is impossible (or outside `bounds`) as it stands but possible (or
    inside them) the other way round.
    """
    lon, lat = np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)
    inside = _within(lon, lat, bounds or _WORLD)
    tests = [
        (~(np.isfinite(lon) & np.isfinite(lat)), PointFault.NOT_A_NUMBER),
        ((np.abs(lon) < 1e-9) & (np.abs(lat) < 1e-9), PointFault.ZERO),
        (~inside & _within(lat, lon, bounds or _WORLD), PointFault.SWAPPED),
        (~_within(lon, lat, _WORLD), PointFault.OUT_OF_WORLD),
        (~inside, PointFault.OUT_OF_BOUNDS),
    ]
    faults = np.full(lon.shape, None, dtype=object)
    for found, fault in reversed(tests):
        faults[found] = fault
    return faults


_WORLD: Final[Bounds] = (-180.0, -90.0, 180.0, 90.0)


def _within(lon: Floats, lat: Floats, box: Bounds) -> npt.NDArray[np.bool_]:
    return (lon >= box[0]) & (lat >= box[1]) & (lon <= box[2]) & (lat <= box[3])


def _like(asked: float | Floats, x: Floats, y: Floats) -> tuple[float, float] | tuple[Floats, Floats]:
    return (x, y) if isinstance(asked, np.ndarray) else (float(x), float(y))


def _to_wgs84(x: Floats, y: Floats, name: str) -> tuple[Floats, Floats]:
    if name in (Crs.WGS84, Crs.CGCS2000):
        return x, y
    inside = _in_gcj_box(x, y)
    if name == Crs.GCJ02:
        return _undo(_gcj_forward, x, y, inside)
    if name == Crs.BD09:
        return _undo(_gcj_forward, *_undo(_bd_forward, x, y, inside), inside)
    lon, lat = _transformer(name).transform(x, y)
    return np.asarray(lon, dtype=np.float64), np.asarray(lat, dtype=np.float64)


@lru_cache(maxsize=64)
def _transformer(name: str) -> pyproj.Transformer:
    try:
        return pyproj.Transformer.from_crs(name, Crs.WGS84.value, always_xy=True)
    except CRSError as error:
        raise UnknownCrs(field="crs", crs=name) from error


def _in_gcj_box(lon: Floats, lat: Floats) -> npt.NDArray[np.bool_]:
    return _within(lon, lat, _GCJ_BOX)


def _undo(forward: _Forward, x: Floats, y: Floats, inside: npt.NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Fixed-point inverse of a small, smooth offset."""
    lon, lat = x, y
    for _ in range(_ROUNDS):
        there_x, there_y = forward(lon, lat, inside)
        lon, lat = lon + (x - there_x), lat + (y - there_y)
    return lon, lat


def _gcj_forward(lon: Floats, lat: Floats, inside: npt.NDArray[np.bool_]) -> tuple[Floats, Floats]:
    east, north = _gcj_offset(lon - 105.0, lat - 35.0)
    phi = np.radians(lat)
    w2 = 1 - _GCJ_ECC2 * np.sin(phi) ** 2
    dlat = np.degrees(north / (_GCJ_AXIS_M * (1 - _GCJ_ECC2) / (w2 * np.sqrt(w2))))
    dlon = np.degrees(east / (_GCJ_AXIS_M / np.sqrt(w2) * np.cos(phi)))
    return np.where(inside, lon + dlon, lon), np.where(inside, lat + dlat, lat)


def _gcj_offset(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """The offset east and north in metres at x, y degrees from 105°E 35°N."""
    root = np.sqrt(np.abs(x))
    common = _waves(x, (20.0, 6.0), (20.0, 2.0))
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + common
    east = east + _waves(x, (20.0, 1.0), (40.0, 1 / 3)) + _waves(x, (150.0, 1 / 12), (300.0, 1 / 30))
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + common
    north = north + _waves(y, (20.0, 1.0), (40.0, 1 / 3)) + _waves(y, (160.0, 1 / 12), (320.0, 1 / 30))
    return east, north


def _waves(value: Floats, *terms: tuple[float, float]) -> Floats:
    """Sum of sine waves (amplitude, half-waves a degree), two thirds of it as the formula has it."""
    return sum((amplitude * np.sin(rate * np.pi * value) for amplitude, rate in terms), np.zeros_like(value)) * (2 / 3)


def _bd_forward(lon: Floats, lat: Floats, inside: npt.NDArray[np.bool_]) -> tuple[Floats, Floats]:
    radius = np.hypot(lon, lat) + 0.000_02 * np.sin(lat * _BD_FREQUENCY)
    angle = np.arctan2(lat, lon) + 0.000_003 * np.cos(lon * _BD_FREQUENCY)
    east, north = radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006
    return np.where(inside, east, lon), np.where(inside, north, lat)


def _equal_area(xy: Floats) -> Floats:
    sine = np.sin(np.radians(xy[:, 1]))
    q = (1 - _ECC2) * (sine / (1 - _ECC2 * sine * sine) + np.arctanh(_ECC * sine) / _ECC)
    return np.column_stack((_AXIS_M * np.radians(xy[:, 0]), _AXIS_M * q / 2))


class BadPoint(Invalid):
    """A point that can't be meant; params name the fault (`PointFault`)."""

    code = "geo.bad_point"


def to_wgs84_checked(lon: float, lat: float, crs: str) -> tuple[float, float, str]:
    """A single point from a door: WGS 84 longitude and latitude, and the canonical name of what it came in.

    Raises BadPoint naming `lat` for a swapped pair and `lon` otherwise, UnknownCrs for an unknown system.
    """
    name = parse_crs(crs)
    x, y = to_wgs84(lon, lat, name) if np.isfinite([lon, lat]).all() else (np.nan, np.nan)
    fault = point_fault(lon, lat) if name in DEGREES else point_fault(x, y)
    if fault:
        raise BadPoint(field="lat" if fault is PointFault.SWAPPED else "lon", fault=fault.value, lon=lon, lat=lat)
    return float(x), float(y), name
