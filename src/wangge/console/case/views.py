"""The page of one case, its contact, and whether it has changed meanwhile."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from wangge.cases import queries
from wangge.cases.operations import unmask_contact
from wangge.console.case.forms import ReasonForm
from wangge.console.queues.views import opened_context
from wangge.console.times import when
from wangge.foundation import clock
from wangge.foundation.access import Actor, require_somewhere
from wangge.foundation.errors import Invalid
from wangge.foundation.said import in_words


@never_cache
@require_GET
def case(request: HttpRequest, case_no: str) -> HttpResponse:
    """Everything about a case: history, map, media, what is merged into it, what one may do."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require_somewhere(actor, "case.view")
    at = clock.now()
    context = opened_context(None, case_no, actor, at)
    context |= {
        "place": "cases",
        "merged": queries.merged_of(context["panel"].row, actor=actor),
        "printed_when": when(at, at) or at,
        "printed_at": at,
        "is_whole": True,
    }
    return render(request, "console/case/page.html", context)


@never_cache
@require_GET
def changed(request: HttpRequest, case_no: str) -> HttpResponse:
    """A notice if the case has moved past the version one is looking at; nothing otherwise."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require_somewhere(actor, "case.view")
    row = queries.case_for(actor=actor, case_no=case_no)
    seen = request.GET.get("version", "")
    context = {"row": row, "is_newer": seen != str(row.version), "at_url": request.GET.get("at", "")}
    return render(request, "console/case/changed.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def contact(request: HttpRequest, case_no: str) -> HttpResponse:
    """Ask for a reason, then show the reporter's contact. Every look is logged."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require_somewhere(actor, "contact.unmask")
    row = queries.case_for(actor=actor, case_no=case_no)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            shown = unmask_contact(case_no=case_no, reason=form.cleaned_data["reason"], actor=actor, at=clock.now())
        except Invalid as problem:
            form.add_error("reason", in_words(problem))
        else:
            return render(request, "console/case/contact.html", {"contact": shown, "row": row})
    status = 422 if form.errors else 200
    return render(request, "console/case/reason.html", {"form": form, "row": row}, status=status)
