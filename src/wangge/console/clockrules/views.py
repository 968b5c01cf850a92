"""计时规则: how a centre counts time, in plain words; every version; and a new one by those who may adopt it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from wangge.catalogue import operations
from wangge.catalogue.models import ClockRules
from wangge.catalogue.queries import clock_profile, clock_profiles, clock_rules_within
from wangge.catalogue.types import DEFAULT_PROFILE, ClockProfile
from wangge.channels.placenames import said_names as place_names
from wangge.console.clockrules import words
from wangge.console.clockrules.forms import ClockRulesForm, initial_of
from wangge.foundation import clock
from wangge.foundation.access import Actor, require_somewhere
from wangge.foundation.errors import Problem
from wangge.foundation.said import in_words
from wangge.foundation.worktime import LOCAL
from wangge.grids.queries import counties_with_grids, parts_of
from wangge.grids.types import COUNTY_LENGTH, TOWNSHIP_LENGTH

ADOPTS = "clock.adopt"


@never_cache
@require_GET
def rules(request: HttpRequest) -> HttpResponse:
    """The version in force for a county or township in plain words, and every version there has been."""
    actor, at = _enter(request)
    counties = list(counties_with_grids())
    area = _area(request.GET.get("area", ""), actor, counties)
    rows = clock_rules_within(area)
    profile = clock_profile(area, at=at)
    called = place_names({*counties, area, area[:COUNTY_LENGTH], *(row.area for row in rows)})
    context = {
        "place": "clocks",
        "tab": "rules",
        "area": area,
        "area_name": called.get(area, area),
        "lines": words.said(profile, DEFAULT_PROFILE),
        "profile": profile,
        "in_force": next((row for row in rows if row.version == profile.version), None),
        "versions": _versions(rows, called, at),
        "areas": [{"code": code, "name": called.get(code, code)} for code in _areas_with_rules(counties, rows, area)],
        "may_adopt": actor.may(ADOPTS, area=area),
    }
    return render(request, "console/clockrules/rules.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def adopt(request: HttpRequest) -> HttpResponse:
    """A new version: first what it would change, then adopted."""
    actor, at = _enter(request)
    require_somewhere(actor, ADOPTS)
    areas = _adoptable(actor, at)
    area = _area(request.GET.get("area", ""), actor, [code for code, _name in areas])
    given = initial_of(clock_profile(area, at=at), area=area, day=at.astimezone(LOCAL).date())
    form = ClockRulesForm(request.POST or None, areas=areas, initial=given)
    context: dict[str, Any] = {"place": "clocks", "tab": "rules", "form": form}
    if request.method == "POST" and form.is_valid():
        before = clock_profile(form.cleaned_data["area"], at=at)
        profile = form.profile(before)
        if "adopt" in request.POST and _adopted(form, profile, actor, at):
            messages.success(request, _("The new clock rules hold from {day}.").format(day=form.day().isoformat()))
            return redirect(f"{reverse('console:clock_rules')}?area={form.cleaned_data['area']}")
        context |= {"changes": words.changes(before, profile), "is_compared": not form.errors}
    return render(request, "console/clockrules/form.html", context, status=422 if form.errors else 200)


def _adopted(form: ClockRulesForm, profile: ClockProfile, actor: Actor, at: datetime) -> bool:
    said = form.cleaned_data
    try:
        operations.adopt_clock_rules(
            area=said["area"], valid_from=form.day(), profile=profile, note=said["note"], actor=actor, at=at
        )
    except Problem as problem:
        form.add_error(
            problem.field if problem.field in form.fields else None, form.in_its_unit(problem) or in_words(problem)
        )
        return False
    return True


def _enter(request: HttpRequest) -> tuple[Actor, datetime]:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require_somewhere(actor, "catalogue.view")
    return actor, clock.now()


def _area(asked: str, actor: Actor, counties: list[str]) -> str:
    """The county or township asked for, else the reader's, else the first there is."""
    if asked in counties or (len(asked) == TOWNSHIP_LENGTH and asked.startswith(tuple(counties)) and asked.isdecimal()):
        return asked
    mine = [area[:TOWNSHIP_LENGTH] for area in actor.areas("catalogue.view") if len(area) >= COUNTY_LENGTH]
    within = [area for area in mine if area.startswith(tuple(counties))]
    return next(iter([*within, *counties]), "")


def _areas_with_rules(counties: list[str], rows: list[ClockRules], area: str) -> list[str]:
    return sorted({*counties, *(row.area for row in rows), area})


def _adoptable(actor: Actor, at: datetime) -> list[tuple[str, str]]:
    """Counties and townships for which this reader may adopt rules."""
    codes = [area for area in actor.areas(ADOPTS) if len(area) in (COUNTY_LENGTH, TOWNSHIP_LENGTH)]
    called = place_names(codes)
    found: list[tuple[str, str]] = []
    for code in codes:
        found.append((code, called.get(code, code)))
        if len(code) == COUNTY_LENGTH:
            found += [(town, f"{called.get(code, code)} › {name}") for town, name in parts_of(code, at=at)]
    return found


def _versions(rows: list[ClockRules], called: dict[str, str], at: datetime) -> list[dict[str, Any]]:
    """Every version with who adopted it and why, and what it changed against the one before of the same area."""
    profiles, today = clock_profiles(at), at.astimezone(LOCAL).date()
    shown = []
    for place, row in enumerate(rows):
        older = next((one for one in rows[place + 1 :] if one.area == row.area), None)
        before = profiles.get(older.version, DEFAULT_PROFILE) if older else DEFAULT_PROFILE
        after = profiles.get(row.version, DEFAULT_PROFILE)
        newer = [one for one in rows[:place] if one.area == row.area and one.valid_from <= today]
        state = "coming" if row.valid_from > today else "past" if newer else "now"
        shown.append(
            {
                "row": row,
                "area_name": called.get(row.area, row.area),
                "who": getattr(row.made_by, "display_name", ""),
                "state": state,
                "changes": words.changes(before, after),
                "is_first": older is None,
            }
        )
    return shown
