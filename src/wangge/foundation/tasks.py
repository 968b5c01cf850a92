"""The queue looks after itself: jobs whose worker died go back, finished ones are removed."""

from __future__ import annotations

from procrastinate.contrib.django import app

STALLED_AFTER_S = 20.0


@app.periodic(cron="* * * * * */15")
@app.task(queue="queue_care", name="foundation.put_back_stalled", queueing_lock="foundation.put_back_stalled")
async def put_back_stalled(timestamp: int) -> None:
    """Jobs that a killed worker left in `doing` are put back. Tasks are idempotent, so twice is harmless."""
    stalled = await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_AFTER_S)
    for job in stalled:
        if job.task_name != "foundation.put_back_stalled":
            await app.job_manager.retry_job(job)


@app.periodic(cron="23 * * * *")
@app.task(queue="queue_care", name="foundation.remove_finished", queueing_lock="foundation.remove_finished")
async def remove_finished(timestamp: int) -> None:
    """What the worker did not delete itself goes after a day; failed jobs stay for somebody to look at."""
    await app.job_manager.delete_old_jobs(nb_hours=24, include_failed=False)
