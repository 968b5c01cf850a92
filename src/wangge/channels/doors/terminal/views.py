"""The grid worker's phone pages: what waits for me, report, and one case with what I may do there."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from pydantic import ValidationError

from wangge.cases import operations as op
from wangge.cases.api import ACTIONS
from wangge.cases.models import Case
from wangge.cases.operations.step4_handle import NotAGridMatter
from wangge.cases.queries import area_of, case_for
from wangge.cases.schemas import ActionIn
from wangge.cases.types import Action, Channel, Receipt
from wangge.channels.doors.terminal.forms import PathForm, ResultForm, WorkerActForm, WorkerReportForm
from wangge.channels.doors.terminal.presenting import (
    ON_THE_PHONE,
    all_tasks,
    groups,
    suggested_tasks,
    worker_case,
)
from wangge.channels.plain import own_center, served_names
from wangge.foundation import clock
from wangge.foundation.access import ANONYMOUS, Actor, require_somewhere
from wangge.foundation.errors import Invalid, NotAllowed, NotFound, Problem
from wangge.foundation.requests import actor_of

DONE: dict[Action, str | Promise] = {
    Action.SIGN: _("Signed for. The case is with you now."),
    Action.SELF_HANDLE: _("Taken on. Submit the result when it is done."),
    Action.SUBMIT_RESULT: _("The result was submitted. Somebody else will verify it."),
    Action.VERIFY: _("Verified. The desk now answers the reporter."),
    Action.REWORK: _("Sent back to the handler."),
    Action.ESCALATE: _("Passed up. The higher level takes it from here."),
    Action.REQUEST_EXTENSION: _("Your request is with the shift leader. Until it is decided the deadline stays."),
    Action.REPLY: _("Your reply was sent to the supervisor."),
}
_FORMS: dict[Action, type[WorkerActForm | ResultForm | PathForm]] = {
    Action.SUBMIT_RESULT: ResultForm,
    **dict.fromkeys((Action.ESCALATE, Action.REQUEST_EXTENSION, Action.REPLY), PathForm),
}
_ELSEWHERE = _("This place is not in your grids, so you can’t settle it there. “Report only” passes it on.")
_NOT_IN_THE_GRID = _("This task is not settled in the grid. Tap “Report only” to pass it on.")
_PASSED_ON = _("This place is not in your grids: it was taken like a resident’s report. You follow it with this code.")


@never_cache
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """My cases: to settle, to verify, and what became of those I reported."""
    actor = _worker(request)
    return render(request, "terminal/home.html", {"groups": groups(actor, clock.now())})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponseBase:
    """Report from the field; a matter of the grid may be taken on in the same step."""
    actor = _worker(request)
    if request.method != "POST":
        return _report_page(request, WorkerReportForm())
    form = WorkerReportForm(request.POST)
    form.receive(request, actor, clock.now())
    if not form.is_valid():
        return _report_page(request, form, 422)
    try:
        receipt = _take(actor, form)
    except NotAllowed as problem:
        if not form.cleaned_data["settle"]:
            return _as_resident(request, form)
        form.add_error("place", _ELSEWHERE)
        return _report_page(request, form, problem.status)
    except NotAGridMatter as problem:
        form.add_error("task_code", _NOT_IN_THE_GRID)
        return _report_page(request, form, problem.status)
    except Problem as problem:
        form.add_problem(problem)
        return _report_page(request, form, problem.status)
    if not receipt.created and not actor.may("case.view", area=area_of(receipt.case_no)):
        return redirect("resident:received", receipt.query_code)  # sent twice, taken as a passer-by's
    messages.success(request, str(_("Reported under the number {case_no}.")).format(case_no=receipt.case_no))
    return redirect("terminal:case", receipt.case_no)


def _take(actor: Actor, form: WorkerReportForm) -> Receipt:
    take = op.report_and_take_on if form.cleaned_data["settle"] else op.report
    return take(report=form.report(Channel.WORKER), actor=actor, at=clock.now())


def _as_resident(request: HttpRequest, form: WorkerReportForm) -> HttpResponseBase:
    """Outside one's own grids a worker is a passer-by: anybody may report, without a part in the case."""
    try:
        receipt = op.report(report=form.report(Channel.RESIDENT), actor=ANONYMOUS, at=clock.now())
    except Problem as problem:
        form.add_problem(problem)
        return _report_page(request, form, problem.status)
    messages.info(request, str(_PASSED_ON), extra_tags=f"worker-report-{actor_of(request).user_id}")
    return redirect("resident:received", receipt.query_code)


