"""Reads grids from GeoJSON, GeoPackage, zipped Shapefile and GeoParquet, in any usual coordinate system."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Final

import numpy as np
import shapely

from wangge.foundation import geo
from wangge.foundation.geo import Crs, Geometries, PointFault
from wangge.grids.readers.fields import as_count, as_kinds, as_text, choose_fields
from wangge.grids.readers.formats import read_raw
from wangge.grids.readers.problems import CrsConflict, CrsMissing, NoFeatures, NotInCrs, TooManyVertices
from wangge.grids.readers.table import FeatureTable, Limits, RawTable, ReadWarning

__all__ = ["FeatureTable", "Limits", "ReadWarning", "read_features"]

_SAME_EARTH: Final = frozenset({Crs.WGS84.value, Crs.CGCS2000.value})
_SHIFTED: Final = frozenset({Crs.GCJ02.value, Crs.BD09.value})


def read_features(
    path: Path | str,
    *,
    crs: str | None = None,
    code_field: str | None = None,
    name_field: str | None = None,
    kind_field: str | None = None,
    parent_field: str | None = None,
    layer: str | None = None,
    limits: Limits | None = None,
) -> FeatureTable:
    """The features of a file with their shapes in WGS 84.

    The format is told by content. `crs` is what the operator declares ("EPSG:n", "GCJ-02", "BD-09", …) and
    must not contradict the file; GCJ-02 and BD-09 may be declared over a file that says WGS 84 or CGCS2000,
    because no format has a name for them. Undeclared, the file must say it itself. Columns not named are
    guessed, and the guess is among the warnings. `layer` chooses among several.

    Raises the problems of `wangge.grids.readers.problems`, `geo.UnknownCrs`, and OSError when there is no
    file.
    """
    allowed = limits or Limits()
    raw = read_raw(Path(path), layer, allowed)
    _check_amount(raw, allowed)
    source, notes = _source_crs(crs, raw.crs)
    polygons = geo.geometry_to_wgs84(raw.shapes, source)
    _check_places(polygons, raw.shapes, source)
    told = {"code": code_field, "name": name_field, "kind": kind_field, "parent": parent_field}
    fields, guesses = choose_fields(raw.columns, told)
    return _table(raw, fields, polygons, source, [*raw.warnings, *notes, *guesses])


def _check_amount(raw: RawTable, limits: Limits) -> None:
    if not len(raw.shapes) or shapely.is_missing(raw.shapes).all():
        raise NoFeatures(field="file")
    vertices = int(shapely.get_num_coordinates(raw.shapes).sum())
    if vertices > limits.vertices:
        raise TooManyVertices(field="file", vertices=vertices, limit=limits.vertices)


def _source_crs(declared: str | None, found: str | None) -> tuple[str, list[ReadWarning]]:
    """The coordinate system to convert from, and what the operator should know about it."""
    own = _understood(found)
    if not declared:
        if own is None:
            raise CrsMissing(field="crs", found=found or "")
        return own, []
    wanted = geo.parse_crs(declared)
    if found is None or own == wanted or {own, wanted} <= _SAME_EARTH:
        return wanted, []
    if own is None:
        return wanted, [ReadWarning("crs_not_understood", {"found": found})]
    if wanted in _SHIFTED and own in _SAME_EARTH:
        return wanted, [ReadWarning("crs_overridden", {"declared": wanted, "found": own})]
    raise CrsConflict(field="crs", declared=wanted, found=own)


def _understood(found: str | None) -> str | None:
    try:
        return None if found is None else geo.parse_crs(found)
    except geo.UnknownCrs:
        return None


def _check_places(polygons: Geometries, original: Geometries, crs: str) -> None:
    """Refuses a file most of whose vertices are nowhere: a wrong or swapped coordinate system."""
    lon, lat = shapely.get_coordinates(polygons).T
    faults = Counter(geo.point_faults(lon, lat).tolist())
    good = faults.pop(None, 0)
    if faults and good < len(lon) / 2:
        fault: PointFault = faults.most_common(1)[0][0]
        x, y = shapely.get_coordinates(original)[0].tolist()
        raise NotInCrs(field="crs", crs=crs, fault=fault.value, x=x, y=y)


def _table(
    raw: RawTable, fields: dict[str, str], polygons: Geometries, source: str, notes: list[ReadWarning]
) -> FeatureTable:
    blank = [None] * len(polygons)
    column = {role: raw.columns[fields[role]] if role in fields else blank for role in _ROLES}
    kinds, strange = as_kinds(column["kind"])
    return FeatureTable(
        codes=tuple(map(as_text, column["code"])),
        names=tuple(map(as_text, column["name"])),
        kinds=kinds,
        parents=tuple(as_text(value) or None for value in column["parent"]),
        households=tuple(map(as_count, column["households"])),
        polygons=np.asarray(polygons, dtype=object),
        source_crs=source,
        fields=fields,
        warnings=(*notes, *strange),
    )


_ROLES: Final = ("code", "name", "kind", "parent", "households")
