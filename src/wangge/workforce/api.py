"""Units a case can be sent to."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from wangge.foundation import clock
from wangge.foundation.access import require_somewhere
from wangge.workforce.queries import units_in_reach
from wangge.workforce.types import Level, UnitKind

router = Router(tags=["units"])


class UnitOut(Schema):
    """A centre, department, office, team or community."""

    code: str
    name: str
    kind: UnitKind
    level: Level
    area: str


@router.get("", response=list[UnitOut], summary="Units in your area")
def list_units(request: HttpRequest) -> list[Any]:
    """Units of the areas for which you dispatch."""
    actor = request.actor  # type: ignore[attr-defined]
    require_somewhere(actor, "case.dispatch")
    return units_in_reach(actor.areas("case.dispatch"), at=clock.now())
