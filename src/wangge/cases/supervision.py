"""督办: lists of supervision orders, for those who supervise an area and for the units that answer them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from django.db.models import Count, Q, QuerySet

from wangge.cases.models import SupervisionOrder
from wangge.foundation.access import Actor
from wangge.foundation.db import within
from wangge.foundation.errors import Invalid, NotFound

PAGE = 50
#: A notice is drawn up for a month and printed whole: more than this in a month is no notice any more.
LONGEST_NOTICE = 500
SUPERVISES, ANSWERS = "case.supervise", "case.sign"


class NoSuchSupervisionOrder(NotFound):
    """No order of this number is within the reader's area or with their unit."""

    code = "cases.no_such_supervision_order"


class OrderState(StrEnum):
    """How far an order is. LATE and LISTED are marks an open order has beside; a list may ask for each."""

    OPEN = "OPEN"
    WAITING = "WAITING"  #: for its receipt
    LATE = "LATE"  #: its time has passed, with neither reply nor result
    REPLIED = "REPLIED"
    LISTED = "LISTED"  #: in the periodic notice
    RELEASED = "RELEASED"


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """What a list of orders shows; empty values ask for nothing in particular."""

    state: OrderState | None = OrderState.OPEN
    area: str = ""
    unit: str = ""


def may_see_orders(actor: Actor) -> bool:
    """Whether there can be any order for this reader."""
    return actor.may_somewhere(SUPERVISES) or actor.may_somewhere(ANSWERS)


def orders_seen_by(actor: Actor) -> Q:
    """Orders of the areas one supervises, and of the units one answers for."""
    return within("area", actor.areas(SUPERVISES)) | Q(unit__in=actor.units(ANSWERS))


def order_page(
    *, actor: Actor, wanted: OrderFilter, at: datetime, cursor: str = ""
) -> tuple[list[SupervisionOrder], str]:
    """Orders, the newest first, and where the next page begins ("" at the end)."""
    rows = _orders(actor).filter(_narrowed(wanted, at)).select_related("case", "opened_by")
    if cursor:
        rows = rows.filter(pk__lt=_read(cursor))
    found = list(rows.order_by("-pk")[: PAGE + 1])
    return found[:PAGE], str(found[PAGE - 1].pk) if len(found) > PAGE else ""


def order_counts(*, actor: Actor, wanted: OrderFilter, at: datetime) -> dict[OrderState, int]:
    """How many open orders of an area or unit are how far, in one query over the open ones."""
    asked = [state for state in OrderState if state is not OrderState.RELEASED]
    counts = {state.value: Count("pk", filter=_in_state(state, at)) for state in asked}
    rows = _orders(actor).filter(_narrowed(replace(wanted, state=None), at), released_at=None)
    found = rows.aggregate(**counts)
    return {state: found[state.value] for state in asked}


def open_order_count(*, actor: Actor) -> int:
    """How many orders of this reader are open: the figure of the rail."""
    return _orders(actor).filter(released_at=None).count() if may_see_orders(actor) else 0


def order_called(number: str, *, actor: Actor) -> SupervisionOrder:
    """One order, or NoSuchSupervisionOrder (404; whether it exists elsewhere is not told)."""
    row = _orders(actor).filter(number=number).select_related("case", "opened_by").first()
    if row is None:
        raise NoSuchSupervisionOrder(value=number[:20])
    return row


def orders_listed(*, actor: Actor, begin: datetime, end: datetime, area: str = "") -> list[SupervisionOrder]:
    """Orders that came into the periodic notice within [begin, end), by unit and number."""
    rows = _orders(actor).filter(_narrowed(OrderFilter(None, area), end), listed_at__gte=begin, listed_at__lt=end)
    return list(rows.select_related("case").order_by("unit", "number")[:LONGEST_NOTICE])


def state_of(row: SupervisionOrder, at: datetime) -> OrderState:
    """The one word for an order; that it is listed is said beside."""
    if row.released_at:
        return OrderState.RELEASED
    if row.replied_at:
        return OrderState.REPLIED
    if row.until < at and not row.finished_at:
        return OrderState.LATE
    return OrderState.OPEN if row.received_at else OrderState.WAITING


def _orders(actor: Actor) -> QuerySet[SupervisionOrder]:
    return SupervisionOrder.objects.filter(orders_seen_by(actor))


def _narrowed(wanted: OrderFilter, at: datetime) -> Q:
    condition = _in_state(wanted.state, at) if wanted.state else ~Q(pk__in=[])
    if wanted.area:
        condition &= Q(area__startswith=wanted.area)
    if wanted.unit:
        condition &= Q(unit=wanted.unit)
    return condition


def _in_state(state: OrderState, at: datetime) -> Q:
    if state is OrderState.RELEASED:
        return Q(released_at__isnull=False)
    return (
        Q(released_at=None)
        & {
            OrderState.OPEN: ~Q(pk__in=[]),
            OrderState.WAITING: Q(received_at=None),
            OrderState.LATE: Q(until__lt=at, replied_at=None, finished_at=None),
            OrderState.REPLIED: Q(replied_at__isnull=False),
            OrderState.LISTED: Q(listed_at__isnull=False),
        }[state]
    )


def _read(cursor: str) -> int:
    if not (cursor.isascii() and cursor.isdecimal()) or len(cursor) > 18:
        raise Invalid("cases.bad_cursor", field="cursor", value=cursor[:40])
    return int(cursor)
