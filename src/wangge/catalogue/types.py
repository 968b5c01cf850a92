"""Words of the task list that other apps may use."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from wangge.foundation.worktime import OFFICE8, Clock, Hours, Limit

__all__ = ["DEFAULT_PROFILE", "Clock", "ClockProfile", "Priority", "ResolveLevel", "Task", "TaskEntry"]


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


@dataclass(frozen=True, slots=True)
class ClockProfile:
    """How a centre counts time: one version, never changed once it is there (docs/decisions/0006-clocks.md).

    Minutes named `_min` are working minutes unless a `Limit` says otherwise. The defaults are our own readings;
    a centre that has a rule of its own adds a version.
    """

    version: int = 0
    hours: Hours = OFFICE8
    acceptance: Limit = Limit(120, Clock.WORKING)
    signing: Limit = Limit(240, Clock.WORKING)
    signing_urgent: Limit = Limit(30, Clock.NATURAL)
    verification: Limit = Limit(960, Clock.WORKING)
    feedback: Limit = Limit(480, Clock.WORKING)
    handling: Limit = Limit(2400, Clock.WORKING)  #: of a task whose own limit isn't known
    yellow_share: float = 0.25  #: a light turns yellow when this share of the limit is left
    urgent_yellow_min: float = 60  #: natural minutes before the end at which an urgent matter warns at the latest
    supervise_after_min: float = 480  #: a supervision order opens so long after the deadline of handling
    list_after_min: float = 2400  #: and is listed in the periodic notice so long after it
    reply_within_min: float = 960  #: time to reply to a supervision order that opens by itself
    sampled_share: float = 0.05  #: of what the grid settles itself, checked by another role


DEFAULT_PROFILE = ClockProfile()