def _report_page(request: HttpRequest, form: WorkerReportForm, status: int = 200) -> HttpResponse:
    at = clock.now()
    text = form.data.get("text", "") if form.is_bound else ""
    page = {
        "form": form,
        "suggested": suggested_tasks(text, at),
        "chosen": (form.data.get("other_task") or form.data.get("task_code", "")) if form.is_bound else "",
        "tasks": all_tasks(at),
        "center": own_center(actor_of(request), at),
        "served": served_names(),
    }
    return render(request, "terminal/report.html", page, status=status)


@never_cache
@require_POST
def suggest(request: HttpRequest) -> HttpResponse:
    """Tasks the words typed so far point to."""
    _worker(request)
    page = {
        "suggested": suggested_tasks(request.POST.get("text", "")[:4000], clock.now()),
        "chosen": request.POST.get("other_task") or request.POST.get("task_code", ""),
    }
    return render(request, "terminal/parts/suggested.html", page)


@never_cache
@require_safe
def case(request: HttpRequest, case_no: str) -> HttpResponse:
    """What, where, what has happened, and what I may do."""
    actor = _reader(request)
    return _case_page(request, case_for(actor=actor, case_no=case_no), actor)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, case_no: str, action: str) -> HttpResponseBase:
    """Sign, take on, submit the result, verify or send back; on any error what was written stays.

    The address stays in the bar after an error: whoever asks for it anew is led to the case itself.
    """
    actor = _reader(request)
    if request.method != "POST":
        return redirect("terminal:case", case_no)
    found = case_for(actor=actor, case_no=case_no)
    wanted = _action(action)
    form = _FORMS.get(wanted, WorkerActForm)(request.POST)
    form.receive(request, actor, clock.now())
    if not form.is_valid():
        return _case_page(request, found, actor, wanted, form, 422)
    data = form.cleaned_data
    try:
        body = _said(data, form.ids)
        ACTIONS[wanted](case_no, body, actor, clock.now())
    except Problem as problem:
        form.add_problem(problem)
        return _case_page(request, found, actor, wanted, form, problem.status)
    messages.success(request, str(DONE[wanted]), extra_tags=f"{_form_of(wanted)}-{case_no}-{actor.user_id}")
    return redirect("terminal:case", case_no)


def _said(data: dict[str, Any], ids: dict[str, list[UUID]]) -> ActionIn:
    known = {name: data[name] for name in ("note", "operation_id", "reason", "until", "order") if data.get(name)}
    try:
        return ActionIn.model_validate(known | ids)
    except ValidationError as fault:
        raise Invalid("cases.unknown_reason", field=str(fault.errors()[0]["loc"][0]), allowed="") from fault


def _case_page(
    request: HttpRequest,
    found: Case,
    actor: Actor,
    tried: Action | None = None,
    form: WorkerActForm | ResultForm | PathForm | None = None,
    status: int = 200,
) -> HttpResponse:
    page: dict[str, Any] = worker_case(found, actor, clock.now())
    page |= {"tried": _form_of(tried) if tried else "", "form": form}
    page["operation_ids"] = {action.value: uuid4() for action in ON_THE_PHONE}
    return render(request, "terminal/case.html", page, status=status)


def _form_of(action: Action) -> str:
    """The form an action is sent with: verifying and sending back share one."""
    return (Action.VERIFY if action is Action.REWORK else action).value


def _action(name: str) -> Action:
    if name not in ON_THE_PHONE:
        raise NotFound("request.unknown_action", field="action", value=name[:40])
    return Action(name)


def _worker(request: HttpRequest) -> Actor:
    """Whoever reports from the field; the rows and operations decide the rest."""
    actor: Actor = actor_of(request)
    require_somewhere(actor, "case.report")
    return actor


def _reader(request: HttpRequest) -> Actor:
    actor: Actor = actor_of(request)
    require_somewhere(actor, "case.view")
    return actor
