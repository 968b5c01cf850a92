"""The pages of the admission as a browser drives them: write, send, review, approve, publish; the list of a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import town
from tests.db.catalogue import applying
from tests.db.console.desk import at_desk
from wangge.catalogue import operations as catalogue
from wangge.catalogue import queries
from wangge.catalogue.models import AdmissionApplication, LoadCeiling, TemporaryItem
from wangge.catalogue.types import AdmissionState, ApplicationKind
from wangge.console.tasklist.page import today
from wangge.foundation import clock

pytestmark = pytest.mark.django_db
K, S = ApplicationKind, AdmissionState


@pytest.fixture(autouse=True)
def _list_read_anew() -> Iterator[None]:
    queries.forget()
    yield
    queries.forget()


def page(client: Client, name: str, *args: object, **query: str) -> str:
    response = client.get(reverse(f"console:{name}", args=args), query, headers={"Accept-Language": "en"})
    assert response.status_code == 200
    return response.content.decode()


def post(client: Client, name: str, *args: object, **said: object) -> HttpResponse:
    url = reverse(f"console:{name}", args=args)
    return client.post(url, said, headers={"Accept-Language": "en"})  # type: ignore[return-value]


LEAD, REVIEWER, APPROVER = "unit_lead", "task_list_reviewer", "task_list_approver"


def test_a_department_writes_and_sends_an_application_page_by_page() -> None:
    lead = at_desk(LEAD)
    begun = post(lead, "application_new", kind="NEW", unit=town.DEPARTMENT, task_code="")
    row = AdmissionApplication.objects.get()
    assert begun["Location"] == reverse("console:application_edit", args=[row.pk])
    words = {
        **{name: value for name, value in applying.WORDS.items() if name not in ("limit_min", "clock", "keywords")},
        "subitem_id": row._meta.get_field("subitem").related_model.objects.get(code="0402").pk,  # type: ignore[union-attr]
        "limit_amount": "2",
        "limit_unit": "WORKING_DAYS",
        "keywords": "共享单车；单车乱停\n单车",
        "priority": "NORMAL",
        "personal_data_level": "0",
    }
    assert post(lead, "application_edit", row.pk, **words).status_code == 302
    row.refresh_from_db()
    assert (row.limit_min, row.clock, row.keywords) == (960, "WORKING", ["共享单车", "单车乱停", "单车"])
    refused = post(lead, "application_act", row.pk, "APPLY")
    assert refused.status_code == 422
    assert "What is collected, each with its reason" in refused.content.decode()
    said = {"why": "要找得到地方", "retention_days": "90", "source": "COLLECT"}
    assert post(lead, "application_field", row.pk, code="Location", **said).status_code == 302  # by its name
    assert row.fields.get().code == "location"
    assert post(lead, "application_act", row.pk, "APPLY").status_code == 302
    assert applying.state_of(row.pk) == S.APPLIED


def test_the_form_comes_back_as_it_was_written() -> None:
    row = applying.draft(at=clock.now())
    text = page(at_desk(LEAD), "application_edit", row.pk)
    assert 'value="4"' in text  # 240 working minutes are four working hours
    assert '<option value="WORKING_HOURS" selected>' in text
    assert "共享单车; 单车乱停" in text


def test_a_forbidden_field_is_refused_at_its_field_with_the_reason() -> None:
    row = applying.draft(at=clock.now())
    said = {"code": "id_card", "name_zh": "证件", "why": "要", "retention_days": "1", "source": "COLLECT"}
    refused = post(at_desk(LEAD), "application_field", row.pk, **said)
    assert refused.status_code == 422
    assert "nobody overrides it" in refused.content.decode()
    assert not row.fields.exists()


def test_reviewers_see_the_checks_on_top_and_decide_below() -> None:
    now = clock.now()
    pk = applying.sent(at=now, name_zh=queries.task(town.GRID_TASK, at=now).name, keywords=[])
    reviewer = at_desk(REVIEWER)
    text = page(reviewer, "application", pk)
    assert text.index("Like a task of the list") < text.index("What is asked for") < text.index("Begin the review")
    assert post(reviewer, "application_act", pk, "TAKE_UP").status_code == 302
    refused = post(reviewer, "application_act", pk, "RETURN", note="")
    assert refused.status_code == 422
    assert 'id="id_note_error"' in refused.content.decode()
    assert post(reviewer, "application_act", pk, "RETURN", note="请补充依据").status_code == 302
    assert "请补充依据" in page(at_desk(LEAD), "application", pk)


def test_over_the_ceiling_the_approver_is_asked_for_a_reason() -> None:
    LoadCeiling.objects.filter(area=town.COUNTY).update(minutes_per_month=10)
    pk = applying.in_final_review(at=clock.now())
    approver = at_desk(APPROVER)
    assert "A grid’s month is full" in page(approver, "application", pk)
    refused = post(approver, "application_act", pk, "APPROVE", note="", override="")
    assert refused.status_code == 422
    assert 'id="id_override_error"' in refused.content.decode()
    assert post(approver, "application_act", pk, "APPROVE", override="只限本季").status_code == 302
    assert "只限本季" in page(approver, "application", pk)


def test_publishing_asks_for_the_day_and_shows_the_version() -> None:
    pk = applying.approved(at=clock.now())
    reviewer = at_desk(REVIEWER)
    past = post(reviewer, "application_act", pk, "PUBLISH", day=str(today() - timedelta(days=1)))
    assert past.status_code == 422
    assert 'id="id_day_error"' in past.content.decode()
    day = today() + timedelta(days=3)
    assert post(reviewer, "application_act", pk, "PUBLISH", day=str(day)).status_code == 302
    text = page(reviewer, "application", pk)
    assert "this application" in text
    assert str(day) in text


def test_what_one_may_not_decide_is_said_instead_of_shown() -> None:
    pk = applying.sent(at=clock.now())
    assert "Begin the review" not in page(at_desk(APPROVER), "application", pk)
    assert post(at_desk(APPROVER), "application_act", pk, "TAKE_UP").status_code == 403
    assert at_desk("grid_worker").get(reverse("console:application", args=[pk])).status_code == 403


def test_an_amendment_shows_what_would_change() -> None:
    pk = applying.sent(K.AMENDMENT, task_code=town.GRID_TASK, at=clock.now(), limit_min=999)
    text = page(at_desk(REVIEWER), "application", pk)
    assert "What would change" in text
    assert queries.amendment_changes(AdmissionApplication.objects.get(pk=pk), today())
    same = AdmissionApplication.objects.get(pk=applying.complete(task_code="", at=clock.now()))
    assert queries.amendment_changes(same, today()) == ()


def test_the_list_shows_first_what_waits_for_the_reader() -> None:
    now = clock.now()
    waiting, done = applying.sent(at=now), applying.approved(at=now, name_zh="别的事项")
    assert f"/{waiting}/" in page(at_desk(REVIEWER), "admission")
    approver = at_desk(APPROVER)
    assert f"/{done}/" in page(approver, "admission")  # nothing waits for the approver, so all are shown
    assert f"/{waiting}/" not in page(approver, "admission", state="listed")


def test_a_page_of_the_list_costs_the_same_however_long_it_is() -> None:
    now, client = clock.now(), at_desk(REVIEWER)
    applying.sent(at=now)
    page(client, "admission", state="all")

    def cost() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            page(client, "admission", state="all")
        return len(seen)

    few = cost()
    for number in range(4):
        applying.sent(at=now, name_zh=f"另一事项{number}")
    assert cost() <= few


def test_a_temporary_item_is_asked_for_consented_to_and_ended() -> None:
    lead, approver = at_desk(LEAD), at_desk(APPROVER)
    said = {
        "unit": town.DEPARTMENT, "name_zh": "清雪除冰巡查", "category": "09", "why": "暴雪预警",
        "minutes_per_month": "200", "limit_hours": "2", "closing_condition_zh": "路面无积雪",
        "valid_from": str(today()),
    }  # fmt: skip
    long = post(lead, "temporary_new", **said, last_day=str(today() + timedelta(days=30)))
    assert long.status_code == 422
    assert 'id="id_last_day_error"' in long.content.decode()
    assert post(lead, "temporary_new", **said, last_day=str(today() + timedelta(days=6))).status_code == 302
    item = TemporaryItem.objects.get()
    assert "Waits for consent" in page(approver, "temporary_items")
    assert post(approver, "temporary_decide", item.pk, "consent", reason="").status_code == 422
    assert post(approver, "temporary_decide", item.pk, "consent", reason="确有必要").status_code == 302
    assert "Running" in page(lead, "temporary_item", item.pk)
    urgent = [one for one in queries.collected_fields(today()) if one.task_code == "099901"]
    assert {(one.code, one.why) for one in urgent} == {("location", "暴雪预警"), ("photo", "暴雪预警")}
    assert "temporary, until" in page(lead, "tasks")
    assert post(approver, "temporary_decide", item.pk, "stop", reason="预警解除").status_code == 302
    assert "Ended early" in page(lead, "temporary_items")
    assert post(lead, "temporary_decide", item.pk, "consent", reason="再来").status_code == 403


def test_the_list_of_a_day_and_what_differs_between_two() -> None:
    now = clock.now()
    applying.published(K.AMENDMENT, task_code=town.GRID_TASK, day=today() + timedelta(days=3), at=now, limit_min=999)
    client = at_desk("grid_leader")
    later = str(today() + timedelta(days=3))
    assert "the list as of" in page(client, "tasks", on=later)
    text = page(client, "task_differences", **{"from": str(today()), "to": later})
    assert "1 difference" in text
    assert "Time limit" in text
    assert "The two lists say the same" in page(client, "task_differences", **{"from": later, "to": later})
    assert page(client, "task_differences", **{"from": "2026-02-31", "to": "nonsense"})


def test_the_month_of_a_grid_is_shown_task_by_task_with_what_is_to_come() -> None:
    applying.approved(at=clock.now())
    text = page(at_desk(REVIEWER), "task_load")
    assert "Approved and to come" in text
    assert "left below the ceiling" in text
    LoadCeiling.objects.filter(area=town.COUNTY).update(minutes_per_month=10)
    assert "over the ceiling" in page(at_desk(REVIEWER), "task_load")
    LoadCeiling.objects.all().delete()
    assert "No ceiling is set" in page(at_desk(REVIEWER), "task_load")


def test_everybody_reads_what_is_collected_and_why() -> None:
    row = applying.published(day=today(), at=clock.now())
    public = Client()
    text = public.get("/tasks/fields", {"q": "共享单车"}, headers={"Accept-Language": "zh-hans"}).content.decode()
    assert "到现场要用" in text
    assert applying.WORDS["legal_basis"] in text
    assert row.task_code in text
    everything = public.get("/tasks/fields").content.decode()
    assert all(name in everything for name in queries.field_names().values() if name in everything)
    fields = public.get("/api/v1/collected-fields").json()
    mine = [one for one in fields if one["task_code"] == row.task_code]
    assert {(one["code"], one["retention_days"], one["is_draft"]) for one in mine} == {
        ("location", 180, False),
        ("photo", 180, False),
    }
    tasks = public.get("/api/v1/tasks").json()
    assert next(one for one in tasks if one["code"] == row.task_code)["valid_from"] == str(today())
    before = public.get("/api/v1/tasks", {"on": str(today() - timedelta(days=1))}).json()
    assert row.task_code not in {one["code"] for one in before}


def test_every_field_of_every_task_in_force_is_on_the_public_page() -> None:
    shown = {(one.task_code, one.code) for one in queries.collected_fields(today())}
    assert shown == {(row.code, code) for row in queries.versions_on(today()) for code in row.collects}


def test_a_draft_is_thrown_away_and_one_that_was_sent_is_not() -> None:
    lead = at_desk(LEAD)
    row = applying.draft(at=clock.now())
    assert post(lead, "application_discard", row.pk).status_code == 302
    pk = applying.sent(at=clock.now())
    assert post(lead, "application_discard", pk).status_code == 409
    assert catalogue.AlreadySent.code == "catalogue.already_sent"
    assert post(lead, "application_edit", pk)["Location"] == reverse("console:application", args=[pk])
