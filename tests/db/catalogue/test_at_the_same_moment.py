"""Two people at the same moment: one decides, the other hears clearly why not, and the list stays one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests import town
from tests.db.at_once import at_once
from tests.db.catalogue.applying import TODAY, approved, approver, in_final_review, reviewer, sent
from wangge.catalogue import operations as catalogue
from wangge.catalogue import queries
from wangge.catalogue.models import LoadCeiling
from wangge.catalogue.types import ApplicationKind
from wangge.foundation.errors import Problem

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("committed_town")]
DAY = TODAY + timedelta(days=2)


@pytest.fixture(autouse=True)
def _list_read_anew() -> Iterator[None]:
    queries.forget()
    yield
    queries.forget()


def refusals(outcomes: list[object]) -> list[str]:
    assert all(isinstance(one, Problem) for one in outcomes if isinstance(one, Exception)), outcomes
    return [one.code for one in outcomes if isinstance(one, Problem)]


def test_two_reviewers_decide_about_one_application() -> None:
    pk, actor = sent(), reviewer()
    outcomes = at_once(*(lambda: catalogue.take_up(application_id=pk, actor=actor, at=town.AT) for _ in range(2)))
    assert refusals(outcomes) == ["catalogue.cannot_step"]


def test_two_amendments_of_one_task_are_published_for_one_day() -> None:
    both = [approved(ApplicationKind.AMENDMENT, task_code=town.GRID_TASK) for _ in range(2)]
    actor = reviewer()
    outcomes = at_once(
        *(
            lambda pk=pk: catalogue.publish_application(application_id=pk, day=DAY, actor=actor, at=town.AT)  # type: ignore[misc]
            for pk in both
        )
    )
    assert refusals(outcomes) == ["catalogue.later_version_planned"]
    assert [version.valid_from for version in queries.versions_of(town.GRID_TASK)] == [DAY, town.SINCE]


def test_two_new_tasks_get_two_codes() -> None:
    both, actor = [approved(name_zh=name) for name in ("甲事项", "乙事项")], reviewer()
    outcomes = at_once(
        *(
            lambda pk=pk: catalogue.publish_application(application_id=pk, day=DAY, actor=actor, at=town.AT)  # type: ignore[misc]
            for pk in both
        )
    )
    assert refusals(outcomes) == []
    assert {one.task_code for one in outcomes} == {"040206", "040207"}  # type: ignore[attr-defined]


def test_two_approvals_that_fill_the_month_together_are_not_both_let_pass() -> None:
    load = queries.grid_load(TODAY, county=town.COUNTY)
    LoadCeiling.objects.filter(area=town.COUNTY).update(minutes_per_month=load.minutes + 100)
    both, actor = [in_final_review(name_zh=name) for name in ("甲事项", "乙事项")], approver()
    outcomes = at_once(
        *(
            lambda pk=pk: catalogue.approve_application(application_id=pk, actor=actor, at=town.AT)  # type: ignore[misc]
            for pk in both
        )
    )
    assert refusals(outcomes) == ["catalogue.override_needed"]
