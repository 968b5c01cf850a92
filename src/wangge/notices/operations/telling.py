"""Events become notices."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from wangge.cases.queries import Whereabouts, whereabouts
from wangge.cases.types import Light
from wangge.catalogue import queries as catalogue
from wangge.catalogue.types import Priority
from wangge.foundation import events as stream
from wangge.foundation.db import transaction
from wangge.foundation.models import Event
from wangge.notices.models import Notice
from wangge.notices.rules.telling import (
    CALENDAR_ENDING,
    CASE,
    KEPT_FOR,
    NEWS_FOR,
    notices_of,
    show_at,
    warns_of_calendar,
)
from wangge.notices.types import Happened, NoticeKind, Told

_TURNED = f"{CASE}light_turned"
_NOWHERE = Whereabouts("", None, None, "", 0)


@transaction
def tell(*, events: Sequence[Event], at: datetime) -> int:
    """Write the notices of these events, each once however often it is read; how many are new."""
    news = [event for event in events if event.at > at - NEWS_FOR]
    cases = whereabouts(event.subject for event in news if event.type.startswith(CASE))
    urgent = {task.code for task in catalogue.task_list(at) if task.priority is Priority.URGENT}
    red = {(event.xid, event.subject) for event in news if _turns_red(event)}
    rows = [
        _row(event, told, at)
        for event in news
        for told in notices_of(_happened(event, cases.get(event.subject, _NOWHERE), urgent, red))
    ]
    before = Notice.objects.filter(event_id__in=[row.event_id for row in rows]).count()
    Notice.objects.bulk_create(rows, ignore_conflicts=True)
    return Notice.objects.filter(event_id__in=[row.event_id for row in rows]).count() - before


@transaction
def warn_of_calendar(*, at: datetime) -> bool:
    """From November on: the working calendar of next year is missing. Once a week; whether it was time."""
    lately = Notice.objects.filter(kind=NoticeKind.CALENDAR_ENDS, expires_at__gt=at + KEPT_FOR - timedelta(days=6))
    if not warns_of_calendar(at, catalogue.calendar(at)) or lately.exists():
        return False
    stream.record(CALENDAR_ENDING, subject="", area="", at=at)
    return True


def _turns_red(event: Event) -> bool:
    return event.type == _TURNED and event.payload.get("light") == Light.RED


def _happened(event: Event, case: Whereabouts, urgent: set[str], red: set[tuple[int, str]]) -> Happened:
    said = event.payload
    return Happened(
        type=event.type,
        unit=event.unit,
        state=str(said.get("state", "")),
        from_state=str(said.get("from_state", "")),
        light=str(said.get("light", "")),
        clock=str(said.get("clock", "")),
        has_it=case.unit,
        handler_id=case.handler_id,
        entered_by_id=case.entered_by_id,
        extensions=case.extensions,
        is_urgent=case.task_code in urgent,
        with_red_light=(event.xid, event.subject) in red,
    )


def _row(event: Event, told: Told, at: datetime) -> Notice:
    shown = show_at(told, at, catalogue.office_calendar(event.area, at=at))
    return Notice(
        event_id=event.pk,
        kind=told.kind,
        subject=event.subject,
        area=event.area,
        clock=told.clock,
        unit=told.audience.unit,
        permission=told.audience.permission,
        account_id=told.audience.account_id,
        made_at=at,
        show_at=shown,
        expires_at=shown + KEPT_FOR,
    )
