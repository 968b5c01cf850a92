"""退单 and 上报: who decides what, what is counted, and where a case may go after it."""

from __future__ import annotations

import pytest

from tests import town
from tests.db.cases.flow import A, along, do, in_state, refused, row_of
from wangge.cases.models import Case
from wangge.cases.operations.decisions import OwnRequest
from wangge.cases.operations.handler import NotTheHandler
from wangge.cases.operations.moving import history
from wangge.cases.operations.sending import AlreadyThere, NobodySigns
from wangge.cases.operations.step3_dispatch import AlreadyAtTop, NotAbove, PassedUp
from wangge.cases.operations.step3_return import ReturnRefusedAlready
from wangge.cases.operations.step4_handle import PassedUpAlready
from wangge.cases.rules.command import OutOfReach
from wangge.cases.rules.history import replay
from wangge.cases.rules.workflow import SomethingMissing
from wangge.cases.types import State, Status
from wangge.foundation.errors import Invalid

pytestmark = pytest.mark.django_db


def status_of(case_no: str) -> Status:
    return replay(history(Case.objects.get(case_no=case_no)))


# --- returns ---------------------------------------------------------------------------------------


def test_the_clock_runs_on_while_a_return_is_decided() -> None:
    case_no = in_state(State.IN_PROGRESS)
    due = row_of(case_no)["due_at"]
    do(A.REQUEST_RETURN, case_no, town.actor("unit_handler"), at=town.later(30))
    waiting = row_of(case_no)
    assert (waiting["state"], waiting["due_at"], waiting["is_paused"]) == ("return_requested", due, False)
    do(A.REFUSE_RETURN, case_no, town.actor("shift_leader"), at=town.later(300))
    assert row_of(case_no)["due_at"] == due


def test_a_return_upheld_names_the_right_unit_and_counts_against_the_dispatch() -> None:
    case_no = in_state(State.RETURN_REQUESTED)
    leader = town.actor("shift_leader")
    assert refused(SomethingMissing, lambda: do(A.UPHOLD_RETURN, case_no, leader, unit="")).field == "unit"
    refused(AlreadyThere, lambda: do(A.UPHOLD_RETURN, case_no, leader, unit=town.DEPARTMENT))
    refused(NobodySigns, lambda: do(A.UPHOLD_RETURN, case_no, leader, unit=town.CENTRE))
    refused(OutOfReach, lambda: do(A.UPHOLD_RETURN, case_no, leader, unit=town.COMMUNITY))
    do(A.UPHOLD_RETURN, case_no, leader, unit=town.OTHER_DEPARTMENT)
    step = history(Case.objects.get(case_no=case_no))[-1]
    assert step.detail == {"unit": town.OTHER_DEPARTMENT, "level": "COUNTY", "returned_by": town.DEPARTMENT}
    assert (row_of(case_no)["state"], row_of(case_no)["unit"]) == ("dispatched", town.OTHER_DEPARTMENT)
    assert status_of(case_no).returns_refused == 0


def test_a_refused_return_is_counted_and_not_asked_for_twice() -> None:
    case_no = in_state(State.DISPATCHED)  # not signed for yet
    handler = town.actor("unit_handler")
    do(A.REQUEST_RETURN, case_no, handler)
    do(A.REFUSE_RETURN, case_no, town.actor("shift_leader"))
    assert (row_of(case_no)["state"], row_of(case_no)["handler_id"]) == ("in_progress", handler.user_id)
    assert status_of(case_no).returns_refused == 1
    refused(ReturnRefusedAlready, lambda: do(A.REQUEST_RETURN, case_no, handler))
    do(A.TRANSFER, case_no, town.actor("county_dispatcher"))
    do(A.REQUEST_RETURN, case_no, town.actor("unit_handler_2"))  # another unit may ask for itself


def test_nobody_decides_their_own_return() -> None:
    case_no = in_state(State.DISPATCHED)
    both = town.actor_with("shift_leader", "unit_handler")
    do(A.REQUEST_RETURN, case_no, both)
    for action in (A.UPHOLD_RETURN, A.REFUSE_RETURN):
        refused(OwnRequest, lambda action=action: do(action, case_no, both))


