"""Whatever sequence of allowed acts: history only grows, the rows follow from it, every open case can still end.

A walk follows cases with all their parts and followers, by everybody, over weeks: lights turn, rests end, silence
lapses. What must hold is in `walking`; clocks are compared with one that counts minutes (tests/unit/cases).

The same walks are taken every time, and a few others besides: should those fail, the seed is told by which they
can be taken again (WANGGE_WALK_SEED).
"""

from __future__ import annotations

import os
import random
import secrets
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests import town
from tests.db.cases.flow import DOINGS, WAYS, A, assert_follows_from_history, do, in_state, seen
from tests.db.cases.walking import (
    BEGIN,
    TASKS,
    UNITS,
    WALKERS,
    Actors,
    assert_can_be_led_to_an_end,
    assert_clocks_count_minutes,
    assert_kin_is_what_the_history_says,
    assert_orders_are_what_the_history_says,
    assert_waits_somewhere,
    everybody,
    possible,
    said_with,
    somebody_fit,
)
from wangge.cases import operations as cases
from wangge.cases.models import Case, CaseStep
from wangge.cases.rules.workflow import OPEN, TRANSITIONS, transition_for
from wangge.cases.types import Action, Place, State
from wangge.foundation.errors import Conflict, Problem

pytestmark = pytest.mark.django_db

STEPS = 60
#: What ends a case early or leads nowhere comes seldom, what is asked for is soon decided.
OFTEN = {
    A.WITHDRAW: 1, A.REFUSE: 1, A.MERGE: 2, A.SUPPLEMENT: 1, A.VOID: 1, A.URGE: 1, A.SUPERVISE: 2, A.ACCEPT: 12,
    A.REQUEST_RETURN: 2, A.ESCALATE: 2, A.TRANSFER: 2, A.APPROVE_EXTENSION: 12, A.SUSPEND: 12, A.REFUSE_EXTENSION: 8,
    A.REFUSE_SUSPENSION: 8, A.REQUEST_EXTENSION: 6, A.REQUEST_SUSPENSION: 6, A.START_JOINT_HANDLING: 3,
}  # fmt: skip
#: What no walk has done yet comes so much oftener.
NEW = 10
Seen = tuple[dict[str, Any], list[dict[str, Any]]]


