"""`POST /api/v1/reports`: CPU-milliseconds of web and database a report, and its rate beside pgbench's.

The reference 70 is the closest open-source peer (Signalen) on a machine of this kind.
"""

from __future__ import annotations

import os
import random
import uuid
from collections.abc import Iterator

from bench.harness import same_sql
from bench.harness.database import use_bench_database
from bench.harness.load import Request, post, send
from bench.harness.places import somewhere
from bench.harness.report import report
from bench.harness.server import serving

REPORTS, WARM_UP, CONNECTIONS = 3000, 300, 8
PEER_MS = 70.0
TEXTS = (
    "路边垃圾堆了三天没人清",
    "路灯不亮，晚上很黑",
    "井盖缺损，很危险",
    "小区门口电动车乱停放",
    "河道里有漂浮物",
    "沿街店铺占道经营",
)


def reports(count: int, seed: int = 1) -> Iterator[Request]:
    """Reports at random places of the demo county, some of them close together."""
    draw = random.Random(seed)
    for _ in range(count):
        lon, lat = somewhere(draw)
        yield post(
            "/api/v1/reports",
            {
                "client_id": str(uuid.UUID(int=draw.getrandbits(128), version=4)),
                "text": f"{draw.choice(TEXTS)}{draw.randrange(1000)}",
                "lon": lon,
                "lat": lat,
            },
        )


def main() -> None:
    url = use_bench_database()
    os.environ["WANGGE_PUBLIC_REPORTS_BURST"] = "1000000"
    with serving(url) as server:
        send(server.url, list(reports(WARM_UP, seed=random.randrange(10**9))), connections=CONNECTIONS)
        web, db = server.cpu_s()
        outcome = send(server.url, list(reports(REPORTS, seed=random.randrange(10**9))), connections=CONNECTIONS)
        web_after, db_after = server.cpu_s()
    assert outcome.statuses.get(201, 0) >= REPORTS * 0.98, outcome.statuses
    web_ms, db_ms = (web_after - web) * 1000 / REPORTS, (db_after - db) * 1000 / REPORTS
    report(bench="intake", metric="cpu_web", value=web_ms, unit="ms/report")
    report(bench="intake", metric="cpu_database", value=db_ms, unit="ms/report")
    report(bench="intake", metric="cpu_total", value=web_ms + db_ms, unit="ms/report", reference=PEER_MS)
    by_pgbench = same_sql.rate(url, list(reports(40, seed=2)), connections=CONNECTIONS, seconds=15)
    report(bench="intake", metric="rate", value=REPORTS / outcome.seconds, unit="reports/s", reference=by_pgbench)


if __name__ == "__main__":
    main()
