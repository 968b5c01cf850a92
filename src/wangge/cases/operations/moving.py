"""How every operation moves a case: lock, check, decide by the table, append to the history, project, tell.

The steps of the process (step1_discover …) say *what* they need; the order of these checks is the same for
all and stands here once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import orjson
from django.db import DEFAULT_DB_ALIAS

from wangge.cases.models import Case
from wangge.cases.operations.orders import follow_case
from wangge.cases.operations.recording import write_step
from wangge.cases.rules.clock import RunningClock, running_clock
from wangge.cases.rules.history import follow, replay
from wangge.cases.rules.workflow import (
    MAIN_CASE_ONLY,
    TRANSITIONS,
    CannotMove,
    Transition,
    Who,
    require_needs,
    transition_for,
)
from wangge.cases.types import Action, Moved, State, Status, Step
from wangge.catalogue import queries as catalogue
from wangge.foundation import events
from wangge.foundation.access import Actor, ActorKind, require
from wangge.foundation.db import prepared
from wangge.foundation.errors import Conflict, NotAllowed, NotFound, NotSignedIn


class NoSuchCase(NotFound):
    """There is no case of this number."""

    code = "cases.no_such_case"


class OperationReused(Conflict):
    """The operation id was used before, for another action on this case."""

    code = "cases.operation_reused"


@dataclass(frozen=True, slots=True)
class Command:
    """What somebody wants to do to a case, and what they say with it."""

    case_no: str
    action: Action
    actor: Actor
    at: datetime
    operation_id: UUID | None = None
    note: str = ""
    detail: Mapping[str, object] = field(default_factory=dict)


#: A last look before the move: may raise a Problem. Gets the locked case and its status.
Guard = Callable[[Case, Status], None]
#: What has to be done to the same case before the move; whether anything was.
First = Callable[[Case, Status], bool]

#: What a move needs of the case: all but the words and the point.
_COLUMNS = tuple(field.attname for field in Case._meta.concrete_fields if field.attname not in ("text", "point"))
_LOCKED = f"SELECT {', '.join(_COLUMNS)} FROM cases_case WHERE case_no = %s FOR UPDATE"  # noqa: S608
_HISTORY = """
SELECT action, at, to_state, from_state, actor_id, detail, note, operation_id
FROM cases_casestep WHERE case_id = %s::bigint ORDER BY seq
"""

_BY_ACTION = {
    action: frozenset(by for row in TRANSITIONS if row.action is action for by in row.by) for action in Action
}


def move(command: Command, *, guard: Guard | None = None, first: First | None = None) -> Moved:
    """Carry out a command inside the caller's transaction.

    Raises NoSuchCase (404), NotSignedIn (401), NotAllowed (403), CannotMove or OperationReused (409),
    SomethingMissing (422). Repeating an operation id answers as the first time and changes nothing.
    """
    case = locked(command.case_no)
    steps = history(case)
    earlier = _done_before(steps, command)
    if earlier and _is_repeat(command, earlier):
        version = steps.index(earlier) + 1
        return Moved(case.case_no, command.action, earlier.to_state, version, earlier.at, repeated=True)
    _require_concern(command, case, steps)
    if earlier:
        raise OperationReused(field="operation_id", action=earlier.action)
    row = transition_for(command.action, State(case.state))
    if case.parent_id and command.action in MAIN_CASE_ONLY and command.actor.kind is not ActorKind.SYSTEM:
        raise CannotMove(action=command.action.value, state=case.state)
    require_mover(command.actor, row.by, case)
    require_needs(row, {**command.detail, "note": command.note or _reason_of_the_system(command)})
    status = replay(steps)
    if guard:
        guard(case, status)
    if first and first(case, status):
        case, steps = locked(command.case_no), history(case)
        status = replay(steps)
    return append(case, status, steps, row, command)


def locked(case_no: str) -> Case:
    """The case, locked until the transaction ends; NoSuchCase (404) otherwise."""
    with prepared() as db:
        db.execute(_LOCKED, [case_no])
        row = db.fetchone()
    if row is None:
        raise NoSuchCase(field="case_no", value=case_no)
    return Case.from_db(DEFAULT_DB_ALIAS, _COLUMNS, row)


def lock_together(*case_nos: str) -> None:
    """Lock several cases in one order, so that two people who need the same ones wait instead of crossing.

    The newest first: a part of a joint case is locked before its main case, which hears of its end.
    """
    list(Case.objects.select_for_update().filter(case_no__in=case_nos).order_by("-pk").values_list("pk"))


def history(case: Case) -> list[Step]:
    """The steps of a case in order."""
    with prepared() as db:
        db.execute(_HISTORY, [case.pk])
        return [
            Step(Action(action), at, State(to_state), State(from_state), actor, orjson.loads(detail), note, operation)
            for action, at, to_state, from_state, actor, detail, note, operation in db.fetchall()
        ]


def is_mover(actor: Actor, by: frozenset[str] | tuple[str, ...], case: Case) -> bool:
    """Whether the actor is one of those a row names: reporter, system, or holder of a permission here."""
    if actor.kind is ActorKind.REPORTER:
        return Who.REPORTER in by
    if actor.kind is ActorKind.SYSTEM:
        return Who.SYSTEM in by or actor.is_system
    return any(actor.may(permission, area=case.area, unit=case.unit or None) for permission in by)


def require_mover(actor: Actor, by: frozenset[str] | tuple[str, ...], case: Case) -> None:
    """NotSignedIn (401) or NotAllowed (403) unless `is_mover`."""
    if is_mover(actor, by, case):
        return
    permission = next((p for p in sorted(by) if p.startswith("case.")), "")
    if actor.kind is ActorKind.STAFF and permission:
        require(actor, permission, area=case.area, unit=case.unit or None)
    raise (NotSignedIn if actor.kind is ActorKind.ANONYMOUS else NotAllowed)(
        "access.not_signed_in" if actor.kind is ActorKind.ANONYMOUS else "access.not_allowed",
        permission=permission,
    )


def append(case: Case, status: Status, steps: list[Step], row: Transition, command: Command) -> Moved:
    """Write the step, bring the projection up to date and record the event."""
    at = max(command.at, steps[-1].at) if steps else command.at
    step = Step(
        action=command.action,
        at=at,
        to_state=row.target,
        from_state=State(case.state),
        actor_id=command.actor.user_id,
        detail={key: value for key, value in command.detail.items() if value not in (None, "")},
        note=command.note.strip(),
        operation_id=command.operation_id,
    )
    left = case.unit
    project(case, follow(status, step), [*steps, step], at)
    write_step(case, step, command.actor)
    if case.open_orders:
        follow_case(case, step)
    if left and left != case.unit:  # its pages renew themselves too
        events.record("cases.case.left_unit", subject=case.case_no, area="", unit=left, at=at)
    return Moved(case.case_no, command.action, State(case.state), case.version, at, part_of=case.parent_id)


def project(case: Case, status: Status, steps: list[Step], at: datetime) -> None:
    """Set the projected columns of `case` from its status and history."""
    clock = running_clock(steps, catalogue.clock_profiles(at), catalogue.calendar(at))
    case.next_turn_at = _next_turn(case, clock, at)
    case.state = status.state.value
    case.version = status.steps
    case.since = status.since or at
    case.task_code = status.task_code or ""
    case.weight = status.weight.value
    case.unit = status.unit or ""
    case.handler_id = status.handler_id
    case.self_handled = status.self_handled
    case.due_at, case.warn_at = clock.due_at, clock.warn_at
    case.clock = clock.kind.value if clock.kind else ""
    case.is_paused, case.is_provisional = clock.paused, clock.provisional
    case.closed_at = status.closed_at
    case.reopen_no = status.reopen_no
    case.rating = status.rating.value if status.rating else ""
    case.merged_into = status.merged_into or ""
    case.level = status.level.value if status.level else ""
    case.asked = status.request.kind.value if status.request else ""
    case.open_subs, case.open_orders = len(status.open_subs), len(status.orders)


def _next_turn(case: Case, clock: RunningClock, at: datetime) -> datetime | None:
    """When its light must be looked at next: as before while the same clock runs on, else at its first turn to come."""
    if clock.due_at is None or clock.warn_at is None:
        return None
    if (case.clock, case.due_at, case.warn_at) == (clock.kind, clock.due_at, clock.warn_at):
        return case.next_turn_at
    return next((turn for turn in (clock.warn_at, clock.due_at) if turn > at), at)


def _require_concern(command: Command, case: Case, steps: list[Step]) -> None:
    """Whoever never had a part in the case is not allowed; a unit it has just been moved from is told so (409)."""
    by = _BY_ACTION[command.action]
    if is_mover(command.actor, by, case):
        return
    units = {unit for permission in by for unit in command.actor.units(permission)}
    if any(step.detail.get("unit") in units for step in steps):
        raise CannotMove(action=command.action.value, state=case.state)
    require_mover(command.actor, by, case)


def _done_before(steps: list[Step], command: Command) -> Step | None:
    if command.operation_id is None:
        return None
    return next((step for step in steps if step.operation_id == command.operation_id), None)


def _is_repeat(command: Command, earlier: Step) -> bool:
    """The same act asked for again by whoever did it: the first answer is due, whatever has happened since."""
    if command.actor.kind is ActorKind.ANONYMOUS:
        return False
    return earlier.action is command.action and earlier.actor_id == command.actor.user_id


def _reason_of_the_system(command: Command) -> object:
    """The system says why with a code, for no language is its own."""
    return command.detail.get("reason", "") if command.actor.kind is ActorKind.SYSTEM else ""
