"""The working calendar at the desk: a year told apart, days set by those who may, deadlines counted anew after it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from tests import town
from tests.db.cases.flow import in_state
from tests.db.console.desk import at_desk
from wangge.cases import tasks
from wangge.cases.models import Case
from wangge.cases.types import State
from wangge.catalogue import operations
from wangge.catalogue.models import CalendarChange, CalendarDay
from wangge.catalogue.operations import CALENDAR_CHANGED, CalendarDayPast, CalendarGap
from wangge.catalogue.queries import calendar, forget
from wangge.catalogue.year_file import Fault, read_year_file
from wangge.foundation import clock
from wangge.foundation.errors import NotAllowed
from wangge.foundation.models import Event

pytestmark = pytest.mark.django_db
SetClock = Callable[[datetime], None]
TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> Iterator[SetClock]:
    def put(at: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: at)

    put(town.AT)
    forget()
    yield put
    forget()


def year(number: int = 2027, *, free: tuple[str, ...] = ("01-01",), worked: tuple[str, ...] = ()) -> dict[date, bool]:
    """The days of a year as the week says, with holidays and adjusted days."""
    first, days = date(number, 1, 1), {}
    for count in range(365):
        day = first + timedelta(days=count)
        days[day] = (day.weekday() < 5 and f"{day:%m-%d}" not in free) or f"{day:%m-%d}" in worked
    return days


def as_file(days: dict[date, bool]) -> str:
    return "day,is_working\n" + "".join(f"{day},{int(worked)}\n" for day, worked in days.items())


def upload(text: str, user: str = "data_steward", **more: str) -> Any:
    file = SimpleUploadedFile("2027.csv", text.encode())
    return at_desk(user).post(reverse("console:calendar_upload"), {"file": file, "note": "国办通知", **more})


# --- the page ---------------------------------------------------------------------------------------


def test_adjusted_days_and_holidays_are_told_apart_by_a_sign() -> None:
    page = at_desk("supervisor").get(reverse("console:calendar"), {"year": "2026"}).content.decode()
    assert page.count('<table class="month">') == 12
    days = dict(re.findall(r'data-kind="(\w+)"[^>]*title="(2026-\d\d-\d\d)', page))
    assert set(days) == {"worked", "free", "holiday", "adjusted"}
    adjusted = re.findall(r'data-kind="adjusted"[^>]*title="(2026-\d\d-\d\d)[^>]*>\d+<sup', page)
    assert adjusted == ["2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"]
    assert "2026-12-31" in page and "data-unknown title" not in page


def test_days_that_are_not_known_are_marked() -> None:
    page = at_desk("supervisor").get(reverse("console:calendar"), {"year": "2027"}).content.decode()
    assert len(re.findall(r"data-unknown[^>]* title=", page)) == 365
    for nonsense in ("1", "99999", "x", "-1", "2100"):
        assert at_desk("supervisor").get(reverse("console:calendar"), {"year": nonsense}).status_code == 200


@pytest.mark.parametrize(
    ("user", "route", "is_told"),
    [
        ("county_dispatcher", "console:dispatch", True),
        ("township_dispatcher", "console:queue", True),
        ("shift_leader", "console:arbitrate", True),
        ("centre_leader", "console:approve", True),
        ("data_steward", "console:grids", True),
        ("county_intake_clerk", "console:queue", False),
        ("unit_handler", "console:unit", False),
    ],
)
def test_from_november_on_those_it_concerns_are_told(user: str, route: str, is_told: bool, now: SetClock) -> None:
    page = at_desk(user).get(reverse(route)).content.decode()
    assert ("notice-desk" in page) is is_told
    now(town.at("2026-10-31 23:59"))
    assert "notice-desk" not in at_desk(user).get(reverse(route)).content.decode()
    now(town.at("2026-11-01 00:00"))
    assert ("notice-desk" in at_desk(user).get(reverse(route)).content.decode()) is is_told
    operations.set_days(days=year(), note="国办通知", actor=town.actor("data_steward"), at=town.AT)
    assert "notice-desk" not in at_desk(user).get(reverse(route)).content.decode()


# --- setting days -----------------------------------------------------------------------------------


def test_one_day_is_set_with_its_reason() -> None:
    url = reverse("console:calendar_day")
    answer = at_desk("data_steward").post(url, {"day": "2026-12-05", "is_working": "1", "note": "区里调休"})
    assert answer.status_code == 302
    assert calendar(town.AT).is_working(date(2026, 12, 5))
    page = at_desk("auditor").get(reverse("console:calendar")).content.decode()
    assert "区里调休" in page and re.search(r'data-kind="adjusted" data-by-hand[^>]*title="2026-12-05', page)
    row = CalendarChange.objects.get()
    assert (row.days, row.made_by_id) == ({"2026-12-05": [False, True]}, town.user_id("data_steward"))


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"day": "2026-11-23"}, "day"),  # today has begun
        ({"day": "2026-11-20"}, "day"),
        ({"day": "2027-05-01"}, "day"),  # would leave four months unknown and claim they are known
        ({"day": "tomorrow"}, "day"),
        ({"note": "  "}, "note"),
        ({"is_working": "2"}, "is_working"),
    ],
)
def test_faults_of_a_day_stand_at_their_field(given: dict[str, str], field: str) -> None:
    said = {"day": "2026-12-05", "is_working": "1", "note": "区里调休"} | given
    answer = at_desk("data_steward").post(reverse("console:calendar_day"), said)
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert not CalendarChange.objects.exists()


def test_a_year_is_looked_at_before_it_is_taken() -> None:
    text = as_file(year(free=("01-01", "02-08"), worked=("02-06",)))
    page = upload(text).content.decode()
    assert "02-06" in page and "02-08" in page and 'name="take"' in page
    assert calendar(town.AT).known_until == date(2026, 12, 31)
    said = {"text": text, "note": "国办通知", "take": "1"}
    assert at_desk("data_steward").post(reverse("console:calendar_upload"), said).status_code == 302
    known = calendar(town.AT)
    assert known.known_until == date(2027, 12, 31)
    assert known.is_working(date(2027, 2, 6)) and not known.is_working(date(2027, 2, 8))


def test_faults_of_a_file_are_named_line_by_line_and_nothing_is_taken() -> None:
    text = "day,is_working\n2027-01-01,0\n2027-01-02,yes\n2027-13-01,1\n2027-01-01,1\n2027-01-05,1\n2026-01-01,0\nx\n"
    read = read_year_file(text, today=TODAY)
    assert [(one.line, one.fault) for one in read.faults] == [
        (3, Fault.WORKED), (4, Fault.DAY), (5, Fault.TWICE), (6, Fault.GAP), (7, Fault.PAST), (8, Fault.COLUMNS),
    ]  # fmt: skip
    answer = upload(text)
    assert answer.status_code == 422
    for line in range(3, 9):
        assert re.search(rf"(Line|第) {line}( 行)?[:：]", answer.content.decode())
    assert not CalendarChange.objects.exists()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", Fault.HEAD),
        ("日期,上班\n", Fault.HEAD),
        ("day,is_working\n", Fault.NOTHING),
        ("day,is_working\n" + "2027-01-01,0\n" * 900, Fault.TOO_LONG),
    ],
)
def test_other_files_are_refused(text: str, fault: Fault) -> None:
    assert [one.fault for one in read_year_file(text, today=TODAY).faults] == [fault]


def test_a_file_that_is_no_text_or_leaves_a_gap_is_refused() -> None:
    url = reverse("console:calendar_upload")
    binary = SimpleUploadedFile("2027.csv", b"\xff\xfe\x00day")
    assert at_desk("data_steward").post(url, {"file": binary, "note": "国办通知"}).status_code == 422
    assert at_desk("data_steward").post(url, {"note": "国办通知"}).status_code == 422
    late = as_file({day: worked for day, worked in year().items() if day > date(2027, 1, 3)})
    answer = at_desk("data_steward").post(url, {"text": late, "note": "国办通知", "take": "1"})
    assert answer.status_code == 422 and "2027-01-01" in answer.content.decode()


def test_only_the_data_steward_sets_days() -> None:
    for user in ("centre_leader", "system_administrator", "auditor"):
        assert upload(as_file(year()), user).status_code == 403
        assert at_desk(user).post(reverse("console:calendar_day"), {}).status_code == 403
    with pytest.raises(NotAllowed):
        operations.set_days(days=year(), note="x", actor=town.actor("centre_leader"), at=town.AT)


def test_days_gone_by_and_gaps_are_refused_by_the_operation_too() -> None:
    steward = town.actor("data_steward")
    with pytest.raises(CalendarDayPast):
        operations.set_days(days={TODAY: False}, note="x", actor=steward, at=town.AT)
    with pytest.raises(CalendarGap) as gap:
        operations.set_days(days={date(2027, 1, 2): False}, note="x", actor=steward, at=town.AT)
    assert gap.value.params["value"] == "2027-01-01"


def test_saying_what_the_calendar_says_changes_nothing() -> None:
    steward = town.actor("data_steward")
    assert operations.set_days(days={date(2026, 12, 1): True}, note="x", actor=steward, at=town.AT) == 0
    assert not CalendarChange.objects.exists() and not Event.objects.filter(type=CALENDAR_CHANGED).exists()


def test_what_was_set_by_hand_outlives_the_loading_of_the_file() -> None:
    day = date(2026, 12, 5)
    operations.set_days(days={day: True}, note="区里调休", actor=town.actor("data_steward"), at=town.AT)
    operations.load_calendar(path=town.DATA / "calendars/working_days.csv", at=town.AT)
    assert CalendarDay.objects.get(day=day).is_working


# --- deadlines --------------------------------------------------------------------------------------


def run_jobs(name: str) -> int:
    """Do the queued jobs of a name once each, whenever they are due."""
    jobs = list(ProcrastinateJob.objects.filter(task_name=name, status="todo").order_by("id"))
    for job in jobs:
        tasks.recount_deadlines(**job.args)
    with connection.cursor() as db:
        db.execute("DELETE FROM procrastinate_jobs WHERE task_name = %s", [name])
    return len(jobs)


@pytest.mark.usefixtures("committed_town")
@pytest.mark.django_db(transaction=True)
def test_a_provisional_deadline_is_counted_anew_when_the_year_becomes_known(now: SetClock) -> None:
    at = town.at("2026-12-31 16:00")  # four working hours: two of them on a day that isn't known
    now(at)
    late = in_state(State.IN_PROGRESS, at=at)
    before = Case.objects.get(case_no=late)
    assert before.due_at == town.at("2027-01-01 11:00") and before.is_provisional

    days = year(free=("01-01", "01-04", "01-05", "01-06"))
    operations.set_days(days=days, note="国办通知", actor=town.actor("data_steward"), at=at)
    tasks.follow_calendar(0)
    assert run_jobs("cases.recount_deadlines") == 2  # at once, and when no process remembers the old days

    after = Case.objects.get(case_no=late)
    assert after.due_at == town.at("2027-01-07 11:00") and not after.is_provisional
    assert Event.objects.filter(type="cases.case.deadline_moved", subject=late).count() == 1
    tasks.follow_calendar(0)
    assert run_jobs("cases.recount_deadlines") == 0  # told once


def test_the_file_of_a_year_is_asked_for_and_not_called_optional() -> None:
    page = at_desk("data_steward").get(reverse("console:calendar_upload")).content.decode()
    assert "（选填）" not in page
    answer = at_desk("data_steward").post(reverse("console:calendar_upload"), {"note": "国办通知"})
    assert answer.status_code == 422 and "请选择文件" in answer.content.decode()
