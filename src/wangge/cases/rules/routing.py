"""Which unit a case is sent to: ordered rules, the first whose conditions all hold decides. Pure.

`prepare` sorts rules and units so that ten thousand cases are routed in a blink; `Router.route` says with the
answer which conditions held, which rules were passed over and on what, and which targets were tried.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from wangge.cases.types import Weight
from wangge.catalogue.types import Hours, Nature, ResolveLevel, RoutingRule, Target
from wangge.foundation.worktime import LOCAL, Calendar
from wangge.grids.types import COMMUNITY_LENGTH, COUNTY_LENGTH, TOWNSHIP_LENGTH
from wangge.workforce.types import Level, UnitKind, UnitRef


class Condition(StrEnum):
    """What a rule may ask of a case."""

    TASK = "TASK"
    NATURE = "NATURE"
    LEVEL = "LEVEL"
    AREA = "AREA"
    WEIGHT = "WEIGHT"
    HOURS = "HOURS"
    SEASON = "SEASON"
    VALIDITY = "VALIDITY"


class Outcome(StrEnum):
    """What became of one target of the rule that decided."""

    CHOSEN = "CHOSEN"
    NO_SUCH_UNIT = "NO_SUCH_UNIT"
    NOBODY_SIGNS = "NOBODY_SIGNS"


@dataclass(frozen=True, slots=True)
class Matter:
    """What routing asks of a task: whose it is, of what nature, and who can settle it."""

    code: str
    department: str
    level: ResolveLevel
    nature: Nature = Nature.EVENT


@dataclass(frozen=True, slots=True)
class Facts:
    """A case as the rules see it. `day` and `works` are the local day and whether it is in working hours."""

    matter: Matter
    area: str
    day: date
    works: bool = True
    weight: str = Weight.GENERAL


@dataclass(frozen=True, slots=True)
class Held:
    """A condition of the rule that held, and the one of its values that the case has."""

    condition: Condition
    value: str


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A rule before the one that decided, and the first condition that did not hold."""

    order: int
    condition: Condition


@dataclass(frozen=True, slots=True)
class Routed:
    """The answer: a unit, or none because no rule fits (`order` is None) or because no target is there."""

    unit: UnitRef | None
    order: int | None
    rule: RoutingRule | None
    held: tuple[Held, ...] = ()
    passed_over: tuple[PassedOver, ...] = ()
    tried: tuple[tuple[Target, Outcome], ...] = ()


def is_working_time(at: datetime, calendar: Calendar) -> bool:
    """Whether the instant lies in the working hours of a working day."""
    here = at.astimezone(LOCAL)
    return calendar.is_working(here.date()) and any(start <= here.time() < end for start, end in calendar.hours)


def facts_of(matter: Matter, area: str, weight: str, at: datetime, calendar: Calendar) -> Facts:
    """The facts of a case as it stands at an instant."""
    here = at.astimezone(LOCAL)
    return Facts(matter, area, here.date(), is_working_time(at, calendar), weight)


def in_season(rule: RoutingRule, day: date) -> bool:
    """Whether the day lies in the rule's season, both ends included; a season may run over the new year."""
    if not rule.season_from:
        return True
    today = f"{day.month:02d}-{day.day:02d}"
    if rule.season_from <= rule.season_to:
        return rule.season_from <= today <= rule.season_to
    return today >= rule.season_from or today <= rule.season_to


def is_valid(rule: RoutingRule, day: date) -> bool:
    """Whether the rule itself holds on that day."""
    return (rule.valid_from is None or rule.valid_from <= day) and (rule.valid_to is None or day < rule.valid_to)


def fits_matter(rule: RoutingRule, matter: Matter) -> bool:
    """Whether the rule is about this task, its nature and its level."""
    return (
        (not rule.tasks or matter.code.startswith(rule.tasks))
        and (rule.nature is None or rule.nature is matter.nature)
        and (not rule.levels or matter.level in rule.levels)
    )


def fits_hours(rule: RoutingRule, works: bool) -> bool:
    """Whether the rule holds inside, or outside, working hours."""
    return rule.hours is Hours.ANY or (rule.hours is Hours.WORKING) == works


