from __future__ import annotations

import pickle
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.grids.tessellations import SOUTH, STEP, WEST, grid_codes, lattice, quads, tessellations
from wangge.foundation import geo
from wangge.grids.rules.locating import GridIndex
from wangge.grids.rules.turns import turn_signs


def brute_force(codes: list[str], polygons: Any, lon: Any, lat: Any) -> list[str | None]:
    """The rule in its plainest words: the smallest code among the closed polygons that cover the point."""
    hits = shapely.intersects(polygons[None, :], shapely.points(lon, lat)[:, None])
    return [min((codes[i] for i in np.flatnonzero(row)), default=None) for row in hits]


def awkward_points(polygons: Any, seed: int) -> tuple[Any, Any]:
    """Vertices, places on edges, places within and without."""
    rng = np.random.default_rng(seed)
    start = shapely.get_coordinates(polygons)
    end = np.roll(start, -1, axis=0)
    share = rng.random((len(start), 1))
    west, south, east, north = shapely.total_bounds(polygons)
    anywhere = rng.uniform((west - STEP, south - STEP), (east + STEP, north + STEP), (200, 2))
    level = np.column_stack((rng.uniform(west, east, len(start)), start[:, 1]))  # as high as some vertex
    points = np.vstack((start, (start + end) / 2, start + share * (end - start), anywhere, level))
    return points[:, 0], points[:, 1]


def answers(index: GridIndex, lon: Any, lat: Any) -> list[str | None]:
    return [None if i < 0 else index.codes[i] for i in index.locate_many(lon, lat)]


def assert_same(index: GridIndex, polygons: Any, lon: Any, lat: Any) -> None:
    """Equal to brute force, but for points so near to an edge that doubles can't hold the difference."""
    found = answers(index, lon, lat)
    for got, due, x, y in zip(found, brute_force(list(index.codes), polygons, lon, lat), lon, lat, strict=True):
        if got != due:
            assert got is not None
            shape = polygons[index.codes.index(got)]
            assert shape.boundary.distance(shapely.Point(x, y)) < 1e-14


@settings(max_examples=60, deadline=None)
@given(tessellations(), st.integers(0, 2**32 - 1))
def test_equal_to_brute_force_on_tilings(polygons: Any, seed: int) -> None:
    codes = grid_codes(len(polygons))
    np.random.default_rng(seed).shuffle(codes)
    lon, lat = awkward_points(polygons, seed)
    assert_same(GridIndex(codes, polygons), polygons, lon, lat)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 12), st.integers(0, 2**32 - 1), st.sampled_from([STEP, STEP / 500, STEP * 3000]))
def test_equal_to_brute_force_on_polygons_that_overlap(count: int, seed: int, size: float) -> None:
    rng = np.random.default_rng(seed)
    middles = rng.uniform((WEST, SOUTH), (WEST + 3 * size, SOUTH + 3 * size), (count, 2))
    clouds = [shapely.MultiPoint(m + rng.normal(0, size, (6, 2))) for m in middles]
    polygons = np.array([cloud.convex_hull for cloud in clouds], dtype=object)
    codes = grid_codes(count)
    rng.shuffle(codes)
    lon, lat = awkward_points(polygons, seed)
    assert_same(GridIndex(codes, polygons), polygons, lon, lat)


@settings(max_examples=30, deadline=None)
@given(tessellations(smallest=2))
def test_every_point_of_a_tiling_has_exactly_one_grid(polygons: Any) -> None:
    codes = grid_codes(len(polygons))
    lon, lat = awkward_points(polygons, 1)
    west, south, east, north = shapely.total_bounds(polygons)
    within = (lon >= west) & (lat >= south) & (lon <= east) & (lat <= north)
    assert ((GridIndex(codes, polygons).locate_many(lon, lat) >= 0) == within).all()


def test_a_shared_corner_belongs_to_the_smallest_code() -> None:
    polygons = quads(lattice(2, 2, seed=1))
    corner = lattice(2, 2, seed=1)[1, 1]
    codes = ["320115001001004", "320115001001002", "320115001001001", "320115001001003"]
    assert GridIndex(codes, polygons).locate(*corner) == "320115001001001"


def test_of_equal_codes_the_first_answers() -> None:
    box = shapely.box(118, 31, 119, 32)
    index = GridIndex(["a", "a"], np.array([box, box], dtype=object))
    assert index.locate_many(np.array([118.5]), np.array([31.5])).tolist() == [0]


