"""The task list in dated versions, how tasks come on it, words that point to a task, the calendar, routing rules."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from wangge.catalogue.types import (
    AdmissionAction,
    AdmissionState,
    ApplicationKind,
    Clock,
    FieldSource,
    Frequency,
    Hours,
    Nature,
    Priority,
    ResolveLevel,
    RoutingState,
    SimulationState,
    Target,
    TemporaryState,
)
from wangge.foundation.db import CodeField, append_only
from wangge.foundation.names import NamedInTwoLanguages


def _choices(enum: type) -> list[tuple[str, str]]:
    return [(member.value, member.value) for member in enum]  # type: ignore[attr-defined]


class Department(NamedInTwoLanguages):
    """A department that answers for tasks (责任部门), by its code."""

    code = CodeField(max_length=12, primary_key=True)


class CollectedField(NamedInTwoLanguages):
    """Something a task may collect, and what people call it."""

    code = CodeField(max_length=40, primary_key=True)


class ObtainableField(models.Model):
    """A field that is to be had already, and where: it is shared, not asked for again."""

    code = CodeField(max_length=40, primary_key=True)
    department = CodeField(max_length=12)
    where_zh = models.CharField(max_length=120)
    where_en = models.CharField(max_length=160)


@pghistory.track()
class LoadCeiling(models.Model):
    """How many minutes of a grid's month the list may take, in an area (the longest code that fits counts)."""

    area = CodeField(max_length=12, primary_key=True)
    minutes_per_month = models.PositiveIntegerField()


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
class AdmissionApplication(NamedInTwoLanguages):
    """A department asks that a task come on the list, change, pause or leave it (准入申请).

    What it says stays as it was once it is sent; `state` is projected from the append-only steps. `post_in_charge` is
    a post, never somebody's name.
    """

    kind = models.CharField(max_length=12, choices=_choices(ApplicationKind))
    state = models.CharField(max_length=20, choices=_choices(AdmissionState), default=AdmissionState.DRAFT)
    county = CodeField(max_length=6)
    unit = CodeField(max_length=40)
    department = CodeField(max_length=12)
    task_code = CodeField(max_length=6, blank=True, default="")
    subitem = models.ForeignKey(TaskSubItem, null=True, on_delete=models.PROTECT, related_name="+")
    assessment = models.TextField(blank=True, default="")
    legal_basis = models.TextField(blank=True, default="")
    purpose = models.TextField(blank=True, default="")
    post_in_charge = models.CharField(max_length=80, blank=True, default="")
    triggers = ArrayField(models.CharField(max_length=10), default=list)
    frequency = models.CharField(max_length=12, choices=_choices(Frequency), blank=True, default="")
    expected_per_month = models.PositiveIntegerField(null=True)
    minutes_per_month = models.PositiveIntegerField(null=True)
    staffing = models.CharField(max_length=300, blank=True, default="")
    funding = models.CharField(max_length=300, blank=True, default="")
    training = models.CharField(max_length=300, blank=True, default="")
    level = models.CharField(max_length=12, choices=_choices(ResolveLevel), blank=True, default="")
    limit_min = models.PositiveIntegerField(null=True)
    clock = models.CharField(max_length=8, choices=_choices(Clock), default=Clock.WORKING)
    priority = models.CharField(max_length=8, choices=_choices(Priority), default=Priority.NORMAL)
    joint_departments = ArrayField(CodeField(max_length=12), default=list)
    personal_data_level = models.PositiveSmallIntegerField(default=0)
    closing_condition_zh = models.CharField(max_length=200, blank=True, default="")
    closing_condition_en = models.CharField(max_length=300, blank=True, default="")
    keywords = ArrayField(models.CharField(max_length=40), default=list)
    exit_on = models.DateField(null=True)
    resume_on = models.DateField(null=True)
    effective_on = models.DateField(null=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["county", "state", "-id"]),
            models.Index(fields=["unit", "-id"]),
            models.Index(fields=["task_code", "effective_on"]),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(personal_data_level__lte=3), name="asked_personal_data_level_known")
        ]

    @property
    def number(self) -> str:
        """What people call it by."""
        return f"{self.county}-{self.pk:04}"


@pghistory.track()
class ApplicationField(NamedInTwoLanguages):
    """One field an application wants, why it is needed, how it is had and how long it is kept."""

    application = models.ForeignKey(AdmissionApplication, on_delete=models.PROTECT, related_name="fields")
    code = CodeField(max_length=40)
    why = models.CharField(max_length=300)
    retention_days = models.PositiveIntegerField()
    source = models.CharField(max_length=8, choices=_choices(FieldSource), default=FieldSource.COLLECT)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "code"], name="one_field_per_application")]


class AdmissionStep(models.Model):
    """What happened to an application: who, when, why. Rows come in and never change."""

    application = models.ForeignKey(AdmissionApplication, on_delete=models.PROTECT, related_name="steps")
    seq = models.PositiveSmallIntegerField()
    action = models.CharField(max_length=12, choices=_choices(AdmissionAction))
    state = models.CharField(max_length=20, choices=_choices(AdmissionState))
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(blank=True, default="")
    detail = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "seq"], name="one_admission_step_per_seq")]
        triggers = append_only()


