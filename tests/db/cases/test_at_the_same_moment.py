"""Two people at the same moment: one wins, the other hears clearly why not, and nothing is half done."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest

from tests import town
from tests.db.at_once import at_once
from tests.db.cases.flow import A, along, assert_follows_from_history, do, in_state, seen
from wangge.cases import operations as cases
from wangge.cases.models import Case, CaseMedia, CaseStep, SupervisionOrder
from wangge.cases.rules.workflow import CannotMove
from wangge.cases.types import Action, MediaKind, Moved, Receipt, State
from wangge.foundation.access import REPORTER, Actor
from wangge.foundation.errors import Problem

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("committed_town")]

Outcome = Moved | Receipt | Exception


def winners(outcomes: list[Outcome]) -> list[Moved | Receipt]:
    assert all(isinstance(one, Moved | Receipt | Problem) for one in outcomes), outcomes
    return [one for one in outcomes if isinstance(one, Moved | Receipt)]


RACES = {
    "two clerks accept": (State.REPORTED, A.ACCEPT, ("county_intake_clerk", "shift_leader"), A.ACCEPT),
    "one accepts, one refuses": (State.REPORTED, A.ACCEPT, ("county_intake_clerk", "shift_leader"), A.REFUSE),
    "finished while passed on": (State.IN_PROGRESS, A.SUBMIT_RESULT, ("unit_handler", "shift_leader"), A.TRANSFER),
    "dispatched and taken on": (State.ACCEPTED, A.DISPATCH, ("county_dispatcher", "grid_worker"), A.SELF_HANDLE),
    "two sign": (State.DISPATCHED, A.SIGN, ("unit_handler", "unit_lead"), A.SIGN),
    "upheld and refused": (State.RETURN_REQUESTED, A.UPHOLD_RETURN, ("shift_leader", "shift_leader"), A.REFUSE_RETURN),
    "returned while finished": (State.IN_PROGRESS, A.REQUEST_RETURN, ("unit_handler", "unit_lead"), A.SUBMIT_RESULT),
    "passed up and passed on": (State.IN_PROGRESS, A.ESCALATE, ("unit_handler", "county_dispatcher"), A.TRANSFER),
    "voided and answered": (State.VERIFIED, A.VOID, ("shift_leader", "county_intake_clerk"), A.FEEDBACK),
    "good and not good": (State.DISPOSED, A.VERIFY, ("grid_worker", "grid_leader"), A.REWORK),
}


@pytest.mark.parametrize("race", RACES)
def test_one_wins_and_the_other_gets_a_clear_conflict(race: str) -> None:
    state, first, names, second = RACES[race]
    actors = [REPORTER if name == "reporter" else town.actor(name) for name in names]
    case_no = in_state(state)
    steps = len(seen(case_no)[1])
    outcomes = at_once(*(_act(action, case_no, actor) for action, actor in zip((first, second), actors, strict=True)))
    assert len(winners(outcomes)) == 1
    (lost,) = (one for one in outcomes if isinstance(one, Exception))
    assert isinstance(lost, CannotMove)
    assert (lost.status, lost.code) == (409, "cases.cannot_move")
    assert len(seen(case_no)[1]) == steps + 1
    assert_follows_from_history(case_no)


def _act(action: Action, case_no: str, actor: Actor) -> Callable[[], Moved]:
    return lambda: do(action, case_no, actor)


def test_two_orders_at_once_are_one_order() -> None:
    case_no = in_state(State.IN_PROGRESS)
    names = ("supervisor", "centre_leader")
    outcomes = at_once(*(_act(A.SUPERVISE, case_no, town.actor(name)) for name in names))
    assert len(winners(outcomes)) == 1
    assert {one.code for one in outcomes if isinstance(one, Problem)} == {"cases.order_open_already"}
    assert SupervisionOrder.objects.filter(case__case_no=case_no).count() == 1


def _joint_case() -> tuple[str, list[str]]:
    """A main case whose two parts both have their result."""
    main = in_state(State.IN_PROGRESS)
    units = [town.OTHER_DEPARTMENT, town.TOWN_OFFICE]
    do(A.START_JOINT_HANDLING, main, town.actor("shift_leader"), units=units)
    parts = list(Case.objects.filter(parent__case_no=main).order_by("pk").values_list("case_no", flat=True))
    for part, handler in zip(parts, ("unit_handler_2", "unit_handler_town"), strict=True):
        do(A.SIGN, part, town.actor(handler))
        do(A.SUBMIT_RESULT, part, town.actor(handler))
    return main, parts


def test_parts_that_end_at_once_are_both_counted() -> None:
    main, parts = _joint_case()
    checker = town.actor("grid_worker")
    assert len(winners(at_once(*(_act(A.VERIFY, part, checker) for part in parts)))) == 2
    assert Case.objects.get(case_no=main).open_subs == 0
    assert_follows_from_history(main)


def test_a_part_that_ends_while_the_whole_is_voided_crosses_nothing() -> None:
    for _ in range(4):
        main, parts = _joint_case()
        outcomes = at_once(
            _act(A.VOID, main, town.actor("shift_leader")), _act(A.VERIFY, parts[0], town.actor("grid_worker"))
        )
        assert all(isinstance(one, Moved | CannotMove) for one in outcomes), outcomes
        row = Case.objects.get(case_no=main)
        assert (row.state, row.open_subs) == ("voided", 0)
        assert not Case.objects.filter(parent=row).exclude(state__in=["closed", "voided"]).exists()
        assert_follows_from_history(main)


def test_the_same_operation_sent_twice_at_once_is_done_once() -> None:
    case_no, operation_id, clerk = in_state(State.REPORTED), uuid4(), town.actor("county_intake_clerk")
    outcomes = at_once(*[lambda: do(A.ACCEPT, case_no, clerk, operation_id=operation_id)] * 4)
    assert sorted(one.repeated for one in outcomes if isinstance(one, Moved)) == [False, True, True, True]
    assert CaseStep.objects.filter(case__case_no=case_no).count() == 2


def test_the_same_report_sent_twice_at_once_is_there_once() -> None:
    client_id = uuid4()
    outcomes = at_once(*[lambda: town.report(client_id=client_id)] * 4)
    created = [one for one in winners(outcomes) if isinstance(one, Receipt) and one.created]
    assert len(created) == 1
    assert {one.case_no for one in winners(outcomes)} == {created[0].case_no}
    assert len(winners(outcomes)) == 4
    assert Case.objects.filter(client_id=client_id).count() == 1
    assert town.report(client_id=client_id).case_no == created[0].case_no


def test_reports_at_the_same_moment_all_get_their_own_number() -> None:
    outcomes = at_once(*[lambda: town.report()] * 8)
    assert len({one.case_no for one in winners(outcomes)}) == 8


def test_a_photo_is_claimed_by_one_report() -> None:
    photo = CaseMedia.objects.create(
        id=uuid4(), kind=MediaKind.PHOTO, file="x.jpg", content_type="image/jpeg", size=1, sha256=b"0" * 32,
        uploaded_at=town.AT,
    )  # fmt: skip
    outcomes = at_once(*[lambda: town.report(media=[photo.pk])] * 3)
    assert len(winners(outcomes)) == 1
    assert {one.code for one in outcomes if isinstance(one, Problem)} == {"cases.unknown_media"}
    assert Case.objects.count() == 1


def test_following_up_twice_at_once_suggests_once() -> None:
    case_no = town.report("井盖不见了").case_no
    case = Case.objects.get(case_no=case_no)

    def follow_up() -> Moved:
        cases.follow_up(case_no=case_no, at=town.AT)
        return Moved(case_no, A.ACCEPT, State.REPORTED, 0, town.AT)

    assert len(winners(at_once(follow_up, follow_up))) == 2
    ranks = list(case.suggestions.order_by("rank").values_list("rank", flat=True))
    assert ranks == list(range(len(ranks)))


def test_two_reports_never_follow_each_other() -> None:
    clerk = town.actor("county_intake_clerk")
    for _ in range(5):
        one, other = along(()), along(())
        at_once(lambda: do(A.MERGE, one, clerk, into=other), lambda: do(A.MERGE, other, clerk, into=one))  # noqa: B023
        merged = set(Case.objects.filter(case_no__in=[one, other]).values_list("merged_into", flat=True))
        assert merged != {one, other}
