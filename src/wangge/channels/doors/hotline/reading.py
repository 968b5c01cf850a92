"""What the clerk sees while the call lasts: the place that was named, and earlier cases there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from wangge.cases.models import Case
from wangge.cases.queries import CaseFilter, case_page, earlier_near
from wangge.cases.rules.duplicates import metres_between, text_likeness
from wangge.channels.likeness import likeness_words
from wangge.foundation.access import Actor
from wangge.grids.queries import NamedPlace, places_named

SHORTEST_ADDRESS = 4
MOST_SHOWN = 5
_DAY_S = 86_400


def places_in(typed: str) -> tuple[list[NamedPlace], NamedPlace | None]:
    """Places whose names are in what was typed, and the one it begins with if that is certain.

    What follows the name ("… 5 栋") is the address inside the place.
    """
    words = typed.split()
    for count in range(len(words), 0, -1):
        found = places_named(" ".join(words[:count]))
        if found:
            sure = len(found) == 1 or words[:count] in (found[0].path.split(), [found[0].code])
            return found, found[0] if sure else None
    return [], None


def earlier_here(lon: float, lat: float, text: str, *, actor: Actor, at: datetime) -> list[dict[str, Any]]:
    """Earlier cases within reach of the pin, with what makes them like this call."""
    rows = [_near(case, lon, lat, text, at) for case in earlier_near(lon, lat, actor=actor, limit=12)]
    return sorted(rows, key=lambda row: -float(row["likeness"]))[:MOST_SHOWN]


def earlier_with(words: str, *, actor: Actor, at: datetime, but: Sequence[str]) -> list[dict[str, Any]]:
    """Earlier cases whose words or address have what was typed as address."""
    if len(words.strip()) < SHORTEST_ADDRESS:
        return []
    page = case_page(actor=actor, wanted=CaseFilter(text=words), at=at, limit=MOST_SHOWN)
    return [
        {"case_no": line.case_no, "state": line.state, "text": line.text, "address": line.address, "words": []}
        for line in page.lines
        if line.case_no not in but
    ]


def _near(case: Case, lon: float, lat: float, text: str, at: datetime) -> dict[str, Any]:
    away = metres_between(lon, lat, case.point.x, case.point.y) if case.point else 0.0
    alike = text_likeness(text[:300], case.text[:300])
    days = (at - case.reported_at).total_seconds() / _DAY_S
    return {
        "case_no": case.case_no,
        "state": case.state,
        "text": case.text,
        "address": case.address,
        "words": likeness_words(away, days, alike),
        "likeness": alike - away / 1000,
    }
