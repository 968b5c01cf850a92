"""A zipped Shapefile, unpacked with suspicion: only what belongs to one layer, under names of our own."""

from __future__ import annotations

import codecs
import stat
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Final

from wangge.grids.readers.problems import ChooseLayer, TooLarge, UnknownFormat, Unreadable, UnsafeArchive
from wangge.grids.readers.table import Limits, ReadWarning

_PARTS: Final = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_MOST_MEMBERS: Final = 1000
_BLOCK: Final = 1 << 20
_CODE_PAGES: Final = {
    "936": "gb18030",
    "cp936": "gb18030",
    "gbk": "gb18030",
    "gb2312": "gb18030",
    "65001": "utf-8",
}


#: What zipfile raises on damaged archives, names that are no text included.
_ZIP_FAULTS: Final = (
    zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, RuntimeError, ValueError, OSError, struct.error,
)  # fmt: skip


@contextmanager
def unpacked_shapefile(
    path: Path, layer: str | None, limits: Limits
) -> Iterator[tuple[Path, str, tuple[ReadWarning, ...]]]:
    """The .shp in a temporary folder, the encoding of its texts, and a warning if that was guessed.

    Raises UnsafeArchive, TooLarge, ChooseLayer, UnknownFormat (no Shapefile inside), Unreadable.
    """
    with tempfile.TemporaryDirectory() as folder:
        try:
            with zipfile.ZipFile(path) as archive:
                _refuse_unsafe(archive)
                _unpack(archive, _members(archive, layer), Path(folder), limits)
        except _ZIP_FAULTS as error:
            raise Unreadable(field="file", format="zip") from error
        shapefile = Path(folder) / "layer.shp"
        encoding, notes = _encoding(shapefile)
        shapefile.with_suffix(".cpg").unlink(missing_ok=True)
        yield shapefile, encoding, notes


def _refuse_unsafe(archive: zipfile.ZipFile) -> None:
    members = archive.infolist()
    if len(members) > _MOST_MEMBERS:
        raise UnsafeArchive(field="file", member=f"{len(members)} members")
    for member in members:
        name = PurePosixPath(member.filename.replace("\\", "/"))
        leads_out = name.is_absolute() or ".." in name.parts or ":" in name.parts[0] if name.parts else False
        if leads_out or stat.S_ISLNK(member.external_attr >> 16):
            raise UnsafeArchive(field="file", member=member.filename[:80])


def _members(archive: zipfile.ZipFile, layer: str | None) -> dict[str, zipfile.ZipInfo]:
    """Suffix -> member, of the one layer."""
    by_layer: dict[PurePosixPath, dict[str, zipfile.ZipInfo]] = {}
    for member in archive.infolist():
        name = PurePosixPath(member.filename)
        if name.suffix.lower() in _PARTS and not name.name.startswith("._"):
            by_layer.setdefault(name.with_suffix(""), {})[name.suffix.lower()] = member
    layers = {stem.name: parts for stem, parts in by_layer.items() if ".shp" in parts}
    if not layers:
        raise UnknownFormat(field="file")
    if layer is None and len(layers) == 1:
        return next(iter(layers.values()))
    if layer is None or layer not in layers:
        raise ChooseLayer(field="layer", layers=sorted(layers)[:50])
    return layers[layer]


def _unpack(archive: zipfile.ZipFile, members: dict[str, zipfile.ZipInfo], folder: Path, limits: Limits) -> None:
    """Counts what really comes out; the sizes in the directory of a zip are only claims."""
    size = 0
    for suffix, member in members.items():
        with archive.open(member) as packed, (folder / f"layer{suffix}").open("wb") as out:
            while block := packed.read(_BLOCK):
                size += len(block)
                if size > limits.unpacked_bytes:
                    raise TooLarge(field="file", limit_bytes=limits.unpacked_bytes)
                out.write(block)


def _encoding(shapefile: Path) -> tuple[str, tuple[ReadWarning, ...]]:
    """As the .cpg says, else UTF-8 if the table is valid UTF-8, else GB 18030 (which includes GBK)."""
    told = shapefile.with_suffix(".cpg")
    if told.exists():
        name = told.read_bytes()[:40].decode("ascii", "ignore").strip().lower()
        name = _CODE_PAGES.get(name.removeprefix("ansi ").removeprefix("oem "), name)
        try:
            return codecs.lookup(name).name, ()
        except (LookupError, ValueError):
            pass
    table = shapefile.with_suffix(".dbf")
    guess = _guessed(table.read_bytes()) if table.exists() else "utf-8"
    return guess, (ReadWarning("encoding_guessed", {"encoding": guess}),)


def _guessed(table: bytes) -> str:
    try:
        table[int.from_bytes(table[8:10], "little") :].decode("utf-8")
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"
