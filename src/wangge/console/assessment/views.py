"""The pages of figures: a period at a glance, one index whole, the cases behind a figure, units, formulas."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from wangge.analysis import queries
from wangge.analysis.operations.revisits import share_of
from wangge.analysis.queries.behind import Sought
from wangge.analysis.rules.composite import LEAST_COVERAGE, WEIGHTS
from wangge.analysis.rules.later import LATER
from wangge.analysis.rules.table import FIRST, FORMULAS, INDICES, KNOWN, MIN_N
from wangge.analysis.rules.table_former import any_index, index_in
from wangge.analysis.rules.tally import base_of
from wangge.analysis.rules.targets import known_index, may_have_target
from wangge.analysis.types import IndexKind, ScopeKind
from wangge.console.assessment import showing, words
from wangge.console.assessment.asking import Asked, asked, names_of
from wangge.console.assessment.forms import PercentForm
from wangge.console.words import SUSPENSIONS
from wangge.foundation.access import Actor

#: Below a scope, its parts: what a page lists under it.
PARTS: dict[ScopeKind, tuple[ScopeKind, ...]] = {
    ScopeKind.COUNTY: (ScopeKind.TOWNSHIP, ScopeKind.UNIT, ScopeKind.CATEGORY, ScopeKind.TASK),
    ScopeKind.TOWNSHIP: (ScopeKind.COMMUNITY, ScopeKind.UNIT),
    ScopeKind.COMMUNITY: (ScopeKind.GRID,),
    ScopeKind.CATEGORY: (ScopeKind.SUBITEM,),
    ScopeKind.SUBITEM: (ScopeKind.TASK,),
}


def page(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """A page of this place, with what its tabs need."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    around = {
        "place": "assessment",
        "may_decide": actor.may_somewhere("assessment.decide"),
        "may_close": actor.may_somewhere("assessment.close"),
        "may_appeal": actor.may_somewhere("assessment.appeal"),
        "waiting_appeals": queries.open_appeals(actor),
    }
    return render(request, f"console/assessment/{template}", around | context, status=status)


@never_cache
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """A period of one place or unit: counts as context, rates with what they are made of, the split by level."""
    ask = asked(request)
    shown = ask.shown((ask.kind,))
    figures = showing.figures_of(shown.sheets[ask.kind], ask.code)
    counts = showing.index_rows(ask, figures, [IndexKind.COUNT], shown.formulas)
    context = {
        "ask": ask,
        "shown": shown,
        "counts": counts,
        "rates": showing.index_rows(ask, figures, [IndexKind.RATE], shown.formulas),
        "others": showing.index_rows(ask, figures, [IndexKind.SPREAD, IndexKind.RATIO], shown.formulas),
        "split": showing.split_rows(figures),
        "min_n": MIN_N,
        "tab": "overview",
    }
    return page(request, "overview.html", context | _around(ask))


@never_cache
@require_GET
def index(request: HttpRequest, index_code: str) -> HttpResponse:
    """One index: what it says, how it is counted, what is left out, and its figures by place, unit and matter."""
    now, ask = known_index(index_code), asked(request)
    kinds = tuple(kind for kind in PARTS.get(ask.kind, ()) if kind in now.levels)
    shown = ask.shown((ask.kind, *kinds))
    one = index_in(index_code, shown.formulas) or now
    parts = [part for part in shown.sheets[ask.kind] if base_of(part) == index_code] or [index_code]
    line, table = showing.trend(ask, one)
    own = shown.sheets[ask.kind].get(index_code, {})
    target = queries.targets_of(ask.county).get(index_code)
    context = {
        "ask": ask,
        "shown": shown,
        "index": one,
        "name": words.said(one.name),
        "formula": words.said(one.formula),
        "left_out": words.said(one.left_out),
        "source": words.source_words(one),
        "kind": words.KINDS[one.kind],
        "levels": [words.SCOPES[kind] for kind in one.levels],
        "own": showing.shows(one, own[ask.code]) if ask.code in own else None,
        "split": showing.split_rows(showing.figures_of(shown.sheets[ask.kind], ask.code))
        if index_code == "level_split"
        else [],
        "parts": [(part, words.index_name(part), shown.figure(ask.kind, part, ask.code)) for part in parts],
        "groups": [
            {"kind": kind, "name": words.SCOPES[kind], "rows": rows}
            for kind in kinds
            if (rows := showing.scope_rows(ask, kind, one, shown.sheets[kind].get(index_code, {})))
        ],
        "line": line,
        "table": table,
        "may_target": may_have_target(now),
        "was_otherwise": one is not now,
        "first": FIRST,
        "target": target,
        "may_set": ask.actor.may("assessment.decide", area=ask.county),
        "target_form": PercentForm(initial={"percent": target * 100 if target is not None else None}),
        "min_n": MIN_N,
        "tab": "overview",
    }
    return page(request, "index.html", context | _around(ask))


