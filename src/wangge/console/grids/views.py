"""Editions of the grids: import, check, look at the defects, take effect. Thin: parse, one call, show."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import orjson
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from wangge.cases.queries import CaseFilter, filtered
from wangge.console.grids import words
from wangge.console.grids.forms import EffectiveForm, UploadForm, crs_choice
from wangge.foundation import clock
from wangge.foundation.access import Actor, require_somewhere
from wangge.foundation.errors import Problem
from wangge.foundation.said import in_words
from wangge.foundation.worktime import LOCAL
from wangge.grids import operations, queries, tiles
from wangge.grids.api import tile_response
from wangge.grids.models import CoverageDefect, GridEdition
from wangge.grids.rules.defects import DefectKind
from wangge.grids.types import EditionState, ImportState
from wangge.workforce.queries import workers_of

_PIN_BELOW_DEG = 0.004


def actor_of(request: HttpRequest) -> Actor:
    """Who is asking."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


@require_GET
def editions(request: HttpRequest) -> HttpResponse:
    """All editions the actor may look at, and the files on their way."""
    actor = actor_of(request)
    rows = [_edition_row(one) for one in queries.editions_visible(actor)[:200]]
    return render(
        request,
        "console/grids/editions.html",
        {
            "place": "grids",
            "editions": rows,
            "imports": _imports(actor),
            "may_prepare": actor.may_somewhere("grids.prepare"),
        },
    )


