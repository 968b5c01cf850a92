"""Whether this instance is well: the database answers, and no job waits for long."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse


def healthz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers, 503 otherwise. `oldest_job_s` is the age of the oldest waiting job."""
    try:
        with connection.cursor() as db:
            db.execute(
                """SELECT count(*), coalesce(extract(epoch FROM now() - min(e.at)), 0)
                   FROM procrastinate_jobs j JOIN procrastinate_events e ON e.job_id = j.id AND e.type = 'deferred'
                   WHERE j.status IN ('todo', 'doing') AND j.scheduled_at IS NULL"""
            )
            waiting, oldest = db.fetchone()
    except DatabaseError:
        return JsonResponse({"status": "down", "database": False}, status=503)
    return JsonResponse(
        {"status": "ok", "database": True, "waiting_jobs": waiting, "oldest_job_s": round(float(oldest), 1)}
    )
