"""工作日历: which days are worked, how far that is known, and the days set by hand."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from wangge.catalogue import operations, queries
from wangge.catalogue.year_file import YearFile, read_year_file
from wangge.console.calendar.ahead import year_not_known
from wangge.console.calendar.forms import DayForm, YearForm
from wangge.console.calendar.reading import WEEKDAYS, kind_of, unusual, year_sheet
from wangge.console.calendar.words import fault_words
from wangge.foundation import clock
from wangge.foundation.access import Actor, require_somewhere
from wangge.foundation.errors import Problem
from wangge.foundation.said import in_words
from wangge.foundation.worktime import LOCAL

EDITS = "calendar.edit"
MOST_FAULTS = 20


@never_cache
@require_GET
def calendar(request: HttpRequest) -> HttpResponse:
    """A year as twelve small months."""
    actor, at = _enter(request)
    form = DayForm(initial={"day": request.GET.get("day", "")})
    return render(request, "console/calendar/year.html", _year_context(request, actor, at, form))


@never_cache
@require_http_methods(["GET", "POST"])
def set_day(request: HttpRequest) -> HttpResponse:
    """One day, worked or free, with the reason."""
    actor, at = _enter(request)
    require_somewhere(actor, EDITS)
    form = DayForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        day: date = said["day"]
        if _set(form, {day: said["is_working"] == "1"}, actor, at):
            _tell(request, form)
            return redirect(f"{request.path.removesuffix('day')}?year={day.year}")
    status = 422 if form.errors else 200
    return render(request, "console/calendar/year.html", _year_context(request, actor, at, form), status=status)


@never_cache
@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """The days of a year from a file: first what they say, then taken."""
    actor, at = _enter(request)
    require_somewhere(actor, EDITS)
    form = YearForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"place": "clocks", "tab": "calendar", "form": form, "wanted": year_not_known(at)}
    if request.method == "POST" and form.is_valid():
        read = read_year_file(form.cleaned_data["text"], today=at.astimezone(LOCAL).date())
        if read.faults:
            for fault in read.faults[:MOST_FAULTS]:
                form.add_error("file", fault_words(fault))
        elif "take" in request.POST and _set(form, read.days, actor, at):
            _tell(request, form)
            return redirect(f"{request.path.removesuffix('upload')}?year={max(read.days).year}")
        elif not form.errors:
            context |= _preview(read, at) | {"text": form.cleaned_data["text"]}
    return render(request, "console/calendar/upload.html", context, status=422 if form.errors else 200)


def _set(form: forms.Form, days: dict[date, bool], actor: Actor, at: datetime) -> bool:
    try:
        changed = operations.set_days(days=days, note=form.cleaned_data["note"], actor=actor, at=at)
    except Problem as problem:
        field = problem.field if problem.field in form.fields else "file" if "file" in form.fields else None
        form.add_error(field, in_words(problem))
        return False
    form.cleaned_data["changed"] = changed
    return True


def _tell(request: HttpRequest, form: forms.Form) -> None:
    changed = form.cleaned_data["changed"]
    if not changed:
        messages.success(request, _("The calendar says so already; nothing was changed."))
        return
    words = ngettext(
        "{n} day was set. Deadlines that rest on it are counted anew within minutes.",
        "{n} days were set. Deadlines that rest on them are counted anew within minutes.",
        changed,
    )
    messages.success(request, words.format(n=changed))


def _enter(request: HttpRequest) -> tuple[Actor, datetime]:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require_somewhere(actor, "catalogue.view")
    return actor, clock.now()


def _year_context(request: HttpRequest, actor: Actor, at: datetime, form: DayForm) -> dict[str, Any]:
    today, known = at.astimezone(LOCAL).date(), queries.calendar(at)
    given = request.GET.get("year", "")
    first = min(known.days, default=today).year
    last = max(today, known.known_until or today).year + 1
    year = int(given) if given.isascii() and given.isdecimal() and first <= int(given[:4]) <= last else today.year
    return {
        "place": "clocks",
        "tab": "calendar",
        "year": year,
        "months": year_sheet(year, known, today=today, sources=queries.calendar_days(year)),
        "known_until": known.known_until,
        "is_provisional": not known.is_known(date(year, 12, 31)),
        "before": year - 1 if year > first else None,
        "following": year + 1 if year < last else None,
        "wanted": year_not_known(at),
        "changes": [_change(row) for row in queries.calendar_changes()],
        "form": form,
        "may_edit": actor.may_somewhere(EDITS),
        "weekdays": WEEKDAYS,
    }


def _change(row: Any) -> dict[str, Any]:
    days = [(date.fromisoformat(day), worked) for day, (_before, worked) in sorted(row.days.items())]
    return {
        "at": row.at,
        "who": getattr(row.made_by, "display_name", ""),
        "note": row.note,
        "count": len(days),
        "first": days[0][0] if days else None,
        "last": days[-1][0] if days else None,
        "kind": kind_of(*days[0]) if len(days) == 1 else "",
    }


def _preview(read: YearFile, at: datetime) -> dict[str, Any]:
    """What the file says, and what of it is new."""
    known = queries.calendar(at)
    return {
        "is_read": True,
        "first": min(read.days),
        "last": max(read.days),
        "worked": sum(read.days.values()),
        "free": len(read.days) - sum(read.days.values()),
        "unusual": unusual(read.days),
        "new": sum(1 for day in read.days if not known.is_known(day)),
        "corrected": sum(1 for day, worked in read.days.items() if known.days.get(day, worked) != worked),
    }
