"""The task list for the desk: as of a day, what differs between two days, what it takes of a grid's month."""

from __future__ import annotations

from datetime import timedelta
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from wangge.catalogue.queries import department_names, grid_load, list_changes, task_entries
from wangge.catalogue.types import ListChange, ListChangeKind, LoadLine, ResolveLevel, TaskEntry
from wangge.console.tasklist import words
from wangge.console.tasklist.page import county_of, day_asked, page, today
from wangge.foundation import clock
from wangge.foundation.access import require_somewhere
from wangge.foundation.requests import actor_of


@require_GET
def task_list(request: HttpRequest) -> HttpResponse:
    """The list for those who work with it."""
    require_somewhere(actor_of(request), "catalogue.view")
    return page(request, "tasklist/desk.html", {"tab": "list"} | list_context(request))


@require_GET
def differences(request: HttpRequest) -> HttpResponse:
    """The list of one day beside that of another, past or to come."""
    require_somewhere(actor_of(request), "catalogue.view")
    after = day_asked(request, "to", today())
    before = day_asked(request, "from", after - timedelta(days=30))
    rows = [_change_row(change) for change in list_changes(before, after)]
    groups = [
        {"kind": kind.value, "title": title, "rows": [row for row in rows if row["kind"] is kind]}
        for kind, title in words.CHANGES.items()
    ]
    context = {"tab": "differences", "before": before, "after": after, "groups": groups, "count": len(rows)}
    return page(request, "tasklist/differences.html", context)


@require_GET
def load(request: HttpRequest) -> HttpResponse:
    """What the list takes of the month of every grid, task by task, and the ceiling."""
    actor = actor_of(request)
    require_somewhere(actor, "catalogue.view")
    day = day_asked(request, "on", today())
    found = grid_load(day, county=county_of(actor))
    lines = sorted(found.lines, key=lambda line: (-line.minutes, line.code))
    context = {
        "tab": "load",
        "day": day,
        "load": found,
        "lines": [_load_row(line, found.minutes) for line in lines],
        "coming": [_load_row(line, found.minutes) for line in found.coming],
        "time": words.minutes_words(found.minutes),
        "ceiling": words.minutes_words(found.ceiling) if found.ceiling is not None else "",
        "left": words.minutes_words(abs(found.ceiling - found.minutes)) if found.ceiling is not None else "",
        "is_over": found.ceiling is not None and found.minutes > found.ceiling,
        "time_to_come": words.minutes_words(found.minutes_to_come),
    }
    return page(request, "tasklist/load.html", context)


def list_context(request: HttpRequest) -> dict[str, Any]:
    """The list as it is asked for in the address: words, department, level, day."""
    asked = {name: request.GET.get(name, "").strip()[:60] for name in ("q", "department", "level")}
    departments = department_names()
    if asked["department"] not in departments:
        asked["department"] = ""
    if asked["level"] not in ResolveLevel.__members__:
        asked["level"] = ""
    now = today()
    day = day_asked(request, "on", now)
    found = task_entries(
        clock.now(),
        text=asked["q"],
        department=asked["department"],
        level=asked["level"],
        day=None if day == now else day,
    )
    return {
        "asked": asked,
        "day": day,
        "is_today": day == now,
        "categories": _grouped(found),
        "count": len(found),
        "departments": departments.items(),
        "levels": [(code.value, word) for code, word in words.LEVELS.items()],  # type: ignore[attr-defined]
        "is_draft": any(entry.is_draft for entry in found) or not found,
        "is_filtered": any(asked.values()) or day != now,
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
        "time": words.minutes_words(entry.minutes_per_month),
        "last_day": entry.valid_to - timedelta(days=1) if entry.valid_to else None,
    }


def _change_row(change: ListChange) -> dict[str, Any]:
    return {
        "kind": ListChangeKind(change.kind),
        "code": change.code,
        "name": change.name,
        "fields": [
            (words.said_word(name), words.said_value(name, old), words.said_value(name, new))
            for name, old, new in change.fields
        ],
    }


def _load_row(line: LoadLine, whole: int) -> dict[str, Any]:
    """`share` is how long its bar is, in hundredths of the whole month's tasks."""
    return {
        "line": line,
        "time": words.minutes_words(abs(line.minutes)),
        "is_less": line.minutes < 0,
        "share": round(100 * line.minutes / whole, 1) if whole else 0,
    }
