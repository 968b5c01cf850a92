"""Reading the stream of events to its end: each event at least once, in order, by one reader at a time.

A subscriber keeps its place in a row of its own. The place moves in the same transaction as what the
subscriber writes, so after a crash it reads again what it hadn't written down, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.db import transaction

from wangge.foundation import events
from wangge.foundation.events import Cursor
from wangge.foundation.models import Event, Subscription

#: What a subscriber does with the next events. Runs in a transaction: no network in here.
Handle = Callable[[Sequence[Event]], None]


def advance(name: str, handle: Handle, *, limit: int = 500, wait: bool = False) -> int:
    """Hand the next events over and move on; how many there were. 0 at the end, or while another reader is at it.

    Whoever needs the end of the stream waits for that other reader instead.
    """
    with transaction.atomic():
        Subscription.objects.bulk_create([Subscription(name=name)], ignore_conflicts=True)
        place = Subscription.objects.select_for_update(skip_locked=not wait).filter(name=name).first()
        if place is None:
            return 0
        rows = _whole_transactions(events.since(Cursor(place.xid, place.event_id), limit=limit + 1)[0], limit)
        if not rows:
            return 0
        handle(rows)
        place.xid, place.event_id = rows[-1].xid, rows[-1].pk
        place.save(update_fields=["xid", "event_id"])
    return len(rows)


def begin_now(name: str) -> None:
    """Skip what has happened so far, for a subscriber that is to tell news only. Later calls change nothing."""
    end = events.newest()
    Subscription.objects.bulk_create([Subscription(name=name, xid=end.xid, event_id=end.id)], ignore_conflicts=True)


def _whole_transactions(rows: list[Event], limit: int) -> list[Event]:
    """At most `limit` rows; what was written together is handed over together, unless it alone is more than that."""
    if len(rows) <= limit:
        return rows
    whole = [row for row in rows if row.xid != rows[-1].xid]
    return whole or rows[:limit]
