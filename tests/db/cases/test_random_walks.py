"""Whatever sequence of allowed acts: history only grows, the row follows from it, an open case can still end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests import town
from tests.db.cases.flow import DOINGS, WAYS, A, assert_follows_from_history, do, force, in_state, seen
from tests.db.cases.test_every_transition import WHO
from wangge.cases import operations as cases
from wangge.cases.models import Case, CaseStep
from wangge.cases.rules.workflow import ENDED, OPEN, TRANSITIONS, actions_from, transition_for
from wangge.cases.types import Action, Place, State
from wangge.foundation.access import ANONYMOUS, REPORTER, Actor
from wangge.foundation.errors import Problem

pytestmark = pytest.mark.django_db

WALKERS = (
    "reporter", "anonymous", "grid_worker", "grid_worker_2", "community_operator", "township_dispatcher",
    "county_intake_clerk", "county_dispatcher", "shift_leader", "supervisor", "revisit_clerk", "unit_handler",
    "unit_handler_2", "unit_handler_town", "unit_lead", "enforcement_member", "auditor",
)  # fmt: skip
UNITS = (
    town.DEPARTMENT, town.OTHER_DEPARTMENT, town.SECTION, town.TOWN_CENTRE, town.TOWN_OFFICE, town.TEAM, town.COMMUNITY,
)  # fmt: skip
#: What ends a walk early or leads nowhere.
SELDOM = {A.WITHDRAW, A.REFUSE, A.MERGE, A.SUPPLEMENT}
HANDLERS = {
    town.DEPARTMENT: "unit_handler",
    town.OTHER_DEPARTMENT: "unit_handler_2",
    town.TOWN_OFFICE: "unit_handler_town",
    town.TEAM: "enforcement_member",
}
TASKS = (town.GRID_TASK, town.TOWN_TASK, town.COUNTY_TASK, town.ENFORCEMENT_TASK)
#: Rows of the table whose operations come later, and what time does.
LATER = sorted({row.action for row in TRANSITIONS} - set(DOINGS) - {A.SUBMIT, A.ARCHIVE, A.MERGE})


def _ways_to_an_end() -> set[State]:
    """States from which the table leads to an end."""
    ending = set(ENDED)
    while more := {state for row in TRANSITIONS if row.target in ending for state in row.sources} - ending:
        ending |= more
    return ending


CAN_END = _ways_to_an_end()


class Walk(RuleBasedStateMachine):
    """One case, and whoever comes along."""

    actors: dict[str, Actor]
    start: State | None = None

    @initialize(task=st.sampled_from(["", *TASKS]))
    def somebody_reports(self, task: str) -> None:
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.at = town.AT
        address = Place(address="汤山街道")
        self.case_no = in_state(self.start) if self.start else town.report(at_place=address, task_code=task).case_no
        self.main = town.report(at=self.at).case_no
        self.steps = seen(self.case_no)[1]
        self.used: list[tuple[Action, UUID]] = []

    def teardown(self) -> None:
        if hasattr(self, "transaction"):
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)

    @contextmanager
    def _acting(self) -> Iterator[None]:
        before = seen(self.case_no)
        try:
            with transaction.atomic():
                yield
        except Problem:
            assert seen(self.case_no) == before

    def _said(self, action: Action, unit: str, task: str) -> dict[str, Any]:
        if action in (A.DISPATCH, A.TRANSFER):
            return {"unit": unit}
        if action is A.ACCEPT:
            return {"task_code": task, "place": town.place(town.NEXT_GRID)}
        return {"into": self.main} if action is A.MERGE else {}

    def _somebody_fit(self, action: Action, number: int) -> str:
        case = Case.objects.get(case_no=self.case_no)
        if action in (A.SIGN, A.SUBMIT_RESULT):
            return "grid_worker" if case.self_handled else HANDLERS.get(case.unit, "unit_handler")
        fit = sorted(WHO[action] & set(WALKERS))
        return fit[number % len(fit)]

    def _state(self) -> State:
        return State(Case.objects.values_list("state", flat=True).get(case_no=self.case_no))

    @rule(
        number=st.integers(0, 1000),
        name=st.none() | st.none() | st.none() | st.sampled_from(WALKERS),
        unit=st.sampled_from(UNITS),
        task=st.sampled_from(TASKS),
        minutes=st.integers(-30, 3000),
    )
    def somebody_acts(self, number: int, name: str | None, unit: str, task: str, minutes: int) -> None:
        """Mostly what the state allows, by somebody who may, so that walks get far; sometimes anything."""
        possible = [action for action in actions_from(self._state()) if action in DOINGS]
        onward = [action for action in possible if action not in SELDOM] * 4
        action = [*onward, *possible, *DOINGS][number % (len(onward) + len(possible) + len(DOINGS))]
        self.at += timedelta(minutes=minutes)
        name = name or self._somebody_fit(action, number)
        operation_id = uuid4()
        with self._acting():
            said = self._said(action, unit, task)
            moved = do(action, self.case_no, self.actors[name], at=self.at, operation_id=operation_id, **said)
            assert moved.version == len(self.steps) + 1
            self.used.append((action, operation_id))

    @rule(action=st.sampled_from(LATER), minutes=st.integers(0, 3000))
    def a_rarer_path(self, action: Action, minutes: int) -> None:
        self.at += timedelta(minutes=minutes)
        if action is not A.VOID or minutes % 7 == 0:  # seldom: nothing follows it
            with self._acting():
                force(action, self.case_no, at=self.at)

    @rule(number=st.integers(0, 50), name=st.sampled_from(WALKERS))
    def somebody_repeats(self, number: int, name: str) -> None:
        if self.used:
            action, operation_id = self.used[number % len(self.used)]
            with self._acting():
                said = self._said(action, town.DEPARTMENT, town.GRID_TASK)
                again = do(action, self.case_no, self.actors[name], at=self.at, operation_id=operation_id, **said)
                assert again.repeated

    @rule()
    def time_passes(self) -> None:
        self.at += timedelta(days=8)
        state = self._state()
        if state is State.CLOSED:
            cases.archive(case_no=self.case_no, at=self.at)
        elif state is State.RETURNED:
            cases.lapse(case_no=self.case_no, at=self.at)

    @rule()
    def the_queue_comes_by(self) -> None:
        cases.follow_up(case_no=self.case_no, at=self.at)

    @invariant()
    def history_only_grows(self) -> None:
        if hasattr(self, "steps"):
            steps = seen(self.case_no)[1]
            assert steps[: len(self.steps)] == self.steps
            assert [step["seq"] for step in steps] == list(range(1, len(steps) + 1))
            assert [step["at"] for step in steps] == sorted(step["at"] for step in steps)  # type: ignore[type-var]
            self.steps = steps

    @invariant()
    def every_step_was_allowed_and_led_on(self) -> None:
        state = State.DRAFT
        for step in getattr(self, "steps", []):
            assert step["from_state"] == state
            state = State(str(step["to_state"]))
            assert transition_for(Action(str(step["action"])), State(str(step["from_state"]))).target is state

    @invariant()
    def the_row_follows_from_the_history(self) -> None:
        if hasattr(self, "steps"):
            assert_follows_from_history(self.case_no)

    @invariant()
    def an_open_case_can_still_end_and_somebody_is_waited_for(self) -> None:
        if hasattr(self, "steps"):
            case = Case.objects.get(case_no=self.case_no)
            assert State(case.state) in CAN_END
            waiting = State(case.state) in OPEN
            assert bool(case.clock) == waiting
            assert (case.due_at is not None) == (waiting and not case.is_paused)


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
            max_examples=3,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert not CaseStep.objects.exists()
