"""Acting on cases in tests: bring one into any state, do any action, look at row and history."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from django.db import transaction

from tests import town
from wangge.cases import operations as cases
from wangge.cases.models import Case, CaseStep
from wangge.cases.operations.moving import Command, history, move, project
from wangge.cases.operations.recording import PROJECTED
from wangge.cases.rules.history import replay
from wangge.cases.types import Action, Moved, State
from wangge.foundation.access import REPORTER, SYSTEM, Actor
from wangge.foundation.errors import Problem

A = Action
Operation = Callable[..., Moved]


@dataclass(frozen=True, slots=True)
class Doing:
    """An implemented action: its operation and what is said with it."""

    operation: Operation
    said: dict[str, Any]


#: What is implemented. `merge` gets its main case from `do`.
DOINGS: dict[Action, Doing] = {
    A.SUPPLEMENT: Doing(cases.supplement, {"note": "在小区东门外"}),
    A.WITHDRAW: Doing(cases.withdraw, {}),
    A.ACCEPT: Doing(cases.accept, {"task_code": town.GRID_TASK}),
    A.RETURN_TO_REPORTER: Doing(cases.return_to_reporter, {"note": "请说明位置"}),
    A.REFUSE: Doing(cases.refuse, {"reason": "OTHER_CHANNEL", "note": "请拨打报警电话"}),
    A.MERGE: Doing(cases.merge, {}),
    A.UNMERGE: Doing(cases.unmerge, {"note": "不是同一件事"}),
    A.SELF_HANDLE: Doing(cases.self_handle, {}),
    A.DISPATCH: Doing(cases.dispatch, {"unit": town.DEPARTMENT}),
    A.SIGN: Doing(cases.sign, {}),
    A.TRANSFER: Doing(cases.transfer, {"unit": town.OTHER_DEPARTMENT, "note": "属于排水问题"}),
    A.SUBMIT_RESULT: Doing(cases.submit_result, {"note": "已修好"}),
    A.VERIFY: Doing(cases.verify, {}),
    A.REWORK: Doing(cases.rework, {"note": "还是不亮"}),
    A.FEEDBACK: Doing(cases.feedback, {"note": "路灯已经修好"}),
    A.RATE: Doing(cases.rate, {"rating": "SATISFIED"}),
    A.REOPEN: Doing(cases.reopen, {"note": "又坏了"}),
}

#: Who does each step on the way, and the way to each state.
BY = {
    A.ACCEPT: "county_intake_clerk",
    A.RETURN_TO_REPORTER: "county_intake_clerk",
    A.REFUSE: "county_intake_clerk",
    A.MERGE: "county_intake_clerk",
    A.UNMERGE: "county_intake_clerk",
    A.SELF_HANDLE: "grid_worker",
    A.DISPATCH: "county_dispatcher",
    A.SIGN: "unit_handler",
    A.TRANSFER: "county_dispatcher",
    A.SUBMIT_RESULT: "unit_handler",
    A.VERIFY: "grid_worker_2",
    A.REWORK: "grid_worker_2",
    A.FEEDBACK: "county_intake_clerk",
}
_WITH_UNIT = (A.ACCEPT, A.DISPATCH, A.SIGN)
WAYS: dict[State, tuple[Action, ...]] = {
    State.REPORTED: (),
    State.RETURNED: (A.RETURN_TO_REPORTER,),
    State.REFUSED: (A.REFUSE,),
    State.MERGED: (A.MERGE,),
    State.ACCEPTED: (A.ACCEPT,),
    State.DISPATCHED: (A.ACCEPT, A.DISPATCH),
    State.RETURN_REQUESTED: (*_WITH_UNIT, A.REQUEST_RETURN),
    State.IN_PROGRESS: _WITH_UNIT,
    State.SUSPENDED: (*_WITH_UNIT, A.SUSPEND),
    State.DISPOSED: (*_WITH_UNIT, A.SUBMIT_RESULT),
    State.REWORK: (*_WITH_UNIT, A.SUBMIT_RESULT, A.REWORK),
    State.VERIFIED: (*_WITH_UNIT, A.SUBMIT_RESULT, A.VERIFY),
    State.CLOSED: (*_WITH_UNIT, A.SUBMIT_RESULT, A.VERIFY, A.FEEDBACK),
    State.EVALUATED: (*_WITH_UNIT, A.SUBMIT_RESULT, A.VERIFY, A.FEEDBACK, A.RATE),
    State.WITHDRAWN: (A.WITHDRAW,),
    State.VOIDED: (A.VOID,),
}


def do(action: Action, case_no: str, actor: Actor, *, at: datetime = town.AT, **said: Any) -> Moved:
    """The action as `actor` would do it, with everything it needs."""
    doing = DOINGS[action]
    if action is A.MERGE and "into" not in said:
        said["into"] = town.report("同一件事").case_no
    return doing.operation(case_no=case_no, actor=actor, at=at, **(doing.said | said))


def in_state(state: State, *, at: datetime = town.AT) -> str:
    """A new case brought into that state; its number."""
    return along(WAYS[state], at=at)


def along(way: tuple[Action, ...], *, at: datetime = town.AT) -> str:
    """A new case led along these actions."""
    case_no = town.report(at=at).case_no
    for action in way:
        if action in DOINGS:
            do(action, case_no, town.actor(BY[action]) if action in BY else REPORTER, at=at)
        else:  # its operation comes later; the table is there
            force(action, case_no, at=at)
    return case_no


def force(action: Action, case_no: str, *, at: datetime = town.AT, **detail: object) -> Moved:
    """A row of the table whose operation isn't written yet, by the system."""
    given = {
        "reason": "WORKS",
        "until": "2026-12-31",
        "unit": town.OTHER_DEPARTMENT,
        "units": [town.DEPARTMENT],
        "sub_case": "0",
        "order": "DB320115202600001",
        "main": "0",
    }
    system = Actor(SYSTEM.kind, is_system=True)
    with transaction.atomic():
        return move(Command(case_no, action, system, at, note="按规定办理", detail=given | detail))


def row_of(case_no: str) -> dict[str, object]:
    """All columns of a case."""
    return Case.objects.filter(case_no=case_no).values().get()


def seen(case_no: str) -> tuple[dict[str, object], list[dict[str, object]]]:
    """Row and history: what a refused action must leave as they were."""
    return row_of(case_no), list(CaseStep.objects.filter(case__case_no=case_no).order_by("seq").values())


def assert_follows_from_history(case_no: str) -> None:
    """The projected columns are those that replaying the history gives."""
    case = Case.objects.get(case_no=case_no)
    steps = history(case)
    stored = {name: getattr(case, name) for name in PROJECTED}
    project(case, replay(steps), steps, steps[-1].at)
    assert {name: getattr(case, name) for name in PROJECTED} == stored


def refused(problem: type[Problem], act: Callable[[], object]) -> Problem:
    """Do something that is refused, and keep the test's own transaction usable."""
    with pytest.raises(problem) as caught, transaction.atomic():
        act()
    return caught.value
