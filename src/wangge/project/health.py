"""Whether this instance is well: the database answers, and the queue moves."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse

#: A job that has failed is put off until later, so one that is tried again still waits.
_QUEUE = """
SELECT count(*) FILTER (WHERE j.status IN ('todo', 'doing') AND (j.scheduled_at IS NULL OR j.attempts > 0)),
       coalesce(extract(epoch FROM now() - min(e.at) FILTER (
         WHERE j.status IN ('todo', 'doing') AND (j.scheduled_at IS NULL OR j.attempts > 0))), 0),
       count(*) FILTER (WHERE j.status IN ('todo', 'doing') AND j.attempts > 0),
       count(*) FILTER (WHERE j.status = 'failed')
FROM procrastinate_jobs j LEFT JOIN procrastinate_events e ON e.job_id = j.id AND e.type = 'deferred'
"""


def healthz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers, 503 otherwise.

    `oldest_job_s` is the age of the oldest waiting job, `retried_jobs` how many are being tried again,
    `failed_jobs` how many were given up (docs/guides/administrator.md, "Watch it").
    """
    try:
        with connection.cursor() as db:
            db.execute(_QUEUE)
            waiting, oldest, retried, failed = db.fetchone()
    except DatabaseError:
        return JsonResponse({"status": "down", "database": False}, status=503)
    return JsonResponse(
        {
            "status": "ok",
            "database": True,
            "waiting_jobs": waiting,
            "oldest_job_s": round(float(oldest), 1),
            "retried_jobs": retried,
            "failed_jobs": failed,
        }
    )
