"""Temporary items: urgent things outside the list, their consent and their end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from wangge.catalogue import operations, queries
from wangge.catalogue.models import TemporaryItem
from wangge.catalogue.operations import TemporaryAsked
from wangge.catalogue.rules.admission import APPLY, APPROVE, LONGEST_TERM_DAYS
from wangge.catalogue.types import Clock, TemporaryState
from wangge.console.admission.forms import ReasonForm, TemporaryForm
from wangge.console.admission.reading import temporary_row
from wangge.console.admission.views import units_of
from wangge.console.tasklist.page import page, today
from wangge.console.tasklist.words import minutes_words
from wangge.foundation import clock
from wangge.foundation.access import require_somewhere
from wangge.foundation.errors import Problem
from wangge.foundation.requests import actor_of
from wangge.foundation.said import in_words
from wangge.workforce.queries import unit_names

#: What can be decided about an item: the operation, and what is said when it is done.
_DECISIONS: dict[str, tuple[Callable[..., TemporaryItem], str | Promise]] = {
    "consent": (operations.consent_to_temporary_item, _("Consented. It is asked of grids within its term.")),
    "refuse": (operations.refuse_temporary_item, _("Refused. The reason stays with it.")),
    "stop": (operations.stop_temporary_item, _("Ended. Nothing new is asked of grids.")),
}


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Temporary items from the newest."""
    actor, at = actor_of(request), clock.now()
    before = request.GET.get("before", "")
    found, following = queries.temporary_page(
        actor, before=int(before) if before.isdecimal() and len(before) < 19 else None
    )
    units = unit_names([item.unit for item in found])
    context = {
        "tab": "temporary",
        "rows": [temporary_row(item, at, units) for item in found],
        "next_url": f"?before={following}" if following else "",
        "may_apply": actor.may_somewhere(APPLY),
        "longest": LONGEST_TERM_DAYS,
    }
    return page(request, "admission/temporary.html", context)


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for consent to something urgent."""
    actor = actor_of(request)
    require_somewhere(actor, APPLY)
    initial = {"valid_from": today(), "last_day": today() + timedelta(days=6)}
    form = TemporaryForm(
        request.POST or None, units=units_of(actor), categories=queries.category_names(), initial=initial
    )
    if request.method == "POST" and form.is_valid():
        unit = form.cleaned_data["unit"]
        try:
            asked = _asked(form.cleaned_data)
            item = operations.ask_temporary_item(unit=unit, asked=asked, actor=actor, at=clock.now())
        except Problem as problem:
            _show(problem, form)
        else:
            messages.success(request, _("Asked for. It begins once the approver consents."))
            return redirect("console:temporary_item", item.pk)
    status = 422 if form.errors else 200
    return page(request, "admission/temporary_ask.html", {"tab": "temporary", "form": form}, status=status)


def _asked(said: dict[str, Any]) -> TemporaryAsked:
    names = ("category", "name_zh", "name_en", "why", "minutes_per_month", "closing_condition_zh", "valid_from")
    return TemporaryAsked(
        **{name: said[name] for name in names},
        limit_min=said["limit_hours"] * 60,
        clock=Clock.NATURAL,
        valid_to=said["last_day"] + timedelta(days=1),
    )


@require_GET
def item(request: HttpRequest, item_id: int) -> HttpResponse:
    """One item, what it would take, and what can be decided."""
    return _item_page(request, item_id)


def _item_page(request: HttpRequest, item_id: int, form: ReasonForm | None = None) -> HttpResponse:
    actor, at = actor_of(request), clock.now()
    found = queries.temporary_item(item_id, actor)
    load = queries.grid_load(today(), county=found.county)
    after = load.minutes_to_come + (found.minutes_per_month if found.state == TemporaryState.ASKED else 0)
    decides = actor.may(APPROVE, area=found.county)
    is_own = found.asked_by_id == actor.user_id
    context = {
        "tab": "temporary",
        "one": temporary_row(found, at, unit_names([found.unit])),
        "may_decide": decides and not is_own and found.state == TemporaryState.ASKED and found.valid_to > today(),
        "may_stop": decides and found.state == TemporaryState.CONSENTED and found.valid_to > today(),
        "is_own": is_own and decides,
        "form": form or ReasonForm(),
        "after": minutes_words(after),
        "ceiling": minutes_words(load.ceiling) if load.ceiling is not None else "",
        "is_over": load.ceiling is not None and after > load.ceiling,
    }
    return page(request, "admission/temporary_item.html", context, status=422 if form and form.errors else 200)


@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, item_id: int, decision: str) -> HttpResponse:
    """Consent, refuse, or end it early, with a reason."""
    queries.temporary_item(item_id, actor_of(request))
    if request.method == "GET":
        return redirect("console:temporary_item", item_id)
    if decision not in _DECISIONS:
        raise Http404
    operation, said = _DECISIONS[decision]
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _item_page(request, item_id, form)
    try:
        operation(item_id=item_id, reason=form.cleaned_data["reason"], actor=actor_of(request), at=clock.now())
    except Problem as problem:
        _show(problem, form)
        return _item_page(request, item_id, form)
    messages.success(request, str(said))
    return redirect("console:temporary_item", item_id)


def _show(problem: Problem, form: Any) -> None:
    if problem.status not in (409, 422):
        raise problem
    field = "last_day" if problem.field == "valid_to" else problem.field
    form.add_error(field if field in form.fields else None, in_words(problem))
