"""Messages on their way to a real receiver: signed, tried again, given up, never lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import orjson
import pytest
from cryptography.fernet import Fernet
from django.conf import settings as django_settings
from pytest_django import Settings

from tests import town
from tests.db.cases.flow import in_state
from tests.db.notices.listening import Receiver, certificate, listening
from wangge.cases.types import Contact, State
from wangge.foundation import clock
from wangge.foundation import secrets as sealing
from wangge.foundation.access import Actor
from wangge.foundation.errors import NotAllowed
from wangge.foundation.models import Event
from wangge.notices import operations, posting, tasks
from wangge.notices.models import Delivery, MailWish, Notice, WebhookTarget
from wangge.notices.operations.deliveries import PER_TARGET
from wangge.notices.operations.targets import BadUrl, NewTarget, TargetChange
from wangge.notices.queries import NoSuchTarget
from wangge.notices.rules.webhooks import LARGEST_BODY, WAITS_S
from wangge.notices.types import EventGroup, Failure, NoticeKind, WhyOff

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _receivers_are_here(settings: Settings) -> None:
    settings.WEBHOOK_NETWORKS = ["127.0.0.0/8", "::1/128"]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with listening() as one:
        yield one


def target(url: str, **more: object) -> int:
    """A target of the whole county, there since a day."""
    said = {"name": "数据平台", "url": url, "area": town.COUNTY} | more
    new = NewTarget(**said)
    return operations.add_target(target=new, actor=admin(), at=town.AT - timedelta(days=1))[0]


def admin() -> Actor:
    return town.actor("system_administrator")


def queue(case_no: str) -> None:
    operations.queue_deliveries(events=list(Event.objects.filter(subject=case_no).order_by("pk")), at=town.AT)


def the_clock_says(at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: at)


def test_an_event_reaches_the_receiver_without_anything_of_a_person(receiver: Receiver) -> None:
    pk = target(receiver.url)
    number = town.report("我叫王某，电话13800138000，路灯不亮", contact=Contact("王某", "13800138000")).case_no
    queue(number)
    tasks.deliver(0)
    (headers, body), *others = receiver.got
    assert not others
    said = orjson.loads(body)
    assert said["type"] == "case.submit"
    assert set(said) == {"type", "timestamp", "data"}
    assert said["data"] == {
        "case_no": number, "area": town.GRID, "unit": None, "at": said["timestamp"], "state": "reported",
        "from_state": "draft",
    }  # fmt: skip
    assert len(body) < LARGEST_BODY
    assert "13800138000" not in body.decode() and "王" not in body.decode()
    assert headers["content-type"] == "application/json"
    row = Delivery.objects.get(target=pk)
    assert (row.answered, row.attempts, row.next_at) == (204, 1, None)
    assert row.delivered_at


def test_read_twice_is_sent_once(receiver: Receiver) -> None:
    target(receiver.url)
    number = in_state(State.DISPATCHED)
    queue(number)
    queue(number)
    tasks.deliver(0)
    tasks.deliver(0)
    assert [orjson.loads(body)["type"] for _, body in receiver.got] == ["case.submit", "case.accept", "case.dispatch"]


def test_a_target_gets_what_it_may_see_and_asked_for(receiver: Receiver) -> None:
    target(receiver.url, groups=(EventGroup.DISPATCH,), unit=town.DEPARTMENT)
    target(receiver.url, area=town.COUNTY, groups=(EventGroup.ANSWER,))
    queue(in_state(State.DISPOSED))
    assert sorted(Delivery.objects.values_list("type", flat=True)) == ["case.dispatch", "case.sign"]


def test_what_happened_before_a_target_was_there_is_not_told_to_it(receiver: Receiver) -> None:
    number = in_state(State.DISPATCHED)
    pk = target(receiver.url)
    WebhookTarget.objects.filter(pk=pk).update(created_at=town.AT + timedelta(minutes=1))
    queue(number)
    assert not Delivery.objects.exists()


def test_failures_are_tried_again_at_the_times_of_the_standard_then_the_target_is_off(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver.answers = [(500, {})]
    pk = target(receiver.url)
    operations.send_test(target_id=pk, actor=admin(), at=town.AT)
    at = town.AT
    for attempt, wait in enumerate(WAITS_S, start=1):
        the_clock_says(at + timedelta(seconds=wait) * 0.99, monkeypatch)
        tasks.deliver(0)
        assert attempt == 1 or len(receiver.got) == attempt - 1  # not before its time
        at += timedelta(seconds=wait * 1.11)
        the_clock_says(at, monkeypatch)
        tasks.deliver(0)
        assert len(receiver.got) == attempt
    ids = {headers["webhook-id"] for headers, _ in receiver.got}
    assert len(ids) == 1  # the receiver knows it for the same message
    row = WebhookTarget.objects.get(pk=pk)
    assert row.disabled_why == WhyOff.GAVE_UP
    operations.tell(events=list(Event.objects.filter(type="notices.webhook.disabled")), at=at)
    notice = Notice.objects.get(kind=NoticeKind.WEBHOOK_OFF)
    assert (notice.permission, notice.area, notice.subject) == ("webhooks.manage", town.COUNTY, str(pk))


def test_410_ends_it_at_once(receiver: Receiver) -> None:
    receiver.answers = [(410, {})]
    pk = target(receiver.url)
    operations.send_test(target_id=pk, actor=admin(), at=town.AT)
    tasks.deliver(0)
    assert WebhookTarget.objects.get(pk=pk).disabled_why == WhyOff.GONE
    assert Event.objects.filter(type="notices.webhook.disabled", subject=str(pk)).count() == 1


def test_retry_after_is_honoured(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    receiver.answers = [(429, {"Retry-After": "120"}), (200, {})]
    operations.send_test(target_id=target(receiver.url), actor=admin(), at=town.AT)
    for seconds, got in ((0, 1), (60, 1), (119, 1), (121, 2)):
        the_clock_says(town.AT + timedelta(seconds=seconds), monkeypatch)
        tasks.deliver(0)
        assert len(receiver.got) == got


def test_a_redirection_is_a_failure_and_followed_by_nobody(receiver: Receiver) -> None:
    with listening() as elsewhere:
        receiver.answers = [(302, {"Location": elsewhere.url})]
        operations.send_test(target_id=target(receiver.url), actor=admin(), at=town.AT)
        tasks.deliver(0)
        assert not elsewhere.got
    row = Delivery.objects.get()
    assert row.answered == 302 and row.delivered_at is None and row.next_at


@pytest.mark.parametrize("private_too", [False, True])
def test_this_machine_is_refused_unless_the_settings_name_it(
    receiver: Receiver, settings: Settings, private_too: bool
) -> None:
    settings.WEBHOOK_NETWORKS, settings.WEBHOOK_PRIVATE_ADDRESSES = [], private_too
    operations.send_test(target_id=target(receiver.url), actor=admin(), at=town.AT)
    for name in ("localhost", "[::1]", "2130706433", "127.1"):  # by name, and as numbers that mean the same
        url = receiver.url.replace("127.0.0.1", name)
        operations.send_test(target_id=target(url), actor=admin(), at=town.AT)
    tasks.deliver(0)
    assert not receiver.got
    assert set(Delivery.objects.values_list("failure", flat=True)) == {Failure.REFUSED_ADDRESS}


def test_the_address_that_was_checked_is_the_one_connected_to(
    receiver: Receiver, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that answers once with an open address and then with an inner one gains nothing: it is asked once."""
    asked: list[str] = []
    real = posting.socket.getaddrinfo

    def first_here_then_elsewhere(host: str, *rest: object, **more: object) -> object:
        if host == "127.0.0.1":  # the connection itself, by number
            return real(host, *rest, **more)
        asked.append(host)
        return real("127.0.0.1" if len(asked) == 1 else "127.0.0.2", *rest, **more)

    monkeypatch.setattr(posting.socket, "getaddrinfo", first_here_then_elsewhere)
    url = receiver.url.replace("127.0.0.1", "hook.example.org")
    operations.send_test(target_id=target(url), actor=admin(), at=town.AT)
    tasks.deliver(0)
    assert asked == ["hook.example.org"]
    assert receiver.got[0][0]["host"].startswith("hook.example.org:")


