"""Webhook targets as an administrator's browser sees them."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from tests import town
from tests.db.console.desk import at_desk
from wangge.foundation.secrets import open_sealed
from wangge.notices.models import Delivery, WebhookTarget
from wangge.notices.operations import note_outcome
from wangge.notices.types import Failure, Outcome

pytestmark = pytest.mark.django_db

SAID = {"name": "数据平台", "url": "https://example.org/hook", "area": town.COUNTY, "unit": "", "groups": ["ANSWER"]}


@pytest.fixture
def client() -> Client:
    return at_desk("system_administrator")


def added(client: Client, **more: object) -> WebhookTarget:
    assert client.post(reverse("console:webhook_new"), SAID | more).status_code == 200
    return WebhookTarget.objects.latest("pk")


def secret_on(page: str) -> str:
    found = re.search(r'id="secret" value="(whsec_[^"]+)"', page)
    return found[1] if found else ""


def test_the_secret_is_shown_once(client: Client) -> None:
    answer = client.post(reverse("console:webhook_new"), SAID)
    row = WebhookTarget.objects.get()
    secret = secret_on(answer.content.decode())
    assert secret == open_sealed(row.secret)
    assert "no-store" in answer.headers["Cache-Control"]
    for name in ("console:webhook", "console:webhook_change"):
        assert secret not in client.get(reverse(name, args=[row.pk])).content.decode()


def test_a_new_secret_says_how_long_the_former_one_signs(client: Client) -> None:
    row = added(client)
    former = open_sealed(row.secret)
    page = client.post(reverse("console:webhook_secret", args=[row.pk])).content.decode()
    row.refresh_from_db()
    assert secret_on(page) == open_sealed(row.secret) != former
    assert open_sealed(row.former_secret) == former
    assert "旧密钥同时签名" in client.get(reverse("console:webhook", args=[row.pk])).content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("url", "ftp://example.org"),
        ("url", ""),
        ("name", ""),
        ("area", "320116"),
        ("groups", ["X"]),
        ("unit", "320115-NO"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(client: Client, field: str, value: object) -> None:
    answer = client.post(reverse("console:webhook_new"), SAID | {field: value})
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not WebhookTarget.objects.exists()


def test_a_form_that_came_without_the_unit_leaves_it(client: Client) -> None:
    row = added(client, unit=town.DEPARTMENT)
    said = {name: value for name, value in SAID.items() if name != "unit"}
    client.post(reverse("console:webhook_change", args=[row.pk]), said)
    row.refresh_from_db()
    assert row.unit == town.DEPARTMENT
    client.post(reverse("console:webhook_change", args=[row.pk]), SAID)
    row.refresh_from_db()
    assert row.unit == ""


def test_a_target_is_changed_paused_resumed_tested_and_removed(client: Client) -> None:
    row = added(client)

    def do(what: str, **said: object) -> None:
        assert client.post(reverse(f"console:webhook_{what}", args=[row.pk]), said).status_code == 302

    do("change", **(SAID | {"name": "应急平台", "groups": []}))
    do("pause")
    row.refresh_from_db()
    assert (row.name, row.groups, row.disabled_why) == ("应急平台", [], "PAUSED")
    assert "管理员已暂停" in client.get(reverse("console:webhook", args=[row.pk])).content.decode()
    do("resume")
    do("resume")  # told politely that it runs already
    do("test")
    row.refresh_from_db()
    assert row.disabled_at is None and Delivery.objects.get().type == "wangge.test"
    do("remove")
    assert not WebhookTarget.objects.exists()


def test_the_log_shows_answers_and_why_there_was_none(client: Client) -> None:
    row = added(client)
    for outcome in (Outcome(204), Outcome(503), Outcome(failure=Failure.REFUSED_ADDRESS)):
        client.post(reverse("console:webhook_test", args=[row.pk]))
        delivery = Delivery.objects.latest("pk")
        note_outcome(delivery_id=delivery.pk, outcome=outcome, at=delivery.created_at)
    page = client.get(reverse("console:webhook", args=[row.pk])).content.decode()
    for words in (">204<", ">503<", "网址位于内部网络"):
        assert words in page


def test_the_list_and_the_log_cost_the_same_however_long(
    client: Client, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    row = added(client)
    for _ in range(60):
        client.post(reverse("console:webhook_test", args=[row.pk]))
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        page = client.get(reverse("console:webhook", args=[row.pk])).content.decode()
    assert page.count("wangge.test") == 50 and 'rel="next"' in page


def test_nobody_else_enters() -> None:
    for name in ("county_dispatcher", "auditor", "centre_leader"):
        assert at_desk(name).get(reverse("console:webhooks")).status_code == 403
