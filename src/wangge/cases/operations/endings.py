"""What hangs on a case that ends: reports that follow it, its sub-cases, its supervision orders, its main case."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from wangge.cases.models import Case
from wangge.cases.operations.moving import Command, Guard, move
from wangge.cases.operations.orders import write_order
from wangge.cases.rules.workflow import ENDED
from wangge.cases.types import Action, Moved, State, Status
from wangge.foundation.access import SYSTEM

#: Ends of a main case that answer nobody: what followed it goes back to the desk.
_WITHOUT_ANSWER = frozenset({State.REFUSED, State.WITHDRAWN, State.VOIDED})
_ANSWERING_NOBODY = frozenset({Action.REFUSE, Action.WITHDRAW, Action.VOID})
_OVER = ENDED | {State.CLOSED}


def end(command: Command, *, guard: Guard | None = None) -> Moved:
    """Carry out a command that ends a case or closes it, with everything that hangs on it."""
    if command.action in _ANSWERING_NOBODY:
        _lock_with_kin(command.case_no)
    moved = move(command, guard=guard, first=lambda case, status: _settle(case, status, command.at))
    if not moved.repeated:
        _release_followers(moved, at=command.at)
        _tell_main(moved, at=command.at)
    return moved


def _lock_with_kin(case_no: str) -> None:
    """Lock a case with its sub-cases and followers, in the order of `lock_together`: nobody crosses."""
    pk = Case.objects.filter(case_no=case_no).values_list("pk", flat=True).first() or 0
    kin = Case.objects.filter(Q(pk=pk) | Q(parent=pk) | Q(merged_into=case_no))
    list(kin.select_for_update().order_by("-pk").values_list("pk"))


def _settle(case: Case, status: Status, at: datetime) -> bool:
    """Release the orders and void the sub-cases of a case about to end; whether there were any."""
    subs = Case.objects.filter(parent=case.pk, case_no__in=status.open_subs).order_by("pk")
    for sub in list(subs.values_list("case_no", flat=True)):
        end(Command(sub, Action.VOID, SYSTEM, at, detail={"reason": "MAIN_ENDED", "main": case.case_no}))
    for order in sorted(status.orders):
        detail = {"order": order, "reason": "CASE_ENDED"}
        released = move(Command(case.case_no, Action.RELEASE, SYSTEM, at, detail=detail))
        write_order(order, released_at=released.at)
    return bool(status.orders or status.open_subs)


def _release_followers(moved: Moved, *, at: datetime) -> None:
    """Reports that followed a case which has just ended without an answer wait to be accepted again."""
    if moved.state not in _WITHOUT_ANSWER:
        return
    followers = Case.objects.filter(merged_into=moved.case_no).order_by("pk").values_list("case_no", flat=True)
    for case_no in list(followers):
        detail = {"reason": f"MAIN_{moved.state.name}", "main": moved.case_no}
        move(Command(case_no, Action.UNMERGE, SYSTEM, at, detail=detail))


def _tell_main(moved: Moved, *, at: datetime) -> None:
    """A main case knows which of its sub-cases still run."""
    if moved.part_of and moved.state in _OVER:
        main = Case.objects.values_list("case_no", flat=True).get(pk=moved.part_of)
        detail = {"sub_case": moved.case_no, "state": moved.state.value}
        move(Command(main, Action.END_SUB_CASE, SYSTEM, at, detail=detail))
