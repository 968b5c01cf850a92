"""Where is a point; what a division is called and became; the tiles of the map."""

from __future__ import annotations

import gzip

import numpy as np
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags, quote_etag
from ninja import Query, Router, Schema
from pydantic import Field

from wangge.foundation import clock
from wangge.foundation.errors import Invalid
from wangge.foundation.geo import BadPoint, parse_crs, point_faults, to_wgs84, to_wgs84_checked
from wangge.foundation.requests import actor_of
from wangge.foundation.schemas import CleanText, json_response
from wangge.grids import queries, tiles
from wangge.grids.types import Located

router = Router(tags=["grids"])
divisions = Router(tags=["divisions"])

MOST_POINTS, MOST_POINTS_UNKNOWN = 100_000, 10_000


class PointIn(Schema):
    """A point; longitude first. Declare the system if it isn't WGS84."""

    lon: float
    lat: float
    crs: CleanText = Field("EPSG:4326", max_length=20, description="EPSG:4326, EPSG:4490, GCJ-02, BD-09, EPSG:n")


class GridOut(Schema):
    """A grid and the divisions it lies in."""

    code: str
    edition_id: int
    name: str
    kind: str
    community_code: str
    community_name: str
    township_code: str
    township_name: str


class NearbyOut(Schema):
    """A grid near a point that lies in none."""

    code: str
    name: str
    community_code: str
    community_name: str
    distance_m: float


class LocatedOut(Schema):
    """The one grid that covers the point, or the nearest ones when none does."""

    found: bool
    grid_code: str | None
    grid: GridOut | None
    nearest: list[NearbyOut]


class PointsIn(Schema):
    """Many points: pairs of longitude and latitude."""

    points: list[tuple[float, float]] = Field(max_length=MOST_POINTS)
    crs: CleanText = Field("EPSG:4326", max_length=20)


class LocatedManyOut(Schema):
    """The grid code of each point in order, null outside every grid."""

    codes: list[str | None]
    found: int


@router.get("", response=LocatedOut, summary="The grid of a point")
def locate(request: HttpRequest, point: Query[PointIn]) -> HttpResponse:
    """A point on a border lies in exactly one grid: the one with the smallest code."""
    lon, lat, _ = to_wgs84_checked(point.lon, point.lat, point.crs)
    return json_response(_body(queries.locate(lon, lat, at=clock.now())))


@router.post("", response=LocatedManyOut, summary="The grids of many points")
def locate_many(request: HttpRequest, body: PointsIn) -> HttpResponse:
    """Up to 100,000 points at once, 10,000 for those who aren't signed in; one bad point refuses all and is named."""
    if len(body.points) > MOST_POINTS_UNKNOWN and actor_of(request).user_id is None:
        raise Invalid("grids.too_many_points", field="points", limit=MOST_POINTS_UNKNOWN, given=len(body.points))
    crs = parse_crs(body.crs)
    given = np.array(body.points, dtype=np.float64).reshape(-1, 2)
    lon, lat = to_wgs84(given[:, 0], given[:, 1], crs)
    faults = point_faults(lon, lat)
    for index, fault in enumerate(faults):
        if fault:
            raise BadPoint(
                field=f"points.{index}",
                fault=fault.value,
                lon=body.points[index][0],
                lat=body.points[index][1],
            )
    codes = queries.locate_many(lon, lat, at=clock.now())
    return json_response({"codes": codes, "found": sum(code is not None for code in codes)})


def _body(located: Located) -> dict[str, object]:
    grid = located.grid
    names = queries.names([grid.code[:12], grid.code[:9]]) if grid else {}
    return {
        "found": grid is not None,
        "grid_code": grid.code if grid else None,
        "grid": {
            "code": grid.code,
            "edition_id": grid.edition_id,
            "name": grid.name,
            "kind": grid.kind,
            "community_code": grid.code[:12],
            "community_name": names.get(grid.code[:12], ""),
            "township_code": grid.code[:9],
            "township_name": names.get(grid.code[:9], ""),
        }
        if grid
        else None,
        "nearest": [
            {
                "code": one.code,
                "name": one.name,
                "community_code": one.community_code,
                "community_name": one.community_name,
                "distance_m": round(one.distance_m, 1),
            }
            for one in located.nearest
        ],
    }


class NamedOut(Schema):
    """A division by code and name."""

    code: str
    name: str
    level: str


class ChangeOut(Schema):
    """What a former code became, or what this division was before."""

    code: str
    name: str
    changed_on: str | None
    kind: str
    note: str


class DivisionOut(NamedOut):
    """A division, the one it lies in, and the codes before and after it."""

    is_current: bool
    valid_from: str | None
    valid_to: str | None
    parent: NamedOut | None
    successors: list[ChangeOut]
    predecessors: list[ChangeOut]
    has_grids: bool


class ChildrenOut(Schema):
    """Divisions directly within another, by code; ask again with `after` for the next page."""

    items: list[NamedOut]
    next_after: str | None


@divisions.get("/{code}", response=DivisionOut, summary="A division, present or former")
def get_division(request: HttpRequest, code: str) -> HttpResponse:
    """Former codes answer too, with what they became (320602 → 320613)."""
    return json_response(queries.division(code))


@divisions.get("/{code}/children", response=ChildrenOut, summary="Divisions directly within")
def get_children(request: HttpRequest, code: str, after: str = "", limit: int = 100) -> HttpResponse:
    """At most 500 a page, in the order of their codes."""
    items, next_after = queries.children(code, after=after[:12], limit=min(max(limit, 1), 500))
    return json_response({"items": items, "next_after": next_after})


def public_tile(request: HttpRequest, z: int, x: int, y: int) -> HttpResponse:
    """A vector tile of the effective editions. Boundaries are public, so it is for everybody and every cache."""
    if not tiles.is_drawn(z, x, y):
        return HttpResponse(status=404)
    response = tile_response(request, z, x, y, tiles.public_content(clock.now()))
    response["Cache-Control"] = "public, max-age=300, stale-while-revalidate=86400"
    return response


def tile_response(request: HttpRequest, z: int, x: int, y: int, content: tiles.Content) -> HttpResponse:
    """The tile, or 304 without a look at any shape when the reader has it."""
    tag = quote_etag(content.tag)
    known = {one.removeprefix("W/") for one in parse_etags(request.headers.get("If-None-Match", ""))}
    if tag in known:
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(content_type="application/vnd.mapbox-vector-tile")
        _write(response, tiles.tile(z, x, y, content.editions), request)
    response["ETag"] = tag
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def _write(response: HttpResponse, body: bytes, request: HttpRequest) -> None:
    if len(body) > 500 and "gzip" in request.headers.get("Accept-Encoding", ""):
        response["Content-Encoding"] = "gzip"
        body = gzip.compress(body, 5, mtime=0)
    response.content = body
