"""A period is counted, closed, and counted again to the same numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pytest
from django.db import DatabaseError, connection, transaction

from tests import town
from tests.db.analysis.scene import CONTACT, HANDLING, LATER, NOVEMBER, TO_THE_END, ended, led, read
from tests.db.cases import flow
from wangge.analysis import operations, queries
from wangge.analysis.models import AssessmentRun, Reading, RunSheet
from wangge.analysis.operations import closing
from wangge.analysis.operations.closing import BadPeriod, PeriodNotOver
from wangge.analysis.queries import behind
from wangge.analysis.queries.periods import UnknownFormulas, count_period, is_stale
from wangge.analysis.rules.table import FIRST, FORMULAS
from wangge.analysis.types import Period, ScopeKind
from wangge.cases.types import Action
from wangge.catalogue.models import AdmissionApplication, CalendarDay, TaskItem
from wangge.catalogue.queries import forget
from wangge.foundation.errors import NotAllowed

pytestmark = pytest.mark.django_db
FIRST_OF_DECEMBER = date(2026, 12, 1)


def close(known_to: date = FIRST_OF_DECEMBER, *, by: str = "centre_leader", at: object = LATER) -> AssessmentRun:
    return operations.close_period(
        county=town.COUNTY,
        period=NOVEMBER,
        known_to=known_to,
        actor=town.actor(by),
        at=at,  # type: ignore[arg-type]
    )


def on_time(kind: ScopeKind, code: str, **more: object) -> tuple[object, int]:
    shown = queries.shown_period(town.COUNTY, NOVEMBER, at=LATER, **more)  # type: ignore[arg-type]
    found = shown.figure(kind, "on_time_closure_rate", code)
    return found.a, found.n


def test_figures_of_county_place_unit_and_matter() -> None:
    ended(result_after_min=60)
    ended(result_after_min=60 * 24 * 4, at_place=town.place(town.FAR_GRID))
    assert on_time(ScopeKind.COUNTY, town.COUNTY) == (1, 2)
    assert on_time(ScopeKind.TOWNSHIP, town.TOWN) == (1, 1)
    assert on_time(ScopeKind.TOWNSHIP, town.OTHER_TOWN) == (0, 1)
    assert on_time(ScopeKind.COMMUNITY, town.FAR_COMMUNITY) == (0, 1)
    assert on_time(ScopeKind.GRID, town.GRID) == (1, 1)
    assert on_time(ScopeKind.UNIT, town.DEPARTMENT) == (1, 2)
    assert on_time(ScopeKind.CATEGORY, town.GRID_TASK[:2]) == (1, 2)
    assert on_time(ScopeKind.TASK, town.GRID_TASK) == (1, 2)


def test_a_closed_period_keeps_its_numbers_whatever_happens_after() -> None:
    number = ended(result_after_min=60)
    waiting = led(HANDLING[:2])
    read(waiting)
    run = close()
    flow.do(Action.REOPEN, number, flow.REPORTER, at=LATER)
    flow.do(Action.SIGN, waiting, town.actor("unit_handler"), at=LATER)
    read(number, waiting)
    shown = queries.shown_period(town.COUNTY, NOVEMBER, at=LATER)
    assert (shown.run_no, shown.figure(ScopeKind.COUNTY, "closure_rate", town.COUNTY).a) == (1, 1)
    live = queries.shown_period(town.COUNTY, NOVEMBER, at=LATER + timedelta(days=1), live=True)
    assert live.figure(ScopeKind.COUNTY, "closure_rate", town.COUNTY).a == 0
    again = queries.replay(run)
    assert again.differences == ()
    assert again.figures > 50
    assert again.cases == 2


def test_a_calendar_that_is_extended_changes_no_closed_period() -> None:
    ended(result_after_min=60 * 24 * 2)
    run = close()
    CalendarDay.objects.filter(day="2026-11-24").update(is_working=False)
    forget()
    try:
        assert on_time(ScopeKind.COUNTY, town.COUNTY, live=True)[1] == 1
        assert queries.replay(run).differences == ()
    finally:
        forget()


def rated(*, contact: bool, by_clerk: bool) -> str:
    number = led(TO_THE_END, contact=CONTACT) if contact else led(TO_THE_END)
    who = town.actor("revisit_clerk") if by_clerk else flow.REPORTER
    flow.do(Action.RATE, number, who, at=town.AT + timedelta(days=1), rating="SATISFIED")
    read(number)
    return number


def test_a_period_closed_by_former_formulas_is_replayed_by_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """As before an upgrade: closed while 2026-1 was in force, which counted every rating beside another coverage."""
    for contact, by_clerk in ((True, True), (True, False), (False, False)):
        rated(contact=contact, by_clerk=by_clerk)
    with monkeypatch.context() as then:
        then.setattr(closing, "FORMULAS", FIRST)
        then.setattr(closing, "count_period", partial(count_period, formulas=FIRST))
        run = close()
    assert run.formulas == FIRST
    figures = queries.shown_period(town.COUNTY, NOVEMBER, at=LATER).figure
    assert figures(ScopeKind.COUNTY, "satisfaction_rate", town.COUNTY).n == 3
    assert figures(ScopeKind.COUNTY, "revisit_rate", town.COUNTY).n == 2
    again = queries.replay(run)
    assert again.differences == ()
    assert again.figures > 50
    second = close(at=LATER + timedelta(minutes=1))
    now = queries.shown_period(town.COUNTY, NOVEMBER, at=LATER).figure
    satisfied, coverage = (now(ScopeKind.COUNTY, f"{one}_rate", town.COUNTY) for one in ("satisfaction", "revisit"))
    assert (second.formulas, satisfied.n, coverage.a, coverage.n) == (FORMULAS, 1, 1, 1)
    assert now(ScopeKind.COUNTY, "other_ratings", town.COUNTY).a == 2
    assert queries.replay(second).differences == ()


def test_formulas_that_are_gone_are_refused() -> None:
    run = close()
    run.formulas = "1999-1"
    flow.refused(UnknownFormulas, lambda: queries.replay(run))


def test_forms_are_those_the_list_asked_for_as_the_period_ended() -> None:
    application = AdmissionApplication.objects.create(
        kind="AMEND", county=town.COUNTY, unit=town.DEPARTMENT, department="URB", task_code=town.GRID_TASK,
        frequency="MONTHLY", created_at=town.AT, changed_at=town.AT,
    )  # fmt: skip
    item = TaskItem.objects.get(code=town.GRID_TASK)

    def forms(known_to: date = FIRST_OF_DECEMBER) -> tuple[object, int]:
        close(known_to)
        found = queries.shown_period(town.COUNTY, NOVEMBER, at=LATER)
        one = found.figure(ScopeKind.COUNTY, "report_forms_active", town.COUNTY)
        return one.a, one.n

    assert forms() == (0, 0)
    TaskItem.objects.filter(pk=item.pk).update(application=application)
    assert forms() == (1, 0)
    TaskItem.objects.filter(pk=item.pk).update(valid_to=date(2026, 12, 1))
    assert forms() == (1, 0)  # the last day of November it was still on the list
    TaskItem.objects.filter(pk=item.pk).update(valid_to=date(2026, 11, 30))
    assert forms() == (0, 0)


def test_a_replay_tells_what_came_out_otherwise() -> None:
    ended(result_after_min=60)
    run = close()
    with connection.cursor() as db:  # what must never happen: somebody edits the history behind the software
        db.execute("SET CONSTRAINTS ALL IMMEDIATE")
        db.execute("ALTER TABLE cases_casestep DISABLE TRIGGER USER")
        db.execute(
            "UPDATE cases_casestep SET at = at + interval '9 days' "
            "WHERE action IN ('submit_result', 'verify', 'feedback')"
        )
        db.execute("ALTER TABLE cases_casestep ENABLE TRIGGER USER")
    found = queries.replay(run).differences
    assert {one.index for one in found} >= {"on_time_closure_rate", "overdue_rate", "closure_rate"}


def test_closing_once_more_makes_another_run() -> None:
    number = ended(result_after_min=60 * 24 * 4)
    assert close().run_no == 1
    operations.exclude(
        case_no=number, index="", reason="FORCE_MAJEURE", words="台风封路", actor=town.actor("centre_leader"), at=LATER
    )
    second = close(at=LATER + timedelta(minutes=1))
    assert second.run_no == 2
    figures = RunSheet.objects.get(run=second, kind=ScopeKind.COUNTY).figures["on_time_closure_rate"][town.COUNTY]
    assert figures == [[0, 1], [0, 0]]
    assert queries.replay(AssessmentRun.objects.get(run_no=1)).differences == ()
    assert queries.replay(second).differences == ()


def test_the_database_lets_nobody_change_a_closed_period() -> None:
    run = close()
    for change in (
        lambda: AssessmentRun.objects.filter(pk=run.pk).update(cases=9),
        lambda: RunSheet.objects.filter(run=run).update(figures={}),
        lambda: RunSheet.objects.filter(run=run).delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_a_period_is_closed_when_it_is_over() -> None:
    flow.refused(PeriodNotOver, lambda: close(date(2026, 11, 30)))
    flow.refused(PeriodNotOver, lambda: close(date(2026, 12, 11)))
    flow.refused(NotAllowed, lambda: close(by="shift_leader"))
    flow.refused(
        BadPeriod,
        lambda: operations.close_period(
            county=town.COUNTY,
            period=Period(FIRST_OF_DECEMBER, FIRST_OF_DECEMBER),
            known_to=FIRST_OF_DECEMBER,
            actor=town.actor("centre_leader"),
            at=LATER,
        ),
    )


def test_a_reading_serves_until_something_changes() -> None:
    number = ended()
    reading = operations.read_month(county=town.COUNTY, period=NOVEMBER, at=LATER)
    assert not is_stale(reading, LATER + timedelta(days=3))
    shown = queries.shown_period(town.COUNTY, NOVEMBER, at=LATER + timedelta(days=3))
    assert shown.counted_at == LATER
    flow.do(Action.REOPEN, number, flow.REPORTER, at=LATER)
    read(number, at=LATER + timedelta(days=1))
    assert is_stale(reading, LATER + timedelta(days=3))
    operations.read_month(county=town.COUNTY, period=NOVEMBER, at=LATER + timedelta(days=3))
    assert Reading.objects.count() == 1


def test_months_beside_each_other_show_closed_ones_as_they_were_closed() -> None:
    number = ended()
    operations.read_month(county=town.COUNTY, period=NOVEMBER, at=LATER)
    close()
    flow.do(Action.REOPEN, number, flow.REPORTER, at=LATER)
    read(number)
    operations.read_month(county=town.COUNTY, period=NOVEMBER, at=LATER)
    october = Period(date(2026, 10, 1), date(2026, 11, 1))
    found = queries.month_figures(town.COUNTY, [october, NOVEMBER], ScopeKind.UNIT, town.DEPARTMENT)
    assert list(found) == [NOVEMBER]
    assert found[NOVEMBER]["closure_rate"].a == 1


def test_cases_behind_a_figure_page_by_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(behind, "PAGE", 2)
    in_time = [ended() for _ in range(3)]
    late = ended(result_after_min=60 * 24 * 4)
    sought = behind.Sought(town.COUNTY, NOVEMBER, "on_time_closure_rate", ScopeKind.UNIT, town.DEPARTMENT, LATER)
    seen, before = [], "~"
    while before:
        page, before = behind.cases_behind(sought, at=LATER, before=before)  # type: ignore[assignment]
        seen += [one.facts.case_no for one in page]
    assert seen == sorted([*in_time, late], reverse=True)
    below, _ = behind.cases_behind(replace(sought, part="below"), at=LATER)
    assert [one.facts.case_no for one in below] == [late]
