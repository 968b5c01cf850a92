"""Figures as files: CSV, Excel, and the monthly brief as a page that prints and as PDF. Every file is recorded."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from wangge.analysis import queries
from wangge.analysis.operations import record_export
from wangge.analysis.queries import Shown
from wangge.analysis.rules.table import BY_CODE, FORMULAS, MIN_N
from wangge.analysis.rules.table_former import any_index, index_in, indices_of
from wangge.analysis.rules.tally import base_of
from wangge.analysis.types import Figure, IndexKind, ScopeKind
from wangge.channels.placenames import said_names as place_names
from wangge.console.assessment import showing, words
from wangge.console.assessment.asking import Asked, asked, names_of
from wangge.foundation.errors import Unavailable

#: What goes into files: not the grids, of which there are thousands.
_KINDS = (ScopeKind.COUNTY, ScopeKind.TOWNSHIP, ScopeKind.COMMUNITY, ScopeKind.UNIT, ScopeKind.CATEGORY,
          ScopeKind.SUBITEM, ScopeKind.TASK)  # fmt: skip
_STYLE = Path(__file__).with_name("brief.css")
#: On paper the pictures carry their own colours: style sheets don't reach into them there.
_INK = {"GRID": "#0b6e8a", "MIDDLE": "#9cc6d2", "ENFORCEMENT": "#646d72", "REST": "#e6e6e6"}
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class NoPdf(Unavailable):
    """The libraries that set text for PDF are not installed here."""

    code = "console.no_pdf"


@never_cache
@require_GET
def figures_csv(request: HttpRequest) -> HttpResponse:
    """Every figure one may see, a line each."""
    ask = asked(request)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_head())
    rows = list(_rows(ask, _mark(request, ask.at)))
    writer.writerows(rows)
    response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    return _recorded(ask, response, "csv", len(rows))


@never_cache
@require_GET
def figures_xlsx(request: HttpRequest) -> HttpResponse:
    """The same as a workbook: a sheet a kind of scope, and one with the formulas."""
    import xlsxwriter

    ask, out = asked(request), io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold, rows = book.add_format({"bold": True}), list(_rows(ask, _mark(request, ask.at)))
    for kind in _KINDS:
        own = [row for row in rows if row[0] == str(words.SCOPES[kind])]
        if own:
            _fill(book.add_worksheet(str(words.SCOPES[kind])[:31]), [_head(), *own], bold)
    _fill(book.add_worksheet(_("Formulas")[:31]), [*_formulas(rows[0][-2] if rows else FORMULAS)], bold)
    book.close()
    return _recorded(ask, HttpResponse(out.getvalue(), content_type=_XLSX), "xlsx", len(rows))


@never_cache
@require_GET
def brief(request: HttpRequest) -> HttpResponse:
    """The brief of a period as a page to read and print."""
    ask = asked(request)
    return render(request, "console/assessment/brief.html", {"place": "assessment", **brief_context(ask)})


@never_cache
@require_GET
def brief_pdf(request: HttpRequest) -> HttpResponse:
    """The same as PDF."""
    ask = asked(request)
    context = brief_context(ask)
    for row in context["split"]:
        row["ink"] = _INK.get(row["key"], "")
    text = render_to_string(
        "console/assessment/brief_pdf.html",
        {**context, "ink": {"rest": _INK["REST"]}, "language": get_language(), "mark": _mark(request, ask.at)},
    )
    return _recorded(ask, HttpResponse(pdf_of(text), content_type="application/pdf"), "pdf", 1)


def pdf_of(text: str) -> bytes:
    """A page as PDF; nothing is fetched from anywhere. NoPdf (503) where Pango is not installed."""
    try:
        from weasyprint import CSS, HTML
    except OSError as missing:
        raise NoPdf() from missing
    found: bytes = HTML(string=text, url_fetcher=_fetch_nothing).write_pdf(
        stylesheets=[CSS(string=_STYLE.read_text(encoding="utf-8"))]
    )
    return found


def brief_context(ask: Asked) -> dict[str, Any]:
    """What the brief says: counts, rates beside the period before, the split, townships, units, exclusions."""
    kinds = (ScopeKind.COUNTY, ScopeKind.TOWNSHIP, ScopeKind.COMMUNITY, ScopeKind.UNIT)
    shown = ask.shown(tuple({ask.kind, *kinds}))
    figures = showing.figures_of(shown.sheets[ask.kind], ask.code)
    before = _before(ask)
    rates = showing.index_rows(ask, figures, [IndexKind.RATE, IndexKind.SPREAD], shown.formulas)
    for row in rates:
        row["before"] = showing.shows(row["index"], before[row["code"]]) if row["code"] in before else None
    places = ScopeKind.TOWNSHIP if ask.kind is ScopeKind.COUNTY else ScopeKind.COMMUNITY
    return {
        "ask": ask,
        "shown": shown,
        "scope_name": ask.scope_words,
        "counts": showing.index_rows(ask, figures, [IndexKind.COUNT], shown.formulas),
        "rates": rates,
        "split": showing.split_rows(figures),
        "places": _table(ask, shown, places) if ask.kind in (ScopeKind.COUNTY, ScopeKind.TOWNSHIP) else [],
        "places_name": words.SCOPES[places],
        "units": [row for row in showing.composite_rows(ask, shown.sheets[ScopeKind.UNIT]) if row["band"]],
        "returns": showing.return_rows(ask, shown.sheets[ScopeKind.UNIT]),
        "return_names": [words.index_name(code) for code in showing.RETURNS],
        "county_name": place_names([ask.county]).get(ask.county, ask.county),
        "run": queries.last_run(ask.county, ask.period) if shown.run_no else None,
        "formulas": shown.formulas,
        "min_n": MIN_N,
    }


_BRIEF = ("on_time_closure_rate", "first_pass_rate", "satisfaction_rate", "revisit_rate")


def _table(ask: Asked, shown: Shown, kind: ScopeKind) -> list[dict[str, Any]]:
    codes = sorted(code for code in ask.reach.only(kind, shown.codes(kind)) if code.startswith(ask.code))
    called = names_of(kind, codes)
    return [
        {
            "name": called[code],
            "cells": [
                (words.index_name(index), showing.shows(BY_CODE[index], shown.figure(kind, index, code)))
                for index in _BRIEF
            ],
        }
        for code in codes
    ]


def _before(ask: Asked) -> dict[str, Figure]:
    months = showing.last_months(ask)
    found = queries.month_figures(ask.county, months[-2:-1], ask.kind, ask.code)
    return next(iter(found.values()), {}) if ask.period.is_month else {}


# --- rows ---------------------------------------------------------------------------------------------


def _head() -> list[str]:
    return [
        _("Scope"), _("Code"), _("Name"), _("Index"), _("Raw"), _("Above the line"), _("Below the line"), _("Adjusted"),
        _("Above, adjusted"), _("Below, adjusted"), _("Period from"), _("to (last day)"), _("Known before"),
        _("Formulas"), _("Exported by"),
    ]  # fmt: skip


def _rows(ask: Asked, mark: str) -> Iterator[list[Any]]:
    shown = ask.shown(_KINDS)
    last = ask.period.to_on - timedelta(days=1)
    span = [ask.period.from_on.isoformat(), last.isoformat(), f"{localtime(shown.cut_off):%Y-%m-%d %H:%M}"]
    for kind in _KINDS:
        codes = sorted(ask.reach.only(kind, shown.codes(kind)))
        called = names_of(kind, codes)
        for code in codes:
            for index, by_code in shown.sheets[kind].items():
                if code in by_code:
                    about = [str(words.SCOPES[kind]), code, _safe(called[code]), words.index_name(index)]
                    yield [*about, *_values(index, by_code[code], shown.formulas), *span, shown.formulas, mark]


def _values(index: str, figure: Figure, formulas: str) -> list[Any]:
    one = index_in(base_of(index), formulas) or any_index(base_of(index))
    if one is None:
        return ["", figure.a, figure.n, "", figure.adjusted_a, figure.adjusted_n]
    shown, is_count = showing.shows(one, figure), one.kind is IndexKind.COUNT
    below = ("", "") if is_count else (figure.n, figure.adjusted_n)
    return [shown.text, figure.a, below[0], shown.adjusted, figure.adjusted_a, below[1]]


def _formulas(version: str) -> Iterator[list[str]]:
    yield [_("Index"), _("Formula"), _("Left out"), _("Source")]
    for one in indices_of(version):
        yield [words.said(one.name), words.said(one.formula), words.said(one.left_out), words.source_words(one)]


def _fill(sheet: Any, rows: list[list[Any]], bold: Any) -> None:
    for n, row in enumerate(rows):
        sheet.write_row(n, 0, row, bold if n == 0 else None)
    sheet.freeze_panes(1, 0)
    sheet.autofit()


def _recorded(ask: Asked, response: HttpResponse, form: str, lines: int) -> HttpResponse:
    record_export(county=ask.county, period=ask.period, form=form, lines=lines, actor=ask.actor, at=ask.at)
    name = f"assessment-{ask.code}-{ask.period.from_on:%Y%m%d}-{ask.period.to_on:%Y%m%d}.{form}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _mark(request: HttpRequest, at: datetime) -> str:
    return f"{getattr(request.user, 'display_name', '')} {localtime(at):%Y-%m-%d %H:%M}"


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def _fetch_nothing(url: str, *args: Any, **more: Any) -> Any:
    raise ValueError("a brief holds everything it needs")