def test_a_receiver_that_drips_is_cut_off(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    receiver.drips = 0.05
    monkeypatch.setattr(posting, "TIMEOUT_S", 0.5)
    operations.send_test(target_id=target(receiver.url), actor=admin(), at=town.AT)
    began = time.monotonic()
    tasks.deliver(0)
    assert time.monotonic() - began < 3
    assert Delivery.objects.get().failure == Failure.TIMED_OUT


def test_tls_is_spoken_and_cut_off_where_it_drips(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """TLS takes the socket over: what cuts a plain connection off doesn't reach it by itself."""
    files = certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(files[0]))
    with listening(files) as one:
        pk = target(one.url.replace("http://127.0.0.1", "https://localhost"))
        operations.send_test(target_id=pk, actor=admin(), at=town.AT)
        tasks.deliver(0)
        assert Delivery.objects.get().answered == 204
        one.drips = 0.05
        monkeypatch.setattr(posting, "TIMEOUT_S", 0.5)
        operations.send_test(target_id=pk, actor=admin(), at=town.AT)
        began = time.monotonic()
        tasks.deliver(0)
    assert time.monotonic() - began < 3
    assert Delivery.objects.latest("pk").failure == Failure.TIMED_OUT


def test_a_certificate_nobody_vouches_for_is_refused(tmp_path: Path) -> None:
    with listening(certificate(tmp_path)) as one:
        pk = target(one.url.replace("http://127.0.0.1", "https://localhost"))
        operations.send_test(target_id=pk, actor=admin(), at=town.AT)
        tasks.deliver(0)
        assert not one.got
    assert Delivery.objects.get().failure == Failure.BAD_CERTIFICATE


def test_a_resolver_that_does_not_answer_holds_up_nobody(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "TIMEOUT_S", 0.5)
    monkeypatch.setattr(posting.socket, "getaddrinfo", lambda *_, **__: time.sleep(5) or [])
    operations.send_test(target_id=target("https://slow.example.org/"), actor=admin(), at=town.AT)
    began = time.monotonic()
    tasks.deliver(0)
    assert time.monotonic() - began < 3
    assert Delivery.objects.get().failure == Failure.TIMED_OUT


def test_many_addresses_that_never_answer_share_one_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name may stand for any number of hosts that say nothing at all."""
    monkeypatch.setattr(posting, "TIMEOUT_S", 0.6)
    many = [(2, 1, 6, "", (f"127.0.0.{last}", 80)) for last in range(1, 11)]
    monkeypatch.setattr(posting.socket, "getaddrinfo", lambda *_, **__: many)

    def silent(where: object, timeout: float) -> object:
        time.sleep(min(timeout, 0.4))
        raise TimeoutError

    monkeypatch.setattr(posting.socket, "create_connection", silent)
    operations.send_test(target_id=target("http://many.example.org/"), actor=admin(), at=town.AT)
    began = time.monotonic()
    tasks.deliver(0)
    assert time.monotonic() - began < 1.5
    assert Delivery.objects.get().failure == Failure.TIMED_OUT


def test_a_change_keeps_what_it_does_not_name() -> None:
    """Whoever only renames a target doesn't let it see more: the unit and the choice of events stay."""
    pk = target("https://example.org/", unit=town.DEPARTMENT, groups=(EventGroup.ANSWER,))
    change = TargetChange("数据中台", "https://example.org/in")
    operations.change_target(target_id=pk, change=change, actor=admin(), at=town.AT)
    row = WebhookTarget.objects.get(pk=pk)
    assert (row.name, row.unit, row.groups) == ("数据中台", town.DEPARTMENT, ["ANSWER"])
    wider = TargetChange("数据中台", "https://example.org/in", unit="", groups=())
    operations.change_target(target_id=pk, change=wider, actor=admin(), at=town.AT)
    row.refresh_from_db()
    assert (row.unit, row.groups) == ("", [])


def test_what_is_no_http_and_what_is_not_there(receiver: Receiver) -> None:
    closed = receiver.url.replace("/hook", "").rsplit(":", 1)[0] + ":1/"
    unknown = "http://no-such-host.invalid/"
    for url in (closed, unknown):
        operations.send_test(target_id=target(url), actor=admin(), at=town.AT)
    tasks.deliver(0)
    assert set(Delivery.objects.values_list("failure", flat=True)) == {Failure.NO_CONNECTION, Failure.UNKNOWN_HOST}


def test_a_silent_target_holds_up_its_own_lane_only(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "TIMEOUT_S", 0.3)
    with listening() as silent:
        silent.drips = 0.1
        mute, other = target(silent.url), target(receiver.url)
        for pk in (mute, mute, mute, other):
            operations.send_test(target_id=pk, actor=admin(), at=town.AT)
        tasks.deliver(0)
        assert len(silent.got) == 1 and len(receiver.got) == 1
    waiting = Delivery.objects.filter(target=mute, attempts=0)
    assert waiting.count() == 2
    assert all(row.next_at and row.next_at < clock.now() + timedelta(minutes=1) for row in waiting)


def test_a_silent_target_is_asked_once_however_much_waits_for_it(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "TIMEOUT_S", 0.3)
    receiver.drips = 0.1
    pk = target(receiver.url)
    for _ in range(3 * PER_TARGET):
        operations.send_test(target_id=pk, actor=admin(), at=town.AT)
    tasks.deliver(0)
    assert len(receiver.got) == 1
    assert not Delivery.objects.filter(next_at__lte=clock.now()).exists()


def test_more_than_one_round_holds_goes_in_one_job(receiver: Receiver) -> None:
    number = in_state(State.DISPATCHED)
    pk = target(receiver.url)
    for _ in range(3 * PER_TARGET):
        operations.send_test(target_id=pk, actor=admin(), at=town.AT)
    queue(number)
    tasks.deliver(0)
    assert len(receiver.got) == 3 * PER_TARGET + 3
    assert not Delivery.objects.filter(delivered_at__isnull=True).exists()


def test_paused_collects_nothing_and_sends_nothing_until_resumed(receiver: Receiver) -> None:
    pk = target(receiver.url)
    operations.send_test(target_id=pk, actor=admin(), at=town.AT)
    operations.pause_target(target_id=pk, actor=admin(), at=town.AT)
    queue(in_state(State.DISPATCHED))
    tasks.deliver(0)
    assert not receiver.got
    operations.resume_target(target_id=pk, actor=admin(), at=town.AT)
    tasks.deliver(0)
    assert [orjson.loads(body)["type"] for _, body in receiver.got] == ["wangge.test"]


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/",
        "https://",
        "//example.org",
        "https://me:pass@example.org/",
        "https://exa mple.org",
        "http://[::1/",
    ],
)
def test_an_address_that_can_t_be_one_is_refused(url: str) -> None:
    with pytest.raises(BadUrl):
        target(url)
    assert not WebhookTarget.objects.exists()


