"""Draws the demo coverage of Jiangning: 15 townships, 212 communities, about 1,500 grids.

Names, codes and the county outline are real; EVERY SHAPE INSIDE IT IS SYNTHETIC. Run from the root of the
repository (`PYTHONPATH=src python -m data.demo.jiangning.generate`); the same input gives the same output.

Each level is a relaxed Voronoi division of its parent. All borders are then cut at each other's ends, bent a
little, rounded to six decimals and put together again from the same lines, so that every level tiles its
parent exactly, vertex for vertex.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from data.demo.jiangning.borders import rebuild
from data.demo.jiangning.places import EXCLUSIVE_SHARE, GRIDS_PER, PREMISES, SEED, TOWNSHIPS
from data.demo.jiangning.splitting import power_cells, relaxed_points, split, warped
from shapely.geometry.base import BaseGeometry

from wangge.foundation import geo

COUNTY = "320115"
HERE = Path(__file__).parent
ROOT = HERE.parents[2]
NOTE = "synthetic shapes: generated for demonstration, not real township, community or grid borders"


@dataclass
class Area:
    """A division or grid on its way to becoming a feature; shape in local metres, then degrees."""

    code: str
    name: str
    shape: BaseGeometry
    properties: dict[str, Any] = field(default_factory=dict)


class Plane:
    """Degrees to local metres around the middle of the county and back."""

    def __init__(self, outline: BaseGeometry) -> None:
        west, south, east, north = outline.bounds
        self.origin = np.array([(west + east) / 2, (south + north) / 2])
        self.scale = np.array(geo.local_metres(float(self.origin[1])))

    def metres(self, shape: Any) -> Any:
        return shapely.transform(shape, lambda xy: (xy - self.origin) * self.scale)

    def degrees(self, shape: Any) -> Any:
        return shapely.transform(shape, lambda xy: np.round(xy / self.scale + self.origin, 6))


def main() -> None:
    rng = np.random.default_rng(SEED)
    outline = county_outline()
    plane = Plane(outline)
    names = division_names()
    townships = draw_townships(plane.metres(outline), names)
    communities = [c for t in townships for c in draw_communities(t, names, rng)]
    grids = [g for c in communities for g in draw_grids(c, rng)]
    finish(grids, plane, rng)
    for area in (*communities, *townships):
        own = [grid.shape for grid in grids if grid.code.startswith(area.code)]
        area.shape = shapely.coverage_union_all(own)
    write("townships", townships)
    write("communities", communities)
    write("grids", grids)


def county_outline() -> BaseGeometry:
    with gzip.open(ROOT / "data/boundaries/jiangsu_gcj02.geojson.gz") as file:
        features = json.load(file)["features"]
    shape = next(f["geometry"] for f in features if f["properties"]["adcode"] == COUNTY)
    there = shapely.from_geojson(json.dumps(shape))
    there = geo.geometry_to_wgs84(np.array([there]), geo.Crs.GCJ02)[0]
    return shapely.set_precision(there, 1e-6)


def division_names() -> dict[str, str]:
    text = gzip.decompress((ROOT / "data/divisions/jiangsu_2023.csv.gz").read_bytes()).decode()
    rows = csv.DictReader(io.StringIO(text))
    return {row["code"]: row["name"] for row in rows if row["code"].startswith(COUNTY)}


def draw_townships(outline: BaseGeometry, names: dict[str, str]) -> list[Area]:
    kx, ky = geo.local_metres(TOWNSHIPS[0].lat)
    middle = Plane(county_outline()).origin
    sites = np.array([((t.lon - middle[0]) * kx, (t.lat - middle[1]) * ky) for t in TOWNSHIPS])
    cells = power_cells(outline, sites, np.array([t.km2 * 1e6 for t in TOWNSHIPS]))
    shapes = split(outline, warped(cells, wave_m=5200, swing_m=430))
    return [
        Area(t.code, names[t.code], shape, {"urban": t.urban, "centre": site})
        for t, site, shape in zip(TOWNSHIPS, sites, shapes, strict=True)
    ]


def draw_communities(township: Area, names: dict[str, str], rng: np.random.Generator) -> list[Area]:
    """Denser towards the town; resident communities (0xx) lie nearer to it than villages."""
    codes = sorted(c for c in names if c.startswith(township.code) and len(c) == 12)
    centre = township.properties["centre"]
    sites = relaxed_points(township.shape, len(codes), rng, centre=centre)
    order = np.argsort(np.hypot(*(sites - centre).T))
    shapes = split(township.shape, warped(voronoi_cells(sites[order]), wave_m=2100, swing_m=110))
    return [
        Area(code, names[code], shape, {"township_code": township.code, "urban": township.properties["urban"]})
        for code, shape in zip(codes, shapes, strict=True)
    ]


def voronoi_cells(sites: Any) -> list[BaseGeometry]:
    frame = shapely.box(-2e5, -2e5, 2e5, 2e5)
    cells = shapely.voronoi_polygons(shapely.MultiPoint(sites), extend_to=frame, ordered=True)
    return list(cells.geoms)


def draw_grids(community: Area, rng: np.random.Generator) -> list[Area]:
    low, high = GRIDS_PER[grid_class(community)]
    count = int(rng.integers(low, high + 1))
    sites = relaxed_points(community.shape, count, rng)
    order = np.lexsort((sites[:, 0], -sites[:, 1]))
    shapes = split(community.shape, voronoi_cells(sites[order])) if count > 1 else [community.shape]
    properties = {
        "community_code": community.code,
        "community_name": community.name,
        "township_code": community.properties["township_code"],
        "urban": grid_class(community) == "urban",
    }
    return [Area(f"{community.code}{n:03d}", "", shape, dict(properties)) for n, shape in enumerate(shapes, start=1)]


def grid_class(community: Area) -> str:
    if community.code[9:] == "498":
        return "zone"
    if "村" in community.name[-5:] and community.code[9] == "2":
        return "village"
    return "urban" if community.properties["urban"] else "town"


def finish(grids: list[Area], plane: Plane, rng: np.random.Generator) -> None:
    """Exact borders, then names, kinds and households."""
    shapes = rebuild([plane.degrees(g.shape) for g in grids], county_outline(), plane.scale)
    chosen = set(rng.choice(len(grids), size=round(len(grids) * EXCLUSIVE_SHARE), replace=False).tolist())
    for index, (grid, shape) in enumerate(zip(grids, shapes, strict=True)):
        grid.shape = shape
        describe(grid, index in chosen, rng)


def describe(grid: Area, exclusive: bool, rng: np.random.Generator) -> None:
    community, urban = grid.properties.pop("community_name"), grid.properties.pop("urban")
    if exclusive:
        premises, label = PREMISES[int(rng.integers(len(PREMISES)))]
        grid.name = f"{community}第{chinese(int(grid.code[12:]))}网格（{label}专属）"
        grid.properties |= {"kind": "EXCLUSIVE", "premises": premises, "households": 0}
        return
    low, high = (300, 500) if urban else (250, 350)
    grid.name = f"{community}第{chinese(int(grid.code[12:]))}网格"
    grid.properties |= {"kind": "GENERAL", "households": int(rng.integers(low, high + 1))}


def chinese(number: int) -> str:
    """1..99 in Chinese numerals."""
    digits = "〇一二三四五六七八九"
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else digits[tens] + "十"
    return head + (digits[ones] if ones or not tens else "")


def write(name: str, areas: list[Area]) -> None:
    features = [
        {
            "type": "Feature",
            "properties": {"code": a.code, "name": a.name}
            | {k: v for k, v in a.properties.items() if k not in ("urban", "centre")},
            "geometry": json.loads(shapely.to_geojson(shapely.normalize(a.shape))),
        }
        for a in sorted(areas, key=lambda a: a.code)
    ]
    collection = {
        "type": "FeatureCollection",
        "name": name,
        "wangge:crs": "EPSG:4326",
        "note": NOTE,
        "features": features,
    }
    text = json.dumps(collection, ensure_ascii=False, separators=(",", ":"))
    with (HERE / f"{name}.geojson.gz").open("wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as file:
        file.write(text.encode())
    sys.stdout.write(f"{name}: {len(features)}\n")


if __name__ == "__main__":
    main()
