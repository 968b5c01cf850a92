"""Writes working_days.csv from the chinesecalendar package. Run again when a new year has been announced.

python data/calendars/make.py 2024 2026
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from importlib.metadata import version
from pathlib import Path

import chinese_calendar

TARGET = Path(__file__).with_name("working_days.csv")


def days(first_year: int, last_year: int) -> Iterator[date]:
    day = date(first_year, 1, 1)
    while day.year <= last_year:
        yield day
        day += timedelta(days=1)


def main(first_year: int, last_year: int) -> None:
    source = f"chinesecalendar {version('chinesecalendar')}"
    with TARGET.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["day", "is_working", "source"])
        for day in days(first_year, last_year):
            rows.writerow([day.isoformat(), int(chinese_calendar.is_workday(day)), source])


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
