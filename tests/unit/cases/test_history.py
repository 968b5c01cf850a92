from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.calendars import local
from wangge.cases.rules.history import START, follow, replay
from wangge.cases.rules.workflow import actions_from, transition_for
from wangge.cases.types import Action, Rating, State, Status, Step, Weight

BEGIN = local("2026-11-23 09:00")
DETAILS: dict[Action, dict[str, object]] = {
    Action.ACCEPT: {"task_code": "040101", "weight": "GENERAL"},
    Action.MERGE: {"into": "20261123320115000001"},
    Action.DISPATCH: {"unit": "320115-URB"},
    Action.UPHOLD_RETURN: {"unit": "320115-WAT"},
    Action.TRANSFER: {"unit": "320115-HOU"},
    Action.ESCALATE: {"level": "COUNTY", "from_level": "TOWNSHIP", "reason": "BEYOND_MEANS"},
    Action.ASSIST: {"unit": "320115-ENV", "level": "COUNTY", "main": "20261123320115000001", "task_code": "040101"},
    Action.START_JOINT_HANDLING: {"sub_cases": [{"case_no": "20261123320115000002", "unit": "320115-ENV"}]},
    Action.END_SUB_CASE: {"sub_case": "20261123320115000002", "state": "closed"},
    Action.APPROVE_EXTENSION: {"extra_min": 60, "until": "2026-12-01T18:00:00+08:00"},
    Action.SUPERVISE: {"order": "DB320115202600001"},
    Action.RELEASE: {"order": "DB320115202600001"},
    Action.RATE: {"rating": "SATISFIED"},
}


@st.composite
def walks(draw: st.DrawFn, longest: int = 25) -> list[Step]:
    """A random way through the table: every step is one the table allows."""
    steps: list[Step] = []
    state = State.DRAFT
    for number in range(draw(st.integers(0, longest))):
        actions = actions_from(state)
        if not actions:
            break
        action = draw(st.sampled_from(actions))
        row = transition_for(action, state)
        actor = draw(st.sampled_from([None, 1, 2, 3]))
        at = BEGIN + timedelta(minutes=number)
        steps.append(Step(action, at, row.target, state, actor, DETAILS.get(action, {})))
        state = row.target
    return steps


@given(walks())
def test_the_state_is_where_the_last_step_led(steps: list[Step]) -> None:
    status = replay(steps)
    assert status.state is (steps[-1].to_state if steps else State.DRAFT)
    assert status.steps == len(steps)


@given(walks())
def test_it_has_been_there_since_it_came_or_was_last_sent(steps: list[Step]) -> None:
    """Overlays leave that alone: an urge must not put off the lapse of a report that was sent back."""
    sent = (Action.TRANSFER, Action.UPHOLD_RETURN)
    came = [step.at for step in steps if step.from_state is not step.to_state or step.action in sent]
    assert replay(steps).since == (came[-1] if came else None)


@given(walks(), st.integers(0, 25))
def test_replaying_in_two_parts_is_replaying_at_once(steps: list[Step], cut: int) -> None:
    status = replay(steps[:cut])
    for step in steps[cut:]:
        status = follow(status, step)
    assert status == replay(steps)


@given(walks())
def test_what_is_counted_was_done(steps: list[Step]) -> None:
    status = replay(steps)
    assert status.reopen_no == sum(step.action is Action.REOPEN for step in steps)
    assert status.rework_no == sum(step.action is Action.REWORK for step in steps)
    assert status.returns_refused == sum(step.action is Action.REFUSE_RETURN for step in steps)
    assert status.objections == sum(step.action is Action.OBJECT for step in steps)
    assert status.extra_min == 60 * status.extensions
    if status.state in {State.CLOSED, State.EVALUATED}:
        assert status.closed_at == max(step.at for step in steps if step.action is Action.FEEDBACK)
    if status.state is State.MERGED:
        assert status.merged_into
    else:
        assert status.merged_into is None or status.state is State.VOIDED
    if status.state is State.DISPATCHED:
        assert status.unit
        assert not status.self_handled
    if status.request:
        assert status.state in {State.IN_PROGRESS, State.REWORK}
    if status.state is State.IN_PROGRESS:
        assert status.unit or status.self_handled


@given(walks())
def test_a_case_in_handling_has_a_task(steps: list[Step]) -> None:
    status = replay(steps)
    if status.state in {State.ACCEPTED, State.DISPATCHED, State.IN_PROGRESS}:
        assert status.task_code == "040101"
        assert status.accepted_at


def test_the_main_path_told_step_by_step() -> None:
    def at(minutes: int) -> dict[str, object]:
        return {"at": BEGIN + timedelta(minutes=minutes)}

    status = replay(
        [
            Step(Action.SUBMIT, to_state=State.REPORTED, **at(0)),  # type: ignore[arg-type]
            Step(
                Action.ACCEPT,
                to_state=State.ACCEPTED,
                actor_id=1,
                detail={"task_code": "060102", "weight": "PROMINENT"},
                **at(1),  # type: ignore[arg-type]
            ),
            Step(Action.DISPATCH, to_state=State.DISPATCHED, actor_id=2, detail={"unit": "320115-HOU"}, **at(2)),  # type: ignore[arg-type]
            Step(Action.SIGN, to_state=State.IN_PROGRESS, actor_id=3, **at(3)),  # type: ignore[arg-type]
            Step(Action.SUBMIT_RESULT, to_state=State.DISPOSED, actor_id=3, **at(4)),  # type: ignore[arg-type]
            Step(Action.VERIFY, to_state=State.VERIFIED, actor_id=4, **at(5)),  # type: ignore[arg-type]
            Step(Action.FEEDBACK, to_state=State.CLOSED, actor_id=1, **at(6)),  # type: ignore[arg-type]
            Step(Action.RATE, to_state=State.EVALUATED, detail={"rating": "BASICALLY"}, **at(7)),  # type: ignore[arg-type]
        ]
    )
    assert status == Status(
        state=State.EVALUATED,
        steps=8,
        since=BEGIN + timedelta(minutes=7),
        reported_at=BEGIN,
        accepted_at=BEGIN + timedelta(minutes=1),
        closed_at=BEGIN + timedelta(minutes=6),
        task_code="060102",
        weight=Weight.PROMINENT,
        unit="320115-HOU",
        handler_id=3,
        worked_by=frozenset({3}),
        rating=Rating.BASICALLY,
    )


def test_reopening_forgets_the_end_but_not_who_handled_it() -> None:
    closed = Status(
        State.EVALUATED, 8, BEGIN, closed_at=BEGIN, unit="320115-HOU", handler_id=3, rating=Rating.SATISFIED
    )
    opened = follow(closed, Step(Action.REOPEN, BEGIN + timedelta(days=1), State.IN_PROGRESS))
    assert (opened.closed_at, opened.rating, opened.reopen_no) == (None, None, 1)
    assert (opened.unit, opened.handler_id) == ("320115-HOU", 3)


def test_a_new_unit_has_no_handler_until_it_signs() -> None:
    with_unit = Status(State.IN_PROGRESS, unit="320115-HOU", handler_id=3)
    moved = follow(with_unit, Step(Action.TRANSFER, BEGIN, State.DISPATCHED, detail={"unit": "320115-URB"}))
    assert (moved.unit, moved.handler_id) == ("320115-URB", None)


def test_nothing_is_known_before_the_first_step() -> None:
    assert replay([]) == START
