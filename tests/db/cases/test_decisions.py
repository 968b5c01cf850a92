"""Objections, voiding, weights and the sampled check of what the grid settles itself."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest
from django.utils.translation import override

from tests import town
from tests.db.cases.flow import A, along, do, in_state, refused, row_of
from wangge.cases.models import Case, CaseStep
from wangge.cases.operations.step1_discover import ObjectedAlready, WorkHasBegun
from wangge.cases.operations.step2_accept import CannotMergeInto, RefusedByYourself
from wangge.cases.operations.step4_handle import NotAGridMatter, is_drawn
from wangge.cases.operations.step7_feedback import NeedsAnotherRole
from wangge.cases.types import Channel, Contact, State, Weight
from wangge.catalogue import operations as catalogue
from wangge.catalogue import queries as catalogue_queries
from wangge.catalogue.models import TaskItem
from wangge.catalogue.queries import NotAdmitted
from wangge.catalogue.types import DEFAULT_PROFILE
from wangge.foundation.access import REPORTER, SYSTEM
from wangge.foundation.said import in_words

pytestmark = pytest.mark.django_db


def test_a_refusal_is_objected_to_once_and_somebody_else_decides() -> None:
    case_no = in_state(State.REFUSED)
    do(A.OBJECT, case_no, REPORTER)
    assert row_of(case_no)["state"] == "reported"
    refused(RefusedByYourself, lambda: do(A.REFUSE, case_no, town.actor("county_intake_clerk")))
    do(A.REFUSE, case_no, town.actor("shift_leader"))
    refused(ObjectedAlready, lambda: do(A.OBJECT, case_no, REPORTER))


def test_after_an_objection_acceptance_has_its_whole_time_again() -> None:
    case_no = in_state(State.REFUSED)
    do(A.OBJECT, case_no, REPORTER, at=town.later(days=1))
    assert row_of(case_no)["due_at"] == town.at("2026-11-24 11:00")


def test_what_was_voided_lets_its_followers_go_and_takes_nobody_in() -> None:
    main = in_state(State.ACCEPTED)
    follower = town.report("同一件事").case_no
    do(A.MERGE, follower, town.actor("county_intake_clerk"), into=main)
    do(A.VOID, main, town.actor("shift_leader"))
    assert (row_of(follower)["state"], row_of(follower)["merged_into"]) == ("reported", "")
    refused(CannotMergeInto, lambda: do(A.MERGE, follower, town.actor("county_intake_clerk"), into=main))


def test_a_report_is_not_taken_back_once_somebody_worked_on_it() -> None:
    case_no = along((A.ACCEPT, A.SELF_HANDLE))
    do(A.ESCALATE, case_no, town.actor("grid_worker"))
    refused(WorkHasBegun, lambda: do(A.WITHDRAW, case_no, REPORTER))


@pytest.mark.parametrize("weight", [Weight.PROMINENT, Weight.MAJOR])
def test_a_weighty_matter_is_not_settled_in_the_grid(weight: Weight) -> None:
    case_no = town.report().case_no
    do(A.ACCEPT, case_no, town.actor("county_intake_clerk"), weight=weight)
    refused(NotAGridMatter, lambda: do(A.SELF_HANDLE, case_no, town.actor("grid_worker")))


# --- samples ---------------------------------------------------------------------------------------------


@pytest.fixture
def nothing_sampled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wangge.cases.operations.step4_handle.is_drawn", lambda *_: False)


def test_what_was_drawn_is_checked_by_another_role() -> None:
    case_no = along((A.ACCEPT, A.SELF_HANDLE))
    do(A.SUBMIT_RESULT, case_no, town.actor("grid_worker"))
    assert row_of(case_no)["state"] == "disposed"
    refused(NeedsAnotherRole, lambda: do(A.VERIFY, case_no, town.actor("grid_worker_2")))
    do(A.VERIFY, case_no, town.actor("community_operator"))


@pytest.mark.usefixtures("nothing_sampled")
def test_what_was_not_drawn_is_taken_as_said_and_its_reporter_is_answered_by_the_desk() -> None:
    case_no = along((A.ACCEPT, A.SELF_HANDLE))
    worker, operation_id = town.actor("grid_worker"), uuid4()
    first = do(A.SUBMIT_RESULT, case_no, worker, operation_id=operation_id)
    assert row_of(case_no)["state"] == "verified"
    again = do(A.SUBMIT_RESULT, case_no, worker, operation_id=operation_id)
    assert (again.state, again.version, again.repeated) == (first.state, first.version, True)
    step = CaseStep.objects.filter(case__case_no=case_no).order_by("-seq")[0]
    assert (step.action, step.actor_kind, step.detail) == ("verify", "SYSTEM", {"reason": "NOT_SAMPLED"})
    do(A.FEEDBACK, case_no, town.actor("county_intake_clerk"))


@pytest.mark.usefixtures("nothing_sampled")
@pytest.mark.parametrize(("contact", "ends"), [(None, "closed"), (Contact("", "13800005678"), "verified")])
def test_a_workers_own_small_matter_needs_nobody_at_the_desk(contact: Contact | None, ends: str) -> None:
    worker = town.actor("grid_worker")
    case_no = town.report("垃圾满了", by=worker, channel=Channel.WORKER, contact=contact).case_no
    do(A.ACCEPT, case_no, town.actor("county_intake_clerk"))
    do(A.SELF_HANDLE, case_no, worker)
    do(A.SUBMIT_RESULT, case_no, worker, note="已清运")
    assert row_of(case_no)["state"] == ends
    assert row_of(case_no)["level"] == "GRID"


def test_a_share_is_drawn_that_nobody_can_foresee_and_asking_again_gives_the_same() -> None:
    drawn = [is_drawn(f"20261123320115{n:06d}", 4, 0.05) for n in range(4000)]
    assert 140 < sum(drawn) < 260
    assert drawn == [is_drawn(f"20261123320115{n:06d}", 4, 0.05) for n in range(4000)]
    assert all(is_drawn(f"{n}", 1, 1.0) for n in range(100))
    assert not any(is_drawn(f"{n}", 1, 0.0) for n in range(100))


def test_the_share_is_the_centres_own() -> None:
    catalogue.adopt_clock_rules(
        area=town.COUNTY,
        valid_from=town.SINCE,
        profile=replace(DEFAULT_PROFILE, sampled_share=0.01),
        note="",
        actor=SYSTEM,
        at=town.AT,
    )
    outcomes = set()
    for _ in range(6):
        case_no = along((A.ACCEPT, A.SELF_HANDLE))
        do(A.SUBMIT_RESULT, case_no, town.actor("grid_worker"))
        outcomes.add(str(row_of(case_no)["state"]))
    assert "verified" in outcomes


def test_a_case_keeps_the_rules_it_was_accepted_under() -> None:
    case_no = in_state(State.REPORTED)
    version = Case.objects.get(case_no=case_no).steps.get(seq=1).detail["rules"]
    shorter = replace(DEFAULT_PROFILE, acceptance=replace(DEFAULT_PROFILE.acceptance, minutes=30))
    new = catalogue.adopt_clock_rules(
        area=town.COUNTY, valid_from=town.SINCE, profile=shorter, note="", actor=SYSTEM, at=town.AT
    )
    assert new != version
    do(A.RETURN_TO_REPORTER, case_no, town.actor("county_intake_clerk"), at=town.later(10))
    do(A.SUPPLEMENT, case_no, REPORTER, at=town.later(20))
    assert row_of(case_no)["due_at"] == town.later(130)  # two hours, as when it was reported
    later = town.report(at=town.later(20)).case_no
    assert row_of(later)["due_at"] == town.later(50)


# --- the list guards the grids -----------------------------------------------------------------------------


def _leaves_the_list(code: str) -> None:
    TaskItem.objects.filter(code=code).update(valid_to=town.AT.date())
    catalogue_queries.forget()


def test_what_has_left_the_list_is_not_asked_of_a_grid() -> None:
    """A case accepted before its task left the list goes to no grid and no community any more; a unit may settle it."""
    case_no = in_state(State.ACCEPTED)
    _leaves_the_list(town.GRID_TASK)
    problem = refused(NotAdmitted, lambda: do(A.SELF_HANDLE, case_no, town.actor("grid_worker")))
    with override("en"):
        assert "what is not on the list is not assigned to grid workers" in in_words(problem)
    township = town.actor("township_dispatcher")
    refused(NotAdmitted, lambda: do(A.DISPATCH, case_no, township, unit=town.COMMUNITY))
    do(A.DISPATCH, case_no, township, unit=town.TOWN_OFFICE)
    refused(NotAdmitted, lambda: do(A.TRANSFER, case_no, township, unit=town.COMMUNITY))
