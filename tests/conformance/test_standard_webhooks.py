"""Our messages as a receiver verifies them, with the reference library of Standard Webhooks and a real server."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from datetime import timedelta

import pytest
from pytest_django import Settings
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from tests import town
from tests.db.notices.listening import Receiver, listening
from wangge.cases.types import Contact
from wangge.foundation import clock, secrets
from wangge.foundation.models import Event
from wangge.notices import operations, tasks
from wangge.notices.operations.targets import NewTarget

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _here(settings: Settings) -> Iterator[None]:
    from cryptography.fernet import Fernet

    town.load()
    settings.WEBHOOK_NETWORKS = ["127.0.0.0/8"]
    settings.CONTACT_KEYS = [Fernet.generate_key().decode()]
    secrets._box.cache_clear()
    yield
    secrets._box.cache_clear()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as one:
        yield one


def add(receiver: Receiver) -> tuple[int, str]:
    new = NewTarget("数据平台", receiver.url, town.COUNTY)
    return operations.add_target(target=new, actor=town.actor("system_administrator"), at=clock.now())


def send(target_id: int) -> None:
    operations.send_test(target_id=target_id, actor=town.actor("system_administrator"), at=clock.now())
    tasks.deliver(0)


def test_the_reference_library_verifies_our_signature(receiver: Receiver) -> None:
    pk, secret = add(receiver)
    send(pk)
    headers, body = receiver.got[0]
    said = Webhook(secret).verify(body, headers)
    assert said["type"] == "wangge.test"
    assert said["data"] == {"target": "数据平台"}


def test_the_reference_library_verifies_what_an_sms_gateway_gets(receiver: Receiver, settings: Settings) -> None:
    secret = "whsec_" + b64encode(bytes(range(32))).decode()
    settings.SMS_GATEWAY, settings.PUBLIC_ADDRESS = {"url": receiver.url, "secret": secret}, "https://grid.example.org"
    at = clock.now()
    town.report(contact=Contact("", "13800000000", True, "en"), at=at)
    operations.queue_texts(events=list(Event.objects.filter(type="cases.case.submit")), at=at)
    tasks.send_texts(0)
    ((headers, body),) = receiver.got
    assert Webhook(secret).verify(body, headers)["data"]["to"] == "+8613800000000"
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body.replace(b"+8613800000000", b"+8613900000000"), headers)


def test_it_refuses_another_secret_and_another_body(receiver: Receiver) -> None:
    pk, secret = add(receiver)
    _, another = add(receiver)
    send(pk)
    headers, body = receiver.got[0]
    with pytest.raises(WebhookVerificationError):
        Webhook(another).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body.replace(b"wangge.test", b"wangge.fake"), headers)


def test_during_a_change_of_secrets_both_verify_and_after_it_only_the_new_one(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    pk, former = add(receiver)
    at = clock.now()
    new = operations.rotate_secret(target_id=pk, actor=town.actor("system_administrator"), at=at)
    send(pk)
    headers, body = receiver.got[-1]
    assert len(headers["webhook-signature"].split(" ")) == 2
    for secret in (former, new):
        Webhook(secret).verify(body, headers)
    from wangge.notices.models import WebhookTarget

    WebhookTarget.objects.filter(pk=pk).update(former_until=at - timedelta(minutes=1))
    send(pk)
    headers, body = receiver.got[-1]
    Webhook(new).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(former).verify(body, headers)
