"""Words of the case that others may use. States and actions are the field's own identifiers (docs/glossary.md)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from wangge.foundation.worktime import Limit

__all__ = [
    "Action", "Asked", "Channel", "Contact", "EscalationReason", "HandlingLevel", "Light", "Likeness", "Limit",
    "MediaKind", "MediaUse", "Moved", "Place", "PlaceSource", "Rating", "Receipt", "RefusalReason", "Request",
    "SmsReceiver", "Stage", "State", "Status", "Step", "Suggestion", "SuspensionReason", "VoidReason", "Weight",
]  # fmt: skip


class Stage(StrEnum):
    """The eight steps of the profession: 发现 受理 分流 处置 跟踪 督办 反馈 评价."""

    DISCOVER = "discover"
    ACCEPT = "accept"
    DISPATCH = "dispatch"
    HANDLE = "handle"
    TRACK = "track"
    SUPERVISE = "supervise"
    FEEDBACK = "feedback"
    EVALUATE = "evaluate"


class State(StrEnum):
    """Where a case stands."""

    DRAFT = "draft"
    REPORTED = "reported"
    RETURNED = "returned"
    REFUSED = "refused"
    MERGED = "merged"
    ACCEPTED = "accepted"
    DISPATCHED = "dispatched"
    RETURN_REQUESTED = "return_requested"
    IN_PROGRESS = "in_progress"
    SUSPENDED = "suspended"
    DISPOSED = "disposed"
    REWORK = "rework"
    VERIFIED = "verified"
    CLOSED = "closed"
    EVALUATED = "evaluated"
    WITHDRAWN = "withdrawn"
    VOIDED = "voided"


class Action(StrEnum):
    """What somebody does to a case."""

    SUBMIT = "submit"
    ACCEPT = "accept"
    RETURN_TO_REPORTER = "return_to_reporter"
    REFUSE = "refuse"
    MERGE = "merge"
    UNMERGE = "unmerge"
    SUPPLEMENT = "supplement"
    WITHDRAW = "withdraw"
    OBJECT = "object"
    SELF_HANDLE = "self_handle"
    DISPATCH = "dispatch"
    SIGN = "sign"
    REQUEST_RETURN = "request_return"
    UPHOLD_RETURN = "uphold_return"
    REFUSE_RETURN = "refuse_return"
    TRANSFER = "transfer"
    ESCALATE = "escalate"
    START_JOINT_HANDLING = "start_joint_handling"
    ASSIST = "assist"
    END_SUB_CASE = "end_sub_case"
    REQUEST_EXTENSION = "request_extension"
    APPROVE_EXTENSION = "approve_extension"
    REFUSE_EXTENSION = "refuse_extension"
    REQUEST_SUSPENSION = "request_suspension"
    REFUSE_SUSPENSION = "refuse_suspension"
    SUSPEND = "suspend"
    RESUME = "resume"
    SUBMIT_RESULT = "submit_result"
    VERIFY = "verify"
    REWORK = "rework"
    FEEDBACK = "feedback"
    RATE = "rate"
    ARCHIVE = "archive"
    REOPEN = "reopen"
    URGE = "urge"
    SUPERVISE = "supervise"
    ACKNOWLEDGE = "acknowledge"
    REPLY = "reply"
    RELEASE = "release"
    VOID = "void"


class Channel(StrEnum):
    """The door a report came in by."""

    RESIDENT = "RESIDENT"
    HOTLINE = "HOTLINE"
    WORKER = "WORKER"
    DESK = "DESK"
    API = "API"


class Weight(StrEnum):
    """Four weights of a matter: 简易 一般 突出 重大."""

    SIMPLE = "SIMPLE"
    GENERAL = "GENERAL"
    PROMINENT = "PROMINENT"
    MAJOR = "MAJOR"


class HandlingLevel(StrEnum):
    """Who settles a matter, from the grid upwards: 网格 村社区 镇街 区县 综合执法."""

    GRID = "GRID"
    COMMUNITY = "COMMUNITY"
    TOWNSHIP = "TOWNSHIP"
    COUNTY = "COUNTY"
    ENFORCEMENT = "ENFORCEMENT"


class Light(StrEnum):
    """绿 黄 红 灰: on time, near, overdue, clock paused."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"
    GREY = "grey"


class PlaceSource(StrEnum):
    """How the place was given; recorded because pins, phones and photos err differently."""

    GPS = "GPS"
    MAP_PIN = "MAP_PIN"
    PHOTO = "PHOTO"
    ADDRESS = "ADDRESS"
    DESK = "DESK"


class Rating(StrEnum):
    """满意 基本满意 不满意."""

    SATISFIED = "SATISFIED"
    BASICALLY = "BASICALLY"
    NOT_SATISFIED = "NOT_SATISFIED"


class RefusalReason(StrEnum):
    """Why a report is not accepted: a closed list, each told to the reporter in plain words."""

    NOT_OUR_DUTY = "NOT_OUR_DUTY"
    OTHER_CHANNEL = "OTHER_CHANNEL"
    IN_COURT = "IN_COURT"
    NO_SUCH_MATTER = "NO_SUCH_MATTER"
    ALREADY_SETTLED = "ALREADY_SETTLED"
    ABOUT_A_PERSON = "ABOUT_A_PERSON"


