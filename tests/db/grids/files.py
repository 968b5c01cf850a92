"""The grids of the town as files: every format, every coordinate system."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import pyproj
import shapely

from tests import town
from wangge.foundation import geo

Shapes = Mapping[str, shapely.Geometry]

CRS = ("EPSG:4326", "EPSG:4490", "EPSG:32650", "EPSG:4549", "GCJ-02", "BD-09")
FORMATS = ("geojson", "gpkg", "shapefile", "parquet")


def town_grids() -> dict[str, shapely.Geometry]:
    """Code → shape of the town's eight grids, WGS 84."""
    return {code: town.square(code) for code in town.SQUARES}


def in_crs(shapes: Shapes, crs: str) -> dict[str, shapely.Geometry]:
    """The shapes as a file in that system has them: shared corners stay shared."""
    return {code: shapely.transform(shape, _from_wgs84(crs)) for code, shape in shapes.items()}


def _from_wgs84(crs: str) -> Callable[[np.ndarray], np.ndarray]:
    if crs == "GCJ-02":
        return lambda xy: np.column_stack(geo.wgs84_to_gcj02(xy[:, 0].copy(), xy[:, 1].copy()))
    if crs == "BD-09":
        return lambda xy: np.column_stack(geo.wgs84_to_bd09(xy[:, 0].copy(), xy[:, 1].copy()))
    to = pyproj.Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    return lambda xy: np.column_stack(to.transform(xy[:, 0], xy[:, 1]))


def write(folder: Path, shapes: Shapes, *, kind: str, crs: str) -> Path:
    """A file of these shapes; the shifted systems say nothing, since no format has a name for them."""
    told = None if crs in ("GCJ-02", "BD-09") else crs
    return {"geojson": _geojson, "gpkg": _gpkg, "shapefile": _shapefile, "parquet": _parquet}[kind](
        folder, shapes, told
    )


def _geojson(folder: Path, shapes: Shapes, crs: str | None) -> Path:
    features = [
        {
            "type": "Feature",
            "properties": {"code": code, "name": f"网格{code[-3:]}"},
            "geometry": json.loads(shapely.to_geojson(shape)),
        }
        for code, shape in shapes.items()
    ]
    collection: dict[str, object] = {"type": "FeatureCollection", "features": features}
    if crs:
        collection["crs"] = {"type": "name", "properties": {"name": f"urn:ogc:def:crs:{crs.replace(':', '::')}"}}
    path = folder / "grids.geojson"
    path.write_text(json.dumps(collection, ensure_ascii=False), encoding="utf-8")
    return path


def _by_gdal(path: Path, shapes: Shapes, crs: str | None, driver: str) -> None:
    codes = list(shapes)
    pyogrio.raw.write(
        path,
        shapely.to_wkb(np.array(list(shapes.values()), dtype=object)),
        field_data=[np.array(codes, dtype=object), np.array([f"网格{code[-3:]}" for code in codes], dtype=object)],
        fields=["code", "name"],
        geometry_type="Polygon",
        crs=crs,
        driver=driver,
        encoding="UTF-8",
    )


def _gpkg(folder: Path, shapes: Shapes, crs: str | None) -> Path:
    _by_gdal(folder / "grids.gpkg", shapes, crs, "GPKG")
    return folder / "grids.gpkg"


def _shapefile(folder: Path, shapes: Shapes, crs: str | None) -> Path:
    inner = folder / "shape"
    inner.mkdir()
    _by_gdal(inner / "grids.shp", shapes, crs, "ESRI Shapefile")
    with zipfile.ZipFile(folder / "grids.zip", "w") as archive:
        for part in sorted(inner.iterdir()):
            archive.write(part, part.name)
    return folder / "grids.zip"


def _parquet(folder: Path, shapes: Shapes, crs: str | None) -> Path:
    projjson = json.loads(pyproj.CRS(crs).to_json()) if crs else None
    meta = {
        "version": "1.1.0",
        "primary_column": "geometry",
        "columns": {"geometry": {"encoding": "WKB", "geometry_types": ["Polygon"], "crs": projjson}},
    }
    table = pa.table({
        "code": list(shapes),
        "name": [f"网格{code[-3:]}" for code in shapes],
        "geometry": [shapely.to_wkb(shape) for shape in shapes.values()],
    }).replace_schema_metadata({"geo": json.dumps(meta)})  # fmt: skip
    pq.write_table(table, folder / "grids.parquet")
    return folder / "grids.parquet"