# --- up the levels -----------------------------------------------------------------------------------


def test_a_matter_climbs_from_the_grid_to_enforcement() -> None:
    case_no = along((A.ACCEPT, A.SELF_HANDLE))
    do(A.ESCALATE, case_no, town.actor("grid_worker"))
    assert (row_of(case_no)["state"], row_of(case_no)["level"], row_of(case_no)["handler_id"]) == (
        "accepted",
        "COMMUNITY",
        None,
    )
    do(A.DISPATCH, case_no, town.actor("township_dispatcher"), unit=town.COMMUNITY)
    community = town.actor(f"signer_{town.COMMUNITY}")
    do(A.SIGN, case_no, community)
    do(A.ESCALATE, case_no, community)
    do(A.DISPATCH, case_no, town.actor("township_dispatcher"), unit=town.TOWN_OFFICE)
    do(A.SIGN, case_no, town.actor("unit_handler_town"))
    do(A.ESCALATE, case_no, town.actor("township_dispatcher"))  # the township's desk may pass it up too
    refused(PassedUp, lambda: do(A.DISPATCH, case_no, town.actor("township_dispatcher"), unit=town.TOWN_OFFICE))
    do(A.DISPATCH, case_no, town.actor("county_dispatcher"))
    do(A.SIGN, case_no, town.actor("unit_handler"))
    do(A.ESCALATE, case_no, town.actor("unit_handler"), reason="NEEDS_ENFORCEMENT")
    do(A.DISPATCH, case_no, town.actor("county_dispatcher"), unit=town.TEAM)
    do(A.SIGN, case_no, town.actor("enforcement_member"))
    refused(AlreadyAtTop, lambda: do(A.ESCALATE, case_no, town.actor("enforcement_member")))
    climbed = [step.detail["level"] for step in history(Case.objects.get(case_no=case_no)) if step.action is A.ESCALATE]
    assert climbed == ["COMMUNITY", "TOWNSHIP", "COUNTY", "ENFORCEMENT"]


def test_the_county_may_send_down_again_what_was_passed_up() -> None:
    case_no = in_state(State.ACCEPTED)
    do(A.DISPATCH, case_no, town.actor("township_dispatcher"), unit=town.TOWN_OFFICE)
    do(A.SIGN, case_no, town.actor("unit_handler_town"))
    do(A.ESCALATE, case_no, town.actor("unit_handler_town"))
    do(A.DISPATCH, case_no, town.actor("county_dispatcher"), unit=town.TOWN_CENTRE)
    assert row_of(case_no)["level"] == "TOWNSHIP"


def test_what_was_passed_up_is_not_taken_back_into_the_grid() -> None:
    case_no = along((A.ACCEPT, A.SELF_HANDLE))
    do(A.ESCALATE, case_no, town.actor("grid_worker"))
    refused(PassedUpAlready, lambda: do(A.SELF_HANDLE, case_no, town.actor("grid_worker_2")))


def test_only_its_handler_or_the_townships_desk_passes_a_case_up_and_says_why() -> None:
    case_no = along((A.ACCEPT, A.SELF_HANDLE))
    refused(NotTheHandler, lambda: do(A.ESCALATE, case_no, town.actor("grid_worker_2")))
    worker = town.actor("grid_worker")
    assert refused(SomethingMissing, lambda: do(A.ESCALATE, case_no, worker, reason="")).field == "reason"
    assert refused(Invalid, lambda: do(A.ESCALATE, case_no, worker, reason="TIRED")).field == "reason"
    assert refused(Invalid, lambda: do(A.ESCALATE, case_no, worker, level="MOON")).field == "level"
    assert refused(NotAbove, lambda: do(A.ESCALATE, case_no, worker, level="GRID")).field == "level"
    do(A.ESCALATE, case_no, worker, level="COUNTY")
    assert row_of(case_no)["level"] == "COUNTY"
