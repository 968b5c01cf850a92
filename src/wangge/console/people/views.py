"""Units, their posts and who holds them. No ranking, no counting of what anybody did, no time online."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wangge.accounts.models import User
from wangge.channels.placenames import said_names as place_names
from wangge.console.people import words
from wangge.console.people.forms import AppointForm, LeaveForm
from wangge.foundation import clock
from wangge.foundation.access import Actor, require, require_somewhere
from wangge.foundation.errors import Invalid, Problem
from wangge.foundation.said import in_words
from wangge.foundation.worktime import LOCAL
from wangge.grids.queries import places_named
from wangge.workforce import operations, queries
from wangge.workforce.models import Appointment, Post, Unit
from wangge.workforce.types import AppointmentKind, Employment


def actor_of(request: HttpRequest) -> Actor:
    """Who is asking."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def page(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A page of this place, with what its tabs need."""
    actor = actor_of(request)
    around = {
        "place": "people",
        "may_appoint": actor.may_somewhere("workforce.appoint"),
        "may_see_changes": actor.may_somewhere("audit.view"),
        "may_see_contacts": actor.may_somewhere("audit.contacts"),
    }
    return render(request, f"console/people/{template}", around | context, status=status)


@require_GET
def units(request: HttpRequest) -> HttpResponse:
    """The units of the actor's area: the uppermost and what is below them, or those found."""
    actor, now = actor_of(request), clock.now()
    search = request.GET.get("q", "").strip()[:60]
    if search:
        rows = queries.find_units(search, actor, at=now)
        return page(request, "units.html", {"q": search, "found": [_unit_row(row) for row in rows]})
    tops = queries.top_units(actor, at=now)
    tree = [_unit_row(row) | {"below": _below(row, actor)} for row in tops]
    return page(request, "units.html", {"q": "", "tree": tree})


@require_GET
def unit(request: HttpRequest, code: str) -> HttpResponse:
    """One unit: where it stands, its posts and who holds them."""
    return _unit_page(request, code, None)


@require_http_methods(["POST"])
def appoint(request: HttpRequest, code: str) -> HttpResponse:
    """Give somebody a post of this unit."""
    actor, now = actor_of(request), clock.now()
    row = queries.visible_unit(code, actor, at=now)
    form = _appoint_form(row, actor, request.POST)
    if form.is_valid():
        try:
            made = _appoint(form.cleaned_data, row, actor)
        except Problem as problem:
            form.add_error(problem.field if problem.field in form.fields else None, in_words(problem))
        else:
            _say_appointed(request, made, row)
            return redirect("console:people_unit", code=code)
    return _unit_page(request, code, form)


def _say_appointed(request: HttpRequest, made: Appointment, row: Unit) -> None:
    place = place_names([made.post.area]).get(made.post.area, made.post.area)
    words_of = {"name": made.user.display_name, "role": made.post.role.name, "place": place, "unit": row.name}
    messages.success(request, _("{name} now holds: {role}, {place} ({unit}).").format(**words_of))
    others = queries.held_beside(made, at=clock.now())
    if made.kind == AppointmentKind.PRINCIPAL and others:
        names = _(", ").join(one.user.display_name for one in others)
        messages.warning(request, _("The post has another principal: {names}. End one of the two.").format(names=names))


def _account_named(typed: str, actor: Actor) -> User:
    """The account of that user name, or the only one shown by that name."""
    called, _more = queries.accounts_for(actor, search=typed)
    shown = [one for one in called if one.display_name == typed]
    if len(shown) == 1 and all(one.username != typed for one in called):
        return shown[0]
    return queries.account(typed, actor)


def _area_named(typed: str, row: Unit) -> str:
    """The code of a place of the unit: a code as it stands, a name by its only place there."""
    if not typed or typed.isdecimal():
        return typed or row.area
    found = [one for one in places_named(typed, limit=10_000) if one.code.startswith(row.area)]
    exact = [one for one in found if typed in (one.name, one.path)] or found
    if not exact:
        raise Invalid("grids.unknown_division", field="area", value=typed)
    if len(exact) > 1:
        raise Invalid("workforce.several_areas", field="area", value=typed)
    return exact[0].code


