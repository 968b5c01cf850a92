"""回访: the system draws which closed cases are asked about; a clerk asks; the answer becomes part of the case."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from secrets import token_hex
from uuid import UUID

from wangge.analysis.models import Revisit, RevisitAttempt, RevisitDraw, RevisitShare
from wangge.analysis.queries.facts import facts_then
from wangge.analysis.queries.revisits import NoSuchRevisit
from wangge.analysis.rules.facts import CaseFacts
from wangge.analysis.rules.sampling import drawn
from wangge.analysis.types import Period, RevisitOutcome, RevisitState
from wangge.cases import operations as cases
from wangge.cases.queries import case_states
from wangge.cases.types import Rating, State
from wangge.catalogue.queries import calendar as calendar_at
from wangge.foundation.access import Actor, require
from wangge.foundation.db import transaction
from wangge.foundation.errors import Conflict, Invalid

#: Our own readings: half are drawn, so that with some never reached the 30 % that a satisfaction rate needs to count
#: in a composite can be had; and how often one calls.
USUAL_SHARE = Decimal("0.5")
MOST_ATTEMPTS = 3


class RevisitIsOver(Conflict):
    """The revisit was done, given up, or the case has moved on."""

    code = "analysis.revisit_is_over"


class UnknownOutcome(Invalid):
    """The outcome is none of the list."""

    code = "analysis.unknown_outcome"


class NeedsAnswer(Invalid):
    """A reporter who was reached has said how satisfied they are, and whether it is solved."""

    code = "analysis.needs_answer"


class BadShare(Invalid):
    """The share of revisits lies between 0 and 1."""

    code = "analysis.bad_share"


@transaction
def draw_revisits(*, county: str, closed_on: date, at: datetime) -> RevisitDraw | None:
    """Draw from the cases closed on a day whose reporter left a contact and has not rated; None if drawn already."""
    if RevisitDraw.objects.filter(county=county, closed_on=closed_on).exists():
        return None
    share = share_of(county)
    eligible = _eligible(county, closed_on, at)
    seed = token_hex(16)
    draw = RevisitDraw.objects.create(
        county=county, closed_on=closed_on, share=share, seed=seed, eligible=len(eligible), at=at
    )
    Revisit.objects.bulk_create(
        [
            Revisit(
                draw=draw,
                case_no=number,
                area=eligible[number].area,
                unit=eligible[number].unit,
                state=RevisitState.WAITING,
                changed_at=at,
            )
            for number in drawn(seed, eligible, float(share))
        ],
        ignore_conflicts=True,  # a case that was re-opened and closed again is asked about once
    )
    return draw


@transaction
def record_revisit(
    *,
    case_no: str,
    outcome: str,
    actor: Actor,
    at: datetime,
    rating: str = "",
    is_solved: bool | None = None,
    note: str = "",
    operation_id: UUID | None = None,
) -> Revisit:
    """Write down an attempt; when the reporter answered, the rating becomes a step of the case.

    Needs ``case.revisit`` for the place. RevisitIsOver (409), NeedsAnswer (422).
    """
    row = Revisit.objects.select_for_update().filter(case_no=case_no).first()
    if row is None:
        raise NoSuchRevisit(value=case_no[:20])
    require(actor, "case.revisit", area=row.area)
    if row.state != RevisitState.WAITING:
        raise RevisitIsOver(state=row.state)
    if outcome not in set(RevisitOutcome):
        raise UnknownOutcome(field="outcome", value=outcome[:20])
    reached = outcome == RevisitOutcome.REACHED
    if reached and (rating not in set(Rating) or is_solved is None):
        raise NeedsAnswer(field="is_solved" if rating in set(Rating) else "rating")
    if reached:
        cases.rate(
            case_no=case_no,
            rating=rating,
            solved=is_solved,
            note=note,
            actor=actor,
            at=at,
            operation_id=operation_id,
        )
    row.attempts += 1
    RevisitAttempt.objects.create(
        revisit=row,
        seq=row.attempts,
        outcome=outcome,
        rating=rating if reached else "",
        is_solved=is_solved if reached else None,
        by_id=actor.user_id,  # type: ignore[misc]
        at=at,
    )
    row.state, row.changed_at = _state_after(RevisitOutcome(outcome), row.attempts), at
    row.save(update_fields=["state", "attempts", "changed_at"])
    return row


@transaction
def lapse_revisits(*, at: datetime) -> int:
    """Revisits whose case is no longer waiting for a rating: it was rated, filed or opened again."""
    waiting = dict(Revisit.objects.filter(state=RevisitState.WAITING).values_list("case_no", "pk"))
    states = case_states(list(waiting))
    gone = [pk for number, pk in waiting.items() if states.get(number) != State.CLOSED]
    return Revisit.objects.filter(pk__in=gone).update(state=RevisitState.LAPSED, changed_at=at)


@transaction
def set_revisit_share(*, county: str, share: Decimal, actor: Actor, at: datetime) -> RevisitShare:
    """Which share is drawn from the next draw on. Needs ``assessment.decide`` in the county."""
    require(actor, "assessment.decide", area=county)
    if not 0 <= share <= 1:
        raise BadShare(field="share", value=str(share))
    row, _made = RevisitShare.objects.update_or_create(county=county, defaults={"share": share})
    return row


def share_of(county: str) -> Decimal:
    """The share a centre revisits."""
    row = RevisitShare.objects.filter(county=county).first()
    return row.share if row else USUAL_SHARE


def _state_after(outcome: RevisitOutcome, attempts: int) -> RevisitState:
    if outcome is RevisitOutcome.NOT_REACHED:
        return RevisitState.GIVEN_UP if attempts >= MOST_ATTEMPTS else RevisitState.WAITING
    return RevisitState.REACHED if outcome is RevisitOutcome.REACHED else RevisitState.DECLINED


def _eligible(county: str, closed_on: date, at: datetime) -> dict[str, CaseFacts]:
    day = Period(closed_on, closed_on + timedelta(days=1))
    found = facts_then(county, day, cut_off=at, calendar=calendar_at(at))
    return {one.case_no: one for one in found if _may_be_asked(one, day)}


def _may_be_asked(facts: CaseFacts, day: Period) -> bool:
    last = facts.closings[-1] if facts.closings else None
    if last is None or facts.is_sub_case or not facts.is_contactable or facts.voided_at:
        return False
    return day.begin <= last.at < day.end and not last.rating and last.reopened_at is None
