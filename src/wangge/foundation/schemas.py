"""Shared pieces of the API's input and output: clean text, Decimal-free numbers, quick JSON answers."""

from __future__ import annotations

from typing import Annotated, Any

import orjson
from django.http import HttpResponse
from pydantic import AfterValidator

_FORBIDDEN = {chr(code) for code in range(32)} - {"\n", "\r", "\t"}


def _clean(text: str) -> str:
    if any(char in _FORBIDDEN or "\ud800" <= char <= "\udfff" for char in text):
        raise ValueError("contains characters that are not text")
    return text


#: Text without control characters and broken code points (PostgreSQL stores neither).
CleanText = Annotated[str, AfterValidator(_clean)]


def json_response(body: Any, *, status: int = 200) -> HttpResponse:
    """A JSON answer written in one pass, without a schema (hot lists)."""
    return HttpResponse(orjson.dumps(body), content_type="application/json", status=status)
