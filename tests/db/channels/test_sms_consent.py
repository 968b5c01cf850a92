"""The consent to text messages: asked for only where there is a gateway, never taken for granted, withdrawn again."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from tests.db.channels.pages import filled, the_case
from tests.db.console.desk import HTMX, at_desk
from tests.db.console.test_hotline import ENTRY, call
from wangge.cases.models import Case, CaseContact

pytestmark = pytest.mark.django_db
BOX = re.compile(r'<input type="checkbox" name="sms"[^>]*>')


@pytest.fixture
def _gateway(settings: Settings) -> None:
    settings.SMS_GATEWAY = {"url": "https://sms.example.org/", "secret": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}
    settings.PUBLIC_ADDRESS = "https://grid.example.org"


def send(client: Client, language: str = "en", **said: Any) -> Any:
    return client.post("/", filled(**said), headers={"accept-language": language})


def test_without_a_gateway_nobody_asks_or_promises(client: Client) -> None:
    assert not BOX.search(client.get("/").content.decode())
    assert not BOX.search(at_desk("county_intake_clerk").get(ENTRY).content.decode())
    assert "短信" not in client.get("/privacy", headers={"accept-language": "zh-hans"}).content.decode()
    assert send(client, phone="13800000000", sms="on").status_code == 302
    assert CaseContact.objects.get().sms_agreed_at is None


@pytest.mark.usefixtures("_gateway")
def test_the_box_is_there_and_unticked(client: Client) -> None:
    for page in (client.get("/"), at_desk("county_intake_clerk").get(ENTRY)):
        box = BOX.search(page.content.decode())
        assert box and "checked" not in box[0]
    assert "短信平台" in client.get("/privacy", headers={"accept-language": "zh-hans"}).content.decode()


@pytest.mark.usefixtures("_gateway")
def test_a_number_alone_is_no_consent(client: Client) -> None:
    send(client, phone="13800000000")
    assert CaseContact.objects.get().sms_agreed_at is None
    page = client.get(f"/r/{the_case().query_code}", headers={"accept-language": "en"}).content.decode()
    assert "text messages" not in page


@pytest.mark.usefixtures("_gateway")
@pytest.mark.parametrize(("language", "kept"), [("en", "en"), ("zh-CN", "zh-hans")])
def test_the_consent_is_kept_with_the_contact_and_its_language(client: Client, language: str, kept: str) -> None:
    send(client, language, phone="138 0000 0000", sms="on")
    contact = CaseContact.objects.get()
    assert contact.sms_agreed_at == the_case().reported_at
    assert contact.language == kept


@pytest.mark.usefixtures("_gateway")
@pytest.mark.parametrize("phone", ["", "025 5200 0000"])
def test_where_no_message_arrives_the_form_says_so_at_the_number(client: Client, phone: str) -> None:
    page = send(client, phone=phone, sms="on")
    assert page.status_code == 422
    text = page.content.decode()
    assert "Text messages need a mobile number" in text and 'id="id_phone_error"' in text
    box = BOX.search(text)
    assert box and "checked" in box[0]
    contact = text[text.index("data-private") : text.index("<summary>", text.index("data-private"))]
    assert "open" in contact  # the error isn't folded away
    assert not Case.objects.exists()


@pytest.mark.usefixtures("_gateway")
def test_a_number_that_is_none_has_one_fault(client: Client) -> None:
    text = send(client, phone="call me", sms="on").content.decode()
    assert "11 digits" in text and "need a mobile number" not in text


@pytest.mark.usefixtures("_gateway")
def test_a_caller_who_agrees_is_written_to_in_the_language_of_the_place(settings: Settings) -> None:
    desk = at_desk("county_intake_clerk")
    form = call(caller_phone="13800000000", sms="on")
    assert desk.post(ENTRY, form, headers={**HTMX, "accept-language": "en"}).status_code == 200
    contact = CaseContact.objects.get()
    assert contact.sms_agreed_at and contact.language == settings.LANGUAGE_CODE
    page = desk.post(ENTRY, call(caller_phone="025-1234 5678", sms="on"), headers=HTMX)
    assert page.status_code == 422 and "call_caller_phone_error" in page.content.decode()


@pytest.mark.usefixtures("_gateway")
def test_it_is_withdrawn_on_the_page_of_the_report(client: Client) -> None:
    send(client, phone="13800000000", sms="on")
    follow = f"/r/{the_case().query_code}"
    assert "Stop the text messages" in client.get(follow, headers={"accept-language": "en"}).content.decode()
    assert client.get(f"{follow}/stop-texts")["Location"] == follow
    assert CaseContact.objects.get().sms_agreed_at
    answer = client.post(f"{follow}/stop-texts", headers={"accept-language": "en"})
    assert (answer.status_code, answer["Location"]) == (302, follow)
    contact = CaseContact.objects.get()
    assert contact.sms_agreed_at is None and contact.phone
    page = client.get(follow, headers={"accept-language": "en"}).content.decode()
    assert "You get no more text messages" in page and "Stop the text messages" not in page


def test_it_can_be_withdrawn_when_the_gateway_is_gone(client: Client, settings: Settings) -> None:
    settings.SMS_GATEWAY = {"url": "https://sms.example.org/", "secret": "whsec_x"}
    send(client, phone="13800000000", sms="on")
    settings.SMS_GATEWAY = {"url": "", "secret": ""}
    assert (
        "不再收短信"
        in client.get(f"/r/{the_case().query_code}", headers={"accept-language": "zh-hans"}).content.decode()
    )


@pytest.mark.usefixtures("_gateway")
def test_a_wrong_code_withdraws_nothing(client: Client) -> None:
    send(client, phone="13800000000", sms="on")
    assert client.post("/r/AAAAAAAA/stop-texts").status_code == 404
    assert CaseContact.objects.get().sms_agreed_at
