"""On the phone: pass up what one can't settle, ask for more time, answer a supervision order."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils.timezone import localtime

from tests import town
from tests.db.cases.flow import A, do, open_order
from tests.db.channels.test_worker_pages import act, page_of, send, signed_in, the_case
from wangge.foundation import clock

pytestmark = pytest.mark.django_db


def test_a_hard_matter_is_passed_up_with_a_reason_and_words() -> None:
    worker = signed_in("grid_worker")
    send(worker, task_code=town.GRID_TASK, settle="1")
    case_no = the_case().case_no
    assert 'id="escalate"' in page_of(worker, case_no)
    for said in ({"note": "需要吊车"}, {"reason": "BEYOND_MEANS"}, {"reason": "TIRED", "note": "累"}):
        answer = act(worker, case_no, "escalate", **said)
        assert answer.status_code == 422
        assert said.get("note", "") in answer.content.decode()
        assert the_case().state == "in_progress"
    assert act(worker, case_no, "escalate", reason="BEYOND_MEANS", note="需要吊车").status_code == 302
    assert (the_case().state, the_case().level) == ("accepted", "COMMUNITY")


def test_more_time_is_asked_for_until_a_moment_after_the_deadline() -> None:
    worker = signed_in("grid_worker")
    send(worker, task_code=town.GRID_TASK, settle="1")
    case_no = the_case().case_no
    due = the_case().due_at
    assert due is not None
    for until, note in (("", "等备件"), ("soon", "等备件"), (f"{localtime(due):%Y-%m-%dT%H:%M}", "等备件")):
        assert act(worker, case_no, "request_extension", until=until, note=note).status_code == 422
    later = f"{localtime(due + timedelta(days=2)):%Y-%m-%dT%H:%M}"
    assert act(worker, case_no, "request_extension", until=later, note="等备件").status_code == 302
    assert the_case().asked == "EXTENSION"
    page = page_of(worker, case_no)
    assert "until it is decided the deadline stays" in page
    assert 'id="request_extension"' not in page


def test_a_supervision_order_is_read_and_answered() -> None:
    worker = signed_in("grid_worker")
    send(worker, task_code=town.GRID_TASK, settle="1")
    case_no = the_case().case_no
    at = clock.now()
    do(A.SUPERVISE, case_no, town.actor("supervisor"), at=at, until=at + timedelta(days=2), note="请尽快")
    number = open_order(case_no)
    assert number in page_of(worker, case_no)
    assert act(worker, case_no, "reply", order=number, note="").status_code == 422
    assert act(worker, case_no, "reply", order="DB1", note="在办").status_code == 404
    assert act(worker, case_no, "reply", order=number, note="下午清运").status_code == 302
    assert "下午清运" in page_of(worker, case_no)
