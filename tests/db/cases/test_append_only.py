"""The history lets lines in and never lets them be changed: not by us, not in SQL."""

from __future__ import annotations

import pgtrigger
import pytest
from django.db import DatabaseError, connection, transaction

from tests import town
from tests.db.cases.flow import A, do, in_state
from tests.db.conftest import never_emptied
from wangge.cases import operations as cases
from wangge.cases.models import CaseStep, Unmasking
from wangge.cases.types import Contact, State
from wangge.foundation.history import event_models
from wangge.foundation.models import Event
from wangge.workforce import models as workforce

pytestmark = pytest.mark.django_db


def forbidden(sql: str, *values: object) -> None:
    with (
        pytest.raises(DatabaseError, match=r"(?i)cannot (update|delete)"),
        transaction.atomic(),
        connection.cursor() as db,
    ):
        db.execute(sql, values)


def test_steps_stay_as_they_are() -> None:
    case_no = in_state(State.IN_PROGRESS)
    before = list(CaseStep.objects.filter(case__case_no=case_no).order_by("seq").values())
    pk = before[0]["id"]
    forbidden("UPDATE cases_casestep SET note = 'better' WHERE id = %s", pk)
    forbidden("UPDATE cases_casestep SET at = now()")
    forbidden("DELETE FROM cases_casestep WHERE id = %s", pk)
    forbidden("DELETE FROM cases_casestep")
    for attempt in (
        lambda: CaseStep.objects.filter(pk=pk).update(note="better"),
        lambda: CaseStep.objects.filter(pk=pk).delete(),
        lambda: CaseStep.objects.get(pk=pk).save(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()
    assert list(CaseStep.objects.filter(case__case_no=case_no).order_by("seq").values()) == before


def test_a_case_with_a_history_is_not_deleted() -> None:
    in_state(State.ACCEPTED)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as db:
        db.execute("SET CONSTRAINTS ALL IMMEDIATE")
        db.execute("DELETE FROM cases_case")


def test_events_and_openings_of_contacts_stay() -> None:
    case_no = town.report(contact=Contact("", "13800005678")).case_no
    cases.unmask_contact(case_no=case_no, reason="电话核实位置", actor=town.actor("county_intake_clerk"), at=town.AT)
    assert Event.objects.exists()
    assert Unmasking.objects.exists()
    for table in ("foundation_event", "cases_unmasking"):
        forbidden(f"UPDATE {table} SET at = now()")
        forbidden(f"DELETE FROM {table}")


def test_nothing_of_the_history_is_emptied_at_once() -> None:
    tables = dict(never_emptied())
    assert set(tables) == {
        "cases_casestep", "cases_unmasking", "foundation_event", "catalogue_clockrules", "catalogue_admissionstep",
        "catalogue_calendarchange",
        "analysis_assessmentrun", "analysis_runsheet", "analysis_appeal", "analysis_appealstep",
        "analysis_exclusion", "analysis_revisitdraw", "analysis_revisitattempt",
    }  # fmt: skip
    in_state(State.ACCEPTED)
    with connection.cursor() as db:
        db.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table, trigger in tables.items():
            db.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER "{trigger}"')
    for statement in ("TRUNCATE cases_case CASCADE", *(f"TRUNCATE {table} CASCADE" for table in tables)):
        forbidden(statement)


def test_what_was_reported_stays_as_it_came_in() -> None:
    case_no = town.report().case_no
    for column in ("text", "case_no", "query_code", "channel", "chosen_task"):
        forbidden(f"UPDATE cases_case SET {column} = 'X' WHERE case_no = %s", case_no)
    forbidden("UPDATE cases_case SET reported_at = now()")


def test_who_changed_what_is_changed_by_nobody() -> None:
    assert set(event_models()) >= {"accounts.User", "workforce.Appointment", "grids.GridEdition"}
    for model in event_models().values():
        protected = {trigger.name for of, trigger in pgtrigger.registered() if of is model}
        assert "append_only" in protected, model
    row = workforce.Appointment.objects.order_by("pk")[0]
    row.employment = "PART_TIME"
    row.save()
    forbidden("UPDATE workforce_appointmentevent SET employment = 'FULL_TIME'")
    forbidden("DELETE FROM workforce_appointmentevent")


def test_one_line_for_each_number() -> None:
    case_no = in_state(State.ACCEPTED)
    first = CaseStep.objects.filter(case__case_no=case_no).order_by("seq")[0]
    first.pk = None
    with pytest.raises(DatabaseError), transaction.atomic():
        first.save(force_insert=True)
    do(A.DISPATCH, case_no, town.actor("county_dispatcher"))
    assert list(CaseStep.objects.filter(case__case_no=case_no).order_by("seq").values_list("seq", flat=True)) == [
        1,
        2,
        3,
    ]
