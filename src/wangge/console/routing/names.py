"""Names of the tasks, areas and units that routing rules and their reasons mention."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from wangge.cases.rules.routing import Condition
from wangge.catalogue.queries import prefix_names
from wangge.catalogue.types import RoutingRule
from wangge.channels.placenames import said_names as place_names
from wangge.workforce.queries import unit_names


def names_in_reasons(reasons: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Of tasks and areas that stored reasons mention, by code."""
    held = [one for reason in reasons for one in reason.get("because", [])]
    tasks = {one["value"] for one in held if one["condition"] == Condition.TASK}
    areas = {one["value"] for one in held if one["condition"] == Condition.AREA}
    return _names(tasks, areas)


def names_in_rules(rules: Iterable[RoutingRule]) -> tuple[dict[str, str], dict[str, str]]:
    """Of tasks and areas in rules, and of units in them, by code."""
    several = list(rules)
    named = _names({code for rule in several for code in rule.tasks}, {area for rule in several for area in rule.areas})
    return named, unit_names(sorted({rule.unit for rule in several if rule.unit}))


def _names(tasks: set[str], areas: set[str]) -> dict[str, str]:
    return (prefix_names(tasks) if tasks else {}) | (place_names(areas) if areas else {})
