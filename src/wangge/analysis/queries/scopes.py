"""What of the figures somebody may see: places of their area, units of their area, or their own unit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from wangge.analysis.types import ScopeKind
from wangge.foundation.access import Actor, require_somewhere
from wangge.workforce.queries import unit_areas

_LENGTHS = {6: ScopeKind.COUNTY, 9: ScopeKind.TOWNSHIP, 12: ScopeKind.COMMUNITY, 15: ScopeKind.GRID}
_PLACES = frozenset(_LENGTHS.values())


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose figures an actor may see: area prefixes and unit codes."""

    areas: tuple[str, ...]
    units: tuple[str, ...]

    @property
    def widest(self) -> tuple[ScopeKind, str]:
        """What a page begins with: the first area, or the first unit of somebody who has no area."""
        if self.areas:
            return _LENGTHS.get(len(self.areas[0]), ScopeKind.COUNTY), self.areas[0]
        return ScopeKind.UNIT, self.units[0]

    def counties(self, known: Iterable[str]) -> list[str]:
        """Counties with something to see."""
        own = {code[:6] for code in (*self.areas, *self.units)}
        return [county for county in known if county in own or any(county.startswith(area) for area in self.areas)]

    def holds(self, kind: ScopeKind, code: str) -> bool:
        """Whether the figures of this scope may be seen."""
        return code in self.only(kind, [code])

    def only(self, kind: ScopeKind, codes: Iterable[str]) -> set[str]:
        """Those of the scopes that may be seen. Kinds of matter are figures of the whole county."""
        wanted = set(codes)
        if kind in _PLACES:
            return {code for code in wanted if any(code.startswith(area) for area in self.areas)}
        if kind is ScopeKind.UNIT:
            areas = unit_areas(wanted) if self.areas else {}
            near = {code for code in wanted if any(areas.get(code, "-").startswith(area) for area in self.areas)}
            return near | (wanted & set(self.units))
        return wanted if any(len(area) <= 6 for area in self.areas) else set()


def reach_of(actor: Actor) -> Reach:
    """The reach of somebody who may see figures at all; NotAllowed (403) otherwise."""
    require_somewhere(actor, "assessment.view")
    return Reach(actor.areas("assessment.view"), actor.units("assessment.view"))
