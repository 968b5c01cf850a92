"""延期 and 挂账: who asks, who decides, and what the clock makes of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests import town
from tests.db.cases.flow import A, along, assert_follows_from_history, do, in_state, refused, row_of
from wangge.cases import operations as cases
from wangge.cases.choices import choices
from wangge.cases.models import Case
from wangge.cases.operations.dates import BadDate
from wangge.cases.operations.decisions import AlreadyAsked, NothingAsked, OwnRequest
from wangge.cases.operations.handler import NotTheHandler
from wangge.cases.operations.moving import history
from wangge.cases.operations.step4_more_time import NoMoreExtensions, NothingGained, TooLateToExtend
from wangge.cases.queries import CaseFilter, due_to_resume, queue
from wangge.cases.rules.workflow import CannotMove, SomethingMissing
from wangge.cases.types import Asked, State
from wangge.foundation.errors import Invalid, NotAllowed

pytestmark = pytest.mark.django_db

HANDLER, LEADER, CENTRE = "unit_handler", "shift_leader", "centre_leader"


def due_of(case_no: str):  # type: ignore[no-untyped-def]
    return row_of(case_no)["due_at"]


def test_more_time_moves_the_deadline_once_it_is_granted() -> None:
    case_no = in_state(State.IN_PROGRESS)
    before = due_of(case_no)
    wanted = before + timedelta(days=2)
    do(A.REQUEST_EXTENSION, case_no, town.actor(HANDLER), until=wanted)
    assert due_of(case_no) == before
    assert [line.case_no for line in queue(
        actor=town.actor(LEADER), wanted=CaseFilter(asked=(Asked.EXTENSION,), holding="case.arbitrate"), at=town.AT
    )] == [case_no]  # fmt: skip
    do(A.APPROVE_EXTENSION, case_no, town.actor(LEADER))
    assert due_of(case_no) == wanted
    assert row_of(case_no)["asked"] == ""
    assert_follows_from_history(case_no)


def test_a_nearer_date_may_be_granted_than_was_asked_for() -> None:
    case_no = in_state(State.IN_PROGRESS)
    before = due_of(case_no)
    do(A.REQUEST_EXTENSION, case_no, town.actor(HANDLER), until=before + timedelta(days=7))
    do(A.APPROVE_EXTENSION, case_no, town.actor(LEADER), until=before + timedelta(days=1))
    assert due_of(case_no) == before + timedelta(days=1)


def test_more_time_within_closed_hours_is_none() -> None:
    """A deadline at six in the evening moved to ten gains nothing: said when it is asked for, and when granted."""
    case_no, evening = in_state(State.IN_PROGRESS), town.at("2026-11-23 18:00")
    do(A.REQUEST_EXTENSION, case_no, town.actor(HANDLER), until=evening)
    do(A.APPROVE_EXTENSION, case_no, town.actor(LEADER))
    assert due_of(case_no) == evening
    night = evening + timedelta(hours=4)
    problem = refused(NothingGained, lambda: do(A.REQUEST_EXTENSION, case_no, town.actor(HANDLER), until=night))
    assert (problem.status, problem.field) == (422, "until")
    do(A.REQUEST_EXTENSION, case_no, town.actor(HANDLER), until=evening + timedelta(days=1))
    refused(NothingGained, lambda: do(A.APPROVE_EXTENSION, case_no, town.actor(CENTRE), until=night))


def test_there_is_no_third_extension() -> None:
    case_no, handler = in_state(State.IN_PROGRESS), town.actor(HANDLER)
    for name in (LEADER, CENTRE):
        do(A.REQUEST_EXTENSION, case_no, handler, until=due_of(case_no) + timedelta(days=1))
        do(A.APPROVE_EXTENSION, case_no, town.actor(name))
    refused(NoMoreExtensions, lambda: do(A.REQUEST_EXTENSION, case_no, handler, until=due_of(case_no) + timedelta(1)))
    offered = {one.action: one.why_not for one in choices(Case.objects.get(case_no=case_no), handler, town.AT)}
    assert offered[A.REQUEST_EXTENSION] == "cases.no_more_extensions"


def test_a_second_extension_needs_the_centre_leader() -> None:
    case_no = in_state(State.IN_PROGRESS)
    for name in (LEADER, CENTRE):
        do(A.REQUEST_EXTENSION, case_no, town.actor(HANDLER), until=due_of(case_no) + timedelta(days=1))
        if name == CENTRE:
            refused(NotAllowed, lambda: do(A.APPROVE_EXTENSION, case_no, town.actor(LEADER)))
        do(A.APPROVE_EXTENSION, case_no, town.actor(name))


def test_more_time_is_asked_for_before_the_deadline_and_one_request_at_a_time() -> None:
    case_no = in_state(State.IN_PROGRESS)
    handler, due = town.actor(HANDLER), due_of(case_no)
    refused(BadDate, lambda: do(A.REQUEST_EXTENSION, case_no, handler, until=due))
    refused(BadDate, lambda: do(A.REQUEST_EXTENSION, case_no, handler, until=due + timedelta(days=91)))
    late = {"at": due + timedelta(minutes=1), "until": due + timedelta(days=1)}
    refused(TooLateToExtend, lambda: do(A.REQUEST_EXTENSION, case_no, handler, **late))
    do(A.REQUEST_EXTENSION, case_no, handler, until=due + timedelta(days=1))
    refused(AlreadyAsked, lambda: do(A.REQUEST_EXTENSION, case_no, handler, until=due + timedelta(days=2)))
    refused(AlreadyAsked, lambda: do(A.REQUEST_SUSPENSION, case_no, handler))
    refused(NothingAsked, lambda: do(A.SUSPEND, case_no, town.actor(CENTRE)))


def test_a_request_is_over_when_whoever_asked_goes_on_without_the_answer() -> None:
    case_no = in_state(State.IN_PROGRESS)
    do(A.REQUEST_EXTENSION, case_no, town.actor(HANDLER), until=due_of(case_no) + timedelta(days=1))
    do(A.SUBMIT_RESULT, case_no, town.actor(HANDLER))
    refused(CannotMove, lambda: do(A.APPROVE_EXTENSION, case_no, town.actor(LEADER)))
    do(A.REWORK, case_no, town.actor("grid_worker_2"))
    refused(NothingAsked, lambda: do(A.APPROVE_EXTENSION, case_no, town.actor(LEADER)))


def test_nobody_decides_their_own_request() -> None:
    case_no = in_state(State.IN_PROGRESS)
    both = town.actor_with(HANDLER, LEADER, CENTRE)
    do(A.REQUEST_EXTENSION, case_no, both, until=due_of(case_no) + timedelta(days=1))
    for action in (A.APPROVE_EXTENSION, A.REFUSE_EXTENSION):
        refused(OwnRequest, lambda action=action: do(action, case_no, both))
    do(A.REFUSE_EXTENSION, case_no, town.actor(LEADER))
    do(A.REQUEST_SUSPENSION, case_no, both)
    for action in (A.SUSPEND, A.REFUSE_SUSPENSION):
        refused(OwnRequest, lambda action=action: do(action, case_no, both))


def test_in_the_grid_only_who_took_it_on_asks() -> None:
    case_no = along((A.ACCEPT, A.SELF_HANDLE))
    until = due_of(case_no) + timedelta(days=1)
    refused(NotTheHandler, lambda: do(A.REQUEST_EXTENSION, case_no, town.actor("grid_worker_2"), until=until))
    do(A.REQUEST_EXTENSION, case_no, town.actor("grid_worker"), until=until)


# --- rests -------------------------------------------------------------------------------------------


def suspended(until: date) -> str:
    case_no = in_state(State.IN_PROGRESS)
    do(A.REQUEST_SUSPENSION, case_no, town.actor(HANDLER), until=until)
    do(A.SUSPEND, case_no, town.actor(CENTRE))
    return case_no


def test_suspended_time_does_not_count_and_the_planned_day_ends_it() -> None:
    """Suspended on a Monday at nine for the rest of the week: the clock goes on where it stood."""
    case_no = suspended(date(2026, 11, 30))
    assert (row_of(case_no)["state"], row_of(case_no)["is_paused"], due_of(case_no)) == ("suspended", True, None)
    refused(CannotMove, lambda: cases.resume_as_planned(case_no=case_no, at=town.at("2026-11-29 23:59")))
    cases.resume_as_planned(case_no=case_no, at=town.at("2026-11-30 00:10"))
    step = history(Case.objects.get(case_no=case_no))[-1]
    assert (step.action, step.actor_id, step.detail) == (A.RESUME, None, {"reason": "PLANNED"})
    assert due_of(case_no) == town.at("2026-11-30 14:00")  # four working hours from the Monday's nine o'clock
    assert_follows_from_history(case_no)


def test_many_that_rest_on_never_keep_one_from_going_on() -> None:
    """The list is drawn up in portions: of those whose day has come, not of all that rest."""
    resting, ready = suspended(date(2026, 12, 31)), suspended(date(2026, 11, 30))
    assert due_to_resume(town.at("2026-11-29 23:59"), limit=1) == []
    assert due_to_resume(town.at("2026-11-30 00:10"), limit=1) == [ready]
    cases.resume(case_no=ready, actor=town.actor(HANDLER), at=town.at("2026-11-30 08:00"))
    do(A.REQUEST_SUSPENSION, ready, town.actor(HANDLER), at=town.at("2026-11-30 09:00"), until=date(2027, 1, 15))
    do(A.SUSPEND, ready, town.actor(CENTRE), at=town.at("2026-11-30 09:00"))  # the latest plan counts
    assert due_to_resume(town.at("2026-12-31 00:10")) == [resting]


def test_a_rest_over_an_adjusted_weekend_counts_the_days_that_are_worked() -> None:
    """Before the Spring Festival of 2026 a Saturday (14 February) is worked; the festival is not."""
    begin = town.at("2026-02-13 09:00")
    case_no = in_state(State.IN_PROGRESS, at=begin)
    do(A.REQUEST_SUSPENSION, case_no, town.actor(HANDLER), at=begin, until=date(2026, 2, 14))
    do(A.SUSPEND, case_no, town.actor(CENTRE), at=begin)
    cases.resume_as_planned(case_no=case_no, at=town.at("2026-02-14 00:00"))
    assert due_of(case_no) == town.at("2026-02-14 14:00")


def test_handler_and_centre_leader_may_go_on_earlier() -> None:
    for name in (HANDLER, CENTRE):
        case_no = suspended(date(2026, 12, 20))
        do(A.RESUME, case_no, town.actor(name))
        assert row_of(case_no)["state"] == "in_progress"


def test_a_rest_has_a_reason_and_a_day_ahead() -> None:
    case_no, handler = in_state(State.IN_PROGRESS), town.actor(HANDLER)
    assert refused(Invalid, lambda: do(A.REQUEST_SUSPENSION, case_no, handler, reason="HOLIDAY")).field == "reason"
    assert refused(SomethingMissing, lambda: do(A.REQUEST_SUSPENSION, case_no, handler, reason="")).field == "reason"
    for day in (town.AT.date(), town.AT.date() + timedelta(days=366)):
        refused(BadDate, lambda day=day: do(A.REQUEST_SUSPENSION, case_no, handler, until=day))
    do(A.REQUEST_SUSPENSION, case_no, handler)
    refused(BadDate, lambda: do(A.SUSPEND, case_no, town.actor(CENTRE), until=town.AT.date()))
    refused(NotAllowed, lambda: do(A.SUSPEND, case_no, town.actor(LEADER)))
