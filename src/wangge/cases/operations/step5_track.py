"""跟踪: what time does by itself. Lights and supervision join here; they never change what stands above."""

from __future__ import annotations

from datetime import datetime, timedelta

from wangge.cases.models import Case
from wangge.cases.operations.following import lock_with_followers, release_followers
from wangge.cases.operations.moving import Command, move
from wangge.cases.rules.workflow import CannotMove
from wangge.cases.types import Action, Moved, State, Status
from wangge.foundation.access import SYSTEM
from wangge.foundation.db import transaction

#: A report sent back for more lapses after this long without an answer (our own reading).
SUPPLEMENT_WITHIN = timedelta(days=7)


@transaction
def lapse(*, case_no: str, at: datetime) -> Moved:
    """A returned report nobody supplemented is withdrawn; its reporter may report again any time."""

    def guard(case: Case, status: Status) -> None:
        if status.state is not State.RETURNED:  # answered since the list was drawn up
            raise CannotMove(action=Action.WITHDRAW.value, state=status.state.value)

    lock_with_followers(case_no)
    moved = move(Command(case_no, Action.WITHDRAW, SYSTEM, at, detail={"reason": "LAPSED"}), guard=guard)
    release_followers(moved, at=at)
    return moved
