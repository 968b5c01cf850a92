"""The task list as others read it, and the working calendar."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

from django.db.models import Q

from wangge.catalogue.models import CalendarDay, CollectedField, Department, TaskItem, TaskSubItem
from wangge.catalogue.types import Clock, Nature, Priority, ResolveLevel, Task, TaskEntry
from wangge.foundation.errors import Invalid
from wangge.foundation.names import KeptNames, in_reader_language, in_reader_languages, kept_in_both
from wangge.foundation.worktime import LOCAL, Calendar


class UnknownTask(Invalid):
    """No task of this code is on the list now."""

    code = "catalogue.unknown_task"


def task(code: str, *, at: datetime, field: str = "task_code") -> Task:
    """The task of that code as valid at that instant, or UnknownTask (422) naming the field."""
    row = _tasks_at(at).get(code)
    if row is None:
        raise UnknownTask(field=field, value=code)
    return _task(row)


def task_list(at: datetime) -> list[Task]:
    """The whole list valid at that instant, in the order of its codes."""
    return [_task(row) for row in _tasks_at(at).values()]


def task_words(at: datetime) -> list[tuple[Task, tuple[str, ...]]]:
    """Each task with the words that point to it."""
    return [(_task(row), tuple(row.keywords)) for row in _tasks_at(at).values()]


def task_names(codes: list[str]) -> dict[str, str]:
    """Names of tasks in the reader's language, of any time."""
    return in_reader_languages(_task_names.of(codes))


_task_names = kept_in_both(lambda codes: TaskItem.objects.filter(code__in=codes).order_by("pk"))


def task_entries(at: datetime, *, text: str = "", department: str = "", level: str = "") -> list[TaskEntry]:
    """The list with all it says, in the order of its codes; `text` in code, names or the words people use."""
    subitems = {row.pk: row for row in TaskSubItem.objects.select_related("category")}
    departments, fields = department_names(), _names(CollectedField)
    wanted = text.strip().casefold()
    return [
        _entry(row, subitems[row.subitem_id], departments, fields)
        for row in _tasks_at(at).values()
        if (not department or department == row.department or department in row.joint_departments)
        and (not level or level == row.level)
        and (not wanted or wanted in _said_of(row, subitems[row.subitem_id]))
    ]


def department_names() -> dict[str, str]:
    """Names of the departments by code, in the reader's language."""
    return _names(Department)


def _names(model: type[Department] | type[CollectedField]) -> dict[str, str]:
    return {row.code: row.name for row in model._default_manager.order_by("code")}


def _said_of(row: TaskItem, subitem: TaskSubItem) -> str:
    both = (row, subitem, subitem.category)
    names = " ".join(f"{one.name_zh} {one.name_en}" for one in both)
    return f"{row.code} {names} {' '.join(row.keywords)}".casefold()


def _entry(row: TaskItem, subitem: TaskSubItem, departments: dict[str, str], fields: dict[str, str]) -> TaskEntry:
    return TaskEntry(
        code=row.code,
        name=row.name,
        category_code=subitem.category.code,
        category=subitem.category.name,
        subitem_code=subitem.code,
        subitem=subitem.name,
        department=departments.get(row.department, row.department),
        joint_departments=tuple(departments.get(code, code) for code in row.joint_departments),
        triggers=tuple(row.triggers),
        level=ResolveLevel(row.level),
        limit_min=row.limit_min,
        clock=Clock(row.clock),
        priority=Priority(row.priority),
        personal_data_level=row.personal_data_level,
        collects=tuple(fields.get(code, code) for code in row.collects),
        closing_condition=in_reader_language(row.closing_condition_zh, row.closing_condition_en),
        is_draft=row.is_draft,
    )


def calendar(at: datetime) -> Calendar:
    """The working calendar as known now (kept in memory for a minute)."""
    return _calendar(_minute(at))


def forget() -> None:
    """Drop what is kept in memory, after the list or the calendar was changed in this process."""
    _calendar.cache_clear()
    _tasks.cache_clear()
    KeptNames.forget()


def _minute(at: datetime) -> int:
    """What is kept in memory is at most a minute old, in every process."""
    return int(at.timestamp() // 60)


@lru_cache(maxsize=2)
def _calendar(minute: int) -> Calendar:
    days = dict(CalendarDay.objects.values_list("day", "is_working"))
    return Calendar(days, max(days, default=None))


def _tasks_at(at: datetime) -> dict[str, TaskItem]:
    return _tasks(at.astimezone(LOCAL).date(), _minute(at))


@lru_cache(maxsize=2)
def _tasks(day: date, minute: int) -> dict[str, TaskItem]:
    valid = TaskItem.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gt=day), valid_from__lte=day)
    return {row.code: row for row in valid.order_by("code")}


def _task(row: TaskItem) -> Task:
    return Task(
        id=row.pk,
        code=row.code,
        name=row.name,
        department=row.department,
        level=ResolveLevel(row.level),
        limit_min=row.limit_min,
        clock=Clock(row.clock),
        priority=Priority(row.priority),
        closing_condition=in_reader_language(row.closing_condition_zh, row.closing_condition_en),
        nature=Nature(row.nature),
    )
