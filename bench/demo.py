"""The demo's history: cases a second, CPU-milliseconds a case and an act, beside bare inserts of the same rows.

The reference of the rate is what the same rows take when a script inserts them one by one with psycopg: no rules, no
permissions, no clocks, no history that somebody could check. `--cases N` (2000), `--days D` (60).
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import psycopg
from bench.harness.database import set_up_django, use_bench_database
from bench.harness.report import report
from bench.harness.server import postmaster, tree_cpu_s

#: What a history writes, and how its rows are found by the ids of its cases.
TABLES = {
    "cases_case": "id = ANY(%s)",
    "cases_casestep": "case_id = ANY(%s)",
    "cases_casetext": "case_id = ANY(%s)",
    "cases_casesuggestion": "case_id = ANY(%s)",
    "cases_likelyduplicate": "case_id = ANY(%s)",
    "cases_supervisionorder": "case_id = ANY(%s)",
    "foundation_event": "subject IN (SELECT case_no FROM cases_case WHERE id = ANY(%s))",
}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=2000)
    parser.add_argument("--days", type=int, default=60)
    options = parser.parse_args()
    url = use_bench_database()
    set_up_django()
    first = newest_case(url)
    seconds, web_s, db_s, tally = generate(url, options.cases, options.days)
    acts = sum(tally.acts.values()) + tally.reports
    report(bench="demo", metric="rate", value=tally.reports / seconds, unit="cases/s", reference=bare(url, first))
    report(bench="demo", metric="rate_of_acts", value=acts / seconds, unit="acts/s")
    report(bench="demo", metric="acts_per_case", value=acts / tally.reports, unit="acts/case")
    report(bench="demo", metric="cpu_python", value=web_s * 1000 / tally.reports, unit="ms/case")
    report(bench="demo", metric="cpu_database", value=db_s * 1000 / tally.reports, unit="ms/case")
    report(bench="demo", metric="cpu_act", value=(web_s + db_s) * 1000 / acts, unit="ms/act")
    refused = sum(tally.problems.values())
    report(bench="demo", metric="refused", value=refused, unit="acts")
    assert not refused, tally.problems


def generate(url: str, cases: int, days: int) -> tuple[float, float, float, Any]:
    """A history nobody has seen before: seconds, CPU of this process and of the database, what was done."""
    from wangge.foundation import clock
    from wangge.foundation.worktime import LOCAL
    from wangge.project.demo import COUNTY
    from wangge.project.history.loading import load_history
    from wangge.project.history.scenario import Setting

    now, database = clock.now(), postmaster(url)
    first = now.astimezone(LOCAL).date() - timedelta(days=days)
    setting = Setting(random.randrange(10**9), cases, first, days)
    db_before, cpu_before, began = tree_cpu_s(database), time.process_time(), time.perf_counter()
    tally = load_history(COUNTY, setting, now)
    seconds = time.perf_counter() - began
    return seconds, time.process_time() - cpu_before, tree_cpu_s(database) - db_before, tally


def newest_case(url: str) -> int:
    with psycopg.connect(url) as db:
        row = db.execute("SELECT coalesce(max(id), 0) FROM cases_case").fetchone()
    assert row is not None
    return int(row[0])


def bare(url: str, after: int) -> float:
    """Reports a second when the rows of the cases after an id are inserted as they are, one statement each."""
    with psycopg.connect(url) as db:
        rows = db.execute("SELECT id, parent_id IS NULL FROM cases_case WHERE id > %s", [after]).fetchall()
        reports = sum(is_report for _, is_report in rows)
        said = list(statements(db, [pk for pk, _ in rows]))
        began = time.perf_counter()
        for statement, values in said:
            for one in values:
                db.execute(statement, one)
        seconds = time.perf_counter() - began
        db.rollback()
    return reports / seconds


def statements(db: psycopg.Connection[Any], cases: list[int]) -> Iterator[tuple[str, list[Any]]]:
    """For each table an empty twin with its indexes, an INSERT, and the rows as text."""
    for table, condition in TABLES.items():
        columns = [
            row[0]
            for row in db.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_generated = 'NEVER'",
                [table],
            )
        ]
        names = ", ".join(f'"{name}"' for name in columns)
        texts = ", ".join(f'"{name}"::text' for name in columns)
        db.execute(f"CREATE TEMPORARY TABLE twin_{table} (LIKE {table} INCLUDING ALL)")
        marks = ", ".join(["%s"] * len(columns))
        rows = db.execute(f"SELECT {texts} FROM {table} WHERE {condition}", [cases]).fetchall()
        yield f"INSERT INTO twin_{table} ({names}) OVERRIDING SYSTEM VALUE VALUES ({marks})", rows


if __name__ == "__main__":
    main()
