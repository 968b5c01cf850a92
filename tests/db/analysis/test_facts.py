"""Facts follow the events, whatever comes twice, and say what the histories say."""

from __future__ import annotations

import pytest

from tests import town
from tests.db.analysis.scene import CONTACT, HANDLING, LATER, NOVEMBER, TO_THE_END, led, read
from tests.db.cases import flow
from wangge.analysis import operations
from wangge.analysis.models import CaseFact
from wangge.analysis.queries.facts import NothingKnown, facts_of_case, facts_then
from wangge.analysis.rules.packing import unpacked
from wangge.cases.models import CaseContact
from wangge.cases.types import Action
from wangge.catalogue.queries import calendar
from wangge.foundation.models import Subscription

pytestmark = pytest.mark.django_db


def test_a_fact_says_what_happened() -> None:
    number = led(TO_THE_END, contact=CONTACT)
    read(number)
    row = facts_of_case(number)
    facts = unpacked(row.facts)
    assert (row.county_code, row.units, row.is_open, row.is_contactable) == (
        town.COUNTY,
        [town.DEPARTMENT],
        False,
        True,
    )
    assert facts.rounds[0].finished_at == town.later(60)
    assert facts.closings[0].unit == town.DEPARTMENT
    assert not {"text", "note", "actor", "name", "phone"} & set(str(row.facts).split("'"))


def test_reading_twice_changes_nothing() -> None:
    number = led(HANDLING)
    read(number)
    before = CaseFact.objects.filter(case_no=number).values().get()
    read(number, number)
    assert CaseFact.objects.filter(case_no=number).values().get() == before


def test_a_contact_that_is_forgotten_was_left_all_the_same() -> None:
    number = led(TO_THE_END, contact=CONTACT)
    read(number)
    CaseContact.objects.filter(case__case_no=number).delete()
    read(number)
    assert facts_of_case(number).is_contactable
    assert operations.reconcile(at=LATER).differing == ()


def test_reconciliation_counts_every_history_and_finds_what_is_wrong() -> None:
    right, wrong, missing = led(TO_THE_END), led(HANDLING), led(())
    read(right, wrong)
    CaseFact.objects.filter(case_no=wrong).update(units=[])
    found = operations.reconcile(at=LATER)
    assert found.cases == 3
    assert set(found.differing) == {wrong, missing}
    operations.reconcile(at=LATER, repair=True)
    assert operations.reconcile(at=LATER).differing == ()


def test_facts_of_then_leave_out_what_happened_since() -> None:
    number = led(HANDLING, result_after_min=60)
    read(number)
    (then,) = facts_then(town.COUNTY, NOVEMBER, cut_off=town.later(30), calendar=calendar(LATER))
    assert then.rounds[0].finished_at is None
    (now,) = facts_then(town.COUNTY, NOVEMBER, cut_off=LATER, calendar=calendar(LATER))
    assert now.rounds[0].finished_at == town.later(60)
    (again,) = facts_then(town.COUNTY, NOVEMBER, cut_off=LATER, calendar=calendar(LATER), from_history=True)
    assert again == now


def test_a_task_that_was_not_on_the_list_is_seen() -> None:
    from wangge.catalogue.models import TaskItem

    number = led((Action.ACCEPT,))
    read(number)
    assert unpacked(facts_of_case(number).facts).is_listed
    TaskItem.objects.filter(code=town.GRID_TASK).update(valid_to=town.AT.date())
    read(number)
    assert not unpacked(facts_of_case(number).facts).is_listed


def test_nobody_knows_an_unknown_case() -> None:
    flow.refused(NothingKnown, lambda: facts_of_case("20260101320115000000"))


def _place() -> tuple[int, int]:
    return Subscription.objects.filter(name="analysis").values_list("xid", "event_id").get()


def test_the_stream_is_followed_once_and_in_order(committed_town: None) -> None:
    """Really committed: the events of a transaction are read after it, and the cursor stands where they end."""
    first = led(HANDLING)
    assert operations.follow_cases(at=LATER) > 0
    assert facts_of_case(first).units == [town.DEPARTMENT]
    stood = _place()
    assert operations.follow_cases(at=LATER) == 0
    assert _place() == stood
    second = led(TO_THE_END)
    flow.do(Action.REOPEN, first_closed := second, flow.REPORTER, at=town.later(days=2))
    assert operations.follow_cases(at=LATER) > 0
    assert len(unpacked(facts_of_case(first_closed).facts).rounds) == 2
    Subscription.objects.filter(name="analysis").update(
        xid=0, event_id=0
    )  # everything once more: at least once is enough
    before = list(CaseFact.objects.order_by("case_no").values())
    while operations.follow_cases(at=LATER):
        pass
    assert list(CaseFact.objects.order_by("case_no").values()) == before
