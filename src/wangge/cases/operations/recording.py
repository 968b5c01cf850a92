"""How history is written down: one statement for a report or a step, with its event and its job.

These are the hottest paths of the product, and a round trip costs more than a row (bench/intake.py,
bench/transition.py): rows that belong together travel together. A report's number is drawn in the same
statement, and a client id that is there already writes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson

from wangge.cases.models import Case
from wangge.cases.rules.duplicates import Candidate
from wangge.cases.types import Likeness, Place, Receipt, State, Step
from wangge.foundation.access import Actor
from wangge.foundation.db import prepared
from wangge.foundation.worktime import LOCAL

_RECORD = """
WITH taken AS (
  INSERT INTO cases_case (
    case_no, query_code, client_id, channel, entered_by_id, text, chosen_task, point, place_source, place_crs,
    accuracy_m, address, area, edition_id, place_cell, reported_at, state, version, since, task_code, weight, unit,
    self_handled, due_at, warn_at, clock, is_paused, is_provisional, reopen_no, rating, merged_into, level, asked,
    open_subs, open_orders, next_turn_at)
  VALUES (
    %(day)s || left(%(area)s, 6) || lpad(nextval('cases_case_serial')::text, 6, '0'), %(query_code)s, %(client_id)s,
    %(channel)s, %(actor)s, %(text)s, %(chosen_task)s, ST_SetSRID(ST_MakePoint(%(lon)s, %(lat)s), 4326),
    %(place_source)s, %(place_crs)s, %(accuracy_m)s, %(address)s, %(area)s, %(edition)s, %(place_cell)s, %(at)s,
    %(state)s, 1, %(at)s, '', %(weight)s, '',
    false, %(due_at)s, %(warn_at)s, %(clock)s, false, %(provisional)s, 0, '', '', '', '',
    0, 0, %(warn_at)s)
  ON CONFLICT DO NOTHING
  RETURNING id, case_no
), step AS (
  INSERT INTO cases_casestep (
    case_id, seq, action, from_state, to_state, at, actor_kind, actor_id, note, detail, operation_id)
  SELECT id, 1, %(action)s, %(from_state)s, %(state)s, %(at)s, %(actor_kind)s, %(actor)s, '', %(detail)s::jsonb,
    %(client_id)s
  FROM taken
), alike AS (
  INSERT INTO cases_likelyduplicate (case_id, earlier_id, distance_m, days_apart, text_likeness, score)
  SELECT taken.id, found.* FROM taken, jsonb_to_recordset(%(alike)s::jsonb) AS found(
    earlier bigint, distance_m float8, days_apart float8, text_likeness float8, score float8)
), told AS (
  INSERT INTO foundation_event (type, subject, area, unit, at, payload)
  SELECT 'cases.case.' || %(action)s, case_no, %(area)s, '', %(at)s, %(payload)s::jsonb FROM taken
)
SELECT id, case_no, procrastinate_defer_jobs_v1(ARRAY[
  ROW('cases', 'cases.follow_up', 0, NULL, NULL, jsonb_build_object('case_no', case_no), NULL)
  ::procrastinate_job_to_defer_v1]) FROM taken
"""

#: Columns of `Case` that follow from its history.
PROJECTED = (
    "state", "version", "since", "task_code", "weight", "unit", "handler_id", "self_handled", "due_at", "warn_at",
    "clock", "is_paused", "is_provisional", "closed_at", "reopen_no", "rating", "merged_into", "level", "asked",
    "open_subs", "open_orders",
)  # fmt: skip

_STEP = f"""
WITH step AS (
  INSERT INTO cases_casestep (
    case_id, seq, action, from_state, to_state, at, actor_kind, actor_id, note, detail, operation_id)
  VALUES (%(id)s, %(version)s, %(action)s, %(from_state)s, %(state)s, %(at)s, %(actor_kind)s, %(actor)s, %(note)s,
    %(detail)s::jsonb, %(operation_id)s)
), told AS (
  INSERT INTO foundation_event (type, subject, area, unit, at, payload)
  VALUES ('cases.case.' || %(action)s, %(case_no)s, %(area)s, %(unit)s, %(at)s, %(payload)s::jsonb)
)
UPDATE cases_case SET {", ".join(f"{name} = %({name})s" for name in (*PROJECTED, "next_turn_at"))} WHERE id = %(id)s
"""  # noqa: S608 - made of our own column names only


def record(case: Case, place: Place, step: Step, actor: Actor, alike: Sequence[tuple[Candidate, Likeness]]) -> bool:
    """Write the report down at its place and give `case` its id and number.

    False, and nothing written, when its client id is there already or its query code happens to be taken.
    """
    with prepared() as db:
        db.execute(
            _RECORD,
            {
                **_case_values(case),
                **_step_values(step, actor),
                "lon": place.lon,
                "lat": place.lat,
                "detail": orjson.dumps(step.detail).decode(),
                "alike": orjson.dumps(_alike_values(alike)).decode(),
            },
        )
        row = db.fetchone()
    if row is None:
        return False
    case.pk, case.case_no = row[0], row[1]
    return True


def write_step(case: Case, step: Step, actor: Actor) -> None:
    """Append a step to the history of a case whose projection is up to date, and tell of it."""
    values: dict[str, Any] = {name: getattr(case, name) for name in (*PROJECTED, "next_turn_at")}
    said: dict[str, Any] = {
        "id": case.pk,
        "case_no": case.case_no,
        "area": case.area,
        "note": step.note,
        "detail": orjson.dumps(step.detail).decode(),
        "operation_id": step.operation_id,
    }
    with prepared() as db:
        db.execute(_STEP, {**values, **said, **_step_values(step, actor)})


def receipt_of(client_id: UUID) -> Receipt | None:
    """The answer given to the report with this client id, if there was one."""
    row = Case.objects.filter(client_id=client_id).values_list("case_no", "query_code", "area", "state").first()
    if row is None:
        return None
    case_no, query_code, area, state = row
    return Receipt(case_no, query_code, area if len(area) == 15 else None, State(state), created=False)


def _case_values(case: Case) -> dict[str, Any]:
    return {
        "day": f"{case.reported_at.astimezone(LOCAL):%Y%m%d}",
        "query_code": case.query_code,
        "client_id": case.client_id,
        "channel": case.channel,
        "text": case.text,
        "chosen_task": case.chosen_task,
        "place_source": case.place_source,
        "place_crs": case.place_crs,
        "accuracy_m": case.accuracy_m,
        "address": case.address,
        "area": case.area,
        "edition": case.edition_id,
        "place_cell": case.place_cell,
        "weight": case.weight,
        "due_at": case.due_at,
        "warn_at": case.warn_at,
        "clock": case.clock,
        "provisional": case.is_provisional,
    }


def _step_values(step: Step, actor: Actor) -> dict[str, Any]:
    states = {"state": step.to_state.value, "from_state": (step.from_state or State.DRAFT).value}
    return {
        **states,
        "action": step.action.value,
        "at": step.at,
        "actor": actor.user_id,
        "actor_kind": actor.kind.value,
        "payload": orjson.dumps(states).decode(),
    }


def _alike_values(alike: Sequence[tuple[Candidate, Likeness]]) -> list[dict[str, Any]]:
    return [
        {
            "earlier": earlier.id,
            "distance_m": likeness.distance_m,
            "days_apart": likeness.days_apart,
            "text_likeness": likeness.text_likeness,
            "score": likeness.score,
        }
        for earlier, likeness in alike
    ]
