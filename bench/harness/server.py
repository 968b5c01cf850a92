"""Real processes under measurement: the web server, the database it uses, and the CPU both spend."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from bench.harness.database import ROOT

TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Server:
    """A running web server and its database's postmaster."""

    url: str
    web_pid: int
    postmaster_pid: int

    def cpu_s(self) -> tuple[float, float]:
        """CPU seconds spent so far by the web processes and by the database's processes, the ended ones included."""
        return tree_cpu_s(self.web_pid), tree_cpu_s(self.postmaster_pid)


@contextmanager
def serving(database_url: str, *, workers: int = 2) -> Iterator[Server]:
    """granian as `./dev up` runs it, on a free port, until the block ends."""
    port = _free_port()
    command = [
        "granian", "--interface", "wsgi", "wangge.project.wsgi:application", "--port", str(port), "--workers",
        str(workers), "--no-ws", "--log-level", "warning",
    ]  # fmt: skip
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_until_healthy(url, process)
        yield Server(url, process.pid, postmaster(database_url))
    finally:
        process.terminate()
        process.wait(20)


def tree_cpu_s(root: int) -> float:
    """CPU seconds of a process, its descendants and its reaped children."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and (fields := _stat(int(entry.name))):
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    total, waiting = 0.0, [root]
    while waiting:
        pid = waiting.pop()
        if fields := _stat(pid):
            total += sum(float(value) for value in fields[11:15]) / TICK
        waiting += children.get(pid, [])
    return total


def _stat(pid: int) -> list[str] | None:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None


def postmaster(database_url: str) -> int:
    """Process id of the database's first process, which must run on this machine."""
    with psycopg.connect(database_url) as db:
        backend = db.info.backend_pid
        fields = _stat(backend)
    assert fields is not None, "the database must run on this machine"
    return int(fields[1])


def _wait_until_healthy(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(f"{url}/healthz", timeout=2)
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("the web server did not start")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
