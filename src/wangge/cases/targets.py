"""Where a case can be sent: the unit the rules propose, the others in reach, and why the rest is closed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from wangge.cases.models import Case
from wangge.cases.operations.moving import history
from wangge.cases.routing import matter_of, routing_at
from wangge.cases.rules.command import may_assist, may_command
from wangge.cases.rules.history import replay
from wangge.cases.types import HandlingLevel
from wangge.catalogue import queries as catalogue
from wangge.catalogue.types import ResolveLevel
from wangge.foundation.access import Actor
from wangge.foundation.errors import Invalid
from wangge.workforce import queries as workforce
from wangge.workforce.types import Level, UnitRef


@dataclass(frozen=True, slots=True)
class Targets:
    """Units for one case, seen from one desk. `by_rule` is whom the routing rules name, in reach or not; `why` says
    by which rule and why, as data (`rules.routing.reason_of`)."""

    by_rule: UnitRef | None
    why: Mapping[str, object]
    of_the_place: tuple[UnitRef, ...]
    elsewhere: tuple[UnitRef, ...]
    sent_by_town: tuple[UnitRef, ...]
    sent_by_county: tuple[UnitRef, ...]
    is_grid_matter: bool

    @property
    def proposed(self) -> UnitRef | None:
        """Whom the rule names, if this desk may send to it."""
        return self.by_rule if self.by_rule in self.open else None

    @property
    def open(self) -> tuple[UnitRef, ...]:
        return (*self.of_the_place, *self.elsewhere)


def dispatch_targets(case: Case, *, actor: Actor, at: datetime) -> Targets:
    """Units this actor may dispatch the case to, and those the two-level command keeps from them.

    Units in which nobody signs are not among them.
    """
    areas = _commanding(actor, case)
    here = workforce.units_for_place(case.area, at=at)
    known = {unit.code: unit for unit in (*here, *workforce.units_in_reach(areas, at=at))}
    known.pop(case.unit, None)
    reachable = [
        unit
        for unit in known.values()
        if unit.signs and any(may_command(area, unit.level, unit.area) for area in areas)
    ]
    return _sorted_out(case, here, known.values(), reachable, at)


def transfer_targets(case: Case, *, actor: Actor, at: datetime) -> Targets:
    """Units this actor may pass the case on to: its own sub-units, and what its centre commands."""
    sub_units = workforce.units_below(case.unit, at=at) if case.unit in actor.units("case.transfer") else []
    found = dispatch_targets(case, actor=actor, at=at)
    own = [unit for unit in sub_units if unit.signs and unit.code not in {one.code for one in found.open}]
    return Targets(
        None,
        {},
        (*own, *found.of_the_place),
        found.elsewhere,
        found.sent_by_town,
        found.sent_by_county,
        False,
    )


def assist_targets(case: Case, *, actor: Actor, at: datetime) -> list[UnitRef]:
    """Units that could be given a part: those a desk commands, or those a lead unit may ask; the place's own first."""
    areas = _commanding(actor, case)
    here = workforce.units_for_place(case.area, at=at)
    known = {unit.code: unit for unit in (*here, *workforce.units_in_reach(areas or (case.county_code,), at=at))}
    known.pop(case.unit, None)
    level = HandlingLevel(case.level) if case.level else HandlingLevel.GRID

    def fits(unit: UnitRef) -> bool:
        if areas:
            return any(may_command(area, unit.level, unit.area) for area in areas)
        return case.area.startswith(unit.area) and may_assist(level, unit, case.county_code)

    return [unit for unit in known.values() if unit.signs and fits(unit)]


def _commanding(actor: Actor, case: Case) -> tuple[str, ...]:
    return tuple(area for area in actor.areas("case.dispatch") if case.area.startswith(area))


def _sorted_out(
    case: Case, here: list[UnitRef], known: Iterable[UnitRef], reachable: list[UnitRef], at: datetime
) -> Targets:
    open_codes = {unit.code for unit in reachable}
    place = [unit for unit in here if unit.code in open_codes]
    elsewhere = [unit for unit in reachable if unit.code not in {one.code for one in place}]
    closed = [unit for unit in known if unit.signs and unit.code not in open_codes]
    named, why, is_grid_matter = _proposal(case, here, at)
    return Targets(
        by_rule=named,
        why=why,
        of_the_place=tuple(place),
        elsewhere=tuple(elsewhere),
        sent_by_town=tuple(unit for unit in closed if unit.level is Level.COMMUNITY),
        sent_by_county=tuple(unit for unit in closed if unit.level is Level.COUNTY),
        is_grid_matter=is_grid_matter,
    )


def _proposal(case: Case, units: list[UnitRef], at: datetime) -> tuple[UnitRef | None, Mapping[str, object], bool]:
    if not case.task_code:
        return None, {}, False
    try:
        task = catalogue.task(case.task_code, at=at)
    except Invalid:  # the task has left the list since
        return None, {}, False
    routing = routing_at(case.area, units, at=at)
    matter = matter_of(task, _climbed_to(case))
    routed = routing.route(matter, case.area, case.weight, at)
    return routed.unit, routing.reason(routed), matter.level is ResolveLevel.GRID


def _climbed_to(case: Case) -> HandlingLevel | None:
    """The level a case was passed up to and not yet sent from; the history is read for one that no unit has."""
    if case.unit or not case.level:
        return None
    status = replay(history(case))
    return status.level if status.passed_up else None
