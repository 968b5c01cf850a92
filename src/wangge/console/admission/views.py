"""Applications for tasks: the list, the page with its checks on top, and the steps of the review."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from wangge.catalogue import operations, queries
from wangge.catalogue.models import AdmissionApplication, AdmissionStep
from wangge.catalogue.queries import Possible
from wangge.catalogue.rules.admission import APPLY, ENDED, OPEN, WRITABLE
from wangge.catalogue.rules.checks import is_refused, needs_override
from wangge.catalogue.types import AdmissionAction, AdmissionState, ApplicationKind, Finding
from wangge.console.admission import words
from wangge.console.admission.forms import DecisionForm, FieldForm
from wangge.console.admission.reading import checks_of, page_of, row_of
from wangge.console.tasklist import words as task_words
from wangge.console.tasklist.page import page, today
from wangge.foundation import clock
from wangge.foundation.access import Actor
from wangge.foundation.errors import Problem
from wangge.foundation.requests import actor_of
from wangge.foundation.said import in_words
from wangge.workforce.queries import unit_names

ON_THE_LIST = frozenset({AdmissionState.PUBLISHED, AdmissionState.EFFECTIVE, AdmissionState.SUSPENDED})
_GROUPS: tuple[tuple[str, Any, frozenset[AdmissionState]], ...] = (
    ("open", pgettext_lazy("applications", "Under way"), OPEN),
    ("listed", pgettext_lazy("applications", "On the list"), ON_THE_LIST),
    ("ended", pgettext_lazy("applications", "Ended"), ENDED),
    ("all", pgettext_lazy("applications", "All"), frozenset(AdmissionState)),
)


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Applications by where they stand; first those that wait for the reader."""
    actor, at = actor_of(request), clock.now()
    by_state = queries.applications_by_state(actor)
    mine = frozenset(queries.states_of_mine(actor))
    groups = [("mine", pgettext_lazy("applications", "Waiting for me"), mine), *_GROUPS]
    waiting = sum(by_state.get(state, 0) for state in mine)
    asked = request.GET.get("state", "mine" if waiting else "all")
    states = next((found for slug, _name, found in groups if slug == asked), frozenset(AdmissionState))
    before = request.GET.get("before", "")
    rows, following = queries.application_page(
        actor, states=sorted(states), before=int(before) if before.isdecimal() and len(before) < 19 else None
    )
    units = unit_names([row.unit for row in rows])
    context = {
        "tab": "applications",
        "groups": [
            {"slug": slug, "name": name, "count": sum(by_state.get(state, 0) for state in found)}
            for slug, name, found in groups
        ],
        "asked": asked,
        "rows": [row_of(row, at, units) for row in rows],
        "next_url": f"?state={asked}&before={following}" if following else "",
        "may_apply": actor.may_somewhere(APPLY),
    }
    return page(request, "admission/list.html", context)


@require_GET
def application(request: HttpRequest, application_id: int) -> HttpResponse:
    """One application: what the checks say, what it says, what happened, and what can be done now."""
    return application_page(request, application_id)


def application_page(
    request: HttpRequest,
    application_id: int,
    *,
    decision: DecisionForm | None = None,
    field_form: FieldForm | None = None,
    missing: tuple[str, ...] = (),
    problem: str = "",
) -> HttpResponse:
    """The page, also where a form of it was refused."""
    actor, at = actor_of(request), clock.now()
    row = queries.application(application_id, actor)
    steps = queries.history(row)
    is_open = AdmissionState(row.state) in OPEN
    found = queries.findings(row, day=today()) if is_open else []
    possible = _decisions(row, steps, actor)
    may_write = queries.may_write(row, actor)
    absent = queries.missing_of(row) if AdmissionState(row.state) in WRITABLE else ()
    refused = bool(problem or missing or (decision and decision.errors) or (field_form and field_form.errors))
    context = page_of(row, steps, at) | {
        "tab": "applications",
        "is_open": is_open,
        "checks": checks_of(found),
        "is_refused": is_refused(found),
        "possible": [_button(one) for one in possible],
        "closed": next((words.closed_words(one.closed) for one in possible if one.closed), ""),
        "decision": decision or _decision_form(possible, found),
        "may_write": may_write,
        "field_form": field_form or FieldForm(known=queries.field_names()),
        "known_fields": queries.field_names() if may_write else {},
        "missing": words.missing_words(absent) if may_write else [],
        "is_missing_asked": bool(missing),
        "problem": problem,
        "may_discard": may_write and not steps,
        "versions": _versions(row),
        "changes": (changes := _changes(row) if is_open else []),
        "says_the_same": is_open and row.kind == ApplicationKind.AMENDMENT and not changes,
    }
    return page(request, "admission/application.html", context, status=422 if refused else 200)


