"""The hotline: a call becomes a report, with the keyboard alone."""

from __future__ import annotations

import json
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from wangge.cases import operations as op
from wangge.cases.types import Channel
from wangge.catalogue.queries import task_list
from wangge.channels.doors.hotline.forms import CallForm
from wangge.channels.doors.hotline.reading import earlier_here, earlier_with, places_in, read_back
from wangge.channels.plain import own_center
from wangge.foundation import clock
from wangge.foundation.access import Actor, require_somewhere
from wangge.foundation.errors import Invalid, NotAllowed
from wangge.foundation.requests import actor_of

#: How near the map goes to a township, a community, a grid.
ZOOM = {9: 12, 12: 14, 15: 16}


@never_cache
@require_http_methods(["GET", "POST"])
def entry(request: HttpRequest) -> HttpResponse:
    """The form of a call. Its client id is made when it is drawn, so sending it twice is harmless."""
    actor, at = _enter(request)
    if request.method == "GET":
        return _page(request, _form(None, at), actor)
    form = _form(request.POST, at)
    form.receive(request, actor, at)
    if not form.is_valid():
        return _page(request, form, actor, 422)
    try:
        receipt = op.report(report=form.report(Channel.HOTLINE), actor=actor, at=at)
    except Invalid as problem:
        form.add_problem(problem)
        return _page(request, form, actor, 422)
    except NotAllowed:  # the place is another desk's: what was typed stays
        form.add_error("place", _elsewhere(form))
        return _page(request, form, actor, 422)
    context = {"receipt": receipt, "said": read_back(receipt.case_no), "place": "hotline"}
    template = "hotline/saved.html" if request.htmx else "hotline/saved_page.html"  # type: ignore[attr-defined]
    return render(request, template, context)


@never_cache
@require_POST
def places(request: HttpRequest) -> HttpResponse:
    """Names to complete the place; the map goes where the name is certain, and a grid gets the pin.

    Asked by POST, as `earlier` is: what a caller says stands in no address and in no log.
    """
    _enter(request)
    found, sure = places_in(request.POST.get("address", "")[:200])
    response = render(request, "hotline/places.html", {"places": found})
    if sure and sure.lon is not None:
        zoom = ZOOM.get(len(sure.code), 14)
        go = {"lon": sure.lon, "lat": sure.lat, "zoom": zoom, "pin": len(sure.code) == 15}
        response["HX-Trigger"] = json.dumps({"place:go": go})
    return response


@never_cache
@require_POST
def earlier(request: HttpRequest) -> HttpResponse:
    """Earlier cases of the same place, and those that name the same address."""
    actor, at = _enter(request)
    text, address = request.POST.get("text", "")[:4000], request.POST.get("address", "")[:200]
    lon, lat = _number(request.POST.get("lon")), _number(request.POST.get("lat"))
    here = earlier_here(lon, lat, text, actor=actor, at=at) if lon is not None and lat is not None else []
    named = earlier_with(address, actor=actor, at=at, but=[row["case_no"] for row in here])
    context = {"here": here, "named": named, "has_place": lon is not None}
    return render(request, "hotline/earlier.html", context)


def _enter(request: HttpRequest) -> tuple[Actor, datetime]:
    actor: Actor = actor_of(request)
    require_somewhere(actor, "case.report")
    return actor, clock.now()


def _form(data: object, at: datetime) -> CallForm:
    return CallForm(data, tasks={task.code: task.name for task in task_list(at)})


def _page(request: HttpRequest, form: CallForm, actor: Actor, status: int = 200) -> HttpResponse:
    context = {"form": form, "place": "hotline", "center": own_center(actor, clock.now())}
    template = "hotline/form.html" if request.htmx else "hotline/entry.html"  # type: ignore[attr-defined]
    return render(request, template, context, status=status)


def _elsewhere(form: CallForm) -> str:
    if form.cleaned_data.get("lon") is None:
        return _("Set the pin inside your area: a call with an address alone goes to the county’s hotline.")
    return _("This place lies outside your area. Move the pin, or pass the call to the desk of that place.")


def _number(text: str | None) -> float | None:
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if -180 <= value <= 180 else None
