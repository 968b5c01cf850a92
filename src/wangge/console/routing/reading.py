"""Routing rules as the pages show them: sentences, what the check found, what a trial gave."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext, pgettext_lazy

from wangge.cases.rules.routing_compare import Compared, Difference, compare
from wangge.catalogue import queries
from wangge.catalogue.models import RoutingRuleRow, RoutingRuleSet, RoutingSimulation
from wangge.catalogue.types import RoutingRule, RoutingState, SimulationState
from wangge.channels.placenames import said_names as place_names
from wangge.console.routing import words
from wangge.console.routing.names import names_in_rules
from wangge.console.routing.words import Words
from wangge.console.words import WEIGHTS
from wangge.foundation.worktime import LOCAL
from wangge.workforce.queries import unit_names

Body = dict[str, Any]
MOST_NAMED = 4


def set_body(row: RoutingRuleSet, at: datetime) -> Body:
    """A version in words: where it stands, since when, who put it in force."""
    state, tone = _state_words(row, at.astimezone(LOCAL).date())
    return {
        "row": row,
        "state": state,
        "tone": tone,
        "is_draft": row.state == RoutingState.DRAFT,
        "is_default": row.county == "",
        "publisher": row.published_by.display_name if row.published_by else "",
    }


def _state_words(row: RoutingRuleSet, today: date) -> tuple[str, str]:
    if row.state == RoutingState.DRAFT or row.valid_from is None:
        return pgettext("routing", "Draft"), ""
    if row.valid_from > today:
        return pgettext("routing", "To come"), "active"
    if row.valid_to is not None and row.valid_to <= today:
        return pgettext("routing", "Ended"), "off"
    return pgettext("routing", "In force"), "done"


def rule_lines(rows: Sequence[RoutingRuleRow]) -> list[Body]:
    """Rules in their order, each in sentences."""
    rules = [queries.rule_of(row) for row in rows]
    names, units = names_in_rules(rules)
    return [
        {"pk": row.pk, "order": row.order, "is_first": n == 1, "is_last": n == len(rows)}
        | rule_line(rule, names, units)
        for n, (row, rule) in enumerate(zip(rows, rules, strict=True), 1)
    ]


def rule_line(rule: RoutingRule, names: Mapping[str, str], units: Mapping[str, str]) -> Body:
    """One rule in sentences."""
    return {
        "name": words.rule_name(rule),
        "owner": words.owner_words(rule.owner),
        "conditions": words.condition_words(rule, names),
        "targets": words.target_words(rule, units),
        "validity": words.validity_words(rule),
    }


_DIFFERENCES: dict[Difference, tuple[str, Words]] = {
    Difference.MOVED: ("active", pgettext_lazy("routing", "moved")),
    Difference.CHANGED: ("paused", pgettext_lazy("routing", "changed")),
    Difference.ADDED: ("done", pgettext_lazy("routing", "added")),
    Difference.REMOVED: ("back", pgettext_lazy("routing", "removed")),
}


def comparison(row: RoutingRuleSet, *, at: datetime) -> Body | None:
    """How a draft differs from the rules in force; None where it is a published one."""
    if row.state != RoutingState.DRAFT:
        return None
    in_force = queries.routing_in_force(row.county, at=at)
    compared = compare(queries.routing_rules(row), in_force.rules)
    changes = [one for one in compared if one.kind is not Difference.SAME]
    names, units = names_in_rules([one.rule for one in changes])
    before = {one.before: in_force.rules[one.before - 1] for one in changes if one.before}
    return {
        "version": in_force.version,
        "is_default": in_force.is_default,
        "same": len(compared) - len(changes),
        "changes": [_change(one, before, names, units) for one in changes],
    }


def _change(
    one: Compared, before: Mapping[int, RoutingRule], names: Mapping[str, str], units: Mapping[str, str]
) -> Body:
    tone, kind = _DIFFERENCES[one.kind]
    line = rule_line(one.rule, names, units)
    was = None
    if one.kind is Difference.CHANGED and one.before:
        old, old_units = names_in_rules([before[one.before]])
        was = rule_line(before[one.before], old, old_units)
    return line | {"tone": tone, "kind": kind, "now": one.now, "before": one.before, "was": was}


def check_body(check: Mapping[str, Any], rules: Sequence[RoutingRule]) -> Body:
    """What a check found, in sentences, with rules named by number and name."""
    called = [f"{order} “{words.rule_name(rule)}”" for order, rule in enumerate(rules, 1)]
    towns = place_names({town for one in (*check["missing"], *check["gaps"]) for town in one["towns"]})
    tasks = queries.prefix_names(
        {one["task"] for one in check["gaps"]} | {one["example"]["task"] for one in check["conflicts"]}
    )
    return {
        "dead": [_dead_words(one, called) for one in check["dead"]],
        "conflicts": _conflict_bodies(check["conflicts"], called, tasks),
        "missing": [_missing_words(one, called, towns) for one in check["missing"]],
        "unknown_units": [
            _("Rule {rule} names the unit {unit}: it isn’t there, or nobody signs in it.").format(
                rule=called[one["order"] - 1], unit=one["unit"]
            )
            for one in check["unknown_units"]
        ],
        "gaps": _gap_lines(check["gaps"], tasks, towns),
    }


def _dead_words(one: Mapping[str, Any], called: Sequence[str]) -> str:
    rule = called[one["order"] - 1]
    if not one["behind"]:
        return _("Rule {rule} never applies: no task, place or day has all it asks for.").format(rule=rule)
    before = words.listed([called[order - 1] for order in one["behind"]])
    return _("Rule {rule} never decides: every case it is for is taken before by {before}.").format(
        rule=rule, before=before
    )


def _conflict_bodies(
    conflicts: Sequence[Mapping[str, Any]], called: Sequence[str], tasks: Mapping[str, str]
) -> list[Body]:
    """Conflicts by the rule that decides, each with the rules behind it and an example of each."""
    places = place_names({one["example"]["area"] for one in conflicts})
    by_earlier: dict[int, list[Mapping[str, Any]]] = {}
    for one in conflicts:
        by_earlier.setdefault(one["earlier"], []).append(one)
    return [
        {
            "text": _("Rule {earlier} takes cases that {later} would send elsewhere.").format(
                earlier=called[earlier - 1], later=words.listed([called[one["later"] - 1] for one in several])
            ),
            "examples": [_example_words(one["example"], tasks, places) for one in several],
        }
        for earlier, several in by_earlier.items()
    ]


def _example_words(example: Mapping[str, Any], tasks: Mapping[str, str], places: Mapping[str, str]) -> str:
    return words.listed(
        [
            f"{example['task']} {tasks.get(example['task'], '')}".strip(),
            places.get(example["area"], example["area"]),
            _("weight: {weights}").format(weights=WEIGHTS[example["weight"]]),
            words.HOURS["WORKING" if example["works"] else "OFF"],
            example["day"],
        ]
    )


def _missing_words(one: Mapping[str, Any], called: Sequence[str], towns: Mapping[str, str]) -> str:
    departments = queries.department_names()
    return _("Rule {rule} finds none of its targets in {towns}, for tasks of {departments}.").format(
        rule=called[one["order"] - 1],
        towns=_first_few([towns.get(town, town) for town in one["towns"]]),
        departments=_first_few([departments.get(code, code) for code in one["departments"]]),
    )


def _gap_lines(gaps: Iterable[Mapping[str, Any]], tasks: Mapping[str, str], towns: Mapping[str, str]) -> list[Body]:
    return [
        {
            "task": one["task"],
            "name": tasks.get(one["task"], ""),
            "why": _("rule {order} finds no unit").format(order=one["order"]) if one["order"] else _("no rule fits"),
            "towns": _first_few([towns.get(town, town) for town in one["towns"]]),
        }
        for one in gaps
    ]


def _first_few(several: Sequence[str]) -> str:
    rest = len(several) - MOST_NAMED
    said = words.listed(several[:MOST_NAMED])
    if rest <= 0:
        return said
    return ngettext("{names} and {n} more", "{names} and {n} more", rest).format(names=said, n=rest)


def trial_body(row: RoutingSimulation) -> Body:
    """A trial: how far it is, or its figures with bars and shares."""
    body: Body = {
        "row": row,
        "state": words.SIMULATION_STATES[row.state],
        "runs": row.state in (SimulationState.WAITING, SimulationState.RUNNING),
        "failed": row.state == SimulationState.FAILED,
    }
    return body | _result_body(row.result) if row.result else body


def _result_body(result: Mapping[str, Any]) -> Body:
    units = unit_names(
        sorted({code for way in result["ways"] for code in (way["in_force"], way["draft"])}
               | {code for one in result["sample"] for code in (one["in_force"], one["draft"], one["really"])} - {""})
    )  # fmt: skip
    most = max([1, *(one["hits"] for one in result["rules"])])
    nowhere = pgettext("routing", "nowhere")
    return {
        "counts": result["counts"],
        "version": result["in_force_version"],
        "since": datetime.fromisoformat(result["since"]),
        "until": datetime.fromisoformat(result["until"]),
        "rules": [
            one | {"name": words.rule_name(one), "width": round(100 * one["hits"] / most, 1),
                   "width_elsewhere": round(100 * one["elsewhere"] / most, 1)}
            for one in result["rules"]
        ],
        "ways": [
            {"was": units.get(way["in_force"], way["in_force"]) or nowhere,
             "goes": units.get(way["draft"], way["draft"]) or nowhere, "count": way["count"]}
            for way in result["ways"]
        ],
        "sample": [
            {"case_no": one["case_no"]}
            | {name: units.get(one[name], one[name]) or nowhere for name in ("in_force", "draft")}
            | {"really": units.get(one["really"], one["really"])}
            for one in result["sample"]
        ],
    }  # fmt: skip
