"""Jobs for the queue, enqueued in the caller's transaction: if it commits, the job is there; if not, it never was.

The worker polls. Procrastinate's NOTIFY trigger is switched off by migration, because a NOTIFY makes all
commits of the database wait for one another (docs/decisions/0005-queue.md has the measurement).
"""

from __future__ import annotations

import orjson

from wangge.foundation.db import prepared

_DEFER = """
SELECT procrastinate_defer_jobs_v1(ARRAY[
  ROW(%s, %s, %s, NULL, NULL, %s::jsonb, NULL)::procrastinate_job_to_defer_v1])
"""


def enqueue(task: str, *, queue: str, priority: int = 0, **arguments: object) -> None:
    """Put one job of the named task on its queue."""
    with prepared() as db:
        db.execute(_DEFER, [queue, task, priority, orjson.dumps(arguments).decode()])
