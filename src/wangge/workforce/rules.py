"""Powers that nobody holds together (GB/T 39477): to administer, to watch, and to work on cases."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Power(StrEnum):
    MANAGEMENT = "MANAGEMENT"
    AUDIT = "AUDIT"
    OPERATION = "OPERATION"


_MANAGEMENT = frozenset({"workforce.appoint", "webhooks.manage"})
_AUDIT = frozenset({"audit.view", "audit.contacts"})


def powers_of(permissions: Iterable[str]) -> frozenset[Power]:
    """Which of the three powers these permissions are part of."""
    held = set(permissions)
    found = {Power.OPERATION for name in held if name.startswith("case.") and name != "case.view"}
    found |= {Power.OPERATION for name in held if name == "contact.unmask"}
    found |= {Power.MANAGEMENT for _ in held & _MANAGEMENT} | {Power.AUDIT for _ in held & _AUDIT}
    return frozenset(found)


def may_be_held_together(permissions: Iterable[Iterable[str]]) -> bool:
    """Whether roles with these permissions may be one person's at the same time."""
    return len(frozenset().union(*(powers_of(one) for one in permissions))) <= 1
