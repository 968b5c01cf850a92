"""What the centre did about a history: drawn, contested, decided, closed; once, through the operations."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from tests import town
from wangge.analysis.models import Appeal, AppealStep, AssessmentRun, Exclusion, Revisit, RevisitAttempt, RevisitDraw
from wangge.analysis.operations import read_again
from wangge.cases.models import Case
from wangge.cases.types import State
from wangge.foundation.worktime import LOCAL
from wangge.notices.models import Delivery, WebhookTarget
from wangge.project.history.afterwards import put_afterwards
from wangge.project.history.loading import load_history
from wangge.project.history.scenario import Setting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("everywhere_somebody_works")]

#: September is whole, and its appeals may still be decided; the reports end shortly before the horizon.
SETTING = Setting(seed=3, cases=120, first=date(2026, 9, 1), days=40)
HORIZON = datetime(2026, 10, 12, 9, 30, tzinfo=LOCAL)


@pytest.fixture
def history(everywhere_somebody_works: None) -> None:
    assert not load_history(town.COUNTY, SETTING, HORIZON).problems
    read_again(case_nos=list(Case.objects.values_list("case_no", flat=True)), at=HORIZON)  # events not committed yet


@pytest.mark.usefixtures("history")
def test_a_month_is_closed_after_its_decisions_and_an_appeal_still_waits() -> None:
    assert put_afterwards(town.COUNTY, SETTING.first, HORIZON)
    run = AssessmentRun.objects.get()
    assert (run.from_on, run.to_on, run.cases > 0) == (date(2026, 9, 1), date(2026, 10, 1), True)
    acts = {appeal.pk: [step.act for step in appeal.steps.order_by("seq")] for appeal in Appeal.objects.all()}
    assert sorted(acts.values()) == [["FILE"], ["FILE", "REJECT"], ["FILE", "UPHOLD"]]
    assert Exclusion.objects.filter(appeal=None).count() == 1
    assert Exclusion.objects.exclude(appeal=None).count() == 1
    assert run.last_decision == Exclusion.objects.latest("pk").pk
    assert not AppealStep.objects.filter(at__gt=HORIZON).exists()


@pytest.mark.usefixtures("history")
def test_revisits_of_the_last_days_are_drawn_and_some_are_done() -> None:
    put_afterwards(town.COUNTY, SETTING.first, HORIZON)
    assert RevisitDraw.objects.count() == 7
    drawn = Revisit.objects.exclude(state="LAPSED").count()
    assert RevisitAttempt.objects.filter(at=HORIZON).count() == min(3, drawn // 2)
    assert drawn == 0 or Revisit.objects.filter(state="WAITING").exists()
    for reached in Revisit.objects.filter(state="REACHED"):
        assert Case.objects.get(case_no=reached.case_no).state == State.EVALUATED


@pytest.mark.usefixtures("history")
def test_nothing_leaves_the_demo() -> None:
    put_afterwards(town.COUNTY, SETTING.first, HORIZON)
    target = WebhookTarget.objects.get()
    assert (target.disabled_why, target.url.split("/")[2]) == ("PAUSED", "hooks.example.org")
    assert not Delivery.objects.exists()


@pytest.mark.usefixtures("history")
def test_it_is_done_once() -> None:
    assert put_afterwards(town.COUNTY, SETTING.first, HORIZON)
    before = (Appeal.objects.count(), AssessmentRun.objects.count(), RevisitAttempt.objects.count())
    assert not put_afterwards(town.COUNTY, SETTING.first, HORIZON)
    assert (Appeal.objects.count(), AssessmentRun.objects.count(), RevisitAttempt.objects.count()) == before


def test_a_short_history_has_no_month_to_close() -> None:
    assert put_afterwards(town.COUNTY, date(2026, 10, 3), HORIZON)
    assert not AssessmentRun.objects.exists()
