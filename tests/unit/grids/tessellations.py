"""Random exact tilings: a jittered lattice whose quadrilaterals share their corners."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from hypothesis import strategies as st

WEST, SOUTH, STEP = 118.8, 31.9, 0.002  # cells of some 200 m in Jiangning


def lattice(columns: int, rows: int, seed: int, jitter: float = 0.25) -> Any:
    """Corner coordinates (rows + 1, columns + 1, 2), six decimals; the outer border stays straight."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0 : rows + 1, 0 : columns + 1].astype(float)
    shift = rng.uniform(-jitter, jitter, (2, rows + 1, columns + 1))
    shift[0][:, [0, -1]] = 0
    shift[1][[0, -1], :] = 0
    corners = np.stack((WEST + STEP * (x + shift[0]), SOUTH + STEP * (y + shift[1])), axis=-1)
    return np.round(corners, 6)


def quads(corners: Any) -> Any:
    """The polygons of the lattice, row by row."""
    rows, columns = corners.shape[0] - 1, corners.shape[1] - 1
    return np.array(
        [
            shapely.Polygon([corners[r, c], corners[r, c + 1], corners[r + 1, c + 1], corners[r + 1, c]])
            for r in range(rows)
            for c in range(columns)
        ],
        dtype=object,
    )


def grid_codes(count: int, parent: str = "320115001001") -> list[str]:
    return [f"{parent}{n:03d}" for n in range(1, count + 1)]


@st.composite
def tessellations(draw: st.DrawFn, smallest: int = 1, largest: int = 7) -> Any:
    """Quads, some of them merged, so that shapes are concave, have holes or several neighbours an edge."""
    columns, rows = draw(st.integers(smallest, largest)), draw(st.integers(smallest, largest))
    seed = draw(st.integers(0, 2**32 - 1))
    cells = quads(lattice(columns, rows, seed))
    group = np.random.default_rng(seed).integers(0, draw(st.integers(1, len(cells))), len(cells))
    merged = [shapely.coverage_union_all(cells[group == g]) for g in range(group.max() + 1) if (group == g).any()]
    return np.array(merged, dtype=object)
