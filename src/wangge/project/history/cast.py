"""Who acts: the real holders of posts, found from the appointments as the product has them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache

from wangge.foundation.access import REPORTER, Actor
from wangge.foundation.worktime import LOCAL
from wangge.project.history.standing import Standing
from wangge.workforce import queries as workforce
from wangge.workforce.models import Appointment
from wangge.workforce.types import AppointmentKind

#: Posts that may do what an act asks for, the nearest level first.
ROLES: dict[str, tuple[str, ...]] = {
    "intake": ("county_intake_clerk",),
    "dispatcher": ("county_dispatcher",),
    "township": ("township_dispatcher", "county_dispatcher"),
    "shift_leader": ("shift_leader",),
    "centre_leader": ("centre_leader",),
    "supervisor": ("supervisor",),
    "revisit": ("revisit_clerk",),
    "unit_lead": ("unit_lead",),
    "administrator": ("system_administrator",),
    "worker": ("grid_worker",),
    "check_grid": ("community_operator", "grid_leader"),
}
_AREA_LENGTHS = (15, 12, 9, 6)


class NobodyThere(LookupError):
    """No account holds a post that could do this here."""


class Cast:
    """All principal holders of posts; read once, for a history takes place under one set of appointments."""

    def __init__(self) -> None:
        self._holders: dict[tuple[str, str], list[int]] = defaultdict(list)
        self._signers: dict[str, int] = {}
        held = Appointment.objects.filter(kind=AppointmentKind.PRINCIPAL, valid_to__isnull=True, user__is_active=True)
        columns = ("post__role__code", "post__area", "post__unit__code", "post__role__permissions", "user_id")
        for role, area, unit, permissions, user in held.order_by("pk").values_list(*columns):
            self._holders[role, area].append(user)
            if "case.sign" in permissions:
                self._signers.setdefault(unit, user)

    @property
    def signing_units(self) -> frozenset[str]:
        """Units in which somebody signs."""
        return frozenset(self._signers)

    def act_as(self, who: str, standing: Standing, at: datetime) -> Actor:
        """The actor for an act on a case; NobodyThere where no account could do it."""
        if who == "reporter":
            return REPORTER
        status = standing.status
        if who == "handler":
            user = status.handler_id if status.self_handled else self._signers.get(status.unit or "")
        elif who == "checker":
            role = "check_grid" if status.self_handled else "worker"
            user = next((one for one in self._near(role, standing.area) if one not in status.worked_by), None)
        else:
            user = next(self._near(who, standing.area), None)
        if user is None:
            raise NobodyThere(who)
        return acting(user, at)

    def at_place(self, who: str, area: str, at: datetime) -> Actor:
        """The nearest holder of such a post at a place."""
        user = next(self._near(who, area), None)
        if user is None:
            raise NobodyThere(who)
        return acting(user, at)

    def _near(self, who: str, area: str) -> Iterator[int]:
        for role in ROLES[who]:
            for length in _AREA_LENGTHS:
                yield from self._holders.get((role, area[:length]), ())


def acting(user_id: int, at: datetime) -> Actor:
    """What the account may do on that day; asked once a day, for appointments begin and end with days."""
    return _on_day(user_id, at.astimezone(LOCAL).replace(hour=0, minute=0, second=0, microsecond=0))


@lru_cache(maxsize=4000)
def _on_day(user_id: int, day: datetime) -> Actor:
    return workforce.actor_for(user_id=user_id, at=day)
