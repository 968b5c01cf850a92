"""Dates people give with an action: each must lie ahead, and not for ever."""

from __future__ import annotations

from datetime import datetime, timedelta

from wangge.foundation.errors import Invalid
from wangge.foundation.worktime import LOCAL

#: Our own reading (docs/decisions/0019): how far ahead a deadline may be set or moved.
LONGEST_AHEAD = timedelta(days=90)


class BadDate(Invalid):
    """The date must lie after `after` and not beyond `latest`."""

    code = "cases.bad_date"


def require_between(field: str, at: datetime, after: datetime, latest: datetime) -> None:
    """BadDate (422) naming the field unless `at` lies after the one and not beyond the other."""
    if not after < at <= latest:
        raise BadDate(field=field, value=_said(at), after=_said(after), latest=_said(latest))


def _said(at: datetime) -> str:
    return f"{at.astimezone(LOCAL):%Y-%m-%d %H:%M}"
