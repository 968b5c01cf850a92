"""督办单: the list, the sheet of one, and the notice of a month. They are opened and answered on the case itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from wangge.cases.supervision import (
    ANSWERS,
    SUPERVISES,
    OrderState,
    may_see_orders,
    order_called,
    order_counts,
    order_page,
    orders_listed,
)
from wangge.channels.placenames import said_names as place_names
from wangge.console.supervision.forms import OrderFilterForm
from wangge.console.supervision.reading import by_unit, month_of, rows_of
from wangge.console.supervision.words import EMPTY, TABS
from wangge.foundation import clock
from wangge.foundation.access import Actor, require_somewhere


@never_cache
@require_GET
def orders(request: HttpRequest) -> HttpResponse:
    """Orders of one's area or units, the newest first."""
    actor, at = _enter(request)
    form = OrderFilterForm(request.GET, actor=actor, at=at)
    wanted = form.wanted()
    found, following = order_page(actor=actor, wanted=wanted, at=at, cursor=request.GET.get("cursor", ""))
    counts = order_counts(actor=actor, wanted=wanted, at=at)
    state = wanted.state or OrderState.OPEN
    title, text = EMPTY[state]
    context = {
        "place": "supervision",
        "form": form,
        "rows": rows_of(found, at),
        "tabs": [
            {"state": one, "name": name, "count": counts.get(one), "url": f"?{form.query(state=one.value)}"}
            for one, name in TABS.items()
        ],
        "state": state,
        "empty_title": title,
        "empty_text": text,
        "is_narrowed": form.is_narrowed,
        "next_url": f"?{form.query(state=state.value, cursor=following)}" if following else "",
        "month": str(month_of("", at)),
    }
    return render(request, "console/supervision/orders.html", context)


@never_cache
@require_GET
def order(request: HttpRequest, number: str) -> HttpResponse:
    """One order as a sheet: demand, deadline, receipt, reply, release."""
    actor, at = _enter(request)
    row = order_called(number, actor=actor)
    context = {
        "place": "supervision",
        "order": rows_of([row], at)[0],
        "may_answer": actor.may(ANSWERS, unit=row.unit or None),
        "may_release": actor.may(SUPERVISES, area=row.area),
        "printed_at": at,
    }
    return render(request, "console/supervision/sheet.html", context)


@never_cache
@require_GET
def notice(request: HttpRequest) -> HttpResponse:
    """通报: the orders of a month that were listed because nobody released them in time, unit by unit."""
    actor, at = _enter(request)
    month = month_of(request.GET.get("month", ""), at)
    rows = rows_of(orders_listed(actor=actor, begin=month.begin, end=month.following.begin), at)
    context = {
        "place": "supervision",
        "month": month,
        "units": by_unit(rows),
        "count": len(rows),
        "before_url": f"?{urlencode({'month': str(month.before)})}",
        "next_url": f"?{urlencode({'month': str(month.following)})}" if month.following.begin <= at else "",
        "scope_name": _scope_name(actor),
        "printed_at": at,
    }
    return render(request, "console/supervision/notice.html", context)


def _enter(request: HttpRequest) -> tuple[Actor, datetime]:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if not may_see_orders(actor):
        require_somewhere(actor, SUPERVISES)
    return actor, clock.now()


def _scope_name(actor: Actor) -> str:
    areas: Any = actor.areas(SUPERVISES)
    called = place_names(areas)
    return "、".join(called.get(area, area) for area in areas)
