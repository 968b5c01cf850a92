"""Jobs of the queue: what is kept of failed sign-ins goes when it no longer counts."""

from __future__ import annotations

from procrastinate.contrib.django import app

from wangge.accounts.operations import forget_failed_sign_ins
from wangge.foundation import clock


@app.periodic(cron="23 * * * *")
@app.task(queue="accounts", name="accounts.forget_failed_sign_ins", queueing_lock="accounts.forget_failed_sign_ins")
def forget_old_failures(timestamp: int) -> None:
    """Failed sign-ins count for a quarter of an hour; an hour later nothing is left of them."""
    forget_failed_sign_ins(at=clock.now())
