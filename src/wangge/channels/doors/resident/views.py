"""The resident's pages: report without signing in, and follow the report with its query code."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from wangge.cases import operations as op
from wangge.cases.models import Case
from wangge.cases.operations.step1_discover import CONTACT_KEPT
from wangge.cases.types import Channel, Receipt
from wangge.channels.address import client_ip
from wangge.channels.doors.resident.forms import FindForm, ReporterActForm, ResidentReportForm
from wangge.channels.doors.resident.presenting import ACTIONS, follow_page, thanks
from wangge.channels.plain import plain_categories, served_center, served_names
from wangge.channels.receiving import Said, act_as_reporter, followed_case, report_door
from wangge.foundation import clock
from wangge.foundation.access import ANONYMOUS, REPORTER
from wangge.foundation.errors import NotFound, Problem, TooMany
from wangge.foundation.said import in_words

YEAR_S = 31_536_000


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponseBase:
    """The form; what was typed comes back with any error beside its field."""
    if request.method != "POST":
        return _report_page(request, ResidentReportForm())
    form = ResidentReportForm(request.POST)
    form.receive(request, ANONYMOUS, clock.now())
    if not form.is_valid():
        return _report_page(request, form, 422)
    try:
        receipt = _take(request, form)
    except Problem as problem:
        form.add_problem(problem)
        return _report_page(request, form, problem.status)
    if not receipt.created:
        messages.info(request, _("We had received this report already; it was not sent twice."))
    return redirect("resident:received", receipt.query_code)


def _take(request: HttpRequest, form: ResidentReportForm) -> Receipt:
    """Who reports here is nobody to us, even when a member of staff is signed in on this device."""
    report_door.knock(client_ip(request))
    return op.report(report=form.report(Channel.RESIDENT), actor=ANONYMOUS, at=clock.now())


def _report_page(request: HttpRequest, form: ResidentReportForm, status: int = 200) -> HttpResponse:
    chosen = form.data.get("task_code", "") if form.is_bound else ""
    page = {
        "form": form,
        "categories": plain_categories(clock.now()),
        "chosen": chosen,
        "center": served_center(clock.now()),
        "served": served_names(),
    }
    return render(request, "resident/report.html", page, status=status)


@never_cache
@require_safe
def received(request: HttpRequest, query_code: str) -> HttpResponse:
    """The query code to keep, and what happens next."""
    try:
        case = followed_case(request, query_code)
    except (NotFound, TooMany) as problem:
        return _find_page(request, query_code, problem)
    return render(request, "resident/received.html", follow_page(case, clock.now()))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest) -> HttpResponseBase:
    """Enter a query code: case, width, spaces and look-alike letters are forgiven."""
    if request.method != "POST":
        return render(request, "resident/find.html", {"form": FindForm()})
    form = FindForm(request.POST)
    if not form.is_valid():
        return render(request, "resident/find.html", {"form": form}, status=422)
    typed = form.cleaned_data["code"]
    try:
        case = followed_case(request, typed)
    except (NotFound, TooMany) as problem:
        return _find_page(request, typed, problem)
    return redirect("resident:follow", case.query_code)


def _find_page(request: HttpRequest, typed: str, problem: Problem) -> HttpResponse:
    """A wrong code: plainly said, with what was typed, and nothing about what exists."""
    form = FindForm({"code": typed[:40]})
    form.full_clean()
    if not form.errors:
        form.add_error("code", in_words(problem))
    return render(request, "resident/find.html", {"form": form}, status=problem.status)


@never_cache
@require_safe
def follow(request: HttpRequest, query_code: str) -> HttpResponseBase:
    """Where the report stands, in plain words, and what its reporter may do now."""
    try:
        case = followed_case(request, query_code)
    except (NotFound, TooMany) as problem:
        return _find_page(request, query_code, problem)
    if case.query_code != query_code:
        return redirect("resident:follow", case.query_code)
    return _follow_page(request, case)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, query_code: str, action: str) -> HttpResponseBase:
    """What a reporter may do with the query code; the page comes back with what was typed on any error.

    The address stays in the bar after an error: whoever asks for it anew is led to the report itself.
    """
    if request.method != "POST":
        return redirect("resident:follow", query_code)
    case = followed_case(request, query_code)
    form = ReporterActForm(request.POST)
    form.receive(request, ANONYMOUS, clock.now())
    if not form.is_valid():
        return _follow_page(request, case, action, form, 422)
    data = form.cleaned_data
    said = Said(
        case.case_no,
        clock.now(),
        data["note"],
        data["rating"],
        form.ids["media"],
        data["operation_id"],
        data["solved"],
    )
    try:
        act_as_reporter(action, said)
    except Problem as problem:
        if isinstance(problem, NotFound):
            raise
        form.add_problem(problem)
        return _follow_page(request, case, action, form, problem.status)
    messages.success(request, thanks(action, data["rating"]), extra_tags=f"{action}-{case.case_no}")
    return redirect("resident:follow", case.query_code)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop_texts(request: HttpRequest, query_code: str) -> HttpResponseBase:
    """The reporter wants no more text messages about this report."""
    if request.method != "POST":
        return redirect("resident:follow", query_code)
    case = followed_case(request, query_code)
    op.withdraw_sms(case_no=case.case_no, actor=REPORTER, at=clock.now())
    messages.success(request, _("You get no more text messages about this report."))
    return redirect("resident:follow", case.query_code)


def _follow_page(
    request: HttpRequest,
    case: Case,
    action: str = "",
    form: ReporterActForm | None = None,
    status: int = 200,
) -> HttpResponse:
    page: dict[str, Any] = follow_page(case, clock.now())
    page |= {"tried": action, "form": form, "operation_ids": {name: uuid4() for name in ACTIONS}}
    return render(request, "resident/follow.html", page, status=status)


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is asked for, why, how long it is kept and who sees it."""
    return render(
        request, "resident/privacy.html", {"contact_days": CONTACT_KEPT.days, "sms": settings.SMS_GATEWAY["url"]}
    )


@require_POST
def size(request: HttpRequest) -> HttpResponse:
    """Large text or standard text, kept in a cookie: the switch also works without JavaScript."""
    wanted = request.POST.get("next", "")
    target = wanted if url_has_allowed_host_and_scheme(wanted, {request.get_host()}) else "/"
    response = redirect(target)
    if request.POST.get("size") == "elder":
        response.set_cookie("wg_size", "elder", max_age=YEAR_S, samesite="Lax", secure=request.is_secure())
    else:
        response.delete_cookie("wg_size", samesite="Lax")
    return response
