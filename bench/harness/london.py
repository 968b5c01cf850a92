"""The real coverage that the benchmarks of place use: 25,053 census output areas of London."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import shapely

from wangge.grids.readers import read_features
from wangge.grids.rules.coverage import Cells
from wangge.grids.rules.rings import repair

FILE = Path(__file__).parents[2] / "data/tests/london_oa2011.parquet"
CODE_PATTERN = r"E\d{8}"


def london() -> Cells:
    """As the file has it: 14 rings touch themselves."""
    table = read_features(FILE)
    return Cells(table.codes, table.polygons, [parent or "" for parent in table.parents])


def boroughs(cells: Cells) -> Cells:
    """The 33 parents, put together from their own areas."""
    shapes, children = repair(cells.polygons), dict[str, list[int]]()
    for index in range(len(shapes)):
        children.setdefault(cells.parent(index), []).append(index)
    unions = [shapely.union_all(shapes[own]) for own in children.values()]
    return Cells(list(children), np.array(unions, dtype=object))
