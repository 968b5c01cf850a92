"""The case list as CSV: streamed, bounded, and marked on every line with who took it and when. No contact data."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from wangge.cases.presenting import line_bodies
from wangge.cases.queries import LONGEST_PAGE, CaseFilter, case_page, filtered
from wangge.console.words import LIGHTS, STATES, WEIGHTS, channel_words
from wangge.foundation import events
from wangge.foundation.access import Actor, outermost

MOST_ROWS = 10_000
EXPORTED = "cases.list.exported"
_PHONE = re.compile(r"(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class _Line:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def csv_lines(wanted: CaseFilter, *, actor: Actor, who: str, at: datetime, language: str) -> Iterator[str]:
    """The lines of the file. Runs after the request's language is gone, so it is given along."""
    writer = csv.writer(_Line())
    mark = f"{who} {localtime(at):%Y-%m-%d %H:%M}"
    with translation.override(language):
        yield "\ufeff" + writer.writerow(_head())
        for page in _pages(wanted, actor, at):
            yield "".join(writer.writerow(_row(body, mark)) for body in line_bodies(page, at))


def record_export(wanted: CaseFilter, *, actor: Actor, at: datetime) -> None:
    """Who took which cases, and how many. What was searched for may name somebody: only that there was something."""
    named = {
        name: str(value) for name in ("area", "task", "unit", "light", "request") if (value := getattr(wanted, name))
    }
    days = {name: f"{localtime(day):%Y-%m-%d}" for name in ("since", "until") if (day := getattr(wanted, name))}
    states = {"state": ",".join(wanted.states) or "open"} if wanted.states or wanted.only_open else {}
    lines = filtered(actor, wanted, at)[:MOST_ROWS].count()  # never more than the file holds
    for area in outermost([wanted.area] if wanted.area else [grant.area for grant in actor.grants]):
        events.record(
            EXPORTED,
            subject="cases",
            area=area,
            at=at,
            by=actor.user_id,
            filters={**named, **days, **states},
            with_words=bool(wanted.text),
            lines=lines,
        )


def _pages(wanted: CaseFilter, actor: Actor, at: datetime) -> Iterator[Any]:
    cursor: str | None = None
    for _turn in range(MOST_ROWS // LONGEST_PAGE):
        page = case_page(actor=actor, wanted=wanted, at=at, cursor=cursor, limit=LONGEST_PAGE)
        yield page.lines
        cursor = page.next_cursor
        if cursor is None:
            return


def _head() -> list[str]:
    return [
        _("Case number"), _("State"), _("Light"), _("Place"), _("Grid"), _("Address"), _("Words"), _("Task code"),
        _("Task"), _("Weight"), _("Unit"), _("Channel"), _("Reported"), _("Due"), _("Re-opened"), _("Exported by"),
    ]  # fmt: skip


def _row(body: dict[str, Any], mark: str) -> list[str]:
    return [
        _safe(str(value))
        for value in (
            f"{body['case_no']}\t",  # a spreadsheet would round twenty digits; the tab keeps them as text
            STATES[body["state"]],
            LIGHTS.get(body["light"], ""),
            " ".join(dict.fromkeys((body["township_name"], body["place_name"]))).strip(),
            body["grid_code"] or "",
            body["address"],
            body["text"],
            body["task_code"],
            body["task_name"],
            WEIGHTS[body["weight"]],
            body["unit_name"],
            channel_words(body["channel"]),
            _instant(body["reported_at"]),
            _instant(body["due_at"]),
            body["reopen_no"] or "",
            mark,
        )
    ]


def _instant(moment: datetime | None) -> str:
    return f"{localtime(moment):%Y-%m-%d %H:%M}" if moment else ""


def _safe(text: str) -> str:
    """No telephone numbers that somebody wrote into the text, and nothing a spreadsheet would run."""
    masked = _PHONE.sub(r"\1****\2", text)
    return f"'{masked}" if masked.startswith(_FORMULA) else masked
