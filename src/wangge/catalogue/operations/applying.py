"""A department applies: draft, write, say what is collected and why, send."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from wangge.catalogue.models import AdmissionApplication, ApplicationField, CollectedField, TaskItem
from wangge.catalogue.operations.stepping import (
    allowed_step,
    locked,
    require_complete,
    require_unrefused,
    shown,
    take_step,
    today_of,
)
from wangge.catalogue.queries import versions_on
from wangge.catalogue.rules import checks
from wangge.catalogue.rules.admission import APPLY, DESCRIBES_A_TASK, WRITABLE
from wangge.catalogue.types import AdmissionAction, AdmissionState, ApplicationKind, FieldSource
from wangge.foundation.access import Actor, require
from wangge.foundation.db import transaction
from wangge.foundation.errors import Conflict, Invalid, NotFound
from wangge.workforce import queries as workforce

#: What the form writes; everything else about an application follows from what happens to it.
WRITTEN = frozenset({
    "subitem_id", "name_zh", "name_en", "assessment", "legal_basis", "purpose", "post_in_charge", "triggers",
    "frequency", "expected_per_month", "minutes_per_month", "staffing", "funding", "training", "level", "limit_min",
    "clock", "priority", "joint_departments", "personal_data_level", "closing_condition_zh", "closing_condition_en",
    "keywords", "exit_on", "resume_on",
})  # fmt: skip
_FIELD_CODE = re.compile(r"[a-z][a-z0-9_]{1,39}")
#: What a version says that an amendment begins with.
_CARRIED = (
    "name_zh", "name_en", "triggers", "level", "limit_min", "clock", "priority", "joint_departments",
    "personal_data_level", "closing_condition_zh", "closing_condition_en", "keywords", "minutes_per_month",
)  # fmt: skip
_CARRIED_FROM_APPLICATION = (
    "legal_basis", "purpose", "post_in_charge", "frequency", "expected_per_month", "staffing", "funding", "training",
)  # fmt: skip


class NoDepartment(Invalid):
    """Only a unit of a department applies: the list says which department answers (422)."""

    code = "catalogue.no_department"


class NotYourTask(Conflict):
    """A department asks for changes of its own tasks (409)."""

    code = "catalogue.not_your_task"


class NotOnTheList(Invalid):
    """There is no such task on the list of today (422)."""

    code = "catalogue.unknown_task"


class AlreadySent(Conflict):
    """What was sent in isn't changed any more; it can be returned for that (409)."""

    code = "catalogue.already_sent"


class ForbiddenField(Invalid):
    """Something by this name is never held; nobody overrides that (422). `kind` in params."""

    code = "catalogue.forbidden_field"


class BadField(Invalid):
    """A field has a code of small Latin letters, a name, a reason and a retention (422)."""

    code = "catalogue.bad_field"


class NoSuchField(NotFound):
    """The application has no such field."""

    code = "catalogue.no_such_field"


@transaction
def draft_application(
    *, kind: ApplicationKind, unit: str, actor: Actor, at: datetime, task_code: str = ""
) -> AdmissionApplication:
    """A new draft of that unit. Needs ``catalogue.apply`` for it.

    About a task of the list it begins with what the list says of it today (NotOnTheList, 422), and only the
    department that answers for a task asks for its change (NotYourTask, 409).
    """
    require(actor, APPLY, unit=unit)
    department, area = workforce.department_of(unit, at=at)
    if not department:
        raise NoDepartment(field="unit", value=unit)
    version = None if kind is ApplicationKind.NEW else _version(task_code, department, at)
    row = AdmissionApplication.objects.create(
        kind=kind.value,
        unit=unit,
        county=area[:6],
        department=department,
        created_at=at,
        changed_at=at,
        **(_carried(version) if version else {}),
    )
    if version and kind in DESCRIBES_A_TASK:
        _carry_fields(version, row)
    return row


def _version(code: str, department: str, at: datetime) -> TaskItem:
    version = versions_on(today_of(at)).filter(code=code, is_temporary=False).first()
    if version is None:
        raise NotOnTheList(field="task_code", value=code)
    if version.department != department:
        raise NotYourTask(field="task_code", value=code)
    return version


def _carried(version: TaskItem) -> dict[str, Any]:
    said = {name: getattr(version, name) for name in _CARRIED}
    if version.application:
        said |= {name: getattr(version.application, name) for name in _CARRIED_FROM_APPLICATION}
    return said | {"task_code": version.code, "subitem_id": version.subitem_id}


