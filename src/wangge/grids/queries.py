"""Where a point is, and what divisions and grids are called."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import shapely
from django.db import connection

from wangge.foundation.errors import NotFound
from wangge.foundation.geo import Floats
from wangge.foundation.worktime import LOCAL
from wangge.grids.models import Division, DivisionChange, Grid, GridEdition
from wangge.grids.rules.locating import GridIndex
from wangge.grids.types import EditionState, GridKind, GridRef, Located, NearbyGrid

#: The smallest code among the grids that cover the point: a point on a border lies in exactly one grid.
_LOCATE = """
SELECT g.code, g.edition_id, g.name, g.kind FROM grids_grid g JOIN grids_gridedition e ON e.id = g.edition_id
WHERE ST_Intersects(g.shape, ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326))
  AND e.state = 'EFFECTIVE' AND e.valid_from <= %(day)s
ORDER BY g.code COLLATE "C" LIMIT 1
"""
_NEAREST = """
SELECT n.code, n.name, d.code, d.name, n.away
FROM (SELECT g.code, g.name, ST_Distance(g.shape::geography, p.point::geography) AS away
      FROM (SELECT ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326) AS point) p,
           grids_grid g JOIN grids_gridedition e ON e.id = g.edition_id
      WHERE e.state = 'EFFECTIVE' AND e.valid_from <= %(day)s
      ORDER BY g.shape <-> p.point LIMIT 8) n
JOIN grids_division d ON d.code = left(n.code, 12)
ORDER BY n.away LIMIT %(limit)s
"""


def locate(lon: float, lat: float, *, at: datetime) -> Located:
    """The one grid of an effective edition that covers a WGS84 point, or the nearest ones when none does."""
    place = {"lon": lon, "lat": lat, "day": at.astimezone(LOCAL).date()}
    with connection.cursor() as db:
        db.execute(_LOCATE, place)
        if row := db.fetchone():
            return Located(GridRef(row[0], row[1], row[2], GridKind(row[3])))
    return Located(None, nearest(lon, lat, at=at))


def nearest(lon: float, lat: float, *, at: datetime, limit: int = 3) -> tuple[NearbyGrid, ...]:
    """Grids nearest to a point, with their community and the distance in metres."""
    with connection.cursor() as db:
        db.execute(_NEAREST, {"lon": lon, "lat": lat, "limit": limit, "day": at.astimezone(LOCAL).date()})
        return tuple(NearbyGrid(*row) for row in db.fetchall())


def grid(code: str, *, at: datetime) -> GridRef | None:
    """The grid of that code in the effective edition."""
    row = (
        Grid.objects.filter(code=code, edition__state="EFFECTIVE", edition__valid_from__lte=at.astimezone(LOCAL).date())
        .values_list("code", "edition_id", "name", "kind")
        .first()
    )
    return GridRef(row[0], row[1], row[2], GridKind(row[3])) if row else None


def names(codes: Iterable[str]) -> dict[str, str]:
    """Names of divisions and grids by code (grids of the newest edition that has them)."""
    wanted = {code for code in codes if code}
    found = dict(Division.objects.filter(code__in=wanted).values_list("code", "name"))
    grids = {code for code in wanted if len(code) == 15}
    if grids:
        found |= dict(Grid.objects.filter(code__in=grids).order_by("edition_id").values_list("code", "name"))
    return found


def resolve_code(code: str, *, on: date | None = None) -> tuple[str, ...]:
    """The present codes of a division: itself, or what it became (320602 → 320613); NotFound for unknown ones."""
    if Division.objects.filter(code=code, valid_to__isnull=True).exists():
        return (code,)
    heirs = list(DivisionChange.objects.filter(old_code=code).values_list("new_code", flat=True))
    if not heirs:
        raise NotFound("grids.unknown_division", value=code)
    return tuple(sorted({present for heir in heirs for present in resolve_code(heir, on=on)}))


def counties_with_grids() -> Sequence[str]:
    """County codes that have an effective edition."""
    return list(Division.objects.filter(editions__state="EFFECTIVE").order_by("code").values_list("code", flat=True))


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A township, community or grid with the names above it, and a point inside it to look at."""

    code: str
    name: str
    path: str
    lon: float | None
    lat: float | None


