"""督办: overlays that press a case on. An urge is a word; an order has number, deadline, receipt, reply, release."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from wangge.cases.models import Case
from wangge.cases.operations.dates import LONGEST_AHEAD, require_between
from wangge.cases.operations.handler import handler_only
from wangge.cases.operations.moving import Command, move
from wangge.cases.operations.orders import is_received, next_number, open_order, receive, write_order
from wangge.cases.types import Action, Moved, Status
from wangge.foundation.access import Actor
from wangge.foundation.db import transaction
from wangge.foundation.errors import Conflict, NotFound


class NoSuchOrder(NotFound):
    """The case has no open supervision order of this number."""

    code = "cases.no_such_order"


class OrderOpenAlready(Conflict):
    """A supervision order runs on this case; another one would say the same twice."""

    code = "cases.order_open_already"


class ReceivedAlready(Conflict):
    """The receipt of this order has been given."""

    code = "cases.received_already"


@transaction
def urge(*, case_no: str, note: str, actor: Actor, at: datetime, operation_id: UUID | None = None) -> Moved:
    """催办: a word to whoever has the case now."""
    return move(Command(case_no, Action.URGE, actor, at, operation_id, note))


@transaction
def supervise(
    *,
    case_no: str,
    note: str,
    until: datetime,
    actor: Actor,
    at: datetime,
    operation_id: UUID | None = None,
) -> Moved:
    """督办: open a numbered order that demands a settlement by `until`.

    One order at a time: OrderOpenAlready (409). BadDate (422) unless `until` lies ahead, at most 90 days.
    """
    detail: dict[str, object] = {"until": until.isoformat()}

    def guard(case: Case, status: Status) -> None:
        if status.orders:
            raise OrderOpenAlready(numbers=sorted(status.orders))
        require_between("until", until, at, at + LONGEST_AHEAD)
        detail["order"] = next_number(case.area[:6], at)

    moved = move(Command(case_no, Action.SUPERVISE, actor, at, operation_id, note, detail), guard=guard)
    if not moved.repeated:
        user_id = actor.user_id
        open_order(str(detail["order"]), case_no, demand=note, reason="", until=until, user_id=user_id, at=moved.at)
    return moved


@transaction
def acknowledge(
    *, case_no: str, order: str, actor: Actor, at: datetime, note: str = "", operation_id: UUID | None = None
) -> Moved:
    """督办签收: the handler has read the order and says so (receipt, 回执)."""
    moved = _answer(Action.ACKNOWLEDGE, case_no, order, note, actor, at, operation_id)
    if not moved.repeated:
        receive(order, moved.at)
    return moved


@transaction
def reply(
    *, case_no: str, order: str, note: str, actor: Actor, at: datetime, operation_id: UUID | None = None
) -> Moved:
    """督办回复: how the matter stands and what comes next. Replying says also that the order was read."""
    moved = _answer(Action.REPLY, case_no, order, note, actor, at, operation_id)
    if not moved.repeated:
        write_order(order, replied_at=moved.at, reply=note.strip())
        receive(order, moved.at)
    return moved


@transaction
def release(
    *, case_no: str, order: str, note: str, actor: Actor, at: datetime, operation_id: UUID | None = None
) -> Moved:
    """解除督办: the supervisor takes the order back, its purpose reached or its explanation accepted."""

    def guard(case: Case, status: Status) -> None:
        _require_open(status, order)

    command = Command(case_no, Action.RELEASE, actor, at, operation_id, note, {"order": order})
    moved = move(command, guard=guard)
    if not moved.repeated:
        write_order(order, released_at=moved.at, release_note=note.strip())
    return moved


def _answer(
    action: Action, case_no: str, order: str, note: str, actor: Actor, at: datetime, operation_id: UUID | None
) -> Moved:
    is_theirs = handler_only(actor, at)

    def guard(case: Case, status: Status) -> None:
        _require_open(status, order)
        is_theirs(case, status)
        if action is Action.ACKNOWLEDGE and is_received(order):
            raise ReceivedAlready()

    return move(Command(case_no, action, actor, at, operation_id, note, {"order": order}), guard=guard)


def _require_open(status: Status, order: str) -> None:
    if order not in status.orders:
        raise NoSuchOrder(field="order", value=order[:20])
