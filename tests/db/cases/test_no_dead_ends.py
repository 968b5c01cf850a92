"""Every open case can go on: hands change, people are away, units are empty, lists are rewritten."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from tests import town
from tests.db.cases.flow import A, along, assert_follows_from_history, do, in_state, refused, row_of
from wangge.accounts.models import User
from wangge.cases import operations as cases
from wangge.cases.choices import choices
from wangge.cases.models import Case, CaseStep
from wangge.cases.operations.handler import NotTheHandler
from wangge.cases.operations.moving import OperationReused
from wangge.cases.operations.sending import NobodySigns
from wangge.cases.operations.step7_feedback import OwnResult
from wangge.cases.rules.command import OutOfReach
from wangge.cases.types import Action, Channel, Place, PlaceSource, State
from wangge.catalogue import queries as catalogue
from wangge.catalogue.models import TaskItem
from wangge.channels.doors.terminal.presenting import groups
from wangge.foundation.access import ANONYMOUS, REPORTER, Actor
from wangge.foundation.errors import NotAllowed, NotSignedIn
from wangge.foundation.models import Event
from wangge.workforce.models import Absence, Appointment

pytestmark = pytest.mark.django_db


# --- hands change -----------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [State.DISPATCHED, State.IN_PROGRESS, State.REWORK])
def test_the_desk_can_always_send_it_to_another_unit(state: State) -> None:
    case_no = in_state(state)
    do(A.TRANSFER, case_no, town.actor("county_dispatcher"), unit=town.OTHER_DEPARTMENT)
    assert (row_of(case_no)["state"], row_of(case_no)["unit"]) == ("dispatched", town.OTHER_DEPARTMENT)
    assert_follows_from_history(case_no)


def test_what_was_taken_on_in_the_grid_can_be_sent_to_a_unit_after_rework() -> None:
    case_no = along((A.ACCEPT, A.SELF_HANDLE))
    do(A.SUBMIT_RESULT, case_no, town.actor("grid_worker"))
    do(A.REWORK, case_no, town.actor("grid_leader"))
    do(A.TRANSFER, case_no, town.actor("township_dispatcher"), unit=town.TOWN_OFFICE)
    assert not row_of(case_no)["self_handled"]


def test_a_result_nobody_in_the_grid_may_check_is_checked_by_the_shift_leader() -> None:
    """The only worker of the grid settled it, and the community has no operator: it must not wait for ever."""
    case_no = along((A.ACCEPT, A.SELF_HANDLE))
    do(A.SUBMIT_RESULT, case_no, town.actor("grid_worker"))
    do(A.REWORK, case_no, town.actor("shift_leader"))
    do(A.SUBMIT_RESULT, case_no, town.actor("grid_worker"))
    do(A.VERIFY, case_no, town.actor("shift_leader"))
    assert row_of(case_no)["state"] == "verified"


def test_a_township_takes_nothing_from_a_department_of_the_county() -> None:
    case_no = in_state(State.IN_PROGRESS)
    township = town.actor("township_dispatcher")
    refused(OutOfReach, lambda: do(A.TRANSFER, case_no, township, unit=town.TOWN_OFFICE))
    refused(OutOfReach, lambda: do(A.ESCALATE, case_no, township))
    offered = {one.action: one.why_not for one in choices(Case.objects.get(case_no=case_no), township, town.AT)}
    assert {offered[A.TRANSFER], offered[A.ESCALATE]} == {"cases.unit_out_of_reach"}
    do(A.TRANSFER, case_no, town.actor("county_dispatcher"), unit=town.TOWN_CENTRE)
    do(A.TRANSFER, case_no, township, unit=town.TOWN_OFFICE)


def test_nothing_is_sent_where_nobody_signs() -> None:
    case_no, dispatcher = in_state(State.ACCEPTED), town.actor("county_dispatcher")
    assert refused(NobodySigns, lambda: do(A.DISPATCH, case_no, dispatcher, unit=town.CENTRE)).field == "unit"
    do(A.DISPATCH, case_no, dispatcher)
    refused(NobodySigns, lambda: do(A.TRANSFER, case_no, dispatcher, unit=town.CENTRE))
    Appointment.objects.filter(post__unit__code=town.OTHER_DEPARTMENT).update(valid_to=town.AT.date())
    refused(NobodySigns, lambda: do(A.TRANSFER, case_no, dispatcher, unit=town.OTHER_DEPARTMENT))


def test_a_colleague_finishes_what_an_absent_worker_took_on_and_only_then() -> None:
    case_no = along((A.ACCEPT, A.SELF_HANDLE))
    colleague = town.actor("grid_worker_2")
    refused(NotTheHandler, lambda: do(A.SUBMIT_RESULT, case_no, colleague))
    held = Appointment.objects.get(user__username="grid_worker")
    Absence.objects.create(appointment=held, from_on=town.AT.date(), to_on=town.later(days=3).date())
    refused(NotAllowed, lambda: do(A.SUBMIT_RESULT, case_no, town.actor("grid_worker_far")))
    do(A.SUBMIT_RESULT, case_no, colleague)
    refused(OwnResult, lambda: do(A.VERIFY, case_no, colleague))
    do(A.VERIFY, case_no, town.actor("community_operator"))


def test_a_colleague_finishes_what_somebody_who_has_left_took_on() -> None:
    case_no = along((A.ACCEPT, A.SELF_HANDLE))
    Appointment.objects.filter(user__username="grid_worker").update(
        valid_from=date(2026, 1, 2), valid_to=town.AT.date()
    )
    do(A.SUBMIT_RESULT, case_no, town.actor("grid_worker_2"))


# --- nobody checks their own work ---------------------------------------------------------------------


def test_whoever_worked_on_it_before_does_not_verify_a_later_result() -> None:
    case_no = along((A.ACCEPT, A.SELF_HANDLE))
    do(A.SUBMIT_RESULT, case_no, town.actor("grid_worker"))
    do(A.REWORK, case_no, town.actor("grid_leader"))
    do(A.TRANSFER, case_no, town.actor("township_dispatcher"), unit=town.TOWN_OFFICE)
    do(A.SIGN, case_no, town.actor("unit_handler_town"))
    do(A.SUBMIT_RESULT, case_no, town.actor("unit_handler_town"))
    refused(OwnResult, lambda: do(A.VERIFY, case_no, town.actor("grid_worker")))
    do(A.VERIFY, case_no, town.actor("grid_worker_2"))


def test_a_worker_does_not_confirm_or_rate_their_own_work_as_its_reporter() -> None:
    worker = town.actor("grid_worker")
    case_no = town.report("垃圾满了", by=worker, channel=Channel.WORKER).case_no
    do(A.ACCEPT, case_no, town.actor("county_intake_clerk"))
    do(A.SELF_HANDLE, case_no, worker)
    do(A.SUBMIT_RESULT, case_no, worker)
    refused(OwnResult, lambda: do(A.VERIFY, case_no, REPORTER))
    do(A.VERIFY, case_no, town.actor("grid_leader"))
    do(A.FEEDBACK, case_no, town.actor("county_intake_clerk"))
    refused(OwnResult, lambda: do(A.RATE, case_no, REPORTER))
    do(A.RATE, case_no, town.actor("revisit_clerk"))


# --- what was promised stays ----------------------------------------------------------------------------


def test_a_limit_changed_in_the_list_changes_no_case_that_runs() -> None:
    case_no = in_state(State.ACCEPTED)
    promised = row_of(case_no)["due_at"]
    TaskItem.objects.filter(code=town.GRID_TASK).update(limit_min=5, clock="NATURAL")
    catalogue.forget()
    do(A.DISPATCH, case_no, town.actor("county_dispatcher"))
    assert row_of(case_no)["due_at"] == promised
    assert_follows_from_history(case_no)
    catalogue.forget()


def test_the_same_operation_again_is_answered_even_to_a_unit_the_case_has_left() -> None:
    case_no, handler, operation = in_state(State.IN_PROGRESS), town.actor("unit_handler"), uuid4()
    first = do(A.TRANSFER, case_no, handler, unit=town.SECTION, operation_id=operation)
    again = do(A.TRANSFER, case_no, handler, unit=town.SECTION, operation_id=operation)
    assert (again.state, again.version, again.repeated) == (first.state, first.version, True)


def test_an_operation_id_is_its_makers() -> None:
    case_no, operation = in_state(State.REPORTED), uuid4()
    do(A.ACCEPT, case_no, town.actor("county_intake_clerk"), operation_id=operation)
    refused(OperationReused, lambda: do(A.ACCEPT, case_no, town.actor("shift_leader"), operation_id=operation))
    refused(NotSignedIn, lambda: do(A.ACCEPT, case_no, ANONYMOUS, operation_id=operation))
    assert CaseStep.objects.filter(case__case_no=case_no).count() == 2


def test_a_pin_the_desk_moves_says_where_it_came_from_and_tells_the_place_it_left() -> None:
    case_no = in_state(State.REPORTED)
    there = town.place(town.FAR_GRID)
    place = Place(there.lon, there.lat, "GCJ-02", PlaceSource.DESK)
    cases.accept(
        case_no=case_no, task_code=town.GRID_TASK, actor=town.actor("county_intake_clerk"), at=town.AT, place=place
    )
    row = Case.objects.get(case_no=case_no)
    assert (row.area, row.place_crs, row.place_source) == (town.FAR_GRID, "GCJ-02", "DESK")
    assert Event.objects.filter(subject=case_no, area=town.GRID, type="cases.case.placed_elsewhere").exists()


def test_a_unit_is_told_of_what_leaves_it() -> None:
    case_no = in_state(State.IN_PROGRESS)
    do(A.TRANSFER, case_no, town.actor("county_dispatcher"), unit=town.OTHER_DEPARTMENT)
    told = Event.objects.filter(subject=case_no).order_by("-pk")[:2]
    assert {(event.type, event.unit) for event in told} == {
        ("cases.case.transfer", town.OTHER_DEPARTMENT),
        ("cases.case.left_unit", town.DEPARTMENT),
    }


def allowed(case_no: str, actor: Actor) -> set[Action]:
    return {one.action for one in choices(Case.objects.get(case_no=case_no), actor, town.AT) if one.allowed}


def test_what_pages_offer_is_what_the_operations_allow() -> None:
    """A stand-in is offered the result, and then neither the check of it nor its rating."""
    case_no = along((A.ACCEPT, A.SELF_HANDLE))
    colleague = town.actor("grid_worker_2")
    assert A.SUBMIT_RESULT not in allowed(case_no, colleague)
    held = Appointment.objects.get(user__username="grid_worker")
    Absence.objects.create(appointment=held, from_on=town.AT.date(), to_on=town.later(days=3).date())
    assert A.SUBMIT_RESULT in allowed(case_no, colleague)
    assert case_no in [card["case_no"] for group in groups(colleague, town.AT) for card in group.cases]
    do(A.SUBMIT_RESULT, case_no, colleague)
    assert not {A.VERIFY, A.REWORK} & allowed(case_no, colleague)
    assert A.VERIFY in allowed(case_no, town.actor("community_operator"))


def test_leave_that_is_over_and_leave_to_come_make_nobody_absent() -> None:
    case_no = along((A.ACCEPT, A.SELF_HANDLE))
    held = Appointment.objects.get(user__username="grid_worker")
    for first, last in ((-30, -20), (30, 40)):
        Absence.objects.create(
            appointment=held, from_on=town.later(days=first).date(), to_on=town.later(days=last).date()
        )
    refused(NotTheHandler, lambda: do(A.SUBMIT_RESULT, case_no, town.actor("grid_worker_2")))


def test_what_a_substitute_took_on_goes_back_to_the_principal_after_the_leave() -> None:
    principal = Appointment.objects.get(user__username="grid_worker")
    Appointment.objects.create(
        post=principal.post, user_id=town.user_id("auditor"), kind="SUBSTITUTE", valid_from=town.SINCE
    )
    leave = Absence.objects.create(appointment=principal, from_on=town.AT.date(), to_on=town.later(days=3).date())
    case_no = in_state(State.ACCEPTED)
    do(A.SELF_HANDLE, case_no, town.actor("auditor"))
    leave.delete()
    do(A.SUBMIT_RESULT, case_no, town.actor("grid_worker"))


def test_a_unit_whose_signers_have_closed_accounts_gets_nothing() -> None:
    case_no = in_state(State.ACCEPTED)
    User.objects.filter(username__in=["unit_handler", "unit_lead"]).update(is_active=False)
    refused(NobodySigns, lambda: do(A.DISPATCH, case_no, town.actor("county_dispatcher")))
