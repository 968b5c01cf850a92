"""Matters kept for whoever opens the demo: few, of the last days, asked for soon and decided late."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.unit.project.test_course import AT, S, acts, matters, sent, signed, standing
from tests.unit.project.test_scenario import FIRST, scenario
from wangge.cases.types import Action, Channel
from wangge.foundation.worktime import LOCAL
from wangge.project.history.course import next_act
from wangge.project.history.kept import ASKED, OF_EACH, Kept
from wangge.project.history.scenario import Matter

UNTIL = AT + timedelta(days=20)
DECIDED = (Kept.RETURN, Kept.EXTENSION, Kept.REST)
REQUESTS = {
    Kept.RETURN: ("request_return", (*sent("320115-URB"), (Action.REQUEST_RETURN, S.RETURN_REQUESTED, {}))),
    Kept.EXTENSION: (
        "request_extension",
        (*signed(), (Action.REQUEST_EXTENSION, S.IN_PROGRESS, {"until": "2026-04-09T09:00:00+08:00"})),
    ),
    Kept.REST: (
        "request_suspension",
        (*signed(), (Action.REQUEST_SUSPENSION, S.IN_PROGRESS, {"until": "2026-04-20", "reason": "WORKS"})),
    ),
}


def kept(kind: Kept) -> list[Matter]:
    county = [one for one in matters() if one.task.level == "county" and not one.task.is_urgent]
    return [replace(one, kept=kind, kept_until=UNTIL) for one in county[:60]]


def test_a_history_of_a_usual_size_has_two_of_each_and_some_to_be_asked() -> None:
    found = Counter(one.kept for one in scenario(cases=2000, days=60).matters() if one.kept)
    assert found.pop(Kept.JOINT) in range(1, OF_EACH + 1)  # few matters concern several departments
    others = [kind for kind in Kept if kind is not Kept.JOINT]
    assert found == {kind: ASKED if kind is Kept.TO_BE_ASKED else OF_EACH for kind in others}


@pytest.mark.parametrize("cases", [1, 19, 60, 400])
def test_a_small_history_keeps_few(cases: int) -> None:
    assert sum(one.kept is not None for one in scenario(cases=cases, days=20).matters()) <= cases // 20


def test_they_are_of_the_last_days_and_those_to_be_asked_left_a_contact() -> None:
    end = FIRST + timedelta(60)
    for one in scenario(cases=2000, days=60).matters():
        if one.kept:
            days = (end - one.at.astimezone(LOCAL).date()).days
            assert 2 < days <= (10 if one.kept is Kept.TO_BE_ASKED else 25)
        if one.kept is Kept.TO_BE_ASKED:
            assert one.has_contact
            assert one.channel in (Channel.HOTLINE, Channel.RESIDENT)


@pytest.mark.parametrize("kind", DECIDED)
def test_what_is_to_be_decided_is_asked_for_within_days_and_waits(kind: Kept) -> None:
    operation, after = REQUESTS[kind]
    before = sent("320115-URB") if kind is Kept.RETURN else signed()
    for one in kept(kind):
        asks = next_act(standing(one, *before, due_h=24 * 7))
        assert asks
        assert (asks.operation, asks.at - AT < timedelta(days=4)) == (operation, True)
        waits = next_act(standing(one, *after, due_h=24 * 7))
        assert waits
        assert waits.at >= UNTIL


def test_an_order_is_answered_or_waits_for_its_answer() -> None:
    order = {"order": "2026-00001", "until": "2026-03-09T09:00:00+08:00"}
    steps = (*signed(), (Action.SUPERVISE, S.IN_PROGRESS, order), (Action.ACKNOWLEDGE, S.IN_PROGRESS, order))
    for kind, is_answered in ((Kept.ORDER, False), (Kept.ANSWERED, True)):
        replies = [next_act(standing(one, *steps, due_h=24 * 7)) for one in kept(kind)]
        soon = [act for act in replies if act and act.operation == "reply" and act.at < UNTIL]
        assert bool(soon) is is_answered


def test_others_go_on_as_ever() -> None:
    assert any(act.operation == "submit_result" for act in acts(*signed()))
