"""Words of the task list that other apps may use."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from wangge.foundation.worktime import Clock

__all__ = ["Clock", "Priority", "ResolveLevel", "Task", "TaskEntry"]


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
