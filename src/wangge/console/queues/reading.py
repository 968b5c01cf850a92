"""The rows of a queue, and which comes next."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wangge.cases.models import Case
from wangge.cases.presenting import line_bodies
from wangge.cases.queries import CaseLine, queue
from wangge.console.case.reading import title_of, where_of
from wangge.console.places import Place
from wangge.console.times import light_detail, waited
from wangge.foundation.access import Actor

LONGEST = 100


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a case stood in its queue: by deadline, then by age."""

    case_no: str
    due_at: datetime | None
    id: int

    @property
    def order(self) -> tuple[bool, float, int]:
        return (self.due_at is None, self.due_at.timestamp() if self.due_at else 0.0, self.id)


def rows_of(place: Place, *, actor: Actor, at: datetime) -> list[dict[str, Any]]:
    """The queue as it is drawn: light, place, waiting time, matter."""
    lines = queue(actor=actor, wanted=place.wanted, at=at, limit=LONGEST)
    rows = line_bodies(lines, at)
    for row in rows:
        row["title"] = title_of(row)
        row["where"] = where_of(row)
        row["said"] = " ".join(row["text"].split())[:60] if row["task_name"] else ""
        row["light_detail"] = light_detail(row["light"], row["due_at"], at)
        row["waited"] = waited(row["since"], at)
    return rows


def spot_of(case_no: str) -> Spot | None:
    """Where the case stands now, before it is acted on. Tells nothing else about it."""
    row = Case.objects.filter(case_no=case_no).values_list("case_no", "due_at", "id").first()
    return Spot(*row) if row else None


def after_acting(place: Place, spot: Spot | None, *, actor: Actor, at: datetime) -> str | None:
    """The case to open next: the same if it is still here, else the one that followed it, else the first."""
    lines = queue(actor=actor, wanted=place.wanted, at=at, limit=LONGEST)
    if spot is None or not lines:
        return lines[0].case_no if lines else None
    if any(line.case_no == spot.case_no for line in lines):
        return spot.case_no
    following = (line.case_no for line in lines if _order(line) > spot.order)
    return next(following, lines[0].case_no)


def _order(line: CaseLine) -> tuple[bool, float, int]:
    return Spot(line.case_no, line.due_at, line.id).order
