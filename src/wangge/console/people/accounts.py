"""Accounts: open, give a first password, close. What an account may do comes from its appointments."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wangge.channels.placenames import said_names as place_names
from wangge.console.people.forms import AccountForm, PasswordForm
from wangge.console.people.views import actor_of, page
from wangge.foundation import clock
from wangge.foundation.access import require_somewhere
from wangge.foundation.errors import Problem
from wangge.foundation.said import in_words
from wangge.foundation.worktime import LOCAL
from wangge.workforce import operations, queries


@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Accounts by user name."""
    search = request.GET.get("q", "").strip()[:60]
    rows, after = queries.accounts_for(actor_of(request), search=search, after=request.GET.get("after", "")[:60])
    next_url = f"?q={search}&after={after}" if after else ""
    return page(request, "accounts.html", {"q": search, "rows": rows, "next_url": next_url})


@require_http_methods(["GET", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A new account with its first password."""
    actor = actor_of(request)
    require_somewhere(actor, "workforce.appoint")
    form = AccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.open_account(**form.cleaned_data, actor=actor, at=clock.now())
        except Problem as problem:
            form.add_error(problem.field if problem.field in form.fields else None, in_words(problem))
        else:
            messages.success(request, _("The account is open. It may do nothing until it is appointed."))
            return redirect("console:people_account", username=form.cleaned_data["username"].strip())
    return page(request, "account_new.html", {"form": form}, status=422 if form.errors else 200)


@require_GET
def account(request: HttpRequest, username: str) -> HttpResponse:
    """One account: its appointments, and what can be done with it."""
    return _account_page(request, username, PasswordForm())


@require_POST
def password(request: HttpRequest, username: str) -> HttpResponse:
    """A new first password."""
    actor = actor_of(request)
    row = queries.account(username, actor)
    form = PasswordForm(request.POST)
    if form.is_valid():
        try:
            operations.give_password(
                user_id=row.pk, password=form.cleaned_data["password"], actor=actor, at=clock.now()
            )
        except Problem as problem:
            if problem.status == 403:
                raise
            form.add_error("password", in_words(problem))
        else:
            messages.success(request, _("The new password is set; the old one is gone."))
            return redirect("console:people_account", username=username)
    return _account_page(request, username, form)


@require_POST
def close(request: HttpRequest, username: str) -> HttpResponse:
    """Nobody signs in with it any more."""
    return _switch(request, username, operations.close_account, _("The account is closed."))


@require_POST
def reopen(request: HttpRequest, username: str) -> HttpResponse:
    """It signs in again."""
    return _switch(request, username, operations.reopen_account, _("The account is open again."))


def _switch(request: HttpRequest, username: str, act: Callable[..., None], said: str) -> HttpResponse:
    actor = actor_of(request)
    act(user_id=queries.account(username, actor).pk, actor=actor, at=clock.now())
    messages.success(request, said)
    return redirect("console:people_account", username=username)


def _account_page(request: HttpRequest, username: str, form: PasswordForm) -> HttpResponse:
    row = queries.account(username, actor_of(request))
    held = queries.appointments_of(row.pk)
    called = place_names({one.post.area for one in held})
    today = clock.now().astimezone(LOCAL).date()
    rows = [
        {
            "role": one.post.role.name,
            "unit": one.post.unit.name,
            "unit_code": one.post.unit.code,
            "place": called.get(one.post.area, one.post.area),
            "kind": one.kind,
            "valid_from": one.valid_from,
            "valid_to": one.valid_to,
            "has_ended": one.valid_to is not None and one.valid_to <= today,
        }
        for one in held
    ]
    context = {"account": row, "held": rows, "form": form, "has_password": row.has_usable_password()}
    return page(request, "account.html", context, status=422 if form.errors else 200)
