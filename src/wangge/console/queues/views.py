"""The queues of the desk: one page for all, drawn from the table of places."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from wangge.console.acting.drawing import center_of, draw
from wangge.console.case.reading import Panel, map_features, nearby, read_panel
from wangge.console.frame import places_of, rail_grounds, rail_others, rail_queues
from wangge.console.places import BY_SLUG, Place
from wangge.console.queues.reading import LONGEST, rows_of
from wangge.foundation import clock
from wangge.foundation.access import Actor, require_somewhere
from wangge.foundation.errors import NotFound
from wangge.grids.queries import counties_with_grids

#: Where the day begins for those who work at no queue: the permission their work needs, and its place.
_BEGINS = (
    ("case.revisit", "console:revisits"),
    ("case.supervise", "console:supervision"),
    ("case.view", "console:cases"),  # looking at cases comes before taking calls
    ("catalogue.review", "console:admission"),
    ("catalogue.approve", "console:admission"),
    ("workforce.appoint", "console:people"),
    ("audit.view", "console:audit"),
    ("audit.contacts", "console:contact_log"),
)


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The first place this role can use."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    mine = places_of(actor)
    if mine:
        return redirect(f"console:{mine[0].slug}")
    for permission, place in _BEGINS:
        if actor.may_somewhere(permission):
            return redirect(place)
    require_somewhere(actor, "catalogue.view")  # what every role has
    others = rail_others(actor) or rail_grounds(actor)
    return redirect(others[0].url)


@never_cache
@require_GET
def queue(request: HttpRequest, slug: str, case_no: str = "") -> HttpResponse:
    """Queue, case and context. htmx asks for the case alone."""
    place, actor, at = _enter(request, slug)
    if request.htmx and not request.htmx.history_restore_request:  # type: ignore[attr-defined]
        return render_opened(request, place, case_no or None, with_queue=False)
    rows = rows_of(place, actor=actor, at=at)
    opened = case_no or (rows[0]["case_no"] if rows else "")
    context: dict[str, Any] = {
        "here": place,
        "place": place.slug,
        "rows": rows,
        "is_cut": len(rows) == LONGEST,
        "asked_for": bool(case_no),
        "map_center": center_of((actor.areas("case.view") or counties_with_grids() or ("",))[0]),
    }
    return render(request, "console/queues/page.html", context | opened_context(place, opened or None, actor, at))


@never_cache
@require_GET
def listing(request: HttpRequest, slug: str) -> HttpResponse:
    """The rows alone, with the figures of the rail: asked for when something has changed."""
    place, actor, at = _enter(request, slug)
    context = {
        "here": place,
        "rows": rows_of(place, actor=actor, at=at),
        "opened": request.GET.get("case", ""),
        "figures": rail_queues(actor),
    }
    return render(request, "console/queues/rows.html", context)


def render_opened(
    request: HttpRequest,
    place: Place | None,
    case_no: str | None,
    *,
    notice: str = "",
    written: str = "",
    status: int = 200,
    with_queue: bool = True,
) -> HttpResponse:
    """The case and its context, with the queue beside it brought up to date."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    at = clock.now()
    context = opened_context(place, case_no, actor, at) | {
        "here": place,
        "notice": notice,
        "written": written,
        "is_partial": True,
    }
    if with_queue and place:
        context |= {"rows": rows_of(place, actor=actor, at=at), "figures": rail_queues(actor)}
    return render(request, "console/queues/opened.html", context, status=status)


def opened_context(place: Place | None, case_no: str | None, actor: Actor, at: datetime) -> dict[str, Any]:
    """What the templates of an opened case need."""
    if not case_no:
        return {"opened": "", "panel": None}
    panel = read_panel(case_no, actor=actor, at=at)
    neighbours = nearby(panel, actor=actor, at=at)
    context: dict[str, Any] = {
        "opened": case_no,
        "panel": panel,
        "case": panel.case,
        "neighbours": neighbours,
        "features": map_features(panel, neighbours),
        "form_id": "lead",
    }
    return context | _lead(panel, actor, at)


def _lead(panel: Panel, actor: Actor, at: datetime) -> dict[str, Any]:
    return draw(panel.lead, panel, actor=actor, at=at) if panel.lead else {}


def _enter(request: HttpRequest, slug: str) -> tuple[Place, Actor, datetime]:
    place = BY_SLUG.get(slug)
    if place is None:
        raise NotFound("not_found")
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require_somewhere(actor, place.permission)
    return place, actor, clock.now()
