"""Text messages to reporters who agreed, with a real gateway on this machine: told once, and no number is left."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from datetime import datetime, timedelta

import orjson
import pytest
from django.db import connection
from django.urls import resolve
from pytest_django import Settings

from tests import town
from tests.db.cases.flow import BY, A, do, refused
from tests.db.cases.test_contact import TABLES
from tests.db.notices.listening import Receiver, listening
from tests.db.notices.test_deliveries import the_clock_says
from wangge.cases import operations as cases
from wangge.cases.models import Case, CaseContact, Unmasking
from wangge.cases.operations.contact import FOR_SMS
from wangge.cases.types import Contact
from wangge.foundation import clock
from wangge.foundation.access import ANONYMOUS, REPORTER
from wangge.foundation.errors import NotAllowed, NotSignedIn
from wangge.foundation.limits import Door
from wangge.foundation.models import Event
from wangge.notices import operations, posting, tasks, texting
from wangge.notices.models import ReporterText
from wangge.notices.operations.texts import AT_ONCE
from wangge.notices.rules.texting import PER_NUMBER_AND_DAY
from wangge.notices.types import Failure

pytestmark = pytest.mark.django_db

PHONE, NAME = "138 0000 5678", "来电人"
ADDRESS, SECRET = "https://grid.example.org", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
TO_THE_ANSWER = (A.ACCEPT, A.DISPATCH, A.SIGN, A.SUBMIT_RESULT, A.VERIFY, A.FEEDBACK)


@pytest.fixture(autouse=True)
def _numbers_anew_at_the_time_of_the_town(monkeypatch: pytest.MonkeyPatch) -> None:
    door = Door(PER_NUMBER_AND_DAY, PER_NUMBER_AND_DAY / (24 * 60))
    monkeypatch.setattr(texting, "NUMBERS", door)
    monkeypatch.setattr(tasks, "NUMBERS", door)
    the_clock_says(town.AT, monkeypatch)


@pytest.fixture
def gateway(settings: Settings) -> Iterator[Receiver]:
    with listening() as one:
        settings.SMS_GATEWAY = {"url": one.url, "secret": SECRET}
        settings.PUBLIC_ADDRESS = ADDRESS
        yield one


def reported(phone: str = PHONE, *, agrees: bool = True, language: str = "zh-hans", text: str = "路灯不亮") -> str:
    return town.report(text, contact=Contact(NAME, phone, agrees, language)).case_no


def go(case_no: str, *actions: A) -> None:
    for action in actions:
        do(action, case_no, town.actor(BY[action]))


def told() -> None:
    """Everything so far is read and sent."""
    tasks.queue_texts(0)
    tasks.send_texts(0)


def queue(case_no: str) -> int:
    return operations.queue_texts(events=list(Event.objects.filter(subject=case_no).order_by("pk")), at=clock.now())


def send(case_no: str) -> None:
    queue(case_no)
    tasks.send_texts(0)


def said(gateway: Receiver) -> list[str]:
    return [orjson.loads(body)["data"]["template"] for _, body in gateway.got]


def test_a_reporter_who_agreed_gets_number_and_address(gateway: Receiver) -> None:
    number = reported()
    code = Case.objects.get(case_no=number).query_code
    send(number)
    ((headers, body),) = gateway.got
    message = orjson.loads(body)
    assert set(message) == {"type", "timestamp", "data"} and message["type"] == "reporter.text"
    assert message["data"] == {
        "to": "+8613800005678",
        "text": f"您上报的问题已收到，编号{number}。查进展或停收短信：{ADDRESS}/r/{code}",
        "template": "received",
        "language": "zh-hans",
        "values": {"case_no": number, "address": f"{ADDRESS}/r/{code}"},
    }
    assert resolve(f"/r/{code}").view_name == "resident:follow"
    event = Event.objects.get(type="cases.case.submit", subject=number)
    assert headers["webhook-id"] == f"msg_text_{event.pk}_{number}"
    row = ReporterText.objects.get()
    assert (row.answered, row.attempts, row.next_at) == (204, 1, None) and row.delivered_at


def test_it_is_written_in_the_language_of_the_report(gateway: Receiver) -> None:
    send(reported(language="en"))
    send(reported(language="tlh"))
    english, unknown = (orjson.loads(body)["data"] for _, body in gateway.got)
    assert english["text"].startswith("We have your report") and english["language"] == "en"
    assert unknown["language"] == "zh-hans"


def test_received_needs_more_answered(gateway: Receiver) -> None:
    number = reported()
    go(number, A.RETURN_TO_REPORTER)
    do(A.SUPPLEMENT, number, REPORTER)
    go(number, *TO_THE_ANSWER)
    send(number)
    assert said(gateway) == ["received", "needs_more", "answered"]
    refused_one = reported()
    go(refused_one, A.REFUSE)
    send(refused_one)
    assert said(gateway)[3:] == ["received", "answered"]


def test_the_answer_is_one_for_every_report_merged_into_the_case(gateway: Receiver) -> None:
    main, follower, silent = reported(), reported(phone="+44 20 7946 0000"), reported(agrees=False)
    clerk = town.actor("county_intake_clerk")
    go(main, A.ACCEPT)
    for one in (follower, silent):
        cases.merge(case_no=one, into=main, actor=clerk, at=town.AT)
    go(main, *TO_THE_ANSWER[1:])
    send(main)
    answers = [orjson.loads(body)["data"] for _, body in gateway.got]
    answers = [one for one in answers if one["template"] == "answered"]
    assert {one["values"]["case_no"]: one["to"] for one in answers} == {
        main: "+8613800005678",
        follower: "+442079460000",
    }


def test_without_consent_nothing_is_written_opened_or_sent(gateway: Receiver) -> None:
    number = reported(agrees=False)
    assert queue(number) == 0
    tasks.send_texts(0)
    assert not gateway.got and not Unmasking.objects.exists() and not ReporterText.objects.exists()


def test_without_a_gateway_nothing_is_written(settings: Settings) -> None:
    assert not settings.SMS_GATEWAY["url"]
    reported()
    told()
    assert not ReporterText.objects.exists() and not Unmasking.objects.exists()


def test_each_opening_is_logged_as_the_system_s(gateway: Receiver) -> None:
    number = reported()
    send(number)
    row = Unmasking.objects.get()
    assert (row.case.case_no, row.user_id, row.reason) == (number, None, FOR_SMS)


def test_nothing_of_the_number_is_kept(gateway: Receiver, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    gateway.answers = [(500, {}), (204, {})]
    number = reported()
    send(number)
    with connection.cursor() as db:
        db.execute(TABLES)
        for (table,) in db.fetchall():
            db.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text ~ %s', ["138 ?0000 ?5678|0000.?5678|来电人"])
            assert db.fetchone() == (0,), table
    assert "5678" not in caplog.text
    assert not any("5678" in one for one in texting.NUMBERS._levels)


def test_read_twice_is_sent_once(gateway: Receiver) -> None:
    number = reported()
    queue(number)
    queue(number)
    tasks.send_texts(0)
    tasks.send_texts(0)
    assert len(gateway.got) == 1


def test_what_is_claimed_is_left_alone_and_comes_again_with_the_same_id(
    gateway: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever claimed it was killed after the gateway had it: the gateway knows it for the same message."""
    number = reported()
    queue(number)
    at = clock.now()
    (claimed,) = operations.claim_texts(at=at)
    texting.send_text(claimed, at=at)
    tasks.send_texts(0)
    assert len(gateway.got) == 1
    the_clock_says(at + timedelta(minutes=4), monkeypatch)
    tasks.send_texts(0)
    first, second = (headers["webhook-id"] for headers, _ in gateway.got)
    assert first == second


