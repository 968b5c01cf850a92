"""Figures of a period: as it was closed, as last counted, or counted now; and a closed one counted again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from wangge.analysis.models import AssessmentRun, Exclusion, Reading, ReadingSheet, RunSheet
from wangge.analysis.queries.exclusions import excluded_after
from wangge.analysis.queries.facts import facts_then, touched_in
from wangge.analysis.queries.scopes import reach_of
from wangge.analysis.rules import calendars
from wangge.analysis.rules.counting import Window
from wangge.analysis.rules.facts import CaseFacts
from wangge.analysis.rules.packing import unpacked_sheet
from wangge.analysis.rules.table import FIRST, FORMULAS, KNOWN
from wangge.analysis.rules.tally import tally
from wangge.analysis.types import NOTHING, Figure, Period, ScopeKind, Sheets
from wangge.catalogue.queries import calendar as calendar_at
from wangge.catalogue.queries import periodic_forms
from wangge.foundation.access import Actor
from wangge.foundation.errors import Conflict, NotFound
from wangge.foundation.worktime import LOCAL, Calendar

#: A reading this young is shown without asking whether something changed since.
FRESH_FOR = timedelta(minutes=15)
Sheet = dict[str, dict[str, Figure]]


class NoSuchRun(NotFound):
    """This period was not closed under this number, or not in this reader's reach."""

    code = "analysis.no_such_run"


class UnknownFormulas(Conflict):
    """The period was counted by formulas this version no longer holds."""

    code = "analysis.unknown_formulas"


@dataclass(frozen=True, slots=True)
class Shown:
    """Figures of a period for some kinds of scope, and where they come from."""

    county: str
    period: Period
    cut_off: datetime
    formulas: str
    cases: int
    counted_at: datetime
    sheets: Mapping[ScopeKind, Sheet]
    run_no: int | None = None

    def figure(self, kind: ScopeKind, index: str, code: str) -> Figure:
        """One figure; nothing counted is nothing."""
        return self.sheets.get(kind, {}).get(index, {}).get(code, NOTHING)

    def codes(self, kind: ScopeKind) -> set[str]:
        """Scopes of this kind that have a figure at all."""
        return {code for by_code in self.sheets.get(kind, {}).values() for code in by_code}


@dataclass(frozen=True, slots=True)
class Difference:
    """A figure that came out otherwise when it was counted again."""

    kind: ScopeKind
    index: str
    code: str
    then: Figure
    now: Figure


@dataclass(frozen=True, slots=True)
class Replay:
    """A closed period counted again from the histories: how many figures, and which differ."""

    figures: int
    cases: int
    differences: tuple[Difference, ...]


# --- counting ---------------------------------------------------------------------------------------


def count_period(
    county: str,
    period: Period,
    *,
    cut_off: datetime,
    calendar: Calendar,
    last_decision: int | None = None,
    from_history: bool = False,
    formulas: str = FORMULAS,
) -> tuple[Sheets, int]:
    """Every figure of the period with the histories as known at the cut-off, and how many cases were looked at."""
    seen = 0

    def cases() -> Iterable[CaseFacts]:
        nonlocal seen
        for one in facts_then(county, period, cut_off=cut_off, calendar=calendar, from_history=from_history):
            seen += 1
            yield one

    window = Window(period.begin, period.end, cut_off)
    sheets = tally(cases(), window, excluded_after(county, last_decision), formulas)
    if formulas != FIRST:
        sheets[ScopeKind.COUNTY]["report_forms_active"] = {county: _forms(window)}
    return sheets, seen


def _forms(window: Window) -> Figure:
    """Not of cases but of the task list, whose versions are dated: how many forms it asked for as the period ended."""
    number = periodic_forms((window.seen_until - timedelta(microseconds=1)).astimezone(LOCAL).date())
    return Figure(number, 0, number, 0)


def replay(run: AssessmentRun) -> Replay:
    """Count a closed period again from the histories, by the formulas and the calendar of then."""
    if run.formulas not in KNOWN:
        raise UnknownFormulas(formulas=run.formulas)
    now, cases = count_period(
        run.county,
        Period(run.from_on, run.to_on),
        cut_off=run.cut_off,
        last_decision=run.last_decision,
        calendar=calendars.read(run.calendar),
        from_history=True,
        formulas=run.formulas,
    )
    then = _sheets_of(RunSheet.objects.filter(run=run))
    found = [one for kind in ScopeKind for one in _differences(kind, then.get(kind, {}), now[kind])]
    return Replay(_how_many(then), cases, tuple(found))


def _differences(kind: ScopeKind, then: Sheet, now: Sheet) -> Iterable[Difference]:
    for index in sorted(set(then) | set(now)):
        before, after = then.get(index, {}), now.get(index, {})
        for code in sorted(set(before) | set(after)):
            one, other = before.get(code, NOTHING), after.get(code, NOTHING)
            if one != other:
                yield Difference(kind, index, code, one, other)


