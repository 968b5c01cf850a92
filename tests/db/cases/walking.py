"""Walking a case through its life in tests: who fits an action, what they say, and what must hold of every case."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from tests import town
from tests.db.cases.flow import AFTER, DOINGS, OF_AN_ORDER, A, do, open_order
from tests.db.cases.test_every_transition import WHO
from tests.unit.cases.slow_clock import KINDS, read_slowly, world
from wangge.cases.choices import choices
from wangge.cases.models import Case, SupervisionOrder
from wangge.cases.operations.moving import history
from wangge.cases.queries import filtered
from wangge.cases.rules.clock import read_clocks
from wangge.cases.rules.history import replay
from wangge.cases.rules.workflow import ENDED, OPEN, actions_from
from wangge.cases.types import Action, State, Status, Step
from wangge.catalogue import queries as catalogue
from wangge.channels.doors.terminal.presenting import groups
from wangge.console.places import PLACES
from wangge.foundation.access import ANONYMOUS, REPORTER, Actor
from wangge.foundation.errors import Problem

#: A Monday some weeks before the Spring Festival, and the minutes that are counted from then on.
COUNTED = world("2026-01-26", 400)
BEGIN = COUNTED.first + timedelta(hours=9)

#: Units a case may be with, and who signs there.
HANDLERS = {
    town.DEPARTMENT: "unit_handler",
    town.OTHER_DEPARTMENT: "unit_handler_2",
    town.TOWN_OFFICE: "unit_handler_town",
    town.TEAM: "enforcement_member",
    **{unit: f"signer_{unit}" for unit in (town.SECTION, town.TOWN_CENTRE, town.COMMUNITY)},
}
UNITS = tuple(HANDLERS)
WALKERS = (
    "reporter", "anonymous", "grid_worker", "grid_worker_2", "grid_leader", "community_operator",
    "township_dispatcher", "county_intake_clerk", "county_dispatcher", "shift_leader", "centre_leader", "supervisor",
    "revisit_clerk", "unit_lead", "auditor", *HANDLERS.values(),
)  # fmt: skip
BY_THE_HANDLER = {
    A.SIGN, A.SUBMIT_RESULT, A.REQUEST_RETURN, A.ESCALATE, A.START_JOINT_HANDLING, A.REQUEST_EXTENSION,
    A.REQUEST_SUSPENSION, A.RESUME, A.ACKNOWLEDGE, A.REPLY,
}  # fmt: skip
TASKS = (town.GRID_TASK, town.TOWN_TASK, town.COUNTY_TASK, town.ENFORCEMENT_TASK)
#: Beside the stages: they bring no case nearer to its end.
BESIDE = {A.URGE, A.SUPERVISE, A.SUPPLEMENT, A.VOID, A.RELEASE, A.ACKNOWLEDGE, A.REPLY, A.TRANSFER}

Actors = dict[str, Actor]


def everybody() -> Actors:
    """The walkers by name."""
    known = {"reporter": REPORTER, "anonymous": ANONYMOUS}
    return {name: known.get(name) or town.actor(name) for name in WALKERS}


def open_status(case: Case) -> Status:
    return replay(history(case))


def possible(case: Case) -> list[Action]:
    """What the state allows and something has been asked for; what is asked for is soon decided."""
    status = open_status(case)
    known = [action for action in actions_from(State(case.state)) if action in DOINGS]
    asked = {A.REQUEST_EXTENSION, A.REQUEST_SUSPENSION} if status.request else set()
    asked |= {A.SUPERVISE} if status.orders else set()
    return [action for action in known if AFTER.get(action) is None or AFTER[action] in asked]


def handler_of(case: Case, actors: Actors) -> str:
    if case.self_handled:
        return next((name for name, one in actors.items() if one.user_id == case.handler_id), "grid_worker")
    return HANDLERS.get(case.unit, "unit_handler")


def somebody_fit(case: Case, action: Action, dice: random.Random, actors: Actors) -> str:
    """Mostly somebody who may."""
    if action in BY_THE_HANDLER:
        return handler_of(case, actors)
    if action in (A.VERIFY, A.REWORK) and case.self_handled:
        return "community_operator"
    return dice.choice(sorted(WHO[action] & set(WALKERS)))


def said_with(case: Case, action: Action, *, at: datetime, unit: str, task: str, main: str) -> dict[str, Any]:
    """What the action needs to be told, as of now."""
    if action in (A.DISPATCH, A.TRANSFER, A.UPHOLD_RETURN):
        return {"unit": unit}
    if action is A.START_JOINT_HANDLING:
        return {"units": [unit]}
    if action is A.REQUEST_EXTENSION and case.due_at:
        return {"until": case.due_at + timedelta(days=3)}
    if action is A.REQUEST_SUSPENSION:
        return {"until": (at + timedelta(days=5)).date()}
    if action is A.SUPERVISE:
        return {"until": at + timedelta(days=2)}
    if action in OF_AN_ORDER:
        return {"order": open_order(case.case_no)}
    if action is A.ACCEPT:
        return {"task_code": task, "place": town.place(town.NEXT_GRID)}
    return {"into": main} if action is A.MERGE else {}


@contextmanager
def undone() -> Iterator[None]:
    """What is done in the block is as if it hadn't been."""

    class _Undo(Exception):
        pass

    with suppress(_Undo), transaction.atomic():
        yield
        raise _Undo


