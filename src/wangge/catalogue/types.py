"""Words of the task list and of its admission that other apps may use."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from wangge.foundation.worktime import OFFICE8, Clock, Limit
from wangge.foundation.worktime import Hours as OfficeHours

__all__ = [
    "DEFAULT_PROFILE",
    "AdmissionAction",
    "AdmissionState",
    "Admitted",
    "ApplicationKind",
    "Basis",
    "CheckKind",
    "Clock",
    "ClockProfile",
    "FieldSource",
    "Finding",
    "Frequency",
    "Gravity",
    "GridLoad",
    "Hours",
    "ListChange",
    "ListChangeKind",
    "LoadLine",
    "Nature",
    "Priority",
    "PublicField",
    "ResolveLevel",
    "RoutingRule",
    "RoutingState",
    "SimulationState",
    "Target",
    "Task",
    "TaskEntry",
    "TemporaryState",
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


class Frequency(StrEnum):
    """How often a task comes up by itself."""

    ON_OCCASION = "ON_OCCASION"
    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"
    QUARTERLY = "QUARTERLY"
    YEARLY = "YEARLY"


class ApplicationKind(StrEnum):
    """What a department asks for: a task more, another version of one, a pause, or its end."""

    NEW = "NEW"
    AMENDMENT = "AMENDMENT"
    SUSPENSION = "SUSPENSION"
    EXIT = "EXIT"


class AdmissionState(StrEnum):
    """Where an application stands (部门申报—专班初审—审定—公布—生效)."""

    DRAFT = "DRAFT"
    APPLIED = "APPLIED"
    PRELIMINARY_REVIEW = "PRELIMINARY_REVIEW"
    FINAL_REVIEW = "FINAL_REVIEW"
    APPROVED = "APPROVED"
    PUBLISHED = "PUBLISHED"
    EFFECTIVE = "EFFECTIVE"
    AMENDED = "AMENDED"
    SUSPENDED = "SUSPENDED"
    EXITED = "EXITED"
    RETURNED = "RETURNED"
    REFUSED = "REFUSED"


class AdmissionAction(StrEnum):
    """What moves an application."""

    APPLY = "APPLY"
    TAKE_UP = "TAKE_UP"
    FORWARD = "FORWARD"
    RETURN = "RETURN"
    REFUSE = "REFUSE"
    APPROVE = "APPROVE"
    PUBLISH = "PUBLISH"
    TAKE_EFFECT = "TAKE_EFFECT"
    BE_AMENDED = "BE_AMENDED"
    BE_SUSPENDED = "BE_SUSPENDED"
    RESUME = "RESUME"
    LEAVE = "LEAVE"


class FieldSource(StrEnum):
    """How a field is had: asked for on the spot, or taken over from where it is already."""

    COLLECT = "COLLECT"
    SHARE = "SHARE"


class CheckKind(StrEnum):
    """What the system looks for in an application."""

    FORBIDDEN = "FORBIDDEN"
    OBTAINABLE = "OBTAINABLE"
    OVERLOAD = "OVERLOAD"
    LIKENESS = "LIKENESS"


class Gravity(StrEnum):
    """REFUSED: nobody overrides it. OVERRIDE: the approver may, with a reason. NOTE: for people to judge."""

    REFUSED = "REFUSED"
    OVERRIDE = "OVERRIDE"
    NOTE = "NOTE"


class TemporaryState(StrEnum):
    """Where a temporary item stands; within its term a consented one is asked of grids, then it ends by itself."""

    ASKED = "ASKED"
    CONSENTED = "CONSENTED"
    REFUSED = "REFUSED"
    STOPPED = "STOPPED"


class Basis(StrEnum):
    """Why something may be asked of a grid worker."""

    LIST = "LIST"
    TEMPORARY = "TEMPORARY"


class ListChangeKind(StrEnum):
    ADDED = "ADDED"
    REMOVED = "REMOVED"
    CHANGED = "CHANGED"


@dataclass(frozen=True, slots=True)
class Task:
    """One task of the list: whose it is, how soon, when it counts as closed, and in which days this version holds."""

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
    valid_from: date | None = None
    valid_to: date | None = None
    minutes_per_month: int = 0
    is_draft: bool = False
    is_temporary: bool = False


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
    is_temporary: bool
    valid_from: date
    valid_to: date | None
    minutes_per_month: int
    legal_basis: str
    purpose: str


@dataclass(frozen=True, slots=True)
class Admitted:
    """The answer of the guard: on what basis, and until which day (not included) if that is known."""

    code: str
    basis: Basis
    until: date | None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing the checks found. `about` is a field code, a task code or ""; `said` are values for the words."""

    kind: CheckKind
    gravity: Gravity
    about: str = ""
    said: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LoadLine:
    """What one task takes of a grid's month."""

    code: str
    name: str
    minutes: int
    is_temporary: bool = False


@dataclass(frozen=True, slots=True)
class GridLoad:
    """The month of a grid on a day: the tasks in force, what is approved and to come, and the ceiling."""

    day: date
    lines: tuple[LoadLine, ...]
    coming: tuple[LoadLine, ...]
    ceiling: int | None

    @property
    def minutes(self) -> int:
        return sum(line.minutes for line in self.lines)

    @property
    def minutes_to_come(self) -> int:
        return self.minutes + sum(line.minutes for line in self.coming)


@dataclass(frozen=True, slots=True)
class ListChange:
    """A difference of the list between two days; `fields` are the names of what is said otherwise."""

    kind: ListChangeKind
    code: str
    name: str
    fields: tuple[tuple[str, object, object], ...] = ()


@dataclass(frozen=True, slots=True)
class PublicField:
    """One thing one task collects: why, on what basis, how long it is kept, and how it is had."""

    code: str
    name: str
    task_code: str
    task: str
    department: str
    why: str
    legal_basis: str
    retention_days: int | None
    source: FieldSource
    is_draft: bool


@dataclass(frozen=True, slots=True)
class AdmissionStepSaid:
    """One line of an application's history."""

    action: AdmissionAction
    state: AdmissionState
    at: datetime
    by: str
    note: str
    said: dict[str, object]


@dataclass(frozen=True, slots=True)
class ClockProfile:
    """How a centre counts time: one version, never changed once it is there (docs/decisions/0006-clocks.md).

    Minutes named `_min` are working minutes unless a `Limit` says otherwise. The defaults are our own readings;
    a centre that has a rule of its own adds a version.
    """

    version: int = 0
    hours: OfficeHours = OFFICE8
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