@require_http_methods(["GET", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """A file of grids to be read and checked by the queue."""
    actor = actor_of(request)
    require_somewhere(actor, "grids.prepare")
    counties = queries.counties_for(actor, "grids.prepare")
    again = _said_before(request.GET.get("again", ""), actor)
    form = UploadForm(request.POST or None, request.FILES or None, counties=counties, initial=again)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect("console:grids_import_progress", job_id=_start(form.cleaned_data, actor))
        except Problem as problem:
            form.add_error(problem.field if problem.field in form.fields else None, in_words(problem))
    status = 422 if form.errors else 200
    return render(request, "console/grids/upload.html", {"place": "grids", "form": form}, status=status)


def _said_before(job_id: str, actor: Actor) -> dict[str, Any]:
    """What was said about a file that was refused: only the file is chosen anew."""
    try:
        job = queries.import_job(UUID(job_id), actor)
    except (ValueError, Problem):
        return {}
    crs = str(job.options.get("crs", ""))
    said = {name: job.options.get(name) for name in ("code_field", "layer", "is_synthetic")}
    return said | {"county": job.county_id, "label": job.label} | crs_choice(crs)


def _start(data: dict[str, Any], actor: Actor) -> UUID:
    return operations.start_import(
        county=data["county"],
        label=data["label"],
        file=data["file"],
        options=operations.ImportOptions(
            crs=data["crs"],
            code_field=data["code_field"],
            layer=data["layer"],
            is_synthetic=data["is_synthetic"],
        ),
        actor=actor,
        at=clock.now(),
    )


@require_GET
def import_progress(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """How far an import is; asked again every second until it has ended."""
    job = queries.import_job(job_id, actor_of(request))
    context = {
        "place": "grids",
        "job": job,
        "file_name": job.options.get("name", ""),
        "stage": words.STAGES.get(job.stage, job.stage),
        "runs": job.state in (ImportState.WAITING, ImportState.RUNNING),
        "problem": words.problem_words(job.problem),
        "edition": _edition_row(job.edition) if job.edition else None,
    }
    partial = getattr(request, "htmx", False)
    return render(request, "console/grids/_progress.html" if partial else "console/grids/import.html", context)


@require_GET
def edition(request: HttpRequest, edition_id: int) -> HttpResponse:
    """An edition: its grids on the map, what the check found, and whether it may take effect."""
    actor = actor_of(request)
    row = queries.edition_of(edition_id, actor)
    kind = request.GET.get("kind", "")
    kind = kind if kind in DefectKind.__members__ else ""
    page = queries.defect_page(row.pk, kind=kind, after=_number(request.GET.get("after")))
    counts: dict[str, int] = (row.report or {}).get("counts", {})
    context = _edition_context(row, actor) | {
        "kind": kind,
        "tabs": _tabs(row, kind),
        "defects": [_defect_row(one) for one in page.rows],
        "next_url": f"?kind={kind}&after={page.next_after}#defects" if page.next_after else "",
        "count": counts.get(kind, 0) if kind else sum(counts.values()),
        "most_on_map": queries.MOST_ON_MAP,
        "form": EffectiveForm(initial={"valid_from": row.valid_from or clock.now().astimezone(LOCAL).date()}),
    }
    return render(request, "console/grids/edition.html", context)


@require_GET
def grids_of(request: HttpRequest, edition_id: int) -> HttpResponse:
    """The grids of an edition by code, searchable."""
    actor = actor_of(request)
    row = queries.edition_of(edition_id, actor)
    search = request.GET.get("q", "").strip()[:40]
    found, after = queries.grid_page(row.pk, search=search, after=request.GET.get("after", "")[:15])
    called = queries.names({one.code[:12] for one in found} | {one.code[:9] for one in found})
    rows = [
        {
            "code": one.code,
            "name": one.name,
            "kind": words.GRID_KINDS[one.kind],
            "community": called.get(one.code[:12], ""),
            "township": called.get(one.code[:9], ""),
            "households": one.households,
        }
        for one in found
    ]
    context = _edition_context(row, actor) | {
        "grids": rows,
        "q": search,
        "next_url": f"?q={search}&after={after}" if after else "",
    }
    return render(request, "console/grids/list.html", context)


@require_POST
def make_effective(request: HttpRequest, edition_id: int) -> HttpResponse:
    """The edition takes effect from a day."""
    require_somewhere(actor_of(request), "grids.publish")
    form = EffectiveForm(request.POST)
    back = HttpResponseRedirect(reverse("console:edition", args=[edition_id]))
    if not form.is_valid():
        messages.error(request, _("Give the day as year, month and day."))
        return back
    try:
        row = operations.make_effective(
            edition_id=edition_id, valid_from=form.day(), at=clock.now(), actor=actor_of(request)
        )
    except Problem as problem:
        if problem.status not in (409, 422):
            raise
        messages.error(request, in_words(problem))
        return back
    is_now = row.state == EditionState.EFFECTIVE
    said = (
        _("The edition is in force.") if is_now else _("The edition takes effect on {day}.").format(day=row.valid_from)
    )
    messages.success(request, said)
    return back


@require_POST
def unschedule(request: HttpRequest, edition_id: int) -> HttpResponse:
    """The edition no longer takes effect by itself."""
    require_somewhere(actor_of(request), "grids.publish")
    operations.unschedule_edition(edition_id=edition_id, at=clock.now(), actor=actor_of(request))
    messages.success(request, _("The planned day is taken back."))
    return HttpResponseRedirect(reverse("console:edition", args=[edition_id]))


@require_GET
def defects_map(request: HttpRequest, edition_id: int) -> HttpResponse:
    """The defects as the map draws them: the worst first, and no more than it can show."""
    row = queries.edition_of(edition_id, actor_of(request))
    kind = request.GET.get("kind", "")
    found = queries.defects_as_geojson(row.pk, kind=kind, limit=queries.MOST_ON_MAP)
    features = [drawn for feature in found for drawn in _drawn(feature)]
    body = orjson.dumps({"type": "FeatureCollection", "features": features})
    return HttpResponse(body, content_type="application/geo+json")


@require_GET
def defects_export(request: HttpRequest, edition_id: int) -> StreamingHttpResponse:
    """All defects as a GeoJSON file."""
    row = queries.edition_of(edition_id, actor_of(request))
    response = StreamingHttpResponse(_collection(row.pk), content_type="application/geo+json")
    response["Content-Disposition"] = f'attachment; filename="defects-{row.county_id}-{row.pk}.geojson"'
    return response


@require_GET
def edition_tile(request: HttpRequest, edition_id: int, z: int, x: int, y: int) -> HttpResponse:
    """A tile of one edition, whatever its state."""
    if not tiles.is_drawn(z, x, y):
        return HttpResponse(status=404)
    row = queries.edition_of(edition_id, actor_of(request))
    response = tile_response(request, z, x, y, tiles.content_of([row.pk]))
    response["Cache-Control"] = "private, max-age=300"
    return response


@require_GET
def grid(request: HttpRequest, edition_id: int, code: str) -> HttpResponse:
    """One grid: where it belongs, who looks after it, what is open in it."""
    actor = actor_of(request)
    row = queries.edition_of(edition_id, actor)
    found, shape = queries.grid_in(row.pk, code)
    called = queries.names([code[:12], code[:9], code[:6]])
    may_see_people = actor.may("workforce.view", area=code)
    may_see_cases = actor.may("case.view", area=code)
    now = clock.now()
    context = _edition_context(row, actor) | {
        "grid": found,
        "kind_word": words.GRID_KINDS[found.kind],
        "divisions": [(c, called.get(c, "")) for c in (code[:12], code[:9], code[:6])],
        "shape": _collection_of({"code": code, "label": found.name or code}, shape),
        "workers": workers_of(code, at=now) if may_see_people else None,
        "open_cases": filtered(actor, CaseFilter(area=code, only_open=True), now).count() if may_see_cases else None,
    }
    return render(request, "console/grids/grid.html", context)


# --- what the templates show ---------------------------------------------------------------------


def _edition_row(row: GridEdition) -> dict[str, Any]:
    state, tone = words.state_word(row)
    report = row.report or {}
    return {
        "row": row,
        "state": state,
        "tone": tone,
        "county": row.county.name,
        "defects": sum(report.get("counts", {}).values()) if row.report else None,
        "blocking": report.get("blocking", 0),
        "may": bool(report.get("may_become_effective")),
    }


def _edition_context(row: GridEdition, actor: Actor) -> dict[str, Any]:
    is_open = row.state in (EditionState.DRAFT, EditionState.CHECKED)
    return _edition_row(row) | {
        "place": "grids",
        "edition": row,
        "notes": words.notes_of(row.report),
        "bounds": ",".join(f"{edge:.5f}" for edge in queries.extent_of(row)),
        "tiles": reverse("console:edition", args=[row.pk]) + "tiles/{z}/{x}/{y}.mvt",
        "is_open": is_open,
        "why_not": _why_not(row, actor) if is_open else "",
        "total": words.area_words((row.report or {}).get("total_m2")),
        "limit": words.area_words((row.report or {}).get("limit_m2", 100)),
        "tolerance": words.area_words(row.tolerance_m2),
    }


def _why_not(row: GridEdition, actor: Actor) -> str:
    """Why the edition can't take effect, for this reader; "" when it can."""
    if not actor.may("grids.publish", area=row.county_id):
        return _("Editions are put in force by the data steward of the county.")
    if row.report is None:
        return _("The edition has not been checked.")
    if not row.report["may_become_effective"]:
        return in_words(operations.HasDefects(edition=row.label, total_m2=round(row.report["total_m2"], 1)))
    return ""


def _tabs(row: GridEdition, current: str) -> list[dict[str, Any]]:
    report = row.report or {}
    counts: dict[str, int] = report.get("counts", {})
    tabs = [{"kind": "", "name": _("All"), "count": sum(counts.values()), "area": "", "current": not current}]
    for kind, name in words.DEFECTS.items():
        if count := counts.get(kind):
            area = words.area_words(report.get("areas_m2", {}).get(kind))
            tabs.append({"kind": kind, "name": str(name), "count": count, "area": area, "current": kind == current})
    return tabs


def _defect_row(defect: CoverageDefect) -> dict[str, Any]:
    return {
        "id": f"d{defect.pk}",
        "name": words.defect_word(defect.kind),
        "blocks": defect.blocks,
        "codes": defect.codes,
        "area": words.area_words(defect.area_m2),
        "place": f"{defect.place.x:.5f}, {defect.place.y:.5f}" if defect.place else "",
        "box": ",".join(f"{value:.6f}" for value in defect.box.extent) if defect.box else "",  # type: ignore[attr-defined]
    }


def _drawn(feature: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """A defect as the map draws it: its area, and a pin where that is too small to be found from far."""
    about = feature["properties"]
    kind, area = about["kind"], about["area_m2"]
    label = " ".join(filter(None, (words.defect_word(kind), words.area_words(area), " ".join(about["codes"][:2]))))
    told = {"code": f"d{about['id']}", "defect": words.ON_MAP.get(kind, "invalid"), "label": label}
    point = {**told, "light": "red"}
    shape = feature["geometry"]
    is_area = shape is not None and shape["type"] in ("Polygon", "MultiPolygon")
    if is_area:
        yield {"type": "Feature", "geometry": shape, "properties": told}
    if about["lon"] is not None and (not is_area or _is_small(shape)):
        place = {"type": "Point", "coordinates": [about["lon"], about["lat"]]}
        yield {"type": "Feature", "geometry": place, "properties": point}


def _is_small(shape: dict[str, Any]) -> bool:
    rings = [shape["coordinates"][0]] if shape["type"] == "Polygon" else [part[0] for part in shape["coordinates"]]
    xs, ys = zip(*(point[:2] for ring in rings for point in ring), strict=True)
    return bool(max(max(xs) - min(xs), max(ys) - min(ys)) < _PIN_BELOW_DEG)


def _collection(edition_id: int) -> Iterator[bytes]:
    yield b'{"type":"FeatureCollection","features":['
    for number, feature in enumerate(queries.defects_as_geojson(edition_id)):
        yield (b"," if number else b"") + orjson.dumps(feature)
    yield b"]}\n"


def _collection_of(about: dict[str, Any], shape: dict[str, Any]) -> dict[str, Any]:
    feature = {"type": "Feature", "geometry": shape, "properties": about}
    return {"type": "FeatureCollection", "features": [feature]}


def _imports(actor: Actor) -> list[dict[str, Any]]:
    return [
        {
            "row": job,
            "state": words.IMPORT_STATES.get(job.state, job.state),
            "tone": {"FAILED": "back", "DONE": "done"}.get(job.state, "active"),
            "problem": words.problem_words(job.problem),
        }
        for job in queries.imports_visible(actor)
    ]


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 18 else 0
