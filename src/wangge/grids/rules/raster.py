"""The answers by cell: which polygon covers all of it, or which few reach into it, smallest code first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from wangge.grids.rules.edges import HAIR, Bools, EdgeRows, Frame, Ints, Longs, frozen, spread

NONE: Final = -1
_LISTED: Final = -2  # cell value -2 - n stands for list n


@dataclass(frozen=True, slots=True)
class Raster:
    """`cells`: the polygon that answers for the whole cell, NONE, or -2 - n for the n-th list of polygons."""

    cells: Ints
    list_start: Longs
    listed: Ints


def raster(rows: EdgeRows) -> Raster:
    """Polygons are numbered by rank: where several cover a point, the lowest number answers."""
    reached = _reached(rows)
    covered = _covered(rows, *reached)
    polygon = np.concatenate((reached[0], covered[0]))
    cell = np.concatenate((_cell(rows.frame, *reached[1:]), _cell(rows.frame, *covered[1:])))
    whole = np.arange(len(cell)) >= len(reached[0])
    order = np.lexsort((polygon, cell))
    return _answers(rows.frame, cell[order], polygon[order].astype(np.int32), whole[order])


def _cell(frame: Frame, row: Longs, column: Longs) -> Longs:
    return row * frame.columns + column


def _reached(rows: EdgeRows) -> tuple[Longs, Longs, Longs]:
    """Every (polygon, row, column) whose cell an edge may touch, sorted and without repeats."""
    frame = rows.frame
    slot = np.repeat(np.arange(len(rows.edge_start) - 1), np.diff(rows.edge_start))
    polygon = np.searchsorted(rows.slot_start, slot, side="right") - 1
    row = rows.first_row[polygon] + slot - rows.slot_start[polygon]
    first, last = _columns_in_row(rows, row)
    owner, column = spread(first, last - first + 1)
    key = np.unique(slot[owner] * frame.columns + column)
    slot, column = np.divmod(key, frame.columns)
    polygon = np.searchsorted(rows.slot_start, slot, side="right") - 1
    return polygon, rows.first_row[polygon] + slot - rows.slot_start[polygon], column


def _columns_in_row(rows: EdgeRows, row: Longs) -> tuple[Longs, Longs]:
    """First and last column that each edge touches inside its row."""
    frame, edge = rows.frame, rows.edges
    x, y = rows.xs[edge], rows.ys[edge]
    dx, dy = rows.xs[edge + 1] - x, rows.ys[edge + 1] - y
    low = frame.y0 + (row - HAIR) * frame.height
    high = frame.y0 + (row + 1 + HAIR) * frame.height
    level = dy == 0
    slope = np.where(level, 1.0, dy)
    enter = np.where(level, 0.0, np.clip((low - y) / slope, 0, 1))
    leave = np.where(level, 1.0, np.clip((high - y) / slope, 0, 1))
    one, other = x + enter * dx, x + leave * dx
    return frame.column_of(np.minimum(one, other), -HAIR), frame.column_of(np.maximum(one, other), HAIR)


def _covered(rows: EdgeRows, polygon: Longs, row: Longs, column: Longs) -> tuple[Longs, Longs, Longs]:
    """Every (polygon, row, column) whose cell lies wholly inside the polygon.

    Between two neighbouring touched cells of a row nothing changes, so one test answers for the whole run.
    """
    run = (polygon[1:] == polygon[:-1]) & (row[1:] == row[:-1]) & (column[1:] > column[:-1] + 1)
    before = np.flatnonzero(run)
    frame = rows.frame
    x = (frame.x0 + (column[before] + 1.5) * frame.width).astype(np.float64)
    y = (frame.y0 + (row[before] + 0.5) * frame.height).astype(np.float64)
    before = before[rows.covers(polygon[before], x, y)]
    owner, inner = spread(column[before] + 1, column[before + 1] - column[before] - 1)
    return polygon[before][owner], row[before][owner], inner


def _answers(frame: Frame, cell: Longs, polygon: Ints, whole: Bools) -> Raster:
    """From (cell, polygon, covers it all) by cell and rank. What follows a whole cover never answers."""
    cells = np.full(frame.columns * frame.rows, NONE, dtype=np.int32)
    start = np.flatnonzero(np.append(True, cell[1:] != cell[:-1])[: len(cell)])
    count = np.diff(np.append(start, len(cell)))
    seen: Longs = np.cumsum(whole) - whole
    needed: Bools = seen == np.repeat(seen[start], count)
    lone = start[whole[start]]
    cells[cell[lone]] = polygon[lone]
    mixed = start[~whole[start]]
    cells[cell[mixed]] = _LISTED - np.arange(len(mixed), dtype=np.int32)
    in_list = needed & np.repeat(~whole[start], count)
    place = np.cumsum(np.append(0, in_list))
    ends = (start + count)[~whole[start]]
    list_start = np.append(place[mixed], place[ends[-1:]] if len(mixed) else 0)
    return Raster(frozen(cells), frozen(list_start.astype(np.int64)), frozen(polygon[in_list]))


def list_of(cell_value: Ints) -> Longs:
    """The list numbers of cells whose value is below NONE."""
    return (_LISTED - cell_value).astype(np.int64)
