"""Who may do what, where: the one place that decides (default deny).

A role is data: a set of permissions. An appointment gives somebody a role for an area, and for roles
that act for a unit, that unit. From the appointments valid now an `Actor` is built once per request.
Division and grid codes are hierarchical, so "in my area" is a prefix test, here and in SQL alike.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from wangge.foundation.errors import NotAllowed, NotSignedIn


class ActorKind(StrEnum):
    ANONYMOUS = "ANONYMOUS"
    REPORTER = "REPORTER"
    STAFF = "STAFF"
    SYSTEM = "SYSTEM"


@dataclass(frozen=True, slots=True)
class Grant:
    """One role held for one area.

    `area` is a division or grid code (2 to 15 digits; "" is everywhere). `unit` is the code of the
    unit the role acts for, or None where the role is about an area only.
    """

    role: str
    permissions: frozenset[str]
    area: str
    unit: str | None = None

    def covers(self, permission: str, area: str | None, unit: str | None) -> bool:
        if permission not in self.permissions:
            return False
        if self.unit is not None:
            return unit == self.unit
        return area is not None and area.startswith(self.area)


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who acts. `user_id` is None for residents, the system and the anonymous."""

    kind: ActorKind
    user_id: int | None = None
    grants: tuple[Grant, ...] = ()
    is_system: bool = False

    def may(self, permission: str, *, area: str | None = None, unit: str | None = None) -> bool:
        """Whether a grant covers the permission at that area or for that unit."""
        return self.is_system or any(grant.covers(permission, area, unit) for grant in self.grants)

    def may_somewhere(self, permission: str) -> bool:
        """Whether the permission is held at all: for menus and entry pages, never for a decision."""
        return self.is_system or any(permission in grant.permissions for grant in self.grants)

    def areas(self, permission: str) -> tuple[str, ...]:
        """Area prefixes in which the permission holds, without those inside another one."""
        if self.is_system:
            return ("",)
        return outermost(g.area for g in self.grants if permission in g.permissions and g.unit is None)

    def units(self, permission: str) -> tuple[str, ...]:
        """Codes of the units for which the permission holds."""
        return tuple(sorted({g.unit for g in self.grants if permission in g.permissions and g.unit}))

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(grant.role for grant in self.grants)


ANONYMOUS = Actor(ActorKind.ANONYMOUS)
REPORTER = Actor(ActorKind.REPORTER)
SYSTEM = Actor(ActorKind.SYSTEM, is_system=True)


def require(actor: Actor, permission: str, *, area: str | None = None, unit: str | None = None) -> None:
    """Let pass, or raise NotSignedIn (401) or NotAllowed (403) naming the permission.

    A permission held for the unit or for an area that contains the place is enough.
    """
    if actor.may(permission, area=area, unit=unit):
        return
    if actor.kind is ActorKind.ANONYMOUS:
        raise NotSignedIn("access.not_signed_in")
    raise NotAllowed("access.not_allowed", permission=permission)


def require_somewhere(actor: Actor, permission: str) -> None:
    """Entry to a page or list whose rows are scoped by the query itself."""
    if actor.may_somewhere(permission):
        return
    if actor.kind is ActorKind.ANONYMOUS:
        raise NotSignedIn("access.not_signed_in")
    raise NotAllowed("access.not_allowed", permission=permission)


def outermost(areas: Iterable[str]) -> tuple[str, ...]:
    """The areas without those that lie inside another of them."""
    held = set(areas)
    return tuple(sorted(a for a in held if not any(a != b and a.startswith(b) for b in held)))
