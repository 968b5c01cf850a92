from __future__ import annotations

import io
import random
import socket
import subprocess
import sys
from pathlib import Path
from threading import Thread

import av
import pytest
from PIL import Image
from pytest_django import Settings

from tests.media import SECRET, huge_png, photo, silent_film, sound
from wangge.foundation.files import NotAPhoto, NotAudio, Photo, TooLarge, read_audio, read_photo, sound_format

pytestmark = pytest.mark.filterwarnings("ignore")  # decoders grumble about damaged files

FAKES = {
    "nothing": b"",
    "text": "这不是照片".encode(),
    "page": b"<html><script>alert(1)</script></html>",
    "drawing": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "head only": b"\xff\xd8\xff\xe0",
    "document": b"%PDF-1.7\n1 0 obj",
    "program": b"MZ" + b"\0" * 200,
    "archive": b"PK\x03\x04" + b"\0" * 200,
    "postscript": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n",
}


def read(data: bytes) -> Photo:
    return read_photo(io.BytesIO(data))


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


# --- photos ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_a_photo_is_written_anew_without_its_metadata(kind: str) -> None:
    sent = photo(kind=kind, lon=119.05, lat=32.06)
    assert SECRET.encode() in sent
    got = read(sent)
    for data in (got.data, got.thumbnail):
        image = opened(data)
        assert image.format == "JPEG"
        assert not image.getexif()
        assert "exif" not in image.info
        assert SECRET.encode() not in data
    assert (got.width, got.height) == opened(got.data).size == (640, 480)
    assert max(opened(got.thumbnail).size) == 400


@pytest.mark.parametrize(("lon", "lat"), [(119.05, 32.06), (-70.5, -33.25), (0.0, 0.0), (179.9999, -89.9999)])
def test_the_place_it_was_taken_at_is_offered(lon: float, lat: float) -> None:
    got = read(photo(lon=lon, lat=lat))
    assert (got.lon, got.lat) == (pytest.approx(lon, abs=1e-5), pytest.approx(lat, abs=1e-5))


def test_no_place_is_made_up() -> None:
    got = read(photo())
    assert (got.lon, got.lat) == (None, None)


def test_a_photo_held_sideways_stands_upright() -> None:
    got = read(photo(640, 480, orientation=6))
    assert (got.width, got.height) == (480, 640)
    red, _, blue = opened(got.data).getpixel((240, 20))  # type: ignore[misc]
    assert red > 200 > blue


def test_large_photos_become_smaller() -> None:
    got = read(photo(5000, 1000))
    assert (got.width, got.height) == (2048, 410)


def test_what_follows_the_picture_is_gone() -> None:
    got = read(photo() + b"<script>alert(1)</script>" + b"PK\x03\x04")
    assert b"script" not in got.data
    assert b"PK\x03\x04" not in got.data


def test_a_picture_with_transparency_or_a_palette_is_a_photo_too() -> None:
    for mode in ("RGBA", "P", "L", "LA", "1", "I;16"):
        out = io.BytesIO()
        Image.new(mode, (40, 30)).save(out, "PNG")
        assert read(out.getvalue()).width == 40


@pytest.mark.parametrize("fake", FAKES)
def test_what_only_pretends_is_refused(fake: str) -> None:
    with pytest.raises(NotAPhoto) as refused:
        read(FAKES[fake])
    assert (refused.value.status, refused.value.field) == (422, "file")


@pytest.mark.parametrize("kind", ["BMP", "TIFF", "ICO", "PPM"])
def test_other_kinds_of_pictures_are_refused(kind: str) -> None:
    out = io.BytesIO()
    Image.new("RGB", (32, 32)).save(out, kind)
    with pytest.raises(NotAPhoto):
        read(out.getvalue())


@pytest.mark.parametrize(
    ("width", "height"),
    [
        (8000, 8000),
        (12_000, 12_000),
        (30_000, 30_000),
        (2**31 - 1, 2**31 - 1),
    ],
)
def test_a_bomb_is_refused_before_it_is_unpacked(width: int, height: int) -> None:
    with pytest.raises(TooLarge) as refused:
        read(huge_png(width, height))
    assert (refused.value.status, refused.value.params["unit"]) == (413, "pixels")


def test_a_picture_that_unfolds_is_made_small_before_it_is_copied(tmp_path: Path) -> None:
    """59 million pixels in 230 kB: the peak stays near the one picture a decoder must hold."""
    bomb = tmp_path / "large.png"
    Image.new("RGBA", (7700, 7700)).save(bomb)
    read_it = (
        "import resource, sys; from django.conf import settings;"
        "settings.configure(PHOTO_MAX_PIXELS=60_000_000);"
        "from wangge.foundation.files import read_photo;"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss; read_photo(open(sys.argv[1], 'rb'));"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)"
    )
    ran = subprocess.run([sys.executable, "-c", read_it, bomb], check=True, capture_output=True, text=True)
    assert int(ran.stdout) < 400_000  # kB


