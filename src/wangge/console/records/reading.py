"""What the audit triggers have written, read together: what changed, when, by whom, in whose area.

Each tracked table keeps the row as it was after every change; what changed is the difference to the one before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import orjson
from django.db import connection

from wangge.analysis.operations.exporting import EXPORTED as FIGURES_EXPORTED
from wangge.cases.models import Unmasking
from wangge.console.cases.export import EXPORTED
from wangge.foundation.access import Actor, require_somewhere
from wangge.foundation.db import within
from wangge.foundation.history import event_models
from wangge.foundation.models import Event
from wangge.foundation.worktime import LOCAL

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
    "analysis.IndexTarget": "e.county",
    "analysis.RevisitShare": "e.county",
    "catalogue.AdmissionApplication": "e.county",
    "catalogue.ApplicationField": (
        "(SELECT a.county FROM catalogue_admissionapplicationevent a WHERE a.id = e.application_id LIMIT 1)"
    ),
    "catalogue.TemporaryItem": "e.county",
    "catalogue.LoadCeiling": "e.area",
}
_ONE = """
(SELECT e.pgh_created_at, '{label}', e.pgh_label, (c.metadata->>'user')::bigint, e.pgh_id, to_jsonb(e),
        (SELECT to_jsonb(b) FROM {table} b WHERE b.pgh_obj_id = e.pgh_obj_id AND b.pgh_id < e.pgh_id
         ORDER BY b.pgh_id DESC LIMIT 1)
 FROM {table} e LEFT JOIN pghistory_context c ON c.id = e.pgh_context_id
 WHERE e.pgh_created_at < %(before)s AND e.pgh_created_at >= %(since)s
   AND (%(users)s::bigint[] IS NULL OR (c.metadata->>'user')::bigint = ANY(%(users)s)) {within}
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


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for in the records: a day, and people by name. None for no matter which."""

    day: date | None = None
    users: tuple[int, ...] | None = None

    @property
    def begin(self) -> datetime:
        return datetime.combine(self.day or date(2000, 1, 1), time(), LOCAL)

    def end(self, before: datetime) -> datetime:
        """Where a page ends at the latest."""
        return min(before, self.begin + timedelta(days=1)) if self.day else before


EVERYTHING = Sought()


def opened_contacts(
    *, actor: Actor, before: int | None = None, sought: Sought = EVERYTHING
) -> tuple[list[Unmasking], int | None]:
    """Openings of contacts in the actor's areas, the latest first, and where the next page begins."""
    require_somewhere(actor, "audit.contacts")
    rows = Unmasking.objects.filter(within("case__area", actor.areas("audit.contacts"))).select_related("case")
    if sought.day:
        rows = rows.filter(at__gte=sought.begin, at__lt=sought.begin + timedelta(days=1))
    if sought.users is not None:
        rows = rows.filter(user_id__in=sought.users)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None


def exports_taken(
    *, actor: Actor, before: int | None = None, sought: Sought = EVERYTHING
) -> tuple[list[Event], int | None]:
    """Lists of cases and figures that were taken as files, the latest first. Needs ``audit.view``."""
    require_somewhere(actor, "audit.view")
    rows = Event.objects.filter(within("area", actor.areas("audit.view")), type__in=(EXPORTED, FIGURES_EXPORTED))
    if sought.day:
        rows = rows.filter(at__gte=sought.begin, at__lt=sought.begin + timedelta(days=1))
    if sought.users is not None:
        rows = rows.filter(payload__by__in=sought.users)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None


def changes_before(before: datetime, *, actor: Actor, of: str = "", sought: Sought = EVERYTHING) -> Sequence[Change]:
    """A page of changes in the actor's areas, the latest first. Needs ``audit.view``."""
    require_somewhere(actor, "audit.view")
    areas = actor.areas("audit.view")
    models = {label: model for label, model in event_models().items() if not of or label == of}
    if not models or not areas:
        return []
    parts = [_one(label, model._meta.db_table, areas) for label, model in models.items()]
    known: dict[str, Any] = {
        "since": sought.begin,
        "before": sought.end(before),
        "areas": [f"{area}%" for area in areas],
        "users": list(sought.users) if sought.users is not None else None,
    }
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
