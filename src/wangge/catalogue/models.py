"""The task list in dated versions, the words that point to a task, the working calendar, and the routing rules."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from wangge.catalogue.types import Clock, Hours, Nature, Priority, ResolveLevel, RoutingState, SimulationState, Target
from wangge.foundation.db import CodeField
from wangge.foundation.names import NamedInTwoLanguages


class Department(NamedInTwoLanguages):
    """A department that answers for tasks (责任部门), by its code."""

    code = CodeField(max_length=12, primary_key=True)


class CollectedField(NamedInTwoLanguages):
    """Something a task may collect, and what people call it."""

    code = CodeField(max_length=40, primary_key=True)


@pghistory.track()
class TaskCategory(NamedInTwoLanguages):
    """One of the nine categories (大类)."""

    code = CodeField(max_length=2, unique=True)


@pghistory.track()
class TaskSubItem(NamedInTwoLanguages):
    """One of the 22 sub-items (子项)."""

    code = CodeField(max_length=4, unique=True)
    category = models.ForeignKey(TaskCategory, on_delete=models.PROTECT, related_name="subitems")


@pghistory.track()
class TaskItem(NamedInTwoLanguages):
    """A task (事项): department, level, time limit and clock, what is collected, when it counts as closed."""

    code = CodeField(max_length=6, unique=True)
    subitem = models.ForeignKey(TaskSubItem, on_delete=models.PROTECT, related_name="tasks")
    department = CodeField(max_length=12)
    joint_departments = ArrayField(CodeField(max_length=12), default=list)
    triggers = ArrayField(models.CharField(max_length=10))
    level = models.CharField(max_length=12, choices=[(v.value, v.value) for v in ResolveLevel])
    limit_min = models.PositiveIntegerField()
    clock = models.CharField(max_length=8, choices=[(v.value, v.value) for v in Clock])
    priority = models.CharField(max_length=8, choices=[(v.value, v.value) for v in Priority])
    personal_data_level = models.PositiveSmallIntegerField()
    collects = ArrayField(models.CharField(max_length=40))
    closing_condition_zh = models.CharField(max_length=200)
    closing_condition_en = models.CharField(max_length=300)
    keywords = ArrayField(models.CharField(max_length=40), default=list)
    nature = models.CharField(max_length=8, choices=[(v.value, v.value) for v in Nature], default=Nature.EVENT)
    is_draft = models.BooleanField(default=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(personal_data_level__lte=3), name="personal_data_level_known")
        ]


class CalendarDay(models.Model):
    """Whether a day is worked (调休 included). Days not in the table fall back to Monday to Friday, provisionally."""

    day = models.DateField(primary_key=True)
    is_working = models.BooleanField()
    source = models.CharField(max_length=40)


class _GuardedByState:
    """Triggers that let a published set of routing rules be followed by another, and otherwise stay as it is."""

    published = ~pgtrigger.Q(old__state=RoutingState.DRAFT.value)
    of_set = (
        pgtrigger.Protect(name="published_stays", operation=pgtrigger.Delete, condition=published),
        pgtrigger.Protect(
            name="published_as_it_was",
            operation=pgtrigger.UpdateOf("county", "version", "valid_from", "reason", "published_at"),  # type: ignore[no-untyped-call]
            condition=published,
        ),
        pgtrigger.Protect(
            name="published_for_good",
            operation=pgtrigger.Update,
            condition=published & pgtrigger.Q(new__state=RoutingState.DRAFT.value),
        ),
    )
    of_rule = (
        pgtrigger.Trigger(
            name="rules_of_a_draft_only",
            when=pgtrigger.Before,
            operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
            func="""
                IF EXISTS (SELECT 1 FROM catalogue_routingruleset WHERE state <> 'DRAFT' AND id IN (
                    CASE WHEN TG_OP <> 'INSERT' THEN OLD.rule_set_id END,
                    CASE WHEN TG_OP <> 'DELETE' THEN NEW.rule_set_id END))
                THEN RAISE EXCEPTION 'The routing rules of a published set are never changed';
                END IF;
                IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                RETURN NEW;
            """,
        ),
    )


@pghistory.track()
class RoutingRuleSet(models.Model):
    """The rules by which a county's cases are sent, in one version (分流规则). Once published it is never changed.

    The county "" is everywhere: what holds where a county has none of its own. In force from `valid_from` until its
    successor begins.
    """

    county = CodeField(max_length=6, blank=True)
    version = models.PositiveIntegerField()
    state = models.CharField(
        max_length=10, choices=[(v.value, v.value) for v in RoutingState], default=RoutingState.DRAFT
    )
    note = models.CharField(max_length=300, blank=True, default="")
    reason = models.CharField(max_length=300, blank=True, default="")
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    created_at = models.DateTimeField()
    changed_by = ArrayField(models.BigIntegerField(), default=list)
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, db_index=False, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        triggers = _GuardedByState.of_set
        constraints = [
            models.UniqueConstraint(fields=["county", "version"], name="one_routing_set_per_version"),
            models.UniqueConstraint(
                fields=["county"], condition=Q(state=RoutingState.EFFECTIVE.value), name="one_routing_set_open_ended"
            ),
            models.UniqueConstraint(
                fields=["county"], condition=Q(state=RoutingState.DRAFT.value), name="one_routing_draft_per_county"
            ),
            models.CheckConstraint(
                condition=Q(state=RoutingState.DRAFT.value) | Q(valid_from__isnull=False),
                name="published_routing_begins",
            ),
        ]


@pghistory.track()
class RoutingRuleRow(NamedInTwoLanguages):
    """One rule of a set at its place in the order; the first whose conditions all hold decides."""

    rule_set = models.ForeignKey(RoutingRuleSet, db_index=False, on_delete=models.CASCADE, related_name="rules")
    order = models.PositiveSmallIntegerField()
    owner = models.CharField(max_length=120)
    tasks = ArrayField(CodeField(max_length=6), default=list)
    areas = ArrayField(CodeField(max_length=15), default=list)
    weights = ArrayField(models.CharField(max_length=10), default=list)
    nature = models.CharField(max_length=8, blank=True, default="")
    levels = ArrayField(models.CharField(max_length=12), default=list)
    hours = models.CharField(max_length=8, choices=[(v.value, v.value) for v in Hours], default=Hours.ANY)
    season_from = models.CharField(max_length=5, blank=True, default="")
    season_to = models.CharField(max_length=5, blank=True, default="")
    targets = ArrayField(models.CharField(max_length=20, choices=[(v.value, v.value) for v in Target]))
    unit = CodeField(max_length=40, blank=True, default="")
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)

    class Meta:
        triggers = _GuardedByState.of_rule
        constraints = [
            models.UniqueConstraint(
                fields=["rule_set", "order"], name="one_routing_rule_per_place", deferrable=models.Deferrable.DEFERRED
            )
        ]


class RoutingSimulation(models.Model):
    """A draft tried on last month's cases: how far it is, and what came of it. `digest` says of which rules."""

    id = models.UUIDField(primary_key=True)
    rule_set = models.ForeignKey(RoutingRuleSet, db_index=False, on_delete=models.CASCADE, related_name="simulations")
    digest = models.CharField(max_length=64)
    state = models.CharField(
        max_length=10, choices=[(v.value, v.value) for v in SimulationState], default=SimulationState.WAITING
    )
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    result = models.JSONField(null=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, db_index=False, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        indexes = [models.Index(fields=["rule_set", "-created_at"], name="simulation_latest")]
