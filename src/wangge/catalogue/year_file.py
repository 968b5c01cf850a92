"""The working days of a year as a file: ``day,is_working``, one line a day. Pure: text in, days and faults out."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

#: A year has 366 lines and a head; a file far beyond that is another file.
MOST_LINES = 800
_WORKED = {"1": True, "0": False}


class Fault(StrEnum):
    """What can be the matter with a line."""

    HEAD = "HEAD"  #: the first line doesn't name the columns
    COLUMNS = "COLUMNS"
    DAY = "DAY"
    WORKED = "WORKED"
    TWICE = "TWICE"
    GAP = "GAP"  #: the day before is missing
    PAST = "PAST"
    TOO_LONG = "TOO_LONG"
    NOTHING = "NOTHING"


@dataclass(frozen=True, slots=True)
class LineFault:
    """A line that can't be taken, and what stands there."""

    line: int
    fault: Fault
    value: str = ""


@dataclass(frozen=True, slots=True)
class YearFile:
    """What a file says. Nothing of it is taken while it has faults."""

    days: dict[date, bool] = field(default_factory=dict)
    faults: tuple[LineFault, ...] = ()


def read_year_file(text: str, *, today: date) -> YearFile:
    """The days of the file; every line that can't be taken is named. Days up to today are not set any more."""
    lines = text.lstrip("\ufeff").splitlines()
    if len(lines) > MOST_LINES:
        return YearFile(faults=(LineFault(MOST_LINES + 1, Fault.TOO_LONG, str(len(lines))),))
    head = [name.strip() for name in next(csv.reader(lines[:1]), [])]
    if head[:2] != ["day", "is_working"]:
        return YearFile(faults=(LineFault(1, Fault.HEAD, ",".join(head)[:40]),))
    days: dict[date, bool] = {}
    faults = list(_faults_and_days(lines[1:], days, today))
    if not days and not faults:
        faults.append(LineFault(2, Fault.NOTHING))
    return YearFile(days, tuple(faults))


def _faults_and_days(lines: list[str], days: dict[date, bool], today: date) -> Iterator[LineFault]:
    last: date | None = None
    for number, line in enumerate(lines, start=2):
        if not line.strip():
            continue
        columns = [column.strip() for column in next(csv.reader([line]))]
        if len(columns) < 2:
            yield LineFault(number, Fault.COLUMNS, line[:40])
            continue
        day, worked = _day(columns[0]), _WORKED.get(columns[1])
        if day is None:
            yield LineFault(number, Fault.DAY, columns[0][:20])
        elif worked is None:
            yield LineFault(number, Fault.WORKED, columns[1][:20])
        elif day in days:
            yield LineFault(number, Fault.TWICE, columns[0])
        elif day <= today:
            yield LineFault(number, Fault.PAST, columns[0])
        elif last and day != last + timedelta(days=1):
            yield LineFault(number, Fault.GAP, (last + timedelta(days=1)).isoformat())
            last = day
        else:
            days[day] = worked
            last = day


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == len("2027-01-01") else None
    except ValueError:
        return None
