"""Messages to webhook targets: written down with the events, claimed for a while, noted when answered.

Between claiming and noting lies the network, outside every transaction. A claim that nobody notes (the
worker was killed) ends by itself, and the message goes out again with the same id.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

import orjson
from django.db.models import Q

from wangge.foundation import events as stream
from wangge.foundation.access import Actor, require
from wangge.foundation.db import transaction
from wangge.foundation.models import Event
from wangge.foundation.secrets import open_sealed, seal
from wangge.notices.models import Attempted, Delivery, MailWish, Notice, ReporterText, WebhookTarget
from wangge.notices.queries import receivers, target_for
from wangge.notices.rules.telling import NEWS_FOR, WEBHOOK_DISABLED
from wangge.notices.rules.webhooks import (
    TEST,
    data_of,
    group_of,
    is_taken,
    next_attempt,
    outside_type,
    sees,
)
from wangge.notices.types import Outcome, Sending, WhyOff

#: How long a claim holds: longer than a round of sending can take.
CLAIMED_FOR = timedelta(minutes=3)
PER_TARGET, TARGETS_AT_ONCE = 20, 8
#: How long one that doesn't answer is left alone.
PATIENCE = timedelta(seconds=30)
DELIVERIES_KEPT_FOR = timedelta(days=30)
#: What an attempt changes.
ATTEMPT = ("attempts", "tried_at", "answered", "failure", "next_at", "delivered_at")


@transaction
def queue_deliveries(*, events: Sequence[Event], at: datetime) -> int:
    """A delivery for each target that sees an event and was there when it happened; how many were written."""
    news = [event for event in events if group_of(event.type) and event.at > at - NEWS_FOR]
    rows = [
        _delivery(target, event, at)
        for target in (receivers() if news else [])
        for event in news
        if event.at >= target.created_at and _sees(target, event)
    ]
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


@transaction
def send_test(*, target_id: int, actor: Actor, at: datetime) -> int:
    """A message that says nothing but that it arrived; its id. Goes out with the next round."""
    target = target_for(target_id, actor=actor)
    require(actor, "webhooks.manage", area=target.area)
    body = _body(TEST, at, {"target": target.name})
    return Delivery.objects.create(target=target, type=TEST, body=body, created_at=at, next_at=at).pk


@transaction
def claim_due(*, at: datetime) -> list[Sending]:
    """What is due, of each target a few, claimed so that nobody else sends it meanwhile."""
    waiting = Delivery.objects.filter(next_at__lte=at, target__disabled_at__isnull=True)
    targets = list(waiting.order_by("target").values_list("target", flat=True).distinct()[:TARGETS_AT_ONCE])
    found: list[Sending] = []
    for target in WebhookTarget.objects.filter(pk__in=targets):
        due = Delivery.objects.select_for_update(skip_locked=True).filter(target=target, next_at__lte=at)
        rows = list(due.order_by("next_at", "pk")[:PER_TARGET])
        Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(next_at=at + CLAIMED_FOR)
        found += [_sending(row, target, at) for row in rows]
    return found


@transaction
def note_outcome(*, delivery_id: int, outcome: Outcome, at: datetime) -> None:
    """Taken, or tried again later, or given up; then the target is off and its administrators are told."""
    row = Delivery.objects.select_for_update().filter(pk=delivery_id, delivered_at__isnull=True).first()
    if row is None:  # the target was removed meanwhile
        return
    note_attempt(row, outcome, at)
    row.next_at, why = None, None
    if not is_taken(outcome):
        following = next_attempt(row.attempts, outcome, at, jitter=secrets.randbelow(1000) / 1000)
        row.next_at, why = (None, following) if isinstance(following, WhyOff) else (following, None)
    row.save(update_fields=ATTEMPT)
    if why:
        _switch_off(row.target_id, why, at)


def note_attempt(row: Attempted, outcome: Outcome, at: datetime) -> None:
    """What came of it, on the row; whether and when it is tried again is the caller's."""
    row.attempts += 1
    row.tried_at, row.answered, row.failure = at, outcome.status, outcome.failure or ""
    row.delivered_at = at if is_taken(outcome) else None


@transaction
def give_back(*, delivery_ids: Sequence[int], at: datetime) -> None:
    """Claimed and not tried, because the target doesn't answer in time: due again in a while.

    So is all else for that target, or every round of the job would wait for it once more.
    """
    given = Delivery.objects.filter(pk__in=delivery_ids)
    silent = set(given.values_list("target", flat=True))
    waiting = Delivery.objects.filter(Q(pk__in=delivery_ids, next_at__gt=at) | Q(target__in=silent, next_at__lte=at))
    waiting.update(next_at=at + PATIENCE)


@transaction
def forget_old(*, at: datetime) -> int:
    """Notices past their day, deliveries and text messages nobody waits for any more are removed; how many."""
    notices, _ = Notice.objects.filter(expires_at__lte=at).delete()
    old, _ = Delivery.objects.filter(created_at__lt=at - DELIVERIES_KEPT_FOR).delete()
    texts, _ = ReporterText.objects.filter(created_at__lt=at - DELIVERIES_KEPT_FOR).delete()
    return notices + old + texts


@transaction
def reseal(*, at: datetime) -> int:
    """Secrets and mail addresses sealed with the newest key, so that a former one may go; how many rows."""
    targets, wishes = list(WebhookTarget.objects.select_for_update()), list(MailWish.objects.select_for_update())
    for target in targets:
        target.secret, target.former_secret = _anew(target.secret), _anew(target.former_secret)
    for wish in wishes:
        wish.address = _anew(wish.address)
    WebhookTarget.objects.bulk_update(targets, ["secret", "former_secret"])
    MailWish.objects.bulk_update(wishes, ["address"])
    return len(targets) + len(wishes)


def _anew(sealed: bytes | memoryview) -> bytes:
    return seal(open_sealed(sealed))


def _sees(target: WebhookTarget, event: Event) -> bool:
    return sees(
        groups=target.groups,
        area=target.area,
        unit=target.unit,
        event_type=event.type,
        event_area=event.area,
        event_unit=event.unit,
    )


def _delivery(target: WebhookTarget, event: Event, at: datetime) -> Delivery:
    data = data_of(case_no=event.subject, area=event.area, unit=event.unit, at=event.at, payload=event.payload)
    kind = outside_type(event.type)
    return Delivery(
        target=target,
        event_id=event.pk,
        type=kind,
        subject=event.subject,
        body=_body(kind, event.at, data),
        created_at=at,
        next_at=at,
    )


def _body(kind: str, at: datetime, data: dict[str, object]) -> str:
    return orjson.dumps({"type": kind, "timestamp": at.isoformat(), "data": data}).decode()


def _sending(row: Delivery, target: WebhookTarget, at: datetime) -> Sending:
    former = target.former_secret if target.former_until and target.former_until > at else b""
    keys = tuple(open_sealed(one) for one in (target.secret, former) if one)
    return Sending(row.pk, target.pk, f"msg_{row.pk}", target.url, row.body.encode(), keys)


def _switch_off(target_id: int, why: WhyOff, at: datetime) -> None:
    row = WebhookTarget.objects.select_for_update().filter(pk=target_id, disabled_at__isnull=True).first()
    if row is None:
        return
    row.disabled_at, row.disabled_why = at, why
    row.save(update_fields=["disabled_at", "disabled_why"])
    stream.record(WEBHOOK_DISABLED, subject=str(row.pk), area=row.area, at=at, why=why.value)
