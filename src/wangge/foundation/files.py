"""Uploads made harmless: what a file is comes from its bytes, and it is decoded and written anew.

Nothing of the sender's file survives but the picture or the sound: no metadata, no trailing data, no
second format hidden in the first. The place a photo carries is read before it is thrown away.
"""

from __future__ import annotations

import io
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO

import av
import av.error
import puremagic
from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, default_storage
from PIL import Image, ImageOps
from pillow_heif import register_heif_opener

from wangge.foundation.errors import Invalid, TooMany

register_heif_opener()

PHOTO_EDGE, THUMBNAIL_EDGE = 2048, 400
PHOTO_TYPES = frozenset({"JPEG", "PNG", "WEBP", "HEIF", "MPO", "GIF"})
_GPS_IFD = 0x8825


class NotAPhoto(Invalid):
    """The bytes are not a picture we can decode."""

    code = "files.not_a_photo"


class NotAudio(Invalid):
    """The bytes are not a recording we can decode."""

    code = "files.not_audio"


class TooLarge(TooMany):
    """Over the limit in bytes, pixels or seconds; params say which."""

    status = 413
    code = "files.too_large"


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture written anew as JPEG, its thumbnail, and where it was taken if it said so."""

    data: bytes
    thumbnail: bytes
    width: int
    height: int
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True, slots=True)
class Audio:
    """A recording written anew as AAC in MP4, mono."""

    data: bytes
    duration_s: float


def looks_like_audio(head: bytes, name: str) -> bool:
    """Whether the first bytes are those of a recording (WebM, Ogg, MP4 audio, WAV, MP3, AAC, AMR)."""
    if head[:4] in (b"\x1aE\xdf\xa3", b"OggS", b"RIFF", b"fLaC") or head[:3] == b"ID3" or head[:5] == b"#!AMR":
        return head[:4] != b"RIFF" or head[8:12] == b"WAVE"
    if head[4:8] == b"ftyp":
        return head[8:11] in (b"M4A", b"mp4", b"iso", b"isom"[:3], b"3gp", b"das")
    if head[:2] in (b"\xff\xfb", b"\xff\xf3", b"\xff\xf1", b"\xff\xf9"):
        return True
    try:
        return any(match.mime_type.startswith("audio/") for match in puremagic.magic_string(head, name)[:1])
    except puremagic.PureError:
        return False


def read_photo(source: BinaryIO, *, field: str = "file") -> Photo:
    """Decode a picture and write it anew. NotAPhoto (422) or TooLarge (413) naming the field."""
    try:
        image = Image.open(source)
    except Image.DecompressionBombError as error:
        raise TooLarge(field=field, limit=settings.PHOTO_MAX_PIXELS, unit="pixels") from error
    except Exception as error:  # what decoders raise on damaged files is theirs; to us it is not a photo
        raise NotAPhoto(field=field) from error
    if image.format not in PHOTO_TYPES:
        raise NotAPhoto(field=field, type=image.format)
    if image.width * image.height > settings.PHOTO_MAX_PIXELS:
        raise TooLarge(field=field, limit=settings.PHOTO_MAX_PIXELS, unit="pixels")
    lon, lat = _gps(image)
    try:
        image.draft("RGB", (PHOTO_EDGE, PHOTO_EDGE))
        upright = ImageOps.exif_transpose(image).convert("RGB")
    except Exception as error:
        raise NotAPhoto(field=field) from error
    upright.thumbnail((PHOTO_EDGE, PHOTO_EDGE))
    return Photo(_jpeg(upright, 85), _jpeg(_small(upright), 75), upright.width, upright.height, lon, lat)


def read_audio(source: BinaryIO, *, field: str = "file") -> Audio:
    """Decode a recording and write it anew. NotAudio (422) or TooLarge (413) naming the field."""
    try:
        with av.open(source, mode="r") as heard:
            if not heard.streams.audio:
                raise NotAudio(field=field)
            return _written_anew(heard, field)
    except (av.error.FFmpegError, ValueError, IndexError) as error:
        raise NotAudio(field=field) from error


def _written_anew(heard: av.container.InputContainer, field: str) -> Audio:
    out = io.BytesIO()
    resampler = av.AudioResampler(format="fltp", layout="mono", rate=24_000)
    samples = 0
    with av.open(out, mode="w", format="mp4") as written:
        stream = written.add_stream("aac", rate=24_000, layout="mono")
        stream.bit_rate = 48_000
        for frame in heard.decode(heard.streams.audio[0]):
            for part in resampler.resample(frame):
                part.pts, part.time_base = samples, Fraction(1, 24_000)
                samples += part.samples
                written.mux(stream.encode(part))
            if samples > settings.AUDIO_MAX_S * 24_000:
                raise TooLarge(field=field, limit=settings.AUDIO_MAX_S, unit="seconds")
        written.mux(stream.encode(None))
    if not samples:
        raise NotAudio(field=field)
    return Audio(out.getvalue(), round(samples / 24_000, 2))


def keep(name: str, data: bytes | File[bytes]) -> None:
    """Store under `media/`, on stable storage before it returns (what is acknowledged survives a power cut)."""
    default_storage.save(name, ContentFile(data) if isinstance(data, bytes) else data)
    if isinstance(default_storage._wrapped, FileSystemStorage):  # type: ignore[attr-defined]
        path = Path(default_storage.path(name))
        for target in (path, path.parent):
            handle = os.open(target, os.O_RDONLY)
            os.fsync(handle)
            os.close(handle)


def open_kept(name: str) -> BinaryIO:
    """The stored file, for reading."""
    return default_storage.open(name, "rb")  # type: ignore[return-value]


@contextmanager
def local_copy(name: str) -> Iterator[Path]:
    """The stored file as a path of this machine, for libraries that read no streams."""
    if isinstance(default_storage._wrapped, FileSystemStorage):  # type: ignore[attr-defined]
        yield Path(default_storage.path(name))
        return
    with open_kept(name) as source, tempfile.NamedTemporaryFile() as copy:
        shutil.copyfileobj(source, copy)
        copy.flush()
        yield Path(copy.name)


def _small(image: Image.Image) -> Image.Image:
    small = image.copy()
    small.thumbnail((THUMBNAIL_EDGE, THUMBNAIL_EDGE))
    return small


def _jpeg(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, optimize=False, progressive=False)
    return out.getvalue()


def _gps(image: Image.Image) -> tuple[float | None, float | None]:
    try:
        gps = image.getexif().get_ifd(_GPS_IFD)
        lat = _degrees(gps[2]) * (-1 if gps.get(1) in ("S", b"S") else 1)
        lon = _degrees(gps[4]) * (-1 if gps.get(3) in ("W", b"W") else 1)
    except (KeyError, TypeError, ValueError, ZeroDivisionError, IndexError, OSError, SyntaxError):
        return None, None
    return (round(lon, 6), round(lat, 6)) if -180 <= lon <= 180 and -90 <= lat <= 90 else (None, None)


def _degrees(parts: tuple[float, float, float]) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    return degrees + minutes / 60 + seconds / 3600
