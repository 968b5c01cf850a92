from __future__ import annotations

import pytest

from wangge.cases.rules.workflow import (
    ENDED,
    HANDLING,
    OPEN,
    PAUSED,
    STAGE_OF,
    TRANSITIONS,
    CannotMove,
    SomethingMissing,
    Transition,
    Who,
    actions_from,
    permissions_in_table,
    require_needs,
    transition_for,
)
from wangge.cases.types import Action, Stage, State

#: What a case is called once somebody looked at it; from here the table must always lead to an end.
LEADS_OUT = {Action.OBJECT, Action.UNMERGE, Action.REOPEN}
OVERLAYS = {Action.URGE, Action.SUPERVISE, Action.ACKNOWLEDGE, Action.REPLY, Action.RELEASE, Action.END_SUB_CASE}


def reachable(start: State) -> set[State]:
    seen, todo = {start}, [start]
    while todo:
        state = todo.pop()
        for row in TRANSITIONS:
            if state in row.sources and row.target not in seen:
                seen.add(row.target)
                todo.append(row.target)
    return seen


def test_every_state_is_reached_from_a_draft() -> None:
    assert reachable(State.DRAFT) == set(State)


@pytest.mark.parametrize("state", sorted(OPEN | {State.DRAFT, State.CLOSED}))
def test_every_open_state_can_still_end(state: State) -> None:
    assert State.EVALUATED in reachable(state)
    assert reachable(state) & ENDED


def test_only_objection_unmerging_and_reopening_lead_out_of_an_end() -> None:
    for row in TRANSITIONS:
        if row.sources & ENDED:
            assert row.action in LEADS_OUT, row
            assert row.target not in ENDED


def test_nothing_leads_out_of_withdrawn_and_voided() -> None:
    assert actions_from(State.WITHDRAWN) == actions_from(State.VOIDED) == ()


def test_each_action_from_each_state_has_one_meaning() -> None:
    pairs = [(row.action, state) for row in TRANSITIONS for state in row.sources]
    assert len(pairs) == len(set(pairs))


def test_the_table_knows_every_action_and_every_state_has_its_step() -> None:
    assert {row.action for row in TRANSITIONS} == set(Action)
    assert set(STAGE_OF) == set(State)
    assert set(STAGE_OF.values()) == set(Stage) - {Stage.TRACK, Stage.SUPERVISE}  # these two run beside


def test_the_kinds_of_states_fit_together() -> None:
    assert not OPEN & ENDED
    assert OPEN | ENDED | {State.CLOSED, State.DRAFT} == set(State)
    assert HANDLING <= OPEN
    assert PAUSED <= OPEN


def test_overlays_leave_the_state_as_it_is_and_reach_every_open_case() -> None:
    for action in OVERLAYS:
        assert {state for state in State if action in actions_from(state)} == OPEN
    for row in TRANSITIONS:
        if row.action in OVERLAYS:
            assert row.sources == {row.target}


def test_every_open_case_can_be_voided_with_a_reason() -> None:
    for state in OPEN:
        row = transition_for(Action.VOID, state)
        assert (row.target, row.needs) == (State.VOIDED, ("reason", "note"))


@pytest.mark.parametrize("state", State)
@pytest.mark.parametrize("action", Action)
def test_the_table_answers_or_refuses(action: Action, state: State) -> None:
    if action in actions_from(state):
        row = transition_for(action, state)
        assert row.action is action
        assert state in row.sources
    else:
        with pytest.raises(CannotMove) as refused:
            transition_for(action, state)
        assert refused.value.params == {"action": action.value, "state": state.value}


@pytest.mark.parametrize("row", TRANSITIONS, ids=lambda row: f"{row.action}-{'-'.join(sorted(row.sources))}")
def test_each_row_is_well_formed(row: Transition) -> None:
    assert row.sources
    assert row.by
    assert all(by.startswith("case.") or by in set(Who) for by in row.by)


@pytest.mark.parametrize("row", [row for row in TRANSITIONS if row.needs], ids=lambda row: row.action)
def test_what_a_row_needs_must_be_given(row: Transition) -> None:
    given: dict[str, object] = dict.fromkeys(row.needs, "something")
    require_needs(row, given)
    for need in row.needs:
        for nothing in (None, "", "  \n"):
            with pytest.raises(SomethingMissing) as missing:
                require_needs(row, given | {need: nothing})
            assert missing.value.field == need
        with pytest.raises(SomethingMissing):
            require_needs(row, {key: value for key, value in given.items() if key != need})


def test_reporters_only_do_what_concerns_their_own_report() -> None:
    theirs = {row.action for row in TRANSITIONS if Who.REPORTER in row.by}
    before = {Action.SUBMIT, Action.SUPPLEMENT, Action.WITHDRAW, Action.OBJECT}
    assert theirs == before | {Action.VERIFY, Action.RATE, Action.REOPEN}


def test_a_report_is_withdrawn_only_before_it_is_dispatched() -> None:
    before = {state for state in State if Action.WITHDRAW in actions_from(state)}
    assert before == {State.REPORTED, State.RETURNED, State.ACCEPTED}


def test_permissions_are_named_after_what_is_done() -> None:
    assert permissions_in_table() == {by for row in TRANSITIONS for by in row.by} - set(Who)
