"""Every action from every state by everybody: what is allowed passes, everything else changes nothing.

The matrix below is written by hand from the field's own table (design: roles and transitions), not read from
the code: when one of the two changes, somebody has to look at both.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import transaction

from tests import town
from tests.db.cases.flow import DOINGS, A, along, assert_follows_from_history, do, in_state, seen
from wangge.cases import operations as cases
from wangge.cases.models import Case, CaseStep
from wangge.cases.rules.workflow import TRANSITIONS, CannotMove
from wangge.cases.types import Action, State
from wangge.foundation.access import ANONYMOUS, REPORTER, SYSTEM, Actor, ActorKind
from wangge.foundation.errors import Conflict, NotAllowed, NotFound, NotSignedIn, Problem
from wangge.foundation.models import Event

pytestmark = pytest.mark.django_db

S = State
OPEN = {
    S.REPORTED, S.RETURNED, S.ACCEPTED, S.DISPATCHED, S.RETURN_REQUESTED, S.IN_PROGRESS, S.SUSPENDED,
    S.DISPOSED, S.REWORK, S.VERIFIED,
}  # fmt: skip

#: Action → from which states, leading where (None: the state stays).
FROM: dict[Action, tuple[set[State], State | None]] = {
    A.SUPPLEMENT: (OPEN, None),
    A.WITHDRAW: ({S.REPORTED, S.RETURNED, S.ACCEPTED}, S.WITHDRAWN),
    A.ACCEPT: ({S.REPORTED}, S.ACCEPTED),
    A.RETURN_TO_REPORTER: ({S.REPORTED}, S.RETURNED),
    A.REFUSE: ({S.REPORTED}, S.REFUSED),
    A.MERGE: ({S.REPORTED}, S.MERGED),
    A.UNMERGE: ({S.MERGED}, S.REPORTED),
    A.SELF_HANDLE: ({S.ACCEPTED}, S.IN_PROGRESS),
    A.DISPATCH: ({S.ACCEPTED}, S.DISPATCHED),
    A.SIGN: ({S.DISPATCHED}, S.IN_PROGRESS),
    A.TRANSFER: ({S.DISPATCHED, S.IN_PROGRESS, S.REWORK}, S.DISPATCHED),
    A.SUBMIT_RESULT: ({S.IN_PROGRESS, S.REWORK}, S.DISPOSED),
    A.VERIFY: ({S.DISPOSED}, S.VERIFIED),
    A.REWORK: ({S.DISPOSED}, S.REWORK),
    A.FEEDBACK: ({S.VERIFIED}, S.CLOSED),
    A.RATE: ({S.CLOSED}, S.EVALUATED),
    A.REOPEN: ({S.CLOSED, S.EVALUATED}, S.IN_PROGRESS),
    A.OBJECT: ({S.REFUSED}, S.REPORTED),
    A.REQUEST_RETURN: ({S.DISPATCHED, S.IN_PROGRESS}, S.RETURN_REQUESTED),
    A.UPHOLD_RETURN: ({S.RETURN_REQUESTED}, S.DISPATCHED),
    A.REFUSE_RETURN: ({S.RETURN_REQUESTED}, S.IN_PROGRESS),
    A.ESCALATE: ({S.IN_PROGRESS, S.REWORK}, S.ACCEPTED),
    A.START_JOINT_HANDLING: ({S.IN_PROGRESS}, None),
    A.REQUEST_EXTENSION: ({S.IN_PROGRESS, S.REWORK}, None),
    A.APPROVE_EXTENSION: ({S.IN_PROGRESS, S.REWORK}, None),
    A.REFUSE_EXTENSION: ({S.IN_PROGRESS, S.REWORK}, None),
    A.REQUEST_SUSPENSION: ({S.IN_PROGRESS}, None),
    A.SUSPEND: ({S.IN_PROGRESS}, S.SUSPENDED),
    A.REFUSE_SUSPENSION: ({S.IN_PROGRESS}, None),
    A.RESUME: ({S.SUSPENDED}, S.IN_PROGRESS),
    A.URGE: (OPEN, None),
    A.SUPERVISE: (OPEN, None),
    A.ACKNOWLEDGE: (OPEN, None),
    A.REPLY: (OPEN, None),
    A.RELEASE: (OPEN, None),
    A.VOID: (OPEN, S.VOIDED),
}

DESK = {"county_intake_clerk", "county_dispatcher", "shift_leader", "township_dispatcher"}
DISPATCHERS = {"county_dispatcher", "shift_leader", "township_dispatcher"}
UNIT = {"unit_handler", "unit_lead"}
ON_THE_SPOT = {"grid_worker", "grid_worker_2", "grid_leader"}

#: Action → accounts that may do it to a case of `town.GRID`, with `town.DEPARTMENT` once it is with a unit.
WHO: dict[Action, set[str]] = {
    A.SUPPLEMENT: {"reporter", *DESK},
    A.WITHDRAW: {"reporter"},
    A.ACCEPT: DESK,
    A.RETURN_TO_REPORTER: DESK,
    A.REFUSE: DESK,
    A.MERGE: DESK,
    A.UNMERGE: DESK,
    A.SELF_HANDLE: ON_THE_SPOT,
    A.DISPATCH: DISPATCHERS,
    A.SIGN: UNIT,
    A.TRANSFER: DISPATCHERS | UNIT,
    A.SUBMIT_RESULT: UNIT,
    A.VERIFY: {"reporter", "community_operator", "shift_leader", *ON_THE_SPOT},
    A.REWORK: {"community_operator", "shift_leader", *ON_THE_SPOT},
    A.FEEDBACK: DESK,
    A.RATE: {"reporter", "revisit_clerk"},
    A.REOPEN: {"reporter", "supervisor", "centre_leader"},
    A.OBJECT: {"reporter"},
    A.REQUEST_RETURN: UNIT,
    A.UPHOLD_RETURN: {"shift_leader"},
    A.REFUSE_RETURN: {"shift_leader"},
    A.ESCALATE: {"township_dispatcher", *UNIT},
    A.START_JOINT_HANDLING: DISPATCHERS | UNIT,
    A.REQUEST_EXTENSION: UNIT,
    A.APPROVE_EXTENSION: {"shift_leader", "centre_leader"},
    A.REFUSE_EXTENSION: {"shift_leader", "centre_leader"},
    A.REQUEST_SUSPENSION: UNIT,
    A.SUSPEND: {"centre_leader"},
    A.REFUSE_SUSPENSION: {"centre_leader"},
    A.RESUME: {"centre_leader", *UNIT},
    A.URGE: {"community_operator", "supervisor", "centre_leader", *DISPATCHERS},
    A.SUPERVISE: {"supervisor", "centre_leader"},
    A.ACKNOWLEDGE: UNIT,
    A.REPLY: UNIT,
    A.RELEASE: {"supervisor", "centre_leader"},
    A.VOID: {"shift_leader"},
}

#: Refused by a look at the case itself, not by role or state.
#: What grid workers may do with what they took on themselves; this case is with a unit.
OF_THE_HANDLER = (A.SUBMIT_RESULT, A.ESCALATE, A.REQUEST_EXTENSION, A.REQUEST_SUSPENSION, A.RESUME)
BY_THE_CASE: dict[tuple[Action, str], tuple[type[Problem], str]] = {
    **{(action, name): (NotAllowed, "cases.not_the_handler") for action in OF_THE_HANDLER for name in ON_THE_SPOT},
    # what is with a department of the county, no township takes away or adds to
    (A.START_JOINT_HANDLING, "township_dispatcher"): (NotAllowed, "cases.unit_out_of_reach"),
    (A.TRANSFER, "township_dispatcher"): (NotAllowed, "cases.unit_out_of_reach"),
    (A.ESCALATE, "township_dispatcher"): (NotAllowed, "cases.unit_out_of_reach"),
    # nothing is asked and no order is open
    **{
        (action, name): (Conflict, "cases.nothing_asked")
        for action in (A.APPROVE_EXTENSION, A.REFUSE_EXTENSION, A.SUSPEND, A.REFUSE_SUSPENSION)
        for name in WHO[action]
    },
    **{
        (action, name): (NotFound, "cases.no_such_order")
        for action in (A.ACKNOWLEDGE, A.REPLY, A.RELEASE)
        for name in WHO[action] | (ON_THE_SPOT if action is not A.RELEASE else set())
    },
}

#: What is sent where: each commander to a unit within its reach, a unit to its own section.
UNITS = {
    (A.DISPATCH, "township_dispatcher"): town.TOWN_OFFICE,
    (A.TRANSFER, "township_dispatcher"): town.TOWN_OFFICE,
    (A.TRANSFER, "unit_handler"): town.SECTION,
    (A.TRANSFER, "unit_lead"): town.SECTION,
    (A.START_JOINT_HANDLING, "township_dispatcher"): town.TOWN_OFFICE,
}


class _TakenBackError(Exception):
    pass


def everybody() -> Iterator[tuple[str, Actor]]:
    for name in town.accounts():
        yield name, town.actor(name)
    yield "reporter", REPORTER
    yield "anonymous", ANONYMOUS
    yield "nobody", Actor(ActorKind.STAFF, user_id=town.user_id("auditor"))  # signed in, holds no post


def attempt(action: Action, case_no: str, name: str, actor: Actor, into: str) -> Problem | tuple[State, int]:
    """Try it and take it back: what was refused, or the state and the number of steps it led to."""
    said: dict[str, object] = {"unit": UNITS[action, name]} if (action, name) in UNITS else {}
    if action is A.START_JOINT_HANDLING and said:
        said = {"units": [said["unit"]]}
    said |= {"into": into} if action is A.MERGE else {}
    try:
        with transaction.atomic():
            moved = do(action, case_no, actor, **said)
            reached = (moved.state, CaseStep.objects.filter(case__case_no=case_no).count())
            assert_follows_from_history(case_no)
            raise _TakenBackError
    except Problem as problem:
        return problem
    except _TakenBackError:
        return reached


def had_it(case_no: str, action: Action, actor: Actor) -> bool:
    """Whether the case was with a unit for which this actor could have acted: it has moved on since."""
    units = {unit for row in TRANSITIONS if row.action is action for by in row.by for unit in actor.units(by)}
    return CaseStep.objects.filter(case__case_no=case_no, detail__unit__in=units).exists()


def expected(
    action: Action, state: State, name: str, with_unit: bool, moved_on: bool
) -> tuple[type[Problem], str] | State:
    sources, target = FROM[action]
    may = name in WHO[action] and (with_unit or name not in UNIT)
    asked_by_case = BY_THE_CASE.get((action, name))
    if name in UNIT and not with_unit:
        asked_by_case = None
    if not may and asked_by_case is None and moved_on:
        return CannotMove, "cases.cannot_move"
    if not may and asked_by_case is None:
        return (NotSignedIn, "access.not_signed_in") if name == "anonymous" else (NotAllowed, "access.not_allowed")
    if state not in sources:
        return CannotMove, "cases.cannot_move"
    if asked_by_case:
        return asked_by_case
    return target or (S.REPORTED if action is A.SUPPLEMENT and state is S.RETURNED else state)


def test_the_matrix_speaks_of_every_implemented_action() -> None:
    assert set(FROM) == set(WHO) == set(DOINGS)
    assert {name for names in WHO.values() for name in names} <= {*town.accounts(), "reporter"}


@pytest.mark.parametrize("state", [state for state in State if state is not State.DRAFT])
def test_every_action_by_everybody(state: State) -> None:
    case_no, into = in_state(state), in_state(S.ACCEPTED)
    with_unit = bool(Case.objects.get(case_no=case_no).unit)
    before, told = seen(case_no), Event.objects.count()
    wrong = []
    for name, actor in everybody():
        for action in DOINGS:
            answer, wanted = (
                attempt(action, case_no, name, actor, into),
                expected(action, state, name, with_unit, had_it(case_no, action, actor)),
            )
            if isinstance(answer, Problem):
                right = isinstance(wanted, tuple) and type(answer).__mro__.count(wanted[0]) and answer.code == wanted[1]
                right = right and (wanted[0] is NotSignedIn) == isinstance(answer, NotSignedIn)  # type: ignore[index]
            else:
                right = answer == (wanted, len(before[1]) + 1)
            if not right:
                wrong.append(f"{action} from {state} by {name}: {answer!r}, not {wanted}")
        if seen(case_no) != before:
            wrong.append(f"{name} was refused something from {state} and yet changed the case")
    assert not wrong, "\n".join(wrong)
    assert seen(case_no) == before
    assert Event.objects.count() == told


@pytest.mark.parametrize("state", [state for state in State if state is not State.DRAFT])
def test_what_time_does_by_itself(state: State) -> None:
    """Archiving ends closed cases only; a lapse ends reports that wait for their reporter only.

    Between finding silent reporters and letting their reports lapse, one of them may have answered.
    """
    case_no = in_state(state)
    for operation, source, target in (
        (cases.archive, S.CLOSED, S.EVALUATED),
        (cases.lapse, S.RETURNED, S.WITHDRAWN),
    ):
        before = seen(case_no)
        try:
            with transaction.atomic():
                moved = operation(case_no=case_no, at=town.later(days=10))
                assert (state, moved.state) == (source, target)
                raise _TakenBackError
        except CannotMove:
            assert state is not source
        except _TakenBackError:
            pass
        assert seen(case_no) == before


def test_the_handler_never_verifies_whoever_else_may() -> None:
    case_no = along((A.ACCEPT, A.SELF_HANDLE))
    do(A.SUBMIT_RESULT, case_no, town.actor("grid_worker"))
    into = case_no
    for action in (A.VERIFY, A.REWORK):
        own = attempt(action, case_no, "grid_worker", town.actor("grid_worker"), into)
        assert isinstance(own, Problem)
        assert own.code == "cases.own_result"
        colleague = attempt(action, case_no, "grid_worker_2", town.actor("grid_worker_2"), into)
        assert isinstance(colleague, Problem)
        assert colleague.code == "cases.needs_another_role"  # what the grid settles is checked by another role
        for other in ("grid_leader", "community_operator"):
            assert not isinstance(attempt(action, case_no, other, town.actor(other), into), Problem)


def test_the_system_never_acts_in_somebodys_name() -> None:
    case_no = in_state(S.DISPOSED)
    do(A.VERIFY, case_no, town.actor("grid_worker"))
    assert SYSTEM.user_id is None
    assert CaseStep.objects.filter(case__case_no=case_no, actor_kind="SYSTEM").count() == 0
