"""Which event makes which notice for whom: the one table, and what the working day makes of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from wangge.cases.types import Action, Light, State
from wangge.foundation.worktime import Calendar, Clock, add_minutes
from wangge.notices.types import Audience, Happened, Holders, NoticeKind, Told, Whom

K, A = NoticeKind, Action
To = Whom | Holders

#: A notice that nobody needs any more goes after this long.
KEPT_FOR = timedelta(days=90)
#: What happened longer ago is history, no news: a queue may stand still over a holiday, old cases may be loaded.
NEWS_FOR = timedelta(days=10)
#: From this month on, the end of the working calendar is told.
CALENDAR_MONTH = 11

CASE = "cases.case."
CALENDAR_ENDING, WEBHOOK_DISABLED = "notices.calendar.ending", "notices.webhook.disabled"

#: The rows without conditions. Supplements, extensions, urges and lights are decided below.
TABLE: dict[str, tuple[tuple[NoticeKind, To], ...]] = {
    **{CASE + action: ((K.SENT, Whom.UNIT),) for action in (A.DISPATCH, A.TRANSFER, A.UPHOLD_RETURN, A.ASSIST)},
    CASE + "left_unit": ((K.LEFT, Whom.UNIT),),
    CASE + A.RETURN_TO_REPORTER: ((K.SENT_BACK_TO_REPORTER, Whom.ENTERED_BY),),
    CASE + A.OBJECT: ((K.OBJECTED, Holders("case.accept")),),
    CASE + A.ESCALATE: ((K.PASSED_UP, Holders("case.dispatch")),),
    CASE + A.REQUEST_RETURN: ((K.RETURN_ASKED, Holders("case.arbitrate")),),
    CASE + A.REFUSE_RETURN: ((K.RETURN_REFUSED, Whom.UNIT),),
    CASE + A.APPROVE_EXTENSION: ((K.EXTENSION_APPROVED, Whom.HAS_IT),),
    CASE + A.REFUSE_EXTENSION: ((K.EXTENSION_REFUSED, Whom.HAS_IT),),
    CASE + A.REQUEST_SUSPENSION: ((K.SUSPENSION_ASKED, Holders("case.suspend")),),
    CASE + A.SUSPEND: ((K.SUSPENDED, Whom.HAS_IT),),
    CASE + A.REFUSE_SUSPENSION: ((K.SUSPENSION_REFUSED, Whom.HAS_IT),),
    CASE + A.RESUME: ((K.RESUMED, Whom.HAS_IT),),
    CASE + A.REWORK: ((K.REWORK, Whom.HAS_IT),),
    CASE + A.END_SUB_CASE: ((K.SUB_CASE_ENDED, Whom.HAS_IT),),
    CASE + A.REOPEN: ((K.REOPENED, Whom.HAS_IT),),
    CASE + A.SUPERVISE: ((K.ORDER_OPENED, Whom.HAS_IT),),
    CASE + A.REPLY: ((K.ORDER_REPLIED, Holders("case.supervise")),),
    CASE + A.RELEASE: ((K.ORDER_RELEASED, Whom.HAS_IT),),
    CASE + "listed": ((K.LISTED, Whom.HAS_IT),),
    CALENDAR_ENDING: ((K.CALENDAR_ENDS, Holders("case.arbitrate")), (K.CALENDAR_ENDS, Holders("workforce.appoint"))),
    WEBHOOK_DISABLED: ((K.WEBHOOK_OFF, Holders("webhooks.manage")),),
}

#: Whose clock runs: a light is told to whoever can stop it.
WAITED_FOR: dict[str, To] = {
    "acceptance": Holders("case.accept"),
    "verification": Holders("case.verify"),
    "feedback": Holders("case.feedback"),
}
#: Told inside the receiver's working hours, unless the matter is urgent.
REMINDERS = frozenset({K.LIGHT_YELLOW, K.LIGHT_RED, K.URGED, K.CALENDAR_ENDS})

#: Told to the desk while nobody has the case.
PRESSING = frozenset({K.LIGHT_YELLOW, K.LIGHT_RED, K.URGED, K.ORDER_OPENED, K.LISTED})

#: Every permission whose holders are told something.
TOLD_PERMISSIONS = (
    "case.accept", "case.arbitrate", "case.dispatch", "case.extend_again", "case.feedback", "case.supervise",
    "case.suspend", "case.verify", "webhooks.manage", "workforce.appoint",
)  # fmt: skip


def notices_of(event: Happened) -> tuple[Told, ...]:
    """What is told because of this event; often nothing."""
    found = {(kind, audience) for kind, to in _rows(event) if (audience := _audience(to, event, kind))}
    return tuple(
        Told(kind, audience, event.clock, waits_for_work=kind in REMINDERS and not event.is_urgent)
        for kind, audience in sorted(found, key=str)
    )


def show_at(told: Told, at: datetime, calendar: Calendar) -> datetime:
    """When it appears: at once, or as soon as a minute of working time has passed."""
    return add_minutes(at, 1, Clock.WORKING, calendar).at if told.waits_for_work else at


def warns_of_calendar(at: datetime, calendar: Calendar) -> bool:
    """Whether it is time to say that the working calendar of next year is missing."""
    following = at.year + 1
    known = calendar.known_until
    return at.month >= CALENDAR_MONTH and (known is None or known.year < following)


def _rows(event: Happened) -> Iterator[tuple[NoticeKind, To]]:
    yield from TABLE.get(event.type, ())
    if event.type == CASE + A.SUPPLEMENT:
        waits_at_the_desk = event.from_state == State.RETURNED or not (event.has_it or event.handler_id)
        yield K.SUPPLEMENTED, Holders("case.accept") if waits_at_the_desk else Whom.HAS_IT
    elif event.type == CASE + A.REQUEST_EXTENSION:  # the second one is for the level above
        yield K.EXTENSION_ASKED, Holders("case.extend_again" if event.extensions else "case.arbitrate")
    elif event.type == CASE + A.URGE and not event.with_red_light:
        yield K.URGED, Whom.HAS_IT
    elif event.type == CASE + "light_turned":
        yield from _lights(event)


def _lights(event: Happened) -> Iterator[tuple[NoticeKind, To]]:
    if event.light == Light.YELLOW:
        yield K.LIGHT_YELLOW, WAITED_FOR.get(event.clock, Whom.HANDLER)
    elif event.light == Light.RED:  # the unit with its lead, and whoever handles it
        yield K.LIGHT_RED, WAITED_FOR.get(event.clock, Whom.HAS_IT)


def _audience(to: To, event: Happened, kind: NoticeKind) -> Audience | None:
    if isinstance(to, Holders):
        return Audience(permission=to.permission)
    unit, account = {
        Whom.UNIT: (event.unit, None),
        Whom.HAS_IT: (event.has_it, None if event.has_it else event.handler_id),
        Whom.HANDLER: ("" if event.handler_id else event.has_it, event.handler_id),
        Whom.ENTERED_BY: ("", event.entered_by_id),
    }[to]
    if unit or account:
        return Audience(unit=unit, account_id=account)
    return _at_the_desk(event) if kind in PRESSING else None


def _at_the_desk(event: Happened) -> Audience:
    """Nobody has the case: it presses on whoever takes it in or sends it on."""
    return Audience(permission="case.accept" if event.state == State.REPORTED else "case.dispatch")
