"""Facts of cases, periods as they were counted, and what was decided about them. No table is about people.

`CaseFact` and `Reading` are projections that can be made anew. Runs, exclusions, appeals, draws and attempts
are history: the database lets nobody change them.
"""

from __future__ import annotations

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from wangge.analysis.types import AppealAct, ExclusionReason, RevisitOutcome, RevisitState, Ruling, ScopeKind
from wangge.foundation.db import CodeField, append_only


def _choices(enum: type) -> list[tuple[str, str]]:
    return [(member.value, member.value) for member in enum]  # type: ignore[attr-defined]


class CaseFact(models.Model):
    """What the indices need of one case, as its history gave it when it was last looked at."""

    case_no = CodeField(max_length=20, primary_key=True)
    county_code = CodeField(max_length=6)
    area = CodeField(max_length=15)
    task_code = CodeField(max_length=6, blank=True, default="")
    units = ArrayField(CodeField(max_length=40), default=list)
    begun_at = models.DateTimeField()
    last_at = models.DateTimeField()
    touched_until = models.DateTimeField()
    is_open = models.BooleanField()
    is_contactable = models.BooleanField()
    calendar = models.CharField(max_length=16)
    formulas = models.CharField(max_length=12)
    facts = models.JSONField()
    read_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["county_code", "touched_until", "begun_at"], name="fact_of_period"),
            models.Index(fields=["county_code", "begun_at"], name="fact_open", condition=Q(is_open=True)),
            models.Index(fields=["county_code", "read_at"], name="fact_read"),
        ]


class Counted(models.Model):
    """A period of a county as it was counted: up to when, by which formulas and calendar."""

    county = CodeField(max_length=6)
    from_on = models.DateField()
    to_on = models.DateField()
    cut_off = models.DateTimeField()
    formulas = models.CharField(max_length=12)
    cases = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        abstract = True


class Reading(Counted):
    """The present count of a month that is not closed, so that pages need not count. Made anew when facts change."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["county", "from_on", "to_on"], name="one_reading_per_period")]


class ReadingSheet(models.Model):
    """The figures of a reading for one kind of scope."""

    reading = models.ForeignKey(Reading, db_index=False, on_delete=models.CASCADE, related_name="sheets")
    kind = models.CharField(max_length=10, choices=_choices(ScopeKind))
    figures = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reading", "kind"], name="one_sheet_per_reading_and_kind")]


class AssessmentRun(Counted):
    """A closed period: every number with cut-off, formulas and calendar, so that it can be counted again.

    Closing once more makes another run with the next `run_no`; the earlier ones stay.
    """

    run_no = models.PositiveSmallIntegerField()
    calendar = models.TextField()
    last_decision = models.BigIntegerField()
    digest = models.CharField(max_length=64)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, db_index=False, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["county", "from_on", "to_on", "run_no"], name="one_run_per_number")
        ]
        triggers = append_only()


class RunSheet(models.Model):
    """The figures of a closed period for one kind of scope."""

    run = models.ForeignKey(AssessmentRun, db_index=False, on_delete=models.PROTECT, related_name="sheets")
    kind = models.CharField(max_length=10, choices=_choices(ScopeKind))
    figures = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "kind"], name="one_sheet_per_run_and_kind")]
        triggers = append_only()


class Appeal(models.Model):
    """申诉: a unit contests that a case counts against it in an index of a period."""

    case_no = CodeField(max_length=20)
    unit = CodeField(max_length=40)
    area = CodeField(max_length=15)
    index_code = models.CharField(max_length=40)
    from_on = models.DateField()
    to_on = models.DateField()
    reason = models.CharField(max_length=20, choices=_choices(ExclusionReason))
    words = models.TextField(max_length=1000)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["unit", "-id"], name="appeal_of_unit"),
            models.Index(fields=["case_no"], name="appeal_of_case"),
        ]
        triggers = append_only()


class AppealStep(models.Model):
    """One line of the history of an appeal. Its state follows from the last one."""

    appeal = models.ForeignKey(Appeal, db_index=False, on_delete=models.PROTECT, related_name="steps")
    seq = models.PositiveSmallIntegerField()
    act = models.CharField(max_length=10, choices=_choices(AppealAct))
    words = models.TextField(max_length=1000, blank=True, default="")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, db_index=False, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["appeal", "seq"], name="one_appeal_step_per_seq")]
        triggers = append_only()


class Exclusion(models.Model):
    """剔除: a decision that a case does not count, in one index or in all (""); or that it counts again."""

    ruling = models.CharField(max_length=8, choices=_choices(Ruling))
    case_no = CodeField(max_length=20)
    area = CodeField(max_length=15)
    index_code = models.CharField(max_length=40, blank=True, default="")
    reason = models.CharField(max_length=20, choices=_choices(ExclusionReason))
    words = models.TextField(max_length=1000)
    revokes = models.OneToOneField("self", null=True, on_delete=models.PROTECT, related_name="revoked_by")
    appeal = models.OneToOneField(Appeal, null=True, on_delete=models.PROTECT, related_name="exclusion")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, db_index=False, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ruling="EXCLUDE", revokes__isnull=True) | Q(ruling="REVOKE", revokes__isnull=False),
                name="only_revocations_revoke",
            )
        ]
        indexes = [
            models.Index(fields=["area", "-id"], name="exclusion_area"),
            models.Index(fields=["case_no"], name="exclusion_case"),
        ]
        triggers = append_only()


@pghistory.track()
class IndexTarget(models.Model):
    """What a county wants a rate to reach. There are none for counts: the software refuses them."""

    county = CodeField(max_length=6)
    index_code = models.CharField(max_length=40)
    share = models.DecimalField(max_digits=5, decimal_places=4)
    valid_from = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["county", "index_code"], name="one_target_per_index")]


@pghistory.track()
class RevisitShare(models.Model):
    """Which share of the closed cases with a contact a centre revisits."""

    county = CodeField(max_length=6, unique=True)
    share = models.DecimalField(max_digits=4, decimal_places=3)


class RevisitDraw(models.Model):
    """A draw of revisits: from which cases, by which seed. Anybody can draw again and must find the same."""

    county = CodeField(max_length=6)
    closed_on = models.DateField()
    share = models.DecimalField(max_digits=4, decimal_places=3)
    seed = models.CharField(max_length=32)
    eligible = models.PositiveIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["county", "closed_on"], name="one_draw_per_day")]
        triggers = append_only()


class Revisit(models.Model):
    """回访: a closed case whose reporter is to be asked whether it is solved."""

    draw = models.ForeignKey(RevisitDraw, db_index=False, on_delete=models.PROTECT, related_name="revisits")
    case_no = CodeField(max_length=20, unique=True)
    area = CodeField(max_length=15)
    unit = CodeField(max_length=40, blank=True, default="")
    state = models.CharField(max_length=10, choices=_choices(RevisitState))
    attempts = models.PositiveSmallIntegerField(default=0)
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["area", "id"], name="revisit_waiting", condition=Q(state="WAITING")),
            models.Index(fields=["draw"], name="revisit_of_draw"),
        ]


class RevisitAttempt(models.Model):
    """One attempt to reach the reporter and what came of it; what they said about the matter, not about people."""

    revisit = models.ForeignKey(Revisit, db_index=False, on_delete=models.PROTECT, related_name="tries")
    seq = models.PositiveSmallIntegerField()
    outcome = models.CharField(max_length=12, choices=_choices(RevisitOutcome))
    rating = models.CharField(max_length=14, blank=True, default="")
    is_solved = models.BooleanField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, db_index=False, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["revisit", "seq"], name="one_attempt_per_seq")]
        triggers = append_only()
