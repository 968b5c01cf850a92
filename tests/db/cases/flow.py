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
from wangge.cases.models import Case, CaseStep, SupervisionOrder
from wangge.cases.operations.moving import history, project
from wangge.cases.operations.recording import PROJECTED
from wangge.cases.rules.history import replay
from wangge.cases.types import Action, Moved, State
from wangge.foundation.access import REPORTER, Actor
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
    A.OBJECT: Doing(cases.object_to_refusal, {"note": "确实是你们的事"}),
    A.UNMERGE: Doing(cases.unmerge, {"note": "不是同一件事"}),
    A.SELF_HANDLE: Doing(cases.self_handle, {}),
    A.DISPATCH: Doing(cases.dispatch, {"unit": town.DEPARTMENT}),
    A.SIGN: Doing(cases.sign, {}),
    A.TRANSFER: Doing(cases.transfer, {"unit": town.OTHER_DEPARTMENT, "note": "属于排水问题"}),
    A.REQUEST_RETURN: Doing(cases.request_return, {"note": "这是水务的管网"}),
    A.UPHOLD_RETURN: Doing(cases.uphold_return, {"unit": town.OTHER_DEPARTMENT, "note": "确属水务"}),
    A.REFUSE_RETURN: Doing(cases.refuse_return, {"note": "清单写明由你单位负责"}),
    A.ESCALATE: Doing(cases.escalate, {"reason": "BEYOND_MEANS", "note": "缺少机械"}),
    A.START_JOINT_HANDLING: Doing(cases.start_joint_handling, {"units": [town.OTHER_DEPARTMENT], "note": "请关闭阀门"}),
    A.REQUEST_EXTENSION: Doing(cases.request_extension, {"until": town.later(days=20), "note": "备件未到"}),
    A.APPROVE_EXTENSION: Doing(cases.approve_extension, {}),
    A.REFUSE_EXTENSION: Doing(cases.refuse_extension, {"note": "备件已有"}),
    A.REQUEST_SUSPENSION: Doing(
        cases.request_suspension,
        {"reason": "WORKS", "until": town.later(days=30).date(), "note": "等道路施工结束"},
    ),
    A.SUSPEND: Doing(cases.suspend, {}),
    A.REFUSE_SUSPENSION: Doing(cases.refuse_suspension, {"note": "可以先做"}),
    A.RESUME: Doing(cases.resume, {}),
    A.SUBMIT_RESULT: Doing(cases.submit_result, {"note": "已修好"}),
    A.VERIFY: Doing(cases.verify, {}),
    A.REWORK: Doing(cases.rework, {"note": "还是不亮"}),
    A.FEEDBACK: Doing(cases.feedback, {"note": "路灯已经修好"}),
    A.RATE: Doing(cases.rate, {"rating": "SATISFIED"}),
    A.REOPEN: Doing(cases.reopen, {"note": "又坏了"}),
    A.URGE: Doing(cases.urge, {"note": "居民又来电了"}),
    A.SUPERVISE: Doing(cases.supervise, {"note": "三日内办结", "until": town.later(days=40)}),
    A.ACKNOWLEDGE: Doing(cases.acknowledge, {}),
    A.REPLY: Doing(cases.reply, {"note": "明日进场"}),
    A.RELEASE: Doing(cases.release, {"note": "已见成效"}),
    A.VOID: Doing(cases.void, {"reason": "TEST", "note": "演练"}),
}
#: Said with the number of an open order.
OF_AN_ORDER = (A.ACKNOWLEDGE, A.REPLY, A.RELEASE)
#: What somebody must have asked for, or opened, before.
AFTER: dict[Action, Action] = {
    A.APPROVE_EXTENSION: A.REQUEST_EXTENSION,
    A.REFUSE_EXTENSION: A.REQUEST_EXTENSION,
    A.SUSPEND: A.REQUEST_SUSPENSION,
    A.REFUSE_SUSPENSION: A.REQUEST_SUSPENSION,
    A.ACKNOWLEDGE: A.SUPERVISE,
    A.REPLY: A.SUPERVISE,
    A.RELEASE: A.SUPERVISE,
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
    A.REQUEST_RETURN: "unit_handler",
    A.UPHOLD_RETURN: "shift_leader",
    A.REFUSE_RETURN: "shift_leader",
    A.ESCALATE: "unit_handler",
    A.START_JOINT_HANDLING: "unit_handler",
    A.REQUEST_EXTENSION: "unit_handler",
    A.APPROVE_EXTENSION: "shift_leader",
    A.REFUSE_EXTENSION: "shift_leader",
    A.REQUEST_SUSPENSION: "unit_handler",
    A.SUSPEND: "centre_leader",
    A.REFUSE_SUSPENSION: "centre_leader",
    A.RESUME: "unit_handler",
    A.URGE: "county_dispatcher",
    A.SUPERVISE: "supervisor",
    A.ACKNOWLEDGE: "unit_handler",
    A.REPLY: "unit_handler",
    A.RELEASE: "supervisor",
    A.VOID: "shift_leader",
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
    State.SUSPENDED: (*_WITH_UNIT, A.REQUEST_SUSPENSION, A.SUSPEND),
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
    if action in OF_AN_ORDER and "order" not in said:
        said["order"] = open_order(case_no)
    return doing.operation(case_no=case_no, actor=actor, at=at, **(doing.said | said))


def open_order(case_no: str) -> str:
    """The number of the open supervision order of a case; one that doesn't exist without it."""
    rows = SupervisionOrder.objects.filter(case__case_no=case_no, released_at=None).order_by("-pk")
    return rows.values_list("number", flat=True).first() or "DB000000000000000"


def in_state(state: State, *, at: datetime = town.AT) -> str:
    """A new case brought into that state; its number."""
    return along(WAYS[state], at=at)


def ready_for(action: Action, state: State, *, at: datetime = town.AT) -> str:
    """A new case in that state, with what the action answers already asked for."""
    case_no = in_state(state, at=at)
    if before := AFTER.get(action):
        do(before, case_no, town.actor(BY[before]), at=at)
    return case_no


def along(way: tuple[Action, ...], *, at: datetime = town.AT) -> str:
    """A new case led along these actions."""
    case_no = town.report(at=at).case_no
    for action in way:
        do(action, case_no, town.actor(BY[action]) if action in BY else REPORTER, at=at)
    return case_no


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
