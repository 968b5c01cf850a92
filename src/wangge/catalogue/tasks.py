"""Jobs of the catalogue: what time does to applications."""

from __future__ import annotations

from procrastinate.contrib.django import app

from wangge.catalogue.operations import apply_due_applications
from wangge.foundation import clock


@app.periodic(cron="*/5 * * * *")
@app.task(queue="queue_care", name="catalogue.apply_due_applications", queueing_lock="catalogue.apply_due_applications")
def let_time_pass(timestamp: int) -> None:
    """Published applications whose day has come, and what became of those on the list."""
    apply_due_applications(at=clock.now())
