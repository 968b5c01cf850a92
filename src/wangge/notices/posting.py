"""One signed POST to somebody else's server, and what came of it. The only place that opens such connections.

The standard library's client, because it does exactly this: it follows no redirection, knows no proxy and no
netrc, and lets us connect to the very address that was checked, with the certificate checked against the name.
Nothing of the answer is read but its status and `Retry-After`.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from queue import Empty, SimpleQueue
from threading import Thread, Timer
from typing import cast
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from wangge.notices.rules.reaching import may_connect
from wangge.notices.rules.webhooks import headers, retry_after
from wangge.notices.types import Failure, Outcome, Sending

TIMEOUT_S = 20.0
AGENT = "Wangge-Webhooks/1"
#: Whether an address may be connected to.
MayReach = Callable[[str], bool]


class _NotReached(Exception):
    """No connection: why."""

    def __init__(self, failure: Failure) -> None:
        self.failure = failure
        super().__init__(failure.value)


def to_anybody(address: str) -> bool:
    """Where an administrator's form may lead: see `rules.reaching`."""
    return may_connect(address, private_too=settings.WEBHOOK_PRIVATE_ADDRESSES, named=settings.WEBHOOK_NETWORKS)


def post(sending: Sending, *, at: datetime, may_reach: MayReach = to_anybody) -> Outcome:
    """Send once. Never raises for what the other side does or fails to do."""
    signed = headers(sending.secrets, sending.message_id, int(at.timestamp()), sending.body)
    return post_signed(sending.url, sending.body, signed, at=at, may_reach=may_reach)


def post_signed(
    url: str, body: bytes, signed: Mapping[str, str], *, at: datetime, may_reach: MayReach = to_anybody
) -> Outcome:
    """Send a body with its signature."""
    said = {**signed, "Content-Type": "application/json", "User-Agent": AGENT, "Connection": "close"}
    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        with _connection(parts, may_reach) as connection:
            connection.request("POST", path, body, said)
            answer = connection.getresponse()
            return Outcome(answer.status, retry_after_s=retry_after(answer.getheader("Retry-After"), at))
    except _NotReached as error:
        return Outcome(failure=error.failure)
    except TimeoutError:
        return Outcome(failure=Failure.TIMED_OUT)
    except ssl.SSLCertVerificationError:
        return Outcome(failure=Failure.BAD_CERTIFICATE)
    except (HTTPException, ValueError):
        return Outcome(failure=Failure.NO_HTTP)
    except OSError:
        return Outcome(failure=Failure.NO_CONNECTION)


class _Deadline:
    """One limit for everything from the name to the answer."""

    def __init__(self) -> None:
        self._until = time.monotonic() + TIMEOUT_S

    def left(self) -> float:
        """Seconds left; TimeoutError when there are none."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


@contextlib.contextmanager
def _connection(parts: SplitResult, may_reach: MayReach) -> Iterator[HTTPConnection]:
    """A connection to a checked address that ends after `TIMEOUT_S` altogether, however slowly the other side drips."""
    host, secure, deadline = parts.hostname or "", parts.scheme == "https", _Deadline()
    raw = _connect(host, parts.port or (443 if secure else 80), may_reach, deadline)
    line = raw.dup()  # TLS takes the socket over; this way it can still be cut
    is_late = False

    def cut() -> None:
        nonlocal is_late
        is_late = True
        with contextlib.suppress(OSError):
            line.shutdown(socket.SHUT_RDWR)

    timer = Timer(deadline.left(), cut)
    timer.daemon = True
    timer.start()
    connection = (HTTPSConnection if secure else HTTPConnection)(host, parts.port)
    try:
        connection.sock = ssl.create_default_context().wrap_socket(raw, server_hostname=host) if secure else raw
        yield connection
    except (OSError, HTTPException) as error:
        if is_late:
            raise TimeoutError from error
        raise
    finally:
        timer.cancel()
        connection.close()
        raw.close()
        line.close()


def _connect(host: str, port: int, may_reach: MayReach, deadline: _Deadline) -> socket.socket:
    """The first address of the host that answers; all of them must be allowed."""
    addresses = _addresses(host, port, deadline)
    if not all(may_reach(one) for one in addresses):
        raise _NotReached(Failure.REFUSED_ADDRESS)
    for position, address in enumerate(addresses):
        try:
            return socket.create_connection((address, port), timeout=deadline.left())
        except OSError:
            if position == len(addresses) - 1:
                raise
    raise _NotReached(Failure.UNKNOWN_HOST)


def _addresses(host: str, port: int, deadline: _Deadline) -> list[str]:
    """What the name stands for. Nothing interrupts a resolver, so it is asked aside and left there if too slow."""
    answers: SimpleQueue[list[str] | None] = SimpleQueue()

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            answers.put(None)
        else:
            answers.put([cast(str, where[0]) for *_, where in found])

    Thread(target=ask, daemon=True, name="webhook-name").start()
    try:
        addresses = answers.get(timeout=deadline.left())
    except Empty as error:
        raise TimeoutError from error
    if not addresses:
        raise _NotReached(Failure.UNKNOWN_HOST)
    return addresses
