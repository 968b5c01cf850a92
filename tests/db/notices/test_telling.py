"""From what happens to a case to what its people read."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import town
from tests.db.cases.flow import do, in_state
from wangge.cases.types import Action, State
from wangge.foundation import events
from wangge.foundation.models import Event
from wangge.notices import operations
from wangge.notices.models import Notice, NoticeRead
from wangge.notices.operations import mark_all_read, mark_read
from wangge.notices.queries import COUNTED_TO, NoSuchNotice, notice_page, unread_count
from wangge.notices.types import NoticeKind

pytestmark = pytest.mark.django_db

A, K = Action, NoticeKind
AT = town.AT  # a Monday morning


def tell(case_no: str, *, at: object = None) -> None:
    operations.tell(events=list(Event.objects.filter(subject=case_no).order_by("pk")), at=at or AT)  # type: ignore[arg-type]


def light(case_no: str, color: str, *, clock: str = "handling", unit: str = town.DEPARTMENT, at: object = AT) -> None:
    said = {"light": color, "clock": clock, "state": "in_progress"}
    events.record("cases.case.light_turned", subject=case_no, area=town.GRID, unit=unit, at=at, **said)  # type: ignore[arg-type]


def kinds(name: str, *, at: object = None, **more: bool) -> list[NoticeKind]:
    when = at or AT + timedelta(minutes=5)
    return [line.kind for line in notice_page(actor=town.actor(name), at=when, **more)[0]]  # type: ignore[arg-type]


def test_a_dispatched_case_is_told_to_its_unit_and_nobody_else() -> None:
    number = in_state(State.DISPATCHED)
    tell(number)
    assert kinds("unit_handler") == kinds("unit_lead") == [K.SENT]
    told = {name for name in town.accounts() if kinds(name)}
    assert told == {"unit_handler", "unit_lead"}


def test_told_once_however_often_the_events_are_read() -> None:
    number = in_state(State.REWORK)
    for _ in range(3):
        tell(number)
    assert sorted(kinds("unit_handler")) == sorted([K.SENT, K.REWORK])
    assert Notice.objects.count() == 2


def test_a_transfer_is_told_to_both_units() -> None:
    number = in_state(State.DISPATCHED)
    do(A.TRANSFER, number, town.actor("county_dispatcher"))
    tell(number)
    assert kinds("unit_handler_2") == [K.SENT]
    assert K.LEFT in kinds("unit_handler")


def test_the_light_comes_in_working_hours_and_its_urge_only_once() -> None:
    number = in_state(State.IN_PROGRESS)
    evening = AT + timedelta(hours=11)
    light(number, "red", at=evening)
    events.record("cases.case.urge", subject=number, area=town.GRID, unit=town.DEPARTMENT, at=evening)
    operations.tell(events=list(Event.objects.filter(subject=number, at=evening)), at=evening)
    assert kinds("unit_handler", at=evening + timedelta(hours=1)) == []
    assert kinds("unit_handler", at=AT + timedelta(days=1, minutes=2)) == [K.LIGHT_RED]


def test_yellow_is_told_to_the_handler_alone() -> None:
    number = in_state(State.IN_PROGRESS)  # signed for by unit_handler
    light(number, "yellow")
    tell(number)
    assert K.LIGHT_YELLOW in kinds("unit_handler")
    assert K.LIGHT_YELLOW not in kinds("unit_lead")


def test_holders_of_a_permission_are_told_in_their_area_only() -> None:
    number = in_state(State.REPORTED)
    light(number, "yellow", clock="acceptance", unit="")
    tell(number)
    assert kinds("county_intake_clerk") == kinds("township_dispatcher") == [K.LIGHT_YELLOW]
    assert kinds("township_dispatcher_far") == []


def test_old_news_is_no_news() -> None:
    number = in_state(State.DISPATCHED)
    tell(number, at=AT + timedelta(days=30))
    assert Notice.objects.count() == 0


def test_read_by_one_is_unread_by_the_others() -> None:
    tell(in_state(State.DISPATCHED))
    handler, now = town.actor("unit_handler"), AT + timedelta(minutes=5)
    notice = Notice.objects.get()
    mark_read(notice_id=notice.pk, actor=handler, at=now)
    mark_read(notice_id=notice.pk, actor=handler, at=now)  # twice is once
    assert unread_count(actor=handler, at=now) == 0
    assert unread_count(actor=town.actor("unit_lead"), at=now) == 1
    assert kinds("unit_handler", only_unread=True) == []
    assert kinds("unit_handler") == [K.SENT]


def test_nobody_reads_or_marks_what_is_for_others() -> None:
    tell(in_state(State.DISPATCHED))
    with pytest.raises(NoSuchNotice):
        mark_read(notice_id=Notice.objects.get().pk, actor=town.actor("unit_handler_2"), at=AT + timedelta(minutes=5))


def test_all_read_leaves_what_came_later_and_what_is_not_shown_yet() -> None:
    number = in_state(State.IN_PROGRESS)
    tell(number)
    evening = AT + timedelta(hours=11)
    light(number, "red", at=evening)
    operations.tell(events=list(Event.objects.filter(subject=number, at=evening)), at=evening)  # shown tomorrow
    handler = town.actor("unit_handler")
    newest = Notice.objects.latest("pk").pk
    mark_all_read(until_id=newest, actor=handler, at=evening + timedelta(minutes=1))
    assert unread_count(actor=handler, at=evening + timedelta(minutes=1)) == 0
    assert NoticeRead.objects.count() == 0
    assert unread_count(actor=handler, at=AT + timedelta(days=1, minutes=2)) == 1
    tell(in_state(State.DISPATCHED), at=AT + timedelta(days=1))
    assert unread_count(actor=handler, at=AT + timedelta(days=1, minutes=2)) == 2


def test_the_bell_stops_counting(django_assert_num_queries: object) -> None:
    Notice.objects.bulk_create(
        Notice(
            event_id=n, kind=K.SENT, unit=town.DEPARTMENT, made_at=AT, show_at=AT, expires_at=AT + timedelta(days=90)
        )
        for n in range(COUNTED_TO + 50)
    )
    handler = town.actor("unit_handler")
    with django_assert_num_queries(2):  # type: ignore[operator]
        assert unread_count(actor=handler, at=AT + timedelta(minutes=1)) == COUNTED_TO
    assert unread_count(actor=handler, at=AT + timedelta(days=15)) == 0


def test_pages_follow_each_other_without_gap_or_repeat() -> None:
    Notice.objects.bulk_create(
        Notice(
            event_id=n,
            kind=K.SENT,
            unit=town.DEPARTMENT,
            made_at=AT,
            show_at=AT - timedelta(minutes=n // 3),
            expires_at=AT + timedelta(days=90),
        )
        for n in range(120)
    )
    seen: list[int] = []
    after: str | None = ""
    while after is not None:
        lines, after = notice_page(actor=town.actor("unit_lead"), at=AT, after=after)
        seen += [line.id for line in lines]
    expected = Notice.objects.order_by("-show_at", "-pk").values_list("pk", flat=True)
    assert seen == list(expected)


def test_notices_go_with_their_marks_when_their_time_is_over() -> None:
    tell(in_state(State.DISPATCHED))
    mark_read(notice_id=Notice.objects.get().pk, actor=town.actor("unit_handler"), at=AT + timedelta(minutes=5))
    operations.forget_old(at=AT + timedelta(days=89))
    assert Notice.objects.count() == NoticeRead.objects.count() == 1
    operations.forget_old(at=AT + timedelta(days=91))
    assert Notice.objects.count() == NoticeRead.objects.count() == 0


def test_the_missing_calendar_is_told_once_a_week() -> None:
    assert operations.warn_of_calendar(at=AT)
    operations.tell(events=list(Event.objects.filter(type="notices.calendar.ending")), at=AT)
    assert kinds("shift_leader") == kinds("system_administrator") == [K.CALENDAR_ENDS]
    assert kinds("unit_handler") == []
    assert not operations.warn_of_calendar(at=AT + timedelta(days=1))
    assert operations.warn_of_calendar(at=AT + timedelta(days=7))
