from __future__ import annotations

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from wangge.foundation import geo
from wangge.foundation.geo import Crs, PointFault

in_china = st.tuples(st.floats(73.6, 135.0), st.floats(3.9, 53.5))
anywhere = st.tuples(st.floats(-180, 180), st.floats(-90, 90))
abroad = anywhere.filter(lambda p: not (72 <= p[0] <= 138 and 0.8 <= p[1] <= 56))


@given(in_china)
def test_gcj02_comes_back_within_a_centimetre(point: tuple[float, float]) -> None:
    back = geo.to_wgs84(*geo.wgs84_to_gcj02(*point), Crs.GCJ02)
    assert geo.distance_m(*point, *back) < 0.01


@given(in_china)
def test_bd09_comes_back_within_a_centimetre(point: tuple[float, float]) -> None:
    back = geo.to_wgs84(*geo.wgs84_to_bd09(*point), Crs.BD09)
    assert geo.distance_m(*point, *back) < 0.01


@given(in_china)
def test_the_offset_is_some_hundred_metres(point: tuple[float, float]) -> None:
    assert 1 < geo.distance_m(*point, *geo.wgs84_to_gcj02(*point)) < 1500


@given(abroad)
def test_outside_china_gcj02_changes_nothing(point: tuple[float, float]) -> None:
    assert geo.wgs84_to_gcj02(*point) == point
    assert geo.to_wgs84(*point, Crs.GCJ02) == point


@given(anywhere)
def test_cgcs2000_is_taken_as_wgs84(point: tuple[float, float]) -> None:
    assert geo.to_wgs84(*point, Crs.CGCS2000) == point


@pytest.mark.parametrize(
    ("wgs84", "gcj02"),
    [  # published pairs of the reconstruction
        ((116.404, 39.915), (116.41024449916938, 39.91640428150164)),
        ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
    ],
)
def test_gcj02_agrees_with_known_points(wgs84: tuple[float, float], gcj02: tuple[float, float]) -> None:
    assert geo.distance_m(*geo.wgs84_to_gcj02(*wgs84), *gcj02) < 0.5


def test_bd09_agrees_with_a_known_point() -> None:
    gcj02, bd09 = (116.404, 39.915), (116.41036949371029, 39.92133699351022)
    wgs84 = geo.to_wgs84(*gcj02, Crs.GCJ02)
    assert geo.distance_m(*geo.wgs84_to_bd09(*wgs84), *bd09) < 0.5


def test_arrays_and_scalars_agree() -> None:
    lon, lat = np.linspace(100, 120, 50), np.linspace(25, 40, 50)
    for crs in (Crs.WGS84, Crs.GCJ02, Crs.BD09):
        x, y = geo.to_wgs84(lon, lat, crs)
        singles = [geo.to_wgs84(float(a), float(b), crs) for a, b in zip(lon, lat, strict=True)]
        assert np.allclose(np.column_stack((x, y)), singles, rtol=0, atol=1e-12)


@given(st.floats(117.5, 121.5), st.floats(30.8, 35.0))
def test_projected_coordinates_come_back(lon: float, lat: float) -> None:
    x, y = pyproj.Transformer.from_crs(4326, 32650, always_xy=True).transform(lon, lat)
    assert geo.distance_m(lon, lat, *geo.to_wgs84(x, y, "epsg:32650")) < 0.01


def test_nan_stays_nan() -> None:
    for crs in (Crs.WGS84, Crs.GCJ02, Crs.BD09):
        assert np.isnan(geo.to_wgs84(float("nan"), 31.0, crs)[0])


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("gcj02", "GCJ-02"),
        ("GCJ-02", "GCJ-02"),
        ("bd_09", "BD-09"),
        ("WGS 84", "EPSG:4326"),
        ("cgcs2000", "EPSG:4490"),
        ("4490", "EPSG:4490"),
        ("epsg:32650", "EPSG:32650"),
    ],
)
def test_spellings_of_a_crs(text: str, canonical: str) -> None:
    assert geo.parse_crs(text) == canonical


