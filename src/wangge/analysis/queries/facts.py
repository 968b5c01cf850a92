"""Facts of cases as known at a cut-off: from the stored rows where they are those of then, else from history."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any, TypeVar

import orjson
from django.db import connection
from django.db.models import Q, QuerySet

from wangge.analysis.models import CaseFact
from wangge.analysis.rules.calendars import digest
from wangge.analysis.rules.deadline import Clocks
from wangge.analysis.rules.facts import CaseFacts, Fixed
from wangge.analysis.rules.packing import unpacked
from wangge.analysis.rules.reading import Listed, facts_of
from wangge.analysis.rules.table import FORMULAS
from wangge.analysis.types import Period
from wangge.cases.queries import CaseHistory, histories
from wangge.catalogue.queries import clock_profiles, task_days
from wangge.foundation.errors import NotFound
from wangge.foundation.worktime import Calendar

BATCH = 500
T = TypeVar("T")

_THEN = """
SELECT case_no, last_at, calendar, formulas, is_contactable, facts::text FROM analysis_casefact
WHERE county_code = %(county)s AND begun_at < %(end)s AND (touched_until >= %(begin)s OR is_open)
  AND case_no < %(before)s
ORDER BY case_no DESC LIMIT %(limit)s
"""


class NothingKnown(NotFound):
    """The assessment knows no case of this number, or not in this reader's reach."""

    code = "analysis.no_such_case"


def counties_with_facts() -> list[str]:
    """Counties that have cases to count, by code."""
    return list(CaseFact.objects.order_by("county_code").values_list("county_code", flat=True).distinct())


def touched_in(county: str, period: Period) -> QuerySet[CaseFact]:
    """Rows that some set of the period may hold."""
    rows = CaseFact.objects.filter(county_code=county, begun_at__lt=period.end)
    return rows.filter(Q(touched_until__gte=period.begin) | Q(is_open=True))


def facts_of_case(case_no: str, *, locked: bool = False) -> CaseFact:
    """The row of a case; NothingKnown (404). Locked, whoever else decides about the case waits for us."""
    rows = CaseFact.objects.select_for_update() if locked else CaseFact.objects
    row = rows.filter(case_no=case_no).first()
    if row is None:
        raise NothingKnown(field="case_no", value=case_no[:20])
    return row


def facts_then(
    county: str,
    period: Period,
    *,
    cut_off: datetime,
    calendar: Calendar,
    from_history: bool = False,
    before: str = "~",
) -> Iterator[CaseFacts]:
    """Cases a set of the period may hold, the newest number first, each as it was known at the cut-off.

    A stored row serves if nothing happened since the cut-off and it was read by these formulas and this calendar.
    """
    mark, listed, clocks = digest(calendar), listed_on(), clocks_by(calendar, cut_off)
    while rows := _rows(county, period, before):
        fits = {} if from_history else {row[0]: row for row in rows if _serves(row, cut_off, mark)}
        others = [row for row in rows if row[0] not in fits]
        made = dict(_from_history(others, cut_off, clocks, listed))
        for row in rows:
            found = unpacked(orjson.loads(row[5])) if row[0] in fits else made.get(row[0])
            if found is not None:
                yield found
        before = rows[-1][0]


def read_facts(
    history: CaseHistory, *, is_contactable: bool, cut_off: datetime, clocks: Clocks, listed: Listed
) -> CaseFacts | None:
    """The facts of one history up to the cut-off."""
    fixed = Fixed(history.case_no, history.area, history.channel, history.is_sub_case, is_contactable)
    return facts_of(fixed, history.steps, clocks=clocks, cut_off=cut_off, listed=listed)


def clocks_by(calendar: Calendar, at: datetime) -> Clocks:
    """The calendar with the rules of the centres: a version of them never changes, a history names its own."""
    return Clocks(calendar, clock_profiles(at))


def listed_on() -> Listed:
    """Whether a task was on the effective list on a day."""
    days = task_days()

    def listed(code: str, day: date) -> bool:
        return any(begins <= day and (ends is None or day < ends) for begins, ends in days.get(code, ()))

    return listed


def batches(items: Iterable[T], size: int = BATCH) -> Iterator[list[T]]:
    """So many at a time."""
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch


def _rows(county: str, period: Period, before: str) -> list[tuple[str, datetime, str, str, bool, str]]:
    values: dict[str, Any] = {
        "county": county,
        "begin": period.begin,
        "end": period.end,
        "numbers": None,
        "before": before,
    }
    with connection.cursor() as db:
        db.execute(_THEN, {**values, "limit": BATCH})
        return list(db.fetchall())


def _serves(row: Sequence[object], cut_off: datetime, mark: str) -> bool:
    last_at: datetime = row[1]  # type: ignore[assignment]
    return last_at < cut_off and row[2] == mark and row[3] == FORMULAS


def _from_history(
    rows: Sequence[tuple[str, datetime, str, str, bool, str]],
    cut_off: datetime,
    clocks: Clocks,
    listed: Callable[[str, date], bool],
) -> Iterator[tuple[str, CaseFacts]]:
    contactable = {row[0]: row[4] for row in rows}
    for one in histories(case_nos=list(contactable), limit=BATCH) if rows else ():
        found = read_facts(one, is_contactable=contactable[one.case_no], cut_off=cut_off, clocks=clocks, listed=listed)
        if found is not None:
            yield one.case_no, found
