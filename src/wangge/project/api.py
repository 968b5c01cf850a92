"""/api/v1: the routers of the rooms put together, who is asking, and how problems are said."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.security.base import AuthBase

from wangge.accounts.api import router as session
from wangge.cases.api import router as cases
from wangge.catalogue.api import fields as collected_fields
from wangge.catalogue.api import router as tasks
from wangge.channels.api import media, reports
from wangge.foundation.errors import Invalid, Problem, TooMany, Unavailable
from wangge.grids.api import divisions
from wangge.grids.api import router as locate
from wangge.project.actor import api_actor
from wangge.project.problems import json_answer
from wangge.workforce.api import router as units


class Bearer(AuthBase):
    """Sets `request.actor`. Nobody is turned away here: each operation decides (default deny)."""

    openapi_type = "http"
    openapi_scheme = "bearer"

    def __call__(self, request: HttpRequest) -> Any:
        request.actor = api_actor(request)  # type: ignore[attr-defined]
        return True


api = NinjaAPI(
    title="Wangge",
    version="1",
    description=(
        "Grid-based community governance. Errors are RFC 9457 problem details with a stable `code` and the `field`."
    ),
    auth=Bearer(),
    docs_url=None,
    openapi_url="/openapi.json",
    urls_namespace="api",
)
api.add_router("/session", session)
api.add_router("/media", media)
api.add_router("/reports", reports)
api.add_router("/cases", cases)
api.add_router("/locate", locate)
api.add_router("/divisions", divisions)
api.add_router("/tasks", tasks)
api.add_router("/collected-fields", collected_fields)
api.add_router("/units", units)


@api.exception_handler(Problem)
def on_problem(request: HttpRequest, problem: Problem) -> HttpResponse:
    """A refusal on purpose."""
    return json_answer(problem)


@api.exception_handler(ValidationError)
def on_validation(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Input that doesn't fit the schema: the first fault, by the name of its field."""
    first = error.errors[0] if error.errors else {}
    path = [str(part) for part in first.get("loc", ()) if part not in ("body", "query", "path", "form", "file")]
    if path and path[0] in _PARAMETERS:
        path = path[1:] or path
    reason = str(first.get("msg", "")).removeprefix("Value error, ")
    return json_answer(Invalid("request.invalid", field=".".join(path) or "body", reason=reason))


@api.exception_handler(HttpError)
def on_http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    """A body that can't be read at all."""
    return json_answer(Invalid("request.malformed", field="body", reason=str(error)))


@api.exception_handler(OperationalError)
@api.exception_handler(InterfaceError)
def on_database_away(request: HttpRequest, error: Exception) -> HttpResponse:
    """The database restarts or is full: try again; nothing of this request was stored."""
    connection.close()
    return json_answer(Unavailable("database.away", retry_after_s=2))


class BodyTooLarge(TooMany):
    """More bytes than the server reads."""

    status = 413
    code = "request.too_large"


@api.exception_handler(RequestDataTooBig)
@api.exception_handler(TooManyFieldsSent)
def on_too_big(request: HttpRequest, error: Exception) -> HttpResponse:
    """A body over the limit."""
    from django.conf import settings

    return json_answer(BodyTooLarge(field="body", limit=settings.DATA_UPLOAD_MAX_MEMORY_SIZE))


#: Names of the handler parameters that hold a whole schema; not part of a field's path.
_PARAMETERS = frozenset({"body", "wanted", "point"})