def _fails(rule: RoutingRule, facts: Facts) -> Condition | None:
    """The first condition of the rule that does not hold, in the order people read them."""
    matter = facts.matter
    checks = (
        (Condition.TASK, not rule.tasks or matter.code.startswith(rule.tasks)),
        (Condition.NATURE, rule.nature is None or rule.nature is matter.nature),
        (Condition.LEVEL, not rule.levels or matter.level in rule.levels),
        (Condition.AREA, not rule.areas or facts.area.startswith(rule.areas)),
        (Condition.WEIGHT, not rule.weights or facts.weight in rule.weights),
        (Condition.HOURS, fits_hours(rule, facts.works)),
        (Condition.SEASON, in_season(rule, facts.day)),
        (Condition.VALIDITY, is_valid(rule, facts.day)),
    )
    return next((condition for condition, holds in checks if not holds), None)


def _held(rule: RoutingRule, facts: Facts) -> tuple[Held, ...]:
    """Every condition the rule asks for, with what the case has of it."""
    found: list[Held] = []
    if rule.tasks:
        found.append(Held(Condition.TASK, _longest(rule.tasks, facts.matter.code)))
    if rule.nature is not None:
        found.append(Held(Condition.NATURE, rule.nature.value))
    if rule.levels:
        found.append(Held(Condition.LEVEL, facts.matter.level.value))
    if rule.areas:
        found.append(Held(Condition.AREA, _longest(rule.areas, facts.area)))
    if rule.weights:
        found.append(Held(Condition.WEIGHT, facts.weight))
    if rule.hours is not Hours.ANY:
        found.append(Held(Condition.HOURS, rule.hours.value))
    if rule.season_from:
        found.append(Held(Condition.SEASON, f"{rule.season_from}/{rule.season_to}"))
    return tuple(found)


def _longest(prefixes: Iterable[str], code: str) -> str:
    return max((prefix for prefix in prefixes if code.startswith(prefix)), key=len)


class Units:
    """Units by what a target asks for: kind, place and department. The first by code counts."""

    def __init__(self, units: Iterable[UnitRef]) -> None:
        self._by_code: dict[str, UnitRef] = {}
        self._by_place: dict[tuple[UnitKind, str, str], list[UnitRef]] = defaultdict(list)
        for unit in sorted(units, key=lambda one: one.code):
            self._by_code[unit.code] = unit
            self._by_place[unit.kind, unit.area, ""].append(unit)
            self._by_place[unit.kind, unit.area, unit.code.rpartition("-")[2]].append(unit)

    def find(self, target: Target, rule: RoutingRule, department: str, area: str) -> tuple[UnitRef | None, Outcome]:
        """The unit a target names for a case of this department at this place, and what became of it."""
        there = self._named(target, rule, department, area)
        signing = next((unit for unit in there if unit.signs), None)
        if signing:
            return signing, Outcome.CHOSEN
        return None, Outcome.NOBODY_SIGNS if there else Outcome.NO_SUCH_UNIT

    def signs(self, code: str) -> bool:
        """Whether a unit of this code is there and signs for cases."""
        return code in self._by_code and self._by_code[code].signs

    def _named(self, target: Target, rule: RoutingRule, department: str, area: str) -> Sequence[UnitRef]:
        county, town = area[:COUNTY_LENGTH], area[:TOWNSHIP_LENGTH]
        if target is Target.NAMED_UNIT:
            unit = self._by_code.get(rule.unit)
            return (unit,) if unit and area.startswith(unit.area) else ()
        if target is Target.OWNER_DEPARTMENT:
            return self._by_place.get((UnitKind.DEPARTMENT, county, department), ())
        if target is Target.ENFORCEMENT_TEAM:
            places = dict.fromkeys((county, town, area[:COMMUNITY_LENGTH]))
            return [unit for place in places for unit in self._by_place.get((UnitKind.TEAM, place, ""), ())]
        if target is Target.COMMUNITY:
            return self._by_place.get((UnitKind.COMMUNITY, area[:COMMUNITY_LENGTH], ""), ())
        kind, ending = (UnitKind.OFFICE, department) if target is Target.OWNER_OFFICE else (UnitKind.CENTRE, "")
        found = self._by_place.get((kind, town, ending), ())
        return [unit for unit in found if unit.level is Level.TOWNSHIP]


