"""Photos and recordings made for tests: real ones with metadata, and files that only pretend."""

from __future__ import annotations

import io
import struct
import zlib

import av
import numpy as np
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

GPS_IFD, MAKE, ARTIST, ORIENTATION = 0x8825, 0x010F, 0x013B, 0x0112
SECRET = "kept-in-the-metadata"


def photo(
    width: int = 640,
    height: int = 480,
    *,
    kind: str = "JPEG",
    lon: float | None = None,
    lat: float | None = None,
    orientation: int | None = None,
) -> bytes:
    """A picture whose left half is red, with a maker's mark and, if asked, a place in its metadata."""
    image = Image.new("RGB", (width, height), "blue")
    image.paste((255, 0, 0), (0, 0, width // 2, height))
    exif = Image.Exif()
    exif[MAKE], exif[ARTIST] = SECRET, SECRET
    if orientation:
        exif[ORIENTATION] = orientation
    if lon is not None and lat is not None:
        north, east = ("S" if lat < 0 else "N"), ("W" if lon < 0 else "E")
        exif[GPS_IFD] = {1: north, 2: _sexagesimal(abs(lat)), 3: east, 4: _sexagesimal(abs(lon))}
    out = io.BytesIO()
    image.save(out, kind, exif=exif)
    return out.getvalue()


def _sexagesimal(degrees: float) -> tuple[IFDRational, IFDRational, IFDRational]:
    whole, rest = divmod(degrees * 3600, 3600)
    minutes, seconds = divmod(rest, 60)
    return IFDRational(int(whole), 1), IFDRational(int(minutes), 1), IFDRational(round(seconds * 10_000), 10_000)


def huge_png(width: int, height: int) -> bytes:
    """A few bytes that claim to be an enormous picture."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 10_000)) + chunk(b"IEND", b"")


def sound(seconds: float = 1.0, *, kind: str = "wav", codec: str = "pcm_s16le", rate: int = 16_000) -> bytes:
    """A tone of 440 Hz with a title in its metadata."""
    out = io.BytesIO()
    with av.open(out, "w", format=kind) as file:
        file.metadata["title"] = SECRET
        stream = file.add_stream(codec, rate=rate, layout="mono")
        tone = (np.sin(np.arange(int(seconds * rate)) * 2 * np.pi * 440 / rate) * 20_000).astype(np.int16)
        for start in range(0, len(tone), 960):
            part = tone[start : start + 960]
            frame = av.AudioFrame.from_ndarray(part.reshape(1, -1), format="s16", layout="mono")
            frame.sample_rate, frame.pts = rate, start
            for packet in stream.encode(frame):
                file.mux(packet)
        for packet in stream.encode(None):
            file.mux(packet)
    return out.getvalue()


def silent_film() -> bytes:
    """A video without sound."""
    out = io.BytesIO()
    with av.open(out, "w", format="matroska") as file:
        stream = file.add_stream("mpeg4", rate=5)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for number in range(5):
            frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), number * 40, np.uint8), format="rgb24")
            for packet in stream.encode(frame):
                file.mux(packet)
        for packet in stream.encode(None):
            file.mux(packet)
    return out.getvalue()
