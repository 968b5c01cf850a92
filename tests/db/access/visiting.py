"""Every route and every API operation visited as every role, and what came of it.

    python -m pytest tests/db/access --write-matrix     writes matrix.csv anew, to be reviewed like code

Outcomes: `ok` answered · `sign-in` asked to sign in · `no` refused for want of the right · `hidden` not there
for this reader · `input` past the door, but the (empty) input was refused.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests import town
from wangge.accounts.operations import issue_token
from wangge.foundation import clock
from wangge.project.api import api

MATRIX = Path(__file__).with_name("matrix.csv")
#: allauth and Django answer for these themselves; their pages are theirs to test.
OTHERS = ("accounts/", "i18n/", "api/v1/")
ANONYMOUS = "anonymous"


@dataclass(frozen=True, slots=True)
class Visit:
    """One thing to ask: a method and a route as it stands in the URLconf or the API's description."""

    method: str
    route: str


def page_visits() -> Iterator[Visit]:
    """Every page route, read and posted to."""
    for route in _routes(get_resolver().url_patterns):
        if not route.startswith(OTHERS):
            yield Visit("GET", route)
            yield Visit("POST", route)


def api_visits() -> Iterator[Visit]:
    """Every operation of the API's description."""
    for path, operations in api.get_openapi_schema()["paths"].items():
        for method in operations:
            yield Visit(method.upper(), path.lstrip("/"))


def _routes(patterns: list[Any], prefix: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern.url_patterns, prefix + str(pattern.pattern))
        elif isinstance(pattern, URLPattern):
            yield prefix + str(pattern.pattern)


def filled(route: str, values: dict[str, str]) -> str:
    """The route with its placeholders filled: ``<int:edition_id>`` and ``{case_no}`` alike."""

    def value(match: re.Match[str]) -> str:
        return values[match["name"]]

    return "/" + re.sub(r"[<{](?:\w+:)?(?P<name>\w+)[>}]", value, route)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody signed in once, with a session for pages and a token for the API."""

    client: Client
    token: str = ""


def visitors(accounts: list[str]) -> dict[str, Visitor]:
    """Everybody, and nobody."""
    found = {ANONYMOUS: Visitor(Client())}
    for name in accounts:
        user = get_user_model().objects.get(pk=town.user_id(name))
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        found[name] = Visitor(client, issue_token(user=user, at=clock.now())[0])
    return found


def outcomes(visit: Visit, values: dict[str, str], everybody: dict[str, Visitor]) -> dict[str, str] | None:
    """What came of the visit for everybody, nothing of which stays; None for a method the route doesn't know."""
    found = {}
    for name, visitor in everybody.items():
        status, location = _visit(visit, values, visitor)
        if status == 405:
            return None
        found[name] = _word(status, location)
    return found


def _visit(visit: Visit, values: dict[str, str], visitor: Visitor) -> tuple[int, str]:
    is_api = visit.route.startswith("api/")
    headers = {"Authorization": f"Bearer {visitor.token}"} if is_api and visitor.token else {}
    body = {"data": "{}", "content_type": "application/json"} if is_api else {}
    with transaction.atomic():
        response = visitor.client.generic(visit.method, filled(visit.route, values), headers=headers, **body)
        list(response.streaming_content) if response.streaming else None
        transaction.set_rollback(True)
    return response.status_code, response.headers.get("Location", "")


def _word(status: int, location: str) -> str:
    if status == 401 or (status == 302 and "/accounts/login" in location):
        return "sign-in"
    if status < 400:
        return "ok"
    words = {403: "no", 404: "hidden", 400: "input", 409: "input", 413: "input", 415: "input", 422: "input"}
    return words.get(status, str(status))


def read() -> dict[Visit, dict[str, str]]:
    """The reviewed matrix."""
    with MATRIX.open(encoding="utf-8") as file:
        return {Visit(row.pop("method"), row.pop("route")): row for row in csv.DictReader(file)}


def write(found: dict[Visit, dict[str, str]]) -> None:
    """Write the matrix anew."""
    names = list(next(iter(found.values())))
    with MATRIX.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["method", "route", *names], lineterminator="\n")
        writer.writeheader()
        for visit, row in found.items():
            writer.writerow({"method": visit.method, "route": visit.route, **row})