def test_whoever_withdraws_gets_nothing_more_not_even_what_was_on_its_way(gateway: Receiver) -> None:
    number = reported()
    queue(number)
    assert cases.withdraw_sms(case_no=number, actor=REPORTER, at=town.AT)
    assert not cases.withdraw_sms(case_no=number, actor=REPORTER, at=town.AT)
    tasks.send_texts(0)
    go(number, A.RETURN_TO_REPORTER)
    send(number)
    assert not gateway.got and not Unmasking.objects.exists()
    row = ReporterText.objects.get()
    assert (row.failure, row.next_at) == (Failure.NOT_WANTED, None)
    assert CaseContact.objects.get().phone  # still there for a question


def test_only_the_reporter_and_whoever_may_open_the_contact_withdraw() -> None:
    number = reported()
    for actor, problem in ((ANONYMOUS, NotSignedIn), (town.actor("grid_worker"), NotAllowed)):
        refused(problem, lambda actor=actor: cases.withdraw_sms(case_no=number, actor=actor, at=town.AT))
    assert cases.withdraw_sms(case_no=number, actor=town.actor("county_intake_clerk"), at=town.AT)


def test_a_contact_whose_time_is_over_is_not_written_to(gateway: Receiver) -> None:
    number = reported()
    queue(number)
    cases.forget_contacts(at=town.AT + timedelta(days=400))
    tasks.send_texts(0)
    assert not gateway.got


