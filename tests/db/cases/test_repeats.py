"""A client that didn't hear the answer asks again: the answer is the same and nothing is done twice."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connection

from tests import town
from tests.db.cases.flow import DOINGS, OF_AN_ORDER, WAYS, A, do, in_state, open_order, ready_for, refused, seen
from wangge.cases.models import Case, CaseStep
from wangge.cases.operations.moving import OperationReused
from wangge.cases.types import Action, Contact, State
from wangge.foundation.access import ANONYMOUS, REPORTER, Actor
from wangge.foundation.errors import NotAllowed, NotSignedIn
from wangge.foundation.models import Event

pytestmark = pytest.mark.django_db

#: Each action once: from which state, by whom.
ONCE: dict[Action, tuple[State, str]] = {
    A.SUPPLEMENT: (State.RETURNED, "reporter"),
    A.WITHDRAW: (State.REPORTED, "reporter"),
    A.ACCEPT: (State.REPORTED, "county_intake_clerk"),
    A.RETURN_TO_REPORTER: (State.REPORTED, "county_intake_clerk"),
    A.REFUSE: (State.REPORTED, "county_intake_clerk"),
    A.MERGE: (State.REPORTED, "county_intake_clerk"),
    A.UNMERGE: (State.MERGED, "county_intake_clerk"),
    A.SELF_HANDLE: (State.ACCEPTED, "grid_worker"),
    A.DISPATCH: (State.ACCEPTED, "county_dispatcher"),
    A.SIGN: (State.DISPATCHED, "unit_handler"),
    A.TRANSFER: (State.IN_PROGRESS, "county_dispatcher"),
    A.SUBMIT_RESULT: (State.IN_PROGRESS, "unit_handler"),
    A.VERIFY: (State.DISPOSED, "grid_worker"),
    A.REWORK: (State.DISPOSED, "grid_worker"),
    A.FEEDBACK: (State.VERIFIED, "shift_leader"),
    A.RATE: (State.CLOSED, "reporter"),
    A.REOPEN: (State.EVALUATED, "supervisor"),
    A.OBJECT: (State.REFUSED, "reporter"),
    A.REQUEST_RETURN: (State.IN_PROGRESS, "unit_handler"),
    A.UPHOLD_RETURN: (State.RETURN_REQUESTED, "shift_leader"),
    A.REFUSE_RETURN: (State.RETURN_REQUESTED, "shift_leader"),
    A.ESCALATE: (State.IN_PROGRESS, "unit_handler"),
    A.START_JOINT_HANDLING: (State.IN_PROGRESS, "unit_handler"),
    A.REQUEST_EXTENSION: (State.IN_PROGRESS, "unit_handler"),
    A.APPROVE_EXTENSION: (State.IN_PROGRESS, "shift_leader"),
    A.REFUSE_EXTENSION: (State.IN_PROGRESS, "shift_leader"),
    A.REQUEST_SUSPENSION: (State.IN_PROGRESS, "unit_handler"),
    A.SUSPEND: (State.IN_PROGRESS, "centre_leader"),
    A.REFUSE_SUSPENSION: (State.IN_PROGRESS, "centre_leader"),
    A.RESUME: (State.SUSPENDED, "unit_handler"),
    A.URGE: (State.DISPATCHED, "county_dispatcher"),
    A.SUPERVISE: (State.IN_PROGRESS, "supervisor"),
    A.ACKNOWLEDGE: (State.IN_PROGRESS, "unit_handler"),
    A.REPLY: (State.IN_PROGRESS, "unit_handler"),
    A.RELEASE: (State.IN_PROGRESS, "supervisor"),
    A.VOID: (State.REPORTED, "shift_leader"),
}


def by(name: str) -> Actor:
    return REPORTER if name == "reporter" else town.actor(name)


def jobs_for(case_no: str) -> int:
    with connection.cursor() as db:
        db.execute("SELECT count(*) FROM procrastinate_jobs WHERE args->>'case_no' = %s", [case_no])
        return int(db.fetchone()[0])


def test_the_same_report_again_answers_as_the_first_time() -> None:
    client_id = uuid4()
    first = town.report(client_id=client_id, contact=Contact("", "13800005678"))
    again = town.report("另外一段话", client_id=client_id, at=town.later(5))
    assert first.created
    assert not again.created
    assert (again.case_no, again.query_code, again.grid_code) == (
        first.case_no,
        first.query_code,
        first.grid_code,
    )
    assert Case.objects.count() == CaseStep.objects.count() == 1
    assert Event.objects.filter(subject=first.case_no).count() == 1
    assert jobs_for(first.case_no) == 1


def test_a_repeated_report_tells_where_the_case_stands_now() -> None:
    client_id = uuid4()
    case_no = town.report(client_id=client_id).case_no
    do(A.ACCEPT, case_no, town.actor("county_intake_clerk"))
    assert town.report(client_id=client_id).state is State.ACCEPTED


def test_every_action_is_tried() -> None:
    assert set(ONCE) == set(DOINGS)


@pytest.mark.parametrize("action", ONCE)
def test_the_same_operation_again_changes_nothing(action: Action) -> None:
    state, name = ONCE[action]
    case_no, operation_id = ready_for(action, state), uuid4()
    said = {"into": in_state(State.ACCEPTED)} if action is A.MERGE else {}
    said |= {"order": open_order(case_no)} if action in OF_AN_ORDER else {}
    first = do(action, case_no, by(name), operation_id=operation_id, **said)
    before, told, jobs = seen(case_no), Event.objects.count(), jobs_for(case_no)
    again = do(action, case_no, by(name), at=town.later(30), operation_id=operation_id, **said)
    assert again.repeated
    assert not first.repeated
    assert (again.state, again.version) == (first.state, first.version)
    assert (seen(case_no), Event.objects.count(), jobs_for(case_no)) == (before, told, jobs)


def test_a_repeat_is_answered_even_when_the_case_has_moved_on() -> None:
    case_no, operation_id = in_state(State.REPORTED), uuid4()
    first = do(A.ACCEPT, case_no, town.actor("county_dispatcher"), operation_id=operation_id)
    do(A.DISPATCH, case_no, town.actor("county_dispatcher"))
    again = do(A.ACCEPT, case_no, town.actor("county_dispatcher"), operation_id=operation_id)
    assert (again.state, again.version, again.repeated) == (first.state, first.version, True)


def test_an_operation_id_is_for_one_action() -> None:
    case_no, operation_id = in_state(State.REPORTED), uuid4()
    do(A.ACCEPT, case_no, town.actor("county_dispatcher"), operation_id=operation_id)
    problem = refused(
        OperationReused,
        lambda: do(A.DISPATCH, case_no, town.actor("county_dispatcher"), operation_id=operation_id),
    )
    assert (problem.status, problem.field, problem.params) == (409, "operation_id", {"action": "accept"})


def test_knowing_an_operation_id_opens_nothing() -> None:
    case_no, operation_id = in_state(State.REPORTED), uuid4()
    do(A.ACCEPT, case_no, town.actor("county_dispatcher"), operation_id=operation_id)
    for actor, problem in (
        (ANONYMOUS, NotSignedIn),
        (REPORTER, NotAllowed),
        (town.actor("auditor"), NotAllowed),
    ):
        refused(problem, lambda actor=actor: do(A.ACCEPT, case_no, actor, operation_id=operation_id))


def test_the_same_id_may_serve_two_cases() -> None:
    operation_id = uuid4()
    for _ in range(2):
        assert not do(
            A.ACCEPT, in_state(State.REPORTED), town.actor("county_dispatcher"), operation_id=operation_id
        ).repeated


def test_without_an_id_a_repeat_is_a_second_attempt() -> None:
    case_no = in_state(State.ACCEPTED)
    assert WAYS[State.ACCEPTED] == (A.ACCEPT,)
    problem = refused(Exception, lambda: do(A.ACCEPT, case_no, town.actor("county_dispatcher")))  # type: ignore[arg-type]
    assert problem.code == "cases.cannot_move"
