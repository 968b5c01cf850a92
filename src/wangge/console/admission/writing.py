"""A department writes its application: what it is about, the long form, the fields one by one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from wangge.catalogue import operations, queries
from wangge.catalogue.models import AdmissionApplication
from wangge.catalogue.rules.admission import APPLY
from wangge.catalogue.types import ApplicationKind, FieldSource
from wangge.console.admission.forms import BeginForm, FieldForm
from wangge.console.admission.long_form import ApplicationForm
from wangge.console.admission.reading import row_of
from wangge.console.admission.views import application_page, units_of
from wangge.console.tasklist.page import page, today
from wangge.foundation import clock
from wangge.foundation.access import Actor, require, require_somewhere
from wangge.foundation.errors import Problem
from wangge.foundation.requests import actor_of
from wangge.foundation.said import in_words
from wangge.workforce.queries import department_of, unit_names


@require_http_methods(["GET", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """A new draft: for a task more, or about one of the department's own."""
    actor, at = actor_of(request), clock.now()
    require_somewhere(actor, APPLY)
    units = units_of(actor)
    asked = {"kind": request.GET.get("kind", ""), "task_code": request.GET.get("task", "")}
    form = BeginForm(request.POST or None, units=units, tasks=_tasks_of(actor), initial=asked)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        kind = ApplicationKind(said["kind"])
        code = said["task_code"] if kind is not ApplicationKind.NEW else ""
        try:
            row = operations.draft_application(kind=kind, unit=said["unit"], task_code=code, actor=actor, at=at)
        except Problem as problem:
            _show(problem, form)
        else:
            return redirect("console:application_edit", row.pk)
    status = 422 if form.errors else 200
    return page(request, "admission/begin.html", {"tab": "applications", "form": form}, status=status)


def _tasks_of(actor: Actor) -> list[tuple[str, str]]:
    at = clock.now()
    departments = {department_of(unit, at=at)[0] for unit in actor.units(APPLY)}
    rows = queries.versions_on(today()).filter(is_temporary=False, department__in=departments)
    return [(row.code, row.name) for row in rows]


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, application_id: int) -> HttpResponse:
    """The long form. It is saved as it stands; what must still be said is shown, not demanded."""
    actor, at = actor_of(request), clock.now()
    row = queries.application(application_id, actor)
    require(actor, APPLY, unit=row.unit)
    if not queries.may_write(row, actor):
        messages.error(request, _("What was sent in isn’t changed any more. It can be returned for that."))
        return redirect("console:application", application_id)
    form = _form(row, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.save_application(application_id=row.pk, said=form.said(), actor=actor, at=at)
        except Problem as problem:
            _show(problem, form)
        else:
            messages.success(request, _("Saved as a draft."))
            to = "console:application_edit" if request.POST.get("then") == "stay" else "console:application"
            return redirect(to, application_id)
    context = {
        "tab": "applications",
        "row": row_of(row, at, unit_names([row.unit])),
        "form": form,
        "sections": form.sections(),
        "needed": form.needed,
    }
    return page(request, "admission/edit.html", context, status=422 if form.errors else 200)


def _form(row: AdmissionApplication, data: Any) -> ApplicationForm:
    return ApplicationForm(data, row=row, subitems=queries.subitem_names(), departments=queries.department_names())


@require_POST
def put_field(request: HttpRequest, application_id: int) -> HttpResponse:
    """One field more, or another reason for one."""
    actor = actor_of(request)
    require(actor, APPLY, unit=queries.application(application_id, actor).unit)
    form = FieldForm(request.POST, known=queries.field_names())
    if form.is_valid():
        said = form.cleaned_data
        try:
            operations.put_field(
                application_id=application_id,
                actor=actor,
                at=clock.now(),
                **said | {"source": FieldSource(said["source"])},
            )
        except Problem as problem:
            _show(problem, form)
        else:
            messages.success(request, _("The field is in the application."))
            return redirect("console:application", application_id)
    return application_page(request, application_id, field_form=form)


@require_POST
def drop_field(request: HttpRequest, application_id: int, field_id: int) -> HttpResponse:
    """One field less."""
    operations.drop_field(application_id=application_id, field_id=field_id, actor=actor_of(request), at=clock.now())
    messages.success(request, _("The field is left out."))
    return redirect("console:application", application_id)


@require_POST
def discard(request: HttpRequest, application_id: int) -> HttpResponse:
    """Throw a draft away."""
    operations.discard_draft(application_id=application_id, actor=actor_of(request), at=clock.now())
    messages.success(request, _("The draft is gone."))
    return redirect("console:admission")


def _show(problem: Problem, form: Any) -> None:
    if problem.status not in (409, 422):
        raise problem
    form.add_error(problem.field if problem.field in form.fields else None, in_words(problem))
