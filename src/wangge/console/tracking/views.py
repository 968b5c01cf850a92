"""跟踪: where the open cases of one's area or units stand, and two readings of the same records."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from wangge.cases.tracking import Rows
from wangge.channels.placenames import said_names as place_names
from wangge.console.tracking import process
from wangge.console.tracking.columns import query_of
from wangge.console.tracking.reading import Scope, board, scope_of, trail
from wangge.foundation import clock
from wangge.foundation.access import Actor, require_somewhere
from wangge.grids.types import GRID_LENGTH


@never_cache
@require_GET
def tracking(request: HttpRequest) -> HttpResponse:
    """Open cases by light, step, request and order: one row a place or unit. Every figure opens its list."""
    actor, at, scope = _enter(request)
    return _page(request, "board", scope, board(scope, actor=actor, at=at))


@never_cache
@require_GET
def steps(request: HttpRequest) -> HttpResponse:
    """Suzhou's eight steps: how many cases are in each."""
    actor, at, scope = _enter(request)
    return _page(request, "steps", scope, process.eight_steps(scope, actor=actor, at=at))


@never_cache
@require_GET
def lines(request: HttpRequest) -> HttpResponse:
    """Taicang's slogan of four lines over the open cases."""
    actor, at, scope = _enter(request)
    return _page(request, "lines", scope, {"lines": process.four_lines(scope, actor=actor, at=at)})


def _enter(request: HttpRequest) -> tuple[Actor, datetime, Scope]:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require_somewhere(actor, "case.view")
    area = "".join(sign for sign in request.GET.get("area", "") if sign in "0123456789")[:GRID_LENGTH]
    return actor, clock.now(), scope_of(actor, area=area, by=request.GET.get("by", ""))


def _page(request: HttpRequest, tab: str, scope: Scope, context: dict[str, Any]) -> HttpResponse:
    called = place_names(scope.held)
    around = {
        "place": "tracking",
        "tab": tab,
        "scope": scope,
        "by_unit": scope.rows is Rows.UNIT,
        "area_query": query_of(scope.params),
        "trail": trail(scope),
        "held": [{"code": code, "name": called.get(code, code)} for code in scope.held] if len(scope.held) > 1 else [],
    }
    return render(request, f"console/tracking/{tab}.html", around | context)