class Router:
    """Rules and units made ready. Made by `prepare`."""

    def __init__(self, rules: Sequence[RoutingRule], units: Iterable[UnitRef]) -> None:
        self.rules = tuple(rules)
        self.units = Units(units)
        self._of_matter: dict[Matter, tuple[tuple[int, RoutingRule], ...]] = {}
        self._found: dict[tuple[int, str, str], UnitRef | None] = {}

    def decide(self, facts: Facts) -> tuple[int | None, UnitRef | None]:
        """The place in the order of the rule that decides (from 1), and its unit: `route` without the reasons."""
        for order, rule in self._candidates(facts.matter):
            if (
                (not rule.areas or facts.area.startswith(rule.areas))
                and (not rule.weights or facts.weight in rule.weights)
                and fits_hours(rule, facts.works)
                and in_season(rule, facts.day)
                and is_valid(rule, facts.day)
            ):
                return order, self.unit_of(order, facts.matter.department, facts.area)
        return None, None

    def route(self, facts: Facts) -> Routed:
        """The unit, the rule that says so, and why: everything a reader needs to check it."""
        passed: list[PassedOver] = []
        for order, rule in enumerate(self.rules, 1):
            failed = _fails(rule, facts)
            if failed is not None:
                passed.append(PassedOver(order, failed))
                continue
            unit, tried = self.resolve(rule, facts.matter.department, facts.area)
            return Routed(unit, order, rule, _held(rule, facts), tuple(passed), tried)
        return Routed(None, None, None, passed_over=tuple(passed))

    def resolve(
        self, rule: RoutingRule, department: str, area: str
    ) -> tuple[UnitRef | None, tuple[tuple[Target, Outcome], ...]]:
        """The first target of the rule that is there and signs, and what became of each one tried."""
        tried: list[tuple[Target, Outcome]] = []
        for target in rule.targets:
            unit, outcome = self.units.find(target, rule, department, area)
            tried.append((target, outcome))
            if unit:
                return unit, tuple(tried)
        return None, tuple(tried)

    def _candidates(self, matter: Matter) -> tuple[tuple[int, RoutingRule], ...]:
        found = self._of_matter.get(matter)
        if found is None:
            numbered = enumerate(self.rules, 1)
            found = self._of_matter[matter] = tuple((n, rule) for n, rule in numbered if fits_matter(rule, matter))
        return found

    def unit_of(self, order: int, department: str, area: str) -> UnitRef | None:
        """The unit the rule at this place finds there. It depends on no more, so each is looked for once."""
        targets = self.rules[order - 1].targets
        key = (order, department, area if Target.NAMED_UNIT in targets else area[:COMMUNITY_LENGTH])
        if key not in self._found:
            self._found[key] = self.resolve(self.rules[order - 1], department, area)[0]
        return self._found[key]


def prepare(rules: Sequence[RoutingRule], units: Iterable[UnitRef]) -> Router:
    """Rules in their order and the units of the county, ready for many cases."""
    return Router(rules, units)


def reason_of(routed: Routed, version: int) -> dict[str, object]:
    """Why this unit, as data that is kept with a suggestion and put into words by each reader's page."""
    passed = [{"order": one.order, "condition": one.condition.value} for one in routed.passed_over]
    if routed.rule is None:
        return {"rule": "no_routing_rule", "version": version, "passed_over": passed}
    return {
        "rule": "routing",
        "version": version,
        "order": routed.order,
        "name_zh": routed.rule.name_zh,
        "name_en": routed.rule.name_en,
        "because": [{"condition": one.condition.value, "value": one.value} for one in routed.held],
        "tried": [{"target": target.value, "outcome": outcome.value} for target, outcome in routed.tried],
        "passed_over": passed,
    }
