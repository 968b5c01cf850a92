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
from threading import Lock
from typing import BinaryIO

import av
import av.error
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


def sound_format(head: bytes) -> str | None:
    """The container a recording's first bytes announce, by the name of its demuxer; None if it is no recording.

    Only these demuxers ever see an upload: left to guess, FFmpeg also takes playlists and session
    descriptions, which make it listen or call out.
    """
    if head[4:8] == b"ftyp":
        return "mov" if head[8:11] in _SOUND_IN_MP4 else None
    if head[:4] == b"RIFF":
        return "wav" if head[8:12] == b"WAVE" else None
    return next((name for start, name in _SOUND_STARTS.items() if head.startswith(start)), None)


_SOUND_IN_MP4 = (b"M4A", b"mp4", b"iso", b"3gp", b"das")
_SOUND_STARTS = {
    b"\x1aE\xdf\xa3": "matroska",
    b"OggS\x00": "ogg",
    b"fLaC": "flac",
    b"#!AMR": "amr",
    b"ID3": "mp3",
    b"\xff\xfb": "mp3",
    b"\xff\xf3": "mp3",
    b"\xff\xf1": "aac",
    b"\xff\xf9": "aac",
}
HEAD = 64


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
        with _ONE_AT_A_TIME:
            upright = _upright(image)
    except Exception as error:
        raise NotAPhoto(field=field) from error
    return Photo(_jpeg(upright, 85), _jpeg(_small(upright), 75), upright.width, upright.height, lon, lat)


#: A few bytes can unfold into a quarter of a gigabyte, so a process unfolds one picture at a time.
_ONE_AT_A_TIME = Lock()
_SCALES_WELL = frozenset({"L", "LA", "RGB", "RGBA", "CMYK", "YCbCr"})


def _upright(image: Image.Image) -> Image.Image:
    """The picture small, as it was held; made small before anything copies it."""
    image.draft("RGB", (PHOTO_EDGE, PHOTO_EDGE))
    small = image if image.mode in _SCALES_WELL else image.convert("RGB")
    small.thumbnail((PHOTO_EDGE, PHOTO_EDGE))
    return ImageOps.exif_transpose(small).convert("RGB")


def read_audio(source: BinaryIO, *, field: str = "file") -> Audio:
    """Decode a recording and write it anew. NotAudio (422) or TooLarge (413) naming the field."""
    announced = sound_format(source.read(HEAD))
    source.seek(0)
    if announced is None:
        raise NotAudio(field=field)
    try:
        with av.open(source, mode="r", format=announced, options=_NO_OTHER_SOURCES) as heard:
            if not heard.streams.audio:
                raise NotAudio(field=field)
            return _written_anew(heard, field)
    except (av.error.FFmpegError, ValueError, IndexError) as error:
        raise NotAudio(field=field) from error


#: What a container refers to elsewhere is not fetched.
_NO_OTHER_SOURCES = {"protocol_whitelist": "none"}


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
