from __future__ import annotations

import gzip
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.grids.tessellations import SOUTH, STEP, WEST, grid_codes, lattice, quads, tessellations
from wangge.foundation import geo
from wangge.grids.rules.coverage import Cells, CoverageReport, check_coverage
from wangge.grids.rules.defects import DefectKind, Severity, Tolerance
from wangge.grids.rules.rings import repair

DATA = Path(__file__).parents[3] / "data"
NORTH_HALF, SOUTH_HALF = "320115001002", "320115001001"
COLUMNS, ROWS = 8, 4  # blocks of two cells: 4 x 4


class Town:
    """A lattice in two communities, into whose blocks of two neighbours defects are planted."""

    def __init__(self, seed: int) -> None:
        corners = lattice(COLUMNS, ROWS, seed)
        self.corners = corners
        self.shapes = list(quads(corners))
        self.codes = [f"{self.parent_of(i)}{i + 1:03d}" for i in range(len(self.shapes))]
        halves = np.array([code[:12] for code in self.codes])
        whole = [shapely.coverage_union_all(np.array(self.shapes)[halves == p]) for p in (SOUTH_HALF, NORTH_HALF)]
        self.parents = Cells([SOUTH_HALF, NORTH_HALF], np.array(whole, dtype=object))
        self.expected = Counter[tuple[DefectKind, tuple[str, ...]]]()
        self.area_m2 = 0.0

    @staticmethod
    def parent_of(index: int) -> str:
        return SOUTH_HALF if index < COLUMNS * ROWS // 2 else NORTH_HALF

    def cells(self) -> Cells:
        return Cells(self.codes, np.array(self.shapes, dtype=object))

    def pair(self, block: int) -> tuple[int, int, Any, Any]:
        """Left and right cell of a block, and the ends of the edge between them."""
        row, column = divmod(block, COLUMNS // 2)
        left = row * COLUMNS + 2 * column
        return left, left + 1, self.corners[row, 2 * column + 1], self.corners[row + 1, 2 * column + 1]

    def triangle(self, block: int, depth: float) -> Any:
        """On the middle edge of the block, into the right cell by a share of the way to its middle."""
        _, right, a, b = self.pair(block)
        towards = shapely.get_coordinates(self.shapes[right].centroid)[0]
        return shapely.Polygon([a, b, (a + b) / 2 + depth * (towards - (a + b) / 2)])

    def expect(self, kind: DefectKind, *codes: str, shape: Any = None) -> None:
        self.expected[kind, codes] += 1
        self.area_m2 += 0.0 if shape is None else geo.area_m2(shape)

    def overlap(self, block: int, depth: float = 0.6, kind: DefectKind = DefectKind.OVERLAP) -> None:
        left, right, *_ = self.pair(block)
        triangle = self.triangle(block, depth)
        self.shapes[left] = shapely.union(self.shapes[left], triangle)
        self.expect(kind, self.codes[left], self.codes[right], shape=triangle)

    def overlap_sliver(self, block: int) -> None:
        self.overlap(block, 0.01, DefectKind.OVERLAP_SLIVER)

    def gap(self, block: int, depth: float = 0.6, kind: DefectKind = DefectKind.GAP) -> None:
        right = self.pair(block)[1]
        triangle = self.triangle(block, depth)
        self.shapes[right] = shapely.difference(self.shapes[right], triangle)
        self.expect(kind, shape=triangle)

    def gap_sliver(self, block: int) -> None:
        self.gap(block, 0.01, DefectKind.GAP_SLIVER)

    def duplicate_shape(self, block: int) -> None:
        left = self.pair(block)[0]
        self.add(self.codes[left][:12] + f"{500 + block}", self.shapes[left], over=left)

    def island(self, block: int) -> None:
        """A grid inside another, sharing no vertex with it."""
        left = self.pair(block)[0]
        x, y = shapely.get_coordinates(self.shapes[left].centroid)[0]
        box = shapely.box(x - STEP / 20, y - STEP / 20, x + STEP / 20, y + STEP / 20)
        self.add(self.codes[left][:12] + f"{600 + block}", box, over=left)

    def add(self, code: str, shape: Any, over: int) -> None:
        self.codes.append(code)
        self.shapes.append(shape)
        self.expect(DefectKind.OVERLAP, self.codes[over], code, shape=shape)

    def spike(self, block: int) -> None:
        """A ring that runs into the polygon and back on its own trace."""
        left = self.pair(block)[0]
        ring = shapely.get_coordinates(self.shapes[left])
        inside = shapely.get_coordinates(self.shapes[left].centroid)
        self.shapes[left] = shapely.Polygon(np.vstack((ring[:1], inside, ring)))
        self.expect(DefectKind.INVALID_RING, self.codes[left])

    def ill_formed_code(self, block: int) -> None:
        left = self.pair(block)[0]
        self.codes[left] += "x"
        self.expect(DefectKind.ILL_FORMED_CODE, self.codes[left])

    def duplicate_code(self, block: int) -> None:
        left, right, *_ = self.pair(block)
        self.codes[right] = self.codes[left]
        self.expect(DefectKind.DUPLICATE_CODE, self.codes[left])


PLANTS = [
    Town.overlap,
    Town.overlap_sliver,
    Town.gap,
    Town.gap_sliver,
    Town.duplicate_shape,
    Town.island,
    Town.spike,
    Town.ill_formed_code,
    Town.duplicate_code,
]
plantings = st.dictionaries(st.integers(0, COLUMNS * ROWS // 2 - 1), st.sampled_from(PLANTS))


def found_in(report: CoverageReport) -> Counter[tuple[DefectKind, tuple[str, ...]]]:
    gaps = (DefectKind.GAP, DefectKind.GAP_SLIVER)
    return Counter((d.kind, () if d.kind in gaps else d.codes) for d in report.defects)


@settings(max_examples=120, deadline=None)
@given(st.integers(0, 2**32 - 1), plantings, st.sampled_from(["parents", "outline", "holes", "both"]))
def test_planted_defects_are_found_and_nothing_else(seed: int, plan: dict[int, Any], mode: str) -> None:
    town = Town(seed)
    outline = shapely.coverage_union_all(town.parents.polygons)
    for block, plant in plan.items():
        plant(town, block)
    report = check_coverage(
        town.cells(),
        town.parents if mode in ("parents", "both") else None,
        outline if mode in ("outline", "both") else None,
    )
    assert found_in(report) == town.expected
    assert report.total_m2 == pytest.approx(town.area_m2, rel=1e-3)
    blocking = {kind for kind, _ in town.expected} - {DefectKind.INVALID_RING}
    assert report.may_become_effective == (not blocking)


@settings(max_examples=30, deadline=None)
@given(tessellations())
def test_a_tiling_has_no_defect(polygons: Any) -> None:
    whole = Cells(["320115001001"], np.array([shapely.union_all(polygons)], dtype=object))
    cells = Cells(grid_codes(len(polygons)), polygons)
    assert check_coverage(cells, whole).defects == ()
    assert check_coverage(cells, outline=whole.polygons[0]).defects == ()


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 9), st.integers(0, 2**32 - 1))
def test_pairs_agree_with_all_against_all(count: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    clouds = [shapely.MultiPoint(rng.normal((WEST, SOUTH), STEP, (5, 2))) for _ in range(count)]
    shapes = np.array([cloud.convex_hull for cloud in clouds], dtype=object)
    report = check_coverage(Cells(grid_codes(count), shapes))
    pairs = [(i, j) for i in range(count) for j in range(i + 1, count)]
    areas = {(i, j): geo.areas_m2(np.array([shapes[i].intersection(shapes[j])]))[0] for i, j in pairs}
    codes = grid_codes(count)
    expected = {(codes[i], codes[j]): area for (i, j), area in areas.items() if area > 1e-4}
    found = {d.codes: d.area_m2 for d in report.of_kind(DefectKind.OVERLAP, DefectKind.OVERLAP_SLIVER)}
    assert found == pytest.approx(expected, rel=1e-6)


def box(x: float, y: float, width: float, height: float) -> Any:
    """A box in cells of the lattice, counted from its corner."""
    return shapely.box(WEST + STEP * x, SOUTH + STEP * y, WEST + STEP * (x + width), SOUTH + STEP * (y + height))


def areas(*shapes: Any) -> Any:
    return np.array(shapes, dtype=object)


ONE_COMMUNITY = Cells(["320115001001"], areas(box(0, 0, 2, 1)))


def kinds(report: CoverageReport) -> dict[DefectKind, int]:
    return report.counts()


def test_a_part_beyond_the_parent_is_told_with_its_grid() -> None:
    cells = Cells(grid_codes(2), areas(box(0, 0, 1, 1), box(1, 0, 1.5, 1)))
    (defect,) = check_coverage(cells, ONE_COMMUNITY).defects
    assert (defect.kind, defect.codes, defect.parent) == (
        DefectKind.OUTSIDE_PARENT,
        ("320115001001002",),
        "320115001001",
    )
    assert defect.area_m2 == pytest.approx(geo.area_m2(box(2, 0, 0.5, 1)), rel=1e-3)
    assert box(2, 0, 0.5, 1).contains(shapely.Point(defect.lon, defect.lat))


def test_a_grid_in_the_wrong_parent_is_outside_and_leaves_a_gap() -> None:
    cells = Cells(grid_codes(2), areas(box(0, 0, 1, 1), box(5, 5, 1, 1)))
    report = check_coverage(cells, ONE_COMMUNITY)
    assert kinds(report) == {DefectKind.GAP: 1, DefectKind.OUTSIDE_PARENT: 1}


def test_a_parent_without_grids_is_one_gap() -> None:
    parents = Cells(["320115001001", "320115001002"], areas(box(0, 0, 1, 1), box(9, 9, 1, 1)))
    (defect,) = check_coverage(Cells(grid_codes(1), areas(box(0, 0, 1, 1))), parents).defects
    assert (defect.kind, defect.parent, defect.codes) == (DefectKind.GAP, "320115001002", ())


def test_an_unknown_parent_is_told() -> None:
    cells = Cells(["320115001001001", "320115009009001"], areas(box(0, 0, 2, 1), box(2, 0, 1, 1)))
    (defect,) = check_coverage(cells, ONE_COMMUNITY).defects
    assert (defect.kind, defect.parent) == (DefectKind.UNKNOWN_PARENT, "320115009009")


def test_declared_parents_win_over_the_code() -> None:
    cells = Cells(["A", "B"], areas(box(0, 0, 1, 1), box(1, 0, 1, 1)), ["P", "P"])
    parent = Cells(["P"], ONE_COMMUNITY.polygons)
    assert check_coverage(cells, parent, code_pattern="[A-Z]").defects == ()


def test_what_the_parents_leave_of_the_outline_is_a_gap() -> None:
    cells = Cells(grid_codes(1), areas(box(0, 0, 2, 1)))
    (defect,) = check_coverage(cells, ONE_COMMUNITY, box(0, 0, 2, 2)).defects
    assert (defect.kind, defect.parent) == (DefectKind.GAP, None)


def test_hopeless_shapes_are_told_and_left_out() -> None:
    line = shapely.LineString([(WEST, SOUTH), (WEST + STEP, SOUTH)])
    with np.errstate(invalid="ignore"):
        nan = shapely.Polygon([(WEST, SOUTH), (float("nan"), SOUTH), (WEST, SOUTH + STEP), (WEST, SOUTH)])
    metres = shapely.box(668_000, 3_530_000, 669_000, 3_531_000)
    cells = Cells(grid_codes(6), areas(box(0, 0, 2, 1), None, shapely.Polygon(), line, nan, metres))
    report = check_coverage(cells, ONE_COMMUNITY)
    assert kinds(report) == {DefectKind.NOT_A_POLYGON: 3, DefectKind.BAD_COORDINATES: 2}
    assert not report.may_become_effective


def test_a_bow_tie_is_told_with_its_place_and_mended() -> None:
    x, y = WEST, SOUTH
    tie = shapely.Polygon([(x, y), (x + STEP, y + STEP), (x + STEP, y), (x, y + STEP)])
    (defect,) = check_coverage(Cells(grid_codes(1), areas(tie))).of_kind(DefectKind.INVALID_RING)
    assert (defect.lon, defect.lat) == pytest.approx((x + STEP / 2, y + STEP / 2))
    assert defect.severity is Severity.WARNS
    assert "intersection" in defect.reason
    mended = repair(areas(tie, None, box(0, 0, 1, 1)))
    assert shapely.is_valid(mended[0])
    assert geo.areas_m2(mended)[0] == pytest.approx(geo.area_m2(box(0, 0, 1, 1)) / 2, rel=1e-3)
    assert mended[1] is None


def test_a_grid_like_a_thread_is_told() -> None:
    cells = Cells(grid_codes(2), areas(box(0, 0, 1, 1), box(1, 0, 0.005, 1)))
    assert kinds(check_coverage(cells)) == {DefectKind.SLIVER_GRID: 1}


def test_small_defects_pass_one_by_one_but_not_all_together() -> None:
    half_a_metre2 = 0.5 / geo.area_m2(box(0, 0, 1, 1))
    rows = [(box(0, y, 1, 1), box(1 - half_a_metre2, y, 1 + half_a_metre2, 1)) for y in range(10)]
    cells = Cells(grid_codes(20), areas(*(shape for row in rows for shape in row)))
    report = check_coverage(cells)
    # each right box also meets the left boxes above and below at a corner, on no area worth the name
    assert kinds(report) == {DefectKind.OVERLAP_SLIVER: 10}
    assert {d.severity for d in report.defects} == {Severity.WARNS}
    assert report.total_m2 == pytest.approx(5.0, rel=1e-3)
    assert report.may_become_effective
    assert not check_coverage(cells, tolerance=Tolerance(total_m2=4.9)).may_become_effective
    assert not check_coverage(cells, tolerance=Tolerance(per_defect_m2=0.4)).may_become_effective


@pytest.mark.parametrize(
    "code",
    ["", "32011500100100", "3201150010010011", "32011500100100a", "３20115001001001", "020115001001001"],
)
def test_codes_are_fifteen_digits(code: str) -> None:
    report = check_coverage(Cells([code], areas(box(0, 0, 1, 1))))
    assert kinds(report) == {DefectKind.ILL_FORMED_CODE: 1}


def test_too_many_overlaps_end_the_check_and_block() -> None:
    report = check_coverage(Cells(grid_codes(200), areas(*[box(0, 0, 1, 1)] * 200)), most_defects=500)
    assert report.truncated
    assert len(report.defects) == 500
    assert not report.may_become_effective


def test_an_empty_coverage_is_a_gap_only_where_something_should_be() -> None:
    nothing = Cells([], areas())
    assert check_coverage(nothing).defects == ()
    assert kinds(check_coverage(nothing, ONE_COMMUNITY)) == {DefectKind.GAP: 1}


def test_lengths_must_match() -> None:
    with pytest.raises(ValueError, match="differ in number"):
        check_coverage(Cells(["a"], areas()))


def test_geojson_holds_every_defect() -> None:
    cells = Cells(grid_codes(3), areas(box(0, 0, 1, 1), box(0.5, 0, 1, 1), None))
    report = check_coverage(cells)
    collection = json.loads(json.dumps(report.to_geojson()))
    assert len(collection["features"]) == len(report.defects) == 2
    overlap = next(f for f in collection["features"] if f["properties"]["kind"] == "OVERLAP")
    assert overlap["properties"]["codes"] == grid_codes(2)
    assert overlap["properties"]["severity"] == "BLOCKS"
    assert overlap["geometry"]["type"] == "Polygon"


@dataclass
class Watcher:
    seen: list[tuple[int, int, str]]

    def __call__(self, done: int, total: int, stage: str) -> None:
        self.seen.append((done, total, stage))


def test_progress_reaches_the_end_of_every_stage() -> None:
    polygons = quads(lattice(12, 12, 1))
    whole = Cells(["320115001001"], np.array([shapely.union_all(polygons)], dtype=object))
    for parents in (None, whole):
        watcher = Watcher([])
        check_coverage(Cells(grid_codes(144), polygons), parents, on_progress=watcher)
        last = {stage: done / total for done, total, stage in watcher.seen}
        assert list(last.items()) == [("rings", 1), ("overlaps", 1), ("gaps", 1)]


def test_the_real_london_coverage_is_clean_but_for_fourteen_rings() -> None:
    table = pq.read_table(DATA / "tests/london_oa2011.parquet")
    shapes = shapely.from_wkb(table["geometry"].to_numpy(zero_copy_only=False))
    codes, boroughs = table["grid_code"].to_pylist(), table["parent_code"].to_pylist()
    report = check_coverage(Cells(codes, shapes, boroughs), code_pattern=r"E\d{8}")
    assert kinds(report) == {DefectKind.INVALID_RING: 14}
    assert report.may_become_effective


def test_the_demo_of_jiangning_is_clean_at_every_level() -> None:
    levels = {name: demo_level(name) for name in ("grids", "communities", "townships")}
    assert check_coverage(Cells(*levels["grids"]), Cells(*levels["communities"])).defects == ()
    codes, shapes = levels["communities"]
    communities = Cells(codes, shapes, [code[:9] for code in codes])
    report = check_coverage(communities, Cells(*levels["townships"]), code_pattern=r"\d{12}")
    assert report.defects == ()


def demo_level(name: str) -> tuple[list[str], Any]:
    with gzip.open(DATA / f"demo/jiangning/{name}.geojson.gz") as file:
        features = json.load(file)["features"]
    shapes = [shapely.from_geojson(json.dumps(feature["geometry"])) for feature in features]
    return [feature["properties"]["code"] for feature in features], np.array(shapes, dtype=object)


def test_the_boundaries_of_jiangsu_are_clean() -> None:
    with gzip.open(DATA / "boundaries/jiangsu_gcj02.geojson.gz") as file:
        features = json.load(file)["features"]
    for level, count in (("county", 95), ("city", 13)):
        own = [f for f in features if f["properties"]["level"] == level]
        shapes = np.array([shapely.from_geojson(json.dumps(f["geometry"])) for f in own], dtype=object)
        codes = [f["properties"]["adcode"] for f in own]
        report = check_coverage(Cells(codes, geo.geometry_to_wgs84(shapes, "GCJ-02")), code_pattern=r"\d{6}")
        assert (report.checked, report.defects) == (count, ())
