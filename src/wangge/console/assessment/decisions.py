"""Exclusions and appeals: the log, the unit's side and the decider's."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wangge.analysis import operations, queries
from wangge.analysis.queries import AppealLine
from wangge.analysis.rules.appeals import APPEAL_WITHIN, DECIDE_WITHIN, last_day
from wangge.console.assessment import words
from wangge.console.assessment.forms import AppealForm, DecisionForm, ExclusionForm, RevocationForm
from wangge.console.assessment.views import page
from wangge.foundation import clock
from wangge.foundation.access import Actor, require_somewhere
from wangge.foundation.errors import Problem
from wangge.foundation.said import in_words
from wangge.workforce.queries import person_names, unit_names


@never_cache
@require_GET
def exclusions(request: HttpRequest) -> HttpResponse:
    """The log of what was left out and what counts again."""
    actor = _actor(request)
    found, following = queries.exclusion_lines(
        actor=actor, before=_number(request.GET.get("before")), case_no=request.GET.get("case", "").strip()[:20]
    )
    called = person_names(one.by_id for one in found)
    rows = [
        {
            "one": one,
            "by": called.get(one.by_id, ""),
            "index": words.index_name(one.index_code),
            "reason": words.REASONS[one.reason],
        }
        for one in found
    ]
    context = {"rows": rows, "case": request.GET.get("case", "")[:20], "tab": "exclusions"}
    return page(request, "exclusions.html", context | {"next_url": f"?before={following}" if following else ""})


@require_http_methods(["GET", "POST"])
def exclude(request: HttpRequest) -> HttpResponse:
    """Leave a case out."""
    actor, now = _actor(request), clock.now()
    require_somewhere(actor, "assessment.decide")
    initial = {name: request.GET.get(name, "")[:40] for name in ("case_no", "index")}
    form = ExclusionForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        said = {name: data[name] for name in ("index", "reason", "words")}
        if _done(form, lambda: operations.exclude(case_no=data["case_no"].strip(), actor=actor, at=now, **said)):
            messages.success(request, _("The case is left out. The raw figure stays beside the adjusted one."))
            return redirect("console:assessment_exclusions")
    status = 422 if form.errors else 200
    return page(request, "exclude.html", {"form": form, "tab": "exclusions"}, status=status)


@require_http_methods(["GET", "POST"])
def revoke(request: HttpRequest, exclusion_id: int) -> HttpResponse:
    """Let a case count again."""
    actor, now = _actor(request), clock.now()
    require_somewhere(actor, "assessment.decide")
    form = RevocationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data["words"]
        if _done(form, lambda: operations.revoke_exclusion(exclusion_id=exclusion_id, words=said, actor=actor, at=now)):
            messages.success(request, _("The case counts again."))
            return redirect("console:assessment_exclusions")
    status = 422 if form.errors else 200
    return page(request, "revoke.html", {"form": form, "tab": "exclusions"}, status=status)


# --- appeals ----------------------------------------------------------------------------------------


@never_cache
@require_GET
def appeals(request: HttpRequest) -> HttpResponse:
    """Appeals of one's units, or in one's area."""
    only_open = request.GET.get("open") == "1"
    found, following = queries.appeal_lines(
        actor=_actor(request), before=_number(request.GET.get("before")), only_open=only_open
    )
    called, now = unit_names(sorted({one.unit for one in found})), clock.now()
    rows = [_row(one, called) | {"is_late": one.is_late(now)} for one in found]
    context = {
        "rows": rows,
        "only_open": only_open,
        "appeal_days": APPEAL_WITHIN.days,
        "decide_days": DECIDE_WITHIN.days,
        "tab": "appeals",
    }
    return page(request, "appeals.html", context | {"next_url": f"?before={following}" if following else ""})


@require_http_methods(["GET", "POST"])
def contest(request: HttpRequest) -> HttpResponse:
    """Contest that a case counts against one's unit."""
    actor, now = _actor(request), clock.now()
    require_somewhere(actor, "assessment.appeal")
    initial = {name: request.GET.get(name, "")[:40] for name in ("case_no", "index", "since", "until", "unit")}
    form = AppealForm(request.POST or None, initial=initial, units=unit_names(actor.units("assessment.appeal")))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        said = {name: data[name] for name in ("index", "unit", "reason", "words")}
        if _done(
            form,
            lambda: operations.file_appeal(
                case_no=data["case_no"].strip(), period=form.period(), actor=actor, at=now, **said
            ),
        ):
            messages.success(request, _("The appeal is filed. The centre decides and tells you why."))
            return redirect("console:assessment_appeals")
    status = 422 if form.errors else 200
    context = {"form": form, "appeal_days": APPEAL_WITHIN.days, "decide_days": DECIDE_WITHIN.days, "tab": "appeals"}
    return page(request, "contest.html", context, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
def appeal(request: HttpRequest, appeal_id: int) -> HttpResponse:
    """One appeal with its history; whoever decides, decides here."""
    actor, now = _actor(request), clock.now()
    one = queries.appeal_of(appeal_id, actor=actor)
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        is_upheld = data["verdict"] == "uphold"
        if _done(
            form,
            lambda: operations.decide_appeal(
                appeal_id=appeal_id, is_upheld=is_upheld, words=data["words"], actor=actor, at=now
            ),
        ):
            messages.success(request, _("The appeal is decided."))
            return redirect("console:assessment_appeal", appeal_id=appeal_id)
    called = person_names(step.by_id for step in one.steps)
    context = {
        **_row(one, unit_names([one.unit])),
        "steps": [(step, words.APPEAL_ACTS[step.act], called.get(step.by_id, "")) for step in one.steps],
        "form": form,
        "is_late": one.is_late(now),
        "last_day": last_day(one.period),
        "may_decide_here": one.state == "OPEN" and actor.may("assessment.decide", area=one.area),
        "may_withdraw": one.state == "OPEN" and actor.may("assessment.appeal", unit=one.unit),
        "may_open": actor.may_somewhere("case.view"),
        "tab": "appeals",
    }
    return page(request, "appeal.html", context, status=422 if form.errors else 200)


@require_POST
def withdraw(request: HttpRequest, appeal_id: int) -> HttpResponse:
    """The unit takes its appeal back."""
    actor = _actor(request)
    queries.appeal_of(appeal_id, actor=actor)
    operations.withdraw_appeal(appeal_id=appeal_id, actor=actor, at=clock.now())
    messages.success(request, _("The appeal is withdrawn."))
    return redirect("console:assessment_appeals")


def _row(one: AppealLine, units: dict[str, str]) -> dict[str, Any]:
    return {
        "one": one,
        "unit": units.get(one.unit, one.unit),
        "index": words.index_name(one.index_code),
        "reason": words.REASONS[one.reason],
        "state": words.APPEAL_STATES[one.state],
        "tone": words.APPEAL_TONES[one.state],
        "until": one.period.to_on - timedelta(days=1),
    }


def _done(form: forms.Form, act: Callable[[], object]) -> bool:
    """Do it, or show at its field what is the matter."""
    try:
        act()
    except Problem as problem:
        if problem.status not in (404, 409, 422):
            raise
        form.add_error(problem.field if problem.field in form.fields else None, in_words(problem))
        return False
    return True


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require_somewhere(actor, "assessment.view")
    return actor


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 18 else None