def test_a_damaged_photo_is_refused_and_never_an_accident() -> None:
    """Thousands of broken files: each is read or refused, nothing else."""
    dice = random.Random(7)
    originals = [photo(64, 48, kind=kind, lon=119.0, lat=32.0) for kind in ("JPEG", "PNG", "WEBP", "HEIF")]
    originals.append(photo(48, 48, kind="GIF"))
    for _ in range(1500):
        data = bytearray(dice.choice(originals))
        for _ in range(dice.choice((1, 3, 20))):
            data[dice.randrange(len(data))] = dice.randrange(256)
        if dice.random() < 0.3:
            del data[dice.randrange(len(data)) :]
        try:
            assert read(bytes(data)).width > 0
        except (NotAPhoto, TooLarge) as refused:
            assert refused.field == "file"


# --- recordings -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "codec", "rate"),
    [
        ("wav", "pcm_s16le", 16_000),
        ("mp3", "libmp3lame", 44_100),
        ("ogg", "libopus", 48_000),
        ("webm", "libopus", 48_000),  # what browsers record
        ("mp4", "aac", 44_100),
        ("flac", "flac", 16_000),
    ],
)
def test_a_recording_is_written_anew_as_mono_aac(kind: str, codec: str, rate: int) -> None:
    sent = sound(1.0, kind=kind, codec=codec, rate=rate)
    got = read_audio(io.BytesIO(sent))
    assert got.duration_s == pytest.approx(1.0, abs=0.1)
    assert SECRET.encode() not in got.data
    with av.open(io.BytesIO(got.data)) as heard:
        (stream,) = heard.streams
        assert stream.type == "audio"
        assert (stream.codec_context.name, stream.codec_context.layout.nb_channels) == ("aac", 1)  # type: ignore[attr-defined]
        assert "title" not in heard.metadata
    assert sound_format(sent[:64])


@pytest.mark.parametrize("fake", [name for name in FAKES if name != "postscript"])
def test_what_makes_no_sound_is_refused(fake: str) -> None:
    with pytest.raises(NotAudio) as refused:
        read_audio(io.BytesIO(FAKES[fake]))
    assert (refused.value.status, refused.value.field) == (422, "file")


@pytest.mark.parametrize(
    "script",
    [
        "OggS\nv=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio {port} RTP/AVP 0\r\n",
        "ID3\nv=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio {port} RTP/AVP 0\r\n",
        "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhttp://127.0.0.1:{port}/a.ts\n#EXT-X-ENDLIST\n",
        "ID3#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhttp://127.0.0.1:{port}/a.ts\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile http://127.0.0.1:{port}/a.ogg\n",
    ],
)
def test_a_recording_never_makes_us_listen_or_call_out(script: str) -> None:
    """FFmpeg left to guess reads session descriptions and playlists: it then waits on a port, or fetches."""
    with socket.create_server(("127.0.0.1", 0)) as called:
        called.settimeout(0.05)
        port = called.getsockname()[1]
        answers: list[object] = []
        reading = Thread(target=lambda: answers.append(_refusal(script.format(port=port).encode())), daemon=True)
        reading.start()
        while reading.is_alive():
            assert f":{port:04X} " not in Path("/proc/net/udp").read_text()
            with pytest.raises(TimeoutError):
                called.accept()
    assert answers == [NotAudio]


def _refusal(data: bytes) -> type[Exception] | None:
    try:
        read_audio(io.BytesIO(data))
    except NotAudio as refused:
        return type(refused)
    return None


def test_a_film_without_sound_is_refused() -> None:
    with pytest.raises(NotAudio):
        read_audio(io.BytesIO(silent_film()))


def test_a_photo_is_no_recording_and_the_other_way_round() -> None:
    with pytest.raises(NotAudio):
        read_audio(io.BytesIO(photo()))
    with pytest.raises(NotAPhoto):
        read(sound())
    assert not sound_format(photo()[:64])
    assert not sound_format(photo(kind="WEBP")[:64])
    assert not sound_format(photo(kind="HEIF")[:64])


def test_too_long_a_recording_is_refused(settings: Settings) -> None:
    settings.AUDIO_MAX_S = 1
    assert read_audio(io.BytesIO(sound(0.9))).duration_s < 1
    with pytest.raises(TooLarge) as refused:
        read_audio(io.BytesIO(sound(3.0)))
    assert (refused.value.status, refused.value.params["unit"]) == (413, "seconds")


def test_a_damaged_recording_is_refused_and_never_an_accident() -> None:
    dice = random.Random(11)
    originals = [
        sound(0.2, kind=kind, codec=codec, rate=rate)
        for kind, codec, rate in (("wav", "pcm_s16le", 16_000), ("ogg", "libopus", 48_000), ("mp4", "aac", 44_100))
    ]
    for _ in range(200):
        data = bytearray(dice.choice(originals))
        for _ in range(dice.choice((1, 5, 30))):
            data[dice.randrange(len(data))] = dice.randrange(256)
        try:
            assert read_audio(io.BytesIO(bytes(data))).duration_s > 0
        except (NotAudio, TooLarge) as refused:
            assert refused.field == "file"
