"""What was acknowledged is kept: reports pour in while the web server, the worker and the database are killed."""

from __future__ import annotations

import http.client
import json
import os
import random
import signal
import threading
import time
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest

from tests.e2e.instance import Instance, running

CONNECTIONS, PER_CONNECTION = 8, 250
VICTIMS = ("web", "worker", "postgres")
LONGEST_PAUSE_S = 0.16
GIVE_UP_S = 240
JOBS_DONE_WITHIN_S = 150


@dataclass
class Sender:
    """One connection: sends its reports one after another, each until it is acknowledged."""

    url: str
    seed: int
    acknowledged: dict[str, str] = field(default_factory=dict)
    tries: int = 0

    def send_all(self) -> None:
        draw = random.Random(self.seed)
        for number in range(PER_CONNECTION):
            time.sleep(draw.uniform(0, LONGEST_PAUSE_S))  # else all is said before anything is killed twice
            client_id = str(uuid.UUID(int=draw.getrandbits(128), version=4))
            body = {
                "client_id": client_id,
                "text": f"路边垃圾堆了三天 {self.seed}-{number}",
                "lon": 119.05 + draw.uniform(-0.02, 0.02),
                "lat": 32.05 + draw.uniform(-0.02, 0.02),
            }
            self.acknowledged[client_id] = self._until_acknowledged(json.dumps(body).encode())

    def _until_acknowledged(self, body: bytes) -> str:
        deadline = time.monotonic() + GIVE_UP_S
        while time.monotonic() < deadline:
            self.tries += 1
            try:
                status, answer = self._post(body)
            except (OSError, http.client.HTTPException):
                time.sleep(0.2)
                continue
            if status in (200, 201):
                return str(json.loads(answer)["case_no"])
            assert status >= 500, (status, answer[:300])
            time.sleep(0.2)
        raise AssertionError("a report was not acknowledged")

    def _post(self, body: bytes) -> tuple[int, bytes]:
        parts = urlsplit(self.url)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=20)
        try:
            connection.request("POST", "/api/v1/reports", body, {"Content-Type": "application/json"})
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()


class Killer(threading.Thread):
    """Kills one process after another with -9, each of the three in turn, at random moments."""

    def __init__(self, instance: Instance) -> None:
        super().__init__(daemon=True)
        self.instance, self.over, self.killed = instance, threading.Event(), Counter[str]()

    def run(self) -> None:
        draw = random.Random(7)
        while not self.over.wait(draw.uniform(0.7, 3.0)):
            victim = min(VICTIMS, key=lambda name: (self.killed[name], draw.random()))
            if pid := self.instance.pid(victim):
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    continue
                self.killed[victim] += 1

    def stop(self) -> Counter[str]:
        self.over.set()
        self.join()
        return self.killed


@pytest.mark.slow
def test_every_acknowledged_report_is_there_once_with_its_job_done() -> None:
    with running() as instance:
        senders = [Sender(instance.url, seed) for seed in range(CONNECTIONS)]
        killer = Killer(instance)
        killer.start()
        with ThreadPoolExecutor(CONNECTIONS) as pool:
            for finished in [pool.submit(sender.send_all) for sender in senders]:
                finished.result()
        killed = killer.stop()
        assert min(killed[name] for name in VICTIMS) >= 2, killed
        _wait_for_jobs(instance)
        _compare(instance, {key: no for sender in senders for key, no in sender.acknowledged.items()})


def _wait_for_jobs(instance: Instance) -> None:
    deadline = time.monotonic() + JOBS_DONE_WITHIN_S
    waiting = "?"
    while time.monotonic() < deadline:
        time.sleep(1)
        waiting = _ask(instance, "SELECT count(*) FROM cases_case WHERE followed_up_at IS NULL")
        if waiting == "0":
            return
    raise AssertionError(f"{waiting} jobs were not done")


def _compare(instance: Instance, acknowledged: dict[str, str]) -> None:
    assert len(acknowledged) == CONNECTIONS * PER_CONNECTION
    assert len(set(acknowledged.values())) == len(acknowledged), "a number was given twice"
    rows = _ask(instance, "SELECT client_id || ' ' || case_no FROM cases_case ORDER BY id").splitlines()
    assert sorted(rows) == sorted(f"{key} {no}" for key, no in acknowledged.items())
    steps = "SELECT count(*), count(DISTINCT case_id), sum(seq) FROM cases_casestep"
    assert _ask(instance, steps) == "|".join([str(len(acknowledged))] * 3)
    told = "SELECT type, count(*) FROM foundation_event WHERE type LIKE 'cases.%' GROUP BY 1 ORDER BY 1"
    assert _ask(instance, told).splitlines() == [
        f"cases.case.followed_up|{len(acknowledged)}", f"cases.case.submit|{len(acknowledged)}"
    ]  # fmt: skip


def _ask(instance: Instance, question: str) -> str:
    for _ in range(20):
        try:
            return instance.dev("psql", "-qAtc", question).stdout.strip()
        except Exception:  # the database may just be coming back
            time.sleep(1)
    raise AssertionError("the database does not answer")
