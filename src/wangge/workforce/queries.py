"""Who may act, and which units there are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from wangge.accounts.models import User
from wangge.accounts.operations import TokenSpent, digest_of
from wangge.foundation.access import Actor, ActorKind, Grant, require, require_somewhere
from wangge.foundation.db import prepared, within
from wangge.foundation.errors import Invalid, NotFound
from wangge.foundation.names import in_reader_language, in_reader_languages, kept_in_both
from wangge.foundation.worktime import LOCAL
from wangge.workforce.models import Absence, Appointment, Post, Role, Unit
from wangge.workforce.types import AppointmentKind, Held, Level, RoleScope, UnitKind, UnitRef

_GRANTS_OF = """
SELECT r.code, r.permissions, r.scope, p.area, u.code
FROM workforce_appointment a
JOIN workforce_post p ON p.id = a.post_id
JOIN workforce_role r ON r.id = p.role_id
JOIN workforce_unit u ON u.id = p.unit_id
WHERE a.user_id = {user}
  AND a.valid_from <= %(day)s AND (a.valid_to IS NULL OR a.valid_to > %(day)s)
  AND u.valid_from <= %(day)s AND (u.valid_to IS NULL OR u.valid_to > %(day)s)
  AND (a.kind = 'PRINCIPAL' OR (
        SELECT count(leave.id) > 0 OR count(principal.id) = 0 FROM workforce_appointment principal
        LEFT JOIN workforce_absence leave ON leave.appointment_id = principal.id
          AND leave.from_on <= %(day)s AND leave.to_on > %(day)s
        WHERE principal.post_id = a.post_id AND principal.kind = 'PRINCIPAL'
          AND principal.valid_from <= %(day)s AND (principal.valid_to IS NULL OR principal.valid_to > %(day)s)))
"""
_GRANTS = _GRANTS_OF.format(user="%(user)s")
_HOLDER = f"""
SELECT t.user_id, g.* FROM accounts_apitoken t JOIN accounts_user u ON u.id = t.user_id
LEFT JOIN LATERAL ({_GRANTS_OF.format(user="t.user_id")}) g ON true
WHERE t.digest = %(digest)s AND t.revoked_at IS NULL AND t.expires_at > %(at)s AND u.is_active
"""  # noqa: S608 - put together from the two texts above


#: One unit, as every dispatch asks for it; `_with_signers` says the same for many.
_UNIT = """
SELECT u.id, u.name_zh, u.name_en, u.kind, u.level, u.area, EXISTS (
  SELECT 1 FROM workforce_appointment a
  JOIN workforce_post p ON p.id = a.post_id JOIN workforce_role r ON r.id = p.role_id
  JOIN accounts_user who ON who.id = a.user_id AND who.is_active
  WHERE p.unit_id = u.id AND 'case.sign' = ANY(r.permissions)
    AND a.valid_from <= %(day)s AND (a.valid_to IS NULL OR a.valid_to > %(day)s))
FROM workforce_unit u
WHERE u.code = %(code)s AND u.valid_from <= %(day)s AND (u.valid_to IS NULL OR u.valid_to > %(day)s)
"""


class UnknownUnit(Invalid):
    """No unit of this code is valid now."""

    code = "workforce.unknown_unit"


def actor_for(*, user_id: int, at: datetime) -> Actor:
    """What this account may do at that instant: one grant per appointment valid on that local day."""
    with prepared() as db:
        db.execute(_GRANTS, {"user": user_id, "day": at.astimezone(LOCAL).date()})
        return Actor(ActorKind.STAFF, user_id=user_id, grants=_grants(db.fetchall()))


def actor_of_token(token: str, *, at: datetime) -> Actor:
    """What the holder of a bearer token may do; TokenSpent (401) when unknown, expired, revoked or closed.

    One look-up for token, account and grants: every request of a program begins with it.
    """
    digest, day = digest_of(token[:200]), at.astimezone(LOCAL).date()
    with prepared() as db:
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
    with prepared() as db:
        db.execute(_UNIT, {"code": code, "day": at.astimezone(LOCAL).date()})
        row = db.fetchone()
    if row is None:
        raise UnknownUnit(field=field, value=code)
    pk, name_zh, name_en, kind, level, area, signs = row
    return UnitRef(pk, code, in_reader_language(name_zh, name_en), UnitKind(kind), Level(level), area, signs)


def units_in_reach(areas: Sequence[str], *, at: datetime) -> list[UnitRef]:
    """Units a commander of these areas could send a case to (the rule decides, this lists)."""
    return [_ref(row) for row in _with_signers(at).filter(within("area", areas)).order_by("level", "code")]


def units_for_place(area: str, *, at: datetime) -> list[UnitRef]:
    """Units responsible for a place: of its county, its town and its community."""
    codes = [area[:length] for length in (6, 9, 12) if len(area) >= length]
    return [_ref(row) for row in _with_signers(at).filter(area__in=codes).order_by("code")]


def units_below(code: str, *, at: datetime) -> list[UnitRef]:
    """Sub-units of a unit: their codes begin with its code and a dash."""
    return [_ref(row) for row in _with_signers(at).filter(code__startswith=f"{code}-").order_by("code")]


def role_names(codes: Iterable[str]) -> list[str]:
    """Names of roles in the reader's language, in the order of the field's lists."""
    return [row.name for row in Role.objects.filter(code__in=set(codes)).order_by("order", "code")]


def unit_names(codes: Sequence[str]) -> dict[str, str]:
    """Names of units in the reader's language, of any time."""
    return in_reader_languages(_unit_names.of(codes))


