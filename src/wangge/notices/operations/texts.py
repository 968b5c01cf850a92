"""Text messages to reporters: written down with the events, claimed for a while, noted when handed over.

As with webhooks the network lies between claiming and noting. Which number a message goes to is nowhere
here: the sending job opens the contact for it and forgets it.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

from wangge.cases.queries import agrees_to_sms, followers_of
from wangge.foundation.db import transaction
from wangge.foundation.models import Event
from wangge.notices.models import ReporterText
from wangge.notices.operations.deliveries import ATTEMPT, CLAIMED_FOR, PATIENCE, note_attempt
from wangge.notices.rules.texting import ANSWER, DEAD_AFTER, TEXTS, next_try
from wangge.notices.types import DueText, Outcome, TextKind

AT_ONCE = 20


@transaction
def queue_texts(*, events: Sequence[Event], at: datetime) -> int:
    """A message for each event that is one to a reporter who agreed, once however often it is read; how many."""
    news = [event for event in events if event.type in TEXTS and event.at > at - DEAD_AFTER]
    if not news:
        return 0
    heard: dict[str, list[str]] = {}  # whose reporters an answer is for besides its own
    for follower, main in followers_of(event.subject for event in news if event.type == ANSWER).items():
        heard.setdefault(main, []).append(follower)
    due = [(event, case_no) for event in news for case_no in _told(event, heard)]
    agreed = agrees_to_sms(case_no for _, case_no in due)
    rows = [_row(event, case_no, at) for event, case_no in due if case_no in agreed]
    ReporterText.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


@transaction
def claim_texts(*, at: datetime) -> list[DueText]:
    """A few that are due, the oldest first, claimed so that nobody else sends them meanwhile.

    What has become a day old, while nobody sent anything, is given up first.
    """
    ReporterText.objects.filter(next_at__isnull=False, at__lte=at - DEAD_AFTER).update(next_at=None)
    due = ReporterText.objects.select_for_update(skip_locked=True).filter(next_at__lte=at)
    rows = list(due.order_by("next_at", "pk")[:AT_ONCE])
    ReporterText.objects.filter(pk__in=[row.pk for row in rows]).update(next_at=at + CLAIMED_FOR)
    return [DueText(row.pk, row.event_id, row.case_no, TextKind(row.kind), row.at) for row in rows]


@transaction
def note_text(*, text_id: int, outcome: Outcome, at: datetime) -> bool:
    """Handed over, or tried again later, or given up after a day; whether it is given up."""
    row = ReporterText.objects.select_for_update().filter(pk=text_id, delivered_at__isnull=True).first()
    if row is None:
        return False
    note_attempt(row, outcome, at)
    jitter = secrets.randbelow(1000) / 1000
    row.next_at = next_try(row.attempts, outcome, written_at=row.at, at=at, jitter=jitter)
    row.save(update_fields=ATTEMPT)
    return row.next_at is None and row.delivered_at is None


@transaction
def give_texts_back(*, text_ids: Sequence[int], at: datetime) -> None:
    """Claimed and not tried, because the gateway doesn't answer in time: due again in a while."""
    ReporterText.objects.filter(pk__in=text_ids, next_at__gt=at).update(next_at=at + PATIENCE)


def _told(event: Event, heard: Mapping[str, Sequence[str]]) -> list[str]:
    """The cases whose reporters learn of it: an answer is one for every report merged into the case, too."""
    return [event.subject, *(heard.get(event.subject, ()) if event.type == ANSWER else ())]


def _row(event: Event, case_no: str, at: datetime) -> ReporterText:
    return ReporterText(
        event_id=event.pk,
        case_no=case_no,
        kind=TEXTS[event.type],
        at=event.at,
        created_at=at,
        next_at=at,
    )
