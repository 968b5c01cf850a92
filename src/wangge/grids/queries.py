"""Where a point is, and what divisions and grids are called."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import shapely
from django.contrib.gis.db.models.aggregates import Extent
from django.contrib.gis.db.models.functions import AsGeoJSON, Envelope
from django.db import connection
from django.db.models import Q, QuerySet

from wangge.foundation.access import Actor, require, require_somewhere
from wangge.foundation.db import prepared, within
from wangge.foundation.errors import NotFound
from wangge.foundation.geo import Floats
from wangge.foundation.names import KeptNames
from wangge.foundation.worktime import LOCAL
from wangge.grids.models import CoverageDefect, Division, DivisionChange, DivisionShape, Grid, GridEdition, ImportJob
from wangge.grids.rules.locating import GridIndex
from wangge.grids.types import (
    CODE_LENGTH,
    COMMUNITY_LENGTH,
    GRID_LENGTH,
    DivisionLevel,
    EditionState,
    GridKind,
    GridRef,
    Located,
    NearbyGrid,
)

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
    place: dict[str, Any] = {"lon": lon, "lat": lat, "day": at.astimezone(LOCAL).date()}
    with prepared() as db:
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


def is_area(code: str, *, at: datetime) -> bool:
    """Whether there is a division of that code now, or a grid in force."""
    if len(code) == GRID_LENGTH:
        return grid(code, at=at) is not None
    return Division.objects.filter(code=code, valid_to__isnull=True).exists()


def names(codes: Iterable[str]) -> dict[str, str]:
    """Names of divisions and grids by code (grids of the newest edition that has them)."""
    return _names.of(codes)


def _look_up_names(codes: set[str]) -> dict[str, str]:
    grids = {code for code in codes if len(code) == GRID_LENGTH}
    found = dict(Division.objects.filter(code__in=codes - grids).values_list("code", "name"))
    if grids:
        found |= dict(Grid.objects.filter(code__in=grids).order_by("edition_id").values_list("code", "name"))
    return found


_names = KeptNames(_look_up_names)


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


# --- divisions -----------------------------------------------------------------------------------


def division(code: str) -> dict[str, Any]:
    """A division present or former: names, level, parent, what it became and what it was. NotFound if unknown."""
    row = Division.objects.select_related("parent").filter(code=code).first()
    after = list(DivisionChange.objects.filter(old_code=code).order_by("new_code"))
    if row is None and not after:
        raise NotFound("grids.unknown_division", value=code[:20])
    before = list(DivisionChange.objects.filter(new_code=code).order_by("old_code"))
    called = names([change.new_code for change in after] + [change.old_code for change in before])
    return {
        "code": code,
        "name": row.name if row else "",
        "level": row.level if row else _level_of(code),
        "is_current": row is not None and row.valid_to is None,
        "valid_from": str(row.valid_from) if row and row.valid_from else None,
        "valid_to": str(row.valid_to) if row and row.valid_to else None,
        "parent": _named(row.parent) if row and row.parent else None,
        "successors": [_change(change, change.new_code, called) for change in after],
        "predecessors": [_change(change, change.old_code, called) for change in before],
        "has_grids": GridEdition.objects.filter(county_id=code[:6], state=EditionState.EFFECTIVE.value).exists(),
    }


def children(code: str, *, after: str = "", limit: int = 100) -> tuple[list[dict[str, str]], str | None]:
    """Divisions directly within another, by code, and where the next page begins. NotFound for unknown ones."""
    if not Division.objects.filter(code=code).exists():
        raise NotFound("grids.unknown_division", value=code[:20])
    rows = list(
        Division.objects.filter(parent_id=code, valid_to__isnull=True, code__gt=after).order_by("code")[: limit + 1]
    )
    more = len(rows) > limit
    return [_named(row) for row in rows[:limit]], rows[limit - 1].code if more else None


def parts_of(area: str, *, at: datetime) -> list[tuple[str, str]]:
    """Codes and names of what lies directly within an area, by code: divisions, at last the grids in force."""
    if len(area) >= GRID_LENGTH:
        return [(area, names([area]).get(area, area))]
    if len(area) == COMMUNITY_LENGTH:
        day = at.astimezone(LOCAL).date()
        found = Grid.objects.filter(code__startswith=area, edition__state="EFFECTIVE", edition__valid_from__lte=day)
        return list(found.order_by("code").values_list("code", "name"))
    if not area:
        return [(row.code, row.name) for row in divisions_in(counties_with_grids())]
    rows = Division.objects.filter(parent_id=area, valid_to__isnull=True).order_by("code")
    return list(rows.values_list("code", "name"))


def _named(row: Division) -> dict[str, str]:
    return {"code": row.code, "name": row.name, "level": row.level}


def _level_of(code: str) -> str:
    return next((level.value for level, length in CODE_LENGTH.items() if length == len(code)), "")


def _change(change: DivisionChange, code: str, called: dict[str, str]) -> dict[str, Any]:
    return {
        "code": code,
        "name": called.get(code, ""),
        "changed_on": str(change.changed_on) if change.changed_on else None,
        "kind": change.kind,
        "note": change.note,
    }


# --- editions ------------------------------------------------------------------------------------

PAGE = 50
#: What a map of defects shows at once; the table and the export have all.
MOST_ON_MAP = 2_000


def editions_visible(actor: Actor) -> QuerySet[GridEdition]:
    """Editions the actor may look at: those in force, now or before, and the drafts of the own area."""
    require_somewhere(actor, "grids.view")
    published = Q(state__in=[EditionState.EFFECTIVE.value, EditionState.RETIRED.value])
    return (
        GridEdition.objects.filter(published | within("county__code", actor.areas("grids.view")))
        .select_related("county")
        .order_by("county_id", "-pk")
    )


def edition_of(edition_id: int, actor: Actor | None = None) -> GridEdition:
    """One edition; NotFound if there is none or it isn't the actor's to see (None: a command, who may)."""
    rows = GridEdition.objects.select_related("county") if actor is None else editions_visible(actor)
    row = rows.filter(pk=edition_id).first()
    if row is None:
        raise NotFound("grids.no_such_edition")
    return row


def extent_of(edition: GridEdition) -> tuple[float, float, float, float]:
    """West, south, east, north of an edition's county; of its grids where we have no outline; else of the country.

    The outline first, for one grid far off would leave the rest of a map a speck.
    """
    outlines = DivisionShape.objects.filter(division__code__startswith=edition.county_id)
    grids = Grid.objects.filter(edition=edition)
    return outlines.aggregate(box=Extent("shape"))["box"] or grids.aggregate(box=Extent("shape"))["box"] or _THE_COUNTRY


_THE_COUNTRY = (73.0, 18.0, 135.0, 54.0)


@dataclass(frozen=True, slots=True)
class DefectPage:
    """Defects, the worst kinds first as the kinds are ordered, and where the next page begins."""

    rows: tuple[CoverageDefect, ...]
    next_after: int | None


def defect_page(edition_id: int, *, kind: str = "", only_blocking: bool = False, after: int = 0) -> DefectPage:
    """A page of what the check found, in the order it was found; each row has its bounding `box`."""
    rows = _defects(edition_id, kind, only_blocking).filter(pk__gt=after).order_by("pk")
    found = list(rows.annotate(box=Envelope("shape")).defer("shape")[: PAGE + 1])
    return DefectPage(tuple(found[:PAGE]), found[PAGE - 1].pk if len(found) > PAGE else None)


def defects_as_geojson(
    edition_id: int, *, kind: str = "", only_blocking: bool = False, limit: int | None = None
) -> Iterator[dict[str, Any]]:
    """The defects as GeoJSON features (WGS 84), the largest first when there is a limit."""
    rows = _defects(edition_id, kind, only_blocking)
    rows = rows.order_by("-blocks", "-area_m2", "pk")[:limit] if limit else rows.order_by("pk")
    for row in rows.annotate(drawn=AsGeoJSON("shape", precision=8)).defer("shape").iterator(chunk_size=500):
        place = (row.place.x, row.place.y) if row.place else (None, None)
        yield {
            "type": "Feature",
            "geometry": json.loads(row.drawn) if row.drawn else None,
            "properties": {
                "id": row.pk,
                "kind": row.kind,
                "severity": "BLOCKS" if row.blocks else "WARNS",
                "codes": row.codes,
                "area_m2": None if row.area_m2 is None else round(row.area_m2, 4),
                "lon": place[0],
                "lat": place[1],
            },
        }


def _defects(edition_id: int, kind: str, only_blocking: bool) -> QuerySet[CoverageDefect]:
    rows = CoverageDefect.objects.filter(edition_id=edition_id)
    if kind:
        rows = rows.filter(kind=kind)
    return rows.filter(blocks=True) if only_blocking else rows


def grid_page(edition_id: int, *, search: str = "", after: str = "") -> tuple[list[Grid], str | None]:
    """Grids of an edition by code; `search` is a part of the name or the beginning of the code."""
    rows = Grid.objects.filter(edition_id=edition_id, code__gt=after).defer("shape").order_by("code")
    if search:
        rows = rows.filter(Q(code__startswith=search) | Q(name__icontains=search))
    found = list(rows[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].code if len(found) > PAGE else None


def grid_in(edition_id: int, code: str) -> tuple[Grid, dict[str, Any]]:
    """A grid of an edition and its shape as GeoJSON; NotFound if it has none of this code."""
    row = (
        Grid.objects.filter(edition_id=edition_id, code=code)
        .annotate(drawn=AsGeoJSON("shape", precision=7))
        .defer("shape")
        .first()
    )
    if row is None:
        raise NotFound("grids.no_such_grid", value=code[:20])
    return row, json.loads(row.drawn)


def import_job(job_id: UUID, actor: Actor) -> ImportJob:
    """A file on its way into an edition. Needs ``grids.prepare`` at its county."""
    row = ImportJob.objects.select_related("county").filter(pk=job_id).first()
    if row is None:
        raise NotFound("grids.no_such_import")
    require(actor, "grids.prepare", area=row.county_id)
    return row


def imports_visible(actor: Actor, *, limit: int = 10) -> list[ImportJob]:
    """The newest imports of the areas for which the actor prepares grids."""
    areas = actor.areas("grids.prepare")
    rows = ImportJob.objects.select_related("county").filter(within("county__code", areas))
    return list(rows.order_by("-created_at")[:limit])


def counties_for(actor: Actor, permission: str) -> list[Division]:
    """Counties in (or around) the areas for which the actor holds the permission."""
    areas = actor.areas(permission)
    rows = Division.objects.filter(level="COUNTY", valid_to__isnull=True)
    return list(rows.filter(within("code", areas)).order_by("code"))


def communities_in(county: str) -> list[str]:
    """Codes of the communities of a county; where none are known, of its towns, else its own."""
    present = Division.objects.filter(code__startswith=county, valid_to__isnull=True).order_by("code")
    for level in (DivisionLevel.COMMUNITY, DivisionLevel.TOWNSHIP):
        if found := list(present.filter(level=level.value).values_list("code", flat=True)):
            return found
    return [county]
