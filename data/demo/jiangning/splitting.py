"""Dividing one polygon among seeds (local metres)."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

FAR_M = 2e5
TOWN_RADIUS_M = 2500.0


def power_cells(outline: BaseGeometry, sites: Any, areas: Any) -> list[BaseGeometry]:
    """Cells of a power diagram whose weights are moved until the areas inside the outline fit."""
    weights = np.zeros(len(sites))
    aim = areas / areas.sum() * outline.area
    for _ in range(60):
        cells = [_power_cell(i, sites, weights) for i in range(len(sites))]
        got = np.array([outline.intersection(cell).area for cell in cells])
        weights += 0.4 * (aim - got)
    return cells


def _power_cell(i: int, sites: Any, weights: Any) -> BaseGeometry:
    cell = shapely.box(-FAR_M, -FAR_M, FAR_M, FAR_M)
    for j in range(len(sites)):
        if j != i:
            cell = cell.intersection(_half_plane(sites[i], sites[j], weights[i] - weights[j]))
    return cell


def _half_plane(site: Any, other: Any, lead: float) -> BaseGeometry:
    """Points nearer to `site` than to `other` by power distance, as a large square."""
    away = other - site
    length = float(np.hypot(*away))
    unit = away / length
    middle = site + unit * (length / 2 + lead / (2 * length))
    side = np.array([-unit[1], unit[0]]) * 3 * FAR_M
    back = middle - unit * 3 * FAR_M
    return shapely.Polygon([middle + side, back + side, back - side, middle - side])


def warped(cells: list[BaseGeometry], wave_m: float, swing_m: float) -> list[BaseGeometry]:
    """The cells with their straight borders swung by one smooth field, so that they still fit together."""

    def swing(xy: Any) -> Any:
        east, north = xy[:, 0] * 2 * np.pi / wave_m, xy[:, 1] * 2 * np.pi / wave_m
        dx = np.sin(north + 1.3 * np.sin(east * 0.7)) + 0.5 * np.sin(2.3 * north - east)
        dy = np.sin(east + 1.7 * np.sin(north * 0.6)) + 0.5 * np.sin(1.9 * east + north)
        return xy + swing_m / 1.5 * np.column_stack((dx, dy))

    near = shapely.intersection(cells, shapely.box(*(4e4 * np.array([-1, -1, 1, 1]))))
    return list(shapely.transform(shapely.segmentize(near, wave_m / 12), swing))


def relaxed_points(shape: BaseGeometry, count: int, rng: Any, centre: Any = None) -> Any:
    """`count` evenly spread seeds in the shape (k-means over random points), denser around `centre`."""
    cloud = _cloud(shape, 400 * count, rng, centre)
    sites = cloud[:count].copy()
    for _ in range(30):
        nearest = np.argmin(((cloud[:, None, :] - sites[None]) ** 2).sum(axis=2), axis=1)
        for k in range(count):
            if (own := cloud[nearest == k]).size:
                sites[k] = own.mean(axis=0)
    return sites


def _cloud(shape: BaseGeometry, wanted: int, rng: Any, centre: Any) -> Any:
    west, south, east, north = shape.bounds
    found: list[Any] = []
    while sum(map(len, found)) < wanted:
        points = rng.uniform((west, south), (east, north), (4 * wanted, 2))
        points = points[shapely.contains_xy(shape, points[:, 0], points[:, 1])]
        if centre is not None:
            density = 0.12 + np.exp(-((np.hypot(*(points - centre).T) / TOWN_RADIUS_M) ** 2))
            points = points[rng.uniform(0, 1.12, len(points)) < density]
        found.append(points)
    return np.vstack(found)[:wanted]


def split(parent: BaseGeometry, cells: list[BaseGeometry]) -> list[BaseGeometry]:
    """The parent divided along the cells, each share in one piece.

    What a cell cuts off from its main piece goes to the neighbour it shares most border with; detached
    parts of the parent (enclaves) go whole to the nearest share.
    """
    parts = sorted(shapely.get_parts(parent), key=shapely.area)
    main, enclaves = parts[-1], parts[:-1]
    pieces = [sorted(_polygons(main.intersection(cell)), key=shapely.area) for cell in cells]
    shares = [own[-1] for own in pieces]
    for scrap in (scrap for own in pieces for scrap in own[:-1]):
        border = [shapely.length(scrap.boundary.intersection(s.buffer(0.01))) for s in shares]
        k = int(np.argmax(border))
        shares[k] = shapely.union_all([shares[k], scrap], grid_size=1e-4)
    for enclave in enclaves:
        k = int(np.argmin(shapely.distance(shares, enclave)))
        shares[k] = shapely.union_all([shares[k], enclave])
    return shares


def _polygons(shape: BaseGeometry) -> list[BaseGeometry]:
    return [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon" and part.area > 1.0]
