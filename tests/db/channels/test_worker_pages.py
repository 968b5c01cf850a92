"""The grid worker's pages: what one may do in one's own grids, never with one's own result, never with a contact."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests import town
from tests.db.cases.flow import A, do, in_state
from tests.db.channels.pages import filled, signed_in, the_case
from tests.media import photo
from wangge.cases.models import Case, CaseStep
from wangge.cases.types import Contact, State

pytestmark = pytest.mark.django_db

NAME, PHONE = "热心居民", "13877778888"


def send(client: Client, **said: Any) -> Any:
    return client.post("/worker/report", filled(**said), headers={"accept-language": "en"})


def act(client: Client, case_no: str, action: str, **said: Any) -> Any:
    form = {"operation_id": str(uuid4()), **said}
    return client.post(f"/worker/case/{case_no}/{action}", form, headers={"accept-language": "en"})


def page_of(client: Client, case_no: str) -> str:
    answer = client.get(f"/worker/case/{case_no}", headers={"accept-language": "en"})
    assert answer.status_code == 200
    return answer.content.decode()


def test_strangers_are_asked_to_sign_in(client: Client) -> None:
    for path in ("/worker/", "/worker/report", "/worker/case/20261123320115000001"):
        assert client.get(path)["Location"].startswith("/accounts/login/")


def test_those_who_neither_report_nor_see_are_refused() -> None:
    assert signed_in("privacy_officer").get("/worker/").status_code == 403


def test_a_small_matter_stays_in_the_grid() -> None:
    worker = signed_in("grid_worker")
    answer = send(worker, text="垃圾堆了一地", task_code=town.GRID_TASK, settle="1")
    case = the_case()
    assert answer["Location"] == f"/worker/case/{case.case_no}"
    assert (case.state, case.channel, case.self_handled) == ("in_progress", "WORKER", True)
    assert case.handler_id == case.entered_by_id == town.user_id("grid_worker")
    steps = CaseStep.objects.filter(case=case).order_by("seq").values_list("action", "actor_kind")
    assert list(steps) == [("submit", "STAFF"), ("accept", "SYSTEM"), ("self_handle", "STAFF")]
    assert "Submit the result" in page_of(worker, case.case_no)


@pytest.mark.parametrize(
    ("said", "status", "words"),
    [
        ({"task_code": town.TOWN_TASK}, 409, "Tap “Report only”"),
        ({"task_code": ""}, 422, "choose the task first"),
        ({"task_code": town.GRID_TASK, "lon": None, "lat": None, "address": "东门"}, 403, "not in your grids"),
    ],
)
def test_what_does_not_belong_in_the_grid_stores_nothing(said: dict[str, Any], status: int, words: str) -> None:
    page = send(signed_in("grid_worker"), text="请保留这句话", settle="1", **said)
    assert page.status_code == status
    assert words in page.content.decode() and "请保留这句话" in page.content.decode()
    assert Case.objects.count() == 0


def test_reporting_elsewhere_is_taken_like_a_residents_report() -> None:
    place, worker = town.place(town.FAR_GRID), signed_in("grid_worker")
    answer = send(worker, lon=str(place.lon), lat=str(place.lat), photos=SimpleUploadedFile("a.jpg", photo(200, 150)))
    case = the_case()
    assert answer["Location"] == f"/r/{case.query_code}/received"
    assert (case.channel, case.entered_by_id, case.area) == ("RESIDENT", None, town.FAR_GRID)
    assert case.media.count() == 1
    page = worker.get(answer["Location"]).content.decode()
    assert (
        "taken like a resident’s report" in page
        and f'data-draft-done="worker-report-{town.user_id("grid_worker")}"' in page
    )


def test_settling_elsewhere_is_refused_at_the_place() -> None:
    place = town.place(town.FAR_GRID)
    page = send(signed_in("grid_worker"), lon=str(place.lon), lat=str(place.lat), task_code=town.GRID_TASK, settle="1")
    assert page.status_code == 403
    assert "not in your grids" in page.content.decode()
    assert Case.objects.count() == 0


def test_another_task_of_the_list_counts_before_the_suggested_one() -> None:
    send(signed_in("grid_worker"), task_code=town.GRID_TASK, other_task=town.TOWN_TASK)
    assert the_case().chosen_task == town.TOWN_TASK


def test_tasks_are_suggested_by_the_words() -> None:
    worker = signed_in("grid_worker")
    page = worker.post("/worker/suggest", {"text": "巷口垃圾堆没人清"}).content.decode()
    assert f'value="{town.GRID_TASK}"' in page
    assert "checked" not in page
    assert Client().post("/worker/suggest", {"text": "垃圾"}).status_code == 302


def test_result_with_photos_and_a_colleague_verifies() -> None:
    worker, colleague = signed_in("grid_worker"), signed_in("grid_leader")
    send(worker, task_code=town.GRID_TASK, settle="1")
    case_no = the_case().case_no
    photos = {
        "before_files": SimpleUploadedFile("a.jpg", photo(200, 150)),
        "after_files": SimpleUploadedFile("b.jpg", photo(210, 150)),
    }
    assert act(worker, case_no, "submit_result", note="已清运", **photos).status_code == 302
    assert sorted(the_case().media.values_list("use", flat=True)) == ["AFTER", "BEFORE"]
    assert "Nobody verifies a result of their own" in page_of(worker, case_no)
    assert act(worker, case_no, "verify").status_code == 403
    assert the_case().state == "disposed"
    assert case_no in colleague.get("/worker/").content.decode()
    assert act(colleague, case_no, "verify").status_code == 302
    assert the_case().state == "verified"


def test_a_result_without_a_photo_is_asked_about_once() -> None:
    worker = signed_in("grid_worker")
    send(worker, task_code=town.GRID_TASK, settle="1")
    case_no = the_case().case_no
    page = act(worker, case_no, "submit_result", note="已清运")
    assert page.status_code == 422
    assert "Submit without a photo" in page.content.decode() and "已清运" in page.content.decode()
    assert act(worker, case_no, "submit_result", note="已清运", without_photos="1").status_code == 302
    assert the_case().state == "disposed"


def test_who_verifies_reads_result_and_place_first() -> None:
    page = page_of(signed_in("grid_worker_2"), in_state(State.DISPOSED))
    assert page.index("The result") < page.index("Yes, settled")
    assert page.index("geo:") < page.index("Yes, settled")


def test_the_address_of_an_action_leads_back_to_the_case() -> None:
    case_no = in_state(State.DISPOSED)
    answer = signed_in("grid_worker_2").get(f"/worker/case/{case_no}/verify")
    assert answer["Location"] == f"/worker/case/{case_no}"


def test_sending_back_needs_words_and_keeps_photos() -> None:
    case_no, worker = in_state(State.DISPOSED), signed_in("grid_worker_2")
    page = act(worker, case_no, "rework", photos=SimpleUploadedFile("a.jpg", photo(200, 150)))
    assert page.status_code == 422
    assert 'href="#verify-note"' in page.content.decode()
    assert "write a few words" in page.content.decode() and "data:image/jpeg" in page.content.decode()
    assert act(worker, case_no, "rework", note="还是不亮").status_code == 302
    assert Case.objects.get(case_no=case_no).state == "rework"


def test_a_contact_is_nowhere_on_these_pages() -> None:
    case_no = town.report("路灯不亮", contact=Contact(NAME, PHONE)).case_no
    do(A.ACCEPT, case_no, town.actor("county_intake_clerk"))
    worker = signed_in("grid_worker")
    for page in (page_of(worker, case_no), worker.get("/worker/").content.decode()):
        assert not [trace for trace in (NAME, PHONE, NAME[0], PHONE[:3], PHONE[-4:], "**") if trace in page]


def test_cases_elsewhere_do_not_exist_for_a_worker() -> None:
    case_no = town.report(at_place=town.place(town.FAR_GRID)).case_no
    worker = signed_in("grid_worker")
    assert worker.get(f"/worker/case/{case_no}").status_code == 404
    assert act(worker, case_no, "self_handle").status_code == 404
    assert case_no not in worker.get("/worker/").content.decode()


def test_only_the_steps_of_the_field_are_on_the_phone() -> None:
    case_no = in_state(State.REPORTED)
    assert act(signed_in("county_intake_clerk"), case_no, "accept").status_code == 404
    assert Case.objects.get(case_no=case_no).state == "reported"


def test_an_accepted_grid_matter_is_offered_and_taken_on() -> None:
    case_no, worker = in_state(State.ACCEPTED), signed_in("grid_worker")
    assert case_no in worker.get("/worker/").content.decode()
    assert act(worker, case_no, "self_handle").status_code == 302
    assert Case.objects.get(case_no=case_no).handler_id == town.user_id("grid_worker")


def test_the_unit_signs_on_the_phone() -> None:
    case_no = in_state(State.DISPATCHED)
    assert act(signed_in("unit_handler"), case_no, "sign").status_code == 302
    assert Case.objects.get(case_no=case_no).state == "in_progress"


def test_sending_an_action_twice_does_it_once() -> None:
    case_no, operation_id = in_state(State.ACCEPTED), str(uuid4())
    worker = signed_in("grid_worker")
    for _ in range(2):
        assert act(worker, case_no, "self_handle", operation_id=operation_id).status_code == 302
    assert CaseStep.objects.filter(case__case_no=case_no, action="self_handle").count() == 1


def test_a_report_elsewhere_sent_twice_answers_as_the_first_time() -> None:
    place, worker, client_id = town.place(town.FAR_GRID), signed_in("grid_worker"), str(uuid4())
    answers = [send(worker, lon=str(place.lon), lat=str(place.lat), client_id=client_id) for _ in range(2)]
    assert answers[0]["Location"] == answers[1]["Location"]
    assert answers[0]["Location"].endswith("/received")
