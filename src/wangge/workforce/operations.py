"""Writing units, roles, posts and appointments."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from wangge.foundation.access import Actor, require
from wangge.foundation.db import transaction
from wangge.foundation.errors import Invalid, NotFound
from wangge.foundation.worktime import LOCAL
from wangge.workforce.models import Absence, Appointment, Post, Role, Unit
from wangge.workforce.types import AppointmentKind, Employment, Level, UnitKind


@dataclass(frozen=True, slots=True)
class NewUnit:
    """A unit to be there from a day on."""

    code: str
    name_zh: str
    name_en: str
    kind: UnitKind
    level: Level
    area: str
    department: str = ""
    parent: str | None = None


@transaction
def load_roles(*, path: Path) -> int:
    """Roles and their permissions from data/roles; the number read."""
    roles = tomllib.loads(path.read_text(encoding="utf-8"))
    for order, (code, role) in enumerate(roles.items()):
        Role.objects.update_or_create(
            code=code,
            defaults={
                "name_zh": role["zh"],
                "name_en": role["en"],
                "scope": role["scope"],
                "permissions": role["permissions"],
                "order": order,
            },
        )
    return len(roles)


@transaction
def put_units(*, units: Iterable[NewUnit], valid_from: date) -> dict[str, int]:
    """Units by code, made or renamed; their ids."""
    ids: dict[str, int] = dict(Unit.objects.values_list("code", "pk"))
    for unit in units:
        row, _ = Unit.objects.update_or_create(
            code=unit.code,
            defaults={
                "name_zh": unit.name_zh,
                "name_en": unit.name_en,
                "kind": unit.kind.value,
                "level": unit.level.value,
                "area": unit.area,
                "department": unit.department,
                "parent_id": ids[unit.parent] if unit.parent else None,
                "valid_from": valid_from,
            },
        )
        ids[unit.code] = row.pk
    return ids


@transaction
def put_posts(*, posts: Iterable[tuple[str, str, str]]) -> dict[tuple[str, str, str], int]:
    """Posts (unit code, role code, area), made where missing; their ids."""
    wanted = list(posts)
    units = dict(Unit.objects.values_list("code", "pk"))
    roles = dict(Role.objects.values_list("code", "pk"))
    Post.objects.bulk_create(
        [Post(unit_id=units[unit], role_id=roles[role], area=area) for unit, role, area in wanted],
        ignore_conflicts=True,
        batch_size=1000,
    )
    rows = Post.objects.values_list("unit__code", "role__code", "area", "pk")
    return {(unit, role, area): pk for unit, role, area, pk in rows}


@transaction
def put_appointments(
    *, appointments: Iterable[tuple[int, int, AppointmentKind, Employment]], valid_from: date
) -> None:
    """Appointments (post id, user id, kind, employment) from a day on; those that stand already are left."""
    standing = set(Appointment.objects.filter(valid_to__isnull=True).values_list("post_id", "user_id"))
    Appointment.objects.bulk_create(
        [
            Appointment(
                post_id=post, user_id=user, kind=kind.value, employment=employment.value, valid_from=valid_from
            )
            for post, user, kind, employment in appointments
            if (post, user) not in standing
        ],
        batch_size=1000,
    )


@transaction
def appoint(
    *,
    post_id: int,
    user_id: int,
    kind: AppointmentKind,
    employment: Employment,
    valid_from: date,
    valid_to: date | None,
    actor: Actor,
    at: datetime,
) -> Appointment:
    """Give somebody a post from one day until another (half-open). Needs ``workforce.appoint`` for the post's area."""
    post = Post.objects.filter(pk=post_id).first()
    if post is None:
        raise NotFound("workforce.no_such_post", field="post")
    require(actor, "workforce.appoint", area=post.area)
    if valid_to is not None and valid_to <= valid_from:
        raise Invalid("workforce.ends_before_start", field="valid_to")
    return Appointment.objects.create(
        post=post, user_id=user_id, kind=kind.value, employment=employment.value, valid_from=valid_from, valid_to=valid_to
    )


@transaction
def end_appointment(*, appointment_id: int, actor: Actor, at: datetime) -> Appointment:
    """The appointment ends today: its rights are gone with the next request."""
    row = Appointment.objects.select_for_update(of=("self",)).select_related("post").filter(pk=appointment_id).first()
    if row is None:
        raise NotFound("workforce.no_such_appointment")
    require(actor, "workforce.appoint", area=row.post.area)
    today = at.astimezone(LOCAL).date()
    row.valid_to = max(today, row.valid_from)
    if row.valid_to == row.valid_from:
        row.delete()
    else:
        row.save(update_fields=["valid_to"])
    return row


@transaction
def record_absence(*, appointment_id: int, from_on: date, to_on: date, actor: Actor, at: datetime) -> Absence:
    """Leave of a principal for some days (half-open), without a reason: it opens the substitute's rights."""
    row = Appointment.objects.select_related("post").filter(pk=appointment_id).first()
    if row is None:
        raise NotFound("workforce.no_such_appointment")
    require(actor, "workforce.appoint", area=row.post.area)
    if to_on <= from_on:
        raise Invalid("workforce.ends_before_start", field="to_on")
    return Absence.objects.create(appointment=row, from_on=from_on, to_on=to_on)