def _how_many(sheets: Mapping[ScopeKind, Sheet]) -> int:
    return sum(len(by_code) for sheet in sheets.values() for by_code in sheet.values())


# --- showing ----------------------------------------------------------------------------------------


def shown_period(
    county: str, period: Period, *, at: datetime, kinds: Iterable[ScopeKind] = tuple(ScopeKind), live: bool = False
) -> Shown:
    """The last closing of the period; if it isn't closed (or `live`), the last reading if still true, else now."""
    wanted = tuple(kinds)
    run = None if live else last_run(county, period)
    if run is not None:
        return _stored(run, RunSheet.objects.filter(run=run, kind__in=wanted), run.run_no)
    reading = Reading.objects.filter(county=county, from_on=period.from_on, to_on=period.to_on).first()
    if reading is not None and (at - reading.at < FRESH_FOR or not is_stale(reading, at)):
        return _stored(reading, ReadingSheet.objects.filter(reading=reading, kind__in=wanted), None)
    cut_off = max(at, period.begin)
    sheets, cases = count_period(county, period, cut_off=cut_off, calendar=calendar_at(at))
    return Shown(county, period, cut_off, FORMULAS, cases, at, {kind: sheets[kind] for kind in wanted})


def is_stale(reading: Reading, at: datetime) -> bool:
    """Whether counting now could give other figures."""
    period = Period(reading.from_on, reading.to_on)
    if reading.formulas != FORMULAS or reading.cut_off < min(period.end, at - FRESH_FOR):
        return True
    if touched_in(reading.county, period).filter(read_at__gt=reading.at).exists():
        return True
    return Exclusion.objects.filter(area__startswith=reading.county, at__gt=reading.at).exists()


def month_figures(county: str, months: Iterable[Period], kind: ScopeKind, code: str) -> dict[Period, dict[str, Figure]]:
    """Figures of one scope for those of the months that were counted: closed ones as they were closed."""
    wanted = {(one.from_on, one.to_on): one for one in months}
    starts = [from_on for from_on, _ in wanted]
    readings = Reading.objects.filter(county=county, from_on__in=starts)
    runs = AssessmentRun.objects.filter(county=county, from_on__in=starts).order_by("run_no")
    by_period: dict[Period, Any] = {}
    for row in (*readings, *runs):  # a run takes the place of a reading, a later run that of an earlier one
        if (row.from_on, row.to_on) in wanted:
            by_period[wanted[row.from_on, row.to_on]] = row
    sheets = _sheets_by_row(by_period.values(), kind)
    return {
        period: {index: by_code[code] for index, by_code in sheets.get(_key(row), {}).items() if code in by_code}
        for period, row in sorted(by_period.items())
    }


def _key(row: Reading | AssessmentRun) -> tuple[type, int]:
    return type(row), row.pk


def _sheets_by_row(rows: Iterable[Reading | AssessmentRun], kind: ScopeKind) -> dict[tuple[type, int], Sheet]:
    """The sheets of one kind of several counts: two look-ups however many there are."""
    found: dict[tuple[type, int], Sheet] = {}
    chosen = list(rows)
    readings = [row.pk for row in chosen if isinstance(row, Reading)]
    runs = [row.pk for row in chosen if isinstance(row, AssessmentRun)]
    for one in ReadingSheet.objects.filter(reading__in=readings, kind=kind):
        found[Reading, one.reading_id] = unpacked_sheet(one.figures)
    for other in RunSheet.objects.filter(run__in=runs, kind=kind):
        found[AssessmentRun, other.run_id] = unpacked_sheet(other.figures)
    return found


def last_run(county: str, period: Period) -> AssessmentRun | None:
    """The newest closing of a period; None while it is open."""
    rows = AssessmentRun.objects.filter(county=county, from_on=period.from_on, to_on=period.to_on)
    return rows.order_by("-run_no").first()


def _stored(row: Reading | AssessmentRun, sheets: Any, run_no: int | None) -> Shown:
    period = Period(row.from_on, row.to_on)
    return Shown(row.county, period, row.cut_off, row.formulas, row.cases, row.at, _sheets_of(sheets), run_no)


def _sheets_of(rows: Iterable[Any]) -> dict[ScopeKind, Sheet]:
    return {ScopeKind(row.kind): unpacked_sheet(row.figures) for row in rows}


# --- closed periods -----------------------------------------------------------------------------------


def runs_of(county: str, *, limit: int = 60) -> list[AssessmentRun]:
    """Closed periods of a county, the latest first."""
    return list(AssessmentRun.objects.filter(county=county).order_by("-from_on", "-to_on", "-run_no")[:limit])


def run_of(run_id: int, actor: Actor) -> AssessmentRun:
    """One closed period of a county somebody has figures in; NoSuchRun (404) otherwise. Needs ``assessment.view``."""
    reach = reach_of(actor)
    row = AssessmentRun.objects.filter(pk=run_id).first()
    if row is None or not reach.counties([row.county]):
        raise NoSuchRun()
    return row
