"""Routing rules: those in force, a draft and its rules, check, trial, taking effect. Thin: parse, one call, show."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wangge.cases.operations import simulate_routing
from wangge.cases.routing import check_rules
from wangge.cases.rules.routing_trial import report_as_data
from wangge.catalogue import operations, queries
from wangge.catalogue.models import RoutingRuleSet
from wangge.catalogue.types import Nature, RoutingRule, RoutingState
from wangge.channels.placenames import said_names as place_names
from wangge.console.routing import reading, words
from wangge.console.routing.forms import DraftForm, PublishForm, RuleForm, hidden_of, said_of
from wangge.foundation import clock
from wangge.foundation.access import Actor, require_somewhere
from wangge.foundation.errors import Problem
from wangge.foundation.said import in_words
from wangge.foundation.worktime import LOCAL
from wangge.workforce.queries import units_in_reach


def actor_of(request: HttpRequest) -> Actor:
    """Who is asking."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def page(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A page of this place."""
    return render(request, f"console/routing/{template}", {"place": "routing"} | context, status=status)


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """The rules in force in a county, its versions, and the way to a draft."""
    return _overview(request, DraftForm())


def _overview(request: HttpRequest, form: DraftForm, *, status: int = 200) -> HttpResponse:
    actor, now = actor_of(request), clock.now()
    counties = queries.routing_counties(actor)
    county = request.GET.get("county", "")
    county = county if county in counties else next(iter(counties), "")
    in_force = queries.routing_set_in_force(county, at=now)
    versions = [reading.set_body(row, now) for row in queries.routing_sets(county, actor)] if county else []
    called = place_names(counties)
    context = {
        "county": county,
        "county_name": called.get(county, county),
        "counties": [(code, called.get(code, code)) for code in counties],
        "in_force": reading.set_body(in_force, now) if in_force else None,
        "rules": reading.rule_lines(queries.routing_rows(in_force)) if in_force else [],
        "versions": versions,
        "draft": next((one for one in versions if one["is_draft"]), None),
        "may_prepare": actor.may("routing.prepare", area=county),
        "who_prepares": words.WHO_PREPARES,
        "form": form,
        "facilities": [task for task in queries.task_list(now) if task.nature is Nature.FACILITY],
    }
    return page(request, "overview.html", context, status=status)


@require_POST
def draft(request: HttpRequest) -> HttpResponse:
    """Begin the next version as a copy of the rules in force."""
    require_somewhere(actor_of(request), "routing.prepare")
    form, county = DraftForm(request.POST), request.GET.get("county", "")
    if not form.is_valid():
        return _overview(request, form, status=422)
    made = operations.draft_routing(
        county=county, note=form.cleaned_data["note"], actor=actor_of(request), at=clock.now()
    )
    return redirect("console:routing_set", set_id=made)


@require_GET
def rule_set(request: HttpRequest, set_id: int) -> HttpResponse:
    """One version: its rules, and for a draft everything that leads to its taking effect."""
    row = queries.routing_set(set_id, actor_of(request))
    return _set_page(request, row, PublishForm(initial={"valid_from": clock.now().astimezone(LOCAL).date()}))


def _set_page(request: HttpRequest, row: RoutingRuleSet, form: PublishForm, *, status: int = 200) -> HttpResponse:
    now = clock.now()
    trials = [reading.trial_body(one) for one in queries.simulations_of(row)]
    tried = queries.simulation_of_these_rules(row) if row.state == RoutingState.DRAFT else None
    context = _rules_context(request, row) | {
        "county_name": place_names([row.county]).get(row.county, row.county),
        "comparison": reading.comparison(row, at=now),
        "trials": trials,
        "tried": reading.trial_body(tried) if tried else None,
        "form": form,
        "why_not": _why_not(row, actor_of(request), tried is not None),
    }
    return page(request, "set.html", context, status=status)


def _rules_context(request: HttpRequest, row: RoutingRuleSet) -> dict[str, Any]:
    is_draft = row.state == RoutingState.DRAFT
    return {
        "set": reading.set_body(row, clock.now()),
        "rules": reading.rule_lines(queries.routing_rows(row)),
        "may_edit": is_draft and actor_of(request).may("routing.prepare", area=row.county),
        "who_prepares": words.WHO_PREPARES,
    }


def _why_not(row: RoutingRuleSet, actor: Actor, is_tried: bool) -> str:
    """Why this reader can't put the draft in force; "" when they can."""
    if not actor.may("routing.publish", area=row.county):
        return str(words.WHO_PUBLISHES)
    if actor.user_id in row.changed_by:
        return _("You wrote these rules; somebody else puts them in force.")
    return "" if is_tried else _("The draft as it stands has not been tried on last month’s cases.")


