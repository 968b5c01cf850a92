"""Where is a point: one, or many at once."""

from __future__ import annotations

import numpy as np
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from wangge.foundation import clock
from wangge.foundation.geo import BadPoint, parse_crs, point_faults, to_wgs84, to_wgs84_checked
from wangge.foundation.schemas import CleanText, json_response
from wangge.grids import queries
from wangge.grids.types import Located

router = Router(tags=["grids"])

MOST_POINTS = 100_000


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
    """Up to 100,000 points at once; one bad point refuses all and is named."""
    crs = parse_crs(body.crs)
    given = np.array(body.points, dtype=np.float64).reshape(-1, 2)
    lon, lat = to_wgs84(given[:, 0], given[:, 1], crs)
    faults = point_faults(lon, lat)
    for index, fault in enumerate(faults):
        if fault:
            raise BadPoint(field=f"points.{index}", fault=fault.value, lon=body.points[index][0], lat=body.points[index][1])
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


