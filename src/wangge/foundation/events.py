"""How what is below speaks upward: rows written in the same transaction, read after commit, in order.

A reader keeps a cursor. Rows of transactions still running are held back (their ids are handed out
before they commit), so a cursor never steps over a row that appears later.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from wangge.foundation.models import Event


@dataclass(frozen=True, slots=True, order=True)
class Cursor:
    """A place in the stream: transaction id, then row id."""

    xid: int = 0
    id: int = 0

    def __str__(self) -> str:
        return f"{self.xid}.{self.id}"

    @classmethod
    def parse(cls, text: str) -> Cursor:
        """The cursor written as ``xid.id``; the beginning for anything else."""
        xid, _, row = text.partition(".")
        return cls(int(xid), int(row)) if xid.isdecimal() and row.isdecimal() else cls()


def record(type: str, *, subject: str, area: str, at: datetime, unit: str = "", **payload: object) -> None:
    """Write one event. `type` is ``app.thing.happened``; no personal data in `payload`."""
    Event.objects.bulk_create([Event(type=type, subject=subject, area=area, unit=unit, at=at, payload=payload)])


def since(cursor: Cursor, *, limit: int = 500) -> tuple[list[Event], Cursor]:
    """Committed events after the cursor, oldest first, and the cursor after them."""
    rows = list(
        Event.objects.raw(
            """SELECT * FROM foundation_event
               WHERE (xid, id) > (%s, %s) AND xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
               ORDER BY xid, id LIMIT %s""",
            [cursor.xid, cursor.id, limit],
        )
    )
    return rows, Cursor(rows[-1].xid, rows[-1].id) if rows else cursor


def newest() -> Cursor:
    """The end of the committed stream."""
    with connection.cursor() as db:
        db.execute(
            """SELECT xid, id FROM foundation_event
               WHERE xid < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
               ORDER BY xid DESC, id DESC LIMIT 1"""
        )
        row = db.fetchone()
    return Cursor(*row) if row else Cursor()
