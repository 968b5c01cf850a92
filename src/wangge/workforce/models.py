"""Centres, departments and other units; roles as data; posts; who holds them, when."""

from __future__ import annotations

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from wangge.foundation.db import CodeField
from wangge.foundation.names import NamedInTwoLanguages
from wangge.workforce.types import AppointmentKind, Employment, Level, RoleScope, UnitKind


def _choices(enum: type) -> list[tuple[str, str]]:
    return [(member.value, member.value) for member in enum]  # type: ignore[attr-defined]


@pghistory.track()
class Unit(NamedInTwoLanguages):
    """Somebody a case can be sent to, or a centre that sends: one row for its time of validity."""

    code = CodeField(max_length=40, unique=True)
    kind = models.CharField(max_length=12, choices=_choices(UnitKind))
    level = models.CharField(max_length=12, choices=_choices(Level))
    area = CodeField(max_length=15)
    department = CodeField(max_length=12, blank=True, default="")
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["area"]), models.Index(fields=["department", "area"])]


@pghistory.track()
class Role(NamedInTwoLanguages):
    """A role of the field and what it may do: data, loaded from data/roles."""

    code = CodeField(max_length=40, unique=True)
    scope = models.CharField(max_length=8, choices=_choices(RoleScope))
    permissions = ArrayField(models.CharField(max_length=60))
    order = models.PositiveSmallIntegerField(default=0)


@pghistory.track()
class Post(models.Model):
    """A role to be held at a unit, for an area."""

    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="posts")
    role = models.ForeignKey(Role, on_delete=models.PROTECT, related_name="posts")
    area = CodeField(max_length=15)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "role", "area"], name="one_post_per_unit_role_area")]
        indexes = [models.Index(fields=["area"])]


@pghistory.track()
class Appointment(models.Model):
    """Somebody holds a post from one day until another (half-open)."""

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="appointments")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="appointments")
    kind = models.CharField(max_length=12, choices=_choices(AppointmentKind), default=AppointmentKind.PRINCIPAL)
    employment = models.CharField(max_length=12, choices=_choices(Employment), default=Employment.FULL_TIME)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="appointment_ends_after_start",
            )
        ]


@pghistory.track()
class Absence(models.Model):
    """Leave of a principal, without a reason: it opens the substitute's rights for those days."""

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="absences")
    from_on = models.DateField()
    to_on = models.DateField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(to_on__gt=F("from_on")), name="absence_ends_after_start")]
