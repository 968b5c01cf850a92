"""Routing rules: drafted as a copy, changed rule by rule, tried, and put in force from a day. Never changed after."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from wangge.catalogue import queries
from wangge.catalogue.models import RoutingRuleRow, RoutingRuleSet, RoutingSimulation
from wangge.catalogue.queries.routing import NoSuchRoutingSet, rule_of
from wangge.catalogue.rules.routing import MOST_RULES, digest_of, require_sound
from wangge.catalogue.types import Hours, Nature, ResolveLevel, RoutingRule, RoutingState, SimulationState, Target
from wangge.foundation import events
from wangge.foundation.access import Actor, require
from wangge.foundation.db import transaction
from wangge.foundation.errors import Conflict, Invalid
from wangge.foundation.worktime import LOCAL
from wangge.grids.queries import names as place_names
from wangge.workforce import queries as workforce


class RoutingDraftExists(Conflict):
    """A county has one draft at a time: two would be simulated against each other's past."""

    code = "catalogue.routing_draft_exists"


class RoutingPublished(Conflict):
    """A published set is never changed; the next version is drafted from it."""

    code = "catalogue.routing_published"


class NoSuchRule(Conflict):
    """The draft has no rule at this place any more."""

    code = "catalogue.no_such_rule"


class TooManyRules(Conflict):
    """More rules than anybody would read."""

    code = "catalogue.too_many_rules"


class RoutingNotTried(Conflict):
    """The draft as it stands was not tried on last month's cases."""

    code = "catalogue.routing_not_tried"


class RoutingAtOdds(Conflict):
    """Rules of the draft are at odds: mended, or published with a reason."""

    code = "catalogue.routing_at_odds"


class RoutingOwnDraft(Conflict):
    """Whoever wrote the rules doesn't put them in force alone."""

    code = "catalogue.routing_own_draft"


class RoutingStartsTooEarly(Invalid):
    """Rules hold from a day to come, or from today."""

    code = "catalogue.routing_starts_too_early"


@transaction
def load_routing(*, path: Path, county: str, valid_from: date, at: datetime) -> bool:
    """The first version of a county's rules, or of those for everywhere (""), from a file; whether there was none."""
    if RoutingRuleSet.objects.filter(county=county).exists():
        return False
    rules = [_read_rule(one) for one in tomllib.loads(path.read_text(encoding="utf-8"))["rule"]]
    row = RoutingRuleSet.objects.create(county=county, version=1, created_at=at)
    _write(row, rules)
    row.state, row.valid_from, row.published_at = RoutingState.EFFECTIVE.value, valid_from, at
    row.save(update_fields=["state", "valid_from", "published_at"])
    return True


@transaction
def draft_routing(*, county: str, note: str = "", actor: Actor, at: datetime) -> int:
    """A draft that begins as a copy of the rules in force; its id. Needs ``routing.prepare``.

    RoutingDraftExists (409) while the county has another.
    """
    require(actor, "routing.prepare", area=county)
    versions = RoutingRuleSet.objects.select_for_update().filter(county=county)
    states = dict(versions.values_list("version", "state"))
    if RoutingState.DRAFT in states.values():
        raise RoutingDraftExists
    row = RoutingRuleSet.objects.create(
        county=county, version=max(states, default=0) + 1, note=note.strip()[:300], created_at=at
    )
    _write(row, queries.routing_in_force(county, at=at).rules)
    events.record("catalogue.routing.drafted", subject=str(row.pk), area=county, at=at)
    return row.pk


@transaction
def discard_routing(*, set_id: int, actor: Actor, at: datetime) -> None:
    """Throw a draft away. Needs ``routing.prepare``."""
    row = _draft(set_id, actor)
    events.record("catalogue.routing.discarded", subject=str(row.pk), area=row.county, at=at)
    row.delete()


@transaction
def put_rule(*, set_id: int, rule: RoutingRule, order: int | None = None, actor: Actor, at: datetime) -> int:
    """Put a rule into a draft: in place of the one at `order`, or last; where it stands. Needs ``routing.prepare``.

    Refused (422) with the field at fault where the rule can't hold.
    """
    row = _draft(set_id, actor)
    require_sound(rule, county=row.county, tasks=[task.code for task in queries.task_list(at)])
    _require_there(rule, at)
    there = _rows(row)
    if order is None:
        if len(there) >= MOST_RULES:
            raise TooManyRules(most=MOST_RULES)
        place = RoutingRuleRow(rule_set=row, order=len(there) + 1)
    else:
        place = there[_index(there, order)]
    for name, value in _stored(rule).items():
        setattr(place, name, value)
    place.save()
    _touched(row, actor)
    return place.order


@transaction
def remove_rule(*, set_id: int, order: int, actor: Actor, at: datetime) -> RoutingRule:
    """Take a rule out of a draft; the rule, so that it can be put back. Needs ``routing.prepare``."""
    row = _draft(set_id, actor)
    there = _rows(row)
    removed = there.pop(_index(there, order))
    removed.delete()
    _number(there)
    _touched(row, actor)
    return rule_of(removed)


@transaction
def move_rule(*, set_id: int, order: int, to: int, actor: Actor, at: datetime) -> int:
    """Put a rule of a draft before or behind others; where it stands now. Needs ``routing.prepare``."""
    row = _draft(set_id, actor)
    there = _rows(row)
    moved = there.pop(_index(there, order))
    there.insert(min(max(to, 1), len(there) + 1) - 1, moved)
    _number(there)
    _touched(row, actor)
    return moved.order


