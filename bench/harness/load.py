"""A load from processes of its own: keep-alive connections that send requests one after another."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Request:
    """What to send."""

    method: str
    path: str
    body: bytes | None = None
    token: str | None = None


@dataclass(frozen=True)
class Outcome:
    """How a run went: seconds, answers by status, bodies if they were asked for."""

    seconds: float
    statuses: dict[int, int]
    bodies: list[bytes]


def send(url: str, requests: Sequence[Request], *, connections: int = 8, keep: bool = False) -> Outcome:
    """Send all requests over so many connections from one process; the outcome."""
    context = get_context("fork")
    answers = context.SimpleQueue()
    shares = [requests[i::connections] for i in range(connections)]
    start = time.perf_counter()
    senders = [context.Process(target=_send_share, args=(url, share, answers, keep)) for share in shares if share]
    for sender in senders:
        sender.start()
    found = [answers.get() for _ in senders]
    for sender in senders:
        sender.join()
    seconds = time.perf_counter() - start
    statuses: dict[int, int] = {}
    for counts, _ in found:
        for status, number in counts.items():
            statuses[status] = statuses.get(status, 0) + number
    return Outcome(seconds, statuses, [body for _, bodies in found for body in bodies])


def _send_share(url: str, share: Sequence[Request], answers: object, keep: bool) -> None:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
    statuses: dict[int, int] = {}
    bodies: list[bytes] = []
    for request in share:
        headers = {"Content-Type": "application/json"} if request.body is not None else {}
        if request.token:
            headers["Authorization"] = f"Bearer {request.token}"
        connection.request(request.method, request.path, request.body, headers)
        response = connection.getresponse()
        body = response.read()
        statuses[response.status] = statuses.get(response.status, 0) + 1
        if keep:
            bodies.append(body)
    put: Callable[[object], None] = answers.put  # type: ignore[attr-defined]
    put((statuses, bodies))


def post(path: str, body: object, token: str | None = None) -> Request:
    """A JSON request."""
    return Request("POST", path, json.dumps(body).encode(), token)