def unit_codes(ids: Iterable[int]) -> dict[int, str]:
    """Codes of units by their keys."""
    return dict(Unit.objects.filter(pk__in=set(ids)).values_list("pk", "code"))


def unit_areas(codes: Iterable[str]) -> dict[str, str]:
    """The area each of these units works for, of any time."""
    return dict(Unit.objects.filter(code__in=set(codes)).values_list("code", "area"))


_unit_names = kept_in_both(lambda codes: Unit.objects.filter(code__in=codes).order_by("pk"))


def _valid(at: datetime) -> QuerySet[Unit]:
    day = at.astimezone(LOCAL).date()
    return Unit.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day), valid_from__lte=day)


def _with_signers(at: datetime) -> QuerySet[Any]:
    """Units valid then, and whether somebody holds a post there that signs for cases."""
    day = at.astimezone(LOCAL).date()
    signers = Appointment.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=day),
        post__unit=OuterRef("pk"),
        user__is_active=True,
        post__role__permissions__contains=["case.sign"],
        valid_from__lte=day,
    )
    return _valid(at).annotate(signs=Exists(signers))


def _ref(row: Any) -> UnitRef:
    signs = getattr(row, "signs", True)
    return UnitRef(row.pk, row.code, row.name, UnitKind(row.kind), Level(row.level), row.area, signs)


def unit_of_any_time(code: str) -> UnitRef:
    """The unit of that code, valid now or not; UnknownUnit (422) where there never was one."""
    row = Unit.objects.filter(code=code).first()
    if row is None:
        raise UnknownUnit(field="unit", value=code)
    return _ref(row)


def department_of(code: str, *, at: datetime) -> tuple[str, str]:
    """The department (a code of the task list, or "") and the area of the unit valid then; UnknownUnit (422)."""
    row = _valid(at).filter(code=code).values_list("department", "area").first()
    if row is None:
        raise UnknownUnit(field="unit", value=code)
    return row


def present(user_ids: Iterable[int], *, permission: str, at: datetime) -> set[int]:
    """Those of these accounts who hold a post with this permission then and are on leave from none."""
    day = at.astimezone(LOCAL).date()
    held = Appointment.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=day),
        user__in=set(user_ids),
        user__is_active=True,
        valid_from__lte=day,
        post__role__permissions__contains=[permission],
    )
    away = Absence.objects.filter(appointment__user__in=set(user_ids), from_on__lte=day, to_on__gt=day)
    return set(held.values_list("user_id", flat=True)) - set(away.values_list("appointment__user_id", flat=True))


def areas_of(user_ids: Iterable[int], *, at: datetime) -> dict[int, set[str]]:
    """The areas of the posts these accounts hold on that local day."""
    day = at.astimezone(LOCAL).date()
    rows = Appointment.objects.filter(user__in=set(user_ids), valid_from__lte=day)
    found: dict[int, set[str]] = {}
    held = rows.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day))
    for user, area in held.values_list("user_id", "post__area").order_by():
        found.setdefault(user, set()).add(area)
    return found


