"""Jobs of the queue: facts follow the events, months are counted, revisits are drawn, everything is reconciled."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from procrastinate.contrib.django import app

from wangge.analysis import operations
from wangge.analysis.models import Reading
from wangge.analysis.queries.facts import counties_with_facts, touched_in
from wangge.analysis.queries.periods import is_stale
from wangge.analysis.types import Period, month_of
from wangge.foundation import clock
from wangge.foundation.worktime import LOCAL

MONTHS_KEPT = 13
_log = logging.getLogger("wangge.analysis")


@app.periodic(cron="* * * * * */20")
@app.task(queue="analysis", name="analysis.follow_cases", queueing_lock="analysis.follow_cases")
def follow_cases(timestamp: int) -> None:
    """Bring the facts up to the end of the stream."""
    while operations.follow_cases(at=clock.now()):
        pass


@app.periodic(cron="*/10 * * * *")
@app.task(queue="analysis", name="analysis.read_months", queueing_lock="analysis.read_months")
def read_months(timestamp: int) -> None:
    """Count the months of every county whose figures may have changed since they were last counted."""
    at = clock.now()
    for county in counties_with_facts():
        for month in last_months(at, MONTHS_KEPT):
            if _is_to_be_counted(county, month, at):
                operations.read_month(county=county, period=month, at=at)


@app.periodic(cron="20 0 * * *")
@app.task(queue="analysis", name="analysis.draw_revisits", queueing_lock="analysis.draw_revisits")
def draw_revisits(timestamp: int) -> None:
    """The day after closing, the reporters to be asked are drawn."""
    at = clock.now()
    while operations.follow_cases(at=at):
        pass
    yesterday = at.astimezone(LOCAL).date() - timedelta(days=1)
    for county in counties_with_facts():
        operations.draw_revisits(county=county, closed_on=yesterday, at=at)


@app.periodic(cron="*/10 * * * *")
@app.task(queue="analysis", name="analysis.lapse_revisits", queueing_lock="analysis.lapse_revisits")
def lapse_revisits(timestamp: int) -> None:
    """Nobody is called about a case that was rated, filed or opened again meanwhile."""
    operations.lapse_revisits(at=clock.now())


@app.periodic(cron="50 2 * * *")
@app.task(queue="analysis", name="analysis.reconcile", queueing_lock="analysis.reconcile")
def reconcile(timestamp: int) -> None:
    """Every night all facts are compared with the histories; what differs is mended and reported to the log."""
    at = clock.now()
    while operations.follow_cases(at=at):
        pass
    found = operations.reconcile(at=at, repair=True)
    (_log.error if found.differing else _log.info)(
        "facts reconciled: %d cases, %d differed", found.cases, len(found.differing)
    )


def last_months(at: datetime, count: int) -> list[Period]:
    """So many calendar months, the present one last."""
    months = [month_of(at.astimezone(LOCAL).date())]
    while len(months) < count:
        months.insert(0, month_of(months[0].from_on - timedelta(days=1)))
    return months


def _is_to_be_counted(county: str, month: Period, at: datetime) -> bool:
    reading = Reading.objects.filter(county=county, from_on=month.from_on, to_on=month.to_on).first()
    if reading is None:
        return touched_in(county, month).exists()
    return reading.cut_off < month.end or is_stale(reading, at)
