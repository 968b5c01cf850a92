"""Words of the workforce that other apps may use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from wangge.foundation.worktime import LOCAL


class Level(StrEnum):
    """The levels that act. Only COUNTY and TOWNSHIP command (两级指挥)."""

    COUNTY = "COUNTY"
    TOWNSHIP = "TOWNSHIP"
    COMMUNITY = "COMMUNITY"
    GRID = "GRID"


class UnitKind(StrEnum):
    CENTRE = "CENTRE"
    DEPARTMENT = "DEPARTMENT"
    OFFICE = "OFFICE"
    TEAM = "TEAM"
    COMMUNITY = "COMMUNITY"


class RoleScope(StrEnum):
    """Whether a role acts in an area, or for the unit that holds the post."""

    AREA = "AREA"
    UNIT = "UNIT"


class Employment(StrEnum):
    FULL_TIME = "FULL_TIME"
    PART_TIME = "PART_TIME"


class AppointmentKind(StrEnum):
    """A substitute's rights hold only while the principal of the post is absent."""

    PRINCIPAL = "PRINCIPAL"
    SUBSTITUTE = "SUBSTITUTE"


@dataclass(frozen=True, slots=True)
class UnitRef:
    """A unit as others see it."""

    id: int
    code: str
    name: str
    kind: UnitKind
    level: Level
    area: str
    signs: bool = True  #: somebody holds a post there that signs for cases


@dataclass(frozen=True, slots=True)
class Held:
    """An area a post was held for, and on which days (half-open)."""

    area: str
    valid_from: date
    valid_to: date | None

    def then(self, at: datetime) -> bool:
        """Whether it was held on that local day."""
        day = at.astimezone(LOCAL).date()
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)