def areas_held(user_ids: Iterable[int], *, permission: str) -> dict[int, list[Held]]:
    """The areas in which these accounts ever held a permission, each with its days: to say who acted as what then."""
    found: dict[int, list[Held]] = {}
    rows = Appointment.objects.filter(
        user__in=set(user_ids), post__role__permissions__contains=[permission], post__role__scope=RoleScope.AREA
    ).order_by("pk")
    for user, area, begins, ends in rows.values_list("user_id", "post__area", "valid_from", "valid_to"):
        found.setdefault(user, []).append(Held(area, begins, ends))
    return found


def works_there(*, user_id: int, permission: str, area: str, at: datetime) -> bool:
    """Whether this account may act so at that place then, and is not on leave from a post that says so."""
    if not User.objects.filter(pk=user_id, is_active=True).exists():
        return False
    day = at.astimezone(LOCAL).date()
    on_leave = Absence.objects.filter(
        from_on__lte=day,
        to_on__gt=day,
        appointment__user_id=user_id,
        appointment__post__role__permissions__contains=[permission],
        appointment__post__area__in=[area[:length] for length in range(len(area) + 1)],
    )
    return actor_for(user_id=user_id, at=at).may(permission, area=area) and not on_leave.exists()


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
    needs_substitute = bool(away) or all(row.kind != AppointmentKind.PRINCIPAL for row in rows)
    return [
        {
            "name": row.user.display_name,
            "kind": row.kind,
            "employment": row.employment,
            "is_away": row.pk in away,
            "acts": row.pk not in away if row.kind == AppointmentKind.PRINCIPAL else needs_substitute,
        }
        for row in rows
    ]


# --- units and people, for those who may see them --------------------------------------------------

PAGE = 50


class NoSuchUnit(NotFound):
    """There is no unit of this code, or not in this reader's area."""

    code = "workforce.no_such_unit"


def visible_units(actor: Actor, *, at: datetime) -> QuerySet[Unit]:
    """Units valid now in the areas where the actor may see the workforce."""
    require_somewhere(actor, "workforce.view")
    return _valid(at).filter(within("area", actor.areas("workforce.view")))


def top_units(actor: Actor, *, at: datetime) -> list[Unit]:
    """Visible units without a visible one above them."""
    mine = visible_units(actor, at=at)
    return list(mine.exclude(parent__in=mine.values("pk")).order_by("code"))


def visible_unit(code: str, actor: Actor, *, at: datetime) -> Unit:
    """One of them, with the one above it."""
    row = visible_units(actor, at=at).select_related("parent").filter(code=code).first()
    if row is None:
        raise NoSuchUnit(value=code[:40])
    return row


def units_above(row: Unit, actor: Actor, *, at: datetime) -> list[Unit]:
    """The visible units over this one, the highest first."""
    chain: list[Unit] = []
    while row.parent_id and len(chain) < 6:
        above = visible_units(actor, at=at).select_related("parent").filter(pk=row.parent_id).first()
        if above is None:
            break
        chain.insert(0, above)
        row = above
    return chain


def find_units(text: str, actor: Actor, *, at: datetime) -> list[Unit]:
    """Visible units whose name or code has these words."""
    found = Q(name_zh__icontains=text) | Q(name_en__icontains=text) | Q(code__startswith=text)
    return list(visible_units(actor, at=at).filter(found).order_by("code")[:PAGE])


def posts_of(row: Unit, *, at: datetime, with_ended: bool = False) -> list[Post]:
    """The posts of a unit, each with `held`: its appointments of now and to come (or all), and their leave."""
    today = at.astimezone(LOCAL).date()
    held = Appointment.objects.select_related("user").order_by("kind", "valid_from", "pk")
    if not with_ended:
        held = held.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=today))
    leave = Absence.objects.filter(to_on__gt=today).order_by("from_on")
    rows = Post.objects.filter(unit=row).select_related("role").order_by("role__order", "area")
    return list(
        rows.prefetch_related(
            Prefetch(
                "appointments", queryset=held.prefetch_related(Prefetch("absences", leave, "leave")), to_attr="held"
            )
        )
    )


