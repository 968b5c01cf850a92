"""Random ways through the table of transitions, under rules that differ and over days that nobody works."""

from __future__ import annotations

import random
from datetime import time, timedelta

from tests.unit.cases.slow_clock import World, world
from wangge.cases.rules.workflow import actions_from, transition_for
from wangge.cases.types import Action, State, Step
from wangge.catalogue.types import ClockProfile
from wangge.foundation.worktime import Clock, Limit

A, S = Action, State

#: The Spring Festival with its adjusted days (调休), also as seen before they were known; the holidays of October;
#: and the end of the year, after which no day is known.
WORLDS: dict[str, World] = {
    "spring festival": world("2026-02-02", 80),
    "spring festival unknown": world("2026-02-02", 80, known_until="2026-02-13"),
    "october": world("2026-09-14", 80),
    "end of the year": world("2026-12-10", 80),
}

_SPLIT = ((time(7, 30), time(11)), (time(14, 30), time(18)))
_THREE = ((time(8), time(9, 45)), (time(10), time(12)), (time(19, 20), time(23)))
#: Versions a centre has adopted; 0 is the product's own, and 9 nobody knows.
PROFILES: dict[int, ClockProfile] = {
    0: ClockProfile(),
    1: ClockProfile(
        version=1,
        hours=_SPLIT,
        acceptance=Limit(45, Clock.WORKING),
        signing=Limit(90, Clock.WORKING),
        signing_urgent=Limit(20, Clock.WORKING, urgent=True),
        verification=Limit(600, Clock.NATURAL),
        feedback=Limit(300, Clock.WORKING),
        handling=Limit(1200, Clock.WORKING),
        yellow_share=0.5,
        supervise_after_min=210,
        list_after_min=1000,
    ),
    2: ClockProfile(
        version=2,
        hours=_THREE,
        acceptance=Limit(60, Clock.NATURAL),
        signing=Limit(360, Clock.NATURAL),
        verification=Limit(240, Clock.WORKING),
        feedback=Limit(2880, Clock.NATURAL),
        handling=Limit(960, Clock.NATURAL, urgent=True),
        yellow_share=0.2,
        urgent_yellow_min=90,
        supervise_after_min=60,
        list_after_min=480,
    ),
    3: ClockProfile(version=3, hours=((time(0), time(6)),), handling=Limit(777, Clock.WORKING), yellow_share=0.33),
}
_VERSIONS = (None, 0, 1, 1, 2, 2, 3, 9)

#: Acts that matter to clocks come often, ends seldom.
_OFTEN = {
    A.SUBMIT: 8, A.ASSIST: 1, A.ACCEPT: 8, A.DISPATCH: 6, A.SIGN: 6, A.SUBMIT_RESULT: 4, A.REWORK: 4, A.SUSPEND: 3,
    A.RESUME: 6, A.REOPEN: 4, A.SUPPLEMENT: 2, A.VERIFY: 6, A.FEEDBACK: 4, A.APPROVE_EXTENSION: 2, A.UNMERGE: 4,
    A.OBJECT: 4, A.START_JOINT_HANDLING: 2, A.SUPERVISE: 2, A.VOID: 0.2, A.WITHDRAW: 0.2,
}  # fmt: skip
_OF_AN_ORDER = (A.RELEASE, A.REPLY, A.ACKNOWLEDGE)


class _Author:
    """Makes up one history."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.steps: list[Step] = []
        self.parts: list[str] = []
        self.orders: list[str] = []

    def _may(self, action: Action) -> bool:
        """What the operations see to beside the table: answers need an order, and one order runs at a time."""
        if action is A.END_SUB_CASE:
            return bool(self.parts)
        if action is A.SUPERVISE:
            return not self.orders
        return bool(self.orders) if action in _OF_AN_ORDER else True

    def next_action(self, state: State) -> Action | None:
        known = [action for action in actions_from(state) if self._may(action)]
        return self.dice.choices(known, [_OFTEN.get(action, 1) for action in known])[0] if known else None

    def said(self, action: Action) -> dict[str, object]:
        if action in (A.SUBMIT, A.ACCEPT, A.ASSIST):
            return self._rules() | (self._limit() if action is not A.SUBMIT else {})
        if action is A.APPROVE_EXTENSION:
            return {"extra_min": self.dice.randrange(1, 1200)}
        if action is A.START_JOINT_HANDLING:
            begun = [f"part {len(self.steps)}-{number}" for number in range(self.dice.randrange(1, 4))]
            self.parts += begun
            return {"sub_cases": [{"case_no": part} for part in begun]}
        if action is A.END_SUB_CASE:
            return {"sub_case": self.parts.pop(self.dice.randrange(len(self.parts)))}
        if action is A.SUPERVISE:
            self.orders.append(f"order {len(self.steps)}")
        if action in (A.SUPERVISE, *_OF_AN_ORDER):
            return {"order": self.orders.pop() if action is A.RELEASE else self.orders[-1]}
        return {}

    def _rules(self) -> dict[str, object]:
        version = self.dice.choice(_VERSIONS)
        return {} if version is None else {"rules": version}

    def _limit(self) -> dict[str, object]:
        """Of a task of the list; seldom one that has left it, whose limit isn't known."""
        if self.dice.random() < 0.15:
            return {"task_code": "040101"}
        minutes = self.dice.choice((self.dice.randrange(1, 300), self.dice.randrange(1, 2400)))
        clock = self.dice.choice(list(Clock))
        return {"limit_min": minutes, "clock": clock.value, "is_urgent": self.dice.random() < 0.3}


def random_history(dice: random.Random, longest: int = 18) -> tuple[World, list[Step]]:
    """A random way through the table within some weeks, and the days it lies in."""
    where = WORLDS[dice.choice(list(WORLDS))]
    author = _Author(dice)
    state, at = S.DRAFT, dice.randrange(18 * 1440)
    for _ in range(dice.randrange(1, longest)):
        action = author.next_action(state)
        if action is None:
            break
        row = transition_for(action, state)
        when = where.first + timedelta(minutes=at)
        author.steps.append(Step(action, when, row.target, state, None, author.said(action)))
        state, at = row.target, at + dice.choice((0, dice.randrange(200), dice.randrange(2000)))
    return where, author.steps