# --- what must hold ---------------------------------------------------------------------------------


def assert_can_be_led_to_an_end(case_no: str, actors: Actors, at: datetime) -> None:
    """Somebody can always do the next thing, until it is closed: without voiding it, and by people only."""
    with undone():
        done: list[str] = []
        while (case := Case.objects.get(case_no=case_no)) and State(case.state) in OPEN:
            assert len(done) < 60, done
            done.append(_one_step_on(case, actors, at))
        assert State(case.state) in ENDED | {State.CLOSED}


def _one_step_on(case: Case, actors: Actors, at: datetime) -> str:
    parts = Case.objects.filter(parent=case, state__in=[state.value for state in OPEN]).order_by("pk")
    if case.state == State.DISPOSED and (part := parts.first()):
        return _one_step_on(part, actors, at)
    action, names, said = _next(case, actors)
    heard = []
    for name in names:
        try:
            with transaction.atomic():
                do(action, case.case_no, actors[name], at=at, **said)
        except Problem as problem:
            heard.append((name, problem.code))
        else:
            return f"{name} {action}"
    raise AssertionError(f"{case.case_no} {case.state}: nobody can {action}: {heard}")


def _next(case: Case, actors: Actors) -> tuple[Action, Sequence[str], dict[str, Any]]:
    handler = [handler_of(case, actors), "unit_lead"]
    unplaced = len(case.area) < len(town.GRID)
    somewhere = {"place": town.place(town.NEXT_GRID)} if unplaced else {}
    unit = town.OTHER_DEPARTMENT
    ways: dict[State, tuple[Action, Sequence[str], dict[str, Any]]] = {
        State.REPORTED: (A.ACCEPT, ["county_intake_clerk", "shift_leader"], somewhere),
        State.RETURNED: (A.SUPPLEMENT, ["reporter"], {}),
        State.ACCEPTED: (A.DISPATCH, ["county_dispatcher"], {"unit": unit}),
        State.DISPATCHED: (A.SIGN, handler, {}),
        State.RETURN_REQUESTED: (A.REFUSE_RETURN, ["shift_leader"], {}),
        State.IN_PROGRESS: (A.SUBMIT_RESULT, handler, {}),
        State.REWORK: (A.SUBMIT_RESULT, handler, {}),
        State.SUSPENDED: (A.RESUME, [*handler, "centre_leader"], {}),
        State.DISPOSED: (A.VERIFY, sorted(WHO[A.VERIFY] & set(WALKERS)), {}),
        State.VERIFIED: (A.FEEDBACK, ["county_intake_clerk"], {}),
    }
    return ways[State(case.state)]


def assert_waits_somewhere(case: Case, actors: Actors, at: datetime) -> None:
    """An open case stands in a queue of the desk, a list of the terminal or a reporter's page, before somebody who
    may do the next thing."""
    if case.state == State.RETURNED:  # the reporter's page; their silence lapses
        assert _may_act(case, REPORTER, at)
        return
    staff = {name: actor for name, actor in actors.items() if actor.user_id}
    for place in PLACES:
        if State(case.state) not in place.states and case.asked not in [kind.value for kind in place.asked]:
            continue
        for actor in staff.values():
            if actor.may(place.permission, area=case.area, unit=case.unit or None) and _may_act(case, actor, at):
                assert filtered(actor, place.wanted, at).filter(pk=case.pk).exists()
                return
    for actor in staff.values():
        shown = (card["case_no"] for group in groups(actor, at) for card in group.cases)
        if case.case_no in shown and _may_act(case, actor, at):
            return
    raise AssertionError(f"{case.case_no} waits nowhere: {case.state}, unit {case.unit!r}, asked {case.asked!r}")


