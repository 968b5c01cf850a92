"""A load from processes of its own: keep-alive connections that send requests one after another."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from typing import BinaryIO
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
    """One connection. Requests are written by hand: the load runs on the cores it measures, so it must cost little."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or 80
    payloads = [_payload(request, f"{host}:{port}") for request in share]
    statuses: dict[int, int] = {}
    bodies: list[bytes] = []
    with socket.create_connection((host, port), timeout=60) as connection, connection.makefile("rb") as answered:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for payload in payloads:
            connection.sendall(payload)
            status, body = _answer(answered)
            statuses[status] = statuses.get(status, 0) + 1
            if keep:
                bodies.append(body)
    put: Callable[[object], None] = answers.put  # type: ignore[attr-defined]
    put((statuses, bodies))


def _payload(request: Request, host: str) -> bytes:
    body = request.body or b""
    lines = [f"{request.method} {request.path} HTTP/1.1", f"Host: {host}", f"Content-Length: {len(body)}"]
    if request.body is not None:
        lines.append("Content-Type: application/json")
    if request.token:
        lines.append(f"Authorization: Bearer {request.token}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def _answer(answered: BinaryIO) -> tuple[int, bytes]:
    """Status and body of the next answer; all of ours say how long they are."""
    status, length = int(answered.readline().split()[1]), 0
    while (line := answered.readline()) not in (b"\r\n", b""):
        if line[:15].lower() == b"content-length:":
            length = int(line[15:])
    return status, answered.read(length)


def post(path: str, body: object, token: str | None = None) -> Request:
    """A JSON request."""
    return Request("POST", path, json.dumps(body).encode(), token)
