"""What reading a file gives: first raw, then with its columns understood."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from wangge.foundation.geo import Geometries
from wangge.grids.types import GridKind


@dataclass(frozen=True, slots=True)
class Limits:
    """How much work a file may make: bytes as it comes, bytes unpacked, features, vertices."""

    packed_bytes: int = 200_000_000
    unpacked_bytes: int = 1_000_000_000
    features: int = 200_000
    vertices: int = 20_000_000


@dataclass(frozen=True, slots=True)
class ReadWarning:
    """Something the operator should know though the file was read.

    Codes: `field_guessed` (role, field), `crs_overridden` (declared, found), `crs_not_understood` (found),
    `encoding_guessed` (encoding), `kind_not_understood` (values), `no_name_field`.
    """

    code: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RawTable:
    """A file's columns and shapes as they stand in it. `crs`: "EPSG:n", another text, or None if silent."""

    columns: Mapping[str, Sequence[Any]]
    shapes: Geometries
    crs: str | None
    warnings: tuple[ReadWarning, ...] = ()


@dataclass(frozen=True, slots=True)
class FeatureTable:
    """Grids (or divisions) read from a file; all sequences are parallel.

    `polygons` are in WGS 84, two-dimensional, None where the file has no shape; they are not checked (see
    `coverage.check_coverage`). `codes` and `names` are "" where the file has nothing. `fields` says which
    column was taken for each role.
    """

    codes: tuple[str, ...]
    names: tuple[str, ...]
    kinds: tuple[GridKind | None, ...]
    parents: tuple[str | None, ...]
    households: tuple[int | None, ...]
    polygons: Geometries
    source_crs: str
    fields: Mapping[str, str]
    warnings: tuple[ReadWarning, ...]

    def __len__(self) -> int:
        return len(self.codes)