@require_http_methods(["GET", "POST"])
def rule(request: HttpRequest, set_id: int, order: int = 0) -> HttpResponse:
    """The form of a rule: a new one (0), or the one at this place of a draft."""
    actor = actor_of(request)
    require_somewhere(actor, "routing.prepare")
    row = queries.routing_set(set_id, actor)
    if row.state != RoutingState.DRAFT:
        return redirect("console:routing_set", set_id=set_id)
    rules = queries.routing_rules(row)
    old = rules[order - 1] if 1 <= order <= len(rules) else None
    form = RuleForm(request.POST or None, county=row.county, initial=said_of(old) if old else None)
    if request.method == "POST" and form.is_valid():
        try:
            _put(form.rule(), row, order, request.POST.get("order", ""), actor)
        except Problem as problem:
            if problem.status not in (409, 422):
                raise
            form.add_error(form.field_of(problem.field), in_words(problem))
        else:
            messages.success(request, _("The rule is in the draft."))
            return redirect("console:routing_set", set_id=set_id)
    context = {
        "set": reading.set_body(row, clock.now()),
        "order": order,
        "form": form,
        "units": units_in_reach([row.county], at=clock.now()) if row.county else [],
    }
    return page(request, "rule.html", context, status=422 if form.errors else 200)


def _put(said: RoutingRule, row: RoutingRuleSet, order: int, back_to: str, actor: Actor) -> None:
    """In place of the rule at `order`, or as a new one; one that was taken out goes back to its place."""
    now = clock.now()
    put = operations.put_rule(set_id=row.pk, rule=said, order=order or None, actor=actor, at=now)
    if back_to.isdecimal() and len(back_to) < 4:
        operations.move_rule(set_id=row.pk, order=put, to=int(back_to), actor=actor, at=now)


@require_POST
def move(request: HttpRequest, set_id: int, order: int, to: int) -> HttpResponse:
    """A rule goes before or behind its neighbour."""
    operations.move_rule(set_id=set_id, order=order, to=to, actor=actor_of(request), at=clock.now())
    return _changed(request, set_id)


@require_POST
def remove(request: HttpRequest, set_id: int, order: int) -> HttpResponse:
    """A rule leaves the draft; it can be put back at once."""
    removed = operations.remove_rule(set_id=set_id, order=order, actor=actor_of(request), at=clock.now())
    undo = {"name": words.rule_name(removed), "order": order, "said": hidden_of(removed)}
    return _changed(request, set_id, {"undo": undo})


def _changed(request: HttpRequest, set_id: int, more: dict[str, Any] | None = None) -> HttpResponse:
    """The list of rules anew where the page asked for it, else the whole page."""
    row = queries.routing_set(set_id, actor_of(request))
    if getattr(request, "htmx", False):
        answer = page(request, "_rules.html", _rules_context(request, row) | {"is_changed": True} | (more or {}))
        answer["HX-Trigger"] = "routing:changed"
        return answer
    return redirect("console:routing_set", set_id=set_id)


@require_POST
def discard(request: HttpRequest, set_id: int) -> HttpResponse:
    """The draft is thrown away."""
    operations.discard_routing(set_id=set_id, actor=actor_of(request), at=clock.now())
    messages.success(request, _("The draft is thrown away. The rules in force are as they were."))
    return redirect("console:routing")


@require_GET
def check(request: HttpRequest, set_id: int) -> HttpResponse:
    """What is wrong with a version, by units and task list as they are now."""
    row = queries.routing_set(set_id, actor_of(request))
    rules = queries.routing_rules(row)
    county = row.county or next(iter(queries.routing_counties(actor_of(request))), "")
    found = report_as_data(check_rules(rules, county, at=clock.now()))
    context = {"set": reading.set_body(row, clock.now()), "check": reading.check_body(found, rules)}
    is_part = getattr(request, "htmx", False)
    return page(request, "_check.html" if is_part else "check.html", context)


@require_POST
def simulate(request: HttpRequest, set_id: int) -> HttpResponse:
    """Have the draft tried on last month's cases."""
    trial = simulate_routing(set_id=set_id, actor=actor_of(request), at=clock.now())
    return redirect("console:routing_trial", trial_id=trial)


@require_GET
def trial(request: HttpRequest, trial_id: UUID) -> HttpResponse:
    """How far a trial is; asked again every second until it is done, then what it gave."""
    row = queries.simulation(trial_id, actor_of(request))
    body = reading.trial_body(row)
    if row.result:
        body["check"] = reading.check_body(row.result["check"], _named_rules(row.result["rules"]))
    context = {
        "set": reading.set_body(row.rule_set, clock.now()),
        "trial": body,
        "may_open_cases": actor_of(request).may_somewhere("case.view"),
    }
    return page(request, "_trial.html" if getattr(request, "htmx", False) else "trial.html", context)


def _named_rules(rules: list[dict[str, Any]]) -> list[RoutingRule]:
    """The rules as the trial had them: a draft may have changed since, and its check speaks of these."""
    return [RoutingRule(one["name_zh"], one["name_en"], "", ()) for one in rules]


@require_POST
def publish(request: HttpRequest, set_id: int) -> HttpResponse:
    """The draft takes effect."""
    actor, form = actor_of(request), PublishForm(request.POST)
    require_somewhere(actor, "routing.publish")
    row = queries.routing_set(set_id, actor)
    if form.is_valid():
        try:
            done = operations.make_routing_effective(
                set_id=set_id, valid_from=form.day(), reason=form.cleaned_data["reason"], actor=actor, at=clock.now()
            )
        except Problem as problem:
            if problem.status not in (409, 422):
                raise
            form.add_error(problem.field if problem.field in form.fields else None, in_words(problem))
        else:
            said = _("Version {version} holds from {day}.").format(version=done.version, day=done.valid_from)
            messages.success(request, said)
            return redirect("console:routing_set", set_id=set_id)
    return _set_page(request, row, form, status=422)
