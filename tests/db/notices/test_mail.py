"""Notices by mail, with a real mail server on this machine."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from pytest_django import Settings

from tests import town
from tests.db.cases.flow import in_state
from tests.db.notices.test_telling import tell
from wangge.accounts.models import User
from wangge.cases.types import State
from wangge.foundation import clock
from wangge.notices import operations, tasks
from wangge.notices.models import MailWish, Notice
from wangge.notices.operations.mail import BadAddress
from wangge.notices.queries import mail_wish
from wangge.notices.types import NoticeKind
from wangge.project import env

pytestmark = pytest.mark.django_db

ADDRESS = "notices@example.org"


class Mailbox:
    """Keeps what comes; refuses everything while `is_full`."""

    def __init__(self) -> None:
        self.got: list[EmailMessage] = []
        self.is_full = False

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.is_full:
            return "452 too much"
        self.got.append(message_from_bytes(envelope.content, policy=policy.default))  # type: ignore[arg-type]
        return "250 OK"


@pytest.fixture
def mailbox(settings: Settings) -> Iterator[Mailbox]:
    box = Mailbox()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        settings.MAIL = env.mail(f"smtp://127.0.0.1:{port}", "wangge@example.org")
        settings.PUBLIC_ADDRESS = "https://grid.example.org"
        yield box
    finally:
        controller.stop()


def wish(name: str = "unit_handler", *kinds: NoticeKind, address: str = ADDRESS) -> None:
    operations.wish_for_mail(
        address=address, kinds=kinds or (NoticeKind.SENT,), actor=town.actor(name), at=town.AT - timedelta(hours=1)
    )


def mail_at(at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: at)
    tasks.mail(0)


def text_of(mail: EmailMessage) -> str:
    return str(mail.get_content())


def test_what_is_new_comes_as_one_mail_and_only_once(mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    wish()
    numbers = [in_state(State.DISPATCHED) for _ in range(2)]
    for number in numbers:
        tell(number)
    mail_at(town.AT + timedelta(minutes=10), monkeypatch)
    mail_at(town.AT + timedelta(minutes=20), monkeypatch)
    (mail,) = mailbox.got
    assert mail["To"] == ADDRESS and mail["From"] == "wangge@example.org"
    for number in numbers:
        assert f"https://grid.example.org/desk/cases/{number}/" in text_of(mail)
    assert "路灯" not in text_of(mail)


def test_in_the_readers_language(mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    User.objects.filter(username="unit_handler").update(language="en")
    wish()
    wish("unit_lead", address="lead@example.org")
    tell(in_state(State.DISPATCHED))
    mail_at(town.AT + timedelta(minutes=10), monkeypatch)
    said = {mail["To"]: text_of(mail) for mail in mailbox.got}
    assert "A case was sent to your unit" in said[ADDRESS]
    assert "签收" in said["lead@example.org"]


def test_read_notices_other_kinds_and_the_evening_bring_no_mail(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    wish("unit_handler", NoticeKind.REWORK)
    wish("unit_lead")
    tell(in_state(State.DISPATCHED))
    notice = Notice.objects.get()
    mail_at(town.AT + timedelta(hours=12), monkeypatch)  # the evening
    operations.mark_read(notice_id=notice.pk, actor=town.actor("unit_lead"), at=town.AT + timedelta(hours=12))
    mail_at(town.AT + timedelta(days=1), monkeypatch)
    assert not mailbox.got


def test_a_server_that_refuses_gets_it_again_later(mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    wish()
    tell(in_state(State.DISPATCHED))
    mailbox.is_full = True
    mail_at(town.AT + timedelta(minutes=10), monkeypatch)
    mailbox.is_full = False
    mail_at(town.AT + timedelta(minutes=20), monkeypatch)
    assert len(mailbox.got) == 1


def test_without_a_server_nothing_is_sent_and_nothing_lost(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.MAIL = env.mail("", "")
    wish()
    before = MailWish.objects.get().sent_until
    tell(in_state(State.DISPATCHED))
    mail_at(town.AT + timedelta(minutes=10), monkeypatch)
    assert MailWish.objects.get().sent_until == before


def test_the_address_lies_sealed_and_goes_with_the_wish() -> None:
    wish()
    row = MailWish.objects.get()
    assert ADDRESS.encode() not in bytes(row.address)
    assert mail_wish(row.pk).address == ADDRESS  # type: ignore[union-attr]
    wish(address="")
    assert not MailWish.objects.exists()


def test_what_is_no_address_is_refused() -> None:
    for nonsense in ("me", "me@", "a@b\nBcc: c@d.org", "@example.org"):
        with pytest.raises(BadAddress):
            wish(address=nonsense)


@pytest.mark.parametrize(
    ("url", "port", "use_ssl", "use_tls"),
    [
        ("smtp://mail.example.org", 25, False, False),
        ("smtp+starttls://me:p%40ss@mail.example.org", 587, False, True),
        ("smtps://mail.example.org:4650", 4650, True, False),
    ],
)
def test_the_setting_names_the_server(url: str, port: int, use_ssl: bool, use_tls: bool) -> None:
    mail = env.mail(url, "wangge@example.org")
    assert (mail["host"], mail["port"]) == ("mail.example.org", port)
    assert (mail["use_ssl"], mail["use_tls"]) == (use_ssl, use_tls)
    assert mail["password"] in ("", "p@ss")


@pytest.mark.parametrize(("url", "sender"), [("http://x", "a@b"), ("smtp://", "a@b"), ("smtp://mail", "")])
def test_a_setting_that_can_t_be_meant_is_said_at_the_start(url: str, sender: str) -> None:
    with pytest.raises(env.SettingMissing):
        env.mail(url, sender)
