"""并案: whoever follows a main case reads its answer, and is never left behind when it ends without one."""

from __future__ import annotations

from typing import Any

import pytest

from tests import town
from tests.db.cases.flow import A, assert_follows_from_history, do, in_state, refused, row_of
from wangge.cases import operations as cases
from wangge.cases import queries
from wangge.cases.models import Case
from wangge.cases.operations.moving import NoSuchCase
from wangge.cases.operations.step2_accept import CannotMergeInto
from wangge.cases.rules.workflow import CannotMove, SomethingMissing
from wangge.cases.types import State
from wangge.channels.progress import progress
from wangge.foundation.access import REPORTER

pytestmark = pytest.mark.django_db


def told(case_no: str) -> dict[str, Any]:
    return progress(Case.objects.get(case_no=case_no), town.AT)


def followers_of(main: str, count: int = 2) -> list[str]:
    made = [town.report("同一件事").case_no for _ in range(count)]
    for case_no in made:
        do(A.MERGE, case_no, town.actor("county_intake_clerk"), into=main)
    return made


@pytest.mark.parametrize(
    ("state", "end"),
    [
        (State.REPORTED, lambda no: do(A.WITHDRAW, no, REPORTER)),
        (State.ACCEPTED, lambda no: do(A.WITHDRAW, no, REPORTER)),
        (State.REPORTED, lambda no: do(A.REFUSE, no, town.actor("county_intake_clerk"))),
        (State.RETURNED, lambda no: cases.lapse(case_no=no, at=town.later(days=8))),
    ],
)
def test_when_the_main_case_ends_without_an_answer_its_followers_wait_for_the_desk_again(
    state: State, end: Any
) -> None:
    main = in_state(state)
    followers = followers_of(main)
    end(main)
    for case_no in followers:
        row = row_of(case_no)
        assert (row["state"], row["merged_into"], row["clock"]) == ("reported", "", "acceptance")
        assert row["due_at"]
        assert_follows_from_history(case_no)
    for case_no in followers:
        do(A.ACCEPT, case_no, town.actor("county_intake_clerk"))


def test_a_refused_end_releases_nobody() -> None:
    main = in_state(State.ACCEPTED)
    (follower,) = followers_of(main, 1)
    refused(CannotMove, lambda: do(A.REFUSE, main, town.actor("county_intake_clerk")))
    assert row_of(follower)["state"] == "merged"


def test_followers_read_how_the_main_case_stands_and_what_was_answered() -> None:
    main = in_state(State.ACCEPTED)
    middle, last = town.report("路灯坏了").case_no, town.report("灯不亮").case_no
    clerk = town.actor("county_intake_clerk")
    do(A.MERGE, last, clerk, into=middle)
    do(A.MERGE, middle, clerk, into=main)
    do(A.DISPATCH, main, town.actor("county_dispatcher"))
    do(A.SIGN, main, town.actor("unit_handler"))
    assert told(last)["due_at"] == row_of(main)["due_at"]
    assert str(row_of(main)["unit"])[-3:] in told(last)["now"]
    do(A.SUBMIT_RESULT, main, town.actor("unit_handler"))
    do(A.VERIFY, main, town.actor("grid_worker"))
    do(A.FEEDBACK, main, clerk, note="路灯已经修好")
    for case_no in (middle, last):
        assert told(case_no)["answer"] == "路灯已经修好"
        assert told(case_no)["actions"] == []


def test_only_into_an_open_case_that_one_could_accept_too() -> None:
    case_no, clerk = in_state(State.REPORTED), town.actor("county_intake_clerk")
    for state in (State.CLOSED, State.EVALUATED, State.MERGED, State.WITHDRAWN):
        refused(CannotMergeInto, lambda state=state: do(A.MERGE, case_no, clerk, into=in_state(state)))
    elsewhere = town.report(at_place=town.place(town.FAR_GRID)).case_no
    of_the_town = town.actor("township_dispatcher")
    problem = refused(NoSuchCase, lambda: do(A.MERGE, case_no, of_the_town, into=elsewhere))
    assert "state" not in problem.params
    do(A.MERGE, case_no, clerk, into=elsewhere)
    main = Case.objects.get(case_no=elsewhere)
    assert [row.case_no for row in queries.merged_of(main, actor=clerk)] == [case_no]
    assert queries.merged_of(main, actor=town.actor("township_dispatcher_far")) == []


def test_taking_a_merge_back_needs_words() -> None:
    case_no = in_state(State.MERGED)
    clerk = town.actor("county_intake_clerk")
    assert refused(SomethingMissing, lambda: do(A.UNMERGE, case_no, clerk, note=" ")).field == "note"
    do(A.UNMERGE, case_no, clerk, note="不是同一件事")
    assert row_of(case_no)["state"] == "reported"
