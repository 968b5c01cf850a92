"""Facts follow the stream of events: what happened to a case is read again from its history, whole.

Reading a case twice gives the same row, so events may come twice; a row read after several events holds them all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from wangge.analysis.models import CaseFact
from wangge.analysis.queries.facts import BATCH, batches, clocks_by, listed_on, read_facts
from wangge.analysis.rules.calendars import digest
from wangge.analysis.rules.facts import CaseFacts
from wangge.analysis.rules.packing import packed
from wangge.analysis.rules.table import FORMULAS
from wangge.cases.queries import CaseHistory, histories
from wangge.catalogue.queries import calendar as calendar_at
from wangge.foundation.db import transaction
from wangge.foundation.models import Event
from wangge.foundation.subscriptions import advance
from wangge.foundation.worktime import Calendar

STREAM = "analysis"
EVENTS_AT_ONCE = 2000
_OF_CASES = "cases.case."
#: Nothing is dated later than this: a history is read to its end.
_TO_THE_END = timedelta(days=3650)
_WRITTEN = [field.attname for field in CaseFact._meta.concrete_fields if not field.primary_key]


@dataclass(frozen=True, slots=True)
class Reconciled:
    """Every fact compared with its history: how many, and the numbers of those that differ or are missing."""

    cases: int
    differing: tuple[str, ...]


def follow_cases(*, at: datetime) -> int:
    """Read the next events and the cases they are about; how many events there were (0: nothing is left)."""

    def handle(found: Sequence[Event]) -> None:
        numbers = {event.subject for event in found if event.type.startswith(_OF_CASES)}
        for batch in batches(sorted(numbers)):
            read_again(case_nos=batch, at=at)

    return advance(STREAM, handle, limit=EVENTS_AT_ONCE, wait=True)


@transaction
def read_again(*, case_nos: Sequence[str], at: datetime) -> int:
    """Read these cases from their histories; how many there are."""
    return len(_put(histories(case_nos=case_nos, limit=max(len(case_nos), 1)), at))


@transaction
def reconcile(*, at: datetime, repair: bool = False) -> Reconciled:
    """Count every case from its history and compare with what is stored; `repair` writes what differs."""
    calendar, seen, differing, last = calendar_at(at), 0, list[str](), 0
    while found := histories(after_id=last, limit=BATCH):
        last, seen = found[-1].id, seen + len(found)
        stored = CaseFact.objects.in_bulk([one.case_no for one in found])
        made = {row.case_no: row for row in _rows(found, stored, calendar, at)}
        wrong = [number for number, row in made.items() if not _same(row, stored.get(number))]
        differing += wrong
        if repair and wrong:
            _write([made[number] for number in wrong])
    return Reconciled(seen, tuple(differing))


def _put(found: Sequence[CaseHistory], at: datetime) -> list[CaseFact]:
    stored = CaseFact.objects.in_bulk([one.case_no for one in found])
    rows = _rows(found, stored, calendar_at(at), at)
    _write(rows)
    return rows


def _write(rows: Sequence[CaseFact]) -> None:
    CaseFact.objects.bulk_create(rows, update_conflicts=True, unique_fields=["case_no"], update_fields=_WRITTEN)


def _rows(
    found: Sequence[CaseHistory], stored: dict[str, CaseFact], calendar: Calendar, at: datetime
) -> list[CaseFact]:
    """That a contact was left stays known after the contact itself is forgotten: the denominator must not shrink."""
    listed, clocks, mark, rows = listed_on(), clocks_by(calendar, at), digest(calendar), []
    for one in found:
        known = stored.get(one.case_no)
        contactable = one.has_contact or (known is not None and known.is_contactable)
        facts = read_facts(one, is_contactable=contactable, cut_off=at + _TO_THE_END, clocks=clocks, listed=listed)
        if facts is not None:
            rows.append(_row(facts, one, mark, at))
    return rows


def _row(facts: CaseFacts, history: CaseHistory, mark: str, at: datetime) -> CaseFact:
    return CaseFact(
        case_no=facts.case_no,
        county_code=facts.area[:6],
        area=facts.area,
        task_code=facts.task_code,
        units=list(facts.units),
        begun_at=history.steps[0].at,
        last_at=facts.last_at,
        touched_until=facts.touched_until,
        is_open=facts.is_open,
        is_contactable=facts.is_contactable,
        calendar=mark,
        formulas=FORMULAS,
        facts=packed(facts),
        read_at=at,
    )


def _same(row: CaseFact, stored: CaseFact | None) -> bool:
    """Whether the row says what the history says; when it was read does not matter."""
    if stored is None:
        return False
    return all(getattr(row, name) == getattr(stored, name) for name in _WRITTEN if name != "read_at")
