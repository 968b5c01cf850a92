"""Forms made ready for a case: what is preselected and why, which units are open, the answer in advance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from wangge.cases.models import Case
from wangge.cases.queries import case_for
from wangge.cases.targets import Targets, assist_targets, dispatch_targets, transfer_targets
from wangge.cases.types import Action
from wangge.catalogue.queries import joint_departments as catalogue_joint_departments
from wangge.catalogue.queries import task_list, task_names
from wangge.catalogue.types import ResolveLevel, Task
from wangge.console.acting.forms import ActForm
from wangge.console.acting.table import Act
from wangge.console.case.reading import Body, Panel, case_about, needs_place
from wangge.console.naming import best_fits
from wangge.console.routing.names import names_in_reasons
from wangge.console.routing.words import why_words
from wangge.foundation.access import Actor
from wangge.foundation.errors import NotFound
from wangge.grids.queries import middle_of
from wangge.workforce.types import Level, UnitRef

MOST_FOUND = 8


def draw(
    act: Act,
    panel: Panel,
    *,
    actor: Actor,
    at: datetime,
    form: ActForm | None = None,
    given: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """What the template of an act needs, with a fresh form unless one comes back with an error.

    `given` is what was asked for with the form: a main case to merge into, a pin to move.
    """
    shown = form or act.form(initial=_initial(act, panel, given or {}))
    context: dict[str, Any] = {"act": act, "form": shown, "panel": panel, "case": panel.case}
    if act.action is Action.ACCEPT:
        context |= _accepting(panel, shown, actor, at)
    if act.action is Action.MERGE:
        context["main"] = _main_case(str(shown["into"].value() or ""), actor)
    if act.action in (Action.DISPATCH, Action.TRANSFER, Action.UPHOLD_RETURN):
        context |= _sending(act, panel, shown, actor, at)
    if act.action is Action.START_JOINT_HANDLING:
        context["assistants"] = _assistants(panel, shown, actor, at)
    return context


def tasks_named(text: str, at: datetime) -> list[Task]:
    """Tasks whose code or name has what was typed."""
    wanted = text.strip().lower().split()
    found = [task for task in task_list(at) if all(w in f"{task.code} {task.name}".lower() for w in wanted)]
    return found[:MOST_FOUND] if wanted else []


def units_named(text: str, units: Iterable[UnitRef]) -> list[UnitRef]:
    """Units whose name has what was typed; the short forms people say (城管办) are found by their letters in order."""
    known = {one.code: one for one in units}
    found = best_fits(text, ((code, one.name) for code, one in known.items()))
    return [known[code] for code in found[:MOST_FOUND]]


def targets_of(act: Act, row: Case, *, actor: Actor, at: datetime) -> Targets:
    """Where the act can send the case."""
    find = transfer_targets if act.action is Action.TRANSFER else dispatch_targets
    return find(row, actor=actor, at=at)


def task_choices(panel: Panel, typed: str, chosen: str, at: datetime) -> dict[str, Any]:
    """The tasks to choose from: what was typed, else what is suggested."""
    if typed.strip():
        options = [_task_option(task, []) for task in tasks_named(typed, at)]
    else:
        known = {task.code: task for task in task_list(at)}
        options = [
            _task_option(known[one["task_code"]], [*one["words"][:1], *_goes_to(one)])
            for one in panel.suggestions
            if one["task_code"] in known
        ]
        if chosen and chosen in known and all(one["code"] != chosen for one in options):
            options.append(_task_option(known[chosen], []))
    picked = chosen if any(one["code"] == chosen for one in options) else options[0]["code"] if options else ""
    return {"options": options, "picked": picked, "typed": typed.strip()}


def _goes_to(suggestion: Body) -> list[str]:
    """Where a case of the suggested task would be sent, and by which rule."""
    why = suggestion["words"][1:]
    if not why:
        return []
    unit = suggestion["unit_name"] or suggestion["unit"] or _("no unit")
    return [_("If dispatched: {unit} — {why}").format(unit=unit, why=why[0])]


def unit_choices(targets: Targets, typed: str, chosen: str) -> dict[str, Any]:
    """The units to choose from: what was typed, else the proposed one, those of the place and the others."""
    if typed.strip():
        found = units_named(typed, targets.open)
        picked = chosen if any(unit.code == chosen for unit in found) else found[0].code if found else ""
        return {"groups": [("", found, True)], "picked": picked, "typed": typed.strip(), "none": not found}
    proposed = targets.proposed
    rest = [unit for unit in targets.of_the_place if unit != proposed]
    groups = [
        (_("Of the place"), [unit for unit in rest if unit.level is not Level.COUNTY], True),
        (_("County units"), [unit for unit in rest if unit.level is Level.COUNTY], False),
    ]
    picked = chosen or (proposed.code if proposed and not targets.is_grid_matter else "")
    return {"groups": [group for group in groups if group[1]], "picked": picked, "typed": ""}


def answer_in_advance(panel: Panel) -> str:
    """The answer as it could be said: what was reported, who settled it, what was done, that it was checked."""
    result = next((step["note"] for step in reversed(panel.case["steps"]) if step["action"] == "submit_result"), "")
    said = " ".join(panel.case["text"].split())
    about = said[:40] + ("…" if len(said) > 40 else "")
    first = _("You told us: “{about}” ({place}).").format(about=about, place=panel.case["place_name"]) if about else ""
    by = panel.case["unit_name"] or _("The grid worker of the place")
    then = _("{unit} has dealt with it: {result}.").format(unit=by, result=result.rstrip("。. "))
    last = _("We checked on the spot that it is settled. Thank you for telling us.")
    return _("{first} {then} {last}").format(first=first, then=then, last=last).strip()


def _initial(act: Act, panel: Panel, given: Mapping[str, str]) -> dict[str, Any]:
    if act.action is Action.FEEDBACK:
        return {"note": answer_in_advance(panel)}
    if act.action is Action.ACCEPT and given.get("pin"):
        return {"lon": panel.case["lon"], "lat": panel.case["lat"]}
    if act.action in (Action.APPROVE_EXTENSION, Action.SUSPEND) and panel.request:
        return {"until": panel.request["until"]}
    if act.action in (Action.ACKNOWLEDGE, Action.REPLY, Action.RELEASE) and panel.orders:
        return {"order": panel.orders[0]["number"]}
    return {"into": given.get("into", "")} if act.action is Action.MERGE else {}


def _assistants(panel: Panel, form: ActForm, actor: Actor, at: datetime) -> list[Body]:
    """Units that may do a part, those of the place first; the ones chosen stay chosen."""
    data = form.data
    chosen = data.getlist("units") if isinstance(data, QueryDict) else []
    asked = set(catalogue_joint_departments(panel.row.task_code, at))
    units = assist_targets(panel.row, actor=actor, at=at)
    rows = [
        {
            "code": unit.code,
            "name": unit.name,
            "checked": unit.code in chosen,
            "by_list": unit.code.rpartition("-")[2] in asked and unit.level is Level.COUNTY,
        }
        for unit in units
    ]
    return sorted(rows, key=lambda row: not (row["by_list"] or row["checked"]))


def _main_case(number: str, actor: Actor) -> Body | None:
    """The case a report is about to be merged into, if there is one to be seen."""
    try:
        row = case_for(actor=actor, case_no=number)
    except NotFound:
        return None
    return case_about(row)


def _value(form: ActForm, name: str) -> str:
    data = form.data
    return str(data.get(name, "")) if isinstance(data, QueryDict) else ""


def _accepting(panel: Panel, form: ActForm, actor: Actor, at: datetime) -> dict[str, Any]:
    chosen = _value(form, "task_code") or panel.case["chosen_task"]
    context: dict[str, Any] = {"tasks": task_choices(panel, _value(form, "task_q"), chosen, at)}
    context["needs_place"] = needs_place(panel.row)
    context["has_picker"] = form["lon"].value() not in (None, "") or bool(form.errors.get("place"))
    if context["needs_place"] or context["has_picker"]:
        areas = [area for area in actor.areas("case.accept") if area.startswith(panel.row.area)] or [panel.row.area]
        context["center"] = center_of(areas[0])
    return context


def center_of(area: str) -> str:
    """Where a map looks first: the middle of the area, as ``lon,lat``."""
    middle = middle_of(area)
    return f"{middle[0]:.5f},{middle[1]:.5f}" if middle else ""


def _sending(act: Act, panel: Panel, form: ActForm, actor: Actor, at: datetime) -> dict[str, Any]:
    targets = targets_of(act, panel.row, actor=actor, at=at)
    rule = why_words(targets.why, names_in_reasons([targets.why]))
    return {
        "targets": targets,
        "rule": rule,
        "units": unit_choices(targets, _value(form, "unit_q"), _value(form, "unit")),
        "task_name": task_names([panel.row.task_code]).get(panel.row.task_code, ""),
    }


def _task_option(task: Task, reasons: list[str]) -> Body:
    return {
        "code": task.code,
        "name": task.name,
        "reasons": reasons,
        "level": level_words(task.level),
        "limit": limit_words(task),
        "closing": task.closing_condition,
    }


def level_words(level: ResolveLevel) -> str:
    """The level that settles a task."""
    return {
        ResolveLevel.GRID: _("grid level"),
        ResolveLevel.TOWNSHIP: _("township level"),
        ResolveLevel.COUNTY: _("county level"),
        ResolveLevel.ENFORCEMENT: _("enforcement"),
    }[level]


def limit_words(task: Task) -> str:
    """The time limit of a task."""
    hours = task.limit_min / 60
    words = _("{n} working hours") if task.clock == "WORKING" else _("{n} hours")
    return words.format(n=f"{hours:g}")
