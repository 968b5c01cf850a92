"""Vector tiles of the grids and the divisions around them, straight from PostGIS.

A tile has what its zoom can show and no more: counties from far, then townships, communities, grids.
Shapes are thinned to a third of a pixel, those too small to be seen are left out, and there is an end
to how many a tile may hold.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from time import monotonic
from typing import Final

from django.db import connection

from wangge.foundation.worktime import LOCAL
from wangge.grids.models import GridEdition
from wangge.grids.types import DivisionLevel, EditionState

ZOOMS: Final = range(3, 19)
#: The zoom from which a layer is in the tiles, and from which its names are (the map draws them from the next one).
LAYERS: Final = {"county": (3, 6), "township": (7, 8), "community": (9, 11), "grid": (11, 14)}
MOST_SHAPES: Final = 20_000
_PIXELS: Final = 512
_KNOWN_FOR_S: Final = 15.0

# && on the stored shapes uses their index; everything else is done on the few that are left. A name stands at
# one point of its shape, so that it is written once and not in every tile the shape crosses.
_LAYER = """
SELECT ST_AsMVT(t, '{layer}', 4096, 'geom') FROM (
  WITH seen AS (
    SELECT * FROM ({rows}) s
    WHERE shape && %(around)s::geometry
      AND greatest(ST_XMax(shape) - ST_XMin(shape), ST_YMax(shape) - ST_YMin(shape)) > %(smallest)s
    LIMIT %(most)s)
  SELECT * FROM (
    SELECT code, {properties} ST_AsMVTGeom(
      ST_Transform(ST_Simplify(ST_ClipByBox2D(shape, %(around)s::geometry), %(thin)s, true), 3857),
      %(tile)s::geometry, 4096, 64, true) AS geom FROM seen
    {names}) drawn
  WHERE geom IS NOT NULL) t
"""
_NAMES = """UNION ALL
    SELECT code, {properties} ST_AsMVTGeom(
      ST_Transform(ST_PointOnSurface(shape), 3857), %(tile)s::geometry, 4096, 0, true) FROM seen"""
_DIVISIONS = """SELECT d.code, d.name, o.shape
  FROM grids_divisionshape o JOIN grids_division d ON d.code = o.division_id
  WHERE d.level = '{level}' AND d.valid_to IS NULL"""
_GRIDS = "SELECT code, name, kind, shape FROM grids_grid WHERE edition_id = ANY(%(editions)s)"


@dataclass(frozen=True, slots=True)
class Content:
    """Which editions the public tiles show now, and a tag that changes when the tiles do."""

    editions: tuple[int, ...]
    tag: str


_content: tuple[float, date, Content] | None = None


def public_content(at: datetime) -> Content:
    """The effective editions and their tag; looked up at most every few seconds in a process."""
    global _content
    day = at.astimezone(LOCAL).date()
    if _content is None or monotonic() - _content[0] > _KNOWN_FOR_S or _content[1] != day:
        effective = GridEdition.objects.filter(state=EditionState.EFFECTIVE.value, valid_from__lte=day)
        _content = (monotonic(), day, content_of(list(effective.order_by("pk").values_list("pk", flat=True))))
    return _content[2]


def content_of(editions: Sequence[int]) -> Content:
    """These editions, whatever their state."""
    ids = tuple(editions)
    with connection.cursor() as db:
        db.execute("SELECT name, digest FROM foundation_loadedfile ORDER BY name")
        loaded = db.fetchall()
    return Content(ids, hashlib.sha256(repr((ids, loaded, LAYERS)).encode()).hexdigest()[:20])


def is_drawn(z: int, x: int, y: int) -> bool:
    """Whether there is such a tile: within the zooms we draw, and on the world."""
    return z in ZOOMS and 0 <= x < 2**z and 0 <= y < 2**z


def tile(z: int, x: int, y: int, editions: Sequence[int]) -> bytes:
    """The Mapbox vector tile with the source-layers that this zoom shows, for a place that `is_drawn`."""
    layers = [name for name, (first, _) in LAYERS.items() if z >= first]
    pixel = 360 / 2**z / _PIXELS
    with connection.cursor() as db:
        db.execute(
            "SELECT ST_TileEnvelope(%s, %s, %s), ST_Transform(ST_TileEnvelope(%s, %s, %s, margin => 0.03), 4326)",
            [z, x, y, z, x, y],
        )
        bounds, around = db.fetchone()
        known = {
            "tile": bounds, "around": around, "thin": pixel / 3, "smallest": pixel, "most": MOST_SHAPES,
            "editions": list(editions),
        }  # fmt: skip
        db.execute(" UNION ALL ".join(_layer(name, z) for name in layers), known)
        return b"".join(bytes(row[0]) for row in db.fetchall())


def _layer(name: str, z: int) -> str:
    is_grid, is_named = name == "grid", z >= LAYERS[name][1]
    properties = ("name, " if is_named else "") + ("kind," if is_grid else "")
    return _LAYER.format(
        layer=name,
        rows=_GRIDS if is_grid else _DIVISIONS.format(level=DivisionLevel[name.upper()].value),
        properties=properties,
        names=_NAMES.format(properties=properties) if is_named else "",
    )
