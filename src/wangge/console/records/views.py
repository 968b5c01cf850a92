"""Records for those who watch: opened contacts, and what was changed by whom."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_datetime
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from wangge.channels.placenames import said_names as place_names
from wangge.console.records import words
from wangge.console.records.reading import (
    EVERYTHING,
    PAGE,
    Change,
    Sought,
    changes_before,
    exports_taken,
    opened_contacts,
)
from wangge.console.records.values import called_in
from wangge.foundation import clock
from wangge.foundation.access import Actor
from wangge.workforce.queries import appointment_holders, people_called, person_names, post_words


class SoughtForm(forms.Form):
    """A day and a person; both may be left empty."""

    day = forms.DateField(
        label=_("Day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "min": "2000-01-01", "max": "2099-12-31"}),
        validators=[MinValueValidator(date(2000, 1, 1)), MaxValueValidator(date(2099, 12, 31))],
    )
    who = forms.CharField(label=_("Person"), required=False, max_length=60)

    def sought(self) -> Sought:
        """Everything, for what can't be read."""
        if not self.is_valid():
            return EVERYTHING
        who = self.cleaned_data["who"].strip()
        return Sought(self.cleaned_data["day"], tuple(people_called(who)) if who else None)

    def query(self, **more: object) -> str:
        given = {name: self.data.get(name, "") for name in self.fields}
        return "?" + urlencode({name: value for name, value in {**given, **more}.items() if value})


@require_GET
def contact_log(request: HttpRequest) -> HttpResponse:
    """Who looked at contacts, why, when."""
    form = SoughtForm(request.GET)
    actor = _actor(request)
    found, following = opened_contacts(actor=actor, before=_number(request.GET.get("before")), sought=form.sought())
    called = person_names(row.user_id for row in found if row.user_id)
    rows = [
        {
            "at": row.at,
            "name": called.get(row.user_id, "") if row.user_id else words.THE_SYSTEM,
            "case_no": row.case.case_no,
            "reason": words.OPENED_BY_SYSTEM.get(row.reason, row.reason) if row.user_id is None else row.reason,
        }
        for row in found
    ]
    context = {"rows": rows, "form": form, "may_open": actor.may_somewhere("case.view")}
    return _page(request, "contacts.html", context | {"next_url": form.query(before=following) if following else ""})


@require_GET
def exports(request: HttpRequest) -> HttpResponse:
    """Who took lists of cases as files, of what, how many lines."""
    form = SoughtForm(request.GET)
    found, following = exports_taken(
        actor=_actor(request), before=_number(request.GET.get("before")), sought=form.sought()
    )
    called = person_names(row.payload["by"] for row in found)
    rows = [
        {"at": row.at, "name": called.get(row.payload["by"], ""), "what": words.filter_words(row.payload)}
        | {"lines": row.payload["lines"]}
        for row in found
    ]
    next_url = form.query(before=following) if following else ""
    return _page(request, "exports.html", {"rows": rows, "form": form, "next_url": next_url})


@require_GET
def changes(request: HttpRequest) -> HttpResponse:
    """What was changed, when, by whom."""
    of = request.GET.get("of", "")
    of = of if of in words.KINDS else ""
    form = SoughtForm(request.GET)
    before = _moment(request.GET.get("before"))
    found = changes_before(before, actor=_actor(request), of=of, sought=form.sought())
    rows = found[:PAGE]
    next_url = form.query(of=of, before=rows[-1].at.isoformat()) if len(found) > PAGE else ""
    context = {"rows": _rows(rows), "next_url": next_url, "of": of, "kinds": words.KINDS.items(), "form": form}
    return _page(request, "changes.html", context)


def _rows(found: Any) -> list[dict[str, Any]]:
    holders = appointment_holders(
        {change.after["appointment_id"] for change in found if "appointment_id" in change.after}
    )
    for change in found:  # leave belongs to whoever holds the appointment
        change.after.update(holders.get(change.after.get("appointment_id"), {}))
    people = person_names({change.user_id for change in found if change.user_id} | {
        change.after["user_id"] for change in found if change.after.get("user_id")
    })  # fmt: skip
    called = called_in([row for change in found for row in (change.before, change.after)])
    posts = post_words({pk for change in found if (pk := _post_of(change))})
    places = place_names(
        {area for _, area in posts.values()} | {str(change.after.get("county_id") or "") for change in found}
    )
    return [
        {
            "at": change.at,
            "who": people.get(change.user_id or 0, ""),
            "kind": words.KINDS.get(change.model, change.model),
            "what": words.label_word(change.label),
            "subject": _subject(change, people, posts, places),
            "fields": words.fields_of(change, called),
        }
        for change in found
    ]


def _post_of(change: Change) -> int | None:
    """The post a change is about, or is of."""
    return change.after["id"] if change.model == "workforce.Post" else change.after.get("post_id")


def _subject(change: Change, people: dict[int, str], posts: dict[int, tuple[str, str]], places: dict[str, str]) -> str:
    row = change.after
    if post := _post_of(change):
        role, area = posts.get(post, ("", str(row.get("area", ""))))
        return " · ".join(filter(None, (people.get(row.get("user_id") or 0, ""), role, places.get(area, area))))
    if row.get("county_id"):
        return f"{places.get(row['county_id'], row['county_id'])} · {row.get('label', '')}"
    return str(row.get("username") or row.get("code") or "")


def _page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    actor = _actor(request)
    around = {
        "place": "records",
        "may_see_changes": actor.may_somewhere("audit.view"),
        "may_see_contacts": actor.may_somewhere("audit.contacts"),
    }
    return render(request, f"console/records/{template}", around | context)


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def _moment(text: str | None) -> datetime:
    """The end of a page; the present for anything else."""
    try:
        found = parse_datetime(text.replace(" ", "+")) if text and len(text) < 40 else None
    except ValueError:
        found = None
    return found if found and found.tzinfo else clock.now() + timedelta(minutes=1)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 18 else None
