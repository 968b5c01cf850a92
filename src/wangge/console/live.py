"""Has anything changed for me since I looked? Asked every few seconds by every open page of the desk."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from wangge.foundation import events
from wangge.foundation.access import Actor, require_somewhere
from wangge.foundation.events import Cursor
from wangge.foundation.schemas import json_response


@never_cache
@require_GET
def live(request: HttpRequest) -> HttpResponse:
    """``{"cursor", "changed"}``: whether a case of one's areas or units moved after the cursor."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require_somewhere(actor, "case.view")
    given = request.GET.get("cursor", "")
    if not given:
        return json_response({"cursor": str(events.newest()), "changed": False})
    rows, cursor = events.since(Cursor.parse(given))
    areas, units = actor.areas("case.view"), set(actor.units("case.view"))
    moves = [row for row in rows if row.type.startswith("cases.case.")]
    changed = any(row.area.startswith(areas) or row.unit in units for row in moves)
    return json_response({"cursor": str(cursor), "changed": changed})
