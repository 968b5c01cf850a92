"""Why a file of grids can't be read. Each names the field of the import form that is at fault."""

from __future__ import annotations

from wangge.foundation.errors import Invalid


class UnknownFormat(Invalid):
    """Neither GeoJSON, GeoPackage, zipped Shapefile nor GeoParquet."""

    code = "grids.file.unknown_format"


class Unreadable(Invalid):
    """Of a known format but broken. `format` in params."""

    code = "grids.file.unreadable"


class BadEncoding(Invalid):
    """Texts are not in the encoding the file claims. `encoding` in params."""

    code = "grids.file.bad_encoding"


class TooLarge(Invalid):
    """More bytes than allowed, packed or unpacked. `limit_bytes` in params."""

    code = "grids.file.too_large"


class TooManyFeatures(Invalid):
    """`features`, `limit` in params."""

    code = "grids.file.too_many_features"


class TooManyVertices(Invalid):
    """`vertices`, `limit` in params."""

    code = "grids.file.too_many_vertices"


class NoFeatures(Invalid):
    """The file holds no shape at all."""

    code = "grids.file.no_features"


class UnsafeArchive(Invalid):
    """A zip whose members lead out of it, are links, or are absurdly many. `member` in params."""

    code = "grids.file.unsafe_archive"


class ChooseLayer(Invalid):
    """Several layers, or not the one asked for. `layers` in params."""

    code = "grids.file.choose_layer"


class CrsMissing(Invalid):
    """Neither declared nor told by the file in a way we understand. `found` in params, "" when nothing."""

    code = "grids.file.crs_missing"


class CrsConflict(Invalid):
    """Declared one way, told another way by the file. `declared`, `found` in params."""

    code = "grids.file.crs_conflict"


class NotInCrs(Invalid):
    """Most vertices can't be places in this system. `crs`, `fault` (a PointFault), `x`, `y` in params."""

    code = "grids.file.not_in_crs"


class NoSuchField(Invalid):
    """The named column is not in the file. `name`, `fields` in params."""

    code = "grids.file.no_such_field"


class NoCodeField(Invalid):
    """No column was named for the code and none looks like it. `fields` in params."""

    code = "grids.file.no_code_field"
