"""Words of the task list that other apps may use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from wangge.foundation.worktime import Clock

__all__ = [
    "Clock",
    "Hours",
    "Nature",
    "Priority",
    "ResolveLevel",
    "RoutingRule",
    "RoutingState",
    "SimulationState",
    "Target",
    "Task",
    "TaskEntry",
]


class ResolveLevel(StrEnum):
    """The lowest level that can settle the task."""

    GRID = "GRID"
    TOWNSHIP = "TOWNSHIP"
    COUNTY = "COUNTY"
    ENFORCEMENT = "ENFORCEMENT"


class Priority(StrEnum):
    LOW = "LOW"
    NORMAL = "NORMAL"
    HIGH = "HIGH"
    URGENT = "URGENT"


class Nature(StrEnum):
    """部件 or 事件: something that stands there and has an owner, or something that happens at a place."""

    FACILITY = "FACILITY"
    EVENT = "EVENT"


class RoutingState(StrEnum):
    """A set of routing rules: being written, published and open-ended, or followed by the next."""

    DRAFT = "DRAFT"
    EFFECTIVE = "EFFECTIVE"
    ENDED = "ENDED"


class Hours(StrEnum):
    """At which time of the day a routing rule holds, by the working calendar."""

    ANY = "ANY"
    WORKING = "WORKING"
    OFF = "OFF"


class Target(StrEnum):
    """Whom a routing rule sends to; the first of its targets that is there and signs gets the case."""

    OWNER_DEPARTMENT = "OWNER_DEPARTMENT"
    OWNER_OFFICE = "OWNER_OFFICE"
    TOWN_CENTRE = "TOWN_CENTRE"
    COMMUNITY = "COMMUNITY"
    ENFORCEMENT_TEAM = "ENFORCEMENT_TEAM"
    NAMED_UNIT = "NAMED_UNIT"


class SimulationState(StrEnum):
    """A draft of routing rules being tried on last month's cases."""

    WAITING = "WAITING"
    RUNNING = "RUNNING"
    DONE = "DONE"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class RoutingRule:
    """One routing rule: for which matters, where and when, and to whom. An empty condition holds for all.

    `season_from` and `season_to` are days of the year (``MM-DD``, both included; over the new year where the first
    is the later); `valid_from` and `valid_to` are dates, half-open.
    """

    name_zh: str
    name_en: str
    owner: str
    targets: tuple[Target, ...]
    unit: str = ""  #: of the target NAMED_UNIT
    tasks: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    weights: tuple[str, ...] = ()
    nature: Nature | None = None
    levels: tuple[ResolveLevel, ...] = ()
    hours: Hours = Hours.ANY
    season_from: str = ""
    season_to: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """One task of the list: whose it is, how soon, and when it counts as closed."""

    id: int
    code: str
    name: str
    department: str
    level: ResolveLevel
    limit_min: int
    clock: Clock
    priority: Priority
    closing_condition: str
    nature: Nature = Nature.EVENT


@dataclass(frozen=True, slots=True)
class TaskEntry:
    """A task with all that the list says about it, in the reader's language."""

    code: str
    name: str
    category_code: str
    category: str
    subitem_code: str
    subitem: str
    department: str
    joint_departments: tuple[str, ...]
    triggers: tuple[str, ...]
    level: ResolveLevel
    limit_min: int
    clock: Clock
    priority: Priority
    personal_data_level: int
    collects: tuple[str, ...]
    closing_condition: str
    is_draft: bool
