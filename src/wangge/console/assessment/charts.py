"""Small honest charts as SVG: axes from nought, gaps where nothing was counted, and always a table beside them.

Drawn on the server, so that they print and need no script. Colours and strokes come from the style sheet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

WIDTH, HEIGHT = 640, 190
LEFT, RIGHT, TOP, BOTTOM = 46, 14, 12, 28


@dataclass(frozen=True, slots=True)
class Point:
    """One month of a line: its label, where it stands, and its value in words. y None: a gap."""

    label: str
    x: float
    y: float | None
    text: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A line across the chart with its label."""

    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line chart: pieces without gaps, points, marks of the axis, and a target if there is one."""

    pieces: tuple[str, ...]
    points: tuple[Point, ...]
    marks: tuple[Mark, ...]
    target: Mark | None
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    base: int = HEIGHT - BOTTOM


def line(
    values: Sequence[tuple[str, Decimal | None, str]], *, top: Decimal, unit: str, target: Decimal | None = None
) -> Line:
    """A line over (label, value, words) from nought to `top`."""
    step = (WIDTH - LEFT - RIGHT) / max(len(values) - 1, 1)
    points = tuple(
        Point(label, round(LEFT + n * step, 1), None if value is None else _y(value, top), words)
        for n, (label, value, words) in enumerate(values)
    )
    marks = tuple(Mark(_y(top * n / 4, top), f"{_short(top * n / 4)}{unit}") for n in range(5))
    aim = None if target is None else Mark(_y(target, top), f"{_short(target)}{unit}")
    return Line(tuple(_pieces(points)), points, marks, aim)


def spark(values: Sequence[Decimal | None], *, width: int = 96, height: int = 24) -> str:
    """The path of a line without axes, for a row of a table; shares from 0 to 1."""
    step = (width - 4) / max(len(values) - 1, 1)
    path, open_ = [], False
    for n, value in enumerate(values):
        if value is not None:
            y = 2 + (height - 4) * (1 - float(value))
            path.append(f"{'L' if open_ else 'M'}{2 + n * step:.1f} {y:.1f}")
        open_ = value is not None
    return " ".join(path)


def _y(value: Decimal, top: Decimal) -> float:
    share = float(value / top) if top else 0.0
    return round(TOP + (HEIGHT - TOP - BOTTOM) * (1 - share), 1)


def _pieces(points: Sequence[Point]) -> list[str]:
    pieces: list[list[str]] = [[]]
    for point in points:
        if point.y is None:
            pieces.append([])
        else:
            pieces[-1].append(f"{point.x},{point.y}")
    return [" ".join(piece) for piece in pieces if len(piece) > 1]


def _short(value: Decimal) -> str:
    return f"{value.normalize():f}"
