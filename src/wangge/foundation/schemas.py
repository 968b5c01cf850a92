"""Shared pieces of the API's input and output: clean text, Decimal-free numbers, quick JSON answers."""

from __future__ import annotations

from datetime import MAXYEAR, MINYEAR, datetime
from typing import Annotated, Any

import orjson
from django.http import HttpResponse
from pydantic import AfterValidator, AwareDatetime

_FORBIDDEN = {chr(code) for code in range(32)} - {"\n", "\r", "\t"}


def _clean(text: str) -> str:
    if any(char in _FORBIDDEN or "\ud800" <= char <= "\udfff" for char in text):
        raise ValueError("contains characters that are not text")
    return text


#: Text without control characters and broken code points (PostgreSQL stores neither).
CleanText = Annotated[str, AfterValidator(_clean)]


def _tellable(at: datetime) -> datetime:
    if not MINYEAR < at.year < MAXYEAR:
        raise ValueError("lies at the edge of the calendar, where no other time zone can tell it")
    return at


#: An instant with its time zone, which can be told in any other.
Moment = Annotated[AwareDatetime, AfterValidator(_tellable)]


def json_response(body: Any, *, status: int = 200) -> HttpResponse:
    """A JSON answer written in one pass, without a schema (hot lists)."""
    return HttpResponse(orjson.dumps(body), content_type="application/json", status=status)
