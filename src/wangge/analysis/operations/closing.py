"""A month is read over and over while it runs, and closed once it is to be published."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, time, timedelta

import orjson
from django.db import connection

from wangge.analysis.models import AssessmentRun, Reading, ReadingSheet, RunSheet
from wangge.analysis.operations.facts import follow_cases
from wangge.analysis.queries.exclusions import last_decision
from wangge.analysis.queries.periods import count_period
from wangge.analysis.rules import calendars
from wangge.analysis.rules.packing import packed_sheets
from wangge.analysis.rules.table import FORMULAS
from wangge.analysis.types import Period, Sheets
from wangge.catalogue.queries import calendar as calendar_at
from wangge.foundation import events
from wangge.foundation.access import Actor, require
from wangge.foundation.db import transaction
from wangge.foundation.errors import Conflict, Invalid
from wangge.foundation.worktime import LOCAL

#: What was dated before the cut-off is written by then: no transaction lasts so long.
SETTLED_AFTER = timedelta(minutes=5)
LONGEST = timedelta(days=366)


class BadPeriod(Invalid):
    """The last day lies before the first, or the period is longer than a year."""

    code = "analysis.bad_period"


class PeriodNotOver(Conflict):
    """A period is closed when it is over, with what is known up to a day that is over too."""

    code = "analysis.period_not_over"


@transaction
def read_month(*, county: str, period: Period, at: datetime) -> Reading:
    """Count a period as of now and keep it for the pages, in the place of the last count."""
    calendar = calendar_at(at)
    sheets, cases = count_period(county, period, cut_off=at, calendar=calendar)
    reading, _made = Reading.objects.update_or_create(
        county=county,
        from_on=period.from_on,
        to_on=period.to_on,
        defaults={"cut_off": at, "formulas": FORMULAS, "cases": cases, "at": at},
    )
    ReadingSheet.objects.filter(reading=reading).delete()
    ReadingSheet.objects.bulk_create(
        ReadingSheet(reading=reading, kind=kind, figures=figures) for kind, figures in packed_sheets(sheets).items()
    )
    return reading


@transaction
def close_period(*, county: str, period: Period, known_to: date, actor: Actor, at: datetime) -> AssessmentRun:
    """Close a period with what is known before `known_to`. Closing it once more makes another run beside the first.

    Needs ``assessment.close`` in the county. BadPeriod (422), PeriodNotOver (409).
    """
    require(actor, "assessment.close", area=county)
    if not period.from_on < period.to_on or period.end - period.begin > LONGEST:
        raise BadPeriod(field="to_on")
    cut_off = datetime.combine(known_to, time(), LOCAL)
    if known_to < period.to_on or cut_off > at - SETTLED_AFTER:
        raise PeriodNotOver(field="known_to", value=known_to.isoformat())
    while follow_cases(at=at):
        pass
    decision = _last_decision()
    calendar = calendar_at(at)
    sheets, cases = count_period(county, period, cut_off=cut_off, calendar=calendar, last_decision=decision)
    run = AssessmentRun.objects.create(
        county=county,
        from_on=period.from_on,
        to_on=period.to_on,
        cut_off=cut_off,
        formulas=FORMULAS,
        cases=cases,
        at=at,
        run_no=AssessmentRun.objects.filter(county=county, from_on=period.from_on, to_on=period.to_on).count() + 1,
        calendar=calendars.written(calendar),
        last_decision=decision,
        digest=digest_of(sheets),
        closed_by_id=actor.user_id,
    )
    RunSheet.objects.bulk_create(
        RunSheet(run=run, kind=kind, figures=figures) for kind, figures in packed_sheets(sheets).items()
    )
    events.record(
        "analysis.period.closed", subject=str(run.pk), area=county, at=at,
        from_on=period.from_on.isoformat(), to_on=period.to_on.isoformat(), run_no=run.run_no,
    )  # fmt: skip
    return run


def _last_decision() -> int:
    """No decision comes in until the period is closed: the numbers are those after exactly this one."""
    with connection.cursor() as db:
        db.execute("LOCK TABLE analysis_exclusion IN SHARE MODE")
    return last_decision()


def digest_of(sheets: Sheets) -> str:
    """SHA-256 of all figures, to be written on a printed brief."""
    return hashlib.sha256(orjson.dumps(packed_sheets(sheets), option=orjson.OPT_SORT_KEYS)).hexdigest()
