"""督办 and 亮灯: orders with number, receipt, reply and release; what lights bring about by themselves."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests import town
from tests.db.cases.flow import A, assert_follows_from_history, do, in_state, open_order, refused, row_of
from wangge.cases import operations as cases
from wangge.cases import tasks
from wangge.cases.choices import choices
from wangge.cases.models import Case, CaseStep, SupervisionOrder
from wangge.cases.operations.dates import BadDate
from wangge.cases.operations.handler import NotTheHandler
from wangge.cases.operations.step6_supervise import NoSuchOrder, OrderOpenAlready, ReceivedAlready
from wangge.cases.queries import due_to_turn
from wangge.cases.rules.lights import Turn
from wangge.cases.rules.workflow import CannotMove
from wangge.cases.types import State
from wangge.catalogue import queries as catalogue
from wangge.catalogue.models import CalendarDay
from wangge.foundation.models import Event

pytestmark = pytest.mark.django_db


def order_of(case_no: str) -> SupervisionOrder:
    return SupervisionOrder.objects.get(case__case_no=case_no)


def actions(case_no: str) -> list[str]:
    return list(CaseStep.objects.filter(case__case_no=case_no).order_by("seq").values_list("action", flat=True))


# --- orders ------------------------------------------------------------------------------------------


def test_an_order_is_numbered_received_answered_and_released() -> None:
    case_no = in_state(State.IN_PROGRESS)
    do(A.SUPERVISE, case_no, town.actor("supervisor"))
    order = order_of(case_no)
    assert order.number == f"DB{town.COUNTY}202600001"
    assert (order.unit, order.area, order.demand) == (town.DEPARTMENT, town.GRID, "三日内办结")
    handler = town.actor("unit_handler")
    do(A.ACKNOWLEDGE, case_no, handler, at=town.later(10))
    offered = {one.action: one.why_not for one in choices(Case.objects.get(case_no=case_no), handler, town.later(11))}
    assert (offered[A.ACKNOWLEDGE], offered[A.REPLY]) == ("cases.received_already", None)
    refused(ReceivedAlready, lambda: do(A.ACKNOWLEDGE, case_no, handler, at=town.later(11)))
    do(A.REPLY, case_no, handler, at=town.later(20), note="已安排明日施工")
    do(A.RELEASE, case_no, town.actor("supervisor"), at=town.later(30), note="解释成立")
    order.refresh_from_db()
    assert [order.received_at, order.replied_at, order.released_at] == [town.later(10), town.later(20), town.later(30)]
    assert (order.reply, order.release_note) == ("已安排明日施工", "解释成立")
    assert row_of(case_no)["open_orders"] == 0
    refused(NoSuchOrder, lambda: do(A.REPLY, case_no, handler, order=order.number))
    do(A.SUPERVISE, case_no, town.actor("supervisor"))
    assert open_order(case_no) == f"DB{town.COUNTY}202600002"


def test_a_reply_is_a_receipt_too() -> None:
    case_no = in_state(State.IN_PROGRESS)
    do(A.SUPERVISE, case_no, town.actor("supervisor"))
    do(A.REPLY, case_no, town.actor("unit_handler"), at=town.later(20))
    assert order_of(case_no).received_at == town.later(20)


def test_one_order_at_a_time_with_a_time_ahead() -> None:
    case_no, supervisor = in_state(State.IN_PROGRESS), town.actor("supervisor")
    refused(BadDate, lambda: do(A.SUPERVISE, case_no, supervisor, until=town.AT))
    refused(BadDate, lambda: do(A.SUPERVISE, case_no, supervisor, until=town.later(days=91)))
    do(A.SUPERVISE, case_no, supervisor)
    refused(OrderOpenAlready, lambda: do(A.SUPERVISE, case_no, supervisor))
    assert SupervisionOrder.objects.count() == 1


def test_only_the_handler_answers() -> None:
    case_no = in_state(State.IN_PROGRESS)
    do(A.SUPERVISE, case_no, town.actor("supervisor"))
    for action in (A.ACKNOWLEDGE, A.REPLY):
        refused(NotTheHandler, lambda action=action: do(action, case_no, town.actor("grid_worker")))


def test_an_order_goes_where_its_case_goes_and_is_finished_with_its_result() -> None:
    case_no = in_state(State.IN_PROGRESS)
    do(A.SUPERVISE, case_no, town.actor("supervisor"))
    do(A.TRANSFER, case_no, town.actor("county_dispatcher"))
    assert order_of(case_no).unit == town.OTHER_DEPARTMENT
    handler = town.actor("unit_handler_2")
    do(A.SIGN, case_no, handler)
    do(A.SUBMIT_RESULT, case_no, handler, at=town.later(60))
    assert order_of(case_no).finished_at == town.later(60)
    do(A.REWORK, case_no, town.actor("grid_worker"), at=town.later(90))
    assert order_of(case_no).finished_at is None
    do(A.SUBMIT_RESULT, case_no, handler, at=town.later(120))
    do(A.VERIFY, case_no, town.actor("grid_worker"), at=town.later(150))
    assert order_of(case_no).finished_at == town.later(120)
    do(A.FEEDBACK, case_no, town.actor("county_intake_clerk"), at=town.later(180))
    assert order_of(case_no).released_at == town.later(180)  # a closed case needs no order
    assert actions(case_no)[-2:] == ["release", "feedback"]
    assert_follows_from_history(case_no)


def test_what_an_order_demands_is_not_rewritten() -> None:
    case_no = in_state(State.IN_PROGRESS)
    do(A.SUPERVISE, case_no, town.actor("supervisor"))
    with pytest.raises(Exception, match=r"as_it_came_in|Cannot update"):
        SupervisionOrder.objects.filter(case__case_no=case_no).update(demand="别的")


# --- lights --------------------------------------------------------------------------------------------


def handled() -> tuple[str, Case]:
    """A case with a unit that signed for it at nine: eight working hours, so due at six in the evening."""
    case_no = in_state(State.IN_PROGRESS)
    return case_no, Case.objects.get(case_no=case_no)


def test_lights_turn_by_themselves_once_each() -> None:
    case_no, case = handled()
    assert case.warn_at is not None
    assert case.due_at is not None
    assert due_to_turn(case.warn_at - timedelta(seconds=1)) == []
    for at, expected in (
        (case.warn_at, (Turn.REMIND,)),
        (case.due_at, (Turn.URGE,)),
        (town.at("2026-11-24 12:59"), ()),
    ):
        for _ in range(2):
            for due in due_to_turn(at):
                assert cases.turn_light(case_no=due, at=at) == expected
                expected = ()
    told = Event.objects.filter(subject=case_no, type="cases.case.light_turned").order_by("pk")
    assert [event.payload["light"] for event in told] == ["yellow", "red"]
    assert actions(case_no)[-1] == "urge"


def test_a_working_day_after_red_an_order_opens_and_five_later_it_is_listed() -> None:
    case_no, case = handled()
    assert case.due_at == town.at("2026-11-23 13:00") or case.due_at is not None
    for day in range(1, 12):  # the queue comes by every night
        cases.turn_light(case_no=case_no, at=case.due_at + timedelta(days=day))
    order = order_of(case_no)
    assert (order.opened_by, order.reason, order.unit) == (None, "OVERDUE", town.DEPARTMENT)
    assert order.listed_at is not None
    assert actions(case_no).count("urge") == 1
    assert actions(case_no).count("supervise") == 1
    assert Event.objects.filter(subject=case_no, type="cases.case.listed").count() == 1
    assert row_of(case_no)["next_turn_at"] is None


def test_an_explanation_that_was_accepted_keeps_it_off_the_list() -> None:
    case_no, case = handled()
    assert case.due_at is not None
    cases.turn_light(case_no=case_no, at=case.due_at + timedelta(days=2))
    at = case.due_at + timedelta(days=3)
    do(A.RELEASE, case_no, town.actor("supervisor"), at=at)
    cases.turn_light(case_no=case_no, at=case.due_at + timedelta(days=12))
    order = order_of(case_no)
    assert order.listed_at is None
    assert actions(case_no).count("supervise") == 1  # not opened again for the same deadline


def test_a_queue_that_stood_still_catches_up_without_reminding_of_what_is_over() -> None:
    case_no, case = handled()
    assert case.due_at is not None
    turned = cases.turn_light(case_no=case_no, at=case.due_at + timedelta(days=3))
    assert turned == (Turn.URGE, Turn.SUPERVISE)


def test_whoever_acted_in_time_is_left_alone() -> None:
    case_no, case = handled()
    assert case.due_at is not None
    do(A.SUBMIT_RESULT, case_no, town.actor("unit_handler"), at=case.due_at - timedelta(minutes=1))
    assert case_no not in due_to_turn(case.due_at)
    assert cases.turn_light(case_no=case_no, at=case.due_at) == ()


def test_a_case_back_after_its_deadline_is_urged_once_for_it() -> None:
    case_no, case = handled()
    assert case.due_at is not None
    late = case.due_at + timedelta(hours=1)
    do(A.SUBMIT_RESULT, case_no, town.actor("unit_handler"), at=late)
    do(A.REWORK, case_no, town.actor("grid_worker"), at=late + timedelta(hours=1))
    assert row_of(case_no)["due_at"] == case.due_at
    assert cases.turn_light(case_no=case_no, at=late + timedelta(hours=2)) == (Turn.URGE,)
    assert cases.turn_light(case_no=case_no, at=late + timedelta(hours=3)) == ()


def test_a_late_result_grows_no_later_while_it_waits_for_its_check() -> None:
    """Sent back after twenty days the handler is an hour late, not twenty days: no order opens, none is listed."""
    case_no, case = handled()
    assert case.due_at is not None
    do(A.SUBMIT_RESULT, case_no, town.actor("unit_handler"), at=case.due_at + timedelta(hours=1))
    back = town.at("2026-12-14 09:00")
    do(A.REWORK, case_no, town.actor("grid_worker"), at=back)
    assert cases.turn_light(case_no=case_no, at=back) == (Turn.URGE,)
    assert row_of(case_no)["next_turn_at"] == town.at("2026-12-14 17:00")  # seven working hours on
    assert cases.turn_light(case_no=case_no, at=town.at("2026-12-14 17:00")) == (Turn.SUPERVISE,)


def test_an_order_is_listed_only_after_it_has_stood_for_its_time() -> None:
    """The queue stood still for a month: the order opens today, and its unit has as long to reply as any other."""
    case_no, case = handled()
    assert case.due_at is not None
    at = town.at("2026-12-21 09:00")
    assert cases.turn_light(case_no=case_no, at=at) == (Turn.URGE, Turn.SUPERVISE)
    assert order_of(case_no).listed_at is None
    assert row_of(case_no)["next_turn_at"] == town.at("2026-12-24 18:00")  # four working days on
    assert cases.turn_light(case_no=case_no, at=town.at("2026-12-24 18:00")) == (Turn.LIST,)


def test_what_nobody_signs_for_comes_to_an_order_too() -> None:
    """The light shows signing, which is due first; handling runs beside it and its deadline counts no less."""
    case_no = in_state(State.REPORTED)
    do(A.ACCEPT, case_no, town.actor("county_dispatcher"), task_code=town.COUNTY_TASK)
    do(A.DISPATCH, case_no, town.actor("county_dispatcher"))
    assert row_of(case_no)["clock"] == "signing"
    turns: list[Turn] = []
    for day in range(9):
        turns += cases.turn_light(case_no=case_no, at=town.later(days=day, minutes=1))
    assert turns.count(Turn.URGE) == 2  # to sign, and to settle
    assert (turns.count(Turn.SUPERVISE), turns[-1]) == (1, Turn.LIST)


def test_acceptance_turns_red_without_an_order() -> None:
    case_no = town.report().case_no
    due = row_of(case_no)["due_at"]
    cases.turn_light(case_no=case_no, at=due + timedelta(days=10))  # type: ignore[operator]
    assert actions(case_no) == ["submit"]
    assert Event.objects.filter(subject=case_no, type="cases.case.light_turned").count() == 1


# --- the calendar ----------------------------------------------------------------------------------------


def test_a_calendar_that_becomes_known_moves_provisional_deadlines() -> None:
    late = town.at("2026-12-31 17:00")
    case_no = in_state(State.IN_PROGRESS, at=late)
    before = row_of(case_no)
    assert before["is_provisional"]
    assert before["due_at"] == town.at("2027-01-01 12:00")  # by weekdays alone the Friday is worked
    CalendarDay.objects.create(day="2027-01-01", is_working=False, source="test")
    CalendarDay.objects.create(day="2027-01-04", is_working=True, source="test")
    catalogue.forget()
    assert cases.recount_deadline(case_no=case_no, at=late)
    after = row_of(case_no)
    assert (after["due_at"], after["is_provisional"]) == (town.at("2027-01-04 12:00"), False)
    assert Event.objects.filter(subject=case_no, type="cases.case.deadline_moved").count() == 1
    assert not cases.recount_deadline(case_no=case_no, at=late)
    assert_follows_from_history(case_no)
    catalogue.forget()


@pytest.mark.parametrize("problem", [ValueError("a bug"), CannotMove(action="urge", state="closed")])
def test_a_case_whose_light_fails_keeps_no_other_from_its_turn(
    monkeypatch: pytest.MonkeyPatch, problem: Exception
) -> None:
    """The longest overdue comes first each minute: if it failed the job there, no light would ever turn again."""
    bad, good = in_state(State.IN_PROGRESS), in_state(State.IN_PROGRESS)
    Case.objects.filter(case_no=bad).update(next_turn_at=town.AT)
    turn_light = tasks.turn_light

    def fails_for_one(*, case_no: str, at: datetime) -> tuple[Turn, ...]:
        if case_no == bad:
            raise problem
        return turn_light(case_no=case_no, at=at)

    monkeypatch.setattr(tasks, "turn_light", fails_for_one)
    monkeypatch.setattr(tasks.clock, "now", lambda: town.later(days=1))
    with pytest.raises(RuntimeError, match="1 cases"):
        tasks.turn_lights(timestamp=0)
    assert "urge" in actions(good)
    assert due_to_turn(town.later(days=1)) == [bad]  # still there, for the next minute
