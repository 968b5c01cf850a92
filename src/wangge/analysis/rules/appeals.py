"""申诉: how long a unit may contest that a case counts against it, and what follows what. Pure; the days are ours."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from wangge.analysis.types import AppealAct, AppealState, Period
from wangge.foundation.errors import Conflict
from wangge.foundation.worktime import LOCAL

#: From the end of the period a unit has so many days to contest; the centre as many to decide as stated.
APPEAL_WITHIN = timedelta(days=15)
DECIDE_WITHIN = timedelta(days=10)

_AFTER: dict[AppealAct, AppealState] = {
    AppealAct.FILE: AppealState.OPEN,
    AppealAct.WITHDRAW: AppealState.WITHDRAWN,
    AppealAct.UPHOLD: AppealState.UPHELD,
    AppealAct.REJECT: AppealState.REJECTED,
}


class TooLateToAppeal(Conflict):
    """The days for contesting this period are over."""

    code = "analysis.too_late_to_appeal"


class AppealIsOver(Conflict):
    """The appeal was decided or withdrawn already."""

    code = "analysis.appeal_is_over"


def state_after(act: AppealAct) -> AppealState:
    """Where an appeal stands after its last act."""
    return _AFTER[act]


def last_day(period: Period) -> date:
    """The last day on which a figure of this period may be contested."""
    return period.to_on + APPEAL_WITHIN - timedelta(days=1)


def require_in_time(period: Period, at: datetime) -> None:
    """TooLateToAppeal (409) after the last day."""
    if at.astimezone(LOCAL).date() > last_day(period):
        raise TooLateToAppeal(last_day=last_day(period).isoformat())


def require_open(state: AppealState) -> None:
    """AppealIsOver (409) unless it waits for a decision."""
    if state is not AppealState.OPEN:
        raise AppealIsOver(state=state.value)
