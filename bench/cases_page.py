"""`GET /api/v1/cases`, pages of 50, at ten thousand and at a million cases: CPU-milliseconds a page.

The reference 432 is the closest open-source peer (Signalen) on a machine of this kind.
"""

from __future__ import annotations

import json
import os
from urllib.parse import quote

from bench.harness.accounts import sign_in
from bench.harness.database import use_bench_database
from bench.harness.fill import fill
from bench.harness.load import Request, send
from bench.harness.report import report
from bench.harness.server import Server, serving

PAGES, CONNECTIONS = 800, 4
PEER_MS = 432.0
SMALL, LARGE = 10_000, int(os.environ.get("WANGGE_BENCH_CASES", "1000000"))
LISTS = {
    "county": "area=320115",
    "township": "area=320115003",
    "community": "area=320115001001",
    "grid": "area=320115001001001",
    "waiting": "state=reported&area=320115",
    "unit": "unit=320115-URB&state=in_progress",
    "overdue": "light=red",
    "task": "task=060102",
}


def page_ms(server: Server, token: str, query: str) -> float:
    """CPU-milliseconds of web and database for one page of this list, following the pages."""
    requests = _requests(server, token, query)
    send(server.url, requests[:20], connections=CONNECTIONS)
    before = sum(server.cpu_s())
    outcome = send(server.url, requests, connections=CONNECTIONS)
    spent = sum(server.cpu_s()) - before
    assert set(outcome.statuses) == {200}, outcome.statuses
    return spent * 1000 / len(requests)


def _requests(server: Server, token: str, query: str) -> list[Request]:
    first = Request("GET", f"/api/v1/cases?limit=50&{query}", token=token)
    cursors: list[str | None] = [None]
    while len(cursors) < 4:
        at = f"&cursor={quote(cursors[-1])}" if cursors[-1] else ""
        body = send(server.url, [Request("GET", first.path + at, token=token)], connections=1, keep=True).bodies[0]
        if (following := json.loads(body)["next_cursor"]) is None:
            break
        cursors.append(following)
    paths = [first.path + (f"&cursor={cursor}" if cursor else "") for cursor in cursors]
    return [Request("GET", paths[i % len(paths)], token=token) for i in range(PAGES)]


def measure(count: int) -> dict[str, float]:
    """CPU-milliseconds a page of each list at this many cases."""
    url = use_bench_database("wangge_bench_lists")
    fill(url, count)
    with serving(url) as server:
        token = sign_in(server.url, "county_dispatcher")
        return {name: page_ms(server, token, query) for name, query in LISTS.items()}


def main() -> None:
    small, large = measure(SMALL), measure(LARGE)
    for name in LISTS:
        report(
            bench="cases_page",
            metric=f"cpu_{name}_{SMALL}",
            value=small[name],
            unit="ms/page",
            reference=PEER_MS,
        )
        report(
            bench="cases_page",
            metric=f"cpu_{name}_{LARGE}",
            value=large[name],
            unit="ms/page",
            reference=small[name],
        )


if __name__ == "__main__":
    main()
