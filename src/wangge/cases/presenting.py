"""A case in plain values with the names of places, tasks and units, as the API and the pages show it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from wangge.cases import queries
from wangge.cases.choices import choices
from wangge.cases.models import Case, CaseMedia, CaseStep, CaseSuggestion, LikelyDuplicate
from wangge.cases.queries import CaseLine
from wangge.cases.rules.clock import light_at
from wangge.cases.rules.workflow import STAGE_OF
from wangge.cases.types import State
from wangge.catalogue.queries import task_names
from wangge.foundation.access import Actor
from wangge.foundation.secrets import mask_name, mask_phone, open_sealed
from wangge.grids.queries import names as place_names
from wangge.workforce.queries import unit_names


@dataclass(frozen=True, slots=True)
class _Names:
    """Names by code, in the reader's language."""

    places: dict[str, str]
    tasks: dict[str, str]
    units: dict[str, str]


def line_bodies(lines: Sequence[CaseLine], at: datetime) -> list[dict[str, Any]]:
    """Lines of a list with their names: three look-ups however long the list."""
    names = _Names(
        place_names({code for line in lines for code in _enclosing(line.area)}),
        task_names([line.task_code for line in lines]),
        unit_names([line.unit for line in lines]),
    )
    return [_common(line, line.lon, line.lat, names, at) for line in lines]


def place_name(area: str, places: dict[str, str]) -> str:
    """The grid's or the division's name, or its code if it has none."""
    return next((places[code] for code in _enclosing(area) if places.get(code)), area)


def _enclosing(area: str) -> tuple[str, ...]:
    """The place itself, its community, its town."""
    return (area, area[:12], area[:9])


def _common(case: CaseLine | Case, lon: float | None, lat: float | None, names: _Names, at: datetime) -> dict[str, Any]:
    """What lists and the case itself both say."""
    state = State(case.state)
    return {
        "case_no": case.case_no,
        "channel": case.channel,
        "text": case.text,
        "address": case.address,
        "area": case.area,
        "grid_code": case.area if len(case.area) == 15 else None,
        "place_name": place_name(case.area, names.places),
        "township_name": names.places.get(case.area[:9], ""),
        "lon": lon,
        "lat": lat,
        "state": state,
        "stage": STAGE_OF[state],
        "light": light_at(at, case.due_at, case.warn_at, case.is_paused),
        "task_code": case.task_code,
        "task_name": names.tasks.get(case.task_code, ""),
        "weight": case.weight,
        "unit": case.unit,
        "unit_name": names.units.get(case.unit, ""),
        "reported_at": case.reported_at,
        "since": case.since,
        "due_at": case.due_at,
        "is_provisional": case.is_provisional,
        "version": case.version,
        "reopen_no": case.reopen_no,
    }


def case_body(case: Case, actor: Actor, at: datetime) -> dict[str, Any]:
    """One case whole, as this actor may see it."""
    suggestions = queries.suggestions_of(case)
    steps = queries.steps_of(case)
    names = _Names(
        place_names(set(_enclosing(case.area))),
        task_names([case.task_code, case.chosen_task, *(one.task_code for one in suggestions)]),
        unit_names([case.unit, *(one.unit for one in suggestions), *_units_in(steps)]),
    )
    point = case.point
    return {
        **_common(case, point.x if point else None, point.y if point else None, names, at),
        **_details(case, names),
        "contact": _masked_contact(case, actor),
        "steps": [_step_body(step, names.units) for step in steps],
        "media": [media_body(one) for one in queries.media_of(case)],
        "suggestions": [_suggestion_body(one, names) for one in suggestions],
        "likely_duplicates": [
            _duplicate_body(one) for one in queries.likely_duplicates_of(case) if queries.may_see(actor, one.earlier)
        ],
        "actions": [
            {"action": one.action, "allowed": one.allowed, "why_not": one.why_not, "needs": list(one.needs)}
            for one in choices(case, actor, at)
        ],
    }


def _details(case: Case, names: _Names) -> dict[str, Any]:
    return {
        "community_name": names.places.get(case.area[:12], ""),
        "chosen_task": case.chosen_task,
        "chosen_task_name": names.tasks.get(case.chosen_task, ""),
        "is_paused": case.is_paused,
        "place_source": case.place_source,
        "place_crs": case.place_crs,
        "accuracy_m": case.accuracy_m,
        "edition_id": case.edition_id,
        "merged_into": case.merged_into,
        "closed_at": case.closed_at,
        "rating": case.rating,
        "self_handled": case.self_handled,
    }


def _suggestion_body(one: CaseSuggestion, names: _Names) -> dict[str, Any]:
    return {
        "task_code": one.task_code,
        "task_name": names.tasks.get(one.task_code, ""),
        "unit": one.unit,
        "unit_name": names.units.get(one.unit, ""),
        "score": one.score,
        "reasons": one.reasons,
    }


def _duplicate_body(one: LikelyDuplicate) -> dict[str, Any]:
    return {
        "case_no": one.earlier.case_no,
        "state": one.earlier.state,
        "text": one.earlier.text,
        "distance_m": one.distance_m,
        "days_apart": one.days_apart,
        "text_likeness": one.text_likeness,
        "score": one.score,
    }


def media_body(one: CaseMedia) -> dict[str, Any]:
    """A photo or recording and where to fetch it."""
    return {
        "id": one.pk,
        "kind": one.kind,
        "use": one.use,
        "url": f"/media/{one.pk}",
        "thumbnail_url": f"/media/{one.pk}/small" if one.thumbnail else None,
        "width": one.width,
        "height": one.height,
        "duration_s": one.duration_s,
    }


def _step_body(step: CaseStep, units: dict[str, str]) -> dict[str, Any]:
    unit = str(step.detail.get("unit", ""))
    return {
        "seq": step.seq,
        "action": step.action,
        "from_state": step.from_state,
        "to_state": step.to_state,
        "at": step.at,
        "actor": step.actor.display_name if step.actor else "",
        "actor_kind": step.actor_kind,
        "note": step.note,
        "detail": step.detail,
        "unit_name": units.get(unit, ""),
    }


def _units_in(steps: Sequence[CaseStep]) -> list[str]:
    return [str(step.detail["unit"]) for step in steps if step.detail.get("unit")]


def _masked_contact(case: Case, actor: Actor) -> dict[str, str] | None:
    """Masked, and only for those who may ask to see it: a grid worker isn't told that there is one."""
    may_ask = actor.may("contact.unmask", area=case.area, unit=case.unit or None)
    contact = queries.contact_of(case) if may_ask else None
    if contact is None:
        return None
    return {"name": mask_name(open_sealed(contact.name)), "phone": mask_phone(open_sealed(contact.phone))}
