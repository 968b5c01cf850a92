"""Writing units, roles, posts and appointments."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.db.models import Q

from wangge.accounts import operations as accounts
from wangge.accounts.models import User
from wangge.foundation.access import Actor, require, require_somewhere
from wangge.foundation.db import transaction
from wangge.foundation.errors import Conflict, Invalid, NotAllowed, NotFound
from wangge.foundation.names import KeptNames
from wangge.foundation.worktime import LOCAL
from wangge.grids import queries as grids
from wangge.workforce.models import Absence, Appointment, Post, Role, Unit
from wangge.workforce.rules import may_be_held_together
from wangge.workforce.types import AppointmentKind, Employment, Level, UnitKind

#: After the code of its area, for what isn't the community itself: 320115-URB-2.
_UNIT_ENDING = r"(-[A-Z0-9]{1,12}){0,3}"


class StillHasUnits(Conflict):
    """Other units stand below this one."""

    code = "workforce.still_has_units"


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
def add_unit(*, unit: NewUnit, actor: Actor, at: datetime) -> Unit:
    """A unit below another, from today on. Needs ``workforce.appoint`` for its area.

    Its code begins with its area and is nobody's yet; its area lies in that of the unit above.
    """
    require(actor, "workforce.appoint", area=unit.area)
    above = _valid_unit(unit.parent or "", at)
    if not re.fullmatch(re.escape(unit.area) + _UNIT_ENDING, unit.code):
        raise Invalid("workforce.bad_unit_code", field="code", area=unit.area)
    if not (unit.area.startswith(above.area) and grids.is_area(unit.area, at=at)):
        raise Invalid("workforce.area_not_of_unit", field="area", area=above.area)
    if Unit.objects.filter(code=unit.code).exists():
        raise Conflict("workforce.unit_code_taken", field="code", value=unit.code)
    _require_names(unit.name_zh, unit.name_en)
    return Unit.objects.create(
        code=unit.code,
        name_zh=unit.name_zh.strip(),
        name_en=unit.name_en.strip(),
        kind=unit.kind.value,
        level=unit.level.value,
        area=unit.area,
        department=unit.department,
        parent=above,
        valid_from=at.astimezone(LOCAL).date(),
    )


@transaction
def rename_unit(*, code: str, name_zh: str, name_en: str, actor: Actor, at: datetime) -> Unit:
    """Other names for a unit; its code and its cases stay. Needs ``workforce.appoint`` for its area."""
    row = _valid_unit(code, at)
    require(actor, "workforce.appoint", area=row.area)
    _require_names(name_zh, name_en)
    row.name_zh, row.name_en = name_zh.strip(), name_en.strip()
    row.save(update_fields=["name_zh", "name_en"])
    KeptNames.forget()
    return row


@transaction
def end_unit(*, code: str, actor: Actor, at: datetime) -> Unit:
    """The unit ends today: nothing is sent to it, and its people sign no more. Needs ``workforce.appoint``.

    StillHasUnits (409) while others stand below it. What it holds the desk sends elsewhere.
    """
    row = _valid_unit(code, at)
    require(actor, "workforce.appoint", area=row.area)
    today = at.astimezone(LOCAL).date()
    below = Unit.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=today), parent=row)
    if below.exists():
        raise StillHasUnits(unit=code)
    row.valid_to = today
    row.save(update_fields=["valid_to"])
    return row


def _valid_unit(code: str, at: datetime) -> Unit:
    """Valid on that day, and locked."""
    today = at.astimezone(LOCAL).date()
    valid = Unit.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=today), valid_from__lte=today)
    row = valid.select_for_update().filter(code=code).first()
    if row is None:
        raise Invalid("workforce.unknown_unit", field="unit", value=code[:40])
    return row


def _require_names(zh: str, en: str) -> None:
    for field, name, longest in (("name_zh", zh, 80), ("name_en", en, 120)):
        if not 0 < len(name.strip()) <= longest or not name.isprintable():
            raise Invalid("workforce.bad_unit_name", field=field, longest=longest)


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
def put_appointments(*, appointments: Iterable[tuple[int, int, AppointmentKind, Employment]], valid_from: date) -> None:
    """Appointments (post id, user id, kind, employment) from a day on; those that stand already are left."""
    standing = set(Appointment.objects.filter(valid_to__isnull=True).values_list("post_id", "user_id"))
    Appointment.objects.bulk_create(
        [
            Appointment(post_id=post, user_id=user, kind=kind.value, employment=employment.value, valid_from=valid_from)
            for post, user, kind, employment in appointments
            if (post, user) not in standing
        ],
        batch_size=1000,
    )


@transaction
def add_post(*, unit: str, role: str, area: str, actor: Actor, at: datetime) -> Post:
    """A role to be held at a unit for an area within the unit's own; the one that stands already is given back.

    Needs ``workforce.appoint`` for the area.
    """
    require(actor, "workforce.appoint", area=area)
    row, held = _valid_unit(unit, at), Role.objects.filter(code=role).first()
    if held is None:
        raise Invalid("workforce.unknown_role", field="role", value=role[:40])
    if not (area.isdecimal() and area.startswith(row.area)):
        raise Invalid("workforce.area_not_of_unit", field="area", area=row.area)
    if not grids.is_area(area, at=at):
        raise Invalid("workforce.unknown_area", field="area", value=area[:20])
    post, _ = Post.objects.get_or_create(unit=row, role=held, area=area)
    return post


@transaction
def appoint_to_new_post(
    *,
    unit: str,
    role: str,
    area: str,
    user_id: int,
    kind: AppointmentKind,
    employment: Employment,
    valid_from: date,
    valid_to: date | None,
    actor: Actor,
    at: datetime,
) -> Appointment:
    """A post that wasn't there, and who holds it: both or neither."""
    post = add_post(unit=unit, role=role, area=area, actor=actor, at=at)
    return appoint(
        post_id=post.pk,
        user_id=user_id,
        kind=kind,
        employment=employment,
        valid_from=valid_from,
        valid_to=valid_to,
        actor=actor,
        at=at,
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
    """Give somebody a post from one day until another (half-open). Needs ``workforce.appoint`` for the post's area.

    Nobody appoints themselves, and nobody holds two of the powers to administer, to watch and to work.
    """
    post = Post.objects.select_related("role").filter(pk=post_id).first()
    if post is None:
        raise NotFound("workforce.no_such_post", field="post")
    require(actor, "workforce.appoint", area=post.area)
    if actor.user_id == user_id:
        raise NotAllowed("workforce.not_oneself", field="username")
    if valid_to is not None and valid_to <= valid_from:
        raise Invalid("workforce.ends_before_start", field="valid_to")
    _refuse_held_already(post, user_id, valid_from, valid_to)
    return Appointment.objects.create(
        post=post,
        user_id=user_id,
        kind=kind.value,
        employment=employment.value,
        valid_from=valid_from,
        valid_to=valid_to,
    )


def _refuse_held_already(post: Post, user_id: int, valid_from: date, valid_to: date | None) -> None:
    """The account is locked, so that two appointments at one moment can't slip past each other."""
    user = User.objects.select_for_update().filter(pk=user_id, is_active=True).first()
    if user is None:
        raise Invalid("accounts.no_such_account", field="username")
    same_time = Appointment.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=valid_from), user=user)
    if valid_to is not None:
        same_time = same_time.filter(valid_from__lt=valid_to)
    if same_time.filter(post=post).exists():
        raise Conflict("workforce.held_already", field="username")
    permissions = same_time.values_list("post__role__permissions", flat=True)
    if not may_be_held_together([post.role.permissions, *permissions]):
        raise Conflict("workforce.powers_apart", field="username")


