"""Revisits are drawn by the system, done by a clerk, and shown with their coverage."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from tests import town
from tests.db.analysis.scene import CONTACT, LATER, NOVEMBER, ended, read
from tests.db.cases import flow
from wangge.analysis import operations, queries
from wangge.analysis.models import Revisit, RevisitAttempt, RevisitDraw
from wangge.analysis.operations.revisits import BadShare, NeedsAnswer, RevisitIsOver
from wangge.analysis.queries.revisits import NoSuchRevisit
from wangge.analysis.rules.sampling import drawn
from wangge.analysis.types import RevisitState, ScopeKind
from wangge.cases.types import Action
from wangge.foundation.errors import NotAllowed

pytestmark = pytest.mark.django_db
DAY = town.AT.date()
NEXT_DAY = town.later(days=1)


def share(value: str) -> None:
    operations.set_revisit_share(
        county=town.COUNTY, share=Decimal(value), actor=town.actor("centre_leader"), at=NEXT_DAY
    )


def draw(day: date = DAY) -> RevisitDraw | None:
    return operations.draw_revisits(county=town.COUNTY, closed_on=day, at=NEXT_DAY)


def record(case_no: str, outcome: str, *, by: str = "revisit_clerk", **said: object) -> Revisit:
    return operations.record_revisit(
        case_no=case_no,
        outcome=outcome,
        actor=town.actor(by),
        at=NEXT_DAY,
        **said,  # type: ignore[arg-type]
    )


def test_only_closed_cases_with_a_contact_and_no_rating_are_drawn() -> None:
    share("1")
    asked = ended(contact=CONTACT)
    ended()  # no contact left
    rated = ended(contact=CONTACT)
    flow.do(Action.RATE, rated, flow.REPORTER, at=town.later(120), rating="SATISFIED")
    reopened = ended(contact=CONTACT)
    flow.do(Action.REOPEN, reopened, flow.REPORTER, at=town.later(120))
    read(rated, reopened)
    found = draw()
    assert found is not None
    assert (found.eligible, [one.case_no for one in Revisit.objects.all()]) == (1, [asked])


def test_a_draw_can_be_checked_and_is_made_once() -> None:
    share("0.5")
    numbers = [ended(contact=CONTACT) for _ in range(8)]
    found = draw()
    assert found is not None
    assert draw() is None
    chosen = sorted(Revisit.objects.values_list("case_no", flat=True))
    assert chosen == list(drawn(found.seed, numbers, 0.5))
    assert found.eligible == 8


def test_an_answer_becomes_a_step_of_the_case_and_counts() -> None:
    share("1")
    number, other = ended(contact=CONTACT), ended(contact=CONTACT)
    draw()
    record(number, "REACHED", rating="BASICALLY", is_solved=True, note="修得快")
    record(other, "DECLINED")
    read(number, other)
    shown = queries.shown_period(town.COUNTY, NOVEMBER, at=LATER)
    content = shown.figure(ScopeKind.COUNTY, "satisfaction_rate", town.COUNTY)
    coverage = shown.figure(ScopeKind.COUNTY, "revisit_rate", town.COUNTY)
    assert (content.a, content.n) == (1, 1)
    solved = shown.figure(ScopeKind.UNIT, "solved_rate", town.DEPARTMENT)
    assert (solved.a, solved.n) == (1, 1)
    assert (coverage.a, coverage.n) == (1, 2)
    assert flow.row_of(number)["rating"] == "BASICALLY"
    assert list(RevisitAttempt.objects.values_list("outcome", "is_solved")) == [("REACHED", True), ("DECLINED", None)]
    progress = queries.revisit_progress(town.COUNTY, since=town.AT)
    assert (progress.eligible, progress.drawn, progress.reached, progress.declined) == (2, 2, 1, 1)


def test_after_three_attempts_nobody_is_called_again() -> None:
    share("1")
    number = ended(contact=CONTACT)
    draw()
    states = [record(number, "NOT_REACHED").state for _ in range(3)]
    assert states == [RevisitState.WAITING, RevisitState.WAITING, RevisitState.GIVEN_UP]
    flow.refused(RevisitIsOver, lambda: record(number, "NOT_REACHED"))
    assert flow.row_of(number)["state"] == "closed"


def test_an_answer_says_both_and_a_clerk_is_needed() -> None:
    share("1")
    number = ended(contact=CONTACT)
    draw()
    assert flow.refused(NeedsAnswer, lambda: record(number, "REACHED")).field == "rating"
    assert flow.refused(NeedsAnswer, lambda: record(number, "REACHED", rating="SATISFIED")).field == "is_solved"
    flow.refused(NotAllowed, lambda: record(number, "DECLINED", by="shift_leader"))
    flow.refused(NoSuchRevisit, lambda: record("20260101320115000000", "DECLINED"))
    assert queries.revisit_page(actor=town.actor("revisit_clerk"))[0][0].case_no == number


def test_a_case_that_moved_on_is_not_asked_about() -> None:
    share("1")
    number = ended(contact=CONTACT)
    draw()
    assert operations.lapse_revisits(at=NEXT_DAY) == 0
    flow.do(Action.RATE, number, flow.REPORTER, at=NEXT_DAY, rating="SATISFIED")
    assert operations.lapse_revisits(at=NEXT_DAY) == 1
    assert queries.revisit_page(actor=town.actor("revisit_clerk")) == ([], None)


def test_the_share_lies_between_nought_and_one() -> None:
    flow.refused(BadShare, lambda: share("1.1"))
