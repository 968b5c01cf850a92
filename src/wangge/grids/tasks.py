"""Jobs of the grids: files become editions, and editions take effect on their day."""

from __future__ import annotations

from uuid import UUID

from django.db import InterfaceError, OperationalError
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from wangge.foundation import clock
from wangge.grids.operations import StillRunning, apply_due_editions, run_import

_AGAIN = RetryStrategy(max_attempts=30, wait=4, retry_exceptions={StillRunning, OperationalError, InterfaceError})


@app.task(queue="imports", name="grids.import", retry=_AGAIN)
def import_grids(job_id: str) -> None:
    """Read and check one uploaded file."""
    run_import(job_id=UUID(job_id), at=clock.now())


@app.periodic(cron="*/5 * * * *")
@app.task(queue="queue_care", name="grids.apply_due_editions", queueing_lock="grids.apply_due_editions")
def take_effect(timestamp: int) -> None:
    """Editions whose day has come."""
    apply_due_editions(at=clock.now())
