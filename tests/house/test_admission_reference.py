"""docs/reference/admission.md is the table of the code."""

from __future__ import annotations

from django.core.management import call_command

from wangge.catalogue.rules.admission import STEPS
from wangge.catalogue.types import AdmissionState, ApplicationKind
from wangge.project.management.commands.admission_reference import reference


def test_the_page_is_up_to_date() -> None:
    call_command("admission_reference", check=True)


def test_the_page_names_every_state_step_and_kind() -> None:
    page = reference()
    assert all(f"| `{state}` |" in page for state in AdmissionState)
    assert all(f"| `{step.action}` |" in page for step in STEPS)
    assert all(f"| `{kind}` |" in page for kind in ApplicationKind)
