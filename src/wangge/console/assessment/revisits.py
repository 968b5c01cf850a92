"""回访: what the system drew, one case after the other. A contact opens only through the logged look."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wangge.analysis import operations, queries
from wangge.analysis.operations.revisits import MOST_ATTEMPTS, share_of
from wangge.cases import queries as case_queries
from wangge.channels.placenames import said_names as place_names
from wangge.console.assessment import words
from wangge.console.assessment.forms import PercentForm, RevisitForm
from wangge.console.times import when
from wangge.foundation import clock
from wangge.foundation.access import Actor, require, require_somewhere
from wangge.foundation.errors import Problem
from wangge.foundation.said import in_words
from wangge.workforce.queries import unit_names

PROGRESS_DAYS = 30


@never_cache
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Reporters to be asked, the longest waiting first, and how the last month's draws stand."""
    actor, now = _enter(request)
    after = request.GET.get("after", "")
    found, following = queries.revisit_page(
        actor=actor, after=int(after) if after.isascii() and after.isdigit() and len(after) < 18 else 0
    )
    places, units = place_names(one.area for one in found), unit_names([one.unit for one in found if one.unit])
    county = next((area[:6] for area in actor.areas("case.revisit") if len(area) >= 6), "")
    context = {
        "place": "revisits",
        "rows": [
            {"one": one, "where": places.get(one.area, one.area), "unit": units.get(one.unit, "")} for one in found
        ],
        "next_url": f"?after={following}" if following else "",
        "progress": queries.revisit_progress(county, since=now - timedelta(days=PROGRESS_DAYS)),
        "share": f"{(share_of(county) * 100).normalize():f}%",
        "most": MOST_ATTEMPTS,
        "days": PROGRESS_DAYS,
    }
    return render(request, "console/assessment/revisits.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def revisit(request: HttpRequest, case_no: str) -> HttpResponse:
    """One case to ask about: what it was, what was answered, and what the reporter says."""
    actor, now = _enter(request)
    one = queries.revisit_of(case_no, actor=actor)
    form = RevisitForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _recorded(form, case_no, actor):
        messages.success(request, _("Written down."))
        return redirect("console:revisits")
    row = case_queries.case_for(actor=actor, case_no=case_no)
    answer = [step for step in case_queries.steps_of(row) if step.action in ("submit_result", "feedback")]
    context: dict[str, Any] = {
        "place": "revisits",
        "one": one,
        "state": words.REVISIT_STATES[one.state],
        "row": row,
        "where": place_names([row.area]).get(row.area, row.area),
        "unit": unit_names([one.unit]).get(one.unit, ""),
        "answer": answer[-1].note if answer else "",
        "closed_when": when(row.closed_at, now),
        "form": form,
        "most": MOST_ATTEMPTS,
        "may_unmask": actor.may("contact.unmask", area=row.area, unit=row.unit or None)
        and case_queries.contact_of(row) is not None,
    }
    return render(request, "console/assessment/revisit.html", context, status=422 if form.errors else 200)


@require_POST
def share(request: HttpRequest, county: str) -> HttpResponse:
    """Which share of the closed cases is drawn."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require(actor, "assessment.decide", area=county)
    form = PercentForm(request.POST)
    if form.is_valid():
        operations.set_revisit_share(county=county, share=form.share(), actor=actor, at=clock.now())
        messages.success(request, _("The share holds from the next draw on."))
    else:
        messages.error(request, " ".join(map(str, form.errors["percent"])))
    return redirect("console:assessment_formulas")


def _recorded(form: RevisitForm, case_no: str, actor: Actor) -> bool:
    data = form.cleaned_data
    solved = {"yes": True, "no": False}.get(data["is_solved"])
    try:
        operations.record_revisit(
            case_no=case_no,
            outcome=data["outcome"],
            rating=data["rating"],
            is_solved=solved,
            note=data["note"],
            actor=actor,
            at=clock.now(),
        )
    except Problem as problem:
        if problem.status not in (409, 422):
            raise
        form.add_error(problem.field if problem.field in form.fields else None, in_words(problem))
        return False
    return True


def _enter(request: HttpRequest) -> tuple[Actor, Any]:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require_somewhere(actor, "case.revisit")
    return actor, clock.now()
