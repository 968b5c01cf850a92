"""One signed POST to somebody else's server, and what came of it. The only place that opens such connections.

The standard library's client, because it does exactly this: it follows no redirection, knows no proxy and no
netrc, and lets us connect to the very address that was checked, with the certificate checked against the name.
Nothing of the answer is read but its status and `Retry-After`.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Iterator, Mapping
from datetime import datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Timer
from typing import cast
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from wangge.notices.rules.webhooks import headers, may_connect, retry_after
from wangge.notices.types import Failure, Outcome, Sending

TIMEOUT_S = 20.0
AGENT = "Wangge-Webhooks/1"


class _NotReached(Exception):
    """No connection: why."""

    def __init__(self, failure: Failure) -> None:
        self.failure = failure
        super().__init__(failure.value)


def post(sending: Sending, *, at: datetime) -> Outcome:
    """Send once. Never raises for what the other side does or fails to do."""
    signed = headers(sending.secrets, sending.message_id, int(at.timestamp()), sending.body)
    return post_signed(sending.url, sending.body, signed, at=at)


def post_signed(url: str, body: bytes, signed: Mapping[str, str], *, at: datetime) -> Outcome:
    """Send a body with its signature."""
    said = {**signed, "Content-Type": "application/json", "User-Agent": AGENT, "Connection": "close"}
    parts = urlsplit(url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        with _connection(parts) as connection:
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


@contextlib.contextmanager
def _connection(parts: SplitResult) -> Iterator[HTTPConnection]:
    """A connection to a checked address that ends after `TIMEOUT_S` altogether, however slowly the other side drips."""
    host, secure = parts.hostname or "", parts.scheme == "https"
    raw = _connect(host, parts.port or (443 if secure else 80))
    is_late = False

    def cut() -> None:
        nonlocal is_late
        is_late = True
        with contextlib.suppress(OSError):
            raw.shutdown(socket.SHUT_RDWR)

    timer = Timer(TIMEOUT_S, cut)
    timer.daemon = True
    timer.start()
    try:
        connection = (HTTPSConnection if secure else HTTPConnection)(host, parts.port)
        connection.sock = ssl.create_default_context().wrap_socket(raw, server_hostname=host) if secure else raw
        yield connection
    except (OSError, HTTPException) as error:
        if is_late:
            raise TimeoutError from error
        raise
    finally:
        timer.cancel()
        raw.close()


def _connect(host: str, port: int) -> socket.socket:
    """The first address of the host that answers; all of them must be allowed."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise _NotReached(Failure.UNKNOWN_HOST) from error
    addresses = [cast(str, where[0]) for *_, where in found]
    if not all(may_connect(one, private_too=settings.WEBHOOK_PRIVATE_ADDRESSES) for one in addresses):
        raise _NotReached(Failure.REFUSED_ADDRESS)
    for position, address in enumerate(addresses):
        try:
            return socket.create_connection((address, port), timeout=TIMEOUT_S)
        except OSError:
            if position == len(addresses) - 1:
                raise
    raise _NotReached(Failure.UNKNOWN_HOST)
