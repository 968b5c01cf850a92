"""A county's month of ten thousand cases: seconds to count every index for every scope, and the overview page.

The reference of counting is the same three counts of the county in one pass of SQL over the histories.
"""

from __future__ import annotations

import http.cookiejar
import os
import re
import time
import urllib.parse
import urllib.request
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

from bench.harness.accounts import _accounts
from bench.harness.database import set_up_django, use_bench_database
from bench.harness.histories import fill_histories
from bench.harness.report import report
from bench.harness.server import serving

CASES = int(os.environ.get("WANGGE_BENCH_CASES", "10000"))
BEGIN, COUNTY = datetime(2026, 9, 30, 16, tzinfo=UTC), "320115"
VISITS = 100
_ONE_PASS = """
SELECT count(*) FILTER (WHERE action = 'submit'), count(*) FILTER (WHERE action = 'accept'),
       count(DISTINCT case_id) FILTER (WHERE action = 'feedback')
FROM cases_casestep WHERE at >= %s AND at < %s
"""


def measured(url: str, work: Callable[[], object]) -> tuple[float, float]:
    """Of three turns the shortest by the clock, and the least CPU of this process and the database."""
    from bench.harness.server import _postmaster, tree_cpu_s

    walls, cpus, postmaster = [], [], _postmaster(url)
    for _ in range(3):
        before = time.perf_counter(), time.process_time() + tree_cpu_s(postmaster)
        work()
        walls.append(time.perf_counter() - before[0])
        cpus.append(time.process_time() + tree_cpu_s(postmaster) - before[1])
    return min(walls), min(cpus)


def main() -> None:
    url = use_bench_database("wangge_bench_assessment")
    set_up_django()
    from django.db import connection

    from wangge.analysis import operations, queries
    from wangge.analysis.models import CaseFact
    from wangge.analysis.types import Period
    from wangge.catalogue.queries import calendar

    if CaseFact.objects.count() < CASES:
        numbers = fill_histories(url, begin=BEGIN, days=31, count=CASES)
        before = time.perf_counter()
        for start in range(0, len(numbers), 500):
            operations.read_again(case_nos=numbers[start : start + 500], at=datetime.now(UTC))
        spent = (time.perf_counter() - before) * 1000 / len(numbers)
        report(bench="assessment", metric="read_a_case", value=spent, unit="ms/case")
    with connection.cursor() as db:
        db.execute("VACUUM (ANALYZE) analysis_casefact")
    month, at = Period(date(2026, 10, 1), date(2026, 11, 1)), datetime.now(UTC)

    def count(*, from_history: bool = False) -> object:
        return queries.count_period(
            COUNTY, month, cut_off=at + timedelta(days=60), calendar=calendar(at), from_history=from_history
        )

    def one_pass() -> object:
        with connection.cursor() as db:
            db.execute(_ONE_PASS, [month.begin, month.end])
            return db.fetchall()

    one_pass_s, one_pass_cpu = measured(url, one_pass)
    cases = count()[1]  # type: ignore[index]
    report(bench="assessment", metric="cases", value=cases, unit="cases")
    for metric, work in (("count_month", count), ("replay_month", lambda: count(from_history=True))):
        wall, cpu = measured(url, work)
        report(bench="assessment", metric=metric, value=wall, unit="s", reference=one_pass_s)
        report(bench="assessment", metric=f"{metric}_cpu", value=cpu, unit="s", reference=one_pass_cpu or None)
    for back in range(3):
        first = (date(2026, 10, 1) + timedelta(days=31 * back)).replace(day=1)
        operations.read_month(county=COUNTY, period=Period(first, (first + timedelta(days=31)).replace(day=1)), at=at)
    connection.close()
    _overview(url, one_pass_ms=one_pass_cpu * 1000)


def _overview(url: str, *, one_pass_ms: float) -> None:
    """CPU-milliseconds of web and database for the overview of that month, signed in as the shift leader."""
    with serving(url) as server:
        opener = _signed_in(server.url, "shift_leader")
        page = f"{server.url}/desk/assessment/?month=2026-10"
        for _ in range(10):
            opener.open(page).read()
        before = sum(server.cpu_s())
        for _ in range(VISITS):
            assert opener.open(page).status == 200
        spent = (sum(server.cpu_s()) - before) * 1000 / VISITS
    report(bench="assessment", metric="overview_page_cpu", value=spent, unit="ms/page", reference=one_pass_ms or None)


def _signed_in(url: str, username: str) -> urllib.request.OpenerDirector:
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))
    form = opener.open(f"{url}/accounts/login/").read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
    assert token
    said = {"login": username, "password": _accounts()[username], "csrfmiddlewaretoken": token[1]}
    request = urllib.request.Request(f"{url}/accounts/login/", urllib.parse.urlencode(said).encode())
    request.add_header("Referer", url)
    opener.open(request)
    return opener


if __name__ == "__main__":
    main()
