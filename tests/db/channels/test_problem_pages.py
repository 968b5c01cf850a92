"""When something is refused or missing: a page in the reader's language that says what to do, and a way back."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.db.cases.flow import in_state
from tests.db.channels.pages import filled, signed_in
from wangge.cases.types import State

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
