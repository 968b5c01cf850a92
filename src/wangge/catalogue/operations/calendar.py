"""The working calendar: loaded from a file, corrected and extended by hand. Whoever rests on it is told by an event."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path

from django.db.models import Max

from wangge.catalogue import queries
from wangge.catalogue.models import CalendarChange, CalendarDay
from wangge.foundation import events
from wangge.foundation.access import Actor, require_somewhere
from wangge.foundation.db import transaction
from wangge.foundation.errors import Invalid
from wangge.foundation.worktime import LOCAL

#: Told when days were set; its `since` is the first of them.
CALENDAR_CHANGED = "catalogue.calendar.changed"
BY_HAND = "set by hand"


@transaction
def load_calendar(*, path: Path, at: datetime | None = None) -> int:
    """Worked and free days; the number read. What was set by hand stays. With `at`, others are told of the change."""
    by_hand = set(CalendarDay.objects.filter(source=BY_HAND).values_list("day", flat=True))
    before = dict(CalendarDay.objects.values_list("day", "is_working"))
    days = [
        CalendarDay(day=day, is_working=row["is_working"] == "1", source=row["source"])
        for row in _read(path)
        if (day := date.fromisoformat(row["day"])) not in by_hand
    ]
    CalendarDay.objects.bulk_create(
        days, update_conflicts=True, unique_fields=["day"], update_fields=["is_working", "source"]
    )
    changed = [row.day for row in days if before.get(row.day) != row.is_working]
    if changed and before and at:
        _tell_changed(min(changed), len(changed), at)
    queries.forget()
    return len(days)


def _tell_changed(first: date, days: int, at: datetime) -> None:
    since = datetime.combine(first, time(), LOCAL).isoformat()
    events.record(CALENDAR_CHANGED, subject="calendar", area="", at=at, since=since, days=days)


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


class CalendarDayPast(Invalid):
    """Days that have begun were counted as they stood; only days to come are set."""

    code = "catalogue.calendar_day_past"


class CalendarGap(Invalid):
    """The days given don't join on to those known: names the first day that is missing."""

    code = "catalogue.calendar_gap"


class CalendarNeedsReason(Invalid):
    """Nobody can tell later why a day is worked unless it is said now."""

    code = "catalogue.calendar_needs_reason"


@transaction
def set_days(*, days: Mapping[date, bool], note: str, actor: Actor, at: datetime) -> int:
    """Which days are worked, of those to come; how many were changed. Needs ``calendar.edit``.

    The calendar is one for all areas. Days beyond those known have to join on to them, for every day up to the
    last known one counts as known. Raises CalendarDayPast, CalendarGap, CalendarNeedsReason (422).
    """
    require_somewhere(actor, "calendar.edit")
    today = at.astimezone(LOCAL).date()
    if not note.strip():
        raise CalendarNeedsReason(field="note")
    if days and min(days) <= today:
        raise CalendarDayPast(
            field="day", value=min(days).isoformat(), earliest=(today + timedelta(days=1)).isoformat()
        )
    rows = {row.day: row for row in CalendarDay.objects.select_for_update().filter(day__gte=today)}
    known_until = CalendarDay.objects.aggregate(last=Max("day"))["last"] or today
    _require_joined(days, known_until)
    before = {day: rows[day].is_working if day in rows else None for day in days}
    changed = {day: days[day] for day in sorted(days) if days[day] != before[day]}
    if not changed:
        return 0
    CalendarDay.objects.bulk_create(
        [CalendarDay(day=day, is_working=worked, source=BY_HAND) for day, worked in changed.items()],
        update_conflicts=True,
        unique_fields=["day"],
        update_fields=["is_working", "source"],
    )
    CalendarChange.objects.create(
        at=at,
        made_by_id=actor.user_id,
        note=note.strip()[:200],
        days={day.isoformat(): [before[day], worked] for day, worked in changed.items()},
    )
    _tell_changed(min(changed), len(changed), at)
    queries.forget()
    return len(changed)


def _require_joined(days: Mapping[date, bool], known_until: date) -> None:
    new = sorted(day for day in days if day > known_until)
    for expected, day in enumerate(new, start=1):
        missing = known_until + timedelta(days=expected)
        if day != missing:
            raise CalendarGap(field="day", value=missing.isoformat(), known_until=known_until.isoformat())