_NAMED = """
WITH asked AS (SELECT %(words)s::text[] AS words, %(digits)s AS digits),
places AS (
  SELECT d.code, d.name, concat_ws(' ', town.name, d.name) AS path, o.shape
  FROM grids_division d
  LEFT JOIN grids_division town ON town.code = left(d.code, 9) AND length(d.code) > 9
  LEFT JOIN grids_divisionshape o ON o.division_id = d.code
  WHERE d.valid_to IS NULL AND length(d.code) IN (9, 12) AND left(d.code, 6) = ANY(%(counties)s)
  UNION ALL
  SELECT g.code, g.name, concat_ws(' ', town.name, community.name, g.name), g.shape
  FROM grids_grid g
  JOIN grids_gridedition e ON e.id = g.edition_id AND e.state = 'EFFECTIVE'
  LEFT JOIN grids_division community ON community.code = left(g.code, 12)
  LEFT JOIN grids_division town ON town.code = left(g.code, 9))
SELECT code, name, path, ST_X(p), ST_Y(p) FROM (
  SELECT code, name, path, ST_PointOnSurface(shape) AS p FROM places, asked
  WHERE (digits <> '' AND code LIKE digits || '%%')
     OR (digits = '' AND (SELECT bool_and(position(word IN path) > 0) FROM unnest(words) AS word))
  ORDER BY length(code), path <> array_to_string(words, ' '), code COLLATE "C" LIMIT %(limit)s) found
"""


def places_named(text: str, *, limit: int = 8) -> list[NamedPlace]:
    """Townships, communities and grids of the served counties whose name has all the words; widest first.

    The full path finds exactly one place; digits are read as the beginning of a code.
    """
    words = text.split()
    if not words:
        return []
    digits = text.strip() if text.strip().isdecimal() else ""
    with connection.cursor() as db:
        db.execute(
            _NAMED,
            {"words": words, "digits": digits, "counties": list(counties_with_grids()), "limit": limit},
        )
        return [NamedPlace(*row) for row in db.fetchall()]


def middle_of(area: str) -> tuple[float, float] | None:
    """A point to look at for a division: the middle of the outlines in it."""
    with connection.cursor() as db:
        db.execute(
            """SELECT ST_X(middle), ST_Y(middle) FROM (
                 SELECT ST_Centroid(ST_Extent(shape)::geometry) AS middle FROM grids_divisionshape
                 WHERE left(division_id, length(%(area)s)) = %(area)s) found WHERE middle IS NOT NULL""",
            {"area": area[:12]},
        )
        row = db.fetchone()
    return (row[0], row[1]) if row else None


def divisions_in(codes: Iterable[str]) -> list[Division]:
    """Divisions of these codes, in order."""
    return list(Division.objects.filter(code__in=set(codes)).order_by("code"))


@dataclass(frozen=True, slots=True)
class _Loaded:
    editions: tuple[int, ...]
    index: GridIndex


_loaded: _Loaded | None = None


def locate_many(lon: Floats, lat: Floats, *, at: datetime) -> list[str | None]:
    """The grid code of each WGS84 point (arrays of one length), None outside every grid; exact as `locate`.

    The index of the effective editions is kept in memory and built anew when another edition takes effect.
    """
    loaded = _index(at)
    codes: list[str | None] = [*loaded.index.codes, None]  # -1, "no grid", is the last
    return [codes[i] for i in loaded.index.locate_many(lon, lat).tolist()]


def _index(at: datetime) -> _Loaded:
    global _loaded
    day = at.astimezone(LOCAL).date()
    editions = GridEdition.objects.filter(state=EditionState.EFFECTIVE.value, valid_from__lte=day)
    ids = tuple(editions.order_by("pk").values_list("pk", flat=True))
    if _loaded is None or _loaded.editions != ids:
        rows = list(Grid.objects.filter(edition__in=ids).values_list("code", "shape"))
        shapes = shapely.from_wkb([bytes(shape.wkb) for _, shape in rows])
        _loaded = _Loaded(ids, GridIndex([row[0] for row in rows], shapes))
    return _loaded
