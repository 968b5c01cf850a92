"""并案: reports that follow a main case. When it ends without an answer they are on their own again."""

from __future__ import annotations

from datetime import datetime

from wangge.cases.models import Case
from wangge.cases.operations.moving import Command, lock_together, move
from wangge.cases.types import Action, Moved, State
from wangge.foundation.access import SYSTEM

#: Ends of a main case that answer nobody: what followed it goes back to the desk.
_WITHOUT_ANSWER = frozenset({State.REFUSED, State.WITHDRAWN, State.VOIDED})


def lock_with_followers(case_no: str) -> None:
    """Lock a case that may be about to end together with its followers, in one order for everybody."""
    lock_together(case_no, *_followers(case_no))


def release_followers(moved: Moved, *, at: datetime) -> None:
    """Reports that followed a case which has just ended without an answer wait to be accepted again."""
    if moved.repeated or moved.state not in _WITHOUT_ANSWER:
        return
    for case_no in _followers(moved.case_no):
        detail = {"reason": f"MAIN_{moved.state.name}", "main": moved.case_no}
        move(Command(case_no, Action.UNMERGE, SYSTEM, at, detail=detail))


def _followers(case_no: str) -> list[str]:
    return list(Case.objects.filter(merged_into=case_no).order_by("pk").values_list("case_no", flat=True))
