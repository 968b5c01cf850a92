"""Pictures to send: a street lamp, dark or lit, as a phone would photograph it, with the place in its metadata."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

GPS_IFD = 0x8825
SIZE = (1600, 1200)


def lamp_photo(path: Path, *, lit: bool, lon: float, lat: float) -> Path:
    """A JPEG file of a street at dusk; `lit` says whether the lamp works."""
    image = _street()
    if lit:
        image = Image.composite(Image.new("RGB", SIZE, (255, 226, 160)), image, _glow())
    _lamp(ImageDraw.Draw(image), (255, 244, 214) if lit else (66, 68, 76))
    exif = Image.Exif()
    exif[GPS_IFD] = {1: "N", 2: _sexagesimal(lat), 3: "E", 4: _sexagesimal(lon)}
    out = io.BytesIO()
    image.save(out, "JPEG", quality=90, exif=exif)
    path.write_bytes(out.getvalue())
    return path


def _street() -> Image.Image:
    width, height = SIZE
    image = Image.new("RGB", SIZE)
    draw = ImageDraw.Draw(image)
    for y in range(height):  # the sky at dusk
        share = y / height
        draw.line((0, y, width, y), fill=(int(24 + 70 * share), int(32 + 62 * share), int(58 + 50 * share)))
    for n, top in enumerate((520, 430, 610, 380, 560, 470)):  # houses, some windows lit
        left = n * 280 - 40
        draw.rectangle((left, top, left + 250, 900), fill=(34, 37, 48))
        for row in range((880 - top) // 80):
            for column in range(3):
                lit = (n * 7 + row * 3 + column * 5) % 4 == 0
                x, y = left + 34 + column * 72, top + 30 + row * 80
                draw.rectangle((x, y, x + 34, y + 42), fill=(196, 164, 96) if lit else (46, 50, 64))
    draw.polygon([(0, 900), (width, 860), (width, height), (0, height)], fill=(44, 45, 50))
    draw.line((200, 1120, 1500, 1010), fill=(120, 118, 108), width=10)
    return image


def _lamp(draw: ImageDraw.ImageDraw, bulb: tuple[int, int, int]) -> None:
    draw.rectangle((742, 300, 762, 1010), fill=(20, 22, 26))
    draw.line((752, 304, 940, 262), fill=(20, 22, 26), width=14)
    draw.ellipse((900, 252, 1010, 300), fill=bulb)


def _glow() -> Image.Image:
    mask = Image.new("L", SIZE, 0)
    draw = ImageDraw.Draw(mask)
    draw.polygon([(955, 270), (560, 1120), (1420, 1100)], fill=120)
    draw.ellipse((860, 190, 1050, 370), fill=200)
    return mask.filter(ImageFilter.GaussianBlur(70))


def _sexagesimal(degrees: float) -> tuple[float, float, float]:
    minutes, seconds = divmod(degrees * 3600, 60)
    return float(minutes // 60), float(minutes % 60), round(seconds, 2)
