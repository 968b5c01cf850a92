"""Writing the task list and the working calendar."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path

from django.db.models import F, Max
from django.db.models.functions import Greatest

from wangge.catalogue import queries
from wangge.catalogue.models import (
    CalendarChange,
    CalendarDay,
    ClockRules,
    CollectedField,
    Department,
    TaskCategory,
    TaskItem,
    TaskSubItem,
)
from wangge.catalogue.types import ClockProfile
from wangge.foundation import events
from wangge.foundation.access import Actor, require, require_somewhere
from wangge.foundation.db import transaction
from wangge.foundation.errors import Invalid
from wangge.foundation.worktime import LOCAL, Hours


@transaction
def load_task_list(*, folder: Path, valid_from: date) -> int:
    """The draft list of data/catalogue with the names of its departments and fields; the number of tasks.

    A task that is no longer on the list ends on the day the list begins, and nothing is filed under it any more.
    """
    _load_names(Department, folder / "departments.csv")
    _load_names(CollectedField, folder / "fields.csv")
    rows = _read(folder / "task_list.csv")
    extra = {row["code"]: row for row in _read(folder / "task_list_extra.csv")}
    words = _keywords(folder / "keywords.csv")
    for row in rows:
        category, _ = TaskCategory.objects.update_or_create(
            code=row["code"][:2], defaults={"name_zh": row["category_zh"], "name_en": row["category_en"]}
        )
        subitem, _ = TaskSubItem.objects.update_or_create(
            code=row["code"][:4],
            defaults={"name_zh": row["subitem_zh"], "name_en": row["subitem_en"], "category": category},
        )
        TaskItem.objects.update_or_create(
            code=row["code"],
            defaults=_fields(row, extra[row["code"]], words[row["code"]])
            | {"subitem": subitem, "valid_from": valid_from, "valid_to": None, "is_draft": True},
        )
    gone = TaskItem.objects.filter(valid_to__isnull=True).exclude(code__in=[row["code"] for row in rows])
    gone.update(valid_to=Greatest(valid_from, F("valid_from")))
    queries.forget()
    return len(rows)


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


#: Told when days were set; its `since` is the first of them.
CALENDAR_CHANGED = "catalogue.calendar.changed"
BY_HAND = "set by hand"


def _tell_changed(first: date, days: int, at: datetime) -> None:
    since = datetime.combine(first, time(), LOCAL).isoformat()
    events.record(CALENDAR_CHANGED, subject="calendar", area="", at=at, since=since, days=days)


def _load_names(model: type[Department] | type[CollectedField], path: Path) -> None:
    for row in _read(path):
        model._default_manager.update_or_create(code=row["code"], defaults={"name_zh": row["zh"], "name_en": row["en"]})


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _keywords(path: Path) -> dict[str, list[str]]:
    words: dict[str, list[str]] = defaultdict(list)
    for row in _read(path):
        words[row["task_code"]] += [word.strip() for word in row["words"].split(";") if word.strip()]
    return words


def _fields(row: dict[str, str], extra: dict[str, str], words: list[str]) -> dict[str, object]:
    return {
        "name_zh": row["task_zh"],
        "name_en": row["task_en"],
        "department": extra["department_code"],
        "joint_departments": [code for code in extra["joint_department_codes"].split(";") if code],
        "triggers": row["trigger"].split("+"),
        "level": row["resolve_level"].upper(),
        "limit_min": round(float(row["time_limit_hours"]) * 60),
        "clock": extra["clock"].upper(),
        "priority": extra["priority"].upper(),
        "personal_data_level": int(extra["personal_data_level"]),
        "collects": [field for field in row["collects"].split(";") if field],
        "closing_condition_zh": extra["closing_condition_zh"],
        "closing_condition_en": extra["closing_condition_en"],
        "keywords": words,
    }


class ClockRulesOutOfRange(Invalid):
    """A number of the clock rules that can't be meant: names the field and the bounds."""

    code = "catalogue.clock_rules_out_of_range"


class ClockRulesTooEarly(Invalid):
    """Rules hold from a day to come, or from today: cases of past days were counted by others."""

    code = "catalogue.clock_rules_too_early"


@transaction
def adopt_clock_rules(
    *, area: str, valid_from: date, profile: ClockProfile, note: str, actor: Actor, at: datetime
) -> int:
    """A new version of how the centre of `area` (a county or township) counts time; its number.

    Needs ``clock.adopt`` there. Cases that run keep the version they began under. `profile.version` is not read.
    Raises ClockRulesOutOfRange and ClockRulesTooEarly (422) naming the field.
    """
    require(actor, "clock.adopt", area=area)
    if valid_from < at.astimezone(LOCAL).date() and not actor.is_system:
        raise ClockRulesTooEarly(field="valid_from", earliest=at.astimezone(LOCAL).date().isoformat())
    row = ClockRules(area=area, valid_from=valid_from, note=note.strip(), made_by_id=actor.user_id, made_at=at)
    row.hours = [f"{opens:%H:%M}-{closes:%H:%M}" for opens, closes in _ordered(profile.hours)]
    for name, (value, least, most) in _numbers(profile).items():
        if not least <= value <= most:
            raise ClockRulesOutOfRange(field=name, value=value, least=least, most=most)
        setattr(row, name, value)
    row.save(force_insert=True)
    queries.forget()
    return int(row.version)


def _ordered(hours: Hours) -> Hours:
    """Windows in order that don't overlap, at least one."""
    windows = tuple(sorted(hours))
    overlap = any(one[1] > other[0] for one, other in pairwise(windows))
    if not windows or overlap:
        raise ClockRulesOutOfRange(field="hours", value="", least="00:00", most="23:59")
    return windows


_MONTH_MIN = 31 * 24 * 60


def _numbers(profile: ClockProfile) -> dict[str, tuple[int, int, int]]:
    """Column, value, least and most."""
    return {
        "acceptance_min": (int(profile.acceptance.minutes), 1, _MONTH_MIN),
        "signing_min": (int(profile.signing.minutes), 1, _MONTH_MIN),
        "signing_urgent_min": (int(profile.signing_urgent.minutes), 1, _MONTH_MIN),
        "verification_min": (int(profile.verification.minutes), 1, _MONTH_MIN),
        "feedback_min": (int(profile.feedback.minutes), 1, _MONTH_MIN),
        "handling_min": (int(profile.handling.minutes), 1, _MONTH_MIN),
        "yellow_percent": (round(profile.yellow_share * 100), 1, 90),
        "urgent_yellow_min": (int(profile.urgent_yellow_min), 1, 24 * 60),
        "supervise_after_min": (int(profile.supervise_after_min), 1, _MONTH_MIN),
        "list_after_min": (int(profile.list_after_min), 1, _MONTH_MIN),
        "reply_within_min": (int(profile.reply_within_min), 1, _MONTH_MIN),
        "sampled_percent": (round(profile.sampled_share * 100), 1, 100),
    }


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
