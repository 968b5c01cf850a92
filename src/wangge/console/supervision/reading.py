"""Supervision orders as lists, sheets and the monthly notice draw them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from wangge.cases.models import SupervisionOrder
from wangge.cases.supervision import OrderState, state_of
from wangge.cases.types import State
from wangge.catalogue.queries import task_names
from wangge.channels.placenames import said_place
from wangge.console.supervision.words import BY_THE_CLOCK, CHIPS
from wangge.console.times import span, when
from wangge.console.words import reason_words
from wangge.foundation.worktime import LOCAL
from wangge.grids.queries import names as place_names
from wangge.workforce.queries import unit_names

Row = dict[str, Any]
_AT_THE_DESK = (State.REPORTED, State.RETURNED, State.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month here."""

    first: date

    @property
    def begin(self) -> datetime:
        return datetime.combine(self.first, time(), LOCAL)

    @property
    def following(self) -> Month:
        return Month((self.first + timedelta(days=31)).replace(day=1))

    @property
    def before(self) -> Month:
        return Month((self.first - timedelta(days=1)).replace(day=1))

    def __str__(self) -> str:
        return f"{self.first:%Y-%m}"


def month_of(text: str, at: datetime) -> Month:
    """The month written as ``2026-11``; the present one for anything else."""
    here = Month(at.astimezone(LOCAL).date().replace(day=1))
    try:
        found = Month(date.fromisoformat(f"{text}-01")) if len(text) == len("2026-11") else here
    except ValueError:
        return here
    return found if date(2000, 1, 1) <= found.first <= here.first else here


def rows_of(orders: Sequence[SupervisionOrder], at: datetime) -> list[Row]:
    """Orders with the names of places, tasks and units: three look-ups however many."""
    areas = {code for order in orders for code in (order.area, order.area[:12], order.area[:9])}
    places = place_names(areas)
    tasks = task_names([order.case.task_code for order in orders])
    units = unit_names([order.unit for order in orders if order.unit])
    return [_row(order, places, tasks, units, at) for order in orders]


def by_unit(rows: Sequence[Row]) -> list[tuple[str, list[Row]]]:
    """Rows that are in the order of their units, unit by unit."""
    return [(name, list(some)) for name, some in groupby(rows, key=lambda row: str(row["unit_name"]))]


def _row(
    order: SupervisionOrder, places: dict[str, str], tasks: dict[str, str], units: dict[str, str], at: datetime
) -> Row:
    state = state_of(order, at)
    word, tone = CHIPS[state]
    area = order.area
    place = places.get(area) or places.get(area[:12]) or places.get(area[:9]) or area
    return {
        "number": order.number,
        "case_no": order.case.case_no,
        "case_state": order.case.state,
        "matter": tasks.get(order.case.task_code, "") or _("A report without a task"),
        "address": order.case.address,
        "place": said_place(places.get(area[:12], ""), place),
        "township": places.get(area[:9], ""),
        "unit": order.unit,
        "unit_name": units.get(order.unit, order.unit) or _whose(order),
        "demand": order.demand or str(BY_THE_CLOCK),
        "reason": reason_words(order.reason) if order.reason else "",
        "opened_at": order.opened_at,
        "opened_by": getattr(order.opened_by, "display_name", "") or _("By the clock"),
        "until": order.until,
        "until_when": when(order.until, at),
        "left": _left(order, state, at),
        "is_late": state is OrderState.LATE,
        "is_listed": order.listed_at is not None,
        "is_open": order.released_at is None,
        "received_at": order.received_at,
        "replied_at": order.replied_at,
        "reply": order.reply,
        "finished_at": order.finished_at,
        "listed_at": order.listed_at,
        "released_at": order.released_at,
        "release_note": reason_words(order.release_note) if order.release_note else "",
        "state": state,
        "word": word,
        "tone": tone,
    }


def _whose(order: SupervisionOrder) -> str:
    """Who has a case that is with no unit."""
    if order.case.state in _AT_THE_DESK:
        return _("At the desk, to be dispatched")
    return _("Handled in the grid")


def _left(order: SupervisionOrder, state: OrderState, at: datetime) -> str:
    """How long until its time, or how long past it; nothing once it was answered."""
    if state not in (OrderState.OPEN, OrderState.WAITING, OrderState.LATE) or order.finished_at:
        return ""
    length = span(abs((order.until - at).total_seconds()))
    words = _("{span} over") if order.until <= at else _("{span} left")
    return words.format(span=length)
