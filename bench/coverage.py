"""The coverage check over 25,053 real polygons on one core: `python -m bench.coverage`.

The reference is the plain way in the same run: every pair that meets intersected, and everything united to
see the holes. The clean coverage must come out clean, and what is planted must be found.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import shapely
from bench.harness.london import CODE_PATTERN, boroughs, london
from bench.harness.report import report

from wangge.foundation.geo import Geometries
from wangge.grids.rules.coverage import Cells, check_coverage
from wangge.grids.rules.defects import CoverageReport, DefectKind
from wangge.grids.rules.rings import repair

PLANTED = 200
LIMIT_S = 30.0


def main() -> None:
    cells = london()
    parents = boroughs(cells)
    plain_s, _ = timed(lambda: plain_way(repair(cells.polygons)))
    report(bench="coverage", metric="plain_way", value=plain_s, unit="s")
    for name, known in (("holes", None), ("by_parent", parents)):
        seconds, found = timed(lambda known=known: check(cells, known))
        report(bench="coverage", metric=f"check_{name}", value=seconds, unit="s", reference=LIMIT_S)
        report(bench="coverage", metric=f"check_{name}_to_plain", value=seconds, unit="s", reference=plain_s)
        wrong = sum(count for kind, count in found.counts().items() if kind is not DefectKind.INVALID_RING)
        report(bench="coverage", metric=f"false_alarms_{name}", value=wrong, unit="defects")
    planted = plant(cells)
    seconds, found = timed(lambda: check(planted, parents))
    report(bench="coverage", metric="check_planted", value=seconds, unit="s", reference=LIMIT_S)
    overlaps = sum(1 for _ in found.of_kind(DefectKind.OVERLAP, DefectKind.OVERLAP_SLIVER))
    report(bench="coverage", metric="planted_overlaps", value=overlaps, unit="defects", reference=float(PLANTED))


def check(cells: Cells, parents: Cells | None) -> CoverageReport:
    return check_coverage(cells, parents, code_pattern=CODE_PATTERN)


def plain_way(shapes: Geometries) -> float:
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    once = left < right
    common = shapely.area(shapely.intersection(shapes[left[once]], shapes[right[once]])).sum()
    return float(common + shapely.union_all(shapes).area)


def plant(cells: Cells) -> Cells:
    """Small squares, each well inside one of PLANTED areas, as further grids of the same parent."""
    rng = np.random.default_rng(4)
    chosen = rng.choice(np.flatnonzero(shapely.area(cells.polygons) > 1e-6), PLANTED, replace=False)
    centres = shapely.maximum_inscribed_circle(cells.polygons[chosen], tolerance=1e-5)
    middle, radius = shapely.get_point(centres, 0), shapely.length(centres) / 2
    squares = shapely.buffer(middle, radius, cap_style="square")
    return Cells(
        [*cells.codes, *(f"E9{n:07d}" for n in range(PLANTED))],
        np.append(cells.polygons, squares),
        [*(cells.parent(i) for i in range(len(cells.codes))), *(cells.parent(int(i)) for i in chosen)],
    )


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.process_time()
    result = work()
    return time.process_time() - start, result


if __name__ == "__main__":
    main()
