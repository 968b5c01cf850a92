"""Jobs for the queue, enqueued in the caller's transaction: if it commits, the job is there; if not, it never was.

The worker polls. Procrastinate's NOTIFY trigger is switched off by migration, because a NOTIFY makes all
commits of the database wait for one another (docs/decisions/0005-queue.md has the measurement).
"""

from __future__ import annotations

from datetime import datetime

import orjson

from wangge.foundation.db import prepared

_DEFER = """
SELECT procrastinate_defer_jobs_v1(ARRAY[
  ROW(%s, %s, %s, NULL, NULL, %s::jsonb, %s::timestamptz)::procrastinate_job_to_defer_v1])
"""


def enqueue(
    task: str, *, queue: str, priority: int = 0, not_before: datetime | None = None, **arguments: object
) -> None:
    """Put one job of the named task on its queue, to be done at once or from an instant on."""
    with prepared() as db:
        db.execute(_DEFER, [queue, task, priority, orjson.dumps(arguments).decode(), not_before])
