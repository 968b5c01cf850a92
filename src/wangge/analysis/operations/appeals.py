"""申诉: a unit contests that a case counts against it; the centre decides, and an upheld appeal leaves it out."""

from __future__ import annotations

from datetime import datetime

from wangge.analysis.models import Appeal, AppealStep
from wangge.analysis.operations.exclusions import exclude, is_left_out, reason_of, words_of
from wangge.analysis.queries.appeals import NoSuchAppeal, with_last_act
from wangge.analysis.queries.behind import counts_against
from wangge.analysis.queries.facts import facts_of_case
from wangge.analysis.rules.appeals import require_in_time, require_open, state_after
from wangge.analysis.rules.counting import Window
from wangge.analysis.rules.packing import unpacked
from wangge.analysis.rules.targets import index_of
from wangge.analysis.types import AppealAct, Period
from wangge.foundation import events
from wangge.foundation.access import Actor, require
from wangge.foundation.db import transaction
from wangge.foundation.errors import Conflict, Invalid


class DoesNotCount(Invalid):
    """In this period the case is in no set of this index for the unit: there is nothing to contest."""

    code = "analysis.does_not_count"


class AlreadyContested(Conflict):
    """An appeal about this case and index waits for its decision, or was decided."""

    code = "analysis.already_contested"


@transaction
def file_appeal(
    *,
    case_no: str,
    index: str,
    period: Period,
    unit: str,
    reason: str,
    words: str,
    actor: Actor,
    at: datetime,
) -> Appeal:
    """Contest that a case counts in an index of a period. Needs ``assessment.appeal`` for the unit, and in time.

    One appeal a unit, case, index and period, unless the earlier one was withdrawn.
    """
    require(actor, "assessment.appeal", unit=unit)
    index_of(index)
    fact = facts_of_case(case_no, locked=True)
    require_in_time(period, at)
    window = Window(period.begin, period.end, at)
    if not counts_against(unpacked(fact.facts), window, index=index, unit=unit):
        raise DoesNotCount(field="case_no", value=case_no)
    said = words_of(words)
    same = with_last_act().filter(
        case_no=case_no, unit=unit, index_code=index, from_on=period.from_on, to_on=period.to_on
    )
    if same.exclude(last_act=AppealAct.WITHDRAW).exists():
        raise AlreadyContested()
    row = Appeal.objects.create(
        case_no=case_no,
        unit=unit,
        area=fact.area,
        index_code=index,
        from_on=period.from_on,
        to_on=period.to_on,
        reason=reason_of(reason),
        words=said,
        at=at,
    )
    _add(row, AppealAct.FILE, "", actor, at)
    return row


@transaction
def withdraw_appeal(*, appeal_id: int, actor: Actor, at: datetime) -> Appeal:
    """The unit takes its appeal back. Needs ``assessment.appeal`` for the unit."""
    row = _locked(appeal_id)
    require(actor, "assessment.appeal", unit=row.unit)
    _add(row, AppealAct.WITHDRAW, "", actor, at)
    return row


@transaction
def decide_appeal(*, appeal_id: int, is_upheld: bool, words: str, actor: Actor, at: datetime) -> Appeal:
    """Uphold or reject an appeal, with reasons. Upheld: the case is left out of that index from now on,
    unless it is already.

    Needs ``assessment.decide`` for the place of the case. A closed period keeps its numbers; closing it once
    more counts the decision.
    """
    row = _locked(appeal_id)
    require(actor, "assessment.decide", area=row.area)
    said = words_of(words)
    _add(row, AppealAct.UPHOLD if is_upheld else AppealAct.REJECT, said, actor, at)
    if is_upheld and not is_left_out(row.case_no, row.index_code):  # by another unit's appeal, or the centre itself
        exclude(
            case_no=row.case_no, index=row.index_code, reason=row.reason, words=said, actor=actor, at=at, appeal=row
        )
    return row


def _locked(appeal_id: int) -> Appeal:
    row = Appeal.objects.select_for_update().filter(pk=appeal_id).first()
    if row is None:
        raise NoSuchAppeal()
    return row


def _add(row: Appeal, act: AppealAct, words: str, actor: Actor, at: datetime) -> None:
    last = AppealStep.objects.filter(appeal=row).order_by("-seq").first()
    if last is not None:
        require_open(state_after(AppealAct(last.act)))
    seq = last.seq + 1 if last else 1
    AppealStep.objects.create(appeal=row, seq=seq, act=act, words=words, by_id=actor.user_id, at=at)  # type: ignore[misc]
    events.record(
        f"analysis.appeal.{act.value.lower()}", subject=row.case_no, area=row.area, unit=row.unit, at=at, appeal=row.pk
    )
