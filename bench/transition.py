"""`POST /api/v1/cases/{case_no}/{action}`: CPU-milliseconds of web and database a status change.

The reference 83 is the closest open-source peer (Signalen) on a machine of this kind.
"""

from __future__ import annotations

import json
import os
import random
import uuid

from bench.harness.accounts import sign_in
from bench.harness.database import use_bench_database
from bench.harness.load import post, send
from bench.harness.report import report
from bench.harness.server import serving
from bench.intake import reports

CASES, CONNECTIONS = 400, 8
PEER_MS = 83.0
STEPS: list[tuple[str, str, dict[str, str]]] = [
    ("accept", "county_dispatcher", {"task_code": "040101"}),
    ("dispatch", "county_dispatcher", {"unit": "320115-URB"}),
    ("sign", "unit_handler", {}),
    ("submit_result", "unit_handler", {"note": "已清运"}),
    ("verify", "grid_worker", {}),
    ("feedback", "county_dispatcher", {"note": "垃圾已清运。"}),
]


def main() -> None:
    os.environ["WANGGE_PUBLIC_REPORTS_BURST"] = "1000000"
    total = 0.0
    with serving(use_bench_database()) as server:
        made = send(server.url, list(reports(CASES, seed=random.randrange(10**9))), connections=CONNECTIONS, keep=True)
        numbers = [body["case_no"] for body in map(json.loads, made.bodies) if "case_no" in body]
        for action, username, said in STEPS:
            token = sign_in(server.url, username)
            requests = [
                post(f"/api/v1/cases/{no}/{action}", {**said, "operation_id": str(uuid.uuid4())}, token)
                for no in numbers
            ]
            before = sum(server.cpu_s())
            outcome = send(server.url, requests, connections=CONNECTIONS)
            spent = (sum(server.cpu_s()) - before) * 1000 / len(requests)
            assert set(outcome.statuses) == {200}, (action, outcome.statuses)
            total += spent
            report(bench="transition", metric=f"cpu_{action}", value=spent, unit="ms/request")
    report(bench="transition", metric="cpu_mean", value=total / len(STEPS), unit="ms/request", reference=PEER_MS)


if __name__ == "__main__":
    main()
