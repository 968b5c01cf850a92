"""What everybody may read without signing in: the list in force, and everything its tasks collect, with the reasons."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from wangge.catalogue.queries import collected_fields
from wangge.catalogue.types import PublicField
from wangge.console.tasklist import words
from wangge.console.tasklist.page import today
from wangge.console.tasklist.views import list_context


@require_GET
def public_list(request: HttpRequest) -> HttpResponse:
    """The list for everybody: what isn't on it can't be asked of a grid worker."""
    return render(request, "console/tasklist/public.html", list_context(request))


@require_GET
def public_fields(request: HttpRequest) -> HttpResponse:
    """Every field that is collected: by which task, why, on what basis, how long it is kept."""
    asked = request.GET.get("q", "").strip()[:60]
    wanted = asked.casefold()
    rows = [row for row in collected_fields(today()) if not wanted or wanted in f"{row.name} {row.task}".casefold()]
    fields = [_field(list(of_field)) for _code, of_field in groupby(rows, key=lambda row: row.code)]
    context = {"asked": asked, "fields": fields, "count": len(fields), "is_draft": any(row.is_draft for row in rows)}
    return render(request, "console/tasklist/fields.html", context)


def _field(rows: list[PublicField]) -> dict[str, Any]:
    """One field with the tasks that collect it; those that give their reasons come one by one, drafts together."""
    reasoned = [row for row in rows if row.why]
    return {
        "code": rows[0].code,
        "name": rows[0].name,
        "count": len(rows),
        "reasoned": [
            {
                "row": row,
                "kept": words.retention_words(row.retention_days),
                "source": words.SOURCES[row.source],
            }
            for row in reasoned
        ],
        "others": [row for row in rows if not row.why],
    }