def _appoint(data: dict[str, Any], row: Unit, actor: Actor) -> Appointment:
    now = clock.now()
    user = _account_named(data["username"].strip(), actor)
    said: dict[str, Any] = {
        "user_id": user.pk,
        "kind": AppointmentKind(data["kind"]),
        "employment": Employment(data["employment"]),
        "valid_from": data["valid_from"],
        "valid_to": data["valid_to"],
        "actor": actor,
        "at": now,
    }
    if data["post"] != "new":
        return operations.appoint(post_id=int(data["post"]), **said)
    area = _area_named(data["area"].strip(), row)
    return operations.appoint_to_new_post(unit=row.code, role=data["role"], area=area, **said)


@require_POST
def end(request: HttpRequest, appointment_id: int) -> HttpResponse:
    """An appointment ends today."""
    return _do(
        request,
        lambda: operations.end_appointment(appointment_id=appointment_id, actor=actor_of(request), at=clock.now()),
        _("The appointment has ended."),
    )


@require_http_methods(["GET", "POST"])
def leave(request: HttpRequest, appointment_id: int) -> HttpResponse:
    """What can be changed about an appointment: leave of a principal, in which the substitute acts, and its end."""
    actor, now = actor_of(request), clock.now()
    require_somewhere(actor, "workforce.appoint")
    row = queries.appointment(appointment_id, actor, at=now)
    form = LeaveForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.record_absence(appointment_id=appointment_id, actor=actor, at=now, **form.half_open())
        except Problem as problem:
            if problem.status not in (409, 422):
                raise
            form.add_error(problem.field if problem.field in form.fields else None, in_words(problem))
        else:
            _say_leave(request, row)
            return redirect("console:people_unit", code=row.post.unit.code)
    substitutes = queries.held_beside(row, at=now, kind=AppointmentKind.SUBSTITUTE)
    context = {
        "one": _held_row(row),
        "held_post": row.post,
        "place_name": place_names([row.post.area]).get(row.post.area, row.post.area),
        "substitutes": _(", ").join(one.user.display_name for one in substitutes),
        "form": form,
    }
    return page(request, "appointment.html", context, status=422 if form.errors else 200)


def _say_leave(request: HttpRequest, row: Appointment) -> None:
    if queries.held_beside(row, at=clock.now(), kind=AppointmentKind.SUBSTITUTE):
        messages.success(request, _("Leave is recorded. The substitute acts in those days."))
    else:
        messages.warning(request, _("Leave is recorded, but the post has no substitute: nobody acts in those days."))


@require_GET
def accounts_named(request: HttpRequest) -> HttpResponse:
    """Accounts to complete what is typed in an appointment."""
    found, _more = queries.accounts_for(actor_of(request), search=request.GET.get("username", "").strip()[:60])
    return page(request, "_accounts.html", {"found": found[:12]})


@require_POST
def end_leave(request: HttpRequest, absence_id: int) -> HttpResponse:
    """Back early."""
    return _do(
        request,
        lambda: operations.end_absence(absence_id=absence_id, actor=actor_of(request), at=clock.now()),
        _("The leave has ended."),
    )


@require_GET
def workers(request: HttpRequest) -> HttpResponse:
    """Grid workers by grid, with their substitutes."""
    search = request.GET.get("q", "").strip()[:40]
    after = request.GET.get("after", "")[:15]
    found, following = queries.worker_page(actor_of(request), at=clock.now(), search=search, after=after)
    called = place_names({post.area for post in found})
    rows = [_worker_row(post, called) for post in found]
    next_url = f"?q={search}&after={following}" if following else ""
    return page(request, "workers.html", {"q": search, "rows": rows, "next_url": next_url})


@require_GET
def role_matrix(request: HttpRequest) -> HttpResponse:
    """Which role may do what, drawn from the data."""
    require_somewhere(actor_of(request), "workforce.view")
    rows = queries.roles()
    held = {role.code: frozenset(role.permissions) for role in rows}
    groups = [
        (title, [(code, name, [code in held[role.code] for role in rows]) for code, name in permissions])
        for title, permissions in words.matrix_rows(held)
    ]
    return page(request, "roles.html", {"roles": rows, "groups": groups})


# --- what the templates show -----------------------------------------------------------------------