class Walk(RuleBasedStateMachine):
    """Cases with their parts, and whoever comes along."""

    actors: Actors
    start: State | None = None
    #: Over all walks: how often each action was done from each state, and from where an end was sought.
    done: Counter[tuple[Action, State]] = Counter()
    ended_from: set[tuple[object, ...]] = set()

    @initialize(task=st.sampled_from(["", *TASKS]))
    def somebody_reports(self, task: str) -> None:
        self.begin()
        self.at = BEGIN
        self.used: list[tuple[str, Action, UUID]] = []
        self.known: dict[str, Seen] = {}
        self.roots: list[str] = []
        if self.start:
            self.roots.append(in_state(self.start, at=self.at))
        else:
            self._report(task)
        self.main = town.report(at=self.at).case_no
        self.roots.append(self.main)
        self.first_steps = {case_no: len(seen(case_no)[1]) for case_no in self.family()}

    def begin(self) -> None:
        """Nothing of a walk is left after it."""
        self.transaction = transaction.atomic()
        self.transaction.__enter__()

    def end(self) -> None:
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    def _report(self, task: str) -> None:
        address = Place(address="汤山街道")
        self.roots.append(town.report(at_place=address, task_code=task, at=self.at).case_no)

    def teardown(self) -> None:
        if not hasattr(self, "roots"):
            return
        try:
            for case_no in self.family():
                assert_clocks_count_minutes(case_no, self.at)
                assert_follows_from_history(case_no)
                self._count_what_was_done(case_no)
        finally:
            self.end()

    def _count_what_was_done(self, case_no: str) -> None:
        steps = CaseStep.objects.filter(case__case_no=case_no, seq__gt=self.first_steps.get(case_no, 0))
        self.done.update((Action(action), State(state)) for action, state in steps.values_list("action", "from_state"))

    def family(self) -> list[str]:
        parts = Case.objects.filter(parent__case_no__in=self.roots).order_by("pk")
        return [*self.roots, *parts.values_list("case_no", flat=True)]

    def _look(self) -> dict[str, Seen]:
        """Rows and histories of everything there is, in two queries."""
        found = self.family()
        rows = {str(row["case_no"]): row for row in Case.objects.filter(case_no__in=found).values()}
        steps: dict[str, list[dict[str, object]]] = {case_no: [] for case_no in found}
        for step in CaseStep.objects.filter(case__case_no__in=found).order_by("seq").values("case__case_no", *_STEP):
            steps[step.pop("case__case_no")].append(step)
        return {case_no: (rows[case_no], steps[case_no]) for case_no in found}

    @contextmanager
    def acting(self) -> Iterator[None]:
        before = self._look()
        try:
            with transaction.atomic():
                yield
        except Problem:
            assert self._look() == before

    @rule(dice=st.randoms(use_true_random=True))
    def something_happens(self, dice: random.Random) -> None:
        """The dice are hypothesis' own, but throw evenly: its numbers alone lean to the same few acts."""
        happens = (self.somebody_acts, self.somebody_repeats, self.time_passes, self.the_queue_comes_by)
        dice.choices(happens, (75, 5, 10, 10))[0](dice)

    def somebody_acts(self, dice: random.Random) -> None:
        """Mostly what the state allows, by somebody who may, so that walks get far; sometimes anything."""
        case = self.some_case(dice)
        action = self.some_action(case, dice)
        self.at += timedelta(minutes=dice.choice((0, dice.randrange(-30, 120), dice.randrange(1500))))
        name = dice.choice(WALKERS) if dice.random() < 0.1 else somebody_fit(case, action, dice, self.actors)
        operation_id = uuid4()
        with self.acting():
            moved = do(action, case.case_no, self.actors[name], at=self.at, operation_id=operation_id,
                       **self.said(case, action, dice))  # fmt: skip
            assert moved.version > case.version
            self.used.append((case.case_no, action, operation_id))

    def some_case(self, dice: random.Random) -> Case:
        """Mostly one that is open, or with something new to do; when all have ended somebody reports again."""
        rows = list(Case.objects.filter(case_no__in=self.family()).order_by("pk"))
        missing = set(DOINGS) - {action for action, _ in self.done}
        if missing and dice.random() < 0.6 and (news := [row for row in rows if missing & set(possible(row))]):
            return dice.choice(news)
        open_ones = [row for row in rows if State(row.state) in OPEN]
        if not open_ones:
            self._report(dice.choice(("", *TASKS)))
        return dice.choice(open_ones if open_ones and dice.random() < 0.85 else rows)

    def some_action(self, case: Case, dice: random.Random) -> Action:
        may = possible(case)
        if not may or dice.random() < 0.05:
            return dice.choice(list(DOINGS))
        done = {action for action, _ in self.done}
        return dice.choices(may, [OFTEN.get(action, 4) * (1 if action in done else NEW) for action in may])[0]

    def said(self, case: Case, action: Action, dice: random.Random) -> dict[str, Any]:
        unit, task = dice.choice(UNITS), dice.choice(TASKS)
        return said_with(case, action, at=self.at, unit=unit, task=task, main=self.main)

    def somebody_repeats(self, dice: random.Random) -> None:
        if self.used:
            case_no, action, operation_id = dice.choice(self.used)
            case, name = Case.objects.get(case_no=case_no), dice.choice(WALKERS)
            with self.acting():
                said = self.said(case, action, dice)
                again = do(action, case_no, self.actors[name], at=self.at, operation_id=operation_id, **said)
                assert again.repeated

    def time_passes(self, dice: random.Random) -> None:
        self.at += timedelta(days=dice.choice((1, 2, 8)))
        for case_no in self.family():
            for operation in (cases.archive, cases.lapse, cases.resume_as_planned):
                with suppress(Conflict), transaction.atomic():
                    operation(case_no=case_no, at=self.at)

    def the_queue_comes_by(self, dice: random.Random) -> None:
        cases.follow_up(case_no=dice.choice(self.roots), at=self.at)
        for case_no in self.family():
            cases.turn_light(case_no=case_no, at=self.at)
            assert cases.turn_light(case_no=case_no, at=self.at) == ()

    @invariant()
    def what_has_changed_is_sound(self) -> None:
        """Every case whose row or history is another than before; the others were found sound then."""
        if not hasattr(self, "roots"):
            return
        now = self._look()
        for case_no in sorted(case_no for case_no in now if now[case_no] != self.known.get(case_no)):
            _history_only_grew(now[case_no][1], self.known.get(case_no, ({}, []))[1])
            assert_follows_from_history(case_no)
            case = Case.objects.select_related("parent").get(case_no=case_no)
            _somebody_is_waited_for(case)
            assert_kin_is_what_the_history_says(case)
            assert_orders_are_what_the_history_says(case)
            if State(case.state) in OPEN:
                assert_waits_somewhere(case, self.actors, self.at)
                self._can_end(case)
        self.known = now

    def _can_end(self, case: Case) -> None:
        """Tried out from every kind of situation, once."""
        parts = Case.objects.filter(parent=case, state__in=[state.value for state in OPEN])
        kind = (
            case.state, case.unit, case.self_handled, case.asked, case.level, case.parent_id is None,
            case.open_orders, len(case.area), tuple(sorted(parts.values_list("state", "unit"))),
        )  # fmt: skip
        if kind not in self.ended_from:
            assert_can_be_led_to_an_end(case.case_no, self.actors, self.at)
            self.ended_from.add(kind)


