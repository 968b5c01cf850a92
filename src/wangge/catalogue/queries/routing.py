"""The routing rules: which are in force where, the versions of a county, and what was tried on a draft."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from typing import TypeVar
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from wangge.catalogue.models import RoutingRuleRow, RoutingRuleSet, RoutingSimulation, TaskCategory, TaskSubItem
from wangge.catalogue.queries.tasks import task_names
from wangge.catalogue.rules.routing import digest_of
from wangge.catalogue.types import Hours, Nature, ResolveLevel, RoutingRule, RoutingState, SimulationState, Target
from wangge.foundation.access import Actor, require_somewhere
from wangge.foundation.errors import NotFound
from wangge.foundation.names import in_reader_languages, kept_in_both
from wangge.foundation.worktime import LOCAL

COUNTY_LENGTH, CATEGORY_LENGTH, SUBITEM_LENGTH = 6, 2, 4
EVERYWHERE = ""


class NoSuchRoutingSet(NotFound):
    """There is no such set of routing rules, or not for this reader."""

    code = "catalogue.no_such_routing_set"


@dataclass(frozen=True, slots=True)
class RoutingInForce:
    """The rules that hold for a county. Version 0 and no rules where not even the default is loaded."""

    version: int
    rules: tuple[RoutingRule, ...]
    set_id: int | None = None
    is_default: bool = False  #: the county has none of its own


def routing_in_force(area: str, *, at: datetime) -> RoutingInForce:
    """The rules in force on that day for the county of an area: its own, else those for everywhere."""
    row = _in_force(area[:COUNTY_LENGTH], at.astimezone(LOCAL).date()).only("pk", "version", "county").first()
    if row is None:
        return RoutingInForce(0, ())
    return RoutingInForce(row.version, _published_rules(row.pk), row.pk, row.county == EVERYWHERE)


def routing_rules(row: RoutingRuleSet) -> tuple[RoutingRule, ...]:
    """The rules of a set in their order."""
    return _rules(row.pk) if row.state == RoutingState.DRAFT else _published_rules(row.pk)


def routing_rows(row: RoutingRuleSet) -> list[RoutingRuleRow]:
    """The rules of a set as they are stored: what is moved and changed on a page keeps its identity."""
    return list(row.rules.order_by("order"))


def routing_counties(actor: Actor) -> list[str]:
    """Counties whose rules the actor may see: those of their areas, and those their areas lie in."""
    require_somewhere(actor, "routing.view")
    areas = actor.areas("routing.view")
    own = {area[:COUNTY_LENGTH] for area in areas if len(area) >= COUNTY_LENGTH}
    wider = [area for area in areas if len(area) < COUNTY_LENGTH]
    if wider:
        found = RoutingRuleSet.objects.exclude(county=EVERYWHERE).values_list("county", flat=True).distinct()
        own |= {county for county in found if county.startswith(tuple(wider))}
    return sorted(own)


def routing_sets(county: str, actor: Actor) -> list[RoutingRuleSet]:
    """All versions of a county with `rule_count`, the latest first; for those who may see them."""
    if county not in routing_counties(actor):
        raise NoSuchRoutingSet(value=county)
    rows = RoutingRuleSet.objects.filter(county=county).select_related("published_by")
    return list(rows.annotate(rule_count=Count("rules")).order_by("-version"))


def routing_set(set_id: int, actor: Actor) -> RoutingRuleSet:
    """One set, for those who may see it. The default one is for everybody who may see any."""
    row = RoutingRuleSet.objects.select_related("published_by").filter(pk=set_id).first()
    if row is None or row.county not in (EVERYWHERE, *routing_counties(actor)):
        raise NoSuchRoutingSet()
    return row


def routing_set_in_force(county: str, *, at: datetime) -> RoutingRuleSet | None:
    """The set in force for a county on that day."""
    rows = _in_force(county, at.astimezone(LOCAL).date())
    return rows.select_related("published_by").first()


def simulations_of(row: RoutingRuleSet, *, limit: int = 5) -> list[RoutingSimulation]:
    """The latest trials of a set."""
    return list(row.simulations.order_by("-created_at")[:limit])


def simulation(simulation_id: UUID, actor: Actor) -> RoutingSimulation:
    """One trial, for those who may see its set."""
    row = RoutingSimulation.objects.select_related("rule_set").filter(pk=simulation_id).first()
    if row is None or row.rule_set.county not in routing_counties(actor):
        raise NoSuchRoutingSet()
    return row


def simulation_of_these_rules(row: RoutingRuleSet) -> RoutingSimulation | None:
    """The latest finished trial of the set as it stands now; None after any change of a rule."""
    done = row.simulations.filter(state=SimulationState.DONE, digest=digest_of(routing_rules(row)))
    return done.order_by("-created_at").first()


def simulation_to_run(simulation_id: UUID) -> tuple[str, tuple[RoutingRule, ...] | None, datetime] | None:
    """County, rules (None: changed since) and beginning of a trial that isn't done; None where there is none."""
    row = RoutingSimulation.objects.select_related("rule_set").filter(pk=simulation_id).first()
    if row is None or row.state not in (SimulationState.WAITING, SimulationState.RUNNING):
        return None
    rules = routing_rules(row.rule_set)
    return row.rule_set.county, rules if digest_of(rules) == row.digest else None, row.created_at


def prefix_names(codes: Iterable[str]) -> dict[str, str]:
    """Names of categories (2 digits), sub-items (4) and tasks (6) by code, in the reader's language."""
    wanted = set(codes)
    return (
        in_reader_languages(_category_names.of(code for code in wanted if len(code) == CATEGORY_LENGTH))
        | in_reader_languages(_subitem_names.of(code for code in wanted if len(code) == SUBITEM_LENGTH))
        | task_names([code for code in wanted if len(code) > SUBITEM_LENGTH])
    )


_category_names = kept_in_both(lambda codes: TaskCategory.objects.filter(code__in=codes).order_by("pk"))
_subitem_names = kept_in_both(lambda codes: TaskSubItem.objects.filter(code__in=codes).order_by("pk"))


def _in_force(county: str, day: date) -> QuerySet[RoutingRuleSet]:
    begun = RoutingRuleSet.objects.exclude(state=RoutingState.DRAFT).filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=day), county__in=[county, EVERYWHERE], valid_from__lte=day
    )
    return begun.order_by("-county", "-version")


@lru_cache(maxsize=200)
def _published_rules(set_id: int) -> tuple[RoutingRule, ...]:
    """The database lets nobody change the rules of a published set, so they are read once."""
    return _rules(set_id)


def _rules(set_id: int) -> tuple[RoutingRule, ...]:
    return tuple(map(rule_of, RoutingRuleRow.objects.filter(rule_set=set_id).order_by("order")))


def rule_of(row: RoutingRuleRow) -> RoutingRule:
    """A stored rule as the engine reads it."""
    return RoutingRule(
        name_zh=row.name_zh,
        name_en=row.name_en,
        owner=row.owner,
        targets=_each(Target, row.targets),
        unit=row.unit,
        tasks=tuple(row.tasks),
        areas=tuple(row.areas),
        weights=tuple(row.weights),
        nature=Nature(row.nature) if row.nature else None,
        levels=_each(ResolveLevel, row.levels),
        hours=Hours(row.hours),
        season_from=row.season_from,
        season_to=row.season_to,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
    )


Member = TypeVar("Member", bound=StrEnum)


def _each(enum: type[Member], values: Iterable[str]) -> tuple[Member, ...]:
    return tuple(enum(value) for value in values)