class EscalationReason(StrEnum):
    """Why a matter climbs: a closed list, so that it can be counted which matters outgrow their level."""

    BEYOND_POWERS = "BEYOND_POWERS"
    BEYOND_MEANS = "BEYOND_MEANS"
    SEVERAL_PARTIES = "SEVERAL_PARTIES"
    NEEDS_ENFORCEMENT = "NEEDS_ENFORCEMENT"
    RISK_TO_SAFETY = "RISK_TO_SAFETY"


class SuspensionReason(StrEnum):
    """挂账: the season, works that take their time, or a condition that is not given yet."""

    SEASON = "SEASON"
    WORKS = "WORKS"
    CONDITION = "CONDITION"


class VoidReason(StrEnum):
    """作废: what should never have become a case."""

    TEST = "TEST"
    ENTERED_TWICE = "ENTERED_TWICE"
    ENTERED_BY_MISTAKE = "ENTERED_BY_MISTAKE"


class MediaKind(StrEnum):
    PHOTO = "PHOTO"
    AUDIO = "AUDIO"


class MediaUse(StrEnum):
    """At which moment of the case a photo or recording was added."""

    REPORT = "REPORT"
    SUPPLEMENT = "SUPPLEMENT"
    BEFORE = "BEFORE"
    AFTER = "AFTER"
    VERIFICATION = "VERIFICATION"


@dataclass(frozen=True, slots=True)
class Place:
    """Where the matter is. WGS84 degrees; `crs` is what the sender declared before conversion."""

    lon: float | None = None
    lat: float | None = None
    crs: str = "EPSG:4326"
    source: PlaceSource = PlaceSource.MAP_PIN
    accuracy_m: float | None = None
    address: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """How to reach the reporter, only if they gave it. Lives inside the case and expires with it."""

    name: str = ""
    phone: str = ""
    agrees_to_sms: bool = False  #: to text messages about this report; asked for apart, never taken for granted
    language: str = ""  #: of the report, in which the messages are written

    def __bool__(self) -> bool:
        return bool(self.name or self.phone)


@dataclass(frozen=True, slots=True)
class SmsReceiver:
    """What is needed to write to a reporter who agreed: opened for one message, never kept, never printed."""

    phone: str = field(repr=False)
    language: str
    query_code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a reporter is told at once."""

    case_no: str
    query_code: str
    grid_code: str | None
    state: State
    created: bool


class Asked(StrEnum):
    """A request of the handler that somebody above has to decide."""

    EXTENSION = "EXTENSION"
    SUSPENSION = "SUSPENSION"


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for and isn't decided yet."""

    kind: Asked
    until: str  #: ISO: the new deadline of an extension, the planned day of a suspension
    asked_by: int | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Status:
    """Where a case stands: the fold of its history (`rules.history.replay`)."""

    state: State
    steps: int = 0
    since: datetime | None = None
    reported_at: datetime | None = None
    accepted_at: datetime | None = None
    closed_at: datetime | None = None
    task_code: str | None = None
    limit: Limit | None = None  #: of the task, as it was when the case was accepted
    weight: Weight = Weight.GENERAL
    unit: str | None = None
    level: HandlingLevel | None = None  #: whose matter it is now; of an ended case: who settled it
    passed_up: bool = False  #: escalated, and not dispatched again yet
    handler_id: int | None = None
    worked_by: frozenset[int] = frozenset()  #: whoever signed, took on or submitted a result, ever
    self_handled: bool = False
    merged_into: str | None = None
    main: str | None = None  #: the main case of a sub-case
    open_subs: frozenset[str] = frozenset()  #: sub-cases of a main case that haven't ended
    request: Request | None = None
    extensions: int = 0  #: approved since the handling clock last started afresh
    extra_min: float = 0  #: what they added to the limit
    suspended_until: str | None = None
    return_asked_by: int | None = None
    return_refused: bool = False  #: the unit that has it asked to return it, and was refused
    returns_refused: int = 0
    objections: int = 0
    refused_by: frozenset[int] = frozenset()
    orders: frozenset[str] = frozenset()  #: supervision orders that aren't released
    reopen_no: int = 0
    rework_no: int = 0
    rating: Rating | None = None
    is_solved: bool | None = None  #: what the reporter said, or told the revisit clerk


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a case's history: who did what, when, and where it led. Never edited."""

    action: Action
    at: datetime
    to_state: State
    from_state: State | None = None
    actor_id: int | None = None
    detail: dict[str, object] = field(default_factory=dict)
    note: str = ""
    operation_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Moved:
    """The outcome of an operation on a case."""

    case_no: str
    action: Action
    state: State
    version: int
    at: datetime  #: as the history tells it: never before what happened before
    repeated: bool = False
    part_of: int | None = None  #: id of the main case of a sub-case


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A task and a unit proposed for a report, with the reasons, in the order of their weight."""

    task_code: str
    unit_code: str | None
    score: float
    reasons: tuple[dict[str, object], ...]


@dataclass(frozen=True, slots=True)
class Likeness:
    """A case nearby that may be the same matter: how near in place, time and words (0 to 1)."""

    case_no: str
    distance_m: float
    days_apart: float
    text_likeness: float
    score: float