def test_targets_are_their_administrators_business_only() -> None:
    pk = target("https://example.org/")
    for name in ("county_dispatcher", "auditor", "unit_handler"):
        with pytest.raises(NotAllowed):
            operations.pause_target(target_id=pk, actor=town.actor(name), at=town.AT)
    with pytest.raises(NoSuchTarget):
        operations.pause_target(target_id=pk + 1, actor=admin(), at=town.AT)
    with pytest.raises(NotAllowed):
        target("https://example.org/", area="320116")


def test_the_secret_lies_sealed_and_is_in_no_log_of_changes() -> None:
    new = NewTarget("数据平台", "https://example.org/", town.COUNTY)
    pk, secret = operations.add_target(target=new, actor=admin(), at=town.AT)
    row = WebhookTarget.objects.get(pk=pk)
    assert secret.encode() not in bytes(row.secret)
    history = WebhookTarget.pgh_event_model.objects.filter(pgh_obj_id=pk)  # type: ignore[attr-defined]
    operations.rotate_secret(target_id=pk, actor=admin(), at=town.AT)
    assert history.count() == 2
    assert not {field.name for field in history.model._meta.fields} & {"secret", "former_secret"}


def test_after_a_change_of_keys_the_former_one_may_go(settings: Settings) -> None:
    new = NewTarget("数据平台", "https://example.org/", town.COUNTY)
    pk, secret = operations.add_target(target=new, actor=admin(), at=town.AT)
    operations.wish_for_mail(
        address="me@example.org", kinds=[NoticeKind.SENT], actor=town.actor("unit_handler"), at=town.AT
    )
    newest = Fernet.generate_key().decode()
    settings.CONTACT_KEYS = [newest, *settings.CONTACT_KEYS]
    sealing._box.cache_clear()
    assert operations.reseal(at=town.AT) == 2
    settings.CONTACT_KEYS = [newest]
    sealing._box.cache_clear()
    assert sealing.open_sealed(WebhookTarget.objects.get(pk=pk).secret) == secret
    assert sealing.open_sealed(MailWish.objects.get().address) == "me@example.org"