@pytest.mark.parametrize("point", [(float("nan"), 31.9), (float("inf"), 31.9), (118.8, float("nan")), (31.9, 118.8)])
def test_nonsense_is_nowhere(point: tuple[float, float]) -> None:
    index = GridIndex(grid_codes(4), quads(lattice(2, 2, seed=1)))
    assert index.locate(*point) is None


def test_empty_and_missing_shapes_answer_nothing() -> None:
    empty = GridIndex([], np.array([], dtype=object))
    assert empty.locate(118.8, 31.9) is None
    assert empty.nearest(118.8, 31.9) == []
    shapes = np.array([None, shapely.Polygon(), shapely.box(118, 31, 119, 32)], dtype=object)
    index = GridIndex(["a", "b", "c"], shapes)
    assert index.locate(118.5, 31.5) == "c"
    assert [near.code for near in index.nearest(118.5, 33)] == ["c"]


def test_codes_and_polygons_must_match() -> None:
    with pytest.raises(ValueError, match="differ in number"):
        GridIndex(["a"], np.array([], dtype=object))


def test_a_pickled_index_answers_alike() -> None:
    polygons = quads(lattice(5, 5, seed=3))
    index = GridIndex(grid_codes(25), polygons)
    lon, lat = awkward_points(polygons, 3)
    again = pickle.loads(pickle.dumps(index))
    assert answers(again, lon, lat) == answers(index, lon, lat)


def test_arrays_of_the_index_cannot_be_changed() -> None:
    index = GridIndex(grid_codes(4), quads(lattice(2, 2, seed=1)))
    with pytest.raises(ValueError, match="read-only"):
        index._raster.cells[0] = 1


@settings(max_examples=30, deadline=None)
@given(tessellations(smallest=2, largest=5), st.integers(0, 2**32 - 1), st.integers(1, 5))
def test_nearest_agrees_with_all_distances(polygons: Any, seed: int, limit: int) -> None:
    codes = grid_codes(len(polygons))
    lon, lat = np.random.default_rng(seed).uniform((WEST - 0.02, SOUTH - 0.02), (WEST + 0.03, SOUTH + 0.03))
    near = GridIndex(codes, polygons).nearest(lon, lat, limit)
    scale = np.array(geo.local_metres(lat))
    flat = shapely.transform(polygons, lambda xy: (xy - (lon, lat)) * scale)
    expected = np.sort(shapely.distance(flat, shapely.Point(0, 0)))[:limit]
    assert [n.distance_m for n in near] == pytest.approx(expected.tolist(), rel=1e-3, abs=0.01)
    assert [codes[n.index] for n in near] == [n.code for n in near]


def test_a_point_that_rounding_would_lose_still_has_a_grid() -> None:
    """Two triangles share the diagonal; many places on it, none may fall between them."""
    rng = np.random.default_rng(8)
    a, b = np.array([0.00012345678, 51.4]), np.array([0.00087654321, 51.400987])
    pair = [shapely.Polygon([a, b, (a[0], b[1])]), shapely.Polygon([b, a, (b[0], a[1])])]
    points = a + rng.random((200_000, 1)) * (b - a)
    found = GridIndex(["1", "2"], np.array(pair, dtype=object)).locate_many(*points.T)
    assert (found >= 0).all()


coordinates = st.one_of(st.floats(-180, 180), st.integers(-3, 3).map(float), st.floats(118.8, 118.80001))


@settings(max_examples=300)
@given(st.lists(coordinates, min_size=6, max_size=6))
def test_turns_have_the_sign_of_the_rational_determinant(v: list[float]) -> None:
    ax, ay, bx, by, px, py = map(Fraction, v)
    turn = (ax - px) * (by - py) - (bx - px) * (ay - py)
    got = turn_signs(*(np.array([value]) for value in v))[0]
    assert got == (turn > 0) - (turn < 0)


@settings(max_examples=300)
@given(st.lists(st.floats(118.8, 118.81), min_size=4, max_size=4), st.floats(0, 1), st.integers(-2, 2))
def test_turns_are_exact_next_to_a_line(v: list[float], share: float, ulps: int) -> None:
    ax, ay, bx, by = v
    px = ax + share * (bx - ax)
    py = ay + share * (by - ay) + ulps * np.spacing(118.8)
    f = [Fraction(value) for value in (ax, ay, bx, by, px, py)]
    turn = (f[0] - f[4]) * (f[3] - f[5]) - (f[2] - f[4]) * (f[1] - f[5])
    assert turn_signs(*(np.array([value]) for value in (*v, px, py)))[0] == (turn > 0) - (turn < 0)
