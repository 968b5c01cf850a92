"""The four formats, told by their content (a name proves nothing), each read into a RawTable.

GeoJSON is parsed here and not by GDAL, whose JSON drivers can be made to open other files.
"""

from __future__ import annotations

import gzip
import json
import tempfile
import warnings
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import numpy as np
import orjson
import pyarrow as pa
import pyarrow.parquet as pq
import pyogrio
import shapely
from pyogrio.errors import DataSourceError
from pyproj import CRS
from pyproj.exceptions import CRSError

from wangge.foundation import geo
from wangge.grids.readers.problems import (
    BadEncoding,
    ChooseLayer,
    TooLarge,
    TooManyFeatures,
    UnknownFormat,
    Unreadable,
)
from wangge.grids.readers.shapezip import unpacked_shapefile
from wangge.grids.readers.table import Limits, RawTable

_SHAPE_COLUMNS: Final = ("geometry", "geom", "wkb_geometry", "the_geom", "wkb", "wkt", "shape")
_BLOCK: Final = 1 << 20
_BYTE_BY_BYTE: Final = "ISO-8859-1"  # loses nothing, so that texts can be decoded by our own rules
_PARQUET_FAULTS: Final = (
    pa.ArrowException,
    shapely.errors.GEOSException,
    OSError,
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
)


