"""Notices and who has read them; webhook targets and what is on its way to them; who wants mail; text messages."""

from __future__ import annotations

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from wangge.foundation.db import CodeField
from wangge.notices.types import Failure, NoticeKind, TextKind, WhyOff


def _choices(enum: type) -> list[tuple[str, str]]:
    return [(member.value, member.value) for member in enum]  # type: ignore[attr-defined]


class Notice(models.Model):
    """Something that one unit, one account or the holders of a permission are told, until it expires."""

    event_id = models.BigIntegerField()
    kind = models.CharField(max_length=24, choices=_choices(NoticeKind))
    subject = models.CharField(max_length=40, blank=True, default="")
    area = CodeField(max_length=15, blank=True, default="")
    clock = models.CharField(max_length=12, blank=True, default="")
    # --- for whom: one of the three
    unit = CodeField(max_length=40, blank=True, default="")
    permission = models.CharField(max_length=60, blank=True, default="")
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, db_index=False, on_delete=models.CASCADE, related_name="+"
    )
    made_at = models.DateTimeField()
    show_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["event_id", "kind", "unit", "permission", "account"],
                name="one_notice_per_event_and_audience",
                nulls_distinct=False,
            )
        ]
        indexes = [
            models.Index(fields=["unit", "-show_at", "-id"], name="notice_of_unit", condition=~Q(unit="")),
            models.Index(
                fields=["permission", "-show_at", "-id"], name="notice_of_holders", condition=~Q(permission="")
            ),
            models.Index(
                fields=["account", "-show_at", "-id"], name="notice_of_account", condition=Q(account__isnull=False)
            ),
        ]


class NoticeRead(models.Model):
    """A mark of one's own: I have read this one. Nobody else ever sees it; it goes with its notice."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, db_index=False, on_delete=models.CASCADE, related_name="+")
    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="reads")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "notice"], name="one_mark_per_reader")]


class NoticesReadUntil(models.Model):
    """A mark of one's own: everything up to here is read. Nothing unread was made before `since`."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="+")
    last_id = models.BigIntegerField(default=0)
    at = models.DateTimeField()
    since = models.DateTimeField()


@pghistory.track(exclude=["secret", "former_secret"])
class WebhookTarget(models.Model):
    """An address of another system that is told what happens to cases of an area (and of one unit)."""

    name = models.CharField(max_length=60)
    url = models.URLField(max_length=400)
    area = CodeField(max_length=15)
    unit = CodeField(max_length=40, blank=True, default="")
    groups = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    secret = models.BinaryField()
    former_secret = models.BinaryField(default=b"")
    former_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    disabled_at = models.DateTimeField(null=True)
    disabled_why = models.CharField(max_length=8, blank=True, default="", choices=_choices(WhyOff))

    class Meta:
        indexes = [models.Index(fields=["area", "-id"], name="webhook_area")]


class Attempted(models.Model):
    """What is sent again and again until it is taken or given up; nobody waits for it without a `next_at`."""

    created_at = models.DateTimeField(db_index=True)
    next_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    answered = models.PositiveSmallIntegerField(null=True)
    failure = models.CharField(max_length=16, blank=True, default="", choices=_choices(Failure))
    tried_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class Delivery(Attempted):
    """One message on its way to a target: it stays until somebody has answered or it is given up."""

    target = models.ForeignKey(WebhookTarget, db_index=False, on_delete=models.CASCADE, related_name="deliveries")
    event_id = models.BigIntegerField(null=True)
    type = models.CharField(max_length=60)
    subject = models.CharField(max_length=40, blank=True, default="")
    body = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["target", "event_id"],
                name="one_delivery_per_event",
                condition=Q(event_id__isnull=False),
            )
        ]
        indexes = [
            models.Index(fields=["next_at"], name="delivery_due", condition=Q(next_at__isnull=False)),
            models.Index(fields=["target", "-id"], name="delivery_of_target"),
        ]


class ReporterText(Attempted):
    """A text message to a reporter who agreed to them: that it is due, and what came of it. Never to which number."""

    event_id = models.BigIntegerField()
    case_no = CodeField(max_length=20)
    kind = models.CharField(max_length=12, choices=_choices(TextKind))
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["event_id", "case_no"], name="one_text_per_event_and_report")]
        indexes = [models.Index(fields=["next_at"], name="text_due", condition=Q(next_at__isnull=False))]


class MailWish(models.Model):
    """Somebody wants their notices by mail as well: where to, which kinds. Only they see and change it."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="+")
    address = models.BinaryField()
    kinds = ArrayField(models.CharField(max_length=24, choices=_choices(NoticeKind)), default=list)
    sent_until = models.DateTimeField()
