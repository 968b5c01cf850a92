"""What the clerk sees while the call lasts: the place that was named, and earlier cases there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from wangge.cases.models import Case
from wangge.cases.queries import CaseFilter, case_page, earlier_near
from wangge.cases.rules.duplicates import metres_between, text_likeness
from wangge.channels.likeness import likeness_words
from wangge.channels.placenames import said_name
from wangge.foundation.access import Actor
from wangge.foundation.db import within
from wangge.grids.models import Division, Grid
from wangge.grids.queries import NamedPlace, counties_with_grids, names, places_named
from wangge.grids.types import EditionState

SHORTEST_ADDRESS = 4
MOST_SHOWN = 5
_DAY_S = 86_400


def places_in(typed: str) -> tuple[list[NamedPlace], NamedPlace | None]:
    """Places whose names are in what was typed, and the one that is certainly meant.

    What follows the name ("… 5 栋") is the address inside the place. Names need no spaces around them, and a
    community is known without the name of its office (汤山社区 for 汤山社区居委会).
    """
    found, sure = _by_words(typed.split())
    if sure is None and (path := _path_within("".join(typed.split()))):
        named, sure = _by_words(path.split())
        found = found or named
    return found, sure


def _by_words(words: list[str]) -> tuple[list[NamedPlace], NamedPlace | None]:
    """Places by as many of the first words as name one."""
    for count in range(len(words), 0, -1):
        found = places_named(" ".join(words[:count]))
        if found:
            sure = len(found) == 1 or words[:count] in (found[0].path.split(), [found[0].code])
            return found, found[0] if sure else None
    return [], None


def _path_within(text: str) -> str:
    """The names, from the township down, of the narrowest place whose name stands in the text; "" if unsure."""
    rows = Division.objects.filter(within("code", counties_with_grids()), valid_to=None)
    called = dict(rows.values_list("code", "name")) if text else {}
    town = _longest({code: name for code, name in called.items() if len(code) == 9}, text)
    inside = {code: name for code, name in called.items() if len(code) == 12 and code.startswith(town)}
    community = _longest(inside, text)
    if not community:
        return called.get(town, "")
    grid = _longest(_grids_of(community, called[community]), text)
    above = f"{called.get(community[:9], '')} {called[community]}"
    return f"{above} {names([grid]).get(grid, '')}".strip() if grid else above


def _longest(called: dict[str, str], text: str) -> str:
    """The code whose name is the longest in the text; "" if none is, or several are alike."""
    known = [(len(said), code) for code, name in called.items() if (said := said_name(name)) in text]
    longest = [code for length, code in known if length == max(known)[0]]
    return longest[0] if len(longest) == 1 else ""


def _grids_of(community: str, name: str) -> dict[str, str]:
    """The grids of a community in force, by the part of their names that is their own (第七网格)."""
    rows = Grid.objects.filter(code__startswith=community, edition__state=EditionState.EFFECTIVE)
    return {code: own for code, full in rows.values_list("code", "name") if (own := full.removeprefix(name))}


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


def read_back(case_no: str) -> dict[str, str]:
    """What was kept of a call, to be read to the caller: the words, and the place by all its names."""
    case = Case.objects.only("text", "address", "area").get(case_no=case_no)
    called = names([case.area[:9], case.area[:12], case.area]) if len(case.area) > 6 else {}
    path = [called.get(code, "") for code in dict.fromkeys((case.area[:9], case.area[:12], case.area))]
    return {"text": case.text, "place": " ".join(filter(None, path)), "address": case.address}


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
