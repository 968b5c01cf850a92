"""延期 and 挂账: a handler asks for more time or for a pause; somebody above decides, and the clock knows it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from wangge.cases.models import Case
from wangge.cases.operations.dates import LONGEST_AHEAD, BadDate, require_between
from wangge.cases.operations.decisions import require_no_request, require_request
from wangge.cases.operations.handler import NotTheHandler, handler_only, is_handler
from wangge.cases.operations.moving import Command, history, move
from wangge.cases.rules.clock import ClockKind, rules_of
from wangge.cases.types import Action, Asked, Moved, Status, SuspensionReason
from wangge.catalogue import queries as catalogue
from wangge.catalogue.types import DEFAULT_PROFILE
from wangge.foundation.access import Actor, require
from wangge.foundation.db import transaction
from wangge.foundation.errors import Conflict, Invalid
from wangge.foundation.worktime import LOCAL, minutes_between

#: Our own reading (docs/decisions/0019): one, and a second that the centre leader grants.
MOST_EXTENSIONS = 2
#: Our own reading (docs/decisions/0019): how long a case may rest.
LONGEST_SUSPENSION = timedelta(days=365)


class TooLateToExtend(Conflict):
    """More time is asked for before the deadline, not after it."""

    code = "cases.too_late_to_extend"


class NoMoreExtensions(Conflict):
    """The case had the extensions there are: one, and a second by the centre leader."""

    code = "cases.no_more_extensions"


class NothingGained(Invalid):
    """The later date lies in the same closed hours as the deadline: the clock wouldn't count a minute more."""

    code = "cases.extension_gains_nothing"


@transaction
def request_extension(
    *, case_no: str, until: datetime, note: str, actor: Actor, at: datetime, operation_id: UUID | None = None
) -> Moved:
    """延期申请: the handler asks for a later deadline, before the present one has passed.

    TooLateToExtend, NoMoreExtensions and AlreadyAsked (409); BadDate (422) unless `until` lies after the present
    deadline, NothingGained (422) where only closed hours lie between the two.
    """
    is_theirs = handler_only(actor, at)

    def guard(case: Case, status: Status) -> None:
        is_theirs(case, status)
        require_no_request(status)
        if status.extensions >= MOST_EXTENSIONS:
            raise NoMoreExtensions(most=MOST_EXTENSIONS)
        if case.due_at is None or case.clock != ClockKind.HANDLING or at >= case.due_at:
            raise TooLateToExtend()
        _minutes_gained(case, status, until, at)

    detail = {"until": until.isoformat()}
    return move(Command(case_no, Action.REQUEST_EXTENSION, actor, at, operation_id, note, detail), guard=guard)


@transaction
def approve_extension(
    *,
    case_no: str,
    actor: Actor,
    at: datetime,
    until: datetime | None = None,
    note: str = "",
    operation_id: UUID | None = None,
) -> Moved:
    """延期批准: the shift leader grants the first, the centre leader a second; perhaps a nearer date than asked for."""
    detail: dict[str, object] = {}

    def guard(case: Case, status: Status) -> None:
        asked = require_request(status, Asked.EXTENSION, actor)
        if status.extensions:
            require(actor, "case.extend_again", area=case.area)
        granted = until or datetime.fromisoformat(asked.until)
        if case.due_at is None or case.clock != ClockKind.HANDLING:
            raise TooLateToExtend()
        detail.update(until=granted.isoformat(), extra_min=_minutes_gained(case, status, granted, at))

    return move(Command(case_no, Action.APPROVE_EXTENSION, actor, at, operation_id, note, detail), guard=guard)


def _minutes_gained(case: Case, status: Status, until: datetime, at: datetime) -> float:
    """What the limit grows by, in minutes of its own clock: the calendar may change, what was granted stays."""
    assert case.due_at is not None
    require_between("until", until, case.due_at, case.due_at + LONGEST_AHEAD)
    profile = catalogue.clock_profiles(at).get(rules_of(history(case)), DEFAULT_PROFILE)
    clock = (status.limit or profile.handling).clock
    gained = minutes_between(case.due_at, until, clock, catalogue.calendar(at).kept_by(profile.hours))
    if gained <= 0:
        raise NothingGained(field="until", value=until.astimezone(LOCAL).strftime("%Y-%m-%d %H:%M"))
    return gained


@transaction
def refuse_extension(*, case_no: str, note: str, actor: Actor, at: datetime, operation_id: UUID | None = None) -> Moved:
    """延期不批准: the deadline stays, with words to the handler."""

    def guard(case: Case, status: Status) -> None:
        require_request(status, Asked.EXTENSION, actor)

    return move(Command(case_no, Action.REFUSE_EXTENSION, actor, at, operation_id, note), guard=guard)


@transaction
def request_suspension(
    *,
    case_no: str,
    reason: str,
    until: date,
    note: str,
    actor: Actor,
    at: datetime,
    operation_id: UUID | None = None,
) -> Moved:
    """挂账申请: the season, works or a condition not given; with the day on which it is planned to go on."""
    is_theirs = handler_only(actor, at)
    _require_reason(reason)

    def guard(case: Case, status: Status) -> None:
        is_theirs(case, status)
        require_no_request(status)
        _require_day(until, at)

    detail = {"reason": reason, "until": until.isoformat()}
    return move(Command(case_no, Action.REQUEST_SUSPENSION, actor, at, operation_id, note, detail), guard=guard)


@transaction
def suspend(
    *,
    case_no: str,
    actor: Actor,
    at: datetime,
    until: date | None = None,
    note: str = "",
    operation_id: UUID | None = None,
) -> Moved:
    """挂账批准: the centre leader lets the case rest, until the day asked for or another one."""
    detail: dict[str, object] = {}

    def guard(case: Case, status: Status) -> None:
        asked = require_request(status, Asked.SUSPENSION, actor)
        day = until or date.fromisoformat(asked.until)
        _require_day(day, at)
        detail.update(reason=asked.reason, until=day.isoformat())

    return move(Command(case_no, Action.SUSPEND, actor, at, operation_id, note, detail), guard=guard)


@transaction
def refuse_suspension(
    *, case_no: str, note: str, actor: Actor, at: datetime, operation_id: UUID | None = None
) -> Moved:
    """挂账不批准: the clock runs on, with words to the handler."""

    def guard(case: Case, status: Status) -> None:
        require_request(status, Asked.SUSPENSION, actor)

    return move(Command(case_no, Action.REFUSE_SUSPENSION, actor, at, operation_id, note), guard=guard)


@transaction
def resume(*, case_no: str, actor: Actor, at: datetime, note: str = "", operation_id: UUID | None = None) -> Moved:
    """恢复: by the handler or the centre leader, before or on the planned day."""

    def guard(case: Case, status: Status) -> None:
        if not (actor.may("case.suspend", area=case.area) or is_handler(case, actor, at)):
            raise NotTheHandler()

    return move(Command(case_no, Action.RESUME, actor, at, operation_id, note), guard=guard)


def _require_reason(reason: str) -> None:
    if reason and reason not in set(SuspensionReason):
        allowed = [one.value for one in SuspensionReason]
        raise Invalid("cases.unknown_reason", field="reason", value=reason, allowed=allowed)


def _require_day(day: date, at: datetime) -> None:
    today = at.astimezone(LOCAL).date()
    if not today < day <= today + LONGEST_SUSPENSION:
        latest = today + LONGEST_SUSPENSION
        raise BadDate(field="until", value=day.isoformat(), after=today.isoformat(), latest=latest.isoformat())
