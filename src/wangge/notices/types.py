"""Words of the notices that others may use."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class NoticeKind(StrEnum):
    """What somebody is told."""

    SENT = "SENT"
    LEFT = "LEFT"
    SENT_BACK_TO_REPORTER = "SENT_BACK_TO_REPORTER"
    SUPPLEMENTED = "SUPPLEMENTED"
    OBJECTED = "OBJECTED"
    PASSED_UP = "PASSED_UP"
    RETURN_ASKED = "RETURN_ASKED"
    RETURN_REFUSED = "RETURN_REFUSED"
    EXTENSION_ASKED = "EXTENSION_ASKED"
    EXTENSION_APPROVED = "EXTENSION_APPROVED"
    EXTENSION_REFUSED = "EXTENSION_REFUSED"
    SUSPENSION_ASKED = "SUSPENSION_ASKED"
    SUSPENDED = "SUSPENDED"
    SUSPENSION_REFUSED = "SUSPENSION_REFUSED"
    RESUMED = "RESUMED"
    REWORK = "REWORK"
    SUB_CASE_ENDED = "SUB_CASE_ENDED"
    REOPENED = "REOPENED"
    LIGHT_YELLOW = "LIGHT_YELLOW"
    LIGHT_RED = "LIGHT_RED"
    URGED = "URGED"
    ORDER_OPENED = "ORDER_OPENED"
    ORDER_REPLIED = "ORDER_REPLIED"
    ORDER_RELEASED = "ORDER_RELEASED"
    LISTED = "LISTED"
    CALENDAR_ENDS = "CALENDAR_ENDS"
    WEBHOOK_OFF = "WEBHOOK_OFF"


class Whom(StrEnum):
    """Who is told, seen from the case; `Holders` are the other possibility."""

    UNIT = "UNIT"  #: everybody who signs for the unit the event names
    HAS_IT = "HAS_IT"  #: the unit that has the case; of a case settled in the grid, whoever took it on
    HANDLER = "HANDLER"  #: whoever handles it; before anybody signed, the unit
    ENTERED_BY = "ENTERED_BY"  #: the colleague who reported it


@dataclass(frozen=True, slots=True)
class Holders:
    """Everybody who holds this permission where the case is."""

    permission: str


@dataclass(frozen=True, slots=True)
class Audience:
    """One unit, one account, or the holders of a permission for a place; exactly one of the three."""

    unit: str = ""
    account_id: int | None = None
    permission: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """A notice to be written: what, about what, for whom."""

    kind: NoticeKind
    audience: Audience
    clock: str = ""
    waits_for_work: bool = False  #: a reminder: shown inside the receiver's working hours


@dataclass(frozen=True, slots=True)
class Happened:
    """An event as the rules see it, with what the case says of itself."""

    type: str
    unit: str = ""
    state: str = ""
    from_state: str = ""
    light: str = ""
    clock: str = ""
    has_it: str = ""  #: the unit that has the case
    handler_id: int | None = None
    entered_by_id: int | None = None
    extensions: int = 0  #: approved before
    is_urgent: bool = False
    with_red_light: bool = False  #: the light turned red in the same moment


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """One notice in somebody's list."""

    id: int
    kind: NoticeKind
    subject: str  #: number of a case, or of the webhook target
    area: str
    clock: str
    show_at: datetime
    is_read: bool


class EventGroup(StrEnum):
    """What a webhook target may ask for, along the process."""

    INTAKE = "INTAKE"
    DISPATCH = "DISPATCH"
    HANDLING = "HANDLING"
    ANSWER = "ANSWER"
    SUPERVISION = "SUPERVISION"


class WhyOff(StrEnum):
    """Why nothing is sent to a target any more."""

    PAUSED = "PAUSED"
    GONE = "GONE"
    GAVE_UP = "GAVE_UP"


class Failure(StrEnum):
    """Why a delivery failed, where there is no answer code to say it."""

    REFUSED_ADDRESS = "REFUSED_ADDRESS"
    UNKNOWN_HOST = "UNKNOWN_HOST"
    NO_CONNECTION = "NO_CONNECTION"
    BAD_CERTIFICATE = "BAD_CERTIFICATE"
    TIMED_OUT = "TIMED_OUT"
    NO_HTTP = "NO_HTTP"
    NO_NUMBER = "NO_NUMBER"  #: of a text message: nothing a text message could be sent to
    NOT_WANTED = "NOT_WANTED"  #: the reporter has withdrawn the consent, or the contact is gone
    TOO_OFTEN = "TOO_OFTEN"  #: this number has got its text messages of the day


class TextKind(StrEnum):
    """What a reporter is told by text message."""

    RECEIVED = "RECEIVED"
    NEEDS_MORE = "NEEDS_MORE"
    ANSWERED = "ANSWERED"


@dataclass(frozen=True, slots=True)
class Sending:
    """A delivery on its way: all that is needed without the database."""

    delivery_id: int
    target_id: int
    message_id: str
    url: str = field(repr=False)
    body: bytes = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class DueText:
    """A text message whose turn it is; to whom, is not among it."""

    id: int
    event_id: int
    case_no: str
    kind: TextKind
    at: datetime


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one attempt: an answer code, or why there was none."""

    status: int | None = None
    failure: Failure | None = None
    retry_after_s: int | None = None
