"""The one place where problems become answers: HTTP status, RFC 9457 JSON, words in the reader's language."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.defaults import server_error

from wangge.accounts.operations import PasswordToChange
from wangge.foundation.errors import Problem, TooMany
from wangge.project.words import detail_of, title_of

PROBLEM_JSON = "application/problem+json"


def as_json(problem: Problem) -> dict[str, Any]:
    """The problem as RFC 9457 members: type, title, status, detail, code, field, and its params."""
    body: dict[str, Any] = {
        "type": f"urn:wangge:problem:{problem.code}",
        "title": title_of(problem),
        "status": problem.status,
        "detail": detail_of(problem),
        "code": problem.code,
    }
    if problem.field:
        body["field"] = problem.field
    if params := {key: value for key, value in problem.params.items() if value is not None}:
        body["params"] = params
    return body


def json_answer(problem: Problem) -> HttpResponse:
    """The problem as `application/problem+json`."""
    import orjson

    response = HttpResponse(
        orjson.dumps(as_json(problem), default=str), content_type=PROBLEM_JSON, status=problem.status
    )
    if isinstance(problem, TooMany) and (wait := problem.params.get("retry_after_s")):
        response["Retry-After"] = str(wait)
    if problem.status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in, then back to the page: for htmx the page one is on, never the form inside a part of it."""
    from django.contrib.auth.views import redirect_to_login

    htmx = getattr(request, "htmx", None)
    if not htmx:
        return redirect_to_login(request.get_full_path())
    back = redirect_to_login(htmx.current_url_abs_path or "/")
    return HttpResponse(status=401, headers={"HX-Redirect": back["Location"]})


def _to_new_password(request: HttpRequest, problem: Problem) -> HttpResponse:
    messages.info(request, detail_of(problem))
    page = reverse("account_change_password")
    if getattr(request, "htmx", False):
        return HttpResponse(status=403, headers={"HX-Redirect": page})
    return redirect(page)


def _page_for(request: HttpRequest, problem: Problem) -> str:
    """Inside the desk its navigation stays, unless what draws it is itself away."""
    is_desk = request.path.startswith("/desk/") and problem.status in (403, 404, 409, 422)
    return "console/problem.html" if is_desk else "problem.html"


def answer(request: HttpRequest, problem: Problem) -> HttpResponse:
    """The problem in the form its asker reads: JSON for the API, a partial for htmx, a page for people."""
    if request.path.startswith("/api/"):
        return json_answer(problem)
    if problem.status == 401:
        return _to_sign_in(request)
    if isinstance(problem, PasswordToChange):
        return _to_new_password(request, problem)
    template = "parts/problem.html" if getattr(request, "htmx", False) else _page_for(request, problem)
    return render(request, template, {"problem": as_json(problem)}, status=problem.status)


class Failed(Problem):
    """A fault of ours. What it was stands in the log."""

    code = "server.failed"


def failed(request: HttpRequest) -> HttpResponse:
    """The answer to a fault of ours, in the form its asker reads."""
    return json_answer(Failed()) if request.path.startswith("/api/") else server_error(request)


def locked_out(request: HttpRequest, response: object = None, credentials: object = None) -> HttpResponse:
    """Too many wrong passwords for this name from this address."""
    return answer(request, TooMany("accounts.locked_out", retry_after_s=900, wait=_("15 minutes")))
