"""Units that come, are renamed and end."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from wangge.console.people.forms import NewUnitForm, UnitNamesForm
from wangge.console.people.views import actor_of, page
from wangge.foundation import clock
from wangge.foundation.access import require
from wangge.foundation.errors import Problem
from wangge.foundation.said import in_words
from wangge.workforce import operations, queries
from wangge.workforce.models import Unit
from wangge.workforce.operations import NewUnit
from wangge.workforce.types import Level, UnitKind


@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, code: str) -> HttpResponse:
    """A new unit below another one."""
    actor, now = actor_of(request), clock.now()
    above = queries.visible_unit(code, actor, at=now)
    require(actor, "workforce.appoint", area=above.area)
    form = NewUnitForm(
        request.POST or None, initial={"code": f"{_stem(above)}-", "area": above.area, "level": above.level}
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        new = NewUnit(
            code=said["code"].strip(),
            name_zh=said["name_zh"],
            name_en=said["name_en"],
            kind=UnitKind(said["kind"]),
            level=Level(said["level"]),
            area=said["area"].strip(),
            department=above.department,
            parent=above.code,
        )
        try:
            made = operations.add_unit(unit=new, actor=actor, at=now)
        except Problem as problem:
            _show(problem, form)
        else:
            messages.success(request, _("The unit is there. Appoint somebody who signs for its cases."))
            return redirect("console:people_unit", code=made.code)
    context = {"title": _("Add a unit"), "form": form, "unit": above, "button": _("Add the unit")}
    return page(request, "unit_form.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, code: str) -> HttpResponse:
    """Other names for a unit, and its end."""
    actor, now = actor_of(request), clock.now()
    unit = queries.visible_unit(code, actor, at=now)
    require(actor, "workforce.appoint", area=unit.area)
    form = UnitNamesForm(request.POST or None, initial={"name_zh": unit.name_zh, "name_en": unit.name_en})
    if request.method == "POST" and form.is_valid():
        try:
            operations.rename_unit(code=code, actor=actor, at=now, **form.cleaned_data)
        except Problem as problem:
            _show(problem, form)
        else:
            messages.success(request, _("The unit is renamed."))
            return redirect("console:people_unit", code=code)
    context = {"title": _("Change the unit"), "form": form, "unit": unit, "button": _("Rename"), "may_end": True}
    return page(request, "unit_form.html", context, status=422 if form.errors else 200)


@require_POST
def end(request: HttpRequest, code: str) -> HttpResponse:
    """The unit ends today."""
    actor, now = actor_of(request), clock.now()
    require(actor, "workforce.appoint", area=queries.visible_unit(code, actor, at=now).area)
    try:
        row = operations.end_unit(code=code, actor=actor, at=now)
    except Problem as problem:
        if problem.status not in (409, 422):
            raise
        messages.error(request, in_words(problem))
        return redirect("console:people_unit_change", code=code)
    messages.success(request, _("The unit has ended: {name}.").format(name=row.name))
    return redirect("console:people")


def _show(problem: Problem, form: NewUnitForm | UnitNamesForm) -> None:
    if problem.status not in (409, 422):
        raise problem
    form.add_error(problem.field if problem.field in form.fields else None, in_words(problem))


def _stem(above: Unit) -> str:
    """What the code of a new unit begins with: a department's sub-units carry its code."""
    return above.area if above.kind == UnitKind.CENTRE else above.code
