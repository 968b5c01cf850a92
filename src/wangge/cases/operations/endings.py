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


def lock_with_kin(case_no: str, *, and_followers: bool) -> None:
    """Lock a case with its main case, sub-cases and perhaps followers, in one order for everybody: nobody crosses."""
    pk, parent = Case.objects.filter(case_no=case_no).values_list("pk", "parent_id").first() or (0, None)
    kin = Q(pk=pk) | Q(parent=pk)
    if parent:
        kin |= Q(pk=parent)
    if and_followers:
        kin |= Q(merged_into=case_no)
    list(Case.objects.select_for_update().filter(kin).order_by("pk").values_list("pk"))


def end(command: Command, *, guard: Guard | None = None) -> Moved:
    """Carry out a command that ends a case or closes it, with everything that hangs on it."""
    lock_with_kin(command.case_no, and_followers=command.action in _ANSWERING_NOBODY)
    moved = move(command, guard=guard, first=lambda case, status: _settle(case, status, command.at))
    if not moved.repeated:
        _release_followers(moved, at=command.at)
        _tell_main(moved, at=command.at)
    return moved


def _settle(case: Case, status: Status, at: datetime) -> bool:
    """Release the orders and void the sub-cases of a case about to end; whether there were any."""
    subs = Case.objects.filter(parent=case.pk, case_no__in=status.open_subs).order_by("pk")
    for sub in list(subs.values_list("case_no", flat=True)):
        end(Command(sub, Action.VOID, SYSTEM, at, detail={"reason": "MAIN_ENDED", "main": case.case_no}))
    for order in sorted(status.orders):
        move(Command(case.case_no, Action.RELEASE, SYSTEM, at, detail={"order": order, "reason": "CASE_ENDED"}))
        write_order(order, released_at=at)
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
    main = Case.objects.filter(case_no=moved.case_no).values_list("parent__case_no", flat=True).first()
    if main and moved.state in _OVER:
        detail = {"sub_case": moved.case_no, "state": moved.state.value}
        move(Command(main, Action.END_SUB_CASE, SYSTEM, at, detail=detail))
