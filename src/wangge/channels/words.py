"""The steps of a case said to its reporter: what happened, what comes next. Plain, polite, short."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from wangge.cases.types import Action, RefusalReason, State

_NOW: dict[State, str | Promise] = {
    State.REPORTED: _("We have received your report."),
    State.RETURNED: _("We need something more from you; please add it below."),
    State.REFUSED: _("We can’t take this on; the reason stands below."),
    State.MERGED: _("Others reported the same; it is being handled together with theirs."),
    State.ACCEPTED: _("Accepted; we are finding the right people for it."),
    State.DISPATCHED: _("Passed on to {unit}, who will take it on."),
    State.RETURN_REQUESTED: _("We are clarifying who is responsible; the time keeps running."),
    State.IN_PROGRESS: _("{unit} is working on it."),
    State.SUSPENDED: _("It has to wait for now; the reason and the planned date are recorded."),
    State.DISPOSED: _("The work is reported as done; somebody else is checking it on site."),
    State.REWORK: _("The check found it isn’t settled yet; it goes on."),
    State.VERIFIED: _("Checked and settled; our answer to you follows."),
    State.CLOSED: _("Settled. Please tell us whether you are satisfied."),
    State.EVALUATED: _("Finished. Thank you for helping."),
    State.WITHDRAWN: _("This report was withdrawn."),
    State.VOIDED: _("This entry was removed as a test or a duplicate."),
}

_HAPPENED: dict[Action, str | Promise] = {
    Action.SUBMIT: _("Report received"),
    Action.ACCEPT: _("Accepted as a case"),
    Action.RETURN_TO_REPORTER: _("We asked you for more"),
    Action.REFUSE: _("Not taken on"),
    Action.MERGE: _("Joined with an earlier report of the same matter"),
    Action.UNMERGE: _("Handled on its own again"),
    Action.OBJECT: _("You objected; we look at it again"),
    Action.SUPPLEMENT: _("Something was added"),
    Action.WITHDRAW: _("Withdrawn"),
    Action.SELF_HANDLE: _("A grid worker of the place took it on"),
    Action.DISPATCH: _("Passed on to {unit}"),
    Action.SIGN: _("Taken on; the work begins"),
    Action.TRANSFER: _("Passed on to {unit}"),
    Action.ESCALATE: _("Passed up to a higher level"),
    Action.SUSPEND: _("Put on hold"),
    Action.RESUME: _("Work goes on"),
    Action.SUBMIT_RESULT: _("The work is reported as done"),
    Action.VERIFY: _("Checked on site: settled"),
    Action.REWORK: _("Checked on site: not settled yet"),
    Action.FEEDBACK: _("Our answer"),
    Action.RATE: _("You rated the answer"),
    Action.ARCHIVE: _("Finished"),
    Action.REOPEN: _("Opened again"),
    Action.VOID: _("Removed"),
}

_REFUSED: dict[str, str | Promise] = {
    RefusalReason.NOT_OUR_DUTY: _("This is not a matter for public services."),
    RefusalReason.OTHER_CHANNEL: _("Another office decides on this; the note says which."),
    RefusalReason.IN_COURT: _("This is before a court or in arbitration."),
    RefusalReason.NO_SUCH_MATTER: _("We looked and didn’t find what was described."),
    RefusalReason.ALREADY_SETTLED: _("This was settled before your report."),
    RefusalReason.ABOUT_A_PERSON: _("We take reports about places and problems, not about persons."),
}


#: Where a date is promised: until accepted, and until settled.
_BY: dict[State, str | Promise] = {
    State.REPORTED: _("We expect to look at it by {day}."),
    State.ACCEPTED: _("We expect it to be settled by {day}."),
    State.DISPATCHED: _("We expect it to be settled by {day}."),
    State.RETURN_REQUESTED: _("We expect it to be settled by {day}."),
    State.IN_PROGRESS: _("We expect it to be settled by {day}."),
    State.REWORK: _("We expect it to be settled by {day}."),
}
_LATE = _("It is taking longer than planned; the centre sees that and is following it up.")
WEEK = timedelta(days=7)


def now_words(state: State, unit: str, due_at: datetime | None, at: datetime) -> str:
    """Where the report stands, in a sentence or two, with the day an answer is expected."""
    words = _with_unit(_NOW.get(state, ""), unit)
    promise = _BY.get(state)
    if due_at is None or promise is None:
        return words
    more = str(_LATE) if due_at <= at else str(promise).format(day=day_words(due_at, at))
    return str(_("{first} {second}")).format(first=words, second=more)


def day_words(moment: datetime, at: datetime) -> str:
    """A day as people say it: relative within a week, else the date; always with its weekday."""
    there, here = localtime(moment), localtime(at)
    days = (there.date() - here.date()).days
    if days in _NEAR:
        return str(_NEAR[days]).format(time=date_format(there, "H:i"))
    date = date_format(there, "MONTH_DAY_FORMAT" if abs(days) < WEEK.days else "DATE_FORMAT")
    return str(_("{weekday}, {date}")).format(weekday=date_format(there, "l"), date=date)


def moment_words(moment: datetime, at: datetime) -> str:
    """An instant as people say it: the day, and the time of day."""
    near = (localtime(moment).date() - localtime(at).date()).days in _NEAR
    time = "" if near else date_format(localtime(moment), " H:i")
    return day_words(moment, at) + time


_NEAR: dict[int, str | Promise] = {
    -1: _("{time} yesterday"),
    0: _("{time} today"),
    1: _("{time} tomorrow"),
}


def happened(action: Action, unit: str) -> str:
    """One past step, for the list of steps."""
    return _with_unit(_HAPPENED.get(action, ""), unit)


def refusal_words(reason: str) -> str:
    """A reason of the list, told to the reporter."""
    return str(_REFUSED.get(reason, ""))


def refusal_reasons() -> list[tuple[str, str]]:
    """Reasons for the desk to choose from."""
    return [(str(reason), str(words)) for reason, words in _REFUSED.items()]


def _with_unit(words: str | Promise, unit: str) -> str:
    return str(words).format(unit=unit or str(_("the unit in charge")))
