"""联合处置: parts with clocks of their own, and a whole that waits for all of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import time
from uuid import uuid4

import pytest

from tests import town
from tests.db.cases.flow import A, along, assert_follows_from_history, do, in_state, refused, row_of
from wangge.cases.choices import choices
from wangge.cases.models import Case, CaseStep
from wangge.cases.operations import step4_handle
from wangge.cases.operations.sending import AlreadyThere, NobodySigns
from wangge.cases.operations.step4_jointly import PartRunsAlready, TooManyUnits
from wangge.cases.operations.step7_feedback import SubCasesOpen
from wangge.cases.queries import near_candidates, place_cell
from wangge.cases.rules.command import OutOfReach
from wangge.cases.rules.workflow import MAIN_CASE_ONLY, CannotMove, SomethingMissing
from wangge.cases.types import Action, State
from wangge.catalogue import operations as catalogue
from wangge.catalogue import queries as catalogue_queries
from wangge.catalogue.models import TaskItem
from wangge.catalogue.types import DEFAULT_PROFILE
from wangge.foundation.access import REPORTER, SYSTEM
from wangge.foundation.errors import Invalid

pytestmark = pytest.mark.django_db


def jointly(*units: str, **said: object) -> tuple[str, list[str]]:
    """A main case with a part for each unit; the numbers of both."""
    case_no = in_state(State.IN_PROGRESS)
    do(A.START_JOINT_HANDLING, case_no, town.actor("shift_leader"), units=units or [town.OTHER_DEPARTMENT], **said)
    return case_no, list(Case.objects.filter(parent__case_no=case_no).order_by("pk").values_list("case_no", flat=True))


def finish(part: str, handler: str = "unit_handler_2") -> None:
    do(A.SIGN, part, town.actor(handler))
    do(A.SUBMIT_RESULT, part, town.actor(handler))
    do(A.VERIFY, part, town.actor("grid_worker_2"))


def test_each_unit_gets_a_part_with_its_own_number_clock_and_instruction() -> None:
    case_no, parts = jointly(town.OTHER_DEPARTMENT, town.TOWN_CENTRE, limit_h=4, note="请关闭阀门")
    assert len(parts) == 2
    one = Case.objects.get(case_no=parts[0])
    assert (one.unit, one.state, one.text, one.task_code) == (
        town.OTHER_DEPARTMENT, "dispatched", "请关闭阀门", town.GRID_TASK,
    )  # fmt: skip
    assert one.area == row_of(case_no)["area"]
    assert one.due_at == town.at("2026-11-23 14:00")  # four working hours, or signing in four: the nearer
    assert row_of(case_no)["open_subs"] == 2
    for part in parts:
        assert_follows_from_history(part)
    assert_follows_from_history(case_no)


def test_a_township_adds_no_parts_to_what_a_department_of_the_county_has() -> None:
    case_no, township = in_state(State.IN_PROGRESS), town.actor("township_dispatcher")
    refused(OutOfReach, lambda: do(A.START_JOINT_HANDLING, case_no, township, units=[town.TOWN_OFFICE]))
    offered = {one.action: one.why_not for one in choices(Case.objects.get(case_no=case_no), township, town.AT)}
    assert offered[A.START_JOINT_HANDLING] == "cases.unit_out_of_reach"
    do(A.TRANSFER, case_no, town.actor("county_dispatcher"), unit=town.TOWN_CENTRE)
    do(A.SIGN, case_no, town.actor(f"signer_{town.TOWN_CENTRE}"))
    do(A.START_JOINT_HANDLING, case_no, township, units=[town.TOWN_OFFICE])


@pytest.mark.parametrize("limit_h", [0, 1e-9, 0.49, 1441])
def test_a_part_gets_half_an_hour_at_least(limit_h: float) -> None:
    case_no = in_state(State.IN_PROGRESS)
    handler = town.actor("unit_handler")
    problem = refused(Invalid, lambda: do(A.START_JOINT_HANDLING, case_no, handler, limit_h=limit_h))
    assert (problem.code, problem.field) == ("cases.bad_limit", "limit_h")


def test_the_check_of_a_part_answers_the_same_when_asked_again() -> None:
    _, (part,) = jointly(town.OTHER_DEPARTMENT)
    do(A.SIGN, part, town.actor("unit_handler_2"))
    do(A.SUBMIT_RESULT, part, town.actor("unit_handler_2"))
    operation_id = uuid4()
    first, again = (do(A.VERIFY, part, town.actor("grid_worker_2"), operation_id=operation_id) for _ in range(2))
    assert row_of(part)["state"] == "closed"
    assert (again.state, again.version, again.repeated) == (first.state, first.version, True)


def test_the_whole_is_found_settled_only_when_every_part_has_ended() -> None:
    case_no, parts = jointly(town.OTHER_DEPARTMENT, town.TOWN_OFFICE)
    do(A.SUBMIT_RESULT, case_no, town.actor("unit_handler"))
    assert row_of(case_no)["is_paused"]  # waiting for others is nobody's delay
    problem = refused(SubCasesOpen, lambda: do(A.VERIFY, case_no, town.actor("grid_worker")))
    assert problem.params["numbers"] == sorted(parts)
    refused(SubCasesOpen, lambda: do(A.VERIFY, case_no, REPORTER))
    finish(parts[0])
    assert (row_of(parts[0])["state"], row_of(case_no)["open_subs"]) == ("closed", 1)
    finish(parts[1], "unit_handler_town")
    assert (row_of(case_no)["open_subs"], row_of(case_no)["is_paused"]) == (0, False)
    do(A.VERIFY, case_no, town.actor("grid_worker"))
    do(A.FEEDBACK, case_no, town.actor("county_intake_clerk"))
    assert row_of(case_no)["state"] == "closed"


def test_a_part_has_no_reporter() -> None:
    case_no, (part,) = jointly()
    steward = town.actor("county_intake_clerk")
    refused(CannotMove, lambda: do(A.SUPPLEMENT, part, steward))
    offered = {one.action for one in choices(Case.objects.get(case_no=part), steward, town.AT)}
    assert not offered & MAIN_CASE_ONLY
    finish(part)
    for action in (A.RATE, A.REOPEN):
        refused(CannotMove, lambda action=action: do(action, part, REPORTER))
    cell = place_cell(*Case.objects.get(case_no=case_no).point.coords)
    assert part not in {one.case_no for one in near_candidates(cell)}  # nobody takes it for a report of the same


def test_a_part_may_be_returned_and_sent_to_another_unit() -> None:
    case_no, (part,) = jointly()
    do(A.REQUEST_RETURN, part, town.actor("unit_handler_2"))
    do(A.UPHOLD_RETURN, part, town.actor("shift_leader"), unit=town.TOWN_CENTRE)
    assert row_of(case_no)["open_subs"] == 1


def test_voiding_the_whole_voids_its_parts() -> None:
    case_no, parts = jointly(town.OTHER_DEPARTMENT, town.TOWN_OFFICE)
    finish(parts[0])
    do(A.VOID, case_no, town.actor("shift_leader"))
    assert [row_of(one)["state"] for one in parts] == ["closed", "voided"]
    assert row_of(case_no)["open_subs"] == 0
    actions = list(CaseStep.objects.filter(case__case_no=case_no).order_by("seq").values_list("action", flat=True))
    assert actions[-3:] == ["end_sub_case", "end_sub_case", "void"]


def test_a_voided_part_lets_the_whole_go_on() -> None:
    case_no, (part,) = jointly()
    do(A.VOID, part, town.actor("shift_leader"))
    do(A.SUBMIT_RESULT, case_no, town.actor("unit_handler"))
    do(A.VERIFY, case_no, town.actor("grid_worker"))


def test_who_may_bring_in_whom() -> None:
    case_no = in_state(State.IN_PROGRESS)

    def start(name: str, *units: str) -> object:
        return do(A.START_JOINT_HANDLING, case_no, town.actor(name), units=units)

    refused(AlreadyThere, lambda: start("unit_handler", town.DEPARTMENT))
    refused(NobodySigns, lambda: start("unit_handler", town.CENTRE))
    refused(OutOfReach, lambda: start("township_dispatcher", town.OTHER_DEPARTMENT))
    refused(SomethingMissing, lambda: start("unit_handler"))
    refused(TooManyUnits, lambda: start("unit_handler", *_many()))
    start("unit_handler", town.OTHER_DEPARTMENT, town.TEAM)  # a department asks another, and enforcement
    refused(PartRunsAlready, lambda: start("unit_handler", town.OTHER_DEPARTMENT))


def test_a_unit_of_the_township_asks_nobody_above_itself() -> None:
    case_no = in_state(State.ACCEPTED)
    do(A.DISPATCH, case_no, town.actor("township_dispatcher"), unit=town.TOWN_OFFICE)
    do(A.SIGN, case_no, town.actor("unit_handler_town"))
    handler = town.actor("unit_handler_town")
    refused(OutOfReach, lambda: do(A.START_JOINT_HANDLING, case_no, handler, units=[town.DEPARTMENT]))
    do(A.START_JOINT_HANDLING, case_no, handler, units=[town.COMMUNITY])


def test_a_part_is_not_split_again() -> None:
    _, (part,) = jointly()
    do(A.SIGN, part, town.actor("unit_handler_2"))
    refused(
        CannotMove, lambda: do(A.START_JOINT_HANDLING, part, town.actor("unit_handler_2"), units=[town.TOWN_CENTRE])
    )
    refused(CannotMove, lambda: do(Action.ESCALATE, part, town.actor("unit_handler_2")))


def _many() -> list[str]:
    codes = [town.OTHER_DEPARTMENT, town.TEAM, town.SECTION, town.TOWN_CENTRE, town.OTHER_TOWN_CENTRE]
    return [*codes, town.COMMUNITY, town.FAR_COMMUNITY, town.TOWN_OFFICE, f"{town.COUNTY}-PSB"]


def test_a_matter_of_the_grid_with_parts_of_others_is_not_settled_by_the_grid_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Though it isn't drawn for a check: else the parts were voided when the worker says it is done."""
    monkeypatch.setattr(step4_handle, "is_drawn", lambda *_: False)
    case_no = along((A.ACCEPT, A.SELF_HANDLE))
    do(A.START_JOINT_HANDLING, case_no, town.actor("shift_leader"), units=[town.OTHER_DEPARTMENT])
    part = Case.objects.get(parent__case_no=case_no).case_no
    do(A.SUBMIT_RESULT, case_no, town.actor("grid_worker"))
    assert (row_of(case_no)["state"], row_of(part)["state"]) == ("disposed", "dispatched")
    finish(part)
    do(A.VERIFY, case_no, town.actor("community_operator"))


