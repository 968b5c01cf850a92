"""The task list in dated versions, the words that point to a task, and the working calendar."""

from __future__ import annotations

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from wangge.catalogue.types import Clock, Nature, Priority, ResolveLevel
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
