"""How to reach a reporter: sealed in the table, masked everywhere, opened with a reason that is kept."""

from __future__ import annotations

import json

import pytest
from django.db import connection

from tests import town
from tests.db.cases.flow import A, do, in_state, refused
from wangge.cases import operations as cases
from wangge.cases import queries
from wangge.cases.models import Case, CaseContact, Unmasking
from wangge.cases.operations.contact import NoReason
from wangge.cases.operations.moving import NoSuchCase
from wangge.cases.types import Contact, State
from wangge.foundation.access import ANONYMOUS, REPORTER
from wangge.foundation.errors import NotAllowed, NotFound, NotSignedIn

pytestmark = pytest.mark.django_db

PHONE, NAME = "13800005678", "来电人"
TABLES = """
SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'
"""


def reported() -> str:
    return town.report(contact=Contact(f" {NAME} ", PHONE)).case_no


def unmask(case_no: str, name: str, reason: str = "电话核实位置") -> Contact:
    return cases.unmask_contact(case_no=case_no, reason=reason, actor=town.actor(name), at=town.AT)


def test_the_table_holds_nothing_one_could_read() -> None:
    case_no = reported()
    do(A.ACCEPT, case_no, town.actor("county_intake_clerk"))
    cases.follow_up(case_no=case_no, at=town.AT)
    with connection.cursor() as db:
        db.execute(TABLES)
        for (table,) in db.fetchall():
            readable = f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s OR t::text LIKE %s'
            db.execute(readable, [f"%{PHONE}%", f"%{NAME}%"])
            assert db.fetchone() == (0,), table
    contact = CaseContact.objects.get(case__case_no=case_no)
    assert PHONE.encode() not in bytes(contact.phone)
    assert contact.kept_until.isoformat() == "2027-11-23"


def test_no_contact_no_row() -> None:
    case_no = town.report().case_no
    assert queries.contact_of(Case.objects.get(case_no=case_no)) is None
    assert refused(NotFound, lambda: unmask(case_no, "shift_leader")).code == "cases.no_contact"


@pytest.mark.parametrize("name", ["county_intake_clerk", "township_dispatcher", "shift_leader", "revisit_clerk"])
def test_who_must_call_back_opens_it_and_the_opening_is_kept(name: str) -> None:
    case_no = reported()
    assert unmask(case_no, name) == Contact(NAME, PHONE)
    row = Unmasking.objects.get()
    assert (row.case.case_no, row.user_id, row.reason, row.at) == (case_no, town.user_id(name), "电话核实位置", town.AT)


def test_the_unit_that_handles_it_opens_it_others_do_not() -> None:
    case_no = in_state(State.DISPATCHED)
    sealed = CaseContact.objects.get(case__case_no=reported())
    CaseContact.objects.filter(pk=sealed.pk).update(case=Case.objects.get(case_no=case_no))
    assert unmask(case_no, "unit_handler").phone == PHONE
    refused(NotAllowed, lambda: unmask(case_no, "unit_handler_2"))


@pytest.mark.parametrize(
    "name",
    ["grid_worker", "grid_leader", "supervisor", "auditor", "system_administrator", "privacy_officer", "unit_handler",
     "township_dispatcher_far"],
)  # fmt: skip
def test_who_need_not_call_does_not_open_it(name: str) -> None:
    case_no = reported()
    refused(NotAllowed, lambda: unmask(case_no, name))
    assert not Unmasking.objects.exists()


def test_nobody_unknown_opens_anything() -> None:
    case_no = reported()
    for actor, problem in ((ANONYMOUS, NotSignedIn), (REPORTER, NotAllowed)):
        refused(
            problem,
            lambda actor=actor: cases.unmask_contact(case_no=case_no, reason="电话核实", actor=actor, at=town.AT),
        )
    refused(NoSuchCase, lambda: unmask("20261123320115999999", "shift_leader"))
    assert not Unmasking.objects.exists()


@pytest.mark.parametrize("reason", ["", "   ", "看看", "  a  "])
def test_a_reason_is_asked_for(reason: str) -> None:
    case_no = reported()
    assert refused(NoReason, lambda: unmask(case_no, "shift_leader", reason)).field == "reason"
    assert not Unmasking.objects.exists()


def test_nothing_of_it_is_told_in_events_or_jobs() -> None:
    case_no = reported()
    unmask(case_no, "shift_leader")
    with connection.cursor() as db:
        db.execute("SELECT coalesce(json_agg(e), '[]')::text FROM foundation_event e")
        told = db.fetchone()[0]
        db.execute("SELECT coalesce(json_agg(j), '[]')::text FROM procrastinate_jobs j")
        told += db.fetchone()[0]
    assert json.dumps(case_no) in told
    assert PHONE not in told
    assert NAME not in told