def test_old_deliveries_go() -> None:
    operations.send_test(target_id=target("https://example.org/"), actor=admin(), at=town.AT)
    operations.forget_old(at=town.AT + timedelta(days=29))
    assert Delivery.objects.count() == 1
    operations.forget_old(at=town.AT + timedelta(days=31))
    assert Delivery.objects.count() == 0


def test_nothing_is_sent_inside_a_transaction(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """Claims are committed before the network and outcomes after it: the sender sees none open around it."""
    operations.send_test(target_id=target(receiver.url), actor=admin(), at=town.AT)
    claims: list[bool] = []

    def look(*_: object, **__: object) -> object:
        claims.append(bool(Delivery.objects.filter(next_at__lte=clock.now()).exists()))
        return posting.Outcome(200)

    monkeypatch.setattr(tasks, "post", look)
    monkeypatch.setattr(tasks, "ThreadPoolExecutor", _Here)
    tasks.deliver(0)
    assert claims == [False]  # claimed for others before it goes out


class _Here:
    """A pool that works in the caller's thread, whose transaction the look needs."""

    def __init__(self, max_workers: int) -> None:
        pass

    def __enter__(self) -> _Here:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def submit(self, work: object, *given: object) -> object:
        from concurrent.futures import Future

        done: Future[object] = Future()
        done.set_result(work(*given))  # type: ignore[operator]
        return done


KILLED = """
import django; django.setup()
from django.conf import settings
settings.WEBHOOK_NETWORKS = ["127.0.0.0/8"]
settings.CONTACT_KEYS = [{key!r}]
settings.DATABASES["default"]["NAME"] = {database!r}
from wangge.notices import tasks
tasks.deliver(0)
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("committed_town")
def test_a_worker_killed_while_it_sends_loses_nothing(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    receiver.drips = 0.2  # it will be killed while waiting for the answer
    operations.send_test(target_id=target(receiver.url), actor=admin(), at=town.AT)
    database = django_settings.DATABASES["default"]
    script = KILLED.format(key=django_settings.CONTACT_KEYS[0], database=database["NAME"])
    worker = subprocess.Popen([sys.executable, "-c", script], env={**os.environ, "PYTHONPATH": "src"})
    deadline = time.monotonic() + 60
    while not receiver.got and time.monotonic() < deadline:
        time.sleep(0.05)
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    assert len(receiver.got) == 1
    row = Delivery.objects.get()
    assert row.delivered_at is None and row.attempts == 0
    receiver.drips = 0
    tasks.deliver(0)
    assert len(receiver.got) == 1  # still claimed by the dead one
    the_clock_says(clock.now() + timedelta(minutes=4), monkeypatch)
    tasks.deliver(0)
    assert len(receiver.got) == 2
    first, second = (headers["webhook-id"] for headers, _ in receiver.got)
    assert first == second
    assert Delivery.objects.get().delivered_at
