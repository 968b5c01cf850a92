"""Records for those who watch: opened contacts, and what was changed by whom."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_datetime
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from wangge.cases.queries import unmaskings
from wangge.console.records import words
from wangge.console.records.reading import PAGE, Change, changes_before
from wangge.foundation import clock
from wangge.foundation.access import Actor
from wangge.grids.queries import names as place_names
from wangge.workforce.queries import person_names, post_words


@require_GET
def contact_log(request: HttpRequest) -> HttpResponse:
    """Who looked at contacts, why, when."""
    found, following = unmaskings(actor=_actor(request), before=_number(request.GET.get("before")))
    called = person_names(row.user_id for row in found)
    rows = [
        {"at": row.at, "name": called.get(row.user_id, ""), "case_no": row.case.case_no, "reason": row.reason}
        for row in found
    ]
    return _page(request, "contacts.html", {"rows": rows, "next_url": f"?before={following}" if following else ""})


@require_GET
def changes(request: HttpRequest) -> HttpResponse:
    """What was changed, when, by whom."""
    of = request.GET.get("of", "")
    of = of if of in words.KINDS else ""
    found = changes_before(_moment(request.GET.get("before")), actor=_actor(request), of=of)
    rows = found[:PAGE]
    more = len(found) > PAGE
    next_url = "?" + urlencode({"of": of, "before": rows[-1].at.isoformat()}) if more else ""
    context = {"rows": _rows(rows), "next_url": next_url, "of": of, "kinds": words.KINDS.items()}
    return _page(request, "changes.html", context)


def _rows(found: Any) -> list[dict[str, Any]]:
    people = person_names({change.user_id for change in found if change.user_id} | {
        change.after["user_id"] for change in found if change.after.get("user_id")
    })  # fmt: skip
    posts = post_words({change.after["post_id"] for change in found if change.after.get("post_id")})
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
            "fields": words.fields_of(change),
        }
        for change in found
    ]


def _subject(change: Change, people: dict[int, str], posts: dict[int, tuple[str, str]], places: dict[str, str]) -> str:
    row = change.after
    if row.get("post_id"):
        role, area = posts.get(row["post_id"], ("", ""))
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
