"""Two decide about the same case at the same moment: one does, the other hears that it has been done."""

from __future__ import annotations

import pytest

from tests import town
from tests.db.analysis.scene import LATER, NOVEMBER, ended
from tests.db.at_once import at_once
from wangge.analysis import operations
from wangge.analysis.models import Appeal, Exclusion
from wangge.analysis.operations.appeals import AlreadyContested
from wangge.analysis.operations.exclusions import AlreadyExcluded

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("committed_town")]
INDEX = "on_time_closure_rate"


def test_a_case_is_left_out_once() -> None:
    late, leader = ended(result_after_min=60 * 24 * 4), town.actor("centre_leader")

    def leave_out() -> Exclusion:
        return operations.exclude(
            case_no=late, index=INDEX, reason="WRONGLY_DISPATCHED", words="应由水务局办理", actor=leader, at=LATER
        )

    outcomes = at_once(leave_out, leave_out)
    assert Exclusion.objects.count() == 1
    assert sorted(type(one).__name__ for one in outcomes) == [AlreadyExcluded.__name__, Exclusion.__name__]


def test_a_case_is_contested_once() -> None:
    late, lead = ended(result_after_min=60 * 24 * 4), town.actor("unit_lead")

    def contest() -> Appeal:
        return operations.file_appeal(
            case_no=late,
            index=INDEX,
            period=NOVEMBER,
            unit=town.DEPARTMENT,
            reason="WAITED_FOR_OTHERS",
            words="等待供电公司",
            actor=lead,
            at=LATER,
        )

    outcomes = at_once(contest, contest)
    assert Appeal.objects.count() == 1
    assert sorted(type(one).__name__ for one in outcomes) == [AlreadyContested.__name__, Appeal.__name__]
