"""Jobs of the queue: ids in, one operation each. All are idempotent: a job may run twice, never be lost."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from uuid import UUID

from procrastinate.contrib.django import app

from wangge.cases.operations import (
    archive,
    forget_contacts,
    lapse,
    recount_deadline,
    resume_as_planned,
    run_routing_simulation,
    turn_light,
)
from wangge.cases.operations import follow_up as follow_up_operation
from wangge.cases.operations.media import forget_unclaimed
from wangge.cases.queries import due_to_archive, due_to_lapse, due_to_resume, due_to_turn, resting_on
from wangge.catalogue import queries as catalogue
from wangge.catalogue.operations import CALENDAR_CHANGED
from wangge.foundation import clock
from wangge.foundation.errors import Conflict
from wangge.foundation.jobs import enqueue
from wangge.foundation.models import Event
from wangge.foundation.retrying import AGAIN
from wangge.foundation.subscriptions import advance

_log = logging.getLogger("wangge.cases")


@app.task(queue="cases", name="cases.follow_up", retry=AGAIN)
def follow_up(case_no: str) -> None:
    """Suggestions and search words for a new report."""
    follow_up_operation(case_no=case_no, at=clock.now())


@app.task(queue="cases", name="cases.simulate_routing")
def simulate_routing(simulation_id: str) -> None:
    """Try a draft of routing rules on last month's cases."""
    run_routing_simulation(simulation_id=UUID(simulation_id), at=clock.now())


@app.periodic(cron="*/10 * * * *")
@app.task(queue="cases", name="cases.let_time_pass", queueing_lock="cases.let_time_pass")
def let_time_pass(timestamp: int) -> None:
    """What happens when nobody does anything: returned reports lapse, closed cases are filed, rests end."""
    at = clock.now()
    failed: set[str] = set()
    for operation, due in (
        (lapse, due_to_lapse(at)),
        (archive, due_to_archive(at)),
        (resume_as_planned, due_to_resume(at)),
    ):
        failed |= _for_each(due, operation, at, but_for=(Conflict,))  # somebody acted since the list was drawn up
    _report(failed)


@app.periodic(cron="* * * * *")
@app.task(queue="cases", name="cases.turn_lights", queueing_lock="cases.turn_lights")
def turn_lights(timestamp: int) -> None:
    """Lights that turn yellow or red, and what that brings about. Goes on until none is due."""
    at = clock.now()
    failed: set[str] = set()
    while due := due_to_turn(at, but=failed):
        failed |= _for_each(due, turn_light, at)
    _report(failed)


def _for_each(
    case_nos: Iterable[str],
    operation: Callable[..., object],
    at: datetime,
    *,
    but_for: tuple[type[Exception], ...] = (),
) -> set[str]:
    """Do it for every case; the numbers of those that failed, which keep no other from its turn.

    `but_for` is no failure. Whoever asks again until nothing is due has none such: it would ask for ever.
    """
    failed = set()
    for case_no in case_nos:
        try:
            with suppress(*but_for):
                operation(case_no=case_no, at=at)
        except Exception:
            _log.exception("time did not pass for case %s", case_no)
            failed.add(case_no)
    return failed


def _report(failed: Collection[str]) -> None:
    """The job has failed if one case has: somebody has to look."""
    if failed:
        raise RuntimeError(f"time did not pass for {len(failed)} cases, the log says for which")


@app.task(queue="cases", name="cases.recount_deadlines", retry=AGAIN)
def recount_deadlines(since: str) -> None:
    """Deadlines that rest on days whose working hours were changed or have become known."""
    catalogue.forget()  # this process may remember the calendar as it was
    at, last, day = clock.now(), 0, datetime.fromisoformat(since)
    failed: set[str] = set()
    while page := resting_on(day, after=last):
        failed |= _for_each((case_no for _, case_no in page), recount_deadline, at)
        last = page[-1][0]
    _report(failed)


@app.periodic(cron="* * * * *")
@app.task(queue="cases", name="cases.follow_calendar", queueing_lock="cases.follow_calendar")
def follow_calendar(timestamp: int) -> None:
    """Days that were set lead to deadlines counted anew: at once, and again when no process remembers the old ones."""
    later = clock.now() + 2 * catalogue.KEPT_FOR

    def handle(rows: Sequence[Event]) -> None:
        changed = [str(row.payload["since"]) for row in rows if row.type == CALENDAR_CHANGED]
        if changed:
            since = min(changed, key=datetime.fromisoformat)
            enqueue("cases.recount_deadlines", queue="cases", since=since)
            enqueue("cases.recount_deadlines", queue="cases", not_before=later, since=since)

    while advance("cases.calendar", handle):
        pass


@app.periodic(cron="17 * * * *")
@app.task(queue="cases", name="cases.forget_unclaimed_media", queueing_lock="cases.forget_unclaimed_media")
def forget_unclaimed_media(timestamp: int) -> None:
    """Uploads that no report ever claimed."""
    forget_unclaimed(at=clock.now())


@app.periodic(cron="40 3 * * *")
@app.task(queue="cases", name="cases.forget_contacts", queueing_lock="cases.forget_contacts")
def forget_old_contacts(timestamp: int) -> None:
    """Contacts are kept for their time and no longer."""
    forget_contacts(at=clock.now())
