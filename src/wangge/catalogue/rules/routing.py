"""Whether a routing rule says something that can hold, and the fingerprint of a set of them. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import date, timedelta

from wangge.catalogue.types import RoutingRule, Target
from wangge.foundation.errors import Invalid

LONGEST_NAME_ZH, LONGEST_NAME_EN, LONGEST_OWNER = 80, 120, 120
#: More would not be read by anybody before taking effect.
MOST_RULES = 60
_PREFIX_LENGTHS = (2, 4, 6)
_LEAP_YEAR = 2028


class RuleNeedsName(Invalid):
    """A rule has a name in each language."""

    code = "catalogue.rule_needs_name"


class RuleNeedsOwner(Invalid):
    """Somebody answers for every rule."""

    code = "catalogue.rule_needs_owner"


class RuleNeedsTarget(Invalid):
    """A rule sends somewhere."""

    code = "catalogue.rule_needs_target"


class RuleNamesNoUnit(Invalid):
    """The target is a unit of one's choice, and none is chosen; or one is, and the target is another."""

    code = "catalogue.rule_names_no_unit"


class RuleUnknownTask(Invalid):
    """No task of the list begins with these digits."""

    code = "catalogue.rule_unknown_task"


class RuleOutside(Invalid):
    """The area is not one of this county."""

    code = "catalogue.rule_outside"


class RuleBadSeason(Invalid):
    """A season has a first and a last day."""

    code = "catalogue.rule_bad_season"


class RuleEndsFirst(Invalid):
    """A rule ends after it has begun."""

    code = "catalogue.rule_ends_first"


def require_sound(rule: RoutingRule, *, county: str, tasks: Iterable[str]) -> None:
    """Let the rule pass, or raise what is wrong with it, naming the field. `tasks`: codes of the list."""
    for name, longest in (("name_zh", LONGEST_NAME_ZH), ("name_en", LONGEST_NAME_EN)):
        if not 0 < len(getattr(rule, name)) <= longest:
            raise RuleNeedsName(field=name, longest=longest)
    if not 0 < len(rule.owner) <= LONGEST_OWNER:
        raise RuleNeedsOwner(field="owner", longest=LONGEST_OWNER)
    if not rule.targets:
        raise RuleNeedsTarget(field="targets")
    if (Target.NAMED_UNIT in rule.targets) != bool(rule.unit):
        raise RuleNamesNoUnit(field="unit")
    _require_known(rule, county, tuple(tasks))
    _require_days(rule)


def _require_known(rule: RoutingRule, county: str, tasks: Sequence[str]) -> None:
    for prefix in rule.tasks:
        if len(prefix) not in _PREFIX_LENGTHS or not any(code.startswith(prefix) for code in tasks):
            raise RuleUnknownTask(field="tasks", value=prefix)
    for area in rule.areas:
        if not (area.isdecimal() and area.startswith(county)):
            raise RuleOutside(field="areas", value=area)


def _require_days(rule: RoutingRule) -> None:
    if bool(rule.season_from) != bool(rule.season_to):
        raise RuleBadSeason(field="season_to" if rule.season_from else "season_from")
    for name in ("season_from", "season_to"):
        if getattr(rule, name) and not is_day_of_year(getattr(rule, name)):
            raise RuleBadSeason(field=name)
    if rule.valid_from and rule.valid_to and rule.valid_to <= rule.valid_from:
        raise RuleEndsFirst(field="valid_to", earliest=str(rule.valid_from + timedelta(days=1)))


def is_day_of_year(text: str) -> bool:
    """Whether this is a day as ``MM-DD``; the 29th of February is one."""
    try:
        return date.fromisoformat(f"{_LEAP_YEAR}-{text}").strftime("%m-%d") == text
    except ValueError:
        return False


def digest_of(rules: Sequence[RoutingRule]) -> str:
    """A fingerprint: a simulation is of these very rules, or it is of others."""
    said = json.dumps([asdict(rule) for rule in rules], default=str, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()
