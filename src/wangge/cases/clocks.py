"""The clocks of one case as they stand: the pure rule applied to its history, its centre's rules and the calendar."""

from __future__ import annotations

from datetime import datetime

from wangge.cases.models import Case
from wangge.cases.operations.moving import history
from wangge.cases.rules.clock import ClockKind, Reading, read_clock, read_clocks
from wangge.catalogue import queries as catalogue


def clocks_of(case: Case, at: datetime) -> dict[ClockKind, Reading]:
    """Every clock that has begun, with what it shows at that instant."""
    return read_clocks(history(case), catalogue.clock_profiles(at), catalogue.calendar(at), at)


def settled_by(case: Case, at: datetime) -> datetime | None:
    """When its handling is due, whichever clock presses now; None where none was begun or it stands still."""
    handling = read_clock(ClockKind.HANDLING, history(case), catalogue.clock_profiles(at), catalogue.calendar(at), at)
    return handling.due_at if handling else None
