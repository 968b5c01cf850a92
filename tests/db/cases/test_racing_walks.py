"""Walks on which two people act on the same case at the same instant, each on a connection of their own.

One wins and the other hears clearly why not, or both are done, one after the other; never is a step lost, half done
or crossed. Everything that must hold on quiet walks must hold after every such moment too.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.db.at_once import at_once
from tests.db.cases.flow import DOINGS, OF_AN_ORDER, do
from tests.db.cases.test_random_walks import Walk, walk
from tests.db.cases.walking import possible, somebody_fit
from wangge.cases import operations as cases
from wangge.cases.choices import choices
from wangge.cases.models import Case, CaseStep
from wangge.cases.rules.workflow import OPEN
from wangge.cases.types import Action, Moved, State
from wangge.foundation.errors import Problem

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("committed_town")]

Act = tuple[Action, str]


class Race(Walk):
    """Really commits, so that others see it; what one walk leaves behind doesn't concern the next."""

    done, ended_from = Counter(), set()
    outcomes: Counter[str] = Counter()
    pairs: set[frozenset[Action]] = set()

    def begin(self) -> None:
        assert not transaction.get_connection().in_atomic_block

    def end(self) -> None:
        pass

    @rule(dice=st.randoms(use_true_random=True))
    def something_happens(self, dice: random.Random) -> None:
        """Every other time nobody is alone."""
        happens = (super().something_happens, self.two_act_at_once, self.somebody_acts_while_the_queue_comes_by)
        dice.choices(happens, (50, 35, 15))[0](dice)

    def two_act_at_once(self, dice: random.Random) -> None:
        case, allowed = self._some_open_case(dice)
        if case is None or len(allowed) < 2:
            return
        one, other = dice.sample(allowed, 2)
        ids = {uuid4(): act for act in (one, other)}
        acts = [self._act(case, act, key, dice) for key, act in ids.items()]
        before = CaseStep.objects.filter(case=case).count()
        outcomes = at_once(*acts)
        self._assert_clear(case, dict(zip(ids, outcomes, strict=True)), ids, before)
        Race.pairs.add(frozenset((one[0], other[0])))

    def somebody_acts_while_the_queue_comes_by(self, dice: random.Random) -> None:
        case, allowed = self._some_open_case(dice)
        if case is None or not allowed:
            return
        act, at, key = dice.choice(allowed), self.at, uuid4()
        turned, outcome = at_once(
            lambda: cases.turn_light(case_no=case.case_no, at=at), self._act(case, act, key, dice)
        )
        assert isinstance(turned, tuple), turned
        self._assert_clear(case, {key: outcome}, {key: act}, 0)

    def _some_open_case(self, dice: random.Random) -> tuple[Case | None, list[Act]]:
        """One of them, and what the pages would offer to whom now."""
        open_ones = [state.value for state in OPEN]
        rows = list(Case.objects.filter(case_no__in=self.family(), state__in=open_ones).order_by("pk"))
        if not rows:
            return None, []
        case = dice.choice(rows)
        acts = [(action, somebody_fit(case, action, dice, self.actors)) for action in possible(case)]
        return case, [act for act in acts if self._is_offered(case, act)]

    def _is_offered(self, case: Case, act: Act) -> bool:
        offered = choices(case, self.actors[act[1]], self.at)
        return any(one.action is act[0] and one.allowed for one in offered)

    def _act(self, case: Case, act: Act, key: UUID, dice: random.Random) -> Callable[[], Moved]:
        action, name = act
        said: dict[str, Any] = self.said(case, action, dice)
        at, actor = self.at, self.actors[name]
        return lambda: do(action, case.case_no, actor, at=at, operation_id=key, **said)

    def _assert_clear(self, case: Case, outcomes: dict[UUID, Any], acts: dict[UUID, Act], before: int) -> None:
        """Each is done and stands in the history once, or is refused with a reason and left no trace."""
        steps = list(CaseStep.objects.filter(case=case).order_by("seq").values_list("operation_id", flat=True))
        for key, outcome in outcomes.items():
            assert isinstance(outcome, Moved | Problem), (acts, outcome)
            assert steps.count(key) == isinstance(outcome, Moved), (acts, outcome)
            if isinstance(outcome, Problem):
                gone = acts[key][0] in OF_AN_ORDER and outcome.code == "cases.no_such_order"
                assert outcome.status in (409, 422) or gone or self._is_refused_alone(outcome), (acts, outcome.code)
        done = sum(isinstance(outcome, Moved) for outcome in outcomes.values())
        assert len(steps) >= before + done
        Race.outcomes[f"{done} of {len(outcomes)}"] += 1

    @staticmethod
    def _is_refused_alone(outcome: Problem) -> bool:
        """A unit out of reach was chosen: the dice's fault, whoever else acted."""
        return outcome.code in ("cases.unit_out_of_reach", "access.not_allowed")


STARTS = (State.REPORTED, State.IN_PROGRESS, State.DISPOSED)


@pytest.mark.parametrize("start", STARTS)
def test_racing_walks(start: State) -> None:
    """From the states in which most can be done."""
    walk(Race, start, examples=4, steps=40)
    _WALKED.add(start)


_WALKED: set[State] = set()


def test_races_were_won_lost_and_shared() -> None:
    for start in [start for start in STARTS if start not in _WALKED]:  # run by itself
        walk(Race, start, examples=4, steps=40)
    assert Race.outcomes["1 of 2"] > 20
    assert Race.outcomes["2 of 2"] > 5
    assert len(Race.pairs) > 20
    assert all(action in DOINGS for pair in Race.pairs for action in pair)
