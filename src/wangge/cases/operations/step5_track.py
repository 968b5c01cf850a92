"""跟踪: what time does by itself. Lights and supervision join here; they never change what stands above."""

from __future__ import annotations

from datetime import datetime, timedelta

from wangge.cases.operations.moving import Command, move
from wangge.cases.types import Action, Moved
from wangge.foundation.access import SYSTEM
from wangge.foundation.db import transaction

#: A report sent back for more lapses after this long without an answer (our own reading).
SUPPLEMENT_WITHIN = timedelta(days=7)


@transaction
def lapse(*, case_no: str, at: datetime) -> Moved:
    """A returned report nobody supplemented is withdrawn; its reporter may report again any time."""
    return move(Command(case_no, Action.WITHDRAW, SYSTEM, at, note="", detail={"reason": "LAPSED"}))
