"""The event table, how far each subscriber has read, and which data files are loaded."""

from __future__ import annotations

from django.db import models
from django.db.models import BigIntegerField, Func, TextField
from django.db.models.functions import Cast

from wangge.foundation.db import CodeField, append_only


class Event(models.Model):
    """Something that happened, told to whoever is above. Append-only."""

    xid = models.BigIntegerField(
        db_default=Cast(Cast(Func(function="pg_current_xact_id"), TextField()), BigIntegerField())
    )
    type = models.CharField(max_length=60)
    subject = models.CharField(max_length=40)
    area = CodeField(max_length=15)
    unit = CodeField(max_length=40, blank=True, default="")
    at = models.DateTimeField()
    payload = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["xid", "id"])]
        triggers = append_only()


class Subscription(models.Model):
    """How far a subscriber has read the stream of events."""

    name = models.CharField(max_length=40, primary_key=True)
    xid = models.BigIntegerField(default=0)
    event_id = models.BigIntegerField(default=0)


class LoadedFile(models.Model):
    """A data file that was loaded, and its SHA-256: loading it again costs one look."""

    name = models.CharField(max_length=120, primary_key=True)
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()
