"""跟踪: what time does by itself. Lights turn, reminders and urges go out, orders open; rests end; silence lapses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from wangge.cases.models import Case
from wangge.cases.operations.endings import end
from wangge.cases.operations.moving import Command, history, locked, move, project
from wangge.cases.operations.orders import list_orders, next_number, open_order
from wangge.cases.operations.recording import PROJECTED
from wangge.cases.rules.clock import ClockKind, pressing_clocks, rules_of
from wangge.cases.rules.history import replay
from wangge.cases.rules.lights import Turn, TurnOfClock, pending_turns, turns_of
from wangge.cases.rules.workflow import CannotMove
from wangge.cases.types import Action, Light, Moved, State, Status, Step
from wangge.catalogue import queries as catalogue
from wangge.catalogue.types import DEFAULT_PROFILE, ClockProfile
from wangge.foundation import events
from wangge.foundation.access import SYSTEM
from wangge.foundation.db import transaction
from wangge.foundation.worktime import LOCAL, Clock, add_minutes

#: A report sent back for more lapses after this long without an answer (our own reading).
SUPPLEMENT_WITHIN = timedelta(days=7)


@transaction
def lapse(*, case_no: str, at: datetime) -> Moved:
    """A returned report nobody supplemented is withdrawn; its reporter may report again any time."""

    def guard(case: Case, status: Status) -> None:
        if status.state is not State.RETURNED:  # answered since the list was drawn up
            raise CannotMove(action=Action.WITHDRAW.value, state=status.state.value)

    return end(Command(case_no, Action.WITHDRAW, SYSTEM, at, detail={"reason": "LAPSED"}), guard=guard)


@transaction
def resume_as_planned(*, case_no: str, at: datetime) -> Moved:
    """A suspended case goes on when its planned day has come."""

    def guard(case: Case, status: Status) -> None:
        if date.fromisoformat(status.suspended_until or "9999-12-31") > at.astimezone(LOCAL).date():
            raise CannotMove(action=Action.RESUME.value, state=status.state.value)

    return move(Command(case_no, Action.RESUME, SYSTEM, at, detail={"reason": "PLANNED"}), guard=guard)


@transaction
def turn_light(*, case_no: str, at: datetime) -> tuple[Turn, ...]:
    """What is due now that the clocks of a case have come so far; nothing when somebody acted meanwhile.

    Yellow reminds whoever has the case; red urges them; a working day later a supervision order opens; an order
    nobody released within four more is listed in the periodic notice (kpis §5).
    """
    case = locked(case_no)
    if case.next_turn_at is None or case.next_turn_at > at:  # somebody acted since the list was drawn up
        return ()
    steps = history(case)
    profile = catalogue.clock_profiles(at).get(rules_of(steps), DEFAULT_PROFILE)
    pending = pending_turns(_turns(steps, profile, at), steps, at=at)
    for turn in pending:
        _take(turn, case, profile, at)
    if pending:  # an order that has just opened has its own time to come
        steps = history(case)
    following = next((turn.at for turn in _turns(steps, profile, at) if turn.at > at), None)
    Case.objects.filter(pk=case.pk).update(next_turn_at=following)
    return tuple(turn.turn for turn in pending)


def _turns(steps: Sequence[Step], profile: ClockProfile, at: datetime) -> list[TurnOfClock]:
    """The turns of the clocks that press now."""
    clocks = pressing_clocks(steps, catalogue.clock_profiles(at), catalogue.calendar(at))
    return turns_of(clocks, steps, profile, catalogue.calendar(at).kept_by(profile.hours))


def _take(turn: TurnOfClock, case: Case, profile: ClockProfile, at: datetime) -> None:
    detail = {"reason": "OVERDUE", "clock": turn.kind.value, "due_at": turn.due_at.isoformat()}
    if turn.turn is Turn.REMIND:
        _tell_light(case, turn.kind, Light.YELLOW, at)
    elif turn.turn is Turn.URGE:
        _tell_light(case, turn.kind, Light.RED, at)
        if turn.kind in (ClockKind.SIGNING, ClockKind.HANDLING):
            move(Command(case.case_no, Action.URGE, SYSTEM, at, detail=detail))
    elif turn.turn is Turn.SUPERVISE:
        _open_order(case, detail, profile, at)
    elif list_orders(case.case_no, at):
        events.record("cases.case.listed", subject=case.case_no, area=case.area, unit=case.unit, at=at)


def _open_order(case: Case, detail: dict[str, str], profile: ClockProfile, at: datetime) -> None:
    number = next_number(case.area[:6], at)
    calendar = catalogue.calendar(at).kept_by(profile.hours)
    until = add_minutes(at, profile.reply_within_min, Clock.WORKING, calendar).at
    said = detail | {"order": number, "until": until.isoformat()}
    opened = move(Command(case.case_no, Action.SUPERVISE, SYSTEM, at, detail=said))
    open_order(number, case.case_no, demand="", reason="OVERDUE", until=until, user_id=None, at=opened.at)


def _tell_light(case: Case, kind: ClockKind, light: Light, at: datetime) -> None:
    events.record(
        "cases.case.light_turned",
        subject=case.case_no,
        area=case.area,
        unit=case.unit,
        at=at,
        light=light.value,
        clock=kind.value,
        state=case.state,
    )


@transaction
def recount_deadline(*, case_no: str, at: datetime) -> bool:
    """The deadline anew, after the working calendar was extended or corrected; whether it moved."""
    case = locked(case_no)
    before = {name: getattr(case, name) for name in PROJECTED}
    steps = history(case)
    project(case, replay(steps), steps, at)
    changed = [name for name in PROJECTED if getattr(case, name) != before[name]]
    if not changed:
        return False
    case.save(update_fields=[*(name.removesuffix("_id") for name in changed), "next_turn_at"])
    events.record("cases.case.deadline_moved", subject=case_no, area=case.area, unit=case.unit, at=at)
    return True
