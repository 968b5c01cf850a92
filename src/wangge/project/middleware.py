"""What happens around every request: language, actor, problems into words, headers."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.views.defaults import bad_request

from wangge.foundation.access import ANONYMOUS
from wangge.foundation.errors import Invalid, Problem, Unavailable
from wangge.foundation.history import done_by

GetResponse = Callable[[HttpRequest], HttpResponse]


class DoorMiddleware:
    """Before anything else: no body larger than any form takes is read, no address that is no text is asked further.

    After: headers every answer carries.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self._turned_away(request) or self.get_response(request)
        response.headers.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        response.headers.setdefault("Content-Security-Policy", settings.CONTENT_SECURITY_POLICY)
        return response

    def _turned_away(self, request: HttpRequest) -> HttpResponse | None:
        if _declared_length(request) > _largest_body(request.path):
            return HttpResponse(status=413)
        if "\0" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return _not_text(request)
        return None


def _not_text(request: HttpRequest) -> HttpResponse:
    """PostgreSQL stores no NUL, and nobody types one."""
    from wangge.project.problems import json_answer

    if request.path.startswith("/api/"):
        return json_answer(Invalid("request.not_text", field="address"))
    return bad_request(request, SuspiciousOperation("NUL in the address"))


def _declared_length(request: HttpRequest) -> int:
    text = str(request.META.get("CONTENT_LENGTH") or "0")
    return int(text) if text.isascii() and text.isdigit() else 0


def _largest_body(path: str) -> int:
    """Bytes of the largest honest form here, with room for its other fields."""
    if path.startswith("/desk/grids/import"):
        return settings.GRID_FILE_MAX_BYTES + 1_000_000
    return settings.PHOTO_MAX_BYTES * settings.MEDIA_PER_REPORT + settings.DATA_UPLOAD_MAX_MEMORY_SIZE


class LanguageMiddleware:
    """The reader's language: chosen (cookie), else the browser's, else Chinese."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = translation.get_language_from_request(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
        return response


class ActorMiddleware:
    """`request.actor`, built once per request on first use from the appointments valid now.

    What a request changes in tracked tables is written down as its doing (`foundation.history`).
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        from django.utils.functional import SimpleLazyObject

        request.actor = SimpleLazyObject(lambda: _session_actor(request))  # type: ignore[attr-defined]
        if request.method in ("GET", "HEAD", "OPTIONS"):
            return self.get_response(request)
        with done_by(lambda: _writer(request)):
            return self.get_response(request)


def _writer(request: HttpRequest) -> int | None:
    """Whose change it is: the holder of the token, else whoever is signed in."""
    from wangge.project.actor import bearer_token

    if bearer_token(request):
        return int(request.actor.user_id) if request.actor.user_id else None  # type: ignore[attr-defined]
    user = getattr(request, "user", None)
    return user.pk if user is not None and user.is_authenticated else None


def _session_actor(request: HttpRequest) -> object:
    from wangge.accounts.operations import require_own_password
    from wangge.foundation import clock
    from wangge.project.actor import api_actor, bearer_token
    from wangge.workforce.queries import actor_for

    if bearer_token(request):  # a program fetching what the API pointed it to
        return api_actor(request)
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return ANONYMOUS
    require_own_password(user)
    return actor_for(user_id=user.pk, at=clock.now())


class ProblemMiddleware:
    """A Problem raised by a page becomes its page, partial or JSON; anything else stays a 500."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        from wangge.project.problems import answer

        if isinstance(error, OperationalError | InterfaceError):
            connection.close()
            error = Unavailable("database.away", retry_after_s=2)
        return answer(request, error) if isinstance(error, Problem) else None
