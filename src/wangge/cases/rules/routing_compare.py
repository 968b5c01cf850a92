"""What one set of routing rules says otherwise than another. Pure."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from wangge.catalogue.types import RoutingRule


class Difference(StrEnum):
    """What became of a rule."""

    SAME = "SAME"
    MOVED = "MOVED"
    CHANGED = "CHANGED"
    ADDED = "ADDED"
    REMOVED = "REMOVED"


@dataclass(frozen=True, slots=True)
class Compared:
    """A rule of either set: where it stands in the new one and where it stood, from 1; None where it isn't."""

    kind: Difference
    rule: RoutingRule
    now: int | None
    before: int | None


def compare(new: Sequence[RoutingRule], old: Sequence[RoutingRule]) -> tuple[Compared, ...]:
    """Each rule of the new set in its order, then those that are gone.

    Rules that say the same are the same; of the others those of one name. Moved are as few as can be: those outside
    the longest run of rules that kept their order.
    """
    partners = _partners(new, old)
    kept = _longest_run([partners[index] for index in range(len(new)) if index in partners])
    found = [_compared(index, rule, old, partners.get(index), kept) for index, rule in enumerate(new)]
    gone = [index for index in range(len(old)) if index not in set(partners.values())]
    return (*found, *(Compared(Difference.REMOVED, old[index], None, index + 1) for index in gone))


def _compared(
    index: int, rule: RoutingRule, old: Sequence[RoutingRule], partner: int | None, kept: frozenset[int]
) -> Compared:
    if partner is None:
        return Compared(Difference.ADDED, rule, index + 1, None)
    unchanged = Difference.SAME if partner in kept else Difference.MOVED
    kind = Difference.CHANGED if old[partner] != rule else unchanged
    return Compared(kind, rule, index + 1, partner + 1)


def _partners(new: Sequence[RoutingRule], old: Sequence[RoutingRule]) -> dict[int, int]:
    """Places in the new set and of the same rule in the old one."""
    free = dict(enumerate(old))
    found: dict[int, int] = {}
    for is_whole in (True, False):
        for index, rule in enumerate(new):
            if index in found:
                continue
            partner = next((n for n, one in free.items() if _is_same(one, rule, is_whole)), None)
            if partner is not None:
                found[index] = partner
                del free[partner]
    return found


def _is_same(one: RoutingRule, other: RoutingRule, is_whole: bool) -> bool:
    return one == other if is_whole else (one.name_zh, one.name_en) == (other.name_zh, other.name_en)


def _longest_run(places: Sequence[int]) -> frozenset[int]:
    """The longest rising subsequence."""
    ends: list[int] = []
    before: dict[int, int | None] = {}
    for place in places:
        at = bisect_left(ends, place)
        before[place] = ends[at - 1] if at else None
        ends[at : at + 1] = [place]
    run: list[int] = []
    last = ends[-1] if ends else None
    while last is not None:
        run.append(last)
        last = before[last]
    return frozenset(run)