def _may_act(case: Case, actor: Actor, at: datetime) -> bool:
    beside = BESIDE - {A.SUPPLEMENT} if case.state == State.RETURNED else BESIDE
    return any(one.allowed and one.action not in beside for one in choices(case, actor, at))


def assert_clocks_count_minutes(case_no: str, at: datetime) -> None:
    """Every clock of the case shows what counting its minutes gives; so does its row."""
    case = Case.objects.get(case_no=case_no)
    steps: list[Step] = history(case)
    last = max(steps[-1].at, at)
    assert last < COUNTED.end, "the walk outran the minutes that are counted"
    profiles = catalogue.clock_profiles(last)
    readings = read_clocks(steps, profiles, catalogue.calendar(last), last)
    for kind in KINDS:
        fast = next((one for name, one in readings.items() if name.value == kind), None)
        slow = read_slowly(COUNTED, kind, steps, profiles, last)
        assert (fast is None) == (slow is None), (kind, steps)
        if fast and slow:
            assert not slow.is_beyond, "the deadline lies after the minutes that are counted"
            assert (fast.elapsed_min, fast.due_at, fast.paused) == (
                slow.elapsed_min, slow.due_at, slow.ran.stands_still,
            ), (kind, steps)  # fmt: skip
            assert (fast.ended_at, fast.light(last)) == (slow.ran.stopped_at, slow.light), (kind, steps)
            if case.clock == kind:
                assert (case.due_at, case.is_paused) == (slow.due_at, slow.ran.stands_still)


def assert_orders_are_what_the_history_says(case: Case) -> None:
    """Each row of an order tells what the steps about it tell."""
    rows = {row.number: row for row in SupervisionOrder.objects.filter(case=case)}
    steps = history(case)
    told = {str(step.detail["order"]): _order_told(steps, str(step.detail["order"]))
            for step in steps if step.action is A.SUPERVISE}  # fmt: skip
    assert set(rows) == set(told)
    for number, row in rows.items():
        columns = ("opened_at", "until", "received_at", "replied_at", "reply", "released_at")
        assert {name: getattr(row, name) for name in columns} == told[number], (number, steps)
        if not row.released_at:
            assert row.unit == case.unit
            assert (row.finished_at is not None) == (case.state in ("disposed", "verified")), (number, steps)


def _order_told(steps: Sequence[Step], number: str) -> dict[str, Any]:
    about = [step for step in steps if step.detail.get("order") == number]
    opened = next(step for step in about if step.action is A.SUPERVISE)
    answers = [step for step in about if step.action in (A.ACKNOWLEDGE, A.REPLY)]
    replies = [step for step in about if step.action is A.REPLY]
    return {
        "opened_at": opened.at,
        "until": datetime.fromisoformat(str(opened.detail["until"])),
        "received_at": answers[0].at if answers else None,
        "replied_at": replies[-1].at if replies else None,
        "reply": replies[-1].note if replies else "",
        "released_at": next((step.at for step in about if step.action is A.RELEASE), None),
    }


def assert_kin_is_what_the_history_says(case: Case) -> None:
    """Parts that run, orders that are open, and what follows a case."""
    status = open_status(case)
    running = Case.objects.filter(parent=case, state__in=[state.value for state in OPEN])
    assert status.open_subs == set(running.values_list("case_no", flat=True))
    orders = SupervisionOrder.objects.filter(case=case, released_at=None)
    assert status.orders == set(orders.values_list("number", flat=True))
    if status.state not in OPEN:
        assert not status.orders
        assert not status.open_subs
    if status.state in (State.REFUSED, State.WITHDRAWN, State.VOIDED):  # ends that answer nobody
        assert not Case.objects.filter(merged_into=case.case_no).exists()
    assert (case.merged_into != "") == (status.state is State.MERGED)
    if case.parent:
        parent = open_status(case.parent)
        assert (case.case_no in parent.open_subs) == (status.state in OPEN)