@transaction
def end_appointment(*, appointment_id: int, actor: Actor, at: datetime) -> Appointment:
    """The appointment ends today: its rights are gone with the next request. One that has ended stays as it is."""
    row = _appointment(appointment_id, actor)
    today = at.astimezone(LOCAL).date()
    if row.valid_to is not None and row.valid_to <= today:
        return row
    row.valid_to = max(today, row.valid_from)
    if row.valid_to == row.valid_from:
        row.delete()
    else:
        row.save(update_fields=["valid_to"])
    return row


@transaction
def record_absence(*, appointment_id: int, from_on: date, to_on: date, actor: Actor, at: datetime) -> Absence:
    """Leave of a principal for some days (half-open), without a reason: it opens the substitute's rights."""
    row = _appointment(appointment_id, actor)
    if row.kind != AppointmentKind.PRINCIPAL:
        raise Invalid("workforce.only_principals_leave", field="from_on")
    if to_on <= from_on:
        raise Invalid("workforce.ends_before_start", field="to_on")
    return Absence.objects.create(appointment=row, from_on=from_on, to_on=to_on)


@transaction
def end_absence(*, absence_id: int, actor: Actor, at: datetime) -> None:
    """Back before the leave is over: the substitute's rights end today."""
    absence = Absence.objects.select_for_update().filter(pk=absence_id).first()
    if absence is None:
        raise NotFound("workforce.no_such_absence")
    _appointment(absence.appointment_id, actor)
    today = at.astimezone(LOCAL).date()
    if absence.from_on >= today:
        absence.delete()
    elif absence.to_on > today:
        absence.to_on = today
        absence.save(update_fields=["to_on"])


def _appointment(appointment_id: int, actor: Actor) -> Appointment:
    rows = Appointment.objects.select_for_update(of=("self",)).select_related("post")
    row = rows.filter(pk=appointment_id).first()
    if row is None:
        raise NotFound("workforce.no_such_appointment")
    require(actor, "workforce.appoint", area=row.post.area)
    return row


# --- accounts: who may have one follows from what it is appointed to ------------------------------


@transaction
def open_account(*, username: str, display_name: str, password: str, actor: Actor, at: datetime) -> int:
    """A new account with its first password. Needs ``workforce.appoint`` somewhere; the account may do nothing yet."""
    require_somewhere(actor, "workforce.appoint")
    user_id = accounts.open_account(username=username, display_name=display_name, at=at)
    accounts.give_password(user_id=user_id, password=password, at=at)
    return user_id


@transaction
def give_password(*, user_id: int, password: str, actor: Actor, at: datetime) -> None:
    """A new first password. Needs ``workforce.appoint`` wherever the account holds or will hold a post."""
    _require_over(user_id, actor, at)
    accounts.give_password(user_id=user_id, password=password, at=at)


@transaction
def close_account(*, user_id: int, actor: Actor, at: datetime) -> None:
    """Nobody signs in with it any more. What was done with it stays in the history."""
    _require_over(user_id, actor, at)
    if actor.user_id == user_id:
        raise NotAllowed("workforce.not_oneself")
    accounts.set_active(user_id=user_id, is_active=False, at=at)


@transaction
def reopen_account(*, user_id: int, actor: Actor, at: datetime) -> None:
    """The account signs in again, with the password it had."""
    _require_over(user_id, actor, at)
    accounts.set_active(user_id=user_id, is_active=True, at=at)


def _require_over(user_id: int, actor: Actor, at: datetime) -> None:
    today = at.astimezone(LOCAL).date()
    held = Appointment.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=today), user_id=user_id)
    areas = set(held.values_list("post__area", flat=True))
    for area in areas:
        require(actor, "workforce.appoint", area=area)
    if not areas:
        require_somewhere(actor, "workforce.appoint")
