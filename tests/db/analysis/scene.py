"""Cases for the assessment, made by the real operations at chosen times."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from tests import town
from tests.db.cases import flow
from wangge.analysis import operations
from wangge.analysis.types import Period
from wangge.cases.types import Action, Contact
from wangge.foundation.worktime import LOCAL

A = Action
NOVEMBER = Period(date(2026, 11, 1), date(2026, 12, 1))
LATER = datetime(2026, 12, 10, 9, tzinfo=LOCAL)
HANDLING = (A.ACCEPT, A.DISPATCH, A.SIGN, A.SUBMIT_RESULT)
TO_THE_END = (*HANDLING, A.VERIFY, A.FEEDBACK)
CONTACT = Contact("报事人", "13900000000")


def led(way: tuple[Action, ...], *, at: datetime = town.AT, result_after_min: float = 60, **more: Any) -> str:
    """A new case led along these actions: everything at `at`, the result and what follows later."""
    number = town.report(at=at, **more).case_no
    when = at
    for action in way:
        if action is A.SUBMIT_RESULT:
            when = town.later((at - town.AT).total_seconds() / 60 + result_after_min)
        flow.do(action, number, town.actor(_by(action, number)), at=when)
    return number


def _by(action: Action, case_no: str) -> str:
    """Whoever does it; the grid worker of the place verifies."""
    is_far = str(flow.row_of(case_no)["area"]).startswith(town.FAR_COMMUNITY)
    return "grid_worker_far" if action is A.VERIFY and is_far else flow.BY[action]


def read(*numbers: str, at: datetime = LATER) -> None:
    """Read these cases, as the job does once their events are committed."""
    operations.read_again(case_nos=numbers, at=at)


def ended(*, at: datetime = town.AT, result_after_min: float = 60, rating: str = "", **more: Any) -> str:
    """A case led to its end and read; rated by its reporter if so wished."""
    number = led(TO_THE_END, at=at, result_after_min=result_after_min, **more)
    if rating:
        flow.do(A.RATE, number, flow.REPORTER, at=at + timedelta(days=1), rating=rating)
    read(number)
    return number