@pytest.mark.parametrize("text", ["", "火星", "EPSG:", "EPSG:999999", "EPSG:-4326", "+proj=longlat", "x" * 5000])
def test_an_unknown_crs_is_named(text: str) -> None:
    with pytest.raises(geo.UnknownCrs) as caught:
        geo.parse_crs(text)
    assert caught.value.code == "geo.unknown_crs"
    assert caught.value.field == "crs"


def test_geometries_are_converted_vertex_by_vertex() -> None:
    box = shapely.box(118.8, 31.9, 118.9, 32.0)
    there = shapely.transform(box, lambda c: np.column_stack(geo.wgs84_to_gcj02(c[:, 0], c[:, 1])))
    back = geo.geometry_to_wgs84(np.array([there, None]), "GCJ02")
    assert shapely.equals_exact(back[0], box, tolerance=1e-9)
    assert back[1] is None
    deep = geo.geometry_to_wgs84(np.array([shapely.force_3d(box)]), "EPSG:4490")
    assert not shapely.has_z(deep[0])


@settings(max_examples=50)
@given(st.floats(-179, 178), st.floats(-70, 70), st.floats(1e-4, 0.1), st.floats(1e-4, 0.1))
def test_quick_areas_agree_with_geodesic_ones(lon: float, lat: float, width: float, height: float) -> None:
    triangle = shapely.Polygon([(lon, lat), (lon + width, lat), (lon, lat + height)])
    # edges straight in degrees, as the database takes them, not along geodesics
    exact = geo.area_m2(shapely.segmentize(triangle, 0.001))
    assert geo.areas_m2(np.array([triangle]))[0] == pytest.approx(exact, rel=1e-3, abs=1e-3)
    assert geo.area_m2(triangle.reverse()) == pytest.approx(geo.area_m2(triangle))


def test_a_hole_is_no_area() -> None:
    outer, hole = shapely.box(118, 31, 118.1, 31.1), shapely.box(118.02, 31.02, 118.05, 31.05)
    assert geo.area_m2(outer.difference(hole)) == pytest.approx(geo.area_m2(outer) - geo.area_m2(hole))


@given(st.floats(-85, 85))
def test_local_metres_agree_with_the_geodesic(lat: float) -> None:
    east, north = geo.local_metres(lat)
    assert geo.distance_m(10, lat, 10.001, lat) == pytest.approx(east / 1000, rel=1e-5)
    assert geo.distance_m(10, lat - 0.0005, 10, lat + 0.0005) == pytest.approx(north / 1000, rel=1e-5)


JIANGSU = (116.3, 30.7, 122.0, 35.2)


@pytest.mark.parametrize(
    ("lon", "lat", "bounds", "fault"),
    [
        (118.8, 31.9, None, None),
        (31.9, 118.8, None, PointFault.SWAPPED),
        (0.0, 0.0, None, PointFault.ZERO),
        (float("nan"), 31.0, None, PointFault.NOT_A_NUMBER),
        (118.0, float("inf"), None, PointFault.NOT_A_NUMBER),
        (500.0, 31.0, None, PointFault.OUT_OF_WORLD),
        (668_000.0, 3_530_000.0, None, PointFault.OUT_OF_WORLD),
        (118.8, 31.9, JIANGSU, None),
        (2.35, 48.85, JIANGSU, PointFault.OUT_OF_BOUNDS),
        (31.9, 118.8, JIANGSU, PointFault.SWAPPED),
    ],
)
def test_doubtful_points(lon: float, lat: float, bounds: geo.Bounds | None, fault: PointFault | None) -> None:
    assert geo.point_fault(lon, lat, bounds) is fault


@given(st.floats(), st.floats())
def test_every_pair_of_floats_gets_a_verdict(lon: float, lat: float) -> None:
    fault = geo.point_fault(lon, lat)
    possible = -180 <= lon <= 180 and -90 <= lat <= 90
    assert fault is None or isinstance(fault, PointFault)
    if fault is None:
        assert possible
