"""Working calendars for tests: the shipped one, and plain Monday to Friday."""

from __future__ import annotations

import csv
from datetime import date, datetime
from pathlib import Path

from wangge.foundation.worktime import LOCAL, Calendar

ROOT = Path(__file__).resolve().parents[2]


def shipped_calendar() -> Calendar:
    """The calendar of data/calendars, as the database would give it."""
    with (ROOT / "data/calendars/working_days.csv").open(encoding="utf-8") as file:
        days = {date.fromisoformat(row["day"]): row["is_working"] == "1" for row in csv.DictReader(file)}
    return Calendar(days, max(days))


SHIPPED = shipped_calendar()


def local(text: str) -> datetime:
    """`2026-11-20 16:00` as an instant of local time."""
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL)
