"""Routing rules in sentences: what they ask, whom they send to, why a case goes where it goes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from wangge.cases.rules.routing import Condition, Outcome
from wangge.catalogue.types import Hours, Nature, ResolveLevel, RoutingRule, SimulationState, Target
from wangge.console.words import WEIGHTS, rule_words
from wangge.foundation.names import in_reader_language

Words = str | Promise
#: A leap year: the days of a season are days of any year.
_ANY_YEAR = 2028

TARGETS: dict[str, Words] = {
    Target.OWNER_DEPARTMENT: pgettext_lazy("target of a rule", "owner department of the county"),
    Target.OWNER_OFFICE: pgettext_lazy("target of a rule", "the town’s office of the owner"),
    Target.TOWN_CENTRE: pgettext_lazy("target of a rule", "the town’s centre"),
    Target.COMMUNITY: pgettext_lazy("target of a rule", "the community"),
    Target.ENFORCEMENT_TEAM: pgettext_lazy("target of a rule", "the enforcement team"),
    Target.NAMED_UNIT: pgettext_lazy("target of a rule", "a unit named here"),
}
NATURES: dict[str, Words] = {
    Nature.FACILITY: pgettext_lazy("nature of a task", "facilities"),
    Nature.EVENT: pgettext_lazy("nature of a task", "events"),
}
LEVELS: dict[str, Words] = {
    ResolveLevel.GRID: pgettext_lazy("level of a rule", "grid"),
    ResolveLevel.TOWNSHIP: pgettext_lazy("level of a rule", "township"),
    ResolveLevel.COUNTY: pgettext_lazy("level of a rule", "county"),
    ResolveLevel.ENFORCEMENT: pgettext_lazy("level of a rule", "enforcement"),
}
HOURS: dict[str, Words] = {
    Hours.ANY: pgettext_lazy("hours of a rule", "at any time"),
    Hours.WORKING: pgettext_lazy("hours of a rule", "in working hours"),
    Hours.OFF: pgettext_lazy("hours of a rule", "outside working hours"),
}
CONDITIONS: dict[str, Words] = {
    Condition.TASK: pgettext_lazy("condition of a rule", "task"),
    Condition.NATURE: pgettext_lazy("condition of a rule", "facility or event"),
    Condition.LEVEL: pgettext_lazy("condition of a rule", "level"),
    Condition.AREA: pgettext_lazy("condition of a rule", "area"),
    Condition.WEIGHT: pgettext_lazy("condition of a rule", "weight"),
    Condition.HOURS: pgettext_lazy("condition of a rule", "hours"),
    Condition.SEASON: pgettext_lazy("condition of a rule", "season"),
    Condition.VALIDITY: pgettext_lazy("condition of a rule", "dates of the rule"),
}
_OUTCOMES: dict[str, Words] = {
    Outcome.NO_SUCH_UNIT: _("{target}: there is none"),
    Outcome.NOBODY_SIGNS: _("{target}: nobody signs there"),
}
SIMULATION_STATES: dict[str, Words] = {
    SimulationState.WAITING: pgettext_lazy("simulation", "Waiting"),
    SimulationState.RUNNING: pgettext_lazy("simulation", "Running"),
    SimulationState.DONE: pgettext_lazy("simulation", "Done"),
    SimulationState.FAILED: pgettext_lazy("simulation", "Failed"),
}
#: Whose duty a draft is, for those who may not.
WHO_PREPARES = _("The shift leader of the county prepares routing rules.")
WHO_PUBLISHES = _("The centre leader puts routing rules in force; whoever wrote them doesn’t do it alone.")


def owner_words(owner: str) -> str:
    """Who answers for a rule; of an owner written in both languages (区县中心 · County centre) the reader's part."""
    chinese, _dot, english = owner.partition(" · ")
    return in_reader_language(chinese, english) if english.isascii() and not chinese.isascii() and english else owner


def why_words(reason: Mapping[str, object], names: Mapping[str, str] | None = None) -> str:
    """One reason of a suggestion, routing rules included; `names` of tasks and areas it mentions, where known."""
    kind = reason.get("rule")
    if kind == "routing":
        return _routed_words(reason, names or {})
    if kind == "no_routing_rule":
        return gettext("no routing rule fits (version {version}): choose the unit yourself").format(
            version=reason.get("version", "")
        )
    return rule_words(reason)


