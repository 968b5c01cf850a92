"""The six kinds of refusal. Concrete problems stand beside what raises them.

A problem carries no prose for users: it names what is the matter (`code`, stable), where (`field`) and
the values that make the message useful (`params`). `wangge.project.problems` turns it into words in the
reader's language and into HTTP (RFC 9457).
"""

from __future__ import annotations

from typing import ClassVar


class Problem(Exception):
    """Base of everything the product refuses on purpose.

    `code` is dotted and stable (``cases.already_closed``), `field` the input at fault or None,
    `params` plain values for the message.
    """

    status: ClassVar[int] = 500
    code: str = "problem"

    def __init__(self, code: str | None = None, field: str | None = None, **params: object) -> None:
        self.code = code or type(self).code
        self.field = field
        self.params = params
        super().__init__(self.code if field is None else f"{self.code} ({field})")


class Invalid(Problem):
    """The input is not what it should be (422). Names the field."""

    status = 422
    code = "invalid"


class NotFound(Problem):
    """There is no such thing, or not for this reader (404)."""

    status = 404
    code = "not_found"


class NotAllowed(Problem):
    """The actor's role or area does not cover this (403)."""

    status = 403
    code = "not_allowed"


class NotSignedIn(NotAllowed):
    """Nobody is signed in, or the token is spent (401)."""

    status = 401
    code = "not_signed_in"


class Conflict(Problem):
    """The thing is no longer, or not yet, in a state that allows this (409)."""

    status = 409
    code = "conflict"


class TooMany(Problem):
    """Too often, too many or too large (429). `retry_after_s` in params where it is known."""

    status = 429
    code = "too_many"


class Unavailable(Problem):
    """Something we rest on does not answer at the moment (503)."""

    status = 503
    code = "unavailable"
