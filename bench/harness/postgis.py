"""The same question put to PostGIS: the smallest code among the grids that cover each point."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import shapely

from wangge.foundation.geo import Floats, Geometries

_ANSWERS = """
SELECT min(g.code COLLATE "C")
FROM unnest(%s::float8[], %s::float8[]) WITH ORDINALITY AS p (lon, lat, place)
LEFT JOIN locate_grids g ON ST_Intersects(g.shape, ST_SetSRID(ST_MakePoint(p.lon, p.lat), 4326))
GROUP BY p.place ORDER BY p.place
"""


def fill(cursor: Any, codes: Sequence[str], polygons: Geometries) -> None:
    """A temporary table of grids with its index."""
    cursor.execute("DROP TABLE IF EXISTS locate_grids")
    cursor.execute("CREATE TEMPORARY TABLE locate_grids (code text, shape geometry(Geometry, 4326))")
    cursor.execute(
        "INSERT INTO locate_grids SELECT code, ST_GeomFromWKB(wkb, 4326)"
        " FROM unnest(%s::text[], %s::bytea[]) AS g (code, wkb)",
        [list(codes), shapely.to_wkb(polygons).tolist()],
    )
    cursor.execute("CREATE INDEX ON locate_grids USING gist (shape)")
    cursor.execute("ANALYZE locate_grids")


def answers(cursor: Any, lon: Floats, lat: Floats) -> list[str | None]:
    """The code of each point, None where there is no grid."""
    cursor.execute(_ANSWERS, [lon.tolist(), lat.tolist()])
    return [row[0] for row in cursor.fetchall()]
