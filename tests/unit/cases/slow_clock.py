"""The clocks of a case by counting minutes: slow, plain, and written apart from the product's own arithmetic.

Each minute belongs to what the last step before it left behind. A clock counts the minutes in which it is due to
run, from the last step that starts it afresh.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, time, timedelta

import numpy as np

from tests.unit.calendars import SHIPPED
from wangge.cases.rules.workflow import actions_from, transition_for
from wangge.cases.types import Action, State, Step
from wangge.foundation.worktime import LOCAL, Clock, Limit

A, S = Action, State
#: The Spring Festival with its adjusted days (调休) lies in the middle.
FIRST = datetime(2026, 1, 26, tzinfo=LOCAL)
MINUTES = 70 * 24 * 60


def _is_worked(minute: int) -> bool:
    at = FIRST + timedelta(minutes=minute)
    in_hours = time(9) <= at.time() < time(12) or time(13) <= at.time() < time(18)
    return in_hours and SHIPPED.is_working(at.date())


COUNTS = {
    Clock.WORKING: np.fromiter((_is_worked(minute) for minute in range(MINUTES)), bool, MINUTES),
    Clock.NATURAL: np.ones(MINUTES, bool),
}
STARTS = {
    "acceptance": {A.SUBMIT, A.OBJECT},
    "signing": {A.DISPATCH, A.TRANSFER, A.UPHOLD_RETURN, A.ASSIST},
    "handling": {A.ACCEPT, A.ASSIST, A.REOPEN},
    "verification": {A.SUBMIT_RESULT},
    "feedback": {A.VERIFY},
}
TICKS = {
    "acceptance": {S.REPORTED},
    "signing": {S.DISPATCHED},
    "handling": {S.ACCEPTED, S.DISPATCHED, S.RETURN_REQUESTED, S.IN_PROGRESS, S.REWORK},
    "verification": {S.DISPOSED},
    "feedback": {S.VERIFIED},
}


def minute_of(at: datetime) -> int:
    return int((at - FIRST).total_seconds()) // 60


def ticking(kind: str, steps: Sequence[Step]) -> np.ndarray | None:
    """The minutes in which the clock runs if nothing more happens; None if it never began."""
    runs = np.zeros(MINUTES, bool)
    has_begun, parts = False, 0
    ends = [minute_of(step.at) for step in steps[1:]] + [MINUTES]
    for step, end in zip(steps, ends, strict=True):
        parts += len(step.detail.get("sub_cases", ()))  # type: ignore[arg-type]
        parts -= step.action is A.END_SUB_CASE
        if step.action in STARTS[kind]:
            runs[:] = False
            has_begun = True
        waits = kind == "verification" and parts > 0
        if has_begun and step.to_state in TICKS[kind] and not waits:
            runs[minute_of(step.at) : end] = True
    return runs if has_begun else None


def slow_elapsed(kind: str, steps: Sequence[Step], clock: Clock, at: datetime) -> int:
    """Minutes counted until `at`."""
    runs = ticking(kind, [step for step in steps if step.at <= at])
    assert runs is not None
    return int(np.count_nonzero((runs & COUNTS[clock])[: minute_of(at)]))


def slow_due(kind: str, steps: Sequence[Step], limit: Limit) -> datetime | None:
    """The end of the minute in which the limit is reached; None when it is not within what is counted."""
    runs = ticking(kind, steps)
    assert runs is not None
    counted = np.flatnonzero(runs & COUNTS[limit.clock])
    place = int(limit.minutes) - 1
    return FIRST + timedelta(minutes=int(counted[place]) + 1) if place < len(counted) else None


#: Acts that matter to clocks come often, ends seldom.
_OFTEN = {
    A.ACCEPT: 8, A.DISPATCH: 6, A.SIGN: 6, A.SUBMIT_RESULT: 4, A.REWORK: 4, A.SUSPEND: 3, A.RESUME: 6, A.REOPEN: 4,
    A.SUPPLEMENT: 2, A.VERIFY: 6, A.FEEDBACK: 2, A.APPROVE_EXTENSION: 2, A.UNMERGE: 4, A.OBJECT: 4,
    A.START_JOINT_HANDLING: 2, A.VOID: 0, A.WITHDRAW: 0, A.ASSIST: 0,
}  # fmt: skip


def random_history(dice: random.Random, longest: int = 14) -> tuple[list[Step], Limit]:
    """A random way through the table within three weeks, and the limit of its task."""
    limit = Limit(dice.randrange(1, 2400), dice.choice(list(Clock)))
    accepted = {"task_code": "040101", "limit_min": limit.minutes, "clock": limit.clock.value}
    steps: list[Step] = []
    state, at, parts = S.DRAFT, dice.randrange(10 * 1440), 0
    for _ in range(dice.randrange(1, longest)):
        known = [action for action in actions_from(state) if action is not A.END_SUB_CASE or parts]
        weights = [_OFTEN.get(action, 1) for action in known]
        if not any(weights):
            break
        action = dice.choices(known, weights)[0]
        detail: dict[str, object] = {}
        if action is A.ACCEPT:
            detail = dict(accepted)
        elif action is A.APPROVE_EXTENSION:
            detail = {"extra_min": dice.randrange(600)}
        elif action is A.START_JOINT_HANDLING:
            detail = {"sub_cases": [{"case_no": f"{len(steps)}"}]}
            parts += 1
        elif action is A.END_SUB_CASE:
            open_parts = [one["case_no"] for step in steps for one in step.detail.get("sub_cases", ())]  # type: ignore[attr-defined]
            ended = [step.detail["sub_case"] for step in steps if step.action is A.END_SUB_CASE]
            detail = {"sub_case": next(part for part in open_parts if part not in ended)}
            parts -= 1
        row = transition_for(action, state)
        steps.append(Step(action, FIRST + timedelta(minutes=at), row.target, state, None, detail))
        state, at = row.target, at + dice.choice((0, dice.randrange(200), dice.randrange(2000)))
    return steps, limit