@transaction
def make_routing_effective(
    *, set_id: int, valid_from: date, reason: str = "", actor: Actor, at: datetime
) -> RoutingRuleSet:
    """The draft takes effect on that day, and the set before it ends. Needs ``routing.publish``.

    It was tried as it stands (RoutingNotTried, 409), none of its rules are at odds or a reason says why that is
    right (RoutingAtOdds, 409), and somebody else wrote it (RoutingOwnDraft, 409).
    """
    row = _draft(set_id, actor, permission="routing.publish")
    if actor.user_id is not None and actor.user_id in row.changed_by:
        raise RoutingOwnDraft
    tried = queries.simulation_of_these_rules(row)
    if tried is None:
        raise RoutingNotTried
    if (conflicts := len((tried.result or {}).get("check", {}).get("conflicts", []))) and not reason.strip():
        raise RoutingAtOdds(field="reason", count=conflicts)
    before = RoutingRuleSet.objects.select_for_update().filter(county=row.county, state=RoutingState.EFFECTIVE).first()
    earliest = max(filter(None, (at.astimezone(LOCAL).date(), before.valid_from if before else None)))
    if valid_from < earliest:
        raise RoutingStartsTooEarly(field="valid_from", earliest=str(earliest))
    if before:
        before.state, before.valid_to = RoutingState.ENDED.value, valid_from
        before.save(update_fields=["state", "valid_to"])
    row.state, row.valid_from, row.reason = RoutingState.EFFECTIVE.value, valid_from, reason.strip()[:300]
    row.published_at, row.published_by_id = at, actor.user_id
    row.save(update_fields=["state", "valid_from", "reason", "published_at", "published_by"])
    events.record("catalogue.routing.effective", subject=str(row.pk), area=row.county, at=at)
    return row


@transaction
def open_simulation(*, set_id: int, actor: Actor, at: datetime) -> UUID:
    """Write down that a draft is to be tried as it stands now; the id of the trial. Needs ``routing.prepare``."""
    row = _draft(set_id, actor)
    made = RoutingSimulation.objects.create(
        id=uuid4(), rule_set=row, digest=digest_of(queries.routing_rules(row)), created_at=at,
        created_by_id=actor.user_id,
    )  # fmt: skip
    return made.pk


@transaction
def keep_simulation(
    *, simulation_id: UUID, state: SimulationState, done: int, total: int, result: Mapping[str, Any] | None = None
) -> None:
    """How far a trial is, or what came of it. A draft that was thrown away meanwhile takes its trial along."""
    RoutingSimulation.objects.filter(pk=simulation_id).update(
        state=state.value, done=done, total=total, result=dict(result) if result is not None else None
    )


def _draft(set_id: int, actor: Actor, permission: str = "routing.prepare") -> RoutingRuleSet:
    row = RoutingRuleSet.objects.select_for_update().filter(pk=set_id).first()
    if row is None:
        raise NoSuchRoutingSet()
    require(actor, permission, area=row.county)
    if row.state != RoutingState.DRAFT:
        raise RoutingPublished(version=row.version)
    return row


def _rows(row: RoutingRuleSet) -> list[RoutingRuleRow]:
    return list(RoutingRuleRow.objects.filter(rule_set=row).order_by("order"))


def _number(rows: Sequence[RoutingRuleRow]) -> None:
    """Places from 1 without gaps; only the rows that moved are written."""
    for order, row in enumerate(rows, 1):
        if row.order != order:
            row.order = order
            row.save(update_fields=["order"])


def _index(rules: Sequence[object], order: int) -> int:
    if not 1 <= order <= len(rules):
        raise NoSuchRule(order=order)
    return order - 1


def _require_there(rule: RoutingRule, at: datetime) -> None:
    """The unit and the areas a rule names are known: a mistyped one would hold for nobody."""
    if rule.unit:
        workforce.unit(rule.unit, at=at)
    known = place_names(rule.areas)
    for area in rule.areas:
        if area not in known:
            raise Invalid("grids.unknown_division", field="areas", value=area)


def _touched(row: RoutingRuleSet, actor: Actor) -> None:
    """Remember who wrote the draft: somebody else puts it in force."""
    if actor.user_id is not None and actor.user_id not in row.changed_by:
        row.changed_by = [*row.changed_by, actor.user_id]
        row.save(update_fields=["changed_by"])


def _write(row: RoutingRuleSet, rules: Sequence[RoutingRule]) -> None:
    RoutingRuleRow.objects.bulk_create(
        RoutingRuleRow(rule_set=row, order=order, **_stored(rule)) for order, rule in enumerate(rules, 1)
    )


def _stored(rule: RoutingRule) -> dict[str, Any]:
    values = {one.name: getattr(rule, one.name) for one in fields(rule)}
    lists = {name: list(values[name]) for name in ("targets", "tasks", "areas", "weights", "levels")}
    return values | lists | {"nature": rule.nature.value if rule.nature else ""}


def _read_rule(said: dict[str, Any]) -> RoutingRule:
    return RoutingRule(
        name_zh=said["name_zh"],
        name_en=said["name_en"],
        owner=said["owner"],
        targets=tuple(Target(one.upper()) for one in said["targets"]),
        tasks=tuple(said.get("tasks", ())),
        areas=tuple(said.get("areas", ())),
        weights=tuple(said.get("weights", ())),
        nature=Nature(said["nature"].upper()) if said.get("nature") else None,
        levels=tuple(ResolveLevel(one.upper()) for one in said.get("levels", ())),
        hours=Hours(said.get("hours", "any").upper()),
        season_from=said.get("season_from", ""),
        season_to=said.get("season_to", ""),
    )
