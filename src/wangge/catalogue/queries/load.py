"""What the list takes of a grid's month, and the list on one day beside another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Q

from wangge.catalogue.models import AdmissionApplication, LoadCeiling, TaskItem
from wangge.catalogue.queries.tasks import department_names, field_names, versions_on
from wangge.catalogue.rules.admission import DESCRIBES_A_TASK
from wangge.catalogue.rules.versions import changes
from wangge.catalogue.types import AdmissionState, ApplicationKind, GridLoad, ListChange, LoadLine
from wangge.foundation.names import in_reader_language

#: What two versions are compared in, in the order in which it is told.
_COMPARED = (
    "name", "department", "joint_departments", "triggers", "level", "limit_min", "clock", "priority",
    "personal_data_level", "collects", "closing_condition", "minutes_per_month",
)  # fmt: skip


def grid_load(day: date, *, county: str, without: int | None = None) -> GridLoad:
    """The month of a grid of that county on that day; `without` leaves an application out of what is to come."""
    lines = [_line(row) for row in versions_on(day)]
    return GridLoad(day, tuple(lines), tuple(_coming(day, lines, without)), ceiling_of(county))


def ceiling_of(area: str) -> int | None:
    """The ceiling of an area: that of the longest code it begins with; None where nobody has set one."""
    prefixes = [area[:length] for length in range(len(area) + 1)]
    rows = LoadCeiling.objects.filter(area__in=prefixes)
    return max(((len(row.area), row.minutes_per_month) for row in rows), default=(0, None))[1]


def list_changes(before: date, after: date) -> list[ListChange]:
    """What differs between the list of one day and that of another, said in the reader's language."""
    return changes(_snapshot(before), _snapshot(after))


def _line(row: TaskItem) -> LoadLine:
    return LoadLine(row.code, row.name, row.minutes_per_month, row.is_temporary)


def _coming(day: date, lines: list[LoadLine], without: int | None) -> list[LoadLine]:
    """What approved applications will add, and versions that begin after that day: what they take more than now."""
    now = {line.code: line.minutes for line in lines}
    approved = AdmissionApplication.objects.filter(
        Q(state=AdmissionState.APPROVED) | Q(state=AdmissionState.PUBLISHED, effective_on__gt=day)
    ).exclude(pk=without or 0)
    return [LoadLine(row.task_code, row.name or row.task_code, _added(row, now)) for row in approved.order_by("pk")]


def _added(row: AdmissionApplication, now: dict[str, int]) -> int:
    """Minutes an application adds to the month: less than none where a task ends or pauses."""
    minutes = (row.minutes_per_month or 0) if ApplicationKind(row.kind) in DESCRIBES_A_TASK else 0
    return minutes - now.get(row.task_code, 0)


def minutes_added(row: AdmissionApplication, load: GridLoad) -> int:
    """What this application adds to that load."""
    return _added(row, {line.code: line.minutes for line in load.lines})


def amendment_changes(row: AdmissionApplication, day: date) -> tuple[tuple[str, object, object], ...]:
    """What an amendment says otherwise than the version in force on that day: name, before, after."""
    version = versions_on(day).filter(code=row.task_code).first()
    if version is None:
        return ()
    departments, fields = department_names(), field_names()
    wanted = [(field.code, field.name) for field in row.fields.all()]
    after = _said(row, departments, fields | dict(wanted), [code for code, _name in wanted])
    before = {row.task_code: (version.name, _said(version, departments, fields, version.collects))}
    found = changes(before, {row.task_code: (row.name, after)})
    return found[0].fields if found else ()


def _snapshot(day: date) -> dict[str, tuple[str, dict[str, Any]]]:
    departments, fields = department_names(), field_names()
    return {row.code: (row.name, _said(row, departments, fields, row.collects)) for row in versions_on(day)}


def _said(
    row: TaskItem | AdmissionApplication, departments: dict[str, str], fields: dict[str, str], collects: Sequence[str]
) -> dict[str, Any]:
    said = {name: getattr(row, name, None) for name in _COMPARED}
    return said | {
        "department": departments.get(row.department, row.department),
        "joint_departments": tuple(departments.get(code, code) for code in row.joint_departments),
        "triggers": tuple(row.triggers),
        "collects": tuple(fields.get(code, code) for code in collects),
        "closing_condition": in_reader_language(row.closing_condition_zh, row.closing_condition_en),
        "limit_min": (row.limit_min, row.clock),
        "clock": None,
    }
