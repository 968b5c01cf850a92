"""Following a report with its code: everything a reporter is told, and nothing that stays inside."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import town
from tests.db.cases.flow import A, along, do, in_state
from tests.db.channels.pages import code_of
from tests.media import photo, sound
from wangge.cases.models import Case, CaseStep
from wangge.cases.types import RefusalReason, State
from wangge.channels import receiving
from wangge.channels.progress import progress
from wangge.channels.words import refusal_words
from wangge.foundation import clock
from wangge.foundation.access import REPORTER
from wangge.foundation.limits import Door

pytestmark = pytest.mark.django_db


def page_of(client: Client, case_no: str, language: str = "en") -> str:
    answer = client.get(f"/r/{code_of(case_no)}", headers={"accept-language": language})
    assert answer.status_code == 200
    return answer.content.decode()


def act(client: Client, case_no: str, action: str, **said: Any) -> Any:
    form = {"operation_id": str(uuid4()), **said}
    return client.post(f"/r/{code_of(case_no)}/{action}", form, headers={"accept-language": "en"})


def state_of(case_no: str) -> str:
    return Case.objects.values_list("state", flat=True).get(case_no=case_no)


@pytest.mark.parametrize("state", [s for s in State if s is not State.DRAFT])
@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_every_state_is_told_in_plain_words(client: Client, state: State, language: str) -> None:
    page = page_of(client, in_state(state), language)
    assert "{unit}" not in page and "{day}" not in page
    assert state.value.upper() not in page


def test_a_code_is_read_however_it_was_typed(client: Client) -> None:
    code = code_of(town.report().case_no)
    for typed in (
        code.lower(),
        f"{code[:4]}-{code[4:]}",
        f"  {code[:4]} {code[4:]} ",
        code.replace("0", "o").replace("1", "l"),
    ):
        assert client.post("/find", {"code": typed})["Location"] == f"/r/{code}"
    assert client.get(f"/r/{code.lower()}")["Location"] == f"/r/{code}"


def test_a_wrong_code_is_plainly_said(client: Client) -> None:
    for answer in (
        client.get("/r/AAAA0000"),
        client.post("/find", {"code": "AAAA0000"}),
        client.get("/r/AAAA0000/received"),
    ):
        assert answer.status_code == 404
        assert "AAAA0000" in answer.content.decode()
        assert "没有找到这个查询码" in answer.content.decode()
    assert client.post("/find", {"code": ""}).status_code == 422
    assert client.post("/r/AAAA0000/withdraw").status_code == 404


@pytest.mark.parametrize(
    ("typed", "words"), [("20261123320115000001", "This is the case number"), ("ABC", "you typed 3")]
)
def test_what_can_be_no_code_is_told_apart(client: Client, typed: str, words: str) -> None:
    answer = client.post("/find", {"code": typed}, headers={"accept-language": "en"})
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_the_address_of_an_action_leads_back_to_the_report(client: Client) -> None:
    code = code_of(town.report().case_no)
    assert client.get(f"/r/{code}/supplement")["Location"] == f"/r/{code}"


def test_trying_codes_is_slowed_even_for_right_ones(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "lookup_door", Door(3, 3))
    code = code_of(town.report().case_no)
    answers = [client.get(f"/r/AAAA000{n}").status_code for n in range(4)]
    assert answers == [404, 404, 404, 429]
    assert client.get(f"/r/{code}").status_code == 429  # else the answer would tell which code is right


def test_following_does_not_use_up_tries(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "lookup_door", Door(1, 1))
    code = code_of(town.report().case_no)
    assert {client.get(f"/r/{code}").status_code for _ in range(5)} == {200}


def test_a_report_takes_so_many_additions_at_once(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receiving, "act_door", Door(2, 2))
    case_no = town.report().case_no
    answers = [act(client, case_no, "supplement", note=f"第{n}次").status_code for n in range(3)]
    assert answers == [302, 302, 429]
    assert CaseStep.objects.filter(case__case_no=case_no, action="supplement").count() == 2


@pytest.mark.parametrize("reason", list(RefusalReason))
def test_every_reason_for_a_refusal_is_told(client: Client, reason: RefusalReason) -> None:
    case_no = town.report().case_no
    do(A.REFUSE, case_no, town.actor("county_intake_clerk"), reason=reason.value, note="请到窗口办理")
    page = page_of(client, case_no, "zh-CN")
    assert refusal_words(reason) in page and "请到窗口办理" in page


def test_what_units_say_to_each_other_stays_inside(client: Client) -> None:
    case_no = town.report().case_no
    do(A.ACCEPT, case_no, town.actor("county_intake_clerk"), note="内部:疑似重复")
    do(A.DISPATCH, case_no, town.actor("county_dispatcher"), note="内部:请尽快")
    do(A.SIGN, case_no, town.actor("unit_handler"), note="内部:人手不够")
    do(A.SUBMIT_RESULT, case_no, town.actor("unit_handler"), note="内部:已换灯泡")
    do(A.REWORK, case_no, town.actor("grid_worker_2"), note="内部:还是不亮")
    page = page_of(client, case_no)
    assert "内部" not in page
    assert "unit_handler" not in page and "grid_worker" not in page
    assert "内部" not in str(progress(Case.objects.get(case_no=case_no), town.AT))


def test_the_answer_is_read_and_rated(client: Client) -> None:
    case_no = in_state(State.CLOSED)
    assert "路灯已经修好" in page_of(client, case_no)
    answer = act(client, case_no, "rate", rating="SATISFIED", note="谢谢")
    assert answer.status_code == 302
    assert state_of(case_no) == "evaluated"
    assert "Satisfied" in page_of(client, case_no)


def test_a_bad_rating_is_regretted_and_opening_again_comes_first(client: Client) -> None:
    case_no = in_state(State.CLOSED)
    act(client, case_no, "rate", rating="NOT_SATISFIED")
    page = page_of(client, case_no)
    assert "sorry" in page and "Thank you for helping" not in page
    assert 'id="reopen" open' in page


def test_a_former_answer_is_called_so(client: Client) -> None:
    case_no = in_state(State.CLOSED)
    assert "Our earlier answer" not in page_of(client, case_no)
    act(client, case_no, "reopen", note="今晚又灭了")
    assert "Our earlier answer" in page_of(client, case_no)


def test_the_line_of_a_withdrawn_report_stops_where_it_was(client: Client) -> None:
    case_no = in_state(State.REPORTED)
    act(client, case_no, "withdraw")
    page = page_of(client, case_no)
    marks = re.findall(r'data-step="(\w+)"', page)
    assert marks == ["stopped", *["todo"] * 5]
    assert "Report it again" in page


@pytest.mark.parametrize(("state", "words"), [(State.RETURNED, "Please add it by"), (State.CLOSED, "rate it until")])
def test_what_ends_by_itself_names_its_day(client: Client, state: State, words: str) -> None:
    assert re.search(rf"{words} \w+day, \d+ \w+", page_of(client, in_state(state)))


def test_a_rating_needs_a_face(client: Client) -> None:
    case_no = in_state(State.CLOSED)
    answer = act(client, case_no, "rate", note="说不清")
    assert answer.status_code == 422
    assert "choose one of the three" in answer.content.decode() and "说不清" in answer.content.decode()
    assert state_of(case_no) == "closed"


def test_not_solved_opens_it_again_with_words(client: Client) -> None:
    case_no = in_state(State.CLOSED)
    assert act(client, case_no, "reopen", note="").status_code == 422
    assert act(client, case_no, "reopen", note="今晚又灭了").status_code == 302
    assert state_of(case_no) == "in_progress"
    assert "今晚又灭了" in page_of(client, case_no)


def test_a_report_is_withdrawn_before_dispatch_only(client: Client) -> None:
    early, late = in_state(State.ACCEPTED), in_state(State.DISPATCHED)
    assert "Yes, withdraw it" in page_of(client, early)
    assert act(client, early, "withdraw").status_code == 302
    assert state_of(early) == "withdrawn"
    assert "Yes, withdraw it" not in page_of(client, late)
    assert act(client, late, "withdraw").status_code == 409
    assert state_of(late) == "dispatched"


def test_the_reporter_confirms_that_it_is_settled(client: Client) -> None:
    case_no = in_state(State.DISPOSED)
    assert act(client, case_no, "confirm").status_code == 302
    assert state_of(case_no) == "verified"


def test_something_is_added_with_a_photo(client: Client) -> None:
    case_no = in_state(State.RETURNED)
    assert "请说明位置" in page_of(client, case_no)
    answer = act(client, case_no, "supplement", note="在东门外", photos=SimpleUploadedFile("a.jpg", photo(200, 150)))
    assert answer.status_code == 302
    assert state_of(case_no) == "reported"
    case = Case.objects.get(case_no=case_no)
    assert case.media.get().use == "SUPPLEMENT"
    assert act(client, case_no, "supplement", note="").status_code == 422


def test_sending_an_action_twice_does_it_once(client: Client) -> None:
    case_no, operation_id = in_state(State.IN_PROGRESS), str(uuid4())
    for _ in range(2):
        assert act(client, case_no, "supplement", note="补充一次", operation_id=operation_id).status_code == 302
    assert page_of(client, case_no).count("补充一次") == 1


def test_unknown_actions_and_those_of_others_are_refused(client: Client) -> None:
    case_no = in_state(State.REPORTED)
    for action in ("accept", "dispatch", "void", "nonsense"):
        assert act(client, case_no, action, note="x").status_code == 404
    assert state_of(case_no) == "reported"


def test_media_are_served_with_the_code_only(client: Client) -> None:
    case_no = in_state(State.IN_PROGRESS)
    act(client, case_no, "supplement", note="照片", photos=SimpleUploadedFile("a.jpg", photo(200, 150)))
    one = Case.objects.get(case_no=case_no).media.get()
    assert client.get(f"/r/{code_of(case_no)}/media/{one.pk}/small").status_code == 200
    assert client.get(f"/r/{code_of(town.report().case_no)}/media/{one.pk}").status_code == 404
    assert client.get(f"/media/{one.pk}").status_code in (302, 404)
    assert f"/r/{code_of(case_no)}/media/{one.pk}" in page_of(client, case_no)


@pytest.mark.parametrize(
    ("asked", "status", "length"),
    [
        ("bytes=0-1", 206, 2),
        ("bytes=10-", 206, -10),
        ("bytes=-4", 206, 4),
        ("", 200, 0),
        ("bytes=9-2", 200, 0),
        ("x", 200, 0),
    ],
)
def test_a_recording_is_played_in_parts(client: Client, asked: str, status: int, length: int) -> None:
    case_no = in_state(State.IN_PROGRESS)
    act(client, case_no, "supplement", note="录音", audio=SimpleUploadedFile("a.wav", sound(0.5)))
    one = Case.objects.get(case_no=case_no).media.get()
    url = f"/r/{code_of(case_no)}/media/{one.pk}"
    answer = client.get(url, headers={"range": asked} if asked else {})
    whole = answer.getvalue()
    assert (answer.status_code, answer["Accept-Ranges"]) == (status, "bytes")
    assert len(whole) == (length if length > 0 else one.size + length)
    if status == 206:
        assert answer["Content-Range"].endswith(f"/{one.size}")


def test_a_missed_day_is_not_hidden(client: Client) -> None:
    case_no = along((A.ACCEPT, A.DISPATCH, A.SIGN), at=clock.now() - timedelta(days=30))
    assert "taking longer than planned" in page_of(client, case_no)


def test_the_promise_names_the_weekday() -> None:
    case = Case.objects.get(case_no=in_state(State.IN_PROGRESS))
    now = progress(case, town.AT)["now"]
    assert any(day in now for day in ("今天", "明天", "星期"))


def test_the_api_and_the_page_do_the_same(client: Client) -> None:
    case_no = in_state(State.CLOSED)
    url = f"/api/v1/reports/{code_of(case_no)}/rate"
    assert client.post(url, {"rating": "SATISFIED"}, content_type="application/json").status_code == 200
    assert state_of(case_no) == "evaluated"
    assert client.post(f"{url}x", {}, content_type="application/json").status_code == 404
    do(A.REOPEN, case_no, REPORTER)
