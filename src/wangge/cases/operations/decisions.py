"""Requests of a handler that somebody above decides: nobody decides what they asked for themselves."""

from __future__ import annotations

from wangge.cases.types import Asked, Request, Status
from wangge.foundation.access import Actor
from wangge.foundation.errors import Conflict, NotAllowed


class NothingAsked(Conflict):
    """There is no such request to decide."""

    code = "cases.nothing_asked"


class AlreadyAsked(Conflict):
    """A request waits to be decided; one after the other."""

    code = "cases.already_asked"


class OwnRequest(NotAllowed):
    """Nobody decides a request of their own."""

    code = "cases.own_request"


def not_ones_own_request(asked_by: int | None, actor: Actor) -> None:
    """OwnRequest (403) for whoever asked."""
    if asked_by is not None and asked_by == actor.user_id:
        raise OwnRequest()


def require_request(status: Status, kind: Asked, actor: Actor) -> Request:
    """The request of that kind waiting for a decision; NothingAsked (409), OwnRequest (403)."""
    if status.request is None or status.request.kind is not kind:
        raise NothingAsked()
    not_ones_own_request(status.request.asked_by, actor)
    return status.request


def require_no_request(status: Status) -> None:
    """AlreadyAsked (409) while another request waits."""
    if status.request is not None:
        raise AlreadyAsked()