def test_a_failing_gateway_is_tried_again_and_given_up_within_a_day(
    gateway: Receiver, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    gateway.answers = [(503, {})]
    number = reported()
    at = town.AT
    the_clock_says(at, monkeypatch)
    queue(number)
    last = at
    while (row := ReporterText.objects.get(case_no=number)).next_at:
        last = max(at, row.next_at)
        the_clock_says(last, monkeypatch)
        tasks.send_texts(0)
    assert last < at + timedelta(days=1)
    assert row.attempts == len(gateway.got) == 7
    assert len({headers["webhook-id"] for headers, _ in gateway.got}) == 1
    assert Unmasking.objects.count() == 7
    assert number in caplog.text and "given up" in caplog.text and "5678" not in caplog.text


def test_retry_after_is_honoured(gateway: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    gateway.answers = [(429, {"Retry-After": "120"}), (200, {})]
    the_clock_says(town.AT, monkeypatch)
    queue(reported())
    for seconds, got in ((0, 1), (60, 1), (119, 1), (121, 2)):
        the_clock_says(town.AT + timedelta(seconds=seconds), monkeypatch)
        tasks.send_texts(0)
        assert len(gateway.got) == got


def test_yesterday_s_events_are_no_news(gateway: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    number = reported()
    the_clock_says(clock.now() + timedelta(days=2), monkeypatch)
    assert queue(number) == 0


def test_what_waited_for_a_day_because_nobody_sent_is_given_up(
    gateway: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue(reported())
    the_clock_says(town.AT + timedelta(hours=23), monkeypatch)
    later = reported(phone="13900000000")
    ReporterText.objects.update(at=town.AT)
    queue(later)
    ReporterText.objects.filter(case_no=later).update(at=clock.now())
    the_clock_says(town.AT + timedelta(hours=25), monkeypatch)
    tasks.send_texts(0)
    ((_, body),) = gateway.got
    assert orjson.loads(body)["data"]["to"] == "+8613900000000"
    assert not ReporterText.objects.filter(next_at__isnull=False).exists()


def test_a_number_whose_key_is_lost_holds_up_no_other(gateway: Receiver) -> None:
    lost, other = reported(), reported(phone="13900000000")
    CaseContact.objects.filter(case__case_no=lost).update(phone=b"gAAAAA-no-key-opens-this")
    queue(lost)
    queue(other)
    tasks.send_texts(0)
    assert [orjson.loads(body)["data"]["to"] for _, body in gateway.got] == ["+8613900000000"]
    assert ReporterText.objects.get(case_no=lost).failure == Failure.NO_NUMBER
    assert Unmasking.objects.get().case.case_no == other


def test_a_landline_gets_nothing(gateway: Receiver) -> None:
    send(reported(phone="025 5200 0000"))
    assert not gateway.got
    assert ReporterText.objects.get().failure == Failure.NO_NUMBER


def test_nobody_makes_somebody_else_s_number_ring_all_day(gateway: Receiver) -> None:
    for _ in range(PER_NUMBER_AND_DAY + 3):
        send(reported())
    assert len(gateway.got) == PER_NUMBER_AND_DAY
    assert ReporterText.objects.filter(failure=Failure.TOO_OFTEN).count() == 3
    send(reported(phone="13900000000"))
    assert len(gateway.got) == PER_NUMBER_AND_DAY + 1


def test_a_number_is_forgotten_when_it_has_rested(monkeypatch: pytest.MonkeyPatch) -> None:
    door, now = Door(2, 1), time.monotonic()
    door.knock("a")
    door.forget_rested()
    assert door._levels
    monkeypatch.setattr(time, "monotonic", lambda: now + 61)
    door.forget_rested()
    assert not door._levels


def test_a_silent_gateway_holds_up_one_message_a_round(gateway: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "TIMEOUT_S", 0.3)
    gateway.drips = 0.1
    for last in range(3 + AT_ONCE):
        queue(reported(phone=f"138000000{last:02d}"))
    began = time.monotonic()
    tasks.send_texts(0)
    assert time.monotonic() - began < 3
    assert len(gateway.got) == 1
    assert (
        ReporterText.objects.filter(attempts=0, next_at__lt=clock.now() + timedelta(minutes=1)).count() == 2 + AT_ONCE
    )


def test_a_contact_is_opened_for_what_is_tried_only(gateway: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "TIMEOUT_S", 0.3)
    gateway.drips = 0.1
    for phone in ("13800000001", "13800000002"):
        queue(reported(phone=phone))
    tasks.send_texts(0)
    assert Unmasking.objects.count() == 1


def test_no_job_carries_anything(gateway: Receiver) -> None:
    """Both jobs are called with a time and nothing else, and the rows between them name the case."""
    number = reported()
    queue(number)
    (due,) = operations.claim_texts(at=clock.now())
    assert {type(getattr(due, name)) for name in due.__slots__} <= {int, str, datetime} | {type(due.kind)}
    assert "5678" not in repr(due)


def test_old_ones_go(gateway: Receiver) -> None:
    send(reported())
    operations.forget_old(at=clock.now() + timedelta(days=29))
    assert ReporterText.objects.count() == 1
    operations.forget_old(at=clock.now() + timedelta(days=31))
    assert ReporterText.objects.count() == 0
