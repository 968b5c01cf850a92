"""What the indices need to know about a case, read from its history up to a cut-off. Pure.

The same steps always give the same facts: that is why a past period can be counted again to the same number.
Nothing here says who did something.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Fixed:
    """What of a case does not follow from its steps."""

    case_no: str
    area: str  #: as it stands now; an acceptance after the cut-off may have moved it
    channel: str
    is_sub_case: bool = False
    is_contactable: bool = False  #: the reporter left a contact, and with it the consent to be called back


@dataclass(frozen=True, slots=True)
class Intake:
    """A report waiting for the desk: when it was to be decided, when it was, and how."""

    due_at: datetime | None
    decided_at: datetime | None = None
    decision: str = ""


@dataclass(frozen=True, slots=True)
class Round:
    """One run of the handling clock, from acceptance or re-opening to the accepted result."""

    started_at: datetime
    unit: str = ""
    level: str = ""
    due_at: datetime | None = None
    finished_at: datetime | None = None
    net_min: float | None = None
    is_extended: bool = False
    has_failed: bool = False


@dataclass(frozen=True, slots=True)
class Sending:
    """A dispatch to a unit, and whether the unit asked to be rid of it."""

    at: datetime
    unit: str
    by_centre: bool
    is_asked_back: bool = False
    is_upheld: bool = False
    is_refused: bool = False


@dataclass(frozen=True, slots=True)
class Check:
    """A verification of a result."""

    at: datetime
    unit: str
    is_passed: bool


@dataclass(frozen=True, slots=True)
class Closing:
    """The case was answered and closed; what was said about it until it was opened again."""

    at: datetime
    unit: str
    level: str
    is_extended: bool
    needed_rework: bool
    net_min: float | None
    reopened_at: datetime | None = None
    rating: str = ""
    is_solved: bool | None = None
    is_revisit: bool = False  #: said at a revisit, not of the reporter's own accord


@dataclass(frozen=True, slots=True)
class Stay:
    """A suspension: why, until when it was planned, when it ended."""

    begun_at: datetime
    unit: str
    reason: str
    planned_until: str
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """A supervision order: its deadline, and when the matter was finished or the order released.

    One opened while the result waits for its check finds the matter `was_finished`.
    """

    number: str
    at: datetime
    until: datetime | None
    unit: str
    finished_at: datetime | None = None
    released_at: datetime | None = None
    was_finished: bool = False


@dataclass(frozen=True, slots=True)
class Urging:
    """A reminder with weight."""

    at: datetime
    unit: str


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """One case as the assessment sees it at a cut-off."""

    case_no: str
    area: str
    channel: str
    is_sub_case: bool
    is_contactable: bool
    steps: int
    last_at: datetime
    reported_at: datetime | None = None
    accepted_at: datetime | None = None
    task_code: str = ""
    is_listed: bool = True
    unit: str = ""
    is_closed: bool = False
    voided_at: datetime | None = None
    withdrawn_at: datetime | None = None
    intakes: tuple[Intake, ...] = ()
    rounds: tuple[Round, ...] = ()
    sendings: tuple[Sending, ...] = ()
    checks: tuple[Check, ...] = ()
    closings: tuple[Closing, ...] = ()
    stays: tuple[Stay, ...] = ()
    orders: tuple[Order, ...] = ()
    urgings: tuple[Urging, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether it may still come into the sets of a later period without anything being done to it."""
        if self.voided_at is not None:
            return False
        return any(one.finished_at is None for one in self.rounds) or any(one.ended_at is None for one in self.stays)

    @property
    def touched_until(self) -> datetime:
        """No set of a later period can hold this case, unless it is open."""
        ends = [one.due_at for one in self.rounds] + [one.due_at for one in self.intakes]
        ends += [one.until for one in self.orders]
        return max([self.last_at, *(end for end in ends if end)])

    @property
    def units(self) -> tuple[str, ...]:
        """Every unit that had a part in it."""
        found = {one.unit for one in self.sendings} | {one.unit for one in self.rounds}
        return tuple(sorted(found - {""}))
