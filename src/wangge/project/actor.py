"""Who is asking: from a bearer token (API) or the session (pages)."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest

from wangge.foundation import clock
from wangge.foundation.access import ANONYMOUS, Actor
from wangge.foundation.errors import NotSignedIn
from wangge.workforce.queries import actor_of_token


def bearer_token(request: HttpRequest) -> str | None:
    """The token of the Authorization header, if there is one."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" and token.strip() else None


def api_actor(request: HttpRequest, at: datetime | None = None) -> Actor:
    """The holder of the bearer token, or nobody. A spent token is refused (401), never taken for nobody."""
    token = bearer_token(request)
    if token is None:
        return ANONYMOUS
    return actor_of_token(token, at=at or clock.now())


def require_signed_in(actor: Actor) -> Actor:
    """The actor, or NotSignedIn (401)."""
    if actor.user_id is None:
        raise NotSignedIn("access.not_signed_in")
    return actor
