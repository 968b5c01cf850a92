"""小事不出格: a grid worker reports a small matter and takes it on in the same breath."""

from __future__ import annotations

from datetime import datetime

from wangge.cases.operations.step1_discover import Report
from wangge.cases.operations.step1_discover import report as take_report
from wangge.cases.operations.step2_accept import accept
from wangge.cases.operations.step4_handle import NotAGridMatter, self_handle
from wangge.cases.queries import area_of
from wangge.cases.rules.workflow import SomethingMissing
from wangge.cases.types import Action, Receipt, Weight
from wangge.catalogue import queries as catalogue
from wangge.catalogue.types import ResolveLevel
from wangge.foundation.access import SYSTEM, Actor, require
from wangge.foundation.db import transaction


@transaction
def report_and_take_on(*, report: Report, actor: Actor, at: datetime) -> Receipt:
    """Report, accept by the rule, and take on: three steps of the history, all or none.

    Needs ``case.report`` and ``case.self_handle`` for the place. NotAdmitted (409), with the rule, for a task that
    isn't on the list; NotAGridMatter (409) for one that is not settled in the grid. The same `client_id` again
    answers as the first time.
    """
    if not report.task_code:
        raise SomethingMissing(field="task_code", action=Action.SELF_HANDLE.value)
    catalogue.require_admitted(report.task_code, at=at)
    level = catalogue.task(report.task_code, at=at).level
    receipt = take_report(report=report, actor=actor, at=at)
    if not receipt.created:
        return receipt
    area = area_of(receipt.case_no)
    require(actor, "case.self_handle", area=area)
    if level is not ResolveLevel.GRID:
        raise NotAGridMatter(field="task_code", task=report.task_code)
    accept(case_no=receipt.case_no, task_code=report.task_code, weight=Weight.SIMPLE, actor=SYSTEM, at=at)
    moved = self_handle(case_no=receipt.case_no, actor=actor, at=at)
    return Receipt(receipt.case_no, receipt.query_code, receipt.grid_code, moved.state, created=True)
