"""Webhook targets for administrators: who is told outside the house, and whether they listen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wangge.channels.placenames import said_names as place_names
from wangge.console.times import when
from wangge.console.webhooks.forms import TargetForm
from wangge.foundation import clock
from wangge.foundation.access import Actor, require_somewhere
from wangge.foundation.errors import Problem
from wangge.foundation.requests import actor_of
from wangge.foundation.said import in_words
from wangge.notices import operations, queries
from wangge.notices.models import Delivery, WebhookTarget
from wangge.notices.words import FAILURES, GROUPS, WHY_OFF
from wangge.workforce.queries import unit_names


@never_cache
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Every target of one's areas."""
    found = queries.targets(actor_of(request))
    called = place_names({row.area for row in found})
    rows = [
        {"row": row, "area": called.get(row.area, row.area), "why": WHY_OFF.get(row.disabled_why, "")} for row in found
    ]
    return _page(request, "list.html", {"rows": rows})


@never_cache
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new target; its secret is shown with the answer and never again."""
    actor = actor_of(request)
    require_somewhere(actor, "webhooks.manage")
    form = TargetForm(request.POST or None, areas=_areas(actor))
    if request.method == "POST" and form.is_valid():
        try:
            target_id, secret = operations.add_target(target=form.target(), actor=actor, at=clock.now())
        except Problem as problem:
            _show(problem, form)
        else:
            return _secret_page(request, target_id, secret)
    return _page(request, "form.html", {"form": form}, 422 if form.errors else 200)


@never_cache
@require_GET
def target(request: HttpRequest, target_id: int) -> HttpResponse:
    """One target: what it sees, and the log of what went to it."""
    actor, at = actor_of(request), clock.now()
    row = queries.target_for(target_id, actor=actor)
    before = request.GET.get("before", "")
    is_place = before.isascii() and before.isdigit() and len(before) < 18
    found, following = queries.deliveries_of(row, before=int(before) if is_place else None)
    context = {
        "row": row,
        "area": place_names([row.area]).get(row.area, row.area),
        "unit": unit_names([row.unit]).get(row.unit, row.unit) if row.unit else "",
        "groups": [words for group, words in GROUPS.items() if group.value in row.groups],
        "why": WHY_OFF.get(row.disabled_why, ""),
        "since": when(row.disabled_at, at),
        "both_until": row.former_until if row.former_until and row.former_until > at else None,
        "deliveries": [_delivery(one, at) for one in found],
        "next_url": f"?before={following}" if following else "",
    }
    return _page(request, "target.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, target_id: int) -> HttpResponse:
    """Another name, address or choice."""
    actor = actor_of(request)
    row = queries.target_for(target_id, actor=actor)
    areas = [(row.area, place_names([row.area]).get(row.area, row.area))]
    given = {"name": row.name, "url": row.url, "area": row.area, "unit": row.unit, "groups": row.groups}
    form = TargetForm(request.POST or None, initial=given, areas=areas)
    if request.method == "POST" and form.is_valid():
        try:
            operations.change_target(target_id=target_id, change=form.change(), actor=actor, at=clock.now())
        except Problem as problem:
            _show(problem, form)
        else:
            messages.success(request, _("Saved."))
            return redirect("console:webhook", target_id)
    return _page(request, "form.html", {"form": form, "row": row}, 422 if form.errors else 200)


@never_cache
@require_POST
def rotate(request: HttpRequest, target_id: int) -> HttpResponse:
    """A new secret, shown with the answer; the former one signs beside it for a day."""
    secret = operations.rotate_secret(target_id=target_id, actor=actor_of(request), at=clock.now())
    return _secret_page(request, target_id, secret)


@require_POST
def test(request: HttpRequest, target_id: int) -> HttpResponse:
    """Send a message that says nothing but that it arrived."""
    return _do(
        request, target_id, operations.send_test, _("A test is on its way. The log shows the answer in a moment.")
    )


@require_POST
def pause(request: HttpRequest, target_id: int) -> HttpResponse:
    """Send nothing until it is resumed."""
    return _do(request, target_id, operations.pause_target, _("Paused. What happens from now on is not sent later."))


@require_POST
def resume(request: HttpRequest, target_id: int) -> HttpResponse:
    """Send again."""
    return _do(request, target_id, operations.resume_target, _("Messages are sent again."))


@require_POST
def remove(request: HttpRequest, target_id: int) -> HttpResponse:
    """The target and its log are removed."""
    operations.end_target(target_id=target_id, actor=actor_of(request), at=clock.now())
    messages.success(request, _("The target is removed."))
    return redirect("console:webhooks")


def _do(request: HttpRequest, target_id: int, act: Callable[..., object], said: str) -> HttpResponse:
    try:
        act(target_id=target_id, actor=actor_of(request), at=clock.now())
    except Problem as problem:
        if problem.status != 409:
            raise
        messages.error(request, in_words(problem))
    else:
        messages.success(request, said)
    return redirect("console:webhook", target_id)


def _delivery(row: Delivery, at: Any) -> dict[str, Any]:
    return {
        "type": row.type,
        "subject": row.subject,
        "written": when(row.created_at, at),
        "attempts": row.attempts,
        "answered": row.answered,
        "failure": FAILURES.get(row.failure, ""),
        "next": when(row.next_at, at) if row.attempts else "",
        "is_delivered": row.delivered_at is not None,
        "waits": row.next_at is not None,
    }


def _areas(actor: Actor) -> list[tuple[str, str]]:
    """The actor's areas by name: a target is for one of them as a whole."""
    areas = actor.areas("webhooks.manage")
    called = place_names(areas)
    return [(area, called.get(area, area)) for area in areas]


def _secret_page(request: HttpRequest, target_id: int, secret: str) -> HttpResponse:
    row: WebhookTarget = queries.target_for(target_id, actor=actor_of(request))
    return _page(request, "secret.html", {"row": row, "secret": secret})


def _show(problem: Problem, form: TargetForm) -> None:
    if problem.status not in (409, 422):
        raise problem
    form.add_error(problem.field if problem.field in form.fields else None, in_words(problem))


def _page(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    return render(request, f"console/webhooks/{template}", {"place": "webhooks"} | context, status=status)
