"""小事不出格: a grid worker reports a small matter and takes it on in the same breath."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from tests import town
from tests.db.cases.flow import A, assert_follows_from_history, do, refused, row_of
from wangge.cases.models import Case, CaseStep
from wangge.cases.operations import Report, report_and_take_on
from wangge.cases.operations.step4_handle import NotAGridMatter
from wangge.cases.rules.workflow import SomethingMissing
from wangge.cases.types import Channel, Receipt, State
from wangge.catalogue.queries import NotAdmitted
from wangge.foundation.access import ANONYMOUS, REPORTER, Actor
from wangge.foundation.errors import NotAllowed, NotSignedIn

pytestmark = pytest.mark.django_db


def taken_on(
    actor: Actor, *, task_code: str = town.GRID_TASK, grid: str = town.GRID, client_id: UUID | None = None
) -> Receipt:
    said = Report(client_id or uuid4(), Channel.WORKER, town.place(grid), "路边有一堆垃圾", task_code)
    return report_and_take_on(report=said, actor=actor, at=town.AT)


def test_a_small_matter_is_reported_accepted_and_taken_on_at_once() -> None:
    worker = town.actor("grid_worker")
    receipt = taken_on(worker)
    assert receipt.state is State.IN_PROGRESS
    steps = CaseStep.objects.filter(case__case_no=receipt.case_no).order_by("seq")
    assert [(step.action, step.actor_kind) for step in steps] == [
        ("submit", "STAFF"), ("accept", "SYSTEM"), ("self_handle", "STAFF"),
    ]  # fmt: skip
    row = row_of(receipt.case_no)
    assert (row["handler_id"], row["self_handled"], row["clock"]) == (worker.user_id, True, "handling")
    assert_follows_from_history(receipt.case_no)
    do(A.SUBMIT_RESULT, receipt.case_no, worker)
    refused(NotAllowed, lambda: do(A.VERIFY, receipt.case_no, worker))
    do(A.VERIFY, receipt.case_no, town.actor("community_operator"))


def test_the_same_again_answers_as_the_first_time() -> None:
    client_id, worker = uuid4(), town.actor("grid_worker")
    first, again = taken_on(worker, client_id=client_id), taken_on(worker, client_id=client_id)
    assert (again.case_no, again.state, again.created) == (first.case_no, State.IN_PROGRESS, False)
    assert CaseStep.objects.filter(case__case_no=first.case_no).count() == 3


@pytest.mark.parametrize("task_code", [town.TOWN_TASK, town.COUNTY_TASK, town.ENFORCEMENT_TASK])
def test_what_is_not_of_the_grid_goes_to_the_desk(task_code: str) -> None:
    refused(NotAGridMatter, lambda: taken_on(town.actor("grid_worker"), task_code=task_code))
    assert not Case.objects.exists()


def test_what_is_not_on_the_list_is_not_laid_on_anybody() -> None:
    refused(NotAdmitted, lambda: taken_on(town.actor("grid_worker"), task_code="999999"))
    assert refused(SomethingMissing, lambda: taken_on(town.actor("grid_worker"), task_code="")).field == "task_code"
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    "name", [name for name in town.accounts() if name not in ("grid_worker", "grid_worker_2", "grid_leader")]
)
def test_only_who_settles_such_matters_there_may(name: str) -> None:
    refused(NotAllowed, lambda: taken_on(town.actor(name)))
    assert not Case.objects.exists()


def test_nobody_unknown_and_nobody_from_elsewhere() -> None:
    refused(NotSignedIn, lambda: taken_on(ANONYMOUS))
    refused(NotAllowed, lambda: taken_on(REPORTER))
    refused(NotAllowed, lambda: taken_on(town.actor("grid_worker"), grid=town.NEXT_GRID))
    assert not Case.objects.exists()
