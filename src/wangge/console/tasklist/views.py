"""The task list: for the desk, and for everybody who wants to know who answers for what."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from wangge.catalogue.queries import department_names, task_entries
from wangge.catalogue.types import ResolveLevel, TaskEntry
from wangge.console.tasklist import words
from wangge.foundation import clock
from wangge.foundation.access import require_somewhere


@require_GET
def task_list(request: HttpRequest) -> HttpResponse:
    """The list for those who work with it."""
    require_somewhere(request.actor, "catalogue.view")  # type: ignore[attr-defined]
    return render(request, "console/tasklist/desk.html", {"place": "tasks"} | _context(request))


@require_GET
def public_list(request: HttpRequest) -> HttpResponse:
    """The list for everybody: what isn't on it can't be asked of a grid worker."""
    return render(request, "console/tasklist/public.html", _context(request))


def _context(request: HttpRequest) -> dict[str, Any]:
    asked = {name: request.GET.get(name, "").strip()[:60] for name in ("q", "department", "level")}
    departments = department_names()
    if asked["department"] not in departments:
        asked["department"] = ""
    if asked["level"] not in ResolveLevel.__members__:
        asked["level"] = ""
    found = task_entries(clock.now(), text=asked["q"], department=asked["department"], level=asked["level"])
    return {
        "asked": asked,
        "categories": _grouped(found),
        "count": len(found),
        "departments": departments.items(),
        "levels": [(code.value, word) for code, word in words.LEVELS.items()],  # type: ignore[attr-defined]
        "is_draft": any(entry.is_draft for entry in found) or not found,
        "is_filtered": any(asked.values()),
    }


def _grouped(entries: list[TaskEntry]) -> list[dict[str, Any]]:
    """Categories, in them sub-items, in them tasks."""
    categories = []
    for code, of_category in groupby(entries, key=lambda entry: entry.category_code):
        rows = list(of_category)
        subitems = [
            {"code": sub, "name": (tasks := list(of_sub))[0].subitem, "tasks": [_row(entry) for entry in tasks]}
            for sub, of_sub in groupby(rows, key=lambda entry: entry.subitem_code)
        ]
        categories.append({"code": code, "name": rows[0].category, "count": len(rows), "subitems": subitems})
    return categories


def _row(entry: TaskEntry) -> dict[str, Any]:
    return {
        "entry": entry,
        "level": words.LEVELS[entry.level],
        "limit": words.limit_words(entry.limit_min, entry.clock),
        "priority": words.PRIORITIES[entry.priority],
        "triggers": words.trigger_words(entry.triggers),
        "personal_data": words.PERSONAL_DATA[entry.personal_data_level],
    }
