"""Words of the grids that other apps may use."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class DivisionLevel(StrEnum):
    PROVINCE = "PROVINCE"
    CITY = "CITY"
    COUNTY = "COUNTY"
    TOWNSHIP = "TOWNSHIP"
    COMMUNITY = "COMMUNITY"


#: Length of a native code at each level: "within" is a prefix test.
CODE_LENGTH = {
    DivisionLevel.PROVINCE: 2,
    DivisionLevel.CITY: 4,
    DivisionLevel.COUNTY: 6,
    DivisionLevel.TOWNSHIP: 9,
    DivisionLevel.COMMUNITY: 12,
}
COUNTY_LENGTH, TOWNSHIP_LENGTH, COMMUNITY_LENGTH, GRID_LENGTH = 6, 9, 12, 15


class GridKind(StrEnum):
    """GENERAL 综合网格 or EXCLUSIVE 专属网格 (parks, markets, schools, hospitals …)."""

    GENERAL = "GENERAL"
    EXCLUSIVE = "EXCLUSIVE"


class EditionState(StrEnum):
    """draft → checked → effective; the one before is retired the day the next takes effect."""

    DRAFT = "DRAFT"
    CHECKED = "CHECKED"
    EFFECTIVE = "EFFECTIVE"
    RETIRED = "RETIRED"


class ImportState(StrEnum):
    """A file on its way into an edition."""

    WAITING = "WAITING"
    RUNNING = "RUNNING"
    DONE = "DONE"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class GridRef:
    """A grid as a case knows it: its code, and the edition it was located in."""

    code: str
    edition_id: int
    name: str
    kind: GridKind

    @property
    def community(self) -> str:
        return self.code[:COMMUNITY_LENGTH]


@dataclass(frozen=True, slots=True)
class NearbyGrid:
    """A grid near a point that lies in none."""

    code: str
    name: str
    community_code: str
    community_name: str
    distance_m: float


@dataclass(frozen=True, slots=True)
class Located:
    """The answer of `locate`: the one grid, or the nearest when the point lies outside every grid."""

    grid: GridRef | None
    nearest: tuple[NearbyGrid, ...] = ()