_STEP = [field.attname for field in CaseStep._meta.concrete_fields]


def _history_only_grew(steps: list[dict[str, Any]], before: list[dict[str, Any]]) -> None:
    assert steps[: len(before)] == before
    assert [step["seq"] for step in steps] == list(range(1, len(steps) + 1))
    times = [step["at"] for step in steps]
    assert times == sorted(times)
    state = State.DRAFT
    for step in steps:
        assert step["from_state"] == state
        state = State(str(step["to_state"]))
        assert transition_for(Action(str(step["action"])), State(str(step["from_state"]))).target is state


def _somebody_is_waited_for(case: Case) -> None:
    waiting = State(case.state) in OPEN
    assert bool(case.clock) == waiting
    assert (case.due_at is not None) == (waiting and not case.is_paused)
    assert case.next_turn_at is None or case.due_at is not None


STARTS = [None, *WAYS]


def walk(
    machine: type[Walk], start: State | None, *, examples: int, steps: int = STEPS, said: int | None = None
) -> None:
    """So many walks from there: the same every time, or those of a seed."""
    machine.start, machine.actors = start, everybody()
    try:
        run_state_machine_as_test(
            seed(said)(machine) if said is not None else machine,
            settings=settings(
                max_examples=examples,
                stateful_step_count=steps,
                deadline=None,
                derandomize=said is None,
                database=None,
                phases=(Phase.generate,),  # to make a walk shorter takes longer than to read it
                suppress_health_check=list(HealthCheck),
            ),
        )
    except BaseException as error:
        error.add_note(f"walks from {start}; WANGGE_WALK_SEED={said} takes them again" if said else f"from {start}")
        raise


@pytest.mark.parametrize("start", STARTS, ids=lambda start: start or "address only")
def test_random_walks(start: State | None) -> None:
    """From a report with an address only, and from a case in each of the states."""
    walk(Walk, start, examples=2)
    assert not CaseStep.objects.exists()
    _WALKED.add(start)


def test_walks_nobody_has_taken_before() -> None:
    """Others each time, unless WANGGE_WALK_SEED says which."""
    said = int(os.environ.get("WANGGE_WALK_SEED") or secrets.randbelow(2**32))

    class Anew(Walk):
        done, ended_from = Counter(), set()

    for start in (None, State.ACCEPTED, State.IN_PROGRESS):
        walk(Anew, start, examples=1, said=said)
    assert not CaseStep.objects.exists()


_WALKED: set[State | None] = set()


def _never_done() -> set[Action]:
    return set(Action) - {action for action, _ in Walk.done}


def test_every_action_of_the_table_was_done_on_the_walks() -> None:
    """A machine that never succeeds at something shows nothing about it."""
    for start in [start for start in STARTS if start not in _WALKED]:  # run by itself
        walk(Walk, start, examples=2)
    for said in range(1, 40):  # what the dice have passed over so far
        sources = (row.sources for row in TRANSITIONS if row.action in _never_done())
        states = sorted(set().union(*sources) & set(WAYS))
        if not states:
            break
        walk(Walk, states[said % len(states)], examples=2, said=said)
    assert not _never_done()
    assert len(Walk.ended_from) > 60
