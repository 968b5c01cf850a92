"""Everything that is collected, with its reasons: what the public page and the API tell everybody."""

from __future__ import annotations

from datetime import date

from wangge.catalogue.models import ApplicationField, ObtainableField, TaskItem, TemporaryItem
from wangge.catalogue.queries.tasks import department_names, field_names, versions_on
from wangge.catalogue.types import FieldSource, PublicField
from wangge.foundation.names import in_reader_language


def collected_fields(day: date) -> list[PublicField]:
    """Each field that each task in force collects, by the name of the field.

    A draft list says what is collected and not why; that is left empty here and said so where it is shown.
    """
    versions = list(versions_on(day))
    names, departments = field_names(), department_names()
    reasons, urgent = _reasons(versions), _urgent(versions)
    found = [
        _public(row, code, names.get(code, code), departments, reasons.get((row.application_id, code)), urgent)
        for row in versions
        for code in row.collects
    ]
    return sorted(found, key=lambda one: (one.name, one.code, one.task_code))


def _reasons(versions: list[TaskItem]) -> dict[tuple[int | None, str], ApplicationField]:
    ids = [row.application_id for row in versions if row.application_id]
    rows = ApplicationField.objects.filter(application__in=ids)
    return {(row.application_id, row.code): row for row in rows}


def _urgent(versions: list[TaskItem]) -> dict[str, str]:
    """Why temporary items could not wait, by their task codes."""
    codes = [row.code for row in versions if row.is_temporary]
    return dict(TemporaryItem.objects.filter(task_code__in=codes).values_list("task_code", "why"))


def _public(
    row: TaskItem,
    code: str,
    name: str,
    departments: dict[str, str],
    reason: ApplicationField | None,
    urgent: dict[str, str],
) -> PublicField:
    return PublicField(
        code=code,
        name=name,
        task_code=row.code,
        task=row.name,
        department=departments.get(row.department, row.department),
        why=reason.why if reason else urgent.get(row.code, ""),
        legal_basis=row.application.legal_basis if row.application else "",
        retention_days=reason.retention_days if reason else None,
        source=FieldSource(reason.source) if reason else FieldSource.COLLECT,
        is_draft=row.is_draft,
    )


def obtainable_fields() -> dict[str, str]:
    """Where a field is to be had already, by its code, in the reader's language."""
    departments = department_names()
    return {
        row.code: f"{in_reader_language(row.where_zh, row.where_en)} ({departments.get(row.department, '')})"
        for row in ObtainableField.objects.order_by("code")
    }