def _decisions(row: AdmissionApplication, steps: list[AdmissionStep], actor: Actor) -> list[Possible]:
    """What the reader can decide; sending it in has a place of its own on the page."""
    every = queries.possible_steps(row, steps, actor)
    return [one for one in every if one.step.action is not AdmissionAction.APPLY]


def _changes(row: AdmissionApplication) -> list[tuple[str, str, str]]:
    """What an amendment would say otherwise than the list of today."""
    if row.kind != ApplicationKind.AMENDMENT:
        return []
    return [
        (task_words.said_word(name), task_words.said_value(name, old), task_words.said_value(name, new))
        for name, old, new in queries.amendment_changes(row, today())
    ]


def _versions(row: AdmissionApplication) -> list[dict[str, Any]]:
    """The versions of its task: from, last day, and which application brought each."""
    if not row.task_code:
        return []
    return [
        {
            "valid_from": version.valid_from,
            "last_day": version.valid_to - timedelta(days=1) if version.valid_to else None,
            "never": version.valid_to == version.valid_from,
            "application": version.application,
            "is_this": version.application_id == row.pk,
        }
        for version in queries.versions_of(row.task_code)
    ]


def _button(possible: Possible) -> dict[str, Any]:
    action = possible.step.action
    return {
        "action": action.value,
        "word": words.ACTIONS[action],
        "is_primary": action not in (AdmissionAction.RETURN, AdmissionAction.REFUSE),
        "is_danger": action is AdmissionAction.REFUSE,
        "closed": words.closed_words(possible.closed),
    }


def _decision_form(possible: list[Possible], found: list[Finding], data: Any = None) -> DecisionForm:
    """What the steps that are possible ask for."""
    actions = {one.step.action for one in possible}
    asks = set()
    if actions - {AdmissionAction.TAKE_UP}:
        asks.add("note")
    if AdmissionAction.APPROVE in actions and needs_override(found):
        asks.add("override")
    if AdmissionAction.PUBLISH in actions:
        asks.add("day")
    return DecisionForm(data, asks=frozenset(asks), initial={"day": today() + timedelta(days=1)})


@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, application_id: int, step: str) -> HttpResponse:
    """Take a step. What is refused comes back at its field."""
    actor = actor_of(request)
    row = queries.application(application_id, actor)
    if request.method == "GET":
        return redirect("console:application", application_id)
    action = _ACTIONS.get(step)
    if action is None:
        raise Http404
    possible = _decisions(row, queries.history(row), actor)
    form = _decision_form(possible, queries.findings(row, day=today()), request.POST)
    said = _said(action, form)
    if said is None:
        return application_page(request, application_id, decision=form)
    try:
        _OPERATIONS[action](application_id=application_id, actor=actor, at=clock.now(), **said)
    except Problem as problem:
        return _refused(request, application_id, form, problem)
    messages.success(request, str(words.DONE[action]))
    return redirect("console:application", application_id)


_ACTIONS = {action.value: action for action in words.ACTIONS}
_OPERATIONS: dict[AdmissionAction, Callable[..., AdmissionApplication]] = {
    AdmissionAction.APPLY: operations.send_application,
    AdmissionAction.TAKE_UP: operations.take_up,
    AdmissionAction.FORWARD: operations.forward_application,
    AdmissionAction.RETURN: operations.return_application,
    AdmissionAction.REFUSE: operations.refuse_application,
    AdmissionAction.APPROVE: operations.approve_application,
    AdmissionAction.PUBLISH: operations.publish_application,
}


def _said(action: AdmissionAction, form: DecisionForm) -> dict[str, Any] | None:
    """What goes with a step; None where its form has errors."""
    if action in (AdmissionAction.APPLY, AdmissionAction.TAKE_UP):
        return {}
    for name, of in (("day", AdmissionAction.PUBLISH), ("override", AdmissionAction.APPROVE)):
        if action is not of and name in form.fields:
            form.fields[name].required = False
    if not form.is_valid():
        return None
    said: dict[str, Any] = {"note": form.cleaned_data.get("note", "")}
    if action is AdmissionAction.APPROVE:
        said["override"] = form.cleaned_data.get("override", "")
    if action is AdmissionAction.PUBLISH:
        said["day"] = form.cleaned_data.get("day") or today()
    return said


def _refused(request: HttpRequest, application_id: int, form: DecisionForm, problem: Problem) -> HttpResponse:
    if problem.status not in (409, 422):
        raise problem
    if problem.code == "catalogue.incomplete":
        fields = problem.params["fields"]
        return application_page(request, application_id, missing=tuple(fields) if isinstance(fields, list) else ())
    if problem.field in form.fields and form.is_bound:
        form.is_valid()
        form.add_error(problem.field, in_words(problem))
        return application_page(request, application_id, decision=form)
    return application_page(request, application_id, problem=in_words(problem))


def units_of(actor: Actor) -> dict[str, str]:
    """The units somebody may apply for, by code."""
    codes = list(actor.units(APPLY))
    names = unit_names(codes)
    return {code: names.get(code, code) for code in codes}
