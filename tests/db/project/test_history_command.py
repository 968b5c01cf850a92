"""`manage.py demo_history`: says what it did, goes on where it was, and refuses what would spoil a history."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings

from wangge.cases.models import Case, CaseStep
from wangge.foundation import clock
from wangge.foundation.worktime import LOCAL
from wangge.project.history import ledger

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _with_demo(settings: Settings) -> None:
    settings.DEMO = True


def run(**options: Any) -> dict[str, Any]:
    out = io.StringIO()
    call_command("demo_history", stdout=out, **options)
    said: dict[str, Any] = json.loads(out.getvalue())
    return said


def test_it_says_what_it_did_and_a_second_call_finds_it() -> None:
    first = run(cases=8, days=10, seed=2)
    assert first["reports"] + sum(first["problems"].values()) >= 8
    steps = CaseStep.objects.count()
    again = run()
    assert (again["reports"], again["acts"]) == (0, {})
    assert again["found"] == first["reports"] == Case.objects.filter(parent=None).count()
    assert CaseStep.objects.count() == steps


def test_it_ends_with_yesterday() -> None:
    run(cases=8, days=10)
    today = clock.now().astimezone(LOCAL).date()
    days = {reported.astimezone(LOCAL).date() for reported in Case.objects.values_list("reported_at", flat=True)}
    assert today - timedelta(days=10) <= min(days) <= max(days) < today


def test_other_figures_are_refused_with_the_remedy() -> None:
    run(cases=3, days=5)
    with pytest.raises(CommandError, match=r"\./dev reset"):
        run(cases=4, days=5)


def test_it_begins_not_before_the_demo_and_a_refusal_is_not_remembered() -> None:
    with pytest.raises(CommandError, match="2026-01-01"):
        run(cases=3, days=3000)
    assert ledger.remembered() is None
    assert not Case.objects.exists()


def test_it_does_not_run_beside_the_queue() -> None:
    with connection.cursor() as db:
        db.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s)", [clock.now()])
    with pytest.raises(CommandError, match=r"\./dev down"):
        run(cases=3, days=5)


def test_an_installation_in_earnest_gets_no_history(settings: Settings) -> None:
    settings.DEMO = False
    with pytest.raises(CommandError, match="no demo"):
        run(cases=3, days=5)


@pytest.mark.parametrize("options", [{"cases": 0}, {"days": 0}, {"jobs": 0}, {"jobs": 16}])
def test_impossible_figures_are_refused(options: dict[str, int]) -> None:
    with pytest.raises(CommandError, match="--"):
        run(**options)
    assert ledger.remembered() is None
