"""Closed periods: what was published, and whether counting again gives the same."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from wangge.analysis import operations, queries
from wangge.analysis.rules.table import KNOWN
from wangge.console.assessment import words
from wangge.console.assessment.asking import asked, names_of
from wangge.console.assessment.forms import CloseForm
from wangge.console.assessment.views import page
from wangge.foundation import clock
from wangge.foundation.access import Actor, require
from wangge.foundation.errors import Problem
from wangge.foundation.said import in_words
from wangge.foundation.worktime import LOCAL
from wangge.workforce.queries import person_names

MOST_SHOWN = 50


@never_cache
@require_http_methods(["GET", "POST"])
def closed(request: HttpRequest) -> HttpResponse:
    """The closed periods of a county; whoever closes, closes here."""
    ask = asked(request)
    may_close = ask.actor.may("assessment.close", area=ask.county)
    form = CloseForm(request.POST or None, initial=_suggested(ask.at))
    if request.method == "POST":
        require(ask.actor, "assessment.close", area=ask.county)
        if form.is_valid() and (run_id := _close(form, ask.county, ask.actor)):
            messages.success(request, _("The period is closed. Its numbers stay as they are."))
            return redirect("console:assessment_run", run_id=run_id)
    runs = queries.runs_of(ask.county)
    context = {
        "ask": ask,
        "rows": [_run(run) for run in runs],
        "form": form,
        "may_close_here": may_close,
        "tab": "closed",
    }
    return page(request, "closed.html", context, status=422 if form.errors else 200)


@never_cache
@require_GET
def run(request: HttpRequest, run_id: int) -> HttpResponse:
    """One closed period: by what it was counted; `?replay=1` counts it again from the histories."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    row = queries.run_of(run_id, actor)
    found = queries.replay(row) if request.GET.get("replay") == "1" else None
    reach = queries.reach_of(actor)
    differences = [
        {
            "scope": words.SCOPES[one.kind],
            "name": names_of(one.kind, [one.code])[one.code],
            "index": words.index_name(one.index),
            "then": f"{one.then.a} / {one.then.n}",
            "now": f"{one.now.a} / {one.now.n}",
        }
        for one in (found.differences if found else ())
        if reach.holds(one.kind, one.code)
    ]
    context = {
        **_run(row),
        "closed_by": person_names([row.closed_by_id]).get(row.closed_by_id, "") if row.closed_by_id else "",
        "replay": found,
        "differences": differences[:MOST_SHOWN],
        "can_replay": row.formulas in KNOWN,
        "tab": "closed",
    }
    return page(request, "run.html", context)


def _close(form: CloseForm, county: str, actor: Actor) -> int | None:
    try:
        return operations.close_period(
            county=county,
            period=form.period(),
            known_to=form.cleaned_data["known_until"] + timedelta(days=1),
            actor=actor,
            at=clock.now(),
        ).pk
    except Problem as problem:
        if problem.status not in (409, 422):
            raise
        field = {"to_on": "until", "known_to": "known_until"}.get(problem.field or "")
        form.add_error(field, in_words(problem))
        return None


def _suggested(at: Any) -> dict[str, Any]:
    """The month that ended last, known up to yesterday."""
    today = at.astimezone(LOCAL).date()
    last = today.replace(day=1) - timedelta(days=1)
    return {"since": last.replace(day=1), "until": last, "known_until": today - timedelta(days=1)}


def _run(row: Any) -> dict[str, Any]:
    last = row.to_on - timedelta(days=1)
    month = f"month={row.from_on:%Y-%m}"
    whole = row.from_on.day == 1 and row.to_on.day == 1 and (row.to_on - row.from_on).days < 32
    return {
        "run": row,
        "until": last,
        "query": month if whole else f"since={row.from_on.isoformat()}&until={last.isoformat()}",
    }
