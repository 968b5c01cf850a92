"""When something is refused or missing: a page in the reader's language that says what to do, and a way back."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client

from tests.db.cases.flow import in_state
from tests.db.channels.pages import filled, signed_in
from wangge.cases.types import State
from wangge.project.logs import RoutesOnly

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("language", "words"), [("zh-CN", "没有这个页面"), ("en", "There is no such page")])
def test_an_unknown_address(client: Client, language: str, words: str) -> None:
    answer = client.get("/nowhere/at/all", headers={"accept-language": language})
    assert answer.status_code == 404
    assert words in answer.content.decode() and 'href="/"' in answer.content.decode()


@pytest.mark.parametrize(("language", "words"), [("zh-CN", "请再提交一次"), ("en", "Please send it once more")])
def test_a_form_that_was_open_too_long(language: str, words: str) -> None:
    answer = Client(enforce_csrf_checks=True).post("/", filled(), headers={"accept-language": language})
    assert answer.status_code == 403
    assert words in answer.content.decode()


@pytest.mark.parametrize(
    ("language", "words"), [("zh-CN", "不在您的职责或区域范围内"), ("en", "not within your role or area")]
)
def test_not_allowed_leads_back_to_where_one_begins(language: str, words: str) -> None:
    answer = signed_in("privacy_officer").get("/worker/", headers={"accept-language": language})
    assert answer.status_code == 403
    assert words in answer.content.decode() and 'href="/start"' in answer.content.decode()
    assert "case.report" not in answer.content.decode()


def test_htmx_gets_the_same_words_as_a_part(client: Client) -> None:
    answer = signed_in("privacy_officer").post("/worker/suggest", headers={"hx-request": "true"})
    assert answer.status_code == 403
    assert "<html" not in answer.content.decode() and "不在您的职责" in answer.content.decode()


def test_a_step_too_late_says_so_and_shows_the_case(client: Client) -> None:
    case_no = in_state(State.DISPOSED)
    page = signed_in("unit_handler").post(f"/worker/case/{case_no}/sign")
    assert page.status_code in (403, 409)
    assert case_no in page.content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "/api/v1/divisions/%00", "/api/v1/divisions/320115/children?after=%00", "/desk/cases/%00/", "/desk/queue/%00",
        "/worker/case/%00", "/desk/people/?q=%00", "/r/%00", "/tasks/?q=%00",
    ],
)  # fmt: skip
def test_an_address_that_is_no_text_breaks_nothing(address: str) -> None:
    answer = signed_in("system_administrator").get(address)
    assert answer.status_code in (400, 422)
    if address.startswith("/api/"):
        assert answer.json()["code"] == "request.not_text"


def test_a_fault_of_ours_is_said_in_the_form_its_asker_reads(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the log has the route, not the query code."""

    def broken(*_: object) -> None:
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr("wangge.channels.api.followed_case", broken)
    monkeypatch.setattr("wangge.channels.doors.resident.views.followed_case", broken)
    client = Client(raise_request_exception=False)
    answer = client.get("/api/v1/reports/AAAA0000")
    assert (answer.status_code, answer["Content-Type"]) == (500, "application/problem+json")
    assert answer.json()["code"] == "server.failed"
    assert "系统暂时出错" in client.get("/r/AAAA0000").content.decode()
    for record in caplog.records:
        RoutesOnly().filter(record)
        assert "AAAA0000" not in record.getMessage()
    assert any("r/<str:query_code>" in record.getMessage() for record in caplog.records)


def test_health_tells_of_jobs_that_fail(client: Client) -> None:
    before = client.get("/healthz").json()
    with connection.cursor() as db:
        db.execute(
            """INSERT INTO procrastinate_jobs (queue_name, task_name, status, attempts, scheduled_at)
               VALUES ('x', 'x', 'failed', 15, NULL), ('x', 'x', 'todo', 3, now() + interval '1 hour')"""
        )
    after = client.get("/healthz").json()
    assert after["failed_jobs"] == before["failed_jobs"] + 1
    assert after["retried_jobs"] == before["retried_jobs"] + 1
    assert after["status"] == "ok"
