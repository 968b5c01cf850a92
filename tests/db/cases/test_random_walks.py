"""Whatever sequence of allowed acts: history only grows, the rows follow from it, every open case can still end.

A walk follows a case with all its parts, by everybody, over days: lights turn, rests end, silence lapses. At its
end every clock is compared with one that counts minutes (tests/unit/cases/slow_clock.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests import town
from tests.db.cases.flow import (
    AFTER,
    DOINGS,
    OF_AN_ORDER,
    WAYS,
    A,
    assert_follows_from_history,
    do,
    in_state,
    open_order,
    seen,
)
from tests.db.cases.test_every_transition import WHO
from tests.unit.cases.slow_clock import FIRST, MINUTES, slow_due, slow_elapsed
from wangge.cases import operations as cases
from wangge.cases.models import Case, CaseStep, SupervisionOrder
from wangge.cases.operations.moving import history
from wangge.cases.rules.clock import read_clocks
from wangge.cases.rules.history import replay
from wangge.cases.rules.workflow import ENDED, OPEN, TRANSITIONS, actions_from, transition_for
from wangge.cases.types import Action, Place, State, Step
from wangge.catalogue import queries as catalogue
from wangge.foundation.access import ANONYMOUS, REPORTER, Actor
from wangge.foundation.errors import Conflict, Problem

pytestmark = pytest.mark.django_db

WALKERS = (
    "reporter", "anonymous", "grid_worker", "grid_worker_2", "community_operator", "township_dispatcher",
    "county_intake_clerk", "county_dispatcher", "shift_leader", "centre_leader", "supervisor", "revisit_clerk",
    "unit_handler", "unit_handler_2", "unit_handler_town", "unit_lead", "enforcement_member", "auditor",
)  # fmt: skip
UNITS = (
    town.DEPARTMENT, town.OTHER_DEPARTMENT, town.SECTION, town.TOWN_CENTRE, town.TOWN_OFFICE, town.TEAM, town.COMMUNITY,
)  # fmt: skip
#: What ends a walk early or leads nowhere.
SELDOM = {A.WITHDRAW, A.REFUSE, A.MERGE, A.SUPPLEMENT, A.VOID, A.URGE}
HANDLERS = {
    town.DEPARTMENT: "unit_handler",
    town.OTHER_DEPARTMENT: "unit_handler_2",
    town.TOWN_OFFICE: "unit_handler_town",
    town.TEAM: "enforcement_member",
}
BY_THE_HANDLER = {
    A.SIGN, A.SUBMIT_RESULT, A.REQUEST_RETURN, A.ESCALATE, A.START_JOINT_HANDLING, A.REQUEST_EXTENSION,
    A.REQUEST_SUSPENSION, A.RESUME, A.ACKNOWLEDGE, A.REPLY,
}  # fmt: skip
TASKS = (town.GRID_TASK, town.TOWN_TASK, town.COUNTY_TASK, town.ENFORCEMENT_TASK)
#: A Monday some weeks before the Spring Festival: the minutes that are counted begin then.
BEGIN = FIRST + timedelta(hours=9)


def _ways_to_an_end() -> set[State]:
    """States from which the table leads to an end."""
    ending = set(ENDED)
    while more := {state for row in TRANSITIONS if row.target in ending for state in row.sources} - ending:
        ending |= more
    return ending


CAN_END = _ways_to_an_end()


class Walk(RuleBasedStateMachine):
    """One case with its parts, and whoever comes along."""

    actors: dict[str, Actor]
    start: State | None = None

    @initialize(task=st.sampled_from(["", *TASKS]))
    def somebody_reports(self, task: str) -> None:
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.at = BEGIN
        address = Place(address="汤山街道")
        if self.start:
            self.case_no = in_state(self.start, at=self.at)
        else:
            self.case_no = town.report(at_place=address, task_code=task, at=self.at).case_no
        self.main = town.report(at=self.at).case_no
        self.steps = {self.case_no: seen(self.case_no)[1]}
        self.used: list[tuple[str, Action, UUID]] = []

    def teardown(self) -> None:
        if hasattr(self, "transaction"):
            for case_no in self._family():
                assert_clocks_count_minutes(case_no)
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)

    def _family(self) -> list[str]:
        parts = Case.objects.filter(parent__case_no=self.case_no).order_by("pk")
        return [self.case_no, *parts.values_list("case_no", flat=True)]

    @contextmanager
    def _acting(self) -> Iterator[None]:
        before = {case_no: seen(case_no) for case_no in self._family()}
        try:
            with transaction.atomic():
                yield
        except Problem:
            assert {case_no: seen(case_no) for case_no in self._family()} == before

    def _said(self, case: Case, action: Action, unit: str, task: str) -> dict[str, Any]:
        if action in (A.DISPATCH, A.TRANSFER, A.UPHOLD_RETURN):
            return {"unit": unit}
        if action is A.START_JOINT_HANDLING:
            return {"units": [unit]}
        if action is A.REQUEST_EXTENSION and case.due_at:
            return {"until": case.due_at + timedelta(days=3)}
        if action is A.REQUEST_SUSPENSION:
            return {"until": (self.at + timedelta(days=5)).date()}
        if action is A.SUPERVISE:
            return {"until": self.at + timedelta(days=2)}
        if action in OF_AN_ORDER:
            return {"order": open_order(case.case_no)}
        if action is A.ACCEPT:
            return {"task_code": task, "place": town.place(town.NEXT_GRID)}
        return {"into": self.main} if action is A.MERGE else {}

    def _somebody_fit(self, case: Case, action: Action, number: int) -> str:
        if action in BY_THE_HANDLER:
            return "grid_worker" if case.self_handled else HANDLERS.get(case.unit, "unit_handler")
        if action in (A.VERIFY, A.REWORK) and case.self_handled:
            return "community_operator"
        fit = sorted(WHO[action] & set(WALKERS))
        return fit[number % len(fit)]

    def _possible(self, case: Case) -> list[Action]:
        """What the state allows and something has been asked for; what is asked for is soon decided."""
        status = replay(history(case))
        known = [action for action in actions_from(State(case.state)) if action in DOINGS]
        asked = {A.REQUEST_EXTENSION, A.REQUEST_SUSPENSION} if status.request else set()
        asked |= {A.SUPERVISE} if status.orders else set()
        return [action for action in known if AFTER.get(action) is None or AFTER[action] in asked]

    @rule(
        number=st.integers(0, 1000),
        which=st.integers(0, 5),
        name=st.none() | st.none() | st.none() | st.sampled_from(WALKERS),
        unit=st.sampled_from(UNITS),
        task=st.sampled_from(TASKS),
        minutes=st.integers(-30, 1500),
    )
    def somebody_acts(self, number: int, which: int, name: str | None, unit: str, task: str, minutes: int) -> None:
        """Mostly what the state allows, by somebody who may, so that walks get far; sometimes anything."""
        family = self._family()
        case = Case.objects.get(case_no=family[which % len(family)])
        possible = self._possible(case)
        onward = [action for action in possible if action not in SELDOM] * 4
        action = [*onward, *possible, *DOINGS][number % (len(onward) + len(possible) + len(DOINGS))]
        self.at += timedelta(minutes=minutes)
        name = name or self._somebody_fit(case, action, number)
        operation_id = uuid4()
        with self._acting():
            said = self._said(case, action, unit, task)
            moved = do(action, case.case_no, self.actors[name], at=self.at, operation_id=operation_id, **said)
            assert moved.version > case.version
            self.used.append((case.case_no, action, operation_id))

    @rule(number=st.integers(0, 50), name=st.sampled_from(WALKERS))
    def somebody_repeats(self, number: int, name: str) -> None:
        if self.used:
            case_no, action, operation_id = self.used[number % len(self.used)]
            case = Case.objects.get(case_no=case_no)
            with self._acting():
                said = self._said(case, action, town.DEPARTMENT, town.GRID_TASK)
                again = do(action, case_no, self.actors[name], at=self.at, operation_id=operation_id, **said)
                assert again.repeated

    @rule(days=st.sampled_from([1, 2, 8]))
    def time_passes(self, days: int) -> None:
        self.at += timedelta(days=days)
        for case_no in self._family():
            for operation in (cases.archive, cases.lapse, cases.resume_as_planned):
                with suppress(Conflict), transaction.atomic():
                    operation(case_no=case_no, at=self.at)

    @rule()
    def the_queue_comes_by(self) -> None:
        cases.follow_up(case_no=self.case_no, at=self.at)
        for case_no in self._family():
            cases.turn_light(case_no=case_no, at=self.at)
            assert cases.turn_light(case_no=case_no, at=self.at) == ()

    @invariant()
    def history_only_grows(self) -> None:
        for case_no in self._family() if hasattr(self, "steps") else ():
            steps, before = seen(case_no)[1], self.steps.get(case_no, [])
            assert steps[: len(before)] == before
            assert [step["seq"] for step in steps] == list(range(1, len(steps) + 1))
            assert [step["at"] for step in steps] == sorted(step["at"] for step in steps)  # type: ignore[type-var]
            self.steps[case_no] = steps

    @invariant()
    def every_step_was_allowed_and_led_on(self) -> None:
        for steps in getattr(self, "steps", {}).values():
            state = State.DRAFT
            for step in steps:
                assert step["from_state"] == state
                state = State(str(step["to_state"]))
                assert transition_for(Action(str(step["action"])), State(str(step["from_state"]))).target is state

    @invariant()
    def the_rows_follow_from_the_history(self) -> None:
        for case_no in getattr(self, "steps", {}):
            assert_follows_from_history(case_no)

    @invariant()
    def an_open_case_can_still_end_and_somebody_is_waited_for(self) -> None:
        for case_no in getattr(self, "steps", {}):
            case = Case.objects.get(case_no=case_no)
            assert State(case.state) in CAN_END
            waiting = State(case.state) in OPEN
            assert bool(case.clock) == waiting
            assert (case.due_at is not None) == (waiting and not case.is_paused)
            assert case.next_turn_at is None or case.due_at is not None

    @invariant()
    def parts_and_orders_are_what_the_history_says(self) -> None:
        for case_no in getattr(self, "steps", {}):
            case = Case.objects.get(case_no=case_no)
            status = replay(history(case))
            running = Case.objects.filter(parent=case, state__in=[state.value for state in OPEN])
            assert status.open_subs == set(running.values_list("case_no", flat=True))
            orders = SupervisionOrder.objects.filter(case=case, released_at=None)
            assert status.orders == set(orders.values_list("number", flat=True))
            assert set(orders.values_list("unit", flat=True)) <= {case.unit}
            if status.state not in OPEN:
                assert not status.orders
                assert not status.open_subs


def assert_clocks_count_minutes(case_no: str) -> None:
    """Every clock of the case shows what counting its minutes gives."""
    steps: list[Step] = history(Case.objects.get(case_no=case_no))
    last = steps[-1].at
    assert last < FIRST + timedelta(minutes=MINUTES), "the walk outran the minutes that are counted"
    for kind, reading in read_clocks(steps, catalogue.clock_profiles(last), catalogue.calendar(last), last).items():
        assert reading.elapsed_min == slow_elapsed(kind, steps, reading.limit.clock, last), (kind, steps)
        due = slow_due(kind, steps, reading.limit)
        if reading.due_at and reading.ended_at is None and due:
            assert reading.due_at == due, (kind, steps)


@pytest.mark.parametrize("start", [None, *WAYS], ids=lambda start: start or "address only")
def test_random_walks(start: State | None) -> None:
    """From a report with an address only, and from a case in each of the states."""
    Walk.start = start
    Walk.actors = {
        name: {"reporter": REPORTER, "anonymous": ANONYMOUS}.get(name) or town.actor(name) for name in WALKERS
    }
    run_state_machine_as_test(
        Walk,
        settings=settings(
            max_examples=4,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert not CaseStep.objects.exists()