@pghistory.track()
class TaskItem(NamedInTwoLanguages):
    """One version of a task (事项): department, level, limit, what is collected, and the days on which it holds.

    A code has as many rows as the task has had versions; their days never overlap. `application` is what brought this
    version on the list, empty for the draft the installation began with. A temporary item is a row with an end.
    """

    code = CodeField(max_length=6)
    subitem = models.ForeignKey(TaskSubItem, on_delete=models.PROTECT, related_name="tasks")
    application = models.ForeignKey(AdmissionApplication, null=True, on_delete=models.PROTECT, related_name="versions")
    department = CodeField(max_length=12)
    joint_departments = ArrayField(CodeField(max_length=12), default=list)
    triggers = ArrayField(models.CharField(max_length=10))
    level = models.CharField(max_length=12, choices=_choices(ResolveLevel))
    limit_min = models.PositiveIntegerField()
    clock = models.CharField(max_length=8, choices=_choices(Clock))
    priority = models.CharField(max_length=8, choices=_choices(Priority))
    personal_data_level = models.PositiveSmallIntegerField()
    collects = ArrayField(models.CharField(max_length=40))
    closing_condition_zh = models.CharField(max_length=200)
    closing_condition_en = models.CharField(max_length=300)
    keywords = ArrayField(models.CharField(max_length=40), default=list)
    nature = models.CharField(max_length=8, choices=[(v.value, v.value) for v in Nature], default=Nature.EVENT)
    minutes_per_month = models.PositiveIntegerField(default=0)
    is_draft = models.BooleanField(default=True)
    is_temporary = models.BooleanField(default=False)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(personal_data_level__lte=3), name="personal_data_level_known"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="task_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(is_temporary=False) | Q(valid_to__isnull=False), name="temporary_item_has_an_end"
            ),
            models.UniqueConstraint(fields=["code", "valid_from"], name="one_task_version_per_day"),
            ExclusionConstraint(
                name="task_versions_never_overlap",
                expressions=[
                    ("code", RangeOperators.EQUAL),
                    (Func("valid_from", "valid_to", function="daterange", output_field=DateRangeField()), "&&"),
                ],
            ),
        ]


@pghistory.track()
class TemporaryItem(NamedInTwoLanguages):
    """Something urgent outside the list: asked by a department, consented to by the approver, for a term that ends.

    With the consent it gets a task code and a version that holds for just that term.
    """

    state = models.CharField(max_length=10, choices=_choices(TemporaryState), default=TemporaryState.ASKED)
    county = CodeField(max_length=6)
    unit = CodeField(max_length=40)
    department = CodeField(max_length=12)
    category = models.ForeignKey(TaskCategory, on_delete=models.PROTECT, related_name="+")
    why = models.TextField()
    minutes_per_month = models.PositiveIntegerField()
    limit_min = models.PositiveIntegerField()
    clock = models.CharField(max_length=8, choices=_choices(Clock), default=Clock.NATURAL)
    closing_condition_zh = models.CharField(max_length=200)
    closing_condition_en = models.CharField(max_length=300)
    valid_from = models.DateField()
    valid_to = models.DateField()
    task_code = CodeField(max_length=6, blank=True, default="")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["county", "-id"])]
        constraints = [
            models.CheckConstraint(condition=Q(valid_to__gt=F("valid_from")), name="temporary_item_ends_after_start")
        ]


class CalendarDay(models.Model):
    """Whether a day is worked (调休 included). Days not in the table fall back to Monday to Friday, provisionally."""

    day = models.DateField(primary_key=True)
    is_working = models.BooleanField()
    source = models.CharField(max_length=40)


class CalendarChange(models.Model):
    """Who said what about which days, and why: the calendar holds the outcome, this what led to it."""

    at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(max_length=200)
    days = models.JSONField()  #: ISO day → worked before (null where it wasn't known), worked now

    class Meta:
        triggers = append_only()


class ClockRules(models.Model):
    """One version of how a centre counts time. Cases name the version they run by, so no version is ever changed."""

    version = models.AutoField(primary_key=True)
    area = CodeField(max_length=9)
    valid_from = models.DateField()
    note = models.CharField(max_length=200)
    hours = ArrayField(models.CharField(max_length=11))
    acceptance_min = models.PositiveIntegerField()
    signing_min = models.PositiveIntegerField()
    signing_urgent_min = models.PositiveIntegerField()
    verification_min = models.PositiveIntegerField()
    feedback_min = models.PositiveIntegerField()
    handling_min = models.PositiveIntegerField()
    yellow_percent = models.PositiveSmallIntegerField()
    urgent_yellow_min = models.PositiveIntegerField()
    supervise_after_min = models.PositiveIntegerField()
    list_after_min = models.PositiveIntegerField()
    reply_within_min = models.PositiveIntegerField()
    sampled_percent = models.PositiveSmallIntegerField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        triggers = append_only()
        indexes = [models.Index(fields=["area", "-valid_from", "-version"], name="clock_rules_in_force")]


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
