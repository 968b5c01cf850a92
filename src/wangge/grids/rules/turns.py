"""On which side of a directed line a point lies, for arrays: exactly, and as PostGIS computes it.

Exactly: plain doubles decide almost always; a bound on their error says when they can't. Then the determinant
is computed without error as a sum of three doubles, and in the rare rest by rational numbers.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Final

import numpy as np
import numpy.typing as npt

from wangge.foundation.geo import Floats

Signs = npt.NDArray[np.int8]

_SURE: Final = 1e-15  # relative error of the determinant in doubles is below 4e-16
_DOUBTFUL: Final = 2
_SPLITTER: Final = 2.0**27 + 1
_TINY: Final = 1e-250  # below, the error terms of a product may underflow


def turn_signs(ax: Floats, ay: Floats, bx: Floats, by: Floats, px: Floats, py: Floats) -> Signs:
    """1 where p is left of the line from a to b, -1 right of it, 0 on it."""
    signs = _by_doubles(ax - px, ay - py, bx - px, by - py)
    corners = [np.asarray(v, dtype=np.float64) for v in (ax, ay, bx, by, px, py)]
    for decide in (_by_sums, _by_fractions):
        open_ = np.flatnonzero(signs == _DOUBTFUL)
        if not len(open_):
            break
        signs[open_] = decide(*(v[open_] for v in corners))
    return signs


def rounded_signs(ax: Floats, ay: Floats, bx: Floats, by: Floats, px: Floats, py: Floats) -> Signs:
    """`turn_signs` in the plain doubles of PostGIS: of a point next to the line it may say "on it"."""
    one, other = (bx - ax) * (py - ay), (px - ax) * (by - ay)
    return np.sign(one - other).astype(np.int8)


def _by_doubles(ax: Floats, ay: Floats, bx: Floats, by: Floats) -> Signs:
    one, other = ax * by, bx * ay
    signs = np.where(one > other, 1, -1).astype(np.int8)
    signs[np.abs(one - other) <= _SURE * (np.abs(one) + np.abs(other))] = _DOUBTFUL
    return signs


def _by_sums(ax: Floats, ay: Floats, bx: Floats, by: Floats, px: Floats, py: Floats) -> Signs:
    """Exact where the differences to p are exact, which they are for points near the line's ends."""
    (ax, lost0), (ay, lost1) = _difference(ax, px), _difference(ay, py)
    (bx, lost2), (by, lost3) = _difference(bx, px), _difference(by, py)
    (one, one_rest), (other, other_rest) = _product(ax, by), _product(bx, ay)
    high = one - other  # exact, because the two are nearly equal
    low, low_rest = _difference(one_rest, other_rest)
    total, rest = _difference(high, -low)
    known = (lost0 == 0) & (lost1 == 0) & (lost2 == 0) & (lost3 == 0)
    known &= (np.abs(one) > _TINY) & (np.abs(other) > _TINY) | ((one == 0) & (other == 0))
    zero = (total == 0) & (rest == 0) & (low_rest == 0)
    known &= zero | (np.abs(total) > 2 * (np.abs(rest) + np.abs(low_rest)))
    return np.where(known, np.sign(total), _DOUBTFUL).astype(np.int8)


def _difference(a: Floats, b: Floats) -> tuple[Floats, Floats]:
    """a - b rounded, and what rounding took away, exactly."""
    rounded = a - b
    back = a - rounded
    return rounded, (a - (rounded + back)) + (back - b)


def _product(a: Floats, b: Floats) -> tuple[Floats, Floats]:
    """a * b rounded, and what rounding took away, exactly."""
    rounded = a * b
    (a1, a2), (b1, b2) = _halves(a), _halves(b)
    return rounded, ((a1 * b1 - rounded) + a1 * b2 + a2 * b1) + a2 * b2


def _halves(a: Floats) -> tuple[Floats, Floats]:
    wide = _SPLITTER * a
    high = wide - (wide - a)
    return high, a - high


def _by_fractions(*corners: Floats) -> Signs:
    rows = np.column_stack(corners).tolist()
    return np.array([_rational(*map(Fraction, row)) for row in rows], dtype=np.int8)


def _rational(ax: Fraction, ay: Fraction, bx: Fraction, by: Fraction, px: Fraction, py: Fraction) -> int:
    turn = (ax - px) * (by - py) - (bx - px) * (ay - py)
    return (turn > 0) - (turn < 0)
