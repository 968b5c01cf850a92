"""Acting on a case: parse, one operation, the next thing to look at."""

from __future__ import annotations

import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from wangge.cases.types import Moved
from wangge.console.acting.drawing import draw, targets_of, task_choices, unit_choices
from wangge.console.acting.forms import ActForm
from wangge.console.acting.table import Act, act_named
from wangge.console.case.reading import read_panel
from wangge.console.places import BY_SLUG, Place
from wangge.console.queues.reading import Spot, after_acting, spot_of
from wangge.console.queues.views import render_opened
from wangge.console.words import done_words
from wangge.foundation import clock
from wangge.foundation.access import Actor, require_somewhere
from wangge.foundation.errors import Conflict, Invalid, NotAllowed, NotFound
from wangge.foundation.said import in_words
from wangge.workforce.queries import unit_names


@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, case_no: str, action: str) -> HttpResponse:
    """GET draws the form of an action; POST takes it. A conflict says so and shows the case as it is now."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require_somewhere(actor, "case.view")
    wanted = act_named(action)
    place = BY_SLUG.get(request.POST.get("at") or request.GET.get("at", ""))
    if request.method == "GET":
        return _form(request, wanted, case_no, place)
    form = wanted.form(request.POST)
    if not form.is_valid():
        return _form(request, wanted, case_no, place, form)
    spot = spot_of(case_no)
    try:
        moved = wanted.perform(case_no=case_no, actor=actor, at=clock.now(), **form.said())
    except (Invalid, NotFound) as problem:
        if problem.field not in form.fields and isinstance(problem, NotFound):
            raise  # the case itself isn't there
        form.add_problem(problem)
        return _form(request, wanted, case_no, place, form)
    except NotAllowed:
        if "place" not in form.fields or form.said().get("place") is None:
            raise
        form.add_error("place", _("This place lies outside your area. Move the pin, or leave the report to its desk."))
        return _form(request, wanted, case_no, place, form)
    except Conflict as problem:
        return _conflict(request, case_no, place, problem)
    return _done(request, moved, place, spot, form.said())


@require_GET
def tasks(request: HttpRequest, case_no: str) -> HttpResponse:
    """The tasks that have what is being typed, as choices of the form."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require_somewhere(actor, "case.accept")
    at = clock.now()
    panel = read_panel(case_no, actor=actor, at=at)
    found = task_choices(panel, request.GET.get("task_q", "")[:60], request.GET.get("task_code", ""), at)
    return render(request, "console/acts/tasks.html", {"tasks": found, "panel": panel})


@require_GET
def units(request: HttpRequest, case_no: str, action: str) -> HttpResponse:
    """The units that have what is being typed, as choices of the form."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require_somewhere(actor, "case.view")
    at = clock.now()
    wanted, panel = act_named(action), read_panel(case_no, actor=actor, at=at)
    targets = targets_of(wanted, panel.row, actor=actor, at=at)
    found = unit_choices(targets, request.GET.get("unit_q", "")[:60], request.GET.get("unit", ""))
    return render(request, "console/acts/units.html", {"units": found, "targets": targets, "panel": panel})


def _form(
    request: HttpRequest, wanted: Act, case_no: str, place: Place | None, form: ActForm | None = None
) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    at = clock.now()
    panel = read_panel(case_no, actor=actor, at=at)
    context: dict[str, Any] = draw(wanted, panel, actor=actor, at=at, form=form, given=request.GET) | {"place": place}
    is_lead = panel.lead == wanted
    context["form_id"] = "lead" if is_lead else "aside"
    if not request.htmx:  # type: ignore[attr-defined]
        return render(request, "console/acts/page.html", context, status=422 if form else 200)
    response = render(request, wanted.template, context, status=422 if form else 200)
    if form:
        response["HX-Retarget"] = f"#act-{context['form_id']}"
        response["HX-Reswap"] = "outerHTML"
    return response


def _conflict(request: HttpRequest, case_no: str, place: Place | None, problem: Conflict) -> HttpResponse:
    """Somebody else was first, or the case has moved on: say who and what, above the case as it stands now.

    What was written goes back with the answer, so that nobody has to find the words twice.
    """
    try:
        panel = read_panel(case_no, actor=request.actor, at=clock.now())  # type: ignore[attr-defined]
    except NotFound as gone:  # it has left this reader's unit: say that, rather than that there is no such case
        raise problem from gone
    last = panel.entries[-1] if panel.entries else {"who": "", "what": "", "when": ""}
    said = _("{problem} Last: {what}, {who}, {when}.").format(problem=in_words(problem), **_only(last))
    if not request.htmx:  # type: ignore[attr-defined]
        messages.error(request, said)
        return redirect("console:case", case_no)
    written = request.POST.get("note", "").strip()
    response = render_opened(request, place, case_no, notice=said, written=written, status=409)
    response["HX-Retarget"] = "#case"
    response["HX-Reswap"] = "outerHTML"
    return response


def _only(entry: dict[str, Any]) -> dict[str, str]:
    return {name: str(entry[name]) for name in ("what", "who", "when")}


def _done(
    request: HttpRequest, moved: Moved, place: Place | None, spot: Spot | None, given: dict[str, Any]
) -> HttpResponse:
    """Say what was done and open what comes next: the next of the queue, or the case again."""
    unit = str(given.get("unit", ""))
    said = done_words(moved.action, unit=unit_names([unit]).get(unit, unit), into=str(given.get("into", "")))
    url = reverse("console:case", args=[moved.case_no])
    toast = {"text": said, "tone": "success", "link": moved.case_no, "url": url}
    if place is None or not request.htmx:  # type: ignore[attr-defined]
        messages.success(request, f"{said} · {moved.case_no}")
        if not request.htmx:  # type: ignore[attr-defined]
            return redirect(f"console:{place.slug}" if place else url)
        return HttpResponse(headers={"HX-Redirect": url})
    following = after_acting(place, spot, actor=request.actor, at=clock.now())  # type: ignore[attr-defined]
    response = render_opened(request, place, following)
    url = reverse(f"console:{place.slug}_case", args=[following]) if following else reverse(f"console:{place.slug}")
    response["HX-Push-Url"] = url
    response["HX-Trigger"] = json.dumps({"toast": toast})
    return response