def test_no_part_goes_down_to_the_grids_under_a_task_that_left_the_list() -> None:
    case_no = in_state(State.ACCEPTED)
    do(A.DISPATCH, case_no, town.actor("township_dispatcher"), unit=town.TOWN_OFFICE)
    do(A.SIGN, case_no, town.actor("unit_handler_town"))
    TaskItem.objects.filter(code=town.GRID_TASK).update(valid_to=town.AT.date())
    catalogue_queries.forget()
    for name in ("unit_handler_town", "township_dispatcher"):
        refused(
            catalogue_queries.NotAdmitted,
            lambda name=name: do(A.START_JOINT_HANDLING, case_no, town.actor(name), units=[town.COMMUNITY]),
        )


def test_a_part_is_counted_by_the_rules_of_its_centre() -> None:
    """Not by the product's own: a centre that works in the mornings only has parts due in the mornings."""
    mornings = replace(DEFAULT_PROFILE, hours=((time(8), time(12)),))
    catalogue.adopt_clock_rules(
        area=town.COUNTY, valid_from=town.AT.date(), profile=mornings, note="", actor=SYSTEM, at=town.AT
    )
    _, (part,) = jointly(limit_h=6)
    do(A.SIGN, part, town.actor("unit_handler_2"))
    assert row_of(part)["due_at"] == town.at("2026-11-24 11:00")  # three hours of Monday, three of Tuesday
    assert_follows_from_history(part)
