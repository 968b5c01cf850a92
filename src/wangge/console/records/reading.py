"""What the audit triggers have written, read together: what changed, when, by whom, in whose area.

Each tracked table keeps the row as it was after every change; what changed is the difference to the one before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from django.db import connection

from wangge.foundation.access import Actor, require_somewhere
from wangge.foundation.history import event_models

PAGE = 50
#: Where a changed row belongs, in SQL over its event `e`; tables not named here belong to everywhere.
_AREAS = {
    "workforce.Unit": "e.area",
    "workforce.Post": "e.area",
    "workforce.Appointment": "(SELECT p.area FROM workforce_post p WHERE p.id = e.post_id)",
    "workforce.Absence": (
        "(SELECT p.area FROM workforce_postevent p JOIN workforce_appointmentevent a ON a.post_id = p.id"
        " WHERE a.id = e.appointment_id LIMIT 1)"
    ),
    "grids.GridEdition": "e.county_id",
}
_ONE = """
(SELECT e.pgh_created_at, '{label}', e.pgh_label, (c.metadata->>'user')::bigint, e.pgh_id, to_jsonb(e),
        (SELECT to_jsonb(b) FROM {table} b WHERE b.pgh_obj_id = e.pgh_obj_id AND b.pgh_id < e.pgh_id
         ORDER BY b.pgh_id DESC LIMIT 1)
 FROM {table} e LEFT JOIN pghistory_context c ON c.id = e.pgh_context_id
 WHERE e.pgh_created_at < %(before)s {within}
 ORDER BY e.pgh_created_at DESC, e.pgh_id DESC LIMIT {limit})
"""
_ALL = """
SELECT * FROM ({parts}) AS changes (at, model, label, user_id, id, after, before)
ORDER BY at DESC, model, id DESC LIMIT {limit}
"""


@dataclass(frozen=True, slots=True)
class Change:
    """One row as it was after a change, and before."""

    at: datetime
    model: str
    label: str
    user_id: int | None
    after: dict[str, Any]
    before: dict[str, Any] | None


def changes_before(before: datetime, *, actor: Actor, of: str = "") -> Sequence[Change]:
    """A page of changes in the actor's areas, the latest first. Needs ``audit.view``."""
    require_somewhere(actor, "audit.view")
    areas = actor.areas("audit.view")
    models = {label: model for label, model in event_models().items() if not of or label == of}
    if not models or not areas:
        return []
    parts = [_one(label, model._meta.db_table, areas) for label, model in models.items()]
    known: dict[str, Any] = {"before": before, "areas": [f"{area}%" for area in areas]}
    with connection.cursor() as db:
        db.execute(_ALL.format(parts=" UNION ALL ".join(parts), limit=PAGE + 1), known)
        rows = db.fetchall()
    return [Change(row[0], row[1], row[2], row[3], _json(row[5]) or {}, _json(row[6])) for row in rows]


def _one(label: str, table: str, areas: Sequence[str]) -> str:
    area = _AREAS.get(label)
    within = f"AND {area} LIKE ANY(%(areas)s)" if area and "" not in areas else ""
    return _ONE.format(label=label, table=table, within=within, limit=PAGE + 1)


def _json(value: Any) -> dict[str, Any] | None:
    found: dict[str, Any] | None = orjson.loads(value) if isinstance(value, str | bytes) else value
    return found
