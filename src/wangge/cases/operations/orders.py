"""督办单: numbers of supervision orders, and the rows that boards read. The history of the case is the truth."""

from __future__ import annotations

from datetime import datetime

from django.db import connection
from django.db.models import Value
from django.db.models.functions import Coalesce

from wangge.cases.models import Case, SupervisionOrder
from wangge.cases.types import State, Step
from wangge.foundation.worktime import LOCAL

_FINISHED = frozenset({State.DISPOSED, State.VERIFIED, State.CLOSED})

_NEXT = """
INSERT INTO cases_orderserial (county, year, last) VALUES (%s, %s, 1)
ON CONFLICT (county, year) DO UPDATE SET last = cases_orderserial.last + 1 RETURNING last
"""


def next_number(county: str, at: datetime) -> str:
    """``DB`` (督办), county, year and a running number of five digits: ``DB320115202600042``."""
    year = at.astimezone(LOCAL).year
    with connection.cursor() as db:
        db.execute(_NEXT, [county, year])
        return f"DB{county}{year}{db.fetchone()[0]:05d}"


def open_order(
    number: str, case_no: str, *, demand: str, reason: str, until: datetime, user_id: int | None, at: datetime
) -> None:
    """The row of an order that has just been written into the history of its case."""
    case = Case.objects.only("pk", "unit", "area", "state").get(case_no=case_no)
    SupervisionOrder.objects.create(
        number=number,
        case=case,
        unit=case.unit,
        area=case.area,
        opened_at=at,
        opened_by_id=user_id,
        reason=reason,
        demand=demand.strip(),
        until=until,
        finished_at=at if State(case.state) in _FINISHED else None,
    )


def write_order(number: str, **columns: object) -> None:
    """What has happened to an order."""
    SupervisionOrder.objects.filter(number=number).update(**columns)


def is_received(number: str) -> bool:
    """Whether its receipt has been given."""
    return SupervisionOrder.objects.filter(number=number, received_at__isnull=False).exists()


def receive(number: str, at: datetime) -> None:
    """The first receipt counts; a reply is one too."""
    SupervisionOrder.objects.filter(number=number, received_at=None).update(received_at=at)


def list_orders(case_no: str, at: datetime) -> bool:
    """Put the open orders of a case on the periodic notice; whether any wasn't there yet."""
    rows = SupervisionOrder.objects.filter(case__case_no=case_no, released_at=None, listed_at=None)
    return bool(rows.update(listed_at=at))


def follow_case(case: Case, step: Step) -> None:
    """Open orders go where their case goes, and are finished while its result is there."""
    done = step.at if step.to_state in _FINISHED else None
    SupervisionOrder.objects.filter(case=case.pk, released_at=None).update(
        unit=case.unit, area=case.area, finished_at=Coalesce("finished_at", Value(done)) if done else None
    )
