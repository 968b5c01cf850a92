"""The demo's history, carried out in the town: through the operations, once, whole, and resumable."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction

from tests import town
from tests.db.cases.flow import assert_follows_from_history
from wangge.cases.models import Case, CaseStep, CaseSuggestion, CaseText
from wangge.cases.types import State
from wangge.foundation import clock
from wangge.foundation.worktime import LOCAL
from wangge.project.history import ledger
from wangge.project.history.cast import Cast
from wangge.project.history.loading import NoGround, Share, load_history, scenario
from wangge.project.history.odd import Units, draw_habits
from wangge.project.history.reading import read_words
from wangge.project.history.replaying import Replay, client_id
from wangge.project.history.scenario import Setting
from wangge.project.history.standing import World

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("everywhere_somebody_works")]

SETTING = Setting(seed=3, cases=60, first=date(2026, 9, 14), days=21)
#: After the reports there is time for most cases to end; the holidays of October lie in between.
HORIZON = datetime(2026, 11, 1, tzinfo=LOCAL)


def replay(setting: Setting = SETTING) -> Replay:
    story, cast = scenario(town.COUNTY, setting), Cast()
    units = Units(cast.signing_units, draw_habits(setting.seed, sorted(cast.signing_units)))
    world = World(setting.seed, story.calendar, units)
    return Replay(setting.name, story.matters(), world, cast, read_words())


def histories() -> dict[str, Any]:
    """What happened to each matter, without the numbers that a database gives."""
    numbers = {str(client_id(SETTING.name, number)): number for number in range(SETTING.cases)}
    found: dict[str, Any] = {}
    for case in Case.objects.order_by("pk").select_related("parent"):
        key = (
            f"part of {numbers[str(case.parent.client_id)]} at {case.unit}"
            if case.parent
            else numbers[str(case.client_id)]
        )
        found[str(key)] = [
            (step.action, step.at, step.to_state, step.actor_id, step.note, sorted(step.detail))
            for step in CaseStep.objects.filter(case=case).order_by("seq")
        ]
    return found


def test_a_history_is_carried_out_without_a_refusal() -> None:
    tally = load_history(town.COUNTY, SETTING, HORIZON)
    assert tally.reports == SETTING.cases
    assert not tally.problems
    assert {"accept", "sign", "submit_result", "verify", "feedback", "turn_light", "archive"} <= set(tally.acts)
    cases = Case.objects.all()
    assert cases.filter(parent=None).count() == SETTING.cases
    for case_no in cases.values_list("case_no", flat=True):
        assert_follows_from_history(case_no)


def test_a_second_report_of_the_same_thing_follows_the_first() -> None:
    tally = load_history(town.COUNTY, Setting(seed=8, cases=90, first=date(2026, 9, 14), days=6), HORIZON)
    assert not tally.problems
    assert tally.acts["merge"]
    merged = Case.objects.filter(state=State.MERGED).values_list("merged_into", "task_code", "area", "reported_at")
    for into, _, area, reported_at in merged:
        main = Case.objects.get(case_no=into)
        assert (main.area, main.reported_at < reported_at) == (area, True)


def test_nothing_happens_after_the_horizon_and_every_history_is_in_order() -> None:
    load_history(town.COUNTY, SETTING, HORIZON)
    assert not CaseStep.objects.filter(at__gt=HORIZON).exists()
    assert not Case.objects.filter(next_turn_at__lte=HORIZON).exists()
    for steps in histories().values():
        assert [at for _, at, *_ in steps] == sorted(at for _, at, *_ in steps)
    ended = {State.EVALUATED, State.REFUSED, State.MERGED, State.WITHDRAWN, State.VOIDED}
    assert Case.objects.filter(state__in=ended).count() > 0.8 * SETTING.cases


def test_suggestions_and_words_are_there_at_the_time_of_the_report_and_the_queue_is_empty() -> None:
    load_history(town.COUNTY, SETTING, HORIZON)
    reported = Case.objects.filter(parent=None)
    assert CaseText.objects.filter(case__in=reported).count() == SETTING.cases
    assert CaseSuggestion.objects.exists()
    assert all(case.followed_up_at == case.reported_at for case in reported)
    with connection.cursor() as db:
        db.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'cases.follow_up'")
        assert db.fetchone()[0] == 0


def test_jobs_of_other_cases_stay_in_the_queue() -> None:
    other = town.report().case_no
    ledger.drop_jobs(["20260101320115999999"])
    with connection.cursor() as db:
        db.execute("SELECT args->>'case_no' FROM procrastinate_jobs WHERE task_name = 'cases.follow_up'")
        assert [row[0] for row in db.fetchall()] == [other]


def test_a_second_run_changes_nothing() -> None:
    load_history(town.COUNTY, SETTING, HORIZON)
    before = histories()
    tally = load_history(town.COUNTY, SETTING, HORIZON)
    assert (tally.reports, tally.found, sum(tally.acts.values())) == (0, SETTING.cases, 0)
    assert histories() == before


class Killed(Exception):
    """As if the process had ended here."""


def test_killed_in_the_middle_and_resumed_it_is_the_same_as_in_one_run() -> None:
    whole: dict[str, Any] = {}
    with pytest.raises(Killed), transaction.atomic():
        load_history(town.COUNTY, SETTING, HORIZON)
        whole.update(histories())
        raise Killed
    assert not Case.objects.exists()
    for batches in (1, 2):  # stopped after a commit, then killed within a batch that leaves nothing
        begun = replay()
        run = begun.run(HORIZON)
        for _ in range(batches):
            next(run)
        with pytest.raises(Killed), transaction.atomic():
            acts = begun._acts(HORIZON)
            for _ in range(7):
                next(acts)
            raise Killed
    assert 0 < CaseStep.objects.count() < sum(map(len, whole.values()))
    assert not load_history(town.COUNTY, SETTING, HORIZON).problems
    assert histories() == whole


def test_processes_share_the_townships_and_together_do_all() -> None:
    parts = [load_history(town.COUNTY, SETTING, HORIZON, share=Share(number, 2)) for number in range(2)]
    assert all(part.reports for part in parts)
    assert sum(part.reports for part in parts) == SETTING.cases
    assert not any(part.problems for part in parts)


def test_a_history_does_not_begin_before_its_grids() -> None:
    early = Setting(seed=1, cases=5, first=town.SINCE - timedelta(days=1), days=5)
    with pytest.raises(NoGround):
        load_history(town.COUNTY, early, HORIZON)


def test_the_figures_of_a_history_are_remembered_and_others_refused() -> None:
    assert ledger.remembered() is None
    assert ledger.remember(SETTING, HORIZON) == HORIZON
    assert ledger.remember(SETTING, HORIZON + timedelta(days=3)) == HORIZON
    assert ledger.remembered() == (SETTING, HORIZON)
    with pytest.raises(ledger.AnotherHistory):
        ledger.remember(Setting(4, 60, SETTING.first, 21), HORIZON)


def test_a_running_worker_is_seen() -> None:
    assert not ledger.worker_is_up()
    with connection.cursor() as db:
        db.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s)", [clock.now()])
    assert ledger.worker_is_up()


def test_a_case_of_somebody_else_is_left_alone() -> None:
    other = town.report("路灯不亮", client_id=uuid4(), at=datetime(2026, 9, 14, 9, tzinfo=LOCAL)).case_no
    load_history(town.COUNTY, SETTING, HORIZON)
    assert CaseStep.objects.filter(case__case_no=other).count() == 1
