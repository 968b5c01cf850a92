"""Which event is told to whom, and when."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.calendars import SHIPPED
from wangge.cases.types import Action
from wangge.foundation.worktime import LOCAL, Calendar, Clock, minutes_between
from wangge.notices.rules import telling
from wangge.notices.rules.telling import CASE, notices_of, show_at, warns_of_calendar
from wangge.notices.types import Audience, Happened, Holders, NoticeKind, Told, Whom
from wangge.notices.words import KINDS, SHORT

A, K = Action, NoticeKind
UNIT, WORKER = "320115-URB", 7


def told(action: str, **more: object) -> set[tuple[NoticeKind, Audience]]:
    event = Happened(type=CASE + action, **more)  # type: ignore[arg-type]
    return {(one.kind, one.audience) for one in notices_of(event)}


@pytest.mark.parametrize("action", [A.DISPATCH, A.TRANSFER, A.UPHOLD_RETURN, A.ASSIST])
def test_a_case_sent_is_told_to_its_unit(action: Action) -> None:
    assert told(action, unit=UNIT) == {(K.SENT, Audience(unit=UNIT))}


@pytest.mark.parametrize(
    ("action", "kind", "permission"),
    [
        (A.REQUEST_RETURN, K.RETURN_ASKED, "case.arbitrate"),
        (A.REQUEST_SUSPENSION, K.SUSPENSION_ASKED, "case.suspend"),
        (A.REPLY, K.ORDER_REPLIED, "case.supervise"),
        (A.OBJECT, K.OBJECTED, "case.accept"),
    ],
)
def test_a_request_is_told_to_those_who_decide(action: Action, kind: NoticeKind, permission: str) -> None:
    assert told(action, unit=UNIT, has_it=UNIT, handler_id=WORKER) == {(kind, Audience(permission=permission))}


def test_a_second_extension_is_told_one_level_higher() -> None:
    assert told(A.REQUEST_EXTENSION) == {(K.EXTENSION_ASKED, Audience(permission="case.arbitrate"))}
    assert told(A.REQUEST_EXTENSION, extensions=1) == {(K.EXTENSION_ASKED, Audience(permission="case.extend_again"))}


def test_what_the_grid_settles_itself_is_told_to_its_worker() -> None:
    assert told(A.REWORK, handler_id=WORKER) == {(K.REWORK, Audience(account_id=WORKER))}
    assert told(A.REWORK, has_it=UNIT, handler_id=WORKER) == {(K.REWORK, Audience(unit=UNIT))}


def test_yellow_reminds_the_handler_and_red_the_whole_unit() -> None:
    case = {"has_it": UNIT, "handler_id": WORKER, "clock": "handling"}
    assert told("light_turned", light="yellow", **case) == {(K.LIGHT_YELLOW, Audience(account_id=WORKER))}
    assert told("light_turned", light="red", **case) == {(K.LIGHT_RED, Audience(unit=UNIT))}
    assert told("light_turned", light="red", clock="verification", has_it=UNIT) == {
        (K.LIGHT_RED, Audience(permission="case.verify"))
    }


def test_before_anybody_signed_the_unit_is_reminded_and_before_that_the_desk() -> None:
    light = {"light": "yellow", "clock": "handling"}
    assert told("light_turned", has_it=UNIT, **light) == {(K.LIGHT_YELLOW, Audience(unit=UNIT))}
    assert told("light_turned", state="accepted", **light) == {(K.LIGHT_YELLOW, Audience(permission="case.dispatch"))}
    assert told(A.URGE, state="reported") == {(K.URGED, Audience(permission="case.accept"))}


def test_the_urge_that_comes_with_the_red_light_is_told_once() -> None:
    assert told(A.URGE, has_it=UNIT) == {(K.URGED, Audience(unit=UNIT))}
    assert told(A.URGE, has_it=UNIT, with_red_light=True) == set()


def test_a_supplement_is_told_where_the_case_waits() -> None:
    assert told(A.SUPPLEMENT, from_state="returned") == {(K.SUPPLEMENTED, Audience(permission="case.accept"))}
    assert told(A.SUPPLEMENT, from_state="in_progress", has_it=UNIT) == {(K.SUPPLEMENTED, Audience(unit=UNIT))}


def test_what_concerns_nobody_in_particular_is_not_told() -> None:
    assert told(A.RETURN_TO_REPORTER) == set()  # a resident's report: no colleague entered it
    assert told(A.RETURN_TO_REPORTER, entered_by_id=WORKER) == {(K.SENT_BACK_TO_REPORTER, Audience(account_id=WORKER))}
    assert told(A.SUBMIT) == told(A.RATE) == told("placed_elsewhere") == set()


TYPES = [*telling.TABLE, *(CASE + action for action in Action), f"{CASE}light_turned", "grids.edition.effective"]
HAPPENED = st.builds(
    Happened,
    type=st.sampled_from(TYPES),
    unit=st.sampled_from(["", UNIT]),
    has_it=st.sampled_from(["", UNIT]),
    handler_id=st.sampled_from([None, WORKER]),
    entered_by_id=st.sampled_from([None, 9]),
    state=st.sampled_from(["reported", "in_progress"]),
    light=st.sampled_from(["", "yellow", "red"]),
    clock=st.sampled_from(["", "acceptance", "signing", "handling", "verification", "feedback"]),
    extensions=st.integers(0, 2),
    is_urgent=st.booleans(),
)


@given(HAPPENED)
def test_every_notice_is_for_exactly_one_audience_that_can_be_asked_for(event: Happened) -> None:
    for one in notices_of(event):
        to = one.audience
        assert [bool(to.unit), bool(to.account_id), bool(to.permission)].count(True) == 1
        assert not to.permission or to.permission in telling.TOLD_PERMISSIONS


def test_every_permission_asked_for_is_told_something() -> None:
    in_table = {to.permission for rows in telling.TABLE.values() for _, to in rows if isinstance(to, Holders)}
    decided = {"case.accept", "case.verify", "case.feedback", "case.dispatch", "case.extend_again", "case.arbitrate"}
    assert in_table | decided == set(telling.TOLD_PERMISSIONS)
    assert set(Whom) == {to for rows in telling.TABLE.values() for _, to in rows if isinstance(to, Whom)} | {
        Whom.HANDLER
    }


def test_every_kind_has_words() -> None:
    assert set(KINDS) == set(SHORT) == set(NoticeKind)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL)


REMINDER = Told(K.LIGHT_YELLOW, Audience(unit=UNIT), waits_for_work=True)


@pytest.mark.parametrize(
    ("happened", "shown"),
    [
        ("2026-11-23 10:00", "2026-11-23 10:01"),
        ("2026-11-23 12:30", "2026-11-23 13:01"),  # the break of the day
        ("2026-11-23 19:00", "2026-11-24 09:01"),
        ("2026-11-27 18:00", "2026-11-30 09:01"),  # a weekend
        ("2026-09-30 20:00", "2026-10-08 09:01"),  # the week of the National Day
    ],
)
def test_reminders_come_in_working_hours(happened: str, shown: str) -> None:
    assert show_at(REMINDER, at(happened), SHIPPED) == at(shown)


def test_urgent_matters_and_work_are_told_at_once() -> None:
    night = at("2026-11-23 23:00")
    urgent = Happened(f"{CASE}light_turned", has_it=UNIT, light="red", clock="handling", is_urgent=True)
    sent = Happened(CASE + A.DISPATCH, unit=UNIT)
    for event in (urgent, sent):
        assert [show_at(one, night, SHIPPED) for one in notices_of(event)] == [night]


@given(st.integers(0, 330 * 1440))
def test_a_reminder_never_comes_early_and_always_within_the_working_day(minutes: int) -> None:
    happened = at("2026-01-02 00:00") + timedelta(minutes=minutes)
    shown = show_at(REMINDER, happened, SHIPPED)
    before = shown - timedelta(minutes=1)
    assert shown >= happened
    assert minutes_between(happened, shown, Clock.WORKING, SHIPPED) == pytest.approx(1)
    assert minutes_between(before, shown, Clock.WORKING, SHIPPED) > 0


def test_the_end_of_the_calendar_is_told_from_november() -> None:
    to_2026, to_2027 = Calendar({}, at("2026-12-31 00:00").date()), Calendar({}, at("2027-12-31 00:00").date())
    assert not warns_of_calendar(at("2026-10-31 09:00"), to_2026)
    assert warns_of_calendar(at("2026-11-02 09:00"), to_2026)
    assert not warns_of_calendar(at("2026-11-02 09:00"), to_2027)
    assert warns_of_calendar(at("2026-11-02 09:00"), Calendar({}, None))
