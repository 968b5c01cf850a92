"""What the gallery of the design shows: synthetic cases in both languages, long names among them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from wangge.cases.types import Light, State

HERE = Path(__file__).parent
STATES = [str(state) for state in State if state is not State.DRAFT]
LIGHTS = [str(light) for light in Light]
PICTURE = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 40 30'%3E"
    "%3Crect width='40' height='30' fill='%23b9c4c2'/%3E"
    "%3Cpath d='M0 22l12-9 9 6 8-5 11 8v8H0z' fill='%237c8c88'/%3E%3C/svg%3E"
)


def _rows(w: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "no": f"20260427320115{n:06}",
            "light": LIGHTS[(n * n + 1) % len(LIGHTS)],
            "state": STATES[(n * 3) % len(STATES)],
            "place": w["places"][n % 2],
            "matter": w["matters"][n % 4],
            "wait": w["waits"][n % 3],
            "fresh": n in (1, 3),
        }
        for n in range(12)
    ]


def _pins(rows: list[dict[str, Any]]) -> dict[str, Any]:
    def pin(n: int, row: dict[str, Any]) -> dict[str, Any]:
        place = [118.84 + (n % 4) * 0.011, 31.93 + (n // 4) * 0.009]
        said = {"case": row["no"], "light": row["light"], "label": row["matter"]}
        return {"type": "Feature", "geometry": {"type": "Point", "coordinates": place}, "properties": said}

    return {"type": "FeatureCollection", "features": [pin(n, row) for n, row in enumerate(rows)]}


def page(language: str) -> dict[str, Any]:
    """Everything the gallery's templates ask for."""
    w = json.loads((HERE / f"{language[:2]}.json").read_text(encoding="utf-8"))
    rows = _rows(w)
    return {
        "w": w,
        "rows": rows,
        "pins": _pins(rows),
        "media": [{"kind": "PHOTO", "url": PICTURE, "alt": ""} for _ in range(4)],
        "entries": [{"what": what, "who": who, "when": when} for what, who, when in w["done"]],
        "facts": w["facts"],
        "states": STATES,
        "counts": {"queue": 12, "dispatch": 4, "unit": 31},
        "area_name": w["places"][0].split()[0],
    }
