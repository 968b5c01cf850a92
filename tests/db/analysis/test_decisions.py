"""Exclusions and appeals: decisions with reasons, on record, and taken back only by other decisions."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from tests import town
from tests.db.analysis.scene import LATER, NOVEMBER, ended
from tests.db.cases import flow
from wangge.analysis import operations, queries
from wangge.analysis.models import AppealStep, Exclusion
from wangge.analysis.operations.appeals import AlreadyContested, DoesNotCount
from wangge.analysis.operations.exclusions import AlreadyExcluded, AlreadyRevoked, NeedsWords, UnknownReason
from wangge.analysis.queries.appeals import NoSuchAppeal
from wangge.analysis.rules.appeals import AppealIsOver, TooLateToAppeal
from wangge.analysis.rules.targets import NoTargetOnCounts, UnknownIndex
from wangge.analysis.types import AppealState, ScopeKind
from wangge.foundation.errors import NotAllowed

pytestmark = pytest.mark.django_db
INDEX = "on_time_closure_rate"


@pytest.fixture
def late() -> str:
    """A case that its department finished late."""
    return ended(result_after_min=60 * 24 * 4)


def leave_out(case_no: str, *, by: str = "centre_leader", index: str = INDEX, **more: object) -> Exclusion:
    said = {"reason": "WRONGLY_DISPATCHED", "words": "应由水务局办理"} | more
    return operations.exclude(case_no=case_no, index=index, actor=town.actor(by), at=LATER, **said)  # type: ignore[arg-type]


def appeal(case_no: str, *, by: str = "unit_lead", **more: object) -> int:
    said = {
        "index": INDEX,
        "unit": town.DEPARTMENT,
        "reason": "WAITED_FOR_OTHERS",
        "words": "等待供电公司",
        "at": LATER,
    }
    return operations.file_appeal(
        case_no=case_no,
        period=NOVEMBER,
        actor=town.actor(by),
        **(said | more),  # type: ignore[arg-type]
    ).pk


def decide(appeal_id: int, *, upheld: bool, by: str = "centre_leader") -> None:
    operations.decide_appeal(
        appeal_id=appeal_id, is_upheld=upheld, words="有供电公司的书面说明", actor=town.actor(by), at=LATER
    )


def figure() -> tuple[object, ...]:
    shown = queries.shown_period(town.COUNTY, NOVEMBER, at=LATER, live=True)
    found = shown.figure(ScopeKind.UNIT, INDEX, town.DEPARTMENT)
    return found.a, found.n, found.adjusted_a, found.adjusted_n


# --- exclusions --------------------------------------------------------------------------------------


def test_an_exclusion_shows_beside_the_raw_figure_and_goes_when_revoked(late: str) -> None:
    row = leave_out(late)
    assert figure() == (0, 1, 0, 0)
    operations.revoke_exclusion(
        exclusion_id=row.pk, words="核实后仍属本单位", actor=town.actor("centre_leader"), at=LATER
    )
    assert figure() == (0, 1, 0, 1)
    lines, _ = queries.exclusion_lines(actor=town.actor("auditor"))
    assert [(one.ruling, one.is_in_force) for one in lines] == [("REVOKE", False), ("EXCLUDE", False)]
    leave_out(late)  # decided anew
    assert figure() == (0, 1, 0, 0)


def test_who_decides_and_how(late: str) -> None:
    for by in ("unit_lead", "shift_leader", "auditor", "supervisor"):
        flow.refused(NotAllowed, lambda by=by: leave_out(late, by=by))  # type: ignore[misc]
    flow.refused(NeedsWords, lambda: leave_out(late, words="  "))
    flow.refused(UnknownReason, lambda: leave_out(late, reason="BECAUSE"))
    flow.refused(UnknownIndex, lambda: leave_out(late, index="heads"))
    leave_out(late)
    flow.refused(AlreadyExcluded, lambda: leave_out(late))


def test_an_exclusion_is_revoked_once_and_edited_never(late: str) -> None:
    row = leave_out(late)
    said = {"exclusion_id": row.pk, "words": "重新计入", "actor": town.actor("centre_leader"), "at": LATER}
    operations.revoke_exclusion(**said)
    flow.refused(AlreadyRevoked, lambda: operations.revoke_exclusion(**said))
    with pytest.raises(DatabaseError), transaction.atomic():
        Exclusion.objects.filter(pk=row.pk).update(words="别的理由")


# --- appeals -----------------------------------------------------------------------------------------


def test_an_upheld_appeal_leaves_the_case_out(late: str) -> None:
    number = appeal(late)
    assert queries.open_appeals(town.actor("centre_leader")) == 1
    decide(number, upheld=True)
    line = queries.appeal_of(number, actor=town.actor("unit_lead"))
    assert line.state is AppealState.UPHELD
    assert figure() == (0, 1, 0, 0)
    assert Exclusion.objects.get().appeal_id == number
    flow.refused(AppealIsOver, lambda: decide(number, upheld=False))


def test_an_appeal_may_be_upheld_though_the_case_is_left_out_already(late: str) -> None:
    """Else whoever is right after another unit, or after the centre itself, could only be turned down."""
    number = appeal(late)
    row = leave_out(late)
    decide(number, upheld=True)
    assert queries.appeal_of(number, actor=town.actor("unit_lead")).state is AppealState.UPHELD
    assert Exclusion.objects.get() == row


def test_a_rejected_appeal_changes_nothing_and_is_final(late: str) -> None:
    number = appeal(late)
    decide(number, upheld=False)
    assert figure() == (0, 1, 0, 1)
    flow.refused(AlreadyContested, lambda: appeal(late))


def test_a_withdrawn_appeal_may_be_filed_again(late: str) -> None:
    number = appeal(late)
    operations.withdraw_appeal(appeal_id=number, actor=town.actor("unit_lead"), at=LATER)
    flow.refused(AppealIsOver, lambda: decide(number, upheld=True))
    assert appeal(late) != number


def test_only_the_unit_contests_and_only_the_centre_decides(late: str) -> None:
    flow.refused(NotAllowed, lambda: appeal(late, by="unit_handler"))
    flow.refused(NotAllowed, lambda: appeal(late, unit=town.OTHER_DEPARTMENT))
    number = appeal(late)
    for by in ("unit_lead", "shift_leader"):
        flow.refused(NotAllowed, lambda by=by: decide(number, upheld=True, by=by))  # type: ignore[misc]
    flow.refused(NoSuchAppeal, lambda: queries.appeal_of(number, actor=town.actor("township_dispatcher_far")))


def test_only_what_counts_against_the_unit_can_be_contested(late: str) -> None:
    flow.refused(DoesNotCount, lambda: appeal(late, index="supervise_on_time_rate"))
    flow.refused(TooLateToAppeal, lambda: appeal(late, at=LATER + timedelta(days=6)))


def test_the_history_of_an_appeal_is_append_only(late: str) -> None:
    appeal(late)
    with pytest.raises(DatabaseError), transaction.atomic():
        AppealStep.objects.update(act="UPHOLD")


# --- targets -----------------------------------------------------------------------------------------


def test_a_target_on_a_count_is_refused_by_the_software() -> None:
    from decimal import Decimal

    leader = town.actor("centre_leader")
    for index in ("reported", "proactive_share", "suspended_stock", "level_split"):
        flow.refused(
            NoTargetOnCounts,
            lambda index=index: operations.set_target(  # type: ignore[misc]
                county=town.COUNTY, index=index, share=Decimal("0.5"), actor=leader, at=LATER
            ),
        )
    operations.set_target(county=town.COUNTY, index=INDEX, share=Decimal("0.95"), actor=leader, at=LATER)
    assert queries.targets_of(town.COUNTY) == {INDEX: Decimal("0.95")}
    operations.drop_target(county=town.COUNTY, index=INDEX, actor=leader, at=LATER)
    assert queries.targets_of(town.COUNTY) == {}