def worker_page(actor: Actor, *, at: datetime, search: str = "", after: str = "") -> tuple[list[Post], str | None]:
    """Posts of grid workers by grid, with `held` as in `posts_of`; where the next page begins."""
    require_somewhere(actor, "workforce.view")
    today = at.astimezone(LOCAL).date()
    current = Q(valid_to__isnull=True) | Q(valid_to__gt=today)
    held = Appointment.objects.filter(current, valid_from__lte=today).select_related("user").order_by("kind", "pk")
    leave = Absence.objects.filter(from_on__lte=today, to_on__gt=today)
    rows = Post.objects.filter(
        within("area", actor.areas("workforce.view")), role__code="grid_worker", area__gt=after
    ).select_related("unit")
    if search:
        rows = rows.filter(Q(area__startswith=search) | Q(unit__name_zh__icontains=search))
    found: list[Post] = list(
        rows.order_by("area", "pk").prefetch_related(
            Prefetch(
                "appointments", queryset=held.prefetch_related(Prefetch("absences", leave, "leave")), to_attr="held"
            )
        )[: PAGE + 1]
    )
    return found[:PAGE], found[PAGE - 1].area if len(found) > PAGE else None


def appointments_of(user_id: int) -> list[Appointment]:
    """All appointments of an account, the latest first."""
    rows = Appointment.objects.filter(user_id=user_id).select_related("post__unit", "post__role")
    return list(rows.order_by("-valid_from", "-pk")[:100])


def appointment(appointment_id: int, actor: Actor, *, at: datetime) -> Appointment:
    """One appointment with its post and `leave` to come, for whoever appoints there."""
    leave = Absence.objects.filter(to_on__gt=at.astimezone(LOCAL).date()).order_by("from_on")
    rows = Appointment.objects.select_related("user", "post__unit", "post__role")
    row = rows.prefetch_related(Prefetch("absences", leave, "leave")).filter(pk=appointment_id).first()
    if row is None:
        raise NotFound("workforce.no_such_appointment")
    require(actor, "workforce.appoint", area=row.post.area)
    return row


def held_beside(row: Appointment, *, at: datetime, kind: AppointmentKind | None = None) -> list[Appointment]:
    """The others who hold the same post now or later, as the same or as another kind."""
    today = at.astimezone(LOCAL).date()
    current = Q(valid_to__isnull=True) | Q(valid_to__gt=today)
    others = Appointment.objects.filter(current, post=row.post_id, kind=kind or row.kind).exclude(pk=row.pk)
    return list(others.select_related("user").order_by("pk"))


def accounts_for(actor: Actor, *, search: str = "", after: str = "") -> tuple[list[User], str | None]:
    """Accounts by user name. Needs ``workforce.appoint`` somewhere: whom one can appoint, one must find."""
    require_somewhere(actor, "workforce.appoint")
    rows = User.objects.filter(username__gt=after).order_by("username")
    if search:
        rows = rows.filter(Q(username__icontains=search) | Q(display_name__icontains=search))
    found = list(rows[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].username if len(found) > PAGE else None


def account(username: str, actor: Actor) -> User:
    """One account. Needs ``workforce.appoint`` somewhere."""
    require_somewhere(actor, "workforce.appoint")
    row = User.objects.filter(username=username).first()
    if row is None:
        raise NotFound("accounts.no_such_account", field="username")
    return row


def roles() -> list[Role]:
    """All roles in the order of the field's lists."""
    return list(Role.objects.order_by("order", "code"))


def person_names(user_ids: Iterable[int]) -> dict[int, str]:
    """The names shown of accounts."""
    return dict(User.objects.filter(pk__in=set(user_ids)).values_list("pk", "display_name"))


def people_called(text: str, *, limit: int = 100) -> list[int]:
    """Accounts whose name has this text."""
    found = User.objects.filter(Q(display_name__icontains=text) | Q(username__icontains=text))
    return list(found.order_by("pk").values_list("pk", flat=True)[:limit])


def appointment_holders(ids: Iterable[int]) -> dict[int, dict[str, int]]:
    """Who holds which post by these appointments."""
    rows = Appointment.objects.filter(pk__in=set(ids)).values_list("pk", "user_id", "post_id")
    return {pk: {"user_id": user_id, "post_id": post_id} for pk, user_id, post_id in rows}


def post_words(post_ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """Role (in the reader's language) and area of posts."""
    rows = Post.objects.filter(pk__in=set(post_ids)).select_related("role")
    return {row.pk: (row.role.name, row.area) for row in rows}
