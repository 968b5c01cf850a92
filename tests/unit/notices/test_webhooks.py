"""What is signed, who is told, when one tries again, where one may connect."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wangge.cases.types import Action
from wangge.notices.rules.reaching import may_connect
from wangge.notices.rules.webhooks import (
    GROUPS,
    WAITS_S,
    data_of,
    headers,
    is_taken,
    next_attempt,
    retry_after,
    sees,
    signature,
)
from wangge.notices.types import Failure, Outcome, WhyOff

AT = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
#: The example of the standard's own test vectors.
SECRET, MESSAGE, STAMP = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330
BODY = b'{"test": 2432232314}'


def test_the_vector_of_the_standard() -> None:
    assert signature(SECRET, MESSAGE, STAMP, BODY) == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_during_a_change_both_secrets_sign() -> None:
    said = headers((SECRET, "whsec_AAAA"), MESSAGE, STAMP, BODY)
    assert said["webhook-signature"].split(" ") == [
        signature(SECRET, MESSAGE, STAMP, BODY),
        signature("whsec_AAAA", MESSAGE, STAMP, BODY),
    ]


def seen(**more: str | tuple[str, ...]) -> bool:
    asked = {
        "groups": (),
        "area": "320115",
        "unit": "",
        "event_type": "cases.case.sign",
        "event_area": "320115003001001",
    }
    return sees(**({"event_unit": "320115-URB"} | asked | more))  # type: ignore[arg-type]


def test_a_target_sees_its_area_its_unit_and_what_it_asked_for() -> None:
    assert seen()
    assert not seen(area="320116")
    assert not seen(event_area="")
    assert seen(unit="320115-URB") and not seen(unit="320115-WAT")
    assert seen(groups=("DISPATCH",)) and not seen(groups=("ANSWER",))


@pytest.mark.parametrize(
    "kind", ["cases.exported", "cases.case.followed_up", "cases.case.left_unit", "grids.edition.effective"]
)
def test_what_belongs_to_the_house_stays_there(kind: str) -> None:
    assert not seen(event_type=kind)


def test_every_action_is_in_one_group() -> None:
    grouped = [one for members in GROUPS.values() for one in members]
    assert len(grouped) == len(set(grouped))
    assert set(grouped) == set(Action) | {"light_turned"}


def test_nothing_but_what_is_listed_goes_out() -> None:
    payload = {"state": "accepted", "from_state": "reported", "by": 17, "note": "张某的电话"}
    said = data_of(case_no="1", area="320115", unit="", at=AT, payload=payload)
    assert said == {
        "case_no": "1", "area": "320115", "unit": None, "at": AT.isoformat(), "state": "accepted",
        "from_state": "reported",
    }  # fmt: skip


def test_only_2xx_is_taken() -> None:
    taken = {status for status in range(100, 600) if is_taken(Outcome(status))}
    assert taken == set(range(200, 300))
    assert not is_taken(Outcome(failure=Failure.TIMED_OUT))


def test_the_waits_are_those_of_the_standard() -> None:
    minutes, hours = 60, 3600
    assert list(WAITS_S) == [0, 5, 5 * minutes, 30 * minutes, *(n * hours for n in (2, 5, 10, 14, 20, 24))]
    waits = [next_attempt(n, Outcome(500), AT, jitter=0) for n in range(1, 10)]
    assert waits == [AT + timedelta(seconds=wait) for wait in WAITS_S[1:]]
    assert next_attempt(10, Outcome(500), AT, jitter=0) is WhyOff.GAVE_UP


def test_gone_is_the_end_at_once() -> None:
    assert next_attempt(1, Outcome(410), AT, jitter=0) is WhyOff.GONE


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_receiver_may_ask_for_patience(status: int) -> None:
    assert next_attempt(1, Outcome(status, retry_after_s=90), AT, jitter=0) == AT + timedelta(seconds=90)
    assert next_attempt(3, Outcome(status, retry_after_s=90), AT, jitter=0) == AT + timedelta(minutes=30)
    assert next_attempt(1, Outcome(status, retry_after_s=10**9), AT, jitter=0) == AT + timedelta(days=1)
    assert next_attempt(1, Outcome(500, retry_after_s=90), AT, jitter=0) == AT + timedelta(seconds=5)


@given(st.integers(1, 9), st.floats(0, 1))
def test_jitter_only_adds_and_little(attempts: int, jitter: float) -> None:
    when = next_attempt(attempts, Outcome(500), AT, jitter=jitter)
    assert isinstance(when, datetime)
    wait = (when - AT).total_seconds()
    assert WAITS_S[attempts] <= wait <= WAITS_S[attempts] * 1.1 + 0.001


def test_retry_after_is_a_number_or_a_date() -> None:
    assert retry_after("120", AT) == 120
    assert retry_after("Wed, 25 Nov 2026 03:02:00 GMT", AT) == 120
    assert retry_after("Wed, 25 Nov 2026 02:00:00 GMT", AT) == 0
    for nonsense in (None, "", "soon", "-5", "²", "1e3"):
        assert retry_after(nonsense, AT) is None


INSIDE = ["10.1.2.3", "192.168.0.9", "172.16.0.1", "100.64.0.1", "fd00::1", "::ffff:10.0.0.1"]
LOOPBACK = ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"]
#: Nobody's and everybody's; where clouds keep keys; inner addresses wrapped into others, in every usual way.
NEVER = [
    "169.254.169.254",
    "::ffff:169.254.1.1",
    "fe80::1%eth0",
    "fec0::1",
    "febf::1",
    "100.100.100.200",
    "168.63.129.16",
    "fd00:ec2::254",
    "0.0.0.0",
    "0.1.2.3",
    "::",
    "224.0.0.1",
    "239.1.1.1",
    "ff02::1",
    "255.255.255.255",
    "240.0.0.1",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "198.18.0.1",
    "203.0.113.9",
    "::169.254.169.254",
    "::10.0.0.1",
    "::8.8.8.8",
    "::ffff:0:10.0.0.1",
    "::ffff:0:8.8.8.8",
    "64:ff9b::10.0.0.1",
    "64:ff9b::127.0.0.1",
    "64:ff9b::169.254.169.254",
    "64:ff9b::168.63.129.16",
    "64:ff9b::224.0.0.1",
    "64:ff9b:1::1",
    "64:ff9b:1:a00:0:100::",
    "2002:0a00:0001::",
    "2002:0808:0808::",
    "2001:0:4136:e378:8000:63bf:f5ff:fffe",
    "2001:0:808:808::",
    "2606:4700::5efe:10.0.0.1",
    "fd00::200:5efe:8.8.8.8",
    "2001:db8::1",
    "3fff::1",
    "5f00::1",
    "4000::1",
    "100::1",
]


@pytest.mark.parametrize("address", INSIDE)
def test_the_inside_is_closed_unless_the_setting_opens_it(address: str) -> None:
    assert not may_connect(address, private_too=False)
    assert may_connect(address, private_too=True)


@pytest.mark.parametrize("address", LOOPBACK)
def test_this_machine_is_closed_unless_it_is_named(address: str) -> None:
    assert not may_connect(address, private_too=True)
    assert may_connect(address, private_too=False, named=("127.0.0.0/8", "::1/128"))
    assert not may_connect(address, private_too=True, named=("10.0.0.0/8",))


@pytest.mark.parametrize("address", NEVER)
def test_nobodys_and_everybodys_addresses_are_always_closed(address: str) -> None:
    assert not may_connect(address, private_too=False)
    assert not may_connect(address, private_too=True)
    assert not may_connect(address, private_too=True, named=("0.0.0.0/0", "::/0"))


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "2606:4700::1111", "2400:3200::1", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"]
)
def test_the_open_internet_is_open(address: str) -> None:
    assert may_connect(address, private_too=False)


@given(st.ip_addresses(v=4))
def test_what_is_closed_as_itself_is_closed_in_every_wrapping(inner: IPv4Address) -> None:
    wrapped = [f"{prefix}{inner}" for prefix in ("::", "::ffff:", "::ffff:0:", "64:ff9b::", "2606:4700::5efe:")]
    wrapped.append(str(IPv6Address((0x2002 << 112) | (int(inner) << 80))))
    if not may_connect(str(inner), private_too=False):
        assert not any(may_connect(one, private_too=False) for one in wrapped)


@given(st.ip_addresses())
def test_what_is_open_is_global(address: IPv4Address | IPv6Address) -> None:
    if may_connect(str(address), private_too=False):
        assert address.is_global and not address.is_multicast
