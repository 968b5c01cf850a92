"""The demo's applications: one in each state worth trying, brought there by the operations."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import town
from wangge.catalogue import queries
from wangge.catalogue.models import AdmissionApplication, AdmissionStep, TemporaryItem
from wangge.catalogue.types import CheckKind
from wangge.foundation.worktime import LOCAL
from wangge.project.demo_admission import load_demo_admission

pytestmark = pytest.mark.django_db


def test_every_state_worth_trying_is_there_with_its_history() -> None:
    load_demo_admission(at=town.AT)
    queries.forget()
    states = set(AdmissionApplication.objects.values_list("state", flat=True))
    assert states == {
        "DRAFT", "APPLIED", "PRELIMINARY_REVIEW", "FINAL_REVIEW", "APPROVED", "PUBLISHED", "EFFECTIVE", "SUSPENDED",
        "RETURNED", "REFUSED",
    }  # fmt: skip
    deciders = AdmissionStep.objects.filter(action__in=["TAKE_UP", "APPROVE"]).values_list("by__username", flat=True)
    assert set(deciders) == {"task_list_reviewer", "task_list_approver"}
    assert set(TemporaryItem.objects.values_list("state", flat=True)) == {"ASKED", "CONSENTED"}


def test_what_there_is_to_find_is_found() -> None:
    load_demo_admission(at=town.AT)
    day = town.AT.astimezone(LOCAL).date()
    found = {
        row.state: {one.kind for one in queries.findings(row, day=day)}
        for row in AdmissionApplication.objects.filter(state__in=["FINAL_REVIEW", "APPLIED"])
    }
    assert CheckKind.OVERLOAD in found["FINAL_REVIEW"]
    assert CheckKind.LIKENESS in found["APPLIED"]
    assert queries.list_changes(day - timedelta(days=30), day)
    queries.forget()
