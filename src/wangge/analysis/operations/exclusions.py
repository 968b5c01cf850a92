"""剔除: a case is left out of an index by a decision that stays on record, and comes back by another one."""

from __future__ import annotations

from datetime import datetime

from wangge.analysis.models import Appeal, Exclusion
from wangge.analysis.queries.facts import facts_of_case
from wangge.analysis.rules.targets import index_of
from wangge.analysis.types import ExclusionReason, Ruling
from wangge.foundation import events
from wangge.foundation.access import Actor, require
from wangge.foundation.db import transaction
from wangge.foundation.errors import Conflict, Invalid, NotFound

SHORTEST = 4


class NeedsWords(Invalid):
    """A decision is written down with words somebody can check later."""

    code = "analysis.needs_words"


class UnknownReason(Invalid):
    """The reason is none of the list."""

    code = "analysis.unknown_reason"


class AlreadyExcluded(Conflict):
    """The case is left out of this index already."""

    code = "analysis.already_excluded"


class NoSuchExclusion(NotFound):
    """There is no such exclusion."""

    code = "analysis.no_such_exclusion"


class AlreadyRevoked(Conflict):
    """The exclusion was taken back already."""

    code = "analysis.already_revoked"


@transaction
def exclude(
    *,
    case_no: str,
    index: str,
    reason: str,
    words: str,
    actor: Actor,
    at: datetime,
    appeal: Appeal | None = None,
) -> Exclusion:
    """Leave a case out of an index, or of all with "". The raw figure stays beside the adjusted one.

    Needs ``assessment.decide`` for its place.
    """
    fact = facts_of_case(case_no, locked=True)
    require(actor, "assessment.decide", area=fact.area)
    if index:
        index_of(index)
    row = Exclusion(
        ruling=Ruling.EXCLUDE,
        case_no=case_no,
        area=fact.area,
        index_code=index,
        reason=reason_of(reason),
        words=words_of(words),
        appeal=appeal,
        by_id=actor.user_id,  # type: ignore[misc]
        at=at,
    )
    if is_left_out(case_no, index):
        raise AlreadyExcluded(case_no=case_no)
    row.save(force_insert=True)
    _tell("analysis.case.excluded", row, at)
    return row


@transaction
def revoke_exclusion(*, exclusion_id: int, words: str, actor: Actor, at: datetime) -> Exclusion:
    """Let a case count again. Needs ``assessment.decide`` for its place."""
    row = Exclusion.objects.select_for_update().filter(pk=exclusion_id, ruling=Ruling.EXCLUDE).first()
    if row is None:
        raise NoSuchExclusion()
    require(actor, "assessment.decide", area=row.area)
    if Exclusion.objects.filter(revokes=row).exists():
        raise AlreadyRevoked()
    back = Exclusion.objects.create(
        ruling=Ruling.REVOKE,
        case_no=row.case_no,
        area=row.area,
        index_code=row.index_code,
        reason=row.reason,
        words=words_of(words),
        revokes=row,
        by_id=actor.user_id,  # type: ignore[misc]
        at=at,
    )
    _tell("analysis.case.counted_again", back, at)
    return back


def is_left_out(case_no: str, index: str) -> bool:
    """Whether an exclusion of that case from that index is in force."""
    rows = Exclusion.objects.filter(case_no=case_no, index_code=index, ruling=Ruling.EXCLUDE)
    return rows.filter(revoked_by=None).exists()


def words_of(words: str) -> str:
    """What is written beside a decision; NeedsWords (422)."""
    said = words.strip()
    if len(said) < SHORTEST:
        raise NeedsWords(field="words", shortest=SHORTEST)
    return said[:1000]


def reason_of(reason: str) -> ExclusionReason:
    """One of the list; UnknownReason (422)."""
    if reason not in set(ExclusionReason):
        raise UnknownReason(field="reason", value=reason[:40])
    return ExclusionReason(reason)


def _tell(kind: str, row: Exclusion, at: datetime) -> None:
    events.record(kind, subject=row.case_no, area=row.area, at=at, index=row.index_code, reason=row.reason)
