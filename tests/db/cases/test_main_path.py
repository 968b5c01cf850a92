"""The path of a report, operation by operation."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from tests import town
from tests.db.cases.flow import (
    WAYS,
    A,
    along,
    assert_follows_from_history,
    do,
    in_state,
    refused,
    row_of,
    seen,
)
from wangge.cases import operations as cases
from wangge.cases import queries
from wangge.cases.models import Case, CaseStep, CaseSuggestion
from wangge.cases.operations.handler import NotTheHandler
from wangge.cases.operations.moving import NoSuchCase
from wangge.cases.operations.sending import AlreadyThere
from wangge.cases.operations.step1_discover import NoPlace, NothingSaid, OutsideGrids
from wangge.cases.operations.step2_accept import CannotMergeInto, NeedsGrid
from wangge.cases.operations.step4_handle import NotAGridMatter
from wangge.cases.operations.step7_feedback import OwnResult
from wangge.cases.operations.step8_evaluate import TooLateToReopen
from wangge.cases.rules.command import OutOfReach
from wangge.cases.rules.workflow import CannotMove, SomethingMissing
from wangge.cases.types import Channel, Light, Place, State
from wangge.catalogue.queries import UnknownTask
from wangge.foundation import events
from wangge.foundation.access import ANONYMOUS, REPORTER
from wangge.foundation.errors import Invalid, NotAllowed
from wangge.foundation.models import Event
from wangge.workforce.queries import UnknownUnit

pytestmark = pytest.mark.django_db


def test_from_the_first_word_to_the_rating() -> None:
    receipt = town.report("小区东门的路灯不亮", at=town.later(0))
    case_no = receipt.case_no
    do(A.ACCEPT, case_no, town.actor("county_intake_clerk"), at=town.later(10), task_code=town.TOWN_TASK)
    do(A.DISPATCH, case_no, town.actor("township_dispatcher"), at=town.later(20), unit=town.TOWN_OFFICE)
    do(A.SIGN, case_no, town.actor("unit_handler_town"), at=town.later(30))
    do(A.SUBMIT_RESULT, case_no, town.actor("unit_handler_town"), at=town.later(90))
    do(A.VERIFY, case_no, town.actor("grid_worker"), at=town.later(120))
    do(A.FEEDBACK, case_no, town.actor("township_dispatcher"), at=town.later(130))
    moved = do(A.RATE, case_no, REPORTER, at=town.later(days=1), rating="BASICALLY")

    assert (moved.state, moved.version) == (State.EVALUATED, 8)
    steps = CaseStep.objects.filter(case__case_no=case_no).order_by("seq")
    assert [step.action for step in steps] == [
        "submit", "accept", "dispatch", "sign", "submit_result", "verify", "feedback", "rate",
    ]  # fmt: skip
    assert [step.seq for step in steps] == list(range(1, 9))
    assert [step.actor_kind for step in steps] == ["REPORTER", *["STAFF"] * 6, "REPORTER"]
    case = queries.case_by_query_code(receipt.query_code.lower())
    assert (case.rating, case.unit, case.due_at, case.closed_at) == (
        "BASICALLY",
        town.TOWN_OFFICE,
        None,
        town.later(130),
    )
    assert case.handler_id == town.user_id("unit_handler_town")
    assert_follows_from_history(case_no)
    told = Event.objects.filter(subject=case_no).order_by("id").values_list("type", flat=True)
    assert list(told) == [f"cases.case.{step.action}" for step in steps]


# --- 1 发现 ---------------------------------------------------------------------------------------


def test_a_report_is_located_numbered_and_waits_for_the_desk() -> None:
    receipt = town.report(at_place=town.place(town.NEXT_GRID))
    case = Case.objects.get(case_no=receipt.case_no)
    assert receipt.created
    assert (case.area, receipt.grid_code, case.state) == (town.NEXT_GRID, town.NEXT_GRID, "reported")
    assert (case.county_code, case.township_code, case.community_code) == (
        town.COUNTY,
        town.TOWN,
        town.COMMUNITY,
    )
    assert case.edition_id is not None
    assert case.case_no.startswith("20261123320115")
    assert len(case.case_no) == 20
    assert (case.clock, case.due_at) == ("acceptance", town.later(120))


def test_what_follows_a_report_is_done_once() -> None:
    case_no = town.report("路中间的井盖不见了").case_no
    for minutes in (1, 2):
        cases.follow_up(case_no=case_no, at=town.later(minutes))
    case = Case.objects.get(case_no=case_no)
    assert case.followed_up_at == town.later(1)
    (best, *_) = suggestions = queries.suggestions_of(case)
    assert (best.task_code, best.unit) == (town.TOWN_TASK, town.TOWN_CENTRE)
    assert best.reasons[0] == {"rule": "words", "words": ["井盖"]}
    assert CaseSuggestion.objects.filter(case=case).count() == len(suggestions)
    assert Event.objects.filter(subject=case_no, type="cases.case.followed_up").count() == 1


def test_a_report_needs_words_or_media_and_a_place() -> None:
    refused(NothingSaid, lambda: town.report("  \n"))
    refused(NoPlace, lambda: town.report(at_place=Place()))
    too_long = refused(Invalid, lambda: town.report("长" * 4001))
    assert too_long.field == "text"
    refused(UnknownTask, lambda: town.report(task_code="999999"))
    assert not Case.objects.exists()


def test_outside_every_grid_the_nearest_community_is_named() -> None:
    outside = town.square(town.GRID).bounds
    problem = refused(OutsideGrids, lambda: town.report(at_place=Place(outside[0] - 0.001, outside[1] + 0.005)))
    assert problem.field == "place"
    assert problem.params["nearest_code"] == town.COMMUNITY
    assert problem.params["distance_m"] == pytest.approx(94, abs=2)


def test_a_point_on_a_border_lies_in_one_grid() -> None:
    on_the_corner = town.report(at_place=town.place(east=1, north=1))
    assert on_the_corner.grid_code == town.GRID  # the smallest code of the four


def test_an_address_alone_is_placed_by_the_desk() -> None:
    case_no = town.report(at_place=Place(address="汤山街道某路口")).case_no
    assert row_of(case_no)["area"] == town.COUNTY
    clerk = town.actor("county_intake_clerk")
    refused(NotAllowed, lambda: do(A.ACCEPT, case_no, town.actor("township_dispatcher")))
    assert refused(NeedsGrid, lambda: do(A.ACCEPT, case_no, clerk)).field == "place"
    refused(OutsideGrids, lambda: do(A.ACCEPT, case_no, clerk, place=Place(118.0, 31.0)))
    do(A.ACCEPT, case_no, clerk, place=town.place(town.FAR_GRID))
    row = row_of(case_no)
    assert (row["area"], row["township_code"], row["state"]) == (town.FAR_GRID, town.OTHER_TOWN, "accepted")
    assert row["place_cell"] is not None
    assert_follows_from_history(case_no)


def test_a_wrong_pin_is_moved_only_within_ones_area() -> None:
    case_no = town.report().case_no
    there = town.place(town.FAR_GRID)
    refused(NotAllowed, lambda: do(A.ACCEPT, case_no, town.actor("township_dispatcher"), place=there))
    do(A.ACCEPT, case_no, town.actor("township_dispatcher"), place=town.place(town.NEXT_GRID))
    assert row_of(case_no)["area"] == town.NEXT_GRID


def test_staff_report_only_where_they_work() -> None:
    worker = town.actor("grid_worker")
    assert town.report(by=worker, channel=Channel.WORKER).created
    refused(NotAllowed, lambda: town.report(by=worker, at_place=town.place(town.FAR_GRID), channel=Channel.WORKER))
    refused(NotAllowed, lambda: town.report(by=town.actor("auditor")))
    assert town.report(by=ANONYMOUS).created


def test_a_returned_report_comes_back_with_a_fresh_clock_or_lapses() -> None:
    case_no = in_state(State.RETURNED)
    assert row_of(case_no)["is_paused"]
    assert queries.due_to_lapse(town.later(days=7)) == []
    assert queries.due_to_lapse(town.later(1, days=7)) == [case_no]
    do(A.SUPPLEMENT, case_no, REPORTER, at=town.later(days=2))
    row = row_of(case_no)
    assert (row["state"], row["due_at"]) == ("reported", town.later(120, days=2))
    assert queries.due_to_lapse(town.later(days=30)) == []
    silent = in_state(State.RETURNED)
    do(A.URGE, silent, town.actor("county_dispatcher"), at=town.later(days=5))
    assert queries.due_to_lapse(town.later(1, days=7)) == [silent]  # a word to the desk is no answer
    assert cases.lapse(case_no=silent, at=town.later(days=8)).state is State.WITHDRAWN


def test_what_is_added_can_be_found() -> None:
    case_no = town.report("路灯不亮").case_no
    do(A.SUPPLEMENT, case_no, REPORTER, note="在污水处理厂对面")
    cases.follow_up(case_no=case_no, at=town.later(1))
    page = queries.case_page(
        actor=town.actor("county_dispatcher"), wanted=queries.CaseFilter(text="污水处理厂"), at=town.AT
    )
    assert [line.case_no for line in page.lines] == [case_no]


def test_adding_nothing_is_refused() -> None:
    refused(NothingSaid, lambda: do(A.SUPPLEMENT, in_state(State.REPORTED), REPORTER, note=" "))


# --- 2 受理 ---------------------------------------------------------------------------------------


def test_accepting_starts_the_clock_of_the_task() -> None:
    case_no = in_state(State.REPORTED)
    do(A.ACCEPT, case_no, town.actor("county_intake_clerk"), at=town.later(30))
    row = row_of(case_no)
    assert (row["task_code"], row["clock"]) == (town.GRID_TASK, "handling")
    assert row["due_at"] == town.later(30 + 240 + 60)  # four working hours and the lunch hour
    refused(UnknownTask, lambda: do(A.ACCEPT, in_state(State.REPORTED), town.actor("shift_leader"), task_code="1"))
    missing = refused(
        SomethingMissing,
        lambda: do(A.ACCEPT, in_state(State.REPORTED), town.actor("shift_leader"), task_code=""),
    )
    assert missing.field == "task_code"


def test_a_refusal_has_a_reason_from_the_list_and_words() -> None:
    case_no, clerk = in_state(State.REPORTED), town.actor("county_intake_clerk")
    refused(Invalid, lambda: do(A.REFUSE, case_no, clerk, reason="BECAUSE"))
    assert refused(SomethingMissing, lambda: do(A.REFUSE, case_no, clerk, reason="")).field == "reason"
    assert refused(SomethingMissing, lambda: do(A.REFUSE, case_no, clerk, note=" ")).field == "note"
    do(A.REFUSE, case_no, clerk)
    step = CaseStep.objects.get(case__case_no=case_no, action="refuse")
    assert (step.detail, step.note) == ({"reason": "OTHER_CHANNEL"}, "请拨打报警电话")


def test_a_report_joins_a_main_case_that_still_runs() -> None:
    clerk, main = town.actor("county_intake_clerk"), in_state(State.ACCEPTED)
    case_no = in_state(State.REPORTED)
    refused(NoSuchCase, lambda: do(A.MERGE, case_no, clerk, into="20261123320115999999"))
    refused(CannotMergeInto, lambda: do(A.MERGE, case_no, clerk, into=case_no))
    refused(CannotMergeInto, lambda: do(A.MERGE, case_no, clerk, into=in_state(State.REFUSED)))
    do(A.MERGE, case_no, clerk, into=main)
    assert [case.case_no for case in queries.merged_of(Case.objects.get(case_no=main), actor=clerk)] == [case_no]
    do(A.UNMERGE, case_no, clerk)
    assert row_of(case_no)["merged_into"] == ""
    assert_follows_from_history(case_no)


# --- 3 分流 ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("commander", "unit", "reaches"),
    [
        ("county_dispatcher", town.DEPARTMENT, True),
        ("county_dispatcher", town.TOWN_CENTRE, True),
        ("county_dispatcher", town.TEAM, True),
        ("county_dispatcher", town.COMMUNITY, False),
        ("township_dispatcher", town.TOWN_OFFICE, True),
        ("township_dispatcher", town.COMMUNITY, True),
        ("township_dispatcher", town.DEPARTMENT, False),
        ("township_dispatcher", town.OTHER_TOWN_CENTRE, False),
        ("township_dispatcher", town.FAR_COMMUNITY, False),
    ],
)
def test_two_levels_dispatch_each_within_its_reach(commander: str, unit: str, reaches: bool) -> None:
    case_no = in_state(State.ACCEPTED)
    before = seen(case_no)
    if reaches:
        do(A.DISPATCH, case_no, town.actor(commander), unit=unit)
        assert row_of(case_no)["unit"] == unit
    else:
        refused(OutOfReach, lambda: do(A.DISPATCH, case_no, town.actor(commander), unit=unit))
        assert seen(case_no) == before


def test_only_a_unit_that_exists_is_sent_to() -> None:
    case_no, dispatcher = in_state(State.ACCEPTED), town.actor("county_dispatcher")
    assert refused(UnknownUnit, lambda: do(A.DISPATCH, case_no, dispatcher, unit="320115-XXX")).field == "unit"
    assert refused(SomethingMissing, lambda: do(A.DISPATCH, case_no, dispatcher, unit="")).field == "unit"


def test_a_unit_passes_on_only_inside_itself() -> None:
    handler = town.actor("unit_handler")
    case_no = in_state(State.IN_PROGRESS)
    refused(OutOfReach, lambda: do(A.TRANSFER, case_no, handler, unit=town.OTHER_DEPARTMENT))
    refused(AlreadyThere, lambda: do(A.TRANSFER, case_no, handler, unit=town.DEPARTMENT))
    do(A.TRANSFER, case_no, handler, unit=town.SECTION)
    row = row_of(case_no)
    assert (row["unit"], row["state"], row["handler_id"]) == (town.SECTION, "dispatched", None)


def test_being_there_already_has_its_own_code() -> None:
    case_no = in_state(State.IN_PROGRESS)
    problem = refused(
        AlreadyThere, lambda: do(A.TRANSFER, case_no, town.actor("county_dispatcher"), unit=town.DEPARTMENT)
    )
    assert problem.code == "cases.already_with_unit"


# --- 4 处置 ---------------------------------------------------------------------------------------


def test_the_grid_settles_only_what_is_of_its_level() -> None:
    case_no = town.report().case_no
    do(A.ACCEPT, case_no, town.actor("shift_leader"), task_code=town.COUNTY_TASK)
    refused(NotAGridMatter, lambda: do(A.SELF_HANDLE, case_no, town.actor("grid_worker")))


def test_only_who_took_it_on_submits_the_result() -> None:
    case_no = along((A.ACCEPT, A.SELF_HANDLE))
    assert row_of(case_no)["self_handled"]
    refused(NotTheHandler, lambda: do(A.SUBMIT_RESULT, case_no, town.actor("grid_worker_2")))
    do(A.SUBMIT_RESULT, case_no, town.actor("grid_worker"))
    refused(OwnResult, lambda: do(A.VERIFY, case_no, town.actor("grid_worker")))
    do(A.VERIFY, case_no, town.actor("grid_leader"))


def test_somebody_else_of_the_unit_may_finish_for_a_colleague() -> None:
    case_no = in_state(State.IN_PROGRESS)
    do(A.SUBMIT_RESULT, case_no, town.actor("unit_lead"))
    assert_follows_from_history(case_no)


# --- 7 反馈, 8 评价 -------------------------------------------------------------------------------


def test_rework_goes_back_with_the_clock_running_on() -> None:
    case_no = in_state(State.IN_PROGRESS)
    due = row_of(case_no)["due_at"]
    do(A.SUBMIT_RESULT, case_no, town.actor("unit_handler"), at=town.later(60))
    do(A.REWORK, case_no, town.actor("grid_worker"), at=town.later(120))
    assert row_of(case_no)["due_at"] == due + timedelta(hours=1)  # type: ignore[operator]
    do(A.SUBMIT_RESULT, case_no, town.actor("unit_handler"), at=town.later(150))
    do(A.VERIFY, case_no, REPORTER, at=town.later(160))
    assert row_of(case_no)["state"] == "verified"


def test_not_solved_opens_the_same_number_again_for_a_month() -> None:
    case_no = in_state(State.EVALUATED)
    moved = do(A.REOPEN, case_no, REPORTER, at=town.later(days=30))
    row = row_of(case_no)
    assert moved.state is State.IN_PROGRESS
    assert (row["reopen_no"], row["closed_at"], row["rating"], row["unit"]) == (1, None, "", town.DEPARTMENT)
    assert row["due_at"] > town.later(days=30)  # type: ignore[operator]
    late = in_state(State.CLOSED)
    refused(TooLateToReopen, lambda: do(A.REOPEN, late, REPORTER, at=town.later(1, days=30)))


def test_a_rating_is_one_of_three() -> None:
    case_no = in_state(State.CLOSED)
    assert refused(Invalid, lambda: do(A.RATE, case_no, REPORTER, rating="FIVE_STARS")).field == "rating"


def test_what_nobody_rated_is_archived_after_a_week() -> None:
    case_no = in_state(State.CLOSED)
    assert queries.due_to_archive(town.later(days=7)) == []
    assert queries.due_to_archive(town.later(1, days=7)) == [case_no]
    assert cases.archive(case_no=case_no, at=town.later(days=8)).state is State.EVALUATED
    refused(CannotMove, lambda: cases.archive(case_no=case_no, at=town.later(days=8)))


# --- all along ------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", WAYS)
def test_every_state_follows_from_its_history(state: State) -> None:
    case_no = in_state(state)
    assert row_of(case_no)["state"] == state
    assert_follows_from_history(case_no)


def test_no_case_no_action() -> None:
    assert refused(NoSuchCase, lambda: do(A.ACCEPT, "20261123320115999999", town.actor("shift_leader"))).status == 404


def test_a_clock_that_goes_back_does_not_turn_history_around() -> None:
    case_no = town.report(at=town.later(60)).case_no
    do(A.ACCEPT, case_no, town.actor("shift_leader"), at=town.later(30))
    times = list(CaseStep.objects.filter(case__case_no=case_no).order_by("seq").values_list("at", flat=True))
    assert times == sorted(times)


def test_lights_as_the_list_shows_them() -> None:
    case_no = in_state(State.IN_PROGRESS)
    actor, cursor = town.actor("shift_leader"), events.newest()
    for minutes, light in ((0, Light.GREEN), (179, Light.GREEN), (180, Light.YELLOW), (300, Light.RED)):
        at = town.later(minutes)
        for wanted in Light:
            lines = queries.case_page(actor=actor, wanted=queries.CaseFilter(light=wanted), at=at).lines
            assert [line.case_no for line in lines] == ([case_no] if wanted is light else [])
            assert all(line.light(at) is wanted for line in lines)
    assert events.newest() == cursor  # looking changes nothing


def test_lists_show_only_what_one_may_see() -> None:
    near, far = town.report().case_no, town.report(at_place=town.place(town.FAR_GRID)).case_no
    with_unit = in_state(State.DISPATCHED)
    expected = {
        "county_dispatcher": {near, far, with_unit},
        "township_dispatcher": {near, with_unit},
        "township_dispatcher_far": {far},
        "grid_worker_far": {far},
        "unit_handler": {with_unit},
        "unit_handler_2": set(),
        "auditor": set(),
        "system_administrator": set(),
    }
    for name, visible in expected.items():
        actor = town.actor(name)
        page = queries.case_page(actor=actor, wanted=queries.CaseFilter(), at=town.AT)
        assert {line.case_no for line in page.lines} == visible, name
        for case in Case.objects.all():
            assert queries.may_see(actor, case) == (case.case_no in visible)
    assert queries.case_page(actor=REPORTER, wanted=queries.CaseFilter(), at=town.AT).lines == ()


def test_pages_follow_each_other_without_gap_or_repeat() -> None:
    made = [town.report(f"第{number}件").case_no for number in range(7)]
    actor, cursor, read = town.actor("shift_leader"), None, []
    while True:
        page = queries.case_page(actor=actor, wanted=queries.CaseFilter(), at=town.AT, cursor=cursor, limit=3)
        read += [line.case_no for line in page.lines]
        cursor = page.next_cursor
        if cursor is None:
            break
    assert read == made[::-1]


def test_an_unknown_query_code_tells_nothing() -> None:
    town.report()
    refused(queries.NoSuchReport, lambda: queries.case_by_query_code("0" * 8))
    refused(queries.NoSuchReport, lambda: queries.case_by_query_code(str(uuid4()) * 20))
