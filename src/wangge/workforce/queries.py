"""Who may act, and which units there are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet

from wangge.accounts.operations import TokenSpent, digest_of
from wangge.foundation.access import Actor, ActorKind, Grant
from wangge.foundation.db import within
from wangge.foundation.errors import Invalid
from wangge.foundation.worktime import LOCAL
from wangge.workforce.models import Absence, Appointment, Role, Unit
from wangge.workforce.types import AppointmentKind, Level, RoleScope, UnitKind, UnitRef

_GRANTS_OF = """
SELECT r.code, r.permissions, r.scope, p.area, u.code
FROM workforce_appointment a
JOIN workforce_post p ON p.id = a.post_id
JOIN workforce_role r ON r.id = p.role_id
JOIN workforce_unit u ON u.id = p.unit_id
WHERE a.user_id = {user}
  AND a.valid_from <= %(day)s AND (a.valid_to IS NULL OR a.valid_to > %(day)s)
  AND u.valid_from <= %(day)s AND (u.valid_to IS NULL OR u.valid_to > %(day)s)
  AND (a.kind = 'PRINCIPAL' OR EXISTS (
        SELECT 1 FROM workforce_appointment principal
        JOIN workforce_absence leave ON leave.appointment_id = principal.id
        WHERE principal.post_id = a.post_id AND principal.kind = 'PRINCIPAL'
          AND leave.from_on <= %(day)s AND leave.to_on > %(day)s))
"""
_GRANTS = _GRANTS_OF.format(user="%(user)s")
_HOLDER = f"""
SELECT t.user_id, g.* FROM accounts_apitoken t JOIN accounts_user u ON u.id = t.user_id
LEFT JOIN LATERAL ({_GRANTS_OF.format(user="t.user_id")}) g ON true
WHERE t.digest = %(digest)s AND t.revoked_at IS NULL AND t.expires_at > %(at)s AND u.is_active
"""  # noqa: S608 - put together from the two texts above


class UnknownUnit(Invalid):
    """No unit of this code is valid now."""

    code = "workforce.unknown_unit"


def actor_for(*, user_id: int, at: datetime) -> Actor:
    """What this account may do at that instant: one grant per appointment valid on that local day."""
    with connection.cursor() as db:
        db.execute(_GRANTS, {"user": user_id, "day": at.astimezone(LOCAL).date()})
        return Actor(ActorKind.STAFF, user_id=user_id, grants=_grants(db.fetchall()))


def actor_of_token(token: str, *, at: datetime) -> Actor:
    """What the holder of a bearer token may do; TokenSpent (401) when unknown, expired, revoked or closed.

    One look-up for token, account and grants: every request of a program begins with it.
    """
    digest, day = digest_of(token[:200]), at.astimezone(LOCAL).date()
    with connection.cursor() as db:
        db.execute(_HOLDER, {"digest": digest, "at": at, "day": day})
        rows = db.fetchall()
    if not rows:
        raise TokenSpent
    return Actor(ActorKind.STAFF, user_id=rows[0][0], grants=_grants([row[1:] for row in rows if row[1]]))


def _grants(rows: Iterable[Sequence[Any]]) -> tuple[Grant, ...]:
    return tuple(
        Grant(role, frozenset(permissions), area, unit if scope == RoleScope.UNIT else None)
        for role, permissions, scope, area, unit in rows
    )


def unit(code: str, *, at: datetime, field: str = "unit") -> UnitRef:
    """The unit of that code, or UnknownUnit (422) naming the field."""
    row = _valid(at).filter(code=code).first()
    if row is None:
        raise UnknownUnit(field=field, value=code)
    return _ref(row)


def units_in_reach(areas: Sequence[str], *, at: datetime) -> list[UnitRef]:
    """Units a commander of these areas could send a case to (the rule decides, this lists)."""
    return [_ref(row) for row in _valid(at).filter(within("area", areas)).order_by("level", "code")]


def units_for_place(area: str, *, at: datetime) -> list[UnitRef]:
    """Units responsible for a place: of its county, its town and its community."""
    codes = [area[:length] for length in (6, 9, 12) if len(area) >= length]
    return [_ref(row) for row in _valid(at).filter(area__in=codes).order_by("code")]


def units_below(code: str, *, at: datetime) -> list[UnitRef]:
    """Sub-units of a unit: their codes begin with its code and a dash."""
    return [_ref(row) for row in _valid(at).filter(code__startswith=f"{code}-").order_by("code")]


def role_names(codes: Iterable[str]) -> list[str]:
    """Names of roles in the reader's language, in the order of the field's lists."""
    return [row.name for row in Role.objects.filter(code__in=set(codes)).order_by("order", "code")]


def unit_names(codes: Sequence[str]) -> dict[str, str]:
    """Names of units in the reader's language, of any time."""
    wanted = {code for code in codes if code}
    return {row.code: row.name for row in Unit.objects.filter(code__in=wanted)} if wanted else {}


def _valid(at: datetime) -> QuerySet[Unit]:
    day = at.astimezone(LOCAL).date()
    return Unit.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day), valid_from__lte=day)


def _ref(row: Unit) -> UnitRef:
    return UnitRef(row.pk, row.code, row.name, UnitKind(row.kind), Level(row.level), row.area)


def workers_of(grid: str, *, at: datetime) -> list[dict[str, object]]:
    """Who looks after a grid on that day: principals, then substitutes, and whether the rights hold now."""
    day = at.astimezone(LOCAL).date()
    rows = list(
        Appointment.objects.filter(
            Q(valid_to__isnull=True) | Q(valid_to__gt=day),
            post__area=grid,
            post__role__code="grid_worker",
            valid_from__lte=day,
        )
        .select_related("user")
        .order_by("kind", "pk")
    )
    away = set(
        Absence.objects.filter(
            appointment__in=[row for row in rows if row.kind == AppointmentKind.PRINCIPAL],
            from_on__lte=day,
            to_on__gt=day,
        ).values_list("appointment_id", flat=True)
    )
    return [
        {
            "name": row.user.display_name,
            "kind": row.kind,
            "employment": row.employment,
            "is_away": row.pk in away,
            "acts": row.pk not in away if row.kind == AppointmentKind.PRINCIPAL else bool(away),
        }
        for row in rows
    ]
