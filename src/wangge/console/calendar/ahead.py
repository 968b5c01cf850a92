"""How far ahead the working days are known, and who is told when that is not far enough."""

from __future__ import annotations

from datetime import date, datetime

from wangge.catalogue import queries as catalogue
from wangge.foundation.access import Actor
from wangge.foundation.worktime import LOCAL

#: The State Council announces the next year's holidays around November.
ASKED_FROM_MONTH = 11
#: Those who send cases out, decide on time, or can mend it.
_TOLD = ("case.dispatch", "case.arbitrate", "case.suspend", "calendar.edit")


def unknown_year(actor: Actor, at: datetime) -> int | None:
    """The next year, from November on while its days aren't known; only for those it concerns."""
    if not any(map(actor.may_somewhere, _TOLD)):
        return None
    return year_not_known(at)


def year_not_known(at: datetime) -> int | None:
    """The year whose days should be known by now and aren't: this one, or from November on the next."""
    today = at.astimezone(LOCAL).date()
    known_until = catalogue.calendar(at).known_until
    wanted = today.year + 1 if today.month >= ASKED_FROM_MONTH else today.year
    if known_until and known_until >= date(wanted, 12, 31):
        return None
    return wanted if known_until and known_until >= date(today.year, 12, 31) else today.year