def _routed_words(reason: Mapping[str, Any], names: Mapping[str, str]) -> str:
    name = in_reader_language(str(reason.get("name_zh", "")), str(reason.get("name_en", "")))
    said = gettext("rule {order} (version {version}): {name}").format(
        order=reason.get("order"), version=reason.get("version"), name=name
    )
    held = [held_words(one["condition"], one["value"], names) for one in reason.get("because", [])]
    tried = [words for one in reason.get("tried", []) if (words := _tried_words(one))]
    if held:
        said = gettext("{rule} — because: {conditions}").format(rule=said, conditions=listed(held))
    if tried:
        said = gettext("{rule}; passed over: {targets}").format(rule=said, targets=listed(tried))
    return said


def _tried_words(one: Mapping[str, str]) -> str:
    words = _OUTCOMES.get(one.get("outcome", ""))
    return str(words).format(target=TARGETS.get(one["target"], one["target"])) if words else ""


def held_words(condition: str, value: str, names: Mapping[str, str]) -> str:
    """One condition that held, with the value of the case."""
    if condition == Condition.TASK:
        named = names.get(value)
        return (
            gettext("task {code} {name}").format(code=value, name=named)
            if named
            else gettext("task {code}").format(code=value)
        )
    if condition == Condition.AREA:
        return gettext("in {place}").format(place=names.get(value, value))
    if condition == Condition.SEASON:
        begins, _slash, ends = value.partition("/")
        return season_words(begins, ends)
    known = {
        Condition.NATURE: NATURES, Condition.LEVEL: _LEVEL_HELD, Condition.WEIGHT: WEIGHTS, Condition.HOURS: HOURS,
    }.get(Condition(condition), {})  # fmt: skip
    return str(known.get(value, value))


_LEVEL_HELD: dict[str, Words] = {
    ResolveLevel.GRID: _("grid level"),
    ResolveLevel.TOWNSHIP: _("township level"),
    ResolveLevel.COUNTY: _("county level"),
    ResolveLevel.ENFORCEMENT: _("enforcement"),
}


def listed(parts: Iterable[Words]) -> str:
    """Several things one after another."""
    return gettext(", ").join(str(part) for part in parts)


def any_of(parts: Sequence[Words]) -> str:
    """One thing or another."""
    return gettext(" or ").join(str(part) for part in parts)


def season_words(begins: str, ends: str) -> str:
    """A season by its first and last day."""
    return gettext("{first} to {last} of each year").format(first=_day_words(begins), last=_day_words(ends))


def _day_words(day: str) -> str:
    return date_format(date.fromisoformat(f"{_ANY_YEAR}-{day}"), "MONTH_DAY_FORMAT")


def condition_words(rule: RoutingRule, names: Mapping[str, str]) -> list[str]:
    """What a rule asks of a case, a phrase each; nothing for a rule that takes all."""
    said: list[str] = []
    if rule.nature:
        said.append(str(NATURES[rule.nature]))
    if rule.levels:
        said.append(gettext("{levels} level").format(levels=any_of([LEVELS[level] for level in rule.levels])))
    if rule.tasks:
        said.append(gettext("task {tasks}").format(tasks=any_of([_named(code, names) for code in rule.tasks])))
    if rule.areas:
        said.append(gettext("in {place}").format(place=any_of([names.get(area, area) for area in rule.areas])))
    if rule.weights:
        said.append(gettext("weight: {weights}").format(weights=any_of([WEIGHTS[weight] for weight in rule.weights])))
    if rule.hours is not Hours.ANY:
        said.append(str(HOURS[rule.hours]))
    if rule.season_from:
        said.append(season_words(rule.season_from, rule.season_to))
    return said


def _named(code: str, names: Mapping[str, str]) -> str:
    return f"{code} {names[code]}" if code in names else code


def target_words(rule: RoutingRule, units: Mapping[str, str]) -> list[str]:
    """Whom a rule sends to, in the order tried."""
    return [
        units.get(rule.unit, rule.unit) if target is Target.NAMED_UNIT else str(TARGETS[target])
        for target in rule.targets
    ]


def validity_words(rule: RoutingRule) -> str:
    """From when until when a rule holds; "" for always."""
    if rule.valid_from and rule.valid_to:
        return gettext("from {first} until {last} (not included)").format(first=rule.valid_from, last=rule.valid_to)
    if rule.valid_from:
        return gettext("from {first}").format(first=rule.valid_from)
    return gettext("until {last} (not included)").format(last=rule.valid_to) if rule.valid_to else ""


def rule_name(rule: RoutingRule | Mapping[str, Any]) -> str:
    """A rule's name in the reader's language."""
    if isinstance(rule, RoutingRule):
        return in_reader_language(rule.name_zh, rule.name_en)
    return in_reader_language(str(rule.get("name_zh", "")), str(rule.get("name_en", "")))
