"""Whole histories quickly, for measuring the assessment: cases and steps as the operations leave them, by COPY.

Never used by the product. Most cases walk the main path; some are late, sent back, returned, suspended, extended,
refused or opened again.
"""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import psycopg

Step = tuple[str, str, str, datetime, dict[str, Any]]
_TASKS = ("040101", "060102", "060201", "050203", "040301")
_CASE = (
    "id", "case_no", "query_code", "client_id", "channel", "text", "chosen_task", "place_source", "place_crs",
    "address", "area", "edition_id", "reported_at", "state", "version", "since", "task_code", "weight", "unit",
    "self_handled", "clock", "is_paused", "is_provisional", "reopen_no", "rating", "merged_into", "closed_at",
)  # fmt: skip
_STEP = ("case_id", "seq", "action", "from_state", "to_state", "at", "actor_kind", "note", "detail")


def fill_histories(url: str, *, begin: datetime, days: int, count: int, seed: int = 1) -> list[str]:
    """So many cases reported in the days after `begin`; their numbers."""
    luck = random.Random(seed)
    with psycopg.connect(url) as db:
        grids = db.execute(
            "SELECT code, edition_id FROM grids_grid WHERE edition_id IN "
            "(SELECT id FROM grids_gridedition WHERE state = 'EFFECTIVE') ORDER BY code"
        ).fetchall()
        units = [
            row[0]
            for row in db.execute(
                "SELECT code FROM workforce_unit WHERE kind IN ('DEPARTMENT', 'OFFICE') ORDER BY code"
            )
        ]
        row = db.execute("SELECT coalesce(max(id), 0) FROM cases_case").fetchone()
        first = row[0] + 1 if row else 1
        whole = [
            (
                first + n,
                luck.choice(grids),
                list(_walk(luck, begin + timedelta(minutes=luck.uniform(0, days * 1440)), units)),
            )
            for n in range(count)
        ]
        _copy(db, "cases_case", _CASE, (_case(pk, place, steps, luck) for pk, place, steps in whole))
        _copy(db, "cases_casestep", _STEP, (line for pk, _, steps in whole for line in _lines(pk, steps)))
        db.execute("SELECT setval(pg_get_serial_sequence('cases_case', 'id'), (SELECT max(id) FROM cases_case))")
        contacts = [pk for pk, _, _ in whole if luck.random() < 0.4]
        db.execute(
            "INSERT INTO cases_casecontact (case_id, name, phone, kept_until) "
            "SELECT unnest(%s::bigint[]), '', '', current_date + 30",
            [contacts],
        )
    return [_number(pk, place, steps) for pk, place, steps in whole]


def _walk(luck: random.Random, at: datetime, units: list[str]) -> Iterator[Step]:
    """The steps of one case from its report on."""
    unit, level = luck.choice(units), luck.choices(("COUNTY", "TOWNSHIP", "ENFORCEMENT"), (5, 4, 1))[0]
    yield "submit", "draft", "reported", at, {}
    at += timedelta(minutes=luck.expovariate(1 / 40))
    if luck.random() < 0.04:
        yield "refuse", "reported", "refused", at, {"reason": "NOT_OUR_DUTY"}
        return
    limit = luck.choice((480, 960, 1440, 2400))
    given = {"task_code": luck.choice(_TASKS), "weight": "GENERAL", "limit_min": limit, "clock": "WORKING"}
    yield "accept", "reported", "accepted", at, given | {"is_urgent": False}
    at += timedelta(minutes=luck.expovariate(1 / 20))
    if luck.random() < 0.35:
        yield "self_handle", "accepted", "in_progress", at, {"level": "GRID"}
    else:
        yield "dispatch", "accepted", "dispatched", at, {"unit": unit, "level": level}
        at += timedelta(minutes=luck.expovariate(1 / 120))
        if luck.random() < 0.06:
            yield "request_return", "dispatched", "return_requested", at, {}
            at += timedelta(minutes=luck.expovariate(1 / 90))
            unit = luck.choice(units)
            yield (
                "uphold_return",
                "return_requested",
                "dispatched",
                at,
                {"unit": unit, "level": level, "returned_by": ""},
            )
            at += timedelta(minutes=30)
        yield "sign", "dispatched", "in_progress", at, {}
    yield from _handled(luck, at, limit)


def _handled(luck: random.Random, at: datetime, limit: int) -> Iterator[Step]:
    if luck.random() < 0.03:
        yield "suspend", "in_progress", "suspended", at, {"reason": "WORKS", "until": "2026-12-31"}
        at += timedelta(days=luck.uniform(1, 6))
        yield "resume", "suspended", "in_progress", at, {"reason": "PLANNED"}
    if luck.random() < 0.04:
        yield "approve_extension", "in_progress", "in_progress", at, {"until": "2026-12-31", "extra_min": 960}
    if luck.random() < 0.02:
        return
    at += timedelta(minutes=luck.expovariate(1 / (limit * 1.4)))
    yield "submit_result", "in_progress", "disposed", at, {}
    at += timedelta(minutes=luck.expovariate(1 / 300))
    if luck.random() < 0.07:
        yield "rework", "disposed", "rework", at, {}
        at += timedelta(minutes=luck.expovariate(1 / 600))
        yield "submit_result", "rework", "disposed", at, {}
        at += timedelta(minutes=60)
    yield "verify", "disposed", "verified", at, {}
    at += timedelta(minutes=luck.expovariate(1 / 60))
    yield "feedback", "verified", "closed", at, {}
    if luck.random() < 0.25:
        rating = luck.choices(("SATISFIED", "BASICALLY", "NOT_SATISFIED"), (7, 2, 1))[0]
        at += timedelta(hours=luck.uniform(1, 60))
        yield "rate", "closed", "evaluated", at, {"rating": rating, "solved": luck.random() < 0.85, "by": "REPORTER"}
    else:
        at += timedelta(days=7)
        yield "archive", "closed", "evaluated", at, {}


def _number(pk: int, place: tuple[str, int], steps: list[Step]) -> str:
    return f"{steps[0][3]:%Y%m%d}{place[0][:6]}{pk % 1_000_000:06d}"


def _case(pk: int, place: tuple[str, int], steps: list[Step], luck: random.Random) -> tuple[Any, ...]:
    last, given = steps[-1], {key: value for step in steps for key, value in step[4].items()}
    closed = next((step[3] for step in steps if step[0] == "feedback"), None)
    return (
        pk, _number(pk, place, steps), f"B{pk:07d}", uuid.UUID(int=luck.getrandbits(128)),
        luck.choice(("RESIDENT", "WORKER", "HOTLINE")), f"路边垃圾堆了三天没人清 {pk}", "", "MAP_PIN", "EPSG:4326", "",
        place[0], place[1], steps[0][3], last[2], len(steps), last[3], given.get("task_code", ""), "GENERAL",
        given.get("unit", ""), any(step[0] == "self_handle" for step in steps), "", False, False, 0,
        given.get("rating", ""), "", closed,
    )  # fmt: skip


def _lines(pk: int, steps: list[Step]) -> Iterator[tuple[Any, ...]]:
    for seq, (action, from_state, to_state, at, detail) in enumerate(steps, 1):
        yield pk, seq, action, from_state, to_state, at, "STAFF", "", json.dumps(detail)


def _copy(db: psycopg.Connection[Any], table: str, columns: tuple[str, ...], rows: Iterator[tuple[Any, ...]]) -> None:
    with db.cursor() as cursor, cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:  # type: ignore[arg-type]
        for row in rows:
            copy.write_row(row)
