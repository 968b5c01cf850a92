"""Histories for the assessment: steps as the table makes them, with what the operations write beside them."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

from tests.unit.calendars import SHIPPED, local
from wangge.analysis.rules.counting import Window
from wangge.analysis.rules.deadline import Clocks
from wangge.analysis.rules.facts import CaseFacts, Fixed
from wangge.analysis.rules.reading import facts_of
from wangge.analysis.rules.tally import tally
from wangge.analysis.types import Figure, ScopeKind
from wangge.cases.rules.workflow import TRANSITIONS, transition_for
from wangge.cases.types import Action, State, Step

A = Action
CLOCKS = Clocks(SHIPPED, {})
GRID = "320115003001001"
URB, WAT = "320115-URB", "320115-WAT"
FAR = local("2030-01-01 00:00")

#: What the operations write with a step, unless a test says otherwise.
DETAILS: dict[Action, dict[str, Any]] = {
    A.ACCEPT: {"task_code": "060102", "weight": "GENERAL", "limit_min": 480, "clock": "WORKING"},
    A.ASSIST: {"task_code": "060102", "weight": "GENERAL", "limit_min": 480, "clock": "WORKING", "unit": WAT}
    | {"main": "1", "level": "COUNTY"},
    A.DISPATCH: {"unit": URB, "level": "COUNTY"},
    A.TRANSFER: {"unit": WAT, "level": "COUNTY"},
    A.UPHOLD_RETURN: {"unit": WAT, "level": "COUNTY", "returned_by": URB},
    A.ESCALATE: {"level": "COUNTY", "from_level": "GRID", "reason": "BEYOND_MEANS"},
    A.SELF_HANDLE: {"level": "GRID"},
    A.SUSPEND: {"reason": "WORKS", "until": "2026-12-31"},
    A.APPROVE_EXTENSION: {"until": "2026-12-31", "extra_min": 480},
    A.RATE: {"rating": "SATISFIED", "solved": True, "by": "REPORTER"},
    A.SUPERVISE: {"order": "DB1", "until": "2026-11-27", "reason": "MANUAL"},
    A.RELEASE: {"order": "DB1"},
}

Move = tuple[str, Action] | tuple[str, Action, dict[str, Any]]


def history(*moves: Move) -> list[Step]:
    """Steps from (when, what) or (when, what, with which details)."""
    state, steps = State.DRAFT, []
    for when, action, *more in moves:
        row = transition_for(action, state)
        detail = DETAILS.get(action, {}) | (more[0] if more else {})
        steps.append(Step(action, local(when), row.target, state, detail=detail))
        state = row.target
    return steps


def facts(
    *moves: Move, until: datetime = FAR, number: str = "20261123320115000001", area: str = GRID, **fixed: Any
) -> CaseFacts:
    """What the assessment knows of a case with this history."""
    case = Fixed(number, area, fixed.pop("channel", "RESIDENT"), **fixed)
    found = facts_of(case, history(*moves), clocks=CLOCKS, cut_off=until)
    assert found is not None
    return found


def window(begin: str = "2026-11-01 00:00", end: str = "2026-12-01 00:00", cut_off: str | None = None) -> Window:
    return Window(local(begin), local(end), local(cut_off) if cut_off else FAR)


def figure(cases: list[CaseFacts], index: str, *, over: Window | None = None, unit: str = "", **more: Any) -> Figure:
    """One index of these cases: of a unit, or of the county."""
    sheets = tally(cases, over or window(), more.get("excluded", {}))
    kind, code = (ScopeKind.UNIT, unit) if unit else (ScopeKind.COUNTY, GRID[:6])
    return sheets[kind].get(index, {}).get(code, Figure(0, 0, 0, 0))


#: Roads every case walks, and what may happen on them.
HANDLED = (A.SUBMIT, A.ACCEPT, A.DISPATCH, A.SIGN, A.SUBMIT_RESULT, A.VERIFY, A.FEEDBACK)


def handled(start: str, result: str, *more: Move) -> tuple[Move, ...]:
    """Reported, accepted and signed at `start`, result at `result`, verified and closed then; more after."""
    at = [start, start, start, start, result, result, result]
    return (*zip(at, HANDLED, strict=True), *more)  # type: ignore[return-value]


def random_case(seed: int, *, steps: int = 14) -> tuple[Fixed, list[Step]]:
    """A case that wanders through the table for some weeks, from whatever its number gives."""
    luck = random.Random(seed)
    at = local("2026-09-20 08:00") + timedelta(minutes=luck.randrange(120_000))
    state, found = State.DRAFT, []
    for _ in range(luck.randint(1, steps)):
        rows = [row for row in TRANSITIONS if state in row.sources]
        if not found:
            rows = [row for row in rows if row.action in (A.SUBMIT, A.ASSIST)]
        if not rows:
            break
        row = luck.choice(rows)
        detail = dict(DETAILS.get(row.action, {}))
        if row.action is A.DISPATCH:
            detail["unit"] = luck.choice((URB, WAT))
        if row.action is A.SUPERVISE:
            detail |= {"order": f"DB{luck.randrange(3)}", "until": (at + timedelta(days=3)).isoformat()}
        found.append(Step(row.action, at, row.target, state, detail=detail))
        state = row.target
        at += timedelta(minutes=luck.choice((5, 90, 700, 3000, 9000)))
    area = GRID[:-1] + str(luck.randrange(1, 4))
    return Fixed(f"{seed:020d}", area, luck.choice(("RESIDENT", "WORKER")), is_contactable=luck.random() < 0.5), found
