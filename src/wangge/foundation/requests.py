"""Who is asking: set on every request by the middleware (pages) or the bearer (API), read here."""

from __future__ import annotations

from django.http import HttpRequest

from wangge.foundation.access import Actor


def actor_of(request: HttpRequest) -> Actor:
    """The actor of this request, built once on first use."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor
