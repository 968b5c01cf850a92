"""How alike two reports are: near in place, near in time, alike in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from math import cos, hypot, radians

from rapidfuzz.distance import Indel
from rapidfuzz.fuzz import partial_ratio

from wangge.cases.types import Likeness

REACH_M = 100.0
REACH_DAYS = 30.0
#: Below this the pair is not worth the clerk's look.
WORTH_SHOWING = 0.45
MOST_SHOWN = 5
_METRES_PER_DEGREE = 111_320.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """An earlier case close by, as the query brings it."""

    id: int
    case_no: str
    lon: float
    lat: float
    reported_at: datetime
    text: str
    task_code: str | None = None


def metres_between(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """Distance on a sphere's tangent plane: good to a metre over the 100 m that matter here."""
    east = (lon2 - lon1) * cos(radians((lat1 + lat2) / 2))
    return hypot(east, lat2 - lat1) * _METRES_PER_DEGREE


def text_likeness(one: str, other: str) -> float:
    """0 to 1; short texts are compared whole, a short one inside a long one counts nearly as much."""
    if not one or not other:
        return 0.0
    whole = Indel.normalized_similarity(one, other)
    part = partial_ratio(one, other) / 100 * 0.9 if min(len(one), len(other)) >= 4 else 0.0
    return max(whole, part)


def likely_duplicates(
    lon: float, lat: float, at: datetime, text: str, candidates: Iterable[Candidate]
) -> tuple[tuple[Candidate, Likeness], ...]:
    """Candidates worth showing beside a report, likest first, at most five.

    Score = 0.4 place + 0.2 time + 0.4 words, each falling linearly from 1 to 0 over its reach.
    """
    scored = [(candidate, _likeness(lon, lat, at, text, candidate)) for candidate in candidates]
    worth = [pair for pair in scored if pair[1].score >= WORTH_SHOWING]
    return tuple(sorted(worth, key=lambda pair: -pair[1].score)[:MOST_SHOWN])


def _likeness(lon: float, lat: float, at: datetime, text: str, other: Candidate) -> Likeness:
    distance = metres_between(lon, lat, other.lon, other.lat)
    days = abs((at - other.reported_at).total_seconds()) / 86_400
    if distance > REACH_M or days > REACH_DAYS:
        return Likeness(other.case_no, distance, days, 0.0, 0.0)
    words = text_likeness(text[:300], other.text[:300])
    score = 0.4 * (1 - distance / REACH_M) + 0.2 * (1 - days / REACH_DAYS) + 0.4 * words
    return Likeness(other.case_no, round(distance, 1), round(days, 2), round(words, 3), round(score, 3))
