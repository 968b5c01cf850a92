"""What people do next: decided by how the case stands and by the seed alone, always ahead, never twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

import pytest

from tests.unit.calendars import SHIPPED, local
from wangge.cases.rules.history import replay
from wangge.cases.types import Action, Channel, State, Step
from wangge.foundation.worktime import LOCAL
from wangge.project.history.course import next_act
from wangge.project.history.odd import Habits, Units, draw_habits
from wangge.project.history.reading import read_tasks, read_words
from wangge.project.history.scenario import Fate, Ground, Matter, Scenario, Setting
from wangge.project.history.standing import Act, Standing, World

A, S = Action, State
GRID = "320115003001001"
URB, WAT, OFFICE = "320115-URB", "320115-WAT", "320115003-URB"
UNITS = frozenset({URB, WAT, "320115-HOU", "320115-PSB", "320115-TEAM", OFFICE, "320115003-CENTRE"})
AT = local("2026-03-03 09:00")
HABITS = Habits(
    slow=frozenset({WAT}),
    slow_months=frozenset({3}),
    gives_back=frozenset({WAT}),
    lets_rest=frozenset({WAT}),
    does_again=frozenset({WAT}),
)


@cache
def matters() -> list[Matter]:
    words = read_words()
    setting = Setting(1, 4000, date(2025, 11, 25), 365)
    return Scenario(setting, [Ground(GRID, 119.0, 32.0, 300)], read_tasks(words), words, SHIPPED).matters()


def standing(matter: Matter, *said: tuple[Action, State, dict[str, Any]], due_h: float = 24, **more: Any) -> Standing:
    """A case of the matter after these acts, half an hour apart."""
    steps: list[Step] = []
    before = S.DRAFT
    for index, (action, state, detail) in enumerate(said):
        steps.append(Step(action, AT + timedelta(minutes=30 * index), state, before, 7, detail))
        before = state
    world = World(1, SHIPPED, Units(UNITS, HABITS))
    due = steps[-1].at + timedelta(hours=due_h)
    made = Standing(matter, world, "20260303320115000001", GRID, tuple(steps), replay(steps), due, None)
    return replace(made, **more)


REPORTED = (A.SUBMIT, S.REPORTED, {})
ACCEPTED = (A.ACCEPT, S.ACCEPTED, {"task_code": "050203", "weight": "GENERAL"})


def sent(unit: str) -> tuple[tuple[Action, State, dict[str, Any]], ...]:
    level = "TOWNSHIP" if unit == OFFICE else "COUNTY"
    return REPORTED, ACCEPTED, (A.DISPATCH, S.DISPATCHED, {"unit": unit, "level": level})


def signed(unit: str = URB) -> tuple[tuple[Action, State, dict[str, Any]], ...]:
    return *sent(unit), (A.SIGN, S.IN_PROGRESS, {})


def acts(*said: tuple[Action, State, dict[str, Any]], **more: Any) -> Iterator[Act]:
    """What would come next for each matter in that situation."""
    for matter in matters():
        if act := next_act(standing(matter, *said, **more)):
            yield act


SITUATIONS = {
    "reported": (REPORTED,),
    "accepted": (REPORTED, ACCEPTED),
    "dispatched": sent(URB),
    "in progress": signed(),
    "return asked": (*sent(URB), (A.REQUEST_RETURN, S.RETURN_REQUESTED, {})),
    "extension asked": (*signed(), (A.REQUEST_EXTENSION, S.IN_PROGRESS, {"until": "2026-03-09T09:00:00+08:00"})),
    "rest asked": (*signed(), (A.REQUEST_SUSPENSION, S.IN_PROGRESS, {"until": "2026-03-20", "reason": "WORKS"})),
    "resting": (*signed(), (A.SUSPEND, S.SUSPENDED, {"until": "2026-03-20"})),
    "disposed": (*signed(), (A.SUBMIT_RESULT, S.DISPOSED, {})),
    "verified": (*signed(), (A.VERIFY, S.VERIFIED, {})),
    "closed": (*signed(), (A.FEEDBACK, S.CLOSED, {})),
    "returned": (REPORTED, (A.RETURN_TO_REPORTER, S.RETURNED, {})),
    "ordered": (*signed(), (A.SUPERVISE, S.IN_PROGRESS, {"order": "DB320115202600001"})),
}


@pytest.mark.parametrize("situation", SITUATIONS.values(), ids=SITUATIONS)
def test_what_comes_next_lies_ahead_and_is_decided_the_same_again(situation: Any) -> None:
    for matter in matters()[:600]:
        now = standing(matter, *situation)
        act = next_act(now)
        assert act == next_act(standing(matter, *situation))
        assert act is None or act.at > now.last_at


@pytest.mark.parametrize("situation", SITUATIONS.values(), ids=SITUATIONS)
def test_no_open_case_is_left_lying(situation: Any) -> None:
    assert len(list(acts(*situation))) == len(matters())


def test_an_urge_in_between_changes_nobodys_plan() -> None:
    urge = (A.URGE, S.IN_PROGRESS, {"reason": "OVERDUE"})
    for matter in matters()[:600]:
        plain, urged = next_act(standing(matter, *signed())), standing(matter, *signed(), urge)
        urged = replace(urged, due_at=urged.since + timedelta(hours=24))
        after = next_act(urged)
        assert plain is not None
        if plain.operation == "submit_result" and plain.at > urged.last_at + timedelta(hours=1):
            assert after == plain


def test_what_was_asked_for_is_decided_by_somebody_above() -> None:
    more = {act.operation: act.who for act in acts(*SITUATIONS["extension asked"])}
    assert more == {"approve_extension": "shift_leader", "refuse_extension": "shift_leader"}
    rest = {act.operation: act.who for act in acts(*SITUATIONS["rest asked"])}
    assert rest == {"suspend": "centre_leader", "refuse_suspension": "centre_leader"}


def test_a_second_extension_is_for_the_centre_leader() -> None:
    granted = (A.APPROVE_EXTENSION, S.IN_PROGRESS, {"until": "2026-03-09T09:00:00+08:00", "extra_min": 480})
    again = (*SITUATIONS["extension asked"], granted, SITUATIONS["extension asked"][-1])
    assert {act.who for act in acts(*again)} == {"centre_leader"}


def test_the_whole_waits_for_its_parts() -> None:
    shared = (*signed(), (A.START_JOINT_HANDLING, S.IN_PROGRESS, {"sub_cases": [{"case_no": "1", "unit": WAT}]}))
    assert not list(acts(*shared, (A.SUBMIT_RESULT, S.DISPOSED, {})))
    ended = (A.END_SUB_CASE, S.DISPOSED, {"sub_case": "1"})
    assert {act.operation for act in acts(*shared, (A.SUBMIT_RESULT, S.DISPOSED, {}), ended)} == {"verify", "rework"}


def test_small_matters_stay_in_the_grid() -> None:
    chosen = Counter(
        act.operation
        for matter in matters()
        if matter.task.level == "grid" and (act := next_act(standing(matter, REPORTED, ACCEPTED)))
    )
    assert chosen["self_handle"] > 0.9 * chosen.total()


def test_what_climbed_is_dispatched_at_its_new_level() -> None:
    up = (A.ESCALATE, S.ACCEPTED, {"level": "ENFORCEMENT", "from_level": "COUNTY", "reason": "NEEDS_ENFORCEMENT"})
    assert {act.said["unit"] for act in acts(*signed(), up)} == {"320115-TEAM"}


@pytest.mark.parametrize(
    ("situation", "operation"),
    [(sent, "request_return"), (signed, "request_suspension")],
)
def test_odd_units_do_it_more_often(situation: Any, operation: str) -> None:
    of_department = [one for one in matters() if one.task.department in ("WAT", "URB")]
    shares = {}
    for unit, department in ((WAT, "WAT"), (OFFICE, "URB")):
        its = [next_act(standing(one, *situation(unit))) for one in of_department if one.task.department == department]
        shares[unit] = sum(act is not None and act.operation == operation for act in its) / len(its)
    assert shares[WAT] > 3 * shares[OFFICE]


def test_slow_units_are_slow_in_their_season_only() -> None:
    assert HABITS.late(WAT, 3) > 4 * HABITS.late(WAT, 5)
    assert HABITS.late(WAT, 5) == HABITS.late(URB, 3)


def test_odd_units_are_drawn_by_the_seed() -> None:
    codes = [f"320115{town:03d}-URB" for town in range(1, 16)]
    assert draw_habits(1, codes) == draw_habits(1, codes)
    assert len({draw_habits(seed, codes) for seed in range(5)}) > 1


def test_reports_of_workers_are_not_rated_and_others_with_some_coverage() -> None:
    rated = Counter(
        matter.channel is Channel.WORKER
        for matter in matters()
        if (act := next_act(standing(matter, *SITUATIONS["closed"]))) and act.operation == "rate"
    )
    others = sum(matter.channel is not Channel.WORKER for matter in matters())
    assert not rated[True]
    assert 0.25 < rated[False] / others < 0.42


def test_a_refusal_after_an_objection_is_somebody_elses() -> None:
    refused = (A.REFUSE, S.REFUSED, {"reason": "NO_SUCH_MATTER"})
    again = [
        next_act(standing(replace(matter, fate=Fate.REFUSE), REPORTED, refused, (A.OBJECT, S.REPORTED, {})))
        for matter in matters()[:300]
    ]
    assert {act.operation for act in again if act} == {"refuse", "accept"}
    assert {act.who for act in again if act and act.operation == "refuse"} == {"dispatcher"}


def test_silence_lapses_and_rests_end() -> None:
    lapses = [act for act in acts(*SITUATIONS["returned"]) if act.operation == "lapse"]
    assert 0.1 < len(lapses) / len(matters()) < 0.4
    resumed = {act.at.astimezone(LOCAL).date() for act in acts(*SITUATIONS["resting"]) if act.who == "time"}
    assert resumed == {date(2026, 3, 20)}


def test_a_light_that_is_due_comes_first() -> None:
    turn: datetime = AT + timedelta(hours=1, minutes=31)
    act = next_act(standing(matters()[0], *signed(), next_turn_at=turn))
    assert act is not None
    assert act.at <= turn


def test_an_order_is_received_answered_and_released() -> None:
    order = {"order": "DB320115202600001"}
    ordered = (*signed(), (A.SUPERVISE, S.IN_PROGRESS, order))
    assert "acknowledge" in {act.operation for act in acts(*ordered, due_h=900)}
    received = (*ordered, (A.ACKNOWLEDGE, S.IN_PROGRESS, order))
    assert "reply" in {act.operation for act in acts(*received, due_h=900)}
    done = (*received, (A.REPLY, S.IN_PROGRESS, order), (A.SUBMIT_RESULT, S.DISPOSED, {}))
    assert "release" in {act.operation for act in acts(*done, due_h=900)}