def _unit_page(request: HttpRequest, code: str, form: AppointForm | None) -> HttpResponse:
    actor, now = actor_of(request), clock.now()
    row = queries.visible_unit(code, actor, at=now)
    ended = request.GET.get("ended") == "1"
    posts = queries.posts_of(row, at=now, with_ended=ended)
    called = place_names({post.area for post in posts})
    context = {
        "unit": _unit_row(row),
        "above": [_unit_row(one) for one in queries.units_above(row, actor, at=now)],
        "below": _below(row, actor),
        "posts": [_post_row(post, called, actor) for post in posts],
        "ended": ended,
        "may_appoint_here": actor.may("workforce.appoint", area=row.area),
        "form": form or _appoint_form(row, actor, None),
        "areas": places_named(row.area, limit=300) if actor.may("workforce.appoint", area=row.area) else [],
        "is_asked": request.GET.get("appoint") == "1",
    }
    return page(request, "unit.html", context, status=422 if form is not None and form.errors else 200)


def _appoint_form(row: Unit, actor: Actor, data: Any) -> AppointForm:
    now = clock.now()
    posts = queries.posts_of(row, at=now)
    called = place_names({post.area for post in posts})
    if data is not None:
        require(actor, "workforce.appoint", area=row.area)
    initial = {"valid_from": now.astimezone(LOCAL).date()}
    return AppointForm(data, posts=posts, roles=queries.roles(), names=called, initial=initial)


def _unit_row(row: Unit) -> dict[str, Any]:
    return {
        "code": row.code,
        "name": row.name,
        "kind": words.UNIT_KINDS.get(row.kind, row.kind),
        "level": words.LEVELS.get(row.level, row.level),
        "area": row.area,
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
    }


def _below(row: Unit, actor: Actor) -> list[dict[str, Any]]:
    below = queries.visible_units(actor, at=clock.now()).filter(parent=row).order_by("level", "kind", "code")
    return [_unit_row(one) for one in below]


def _post_row(post: Post, called: dict[str, str], actor: Actor) -> dict[str, Any]:
    return {
        "role": post.role.name,
        "area": post.area,
        "place": called.get(post.area, ""),
        "may_change": actor.may("workforce.appoint", area=post.area),
        "held": [_held_row(one) for one in post.held],  # type: ignore[attr-defined]
    }


def _held_row(row: Appointment) -> dict[str, Any]:
    today = clock.now().astimezone(LOCAL).date()
    return {
        "id": row.pk,
        "name": row.user.display_name,
        "username": row.user.username,
        "is_active": row.user.is_active,
        "is_principal": row.kind == AppointmentKind.PRINCIPAL,
        "kind": words.KINDS[AppointmentKind(row.kind)],
        "employment": words.EMPLOYMENTS[Employment(row.employment)],
        "valid_from": row.valid_from,
        "valid_to": row.valid_to,
        "has_ended": row.valid_to is not None and row.valid_to <= today,
        "leave": [
            (one.pk, one.from_on, one.to_on - timedelta(days=1), one.from_on <= today)
            for one in row.leave  # type: ignore[attr-defined]
        ],
    }


def _worker_row(post: Post, called: dict[str, str]) -> dict[str, Any]:
    held: Sequence[Appointment] = post.held  # type: ignore[attr-defined]
    principals = [_held_row(one) for one in held if one.kind == AppointmentKind.PRINCIPAL]
    away = not principals or any(row["leave"] for row in principals)
    substitutes = [_held_row(one) | {"acts": away} for one in held if one.kind == AppointmentKind.SUBSTITUTE]
    return {
        "code": post.area,
        "name": called.get(post.area, ""),
        "unit": post.unit.name,
        "unit_code": post.unit.code,
        "principals": principals,
        "substitutes": substitutes,
    }


def _do(request: HttpRequest, act: Callable[[], object], said: str) -> HttpResponse:
    try:
        act()
    except Problem as problem:
        if problem.status not in (409, 422):
            raise
        messages.error(request, in_words(problem))
    else:
        messages.success(request, said)
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    to = request.POST.get("next", "")
    inside = url_has_allowed_host_and_scheme(to, allowed_hosts={request.get_host()})
    return redirect(to if inside else reverse("console:people"))
