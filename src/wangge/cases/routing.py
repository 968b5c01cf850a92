"""Routing as others use it: the rules in force for a place made ready, and the check of a set of rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from wangge.cases.rules.routing import Facts, Matter, Routed, Router, facts_of, prepare, reason_of
from wangge.cases.rules.routing_check import Report, check
from wangge.catalogue import queries as catalogue
from wangge.catalogue.types import RoutingRule, Task
from wangge.foundation.worktime import LOCAL, Calendar
from wangge.grids.queries import communities_in
from wangge.workforce import queries as workforce
from wangge.workforce.types import UnitRef


def matter_of(task: Task) -> Matter:
    """What routing asks of a task of the list."""
    return Matter(task.code, task.department, task.level, task.nature)


@dataclass(frozen=True, slots=True)
class Routing:
    """The rules in force at a place, with what turns a case into facts. `version` is that of the rules."""

    version: int
    router: Router
    calendar: Calendar

    def route(self, task: Task, area: str, weight: str, at: datetime) -> Routed:
        """Where a case of this task goes from this place at that instant, and why."""
        return self.router.route(self.facts(task, area, weight, at))

    def facts(self, task: Task, area: str, weight: str, at: datetime) -> Facts:
        """The case as the rules see it."""
        return facts_of(matter_of(task), area, weight, at, self.calendar)

    def reason(self, routed: Routed) -> dict[str, object]:
        """The answer's reasons as data."""
        return reason_of(routed, self.version)


def routing_at(area: str, units: list[UnitRef], *, at: datetime) -> Routing:
    """The rules in force for a place, with the units responsible for it."""
    rules = catalogue.routing_in_force(area, at=at)
    return Routing(rules.version, prepare(rules.rules, units), catalogue.calendar(at))


def check_rules(rules: tuple[RoutingRule, ...], county: str, *, at: datetime) -> Report:
    """What is wrong with rules for a county, by its task list, divisions and units as they are."""
    router = prepare(rules, workforce.units_in_reach([county], at=at))
    tasks = [matter_of(task) for task in catalogue.task_list(at)]
    return check(router, tasks, communities_in(county), day=at.astimezone(LOCAL).date())
