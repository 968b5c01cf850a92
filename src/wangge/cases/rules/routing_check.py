"""What is wrong with a set of routing rules: dead rules, rules at odds, targets that aren't there, gaps. Pure.

Every matter, area, weight, hour and day that any rule tells apart is looked at once: of each we keep which rules
fit (one bit a rule). Where all five fit, the rule fits, so the answers are exact, for the task list, the divisions
and the days given.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import product

from wangge.cases.rules.routing import (
    Facts,
    Matter,
    Router,
    fits_hours,
    fits_matter,
    in_season,
    is_valid,
)
from wangge.cases.types import Weight
from wangge.catalogue.types import RoutingRule, Target
from wangge.grids.types import TOWNSHIP_LENGTH

#: So far ahead rules are looked at: a year shows every season.
DAYS_AHEAD = 366
FARTHEST_DAYS = 5 * 366


@dataclass(frozen=True, slots=True)
class DeadRule:
    """A rule that never decides: nothing fits it (`behind` is empty), or earlier rules take all that would."""

    order: int
    behind: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two rules with different targets that overlap without one being an exception of the other, and a case of it."""

    earlier: int
    later: int
    example: Facts


@dataclass(frozen=True, slots=True)
class MissingTarget:
    """A rule that finds none of its targets in some towns, and for the tasks of which departments."""

    order: int
    towns: tuple[str, ...]
    departments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UnknownUnit:
    """A rule that names a unit which isn't there or in which nobody signs."""

    order: int
    unit: str


