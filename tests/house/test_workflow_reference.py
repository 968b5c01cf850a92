"""docs/reference/workflow.md is the table of the code, and what it calls operable is."""

from __future__ import annotations

from django.core.management import call_command

from wangge.cases.choices import OPERABLE
from wangge.cases.rules.workflow import TRANSITIONS
from wangge.cases.types import Action, State
from wangge.project.management.commands.workflow_reference import reference, step_modules


def test_the_page_is_up_to_date() -> None:
    call_command("workflow_reference", check=True)


def test_every_action_has_its_operation() -> None:
    assert set(step_modules()) == set(Action)
    assert set(Action) >= OPERABLE


def test_the_page_names_every_state_and_action() -> None:
    page = reference()
    assert all(f"`{state}`" in page for state in State)
    assert all(f"| `{row.action}` |" in page for row in TRANSITIONS)