def _carry_fields(version: TaskItem, row: AdmissionApplication) -> None:
    """The fields of the version with their reasons; a draft list gives none, so they have to be written."""
    known = {field.code: field for field in version.application.fields.all()} if version.application else {}
    names = CollectedField.objects.in_bulk(version.collects)
    rows = []
    for code in version.collects:
        reason, called = known.get(code), names.get(code)
        rows.append(
            ApplicationField(
                application=row,
                code=code,
                name_zh=called.name_zh if called else code,
                name_en=called.name_en if called else code,
                why=reason.why if reason else "",
                retention_days=reason.retention_days if reason else 0,
                source=reason.source if reason else FieldSource.COLLECT.value,
            )
        )
    ApplicationField.objects.bulk_create(rows)


@transaction
def save_application(
    *, application_id: int, said: Mapping[str, Any], actor: Actor, at: datetime
) -> AdmissionApplication:
    """Keep what the department has written so far. A name of something that is never held is refused at once."""
    row = _writable(application_id, actor)
    wanted = {name: value for name, value in said.items() if name in WRITTEN}
    _refuse_forbidden("name_zh", [str(wanted.get("name_zh", "")), str(wanted.get("name_en", ""))])
    for name, value in wanted.items():
        setattr(row, name, value)
    row.changed_at = at
    row.save(update_fields=[*wanted, "changed_at"])
    return row


@transaction
def put_field(
    *,
    application_id: int,
    code: str,
    why: str,
    retention_days: int,
    actor: Actor,
    at: datetime,
    name_zh: str = "",
    name_en: str = "",
    source: FieldSource = FieldSource.COLLECT,
) -> ApplicationField:
    """Say that a field is collected, why, and for how long; a field that is there already is said anew.

    What is never held is refused whatever the reason (ForbiddenField, 422). A field the register knows keeps its
    names there; another one is named here.
    """
    row = _writable(application_id, actor)
    code = code.strip()
    known = CollectedField.objects.filter(code=code).first()
    name_zh, name_en = (known.name_zh, known.name_en) if known else (name_zh.strip(), name_en.strip())
    _require_field(code, name_zh, why)
    _refuse_forbidden("code", [code, name_zh, name_en])
    said = {
        "name_zh": name_zh,
        "name_en": name_en or name_zh,
        "why": why.strip(),
        "retention_days": retention_days,
        "source": source.value,
    }
    field, _ = ApplicationField.objects.update_or_create(application=row, code=code, defaults=said)
    _touch(row, at)
    return field


def _require_field(code: str, name_zh: str, why: str) -> None:
    if not _FIELD_CODE.fullmatch(code):
        raise BadField(field="code")
    if not name_zh:
        raise BadField(field="name_zh")
    if not why.strip():
        raise BadField(field="why")


def _refuse_forbidden(field: str, names: list[str]) -> None:
    found = checks.forbidden({field: names})
    if found:
        raise ForbiddenField(field=field, name=found[0].said["name"], kind=found[0].said["kind"])


@transaction
def drop_field(*, application_id: int, field_id: int, actor: Actor, at: datetime) -> None:
    """Do without a field."""
    row = _writable(application_id, actor)
    deleted, _ = ApplicationField.objects.filter(application=row, pk=field_id).delete()
    if not deleted:
        raise NoSuchField(value=field_id)
    _touch(row, at)


@transaction
def discard_draft(*, application_id: int, actor: Actor, at: datetime) -> None:
    """Throw a draft away that was never sent; one that was sent stays for good (AlreadySent, 409)."""
    row = _writable(application_id, actor)
    if row.steps.exists():
        raise AlreadySent(state=row.state)
    row.fields.all().delete()
    row.delete()


@transaction
def send_application(*, application_id: int, actor: Actor, at: datetime, note: str = "") -> AdmissionApplication:
    """Apply (部门申报). Everything must be said (Incomplete, 422), nothing in it be refused (RefusedByCheck, 409)."""
    row = locked(application_id)
    step = allowed_step(row, AdmissionAction.APPLY, note, actor)
    require_complete(row)
    found = require_unrefused(row, at)
    return take_step(row, step, at=at, actor=actor, note=note, findings=shown(found))


def _writable(application_id: int, actor: Actor) -> AdmissionApplication:
    row = locked(application_id)
    require(actor, APPLY, unit=row.unit)
    if AdmissionState(row.state) not in WRITABLE:
        raise AlreadySent(state=row.state)
    return row


def _touch(row: AdmissionApplication, at: datetime) -> None:
    row.changed_at = at
    row.save(update_fields=["changed_at"])