@dataclass(frozen=True, slots=True)
class Gap:
    """A task that no rule sends anywhere in some towns. `order` is the rule that fits without a target, if one does."""

    task: str
    order: int | None
    towns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """What the check found. Only conflicts keep a set from taking effect, and a reason overrides them."""

    dead: tuple[DeadRule, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    missing: tuple[MissingTarget, ...] = ()
    unknown_units: tuple[UnknownUnit, ...] = ()
    gaps: tuple[Gap, ...] = ()

    @property
    def is_clean(self) -> bool:
        return not (self.dead or self.conflicts or self.missing or self.unknown_units or self.gaps)


@dataclass(frozen=True, slots=True)
class _Kinds:
    """Kinds of facts told apart by the rules: which rules fit (bits), and an example of each."""

    matters: dict[int, Matter]
    areas: dict[int, str]
    weights: dict[int, str]
    hours: dict[int, bool]
    days: dict[int, date]


@dataclass(slots=True)
class _Pairs:
    """Where rules fit together: with whom, where alone, and a first example of each pair."""

    fits: set[int] = field(default_factory=set)
    decides: set[int] = field(default_factory=set)
    behind: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    without: set[tuple[int, int]] = field(default_factory=set)  #: (a, b): a fits somewhere where b doesn't
    together: dict[tuple[int, int], Facts] = field(default_factory=dict)


def check(router: Router, tasks: Sequence[Matter], areas: Sequence[str], *, day: date) -> Report:
    """Look at the rules for these tasks and areas (communities, or what is known of them) from `day` on."""
    rules = router.rules
    kinds = _kinds(rules, tasks, areas, day)
    pairs = _pairs(len(rules), kinds)
    numbers = range(1, len(rules) + 1)
    dead = tuple(DeadRule(n, tuple(sorted(pairs.behind[n]))) for n in numbers if n not in pairs.decides)
    nowhere = _nowhere(router, tasks, areas, kinds)
    return Report(
        dead=dead,
        conflicts=tuple(_conflicts(rules, pairs, {one.order for one in dead})),
        missing=tuple(
            MissingTarget(n, tuple(towns), tuple(nowhere.departments[n])) for n, towns in sorted(nowhere.towns.items())
        ),
        unknown_units=tuple(_unknown_units(router)),
        gaps=tuple(Gap(task, order, tuple(towns)) for (task, order), towns in nowhere.tasks.items()),
    )


def _bits(fits: Iterable[bool]) -> int:
    return sum(1 << index for index, one in enumerate(fits) if one)


def _kinds(rules: Sequence[RoutingRule], tasks: Sequence[Matter], areas: Sequence[str], day: date) -> _Kinds:
    everywhere = dict.fromkeys([*areas, *_prefixes_inside(rules, areas)])
    return _Kinds(
        {_bits(fits_matter(rule, one) for rule in rules): one for one in reversed(tasks)},
        {_bits(_fits_area(rule, one) for rule in rules): one for one in reversed(everywhere)},
        {_bits(_fits_weight(rule, one) for rule in rules): one.value for one in reversed(Weight)},
        {_bits(fits_hours(rule, one) for rule in rules): one for one in (False, True)},
        _days(rules, day),
    )


def _prefixes_inside(rules: Sequence[RoutingRule], areas: Sequence[str]) -> list[str]:
    """Areas of rules below the communities: grids that a rule sets apart."""
    named = dict.fromkeys(area for rule in rules for area in rule.areas)
    return [area for area in named if not any(one.startswith(area) for one in areas)]


def _fits_area(rule: RoutingRule, area: str) -> bool:
    return not rule.areas or area.startswith(rule.areas)


def _fits_weight(rule: RoutingRule, weight: Weight) -> bool:
    return not rule.weights or weight.value in rule.weights


def _days(rules: Sequence[RoutingRule], day: date) -> dict[int, date]:
    """A year of days from `day` on, longer where a rule begins or ends later."""
    ends = [one for rule in rules for one in (rule.valid_from, rule.valid_to) if one is not None]
    length = min(FARTHEST_DAYS, max([0, *((one - day).days for one in ends)]) + DAYS_AHEAD)
    found: dict[int, date] = {}
    for n in range(length):
        there = day + timedelta(days=n)
        bits = _bits(in_season(rule, there) and is_valid(rule, there) for rule in rules)
        found.setdefault(bits, there)
    return found


def _pairs(count: int, kinds: _Kinds) -> _Pairs:
    found = _Pairs()
    seen: set[int] = set()
    for task, area, weight, hour, day in product(kinds.matters, kinds.areas, kinds.weights, kinds.hours, kinds.days):
        bits = task & area & weight & hour & day
        if bits and bits not in seen:
            seen.add(bits)
            example = Facts(
                kinds.matters[task], kinds.areas[area], kinds.days[day], kinds.hours[hour], kinds.weights[weight]
            )
            _note(found, [n for n in range(1, count + 1) if bits >> (n - 1) & 1], count, example)
    return found


def _note(found: _Pairs, fitting: list[int], count: int, example: Facts) -> None:
    first = fitting[0]
    found.decides.add(first)
    found.fits.update(fitting)
    for one in fitting:
        if one != first:
            found.behind[one].add(first)
            found.together.setdefault((first, one), example)
        found.without.update((one, other) for other in range(1, count + 1) if other not in fitting)


def _conflicts(rules: Sequence[RoutingRule], pairs: _Pairs, dead: set[int]) -> Iterable[Conflict]:
    """Overlaps that neither rule contains: an exception before the rule it excepts from is none."""
    for (earlier, later), example in sorted(pairs.together.items(), key=lambda one: one[0]):
        is_exception = (earlier, later) not in pairs.without
        if later not in dead and not is_exception and _goes_to(rules[earlier - 1]) != _goes_to(rules[later - 1]):
            yield Conflict(earlier, later, example)


def _goes_to(rule: RoutingRule) -> tuple[tuple[Target, ...], str]:
    return rule.targets, rule.unit if Target.NAMED_UNIT in rule.targets else ""


def _unknown_units(router: Router) -> Iterable[UnknownUnit]:
    for order, rule in enumerate(router.rules, 1):
        if Target.NAMED_UNIT in rule.targets and not router.units.signs(rule.unit):
            yield UnknownUnit(order, rule.unit)


@dataclass(slots=True)
class _Nowhere:
    """Places where a task has no target: towns by rule, departments by rule, towns by task and rule."""

    towns: dict[int, dict[str, None]] = field(default_factory=lambda: defaultdict(dict))
    departments: dict[int, dict[str, None]] = field(default_factory=lambda: defaultdict(dict))
    tasks: dict[tuple[str, int | None], dict[str, None]] = field(default_factory=lambda: defaultdict(dict))


def _nowhere(router: Router, tasks: Sequence[Matter], areas: Sequence[str], kinds: _Kinds) -> _Nowhere:
    """Every task at every place as things stand, at every moment the rules tell apart."""
    found = _Nowhere()
    moments = {weight & hour & day for weight, hour, day in product(kinds.weights, kinds.hours, kinds.days)}
    matters = [(matter, _bits(fits_matter(rule, matter) for rule in router.rules)) for matter in tasks]
    deciding: dict[int, set[int | None]] = {}
    for area in areas:
        there = _bits(_fits_area(rule, area) for rule in router.rules)
        for matter, bits in matters:
            if bits & there not in deciding:
                deciding[bits & there] = {_first(bits & there & moment) for moment in moments}
            for order in deciding[bits & there]:
                if order is None or router.unit_of(order, matter.department, area) is None:
                    _note_nowhere(found, matter, area[:TOWNSHIP_LENGTH], order)
    return found


def _first(bits: int) -> int | None:
    """The place of the first rule among these."""
    return (bits & -bits).bit_length() or None


def _note_nowhere(found: _Nowhere, matter: Matter, town: str, order: int | None) -> None:
    found.tasks[matter.code, order][town] = None
    if order is not None:
        found.towns[order][town] = None
        found.departments[order][matter.department] = None
