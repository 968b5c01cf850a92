"""Has anything changed for me since I looked? Asked every few seconds by every open page of the desk."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from wangge.foundation import clock, events
from wangge.foundation.access import Actor, require_somewhere
from wangge.foundation.events import Cursor
from wangge.foundation.schemas import json_response
from wangge.notices.queries import unread_count


@never_cache
@require_GET
def live(request: HttpRequest) -> HttpResponse:
    """``{"cursor", "changed", "unread"}``: did a case of one's areas or units move, how many notices are unread."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require_somewhere(actor, "case.view")
    given = request.GET.get("cursor", "")
    unread = unread_count(actor=actor, at=clock.now())
    if not given:
        return json_response({"cursor": str(events.newest()), "changed": False, "unread": unread})
    rows, cursor = events.since(Cursor.parse(given))
    areas, units = actor.areas("case.view"), set(actor.units("case.view"))
    moves = [row for row in rows if row.type.startswith("cases.case.")]
    changed = any(row.area.startswith(areas) or row.unit in units for row in moves)
    return json_response({"cursor": str(cursor), "changed": changed, "unread": unread})