@never_cache
@require_GET
def cases(request: HttpRequest) -> HttpResponse:
    """The cases behind one figure, the newest first."""
    ask = asked(request)
    code = request.GET.get("index", "")
    one = known_index(base_of(code))
    part = request.GET.get("part", "all")
    part = part if part in words.PARTS else "all"
    sought = _sought(ask, code, part)
    found, following = queries.cases_behind(sought, at=ask.at, before=request.GET.get("before", "~")[:20])
    units = names_of(ScopeKind.UNIT, sorted({line.facts.unit for line in found if line.facts.unit}))
    places = names_of(ScopeKind.GRID, sorted({line.facts.area for line in found}))
    context = {
        "ask": ask,
        "code": code,
        "name": words.index_name(code),
        "formula": words.said(one.formula),
        "rows": [
            {
                "line": line,
                "unit": units.get(line.facts.unit, ""),
                "where": places[line.facts.area],
                **_dates(line.facts),
            }
            for line in found
        ],
        "parts": [(key, word, ask.query(index=code, part=key)) for key, word in words.PARTS.items()],
        "part": part,
        "is_count": one.kind is IndexKind.COUNT,
        "next_url": f"?{ask.query(index=code, part=part, before=following)}" if following else "",
        "may_open": ask.actor.may_somewhere("case.view"),
        "appeal_units": set(ask.actor.units("assessment.appeal")),
        "tab": "overview",
    }
    return page(request, "cases.html", context | _around(ask))


@never_cache
@require_GET
def units(request: HttpRequest) -> HttpResponse:
    """The composite of each unit as a band, in the order of their codes."""
    ask = asked(request)
    shown = ask.shown((ScopeKind.UNIT,))
    context = {
        "ask": ask,
        "shown": shown,
        "rows": showing.composite_rows(ask, shown.sheets[ScopeKind.UNIT]),
        "returns": showing.return_rows(ask, shown.sheets[ScopeKind.UNIT]),
        "return_names": [words.index_name(code) for code in showing.RETURNS],
        "weights": [(words.index_name(code), weight) for code, weight in WEIGHTS.items()],
        "least_coverage": round(LEAST_COVERAGE * 100),
        "min_n": MIN_N,
        "tab": "units",
    }
    return page(request, "units.html", context | _around(ask))


@require_GET
def formulas(request: HttpRequest) -> HttpResponse:
    """Every index with its formula and source, and those that can't be counted yet, with the reason."""
    ask = asked(request)
    context = {
        "ask": ask,
        "version": FORMULAS,
        "rows": [
            {
                "code": one.code,
                "name": words.said(one.name),
                "kind": words.KINDS[one.kind],
                "formula": words.said(one.formula),
                "left_out": words.said(one.left_out),
                "source": words.source_words(one),
                "levels": [words.SCOPES[kind] for kind in one.levels],
                "is_context": one.is_context,
            }
            for one in INDICES
        ],
        "share": share_of(ask.county) * 100,
        "may_set": ask.actor.may("assessment.decide", area=ask.county),
        "later": [
            {"name": words.said(one.name), "why": f"{words.said(one.why)} {words.said(one.comes_with)}"}
            for one in LATER
        ],
        "min_n": MIN_N,
        "tab": "formulas",
    }
    return page(request, "formulas.html", context)


def _around(ask: Asked) -> dict[str, Any]:
    """The heading of a page about a period: the way to other periods and back to the whole."""
    kind, code = ask.reach.widest
    whole = (kind, code) if len(code) >= 6 else (ScopeKind.COUNTY, ask.county)
    return {
        "scope_name": ask.scope_words,
        "scope_kind": words.SCOPES[ask.kind],
        "previous": ask.month_beside(-1),
        "following": ask.month_beside(1),
        "last_day": ask.period.to_on - timedelta(days=1),
        "live_query": ask.query(live="1"),
        "closed_query": ask.query(live=None),
        "whole_url": f"{reverse('console:assessment')}?{ask.query(kind=whole[0].value, code=whole[1])}"
        if whole != (ask.kind, ask.code)
        else "",
    }


def _sought(ask: Asked, code: str, part: str) -> Sought:
    """The cases as they were known when the figures were counted that the page before has shown."""
    shown = ask.shown(())
    run = queries.last_run(ask.county, ask.period) if shown.run_no is not None else None
    return Sought(
        ask.county,
        ask.period,
        code if any_index(base_of(code)) else "",
        ask.kind,
        ask.code,
        shown.cut_off,
        calendar=run.calendar if run else "",
        last_decision=run.last_decision if run else None,
        part=part,  # type: ignore[arg-type]
        formulas=shown.formulas if shown.formulas in KNOWN else FORMULAS,
    )


def _dates(facts: Any) -> dict[str, Any]:
    last = facts.rounds[-1] if facts.rounds else None
    stay = next((one for one in facts.stays if one.ended_at is None), None)
    return {
        "accepted_at": facts.accepted_at,
        "due_at": last.due_at if last else None,
        "finished_at": last.finished_at if last else None,
        "stay": stay,
        "stay_reason": SUSPENSIONS.get(stay.reason, "") if stay else "",
    }