def read_raw(path: Path, layer: str | None, limits: Limits) -> RawTable:
    """The file's columns and shapes, whichever of the formats it is. Raises the problems of this package."""
    with path.open("rb") as file:
        head = file.read(512)
    if path.stat().st_size > limits.packed_bytes:
        raise TooLarge(field="file", limit_bytes=limits.packed_bytes)
    if head[:2] == b"\x1f\x8b":
        return _geojson(_gunzip(path, limits), limits)
    if head[:4] == b"PAR1":
        return _parquet(path, limits)
    if head[:16] == b"SQLite format 3\x00":
        return _geopackage(path, layer, limits)
    if head[:4] == b"PK\x03\x04":
        with unpacked_shapefile(path, layer, limits) as (shapefile, encoding, notes):
            raw = _by_gdal(shapefile, None, _BYTE_BY_BYTE, limits, "Shapefile")
            return RawTable(_redecoded(raw.columns, encoding), raw.shapes, raw.crs, notes)
    if head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{":
        return _geojson(path.read_bytes(), limits)
    raise UnknownFormat(field="file")


def _gunzip(path: Path, limits: Limits) -> bytes:
    parts, size = list[bytes](), 0
    try:
        with gzip.open(path) as file:
            while block := file.read(_BLOCK):
                size += len(block)
                if size > limits.unpacked_bytes:
                    raise TooLarge(field="file", limit_bytes=limits.unpacked_bytes)
                parts.append(block)
    except (OSError, EOFError, zlib.error) as error:
        raise Unreadable(field="file", format="gzip") from error
    return b"".join(parts)


def _geojson(text: bytes, limits: Limits) -> RawTable:
    collection = _parsed(text)
    features = collection.get("features")
    if collection.get("type") != "FeatureCollection" or not isinstance(features, list):
        raise Unreadable(field="file", format="GeoJSON")
    _count(len(features), limits)
    if not all(isinstance(f, dict) and isinstance(f.get("properties") or {}, dict) for f in features):
        raise Unreadable(field="file", format="GeoJSON")
    rows = [f.get("properties") or {} for f in features]
    names = list(dict.fromkeys(name for row in rows for name in row))
    columns = {name: [row.get(name) for row in rows] for name in names}
    if "id" not in columns and any("id" in f for f in features):
        columns["id"] = [f.get("id") for f in features]
    return RawTable(columns, _json_shapes(features), _geojson_crs(collection))


def _parsed(text: bytes) -> dict[str, Any]:
    try:
        value = orjson.loads(text.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        _refuse_bad_utf8(text)
        raise Unreadable(field="file", format="GeoJSON") from error
    if not isinstance(value, dict):
        raise Unreadable(field="file", format="GeoJSON")
    return value


def _refuse_bad_utf8(text: bytes) -> None:
    try:
        text.decode()
    except UnicodeDecodeError as error:
        raise BadEncoding(field="file", encoding="UTF-8") from error


def _json_shapes(features: Sequence[Mapping[str, Any]]) -> geo.Geometries:
    texts = [orjson.dumps(f["geometry"]).decode() if f.get("geometry") else None for f in features]
    try:
        return np.array(shapely.from_geojson(np.array(texts, dtype=object)), dtype=object)
    except (shapely.errors.GEOSException, TypeError) as error:
        raise Unreadable(field="file", format="GeoJSON") from error


def _geojson_crs(collection: Mapping[str, Any]) -> str | None:
    """The old member "crs", or ours. Files without it are not all WGS 84, whatever the standard says."""
    if isinstance(own := collection.get("wangge:crs"), str):
        return own
    member = collection.get("crs")
    properties = member.get("properties") if isinstance(member, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    return crs_name(name) if isinstance(name, str) else None


def crs_name(text: Any) -> str | None:
    """ "EPSG:n" of a description (name, URN, WKT, PROJJSON); else its beginning; None for nothing."""
    if not text:
        return None
    try:
        crs = CRS.from_user_input(text)
    except CRSError:
        return str(text)[:80]
    if crs.name in ("WGS 84 (CRS84)", "WGS 84"):
        return geo.Crs.WGS84.value
    number = crs.to_epsg(min_confidence=60)
    return f"EPSG:{number}" if number else crs.name[:80]


def _count(features: int, limits: Limits) -> None:
    if features > limits.features:
        raise TooManyFeatures(field="file", features=features, limit=limits.features)


def _geopackage(path: Path, layer: str | None, limits: Limits) -> RawTable:
    with tempfile.TemporaryDirectory() as folder:
        link = Path(folder) / "upload.gpkg"  # GDAL goes by the suffix too
        link.symlink_to(path.resolve())
        with _gdal_problems("GeoPackage"):
            layers = [str(name) for name, kind in pyogrio.list_layers(link) if kind is not None]
        return _by_gdal(link, _chosen(layers, layer), None, limits, "GeoPackage")


def _chosen(layers: list[str], wanted: str | None) -> str:
    if wanted is not None and wanted in layers:
        return wanted
    if wanted is not None or len(layers) != 1:
        raise ChooseLayer(field="layer", layers=layers[:50])
    return layers[0]


def _by_gdal(path: Path, layer: str | None, encoding: str | None, limits: Limits, name: str) -> RawTable:
    with _gdal_problems(name):
        info = pyogrio.read_info(path, layer=layer, encoding=encoding, force_feature_count=True)
        _count(int(info["features"]), limits)
        meta, _, wkb, data = pyogrio.raw.read(path, layer=layer, encoding=encoding, force_2d=True)
        if wkb is None:
            raise Unreadable(field="file", format=name)
        columns = {str(f): list(v) for f, v in zip(meta["fields"], data, strict=True)}
        return RawTable(columns, np.array(shapely.from_wkb(wkb), dtype=object), crs_name(meta["crs"]))


def _redecoded(columns: Mapping[str, Sequence[Any]], encoding: str) -> dict[str, list[Any]]:
    return {
        _decoded(name, encoding): [_decoded(v, encoding) if isinstance(v, str) else v for v in values]
        for name, values in columns.items()
    }


def _decoded(text: str, encoding: str) -> str:
    """Shapefiles cut names and texts at a number of bytes; a character cut in two at the end is dropped."""
    raw = text.encode(_BYTE_BY_BYTE)
    for cut in range(4):
        try:
            return raw[: len(raw) - cut].decode(encoding)
        except UnicodeDecodeError as error:
            if error.end < len(raw) - cut:
                break
    raise BadEncoding(field="file", encoding=encoding)


@contextmanager
def _gdal_problems(name: str) -> Iterator[None]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except UnicodeDecodeError as error:
        raise BadEncoding(field="file", encoding="UTF-8") from error
    except (DataSourceError, shapely.errors.GEOSException, ValueError, OSError, RuntimeError) as error:
        raise Unreadable(field="file", format=name) from error


def _parquet(path: Path, limits: Limits) -> RawTable:
    try:
        file = pq.ParquetFile(path)
        _count(file.metadata.num_rows, limits)
        table = _parquet_table(file, limits)
        column, crs = _parquet_geometry(table)
        shapes = _parquet_shapes(table[column])
    except _PARQUET_FAULTS as error:
        raise Unreadable(field="file", format="GeoParquet") from error
    others = [field.name for field in table.schema if field.name != column and _is_plain(field.type)]
    return RawTable({name: table[name].to_pylist() for name in others}, shapes, crs)


#: Few rows at a time: one text repeated a thousand times is a few bytes in the file and a gigabyte in memory.
_ROWS_AT_ONCE = 64


def _parquet_table(file: pq.ParquetFile, limits: Limits) -> pa.Table:
    """The whole table, as long as what it unfolds to stays within the limit, whatever the file says of that."""
    batches, unfolded = [], 0
    for batch in file.iter_batches(batch_size=_ROWS_AT_ONCE):
        unfolded += batch.nbytes
        if unfolded > limits.unpacked_bytes:
            raise TooLarge(field="file", limit_bytes=limits.unpacked_bytes)
        batches.append(batch)
    return pa.Table.from_batches(batches, schema=file.schema_arrow)


def _is_plain(kind: pa.DataType) -> bool:
    return bool(pa.types.is_primitive(kind) or pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _parquet_geometry(table: pa.Table) -> tuple[str, str | None]:
    """The geometry column and its CRS. In GeoParquet a missing "crs" means WGS 84, and null unknown."""
    meta = (table.schema.metadata or {}).get(b"geo")
    if meta is None:
        usual = {name.casefold(): name for name in reversed(table.column_names)}
        found = next((usual[name] for name in _SHAPE_COLUMNS if name in usual), None)
        if found is None:
            raise Unreadable(field="file", format="GeoParquet")
        return found, None
    described = json.loads(meta)
    column = described["primary_column"]
    crs = described["columns"][column].get("crs", "OGC:CRS84")
    return column, crs_name(crs)


def _parquet_shapes(column: pa.ChunkedArray) -> geo.Geometries:
    if not any(test(column.type) for test in _SHAPES_ARE):
        raise Unreadable(field="file", format="GeoParquet")
    values = np.array(column.to_pylist(), dtype=object)
    text = any(isinstance(value, str) for value in values[:1])
    return np.array(shapely.from_wkt(values) if text else shapely.from_wkb(values), dtype=object)


_SHAPES_ARE = (pa.types.is_binary, pa.types.is_large_binary, pa.types.is_string, pa.types.is_large_string)
