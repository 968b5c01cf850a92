"""The list of cases: filtered, paged by keyset, exported."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from wangge.cases.presenting import line_bodies
from wangge.cases.queries import CasePage, case_page
from wangge.catalogue.queries import task_list
from wangge.console.case.reading import title_of, where_of
from wangge.console.cases.export import MOST_ROWS, csv_lines, record_export
from wangge.console.cases.forms import CaseFilterForm
from wangge.console.times import brief, light_detail, waited
from wangge.foundation import clock
from wangge.foundation.access import Actor, require_somewhere
from wangge.foundation.errors import Invalid
from wangge.grids.queries import counties_with_grids, places_named
from wangge.workforce.queries import units_in_reach


@never_cache
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Cases one may see, newest first. A whole number opens its case at once."""
    actor, at = _enter(request)
    typed = request.GET.get("q", "").strip()
    if typed.isdecimal() and len(typed) == 20:
        return redirect("console:case", typed)
    form = _filters(request, at)
    cursor = request.GET.get("cursor") or None
    page = CasePage((), None)
    if form.is_valid():  # a filter that can't be read shows nothing rather than too much
        page = case_page(actor=actor, wanted=form.wanted(), at=at, cursor=cursor)
    context = {
        "place": "cases",
        "form": form,
        "rows": [_row(body, at) for body in line_bodies(page.lines, at)],
        "next_url": f"?{form.query(cursor=page.next_cursor)}" if page.next_cursor else "",
        "first_url": f"?{form.query()}" if cursor else "",
        "read_as": form.read_as(),
        "query": form.query(),
        "most": MOST_ROWS,
    }
    template = "console/cases/table.html" if request.htmx else "console/cases/page.html"  # type: ignore[attr-defined]
    return render(request, template, context)


@require_GET
def places(request: HttpRequest) -> HttpResponse:
    """Names to complete what is typed into the area filter."""
    _enter(request)
    found = places_named(request.GET.get("area", "")[:80])
    return render(request, "console/cases/places.html", {"places": found})


@never_cache
@require_GET
def export(request: HttpRequest) -> StreamingHttpResponse:
    """The list as CSV, marked with who took it and when. Invalid (422) if a filter can't be read."""
    actor, at = _enter(request)
    form = _filters(request, at)
    if not form.is_valid():
        field, errors = next(iter(form.errors.items()))
        raise Invalid("request.invalid", field=field, reason=" ".join(map(str, errors)))
    who = getattr(request.user, "display_name", "")
    record_export(form.wanted(), actor=actor, at=at)
    lines = csv_lines(form.wanted(), actor=actor, who=who, at=at, language=get_language() or "zh-hans")
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="cases-{at:%Y%m%d-%H%M}.csv"'
    return response


def _enter(request: HttpRequest) -> tuple[Actor, datetime]:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require_somewhere(actor, "case.view")
    return actor, clock.now()


def _filters(request: HttpRequest, at: datetime) -> CaseFilterForm:
    units = {unit.code: unit.name for unit in units_in_reach(counties_with_grids(), at=at)}
    tasks = {task.code: task.name for task in task_list(at)}
    return CaseFilterForm(request.GET, tasks=tasks, units=units)


def _row(body: dict[str, Any], at: datetime) -> dict[str, Any]:
    return body | {
        "title": title_of(body),
        "where": where_of(body),
        "light_detail": light_detail(body["light"], body["due_at"], at),
        "reported_when": brief(body["reported_at"], at),
        "waited": waited(body["since"], at),
    }
