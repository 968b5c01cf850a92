"""What was approved comes on the list: a version from its day, or the end of one; and what time does afterwards."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from wangge.catalogue import queries
from wangge.catalogue.models import AdmissionApplication, CollectedField, TaskItem, TaskSubItem
from wangge.catalogue.operations.stepping import allowed_step, hold, locked, require_unrefused, take_step, today_of
from wangge.catalogue.rules.admission import Standing, done_by_time, step_for
from wangge.catalogue.rules.versions import (
    EndsTooEarly,
    LaterVersionPlanned,
    NothingToChange,
    holds,
    next_code,
    require_day,
)
from wangge.catalogue.types import AdmissionAction, AdmissionState, ApplicationKind, Nature
from wangge.foundation.access import Actor
from wangge.foundation.db import transaction

#: What a version takes over from its application as it stands there.
_CARRIED = (
    "department", "joint_departments", "triggers", "level", "limit_min", "clock", "priority", "personal_data_level",
    "closing_condition_zh", "keywords", "minutes_per_month",
)  # fmt: skip


@transaction
def publish_application(
    *, application_id: int, day: date, actor: Actor, at: datetime, note: str = ""
) -> AdmissionApplication:
    """Publish what was approved, in force from `day` on. Needs ``catalogue.review``: the task force carries it out.

    A new task gets the next code of its sub-item; an amendment ends the version before it and begins another; a
    suspension ends the version and, where a day is planned, begins it again; an exit ends what is and what was to
    come. The past is never changed (StartsInThePast, 422).
    """
    row = locked(application_id)
    step = allowed_step(row, AdmissionAction.PUBLISH, note, actor)
    require_day(day, today_of(at))
    require_unrefused(row, at)
    hold(row.task_code)
    _CARRY_OUT[ApplicationKind(row.kind)](row, day)
    row.effective_on = day
    take_step(row, step, at=at, actor=actor, note=note, day=day.isoformat(), task_code=row.task_code)
    queries.forget()
    return row


def _add(row: AdmissionApplication, day: date) -> None:
    assert row.subitem_id is not None  # what was sent is complete
    subitem = TaskSubItem.objects.select_for_update().get(pk=row.subitem_id)
    taken = TaskItem.objects.filter(code__startswith=subitem.code).values_list("code", flat=True)
    row.task_code = next_code(subitem.code, list(taken))
    _begin(row, day)


def _amend(row: AdmissionApplication, day: date) -> None:
    _refuse_later(row.task_code, day)
    _end_running(row.task_code, day)
    _begin(row, day)


def _suspend(row: AdmissionApplication, day: date) -> None:
    _refuse_later(row.task_code, day)
    running = _end_running(row.task_code, day)
    if running is None:
        raise NothingToChange(value=row.task_code)
    if row.resume_on is None:
        return
    if row.resume_on <= day:
        raise EndsTooEarly(field="day", end=row.resume_on.isoformat())
    if running.valid_to is None or row.resume_on < running.valid_to:
        running.pk, running.valid_from = None, row.resume_on
        running.save(force_insert=True)


def _exit(row: AdmissionApplication, day: date) -> None:
    later = _later(row.task_code, day)
    ended = _end_running(row.task_code, day) is not None
    for version in later:  # what was planned never comes into force, and stays readable as such
        TaskItem.objects.filter(pk=version.pk).update(valid_to=version.valid_from)
    if not ended and not later:
        raise NothingToChange(value=row.task_code)


_CARRY_OUT = {
    ApplicationKind.NEW: _add,
    ApplicationKind.AMENDMENT: _amend,
    ApplicationKind.SUSPENSION: _suspend,
    ApplicationKind.EXIT: _exit,
}


def _versions(code: str) -> list[TaskItem]:
    return list(TaskItem.objects.select_for_update(of=("self",)).filter(code=code).order_by("valid_from"))


def _later(code: str, day: date) -> list[TaskItem]:
    """Versions that begin on that day or after it, without those that never will."""
    return [one for one in _versions(code) if one.valid_from >= day and one.valid_to != one.valid_from]


def _refuse_later(code: str, day: date) -> None:
    later = _later(code, day)
    if later:
        raise LaterVersionPlanned(field="day", value=code, begins=later[0].valid_from.isoformat())


def _end_running(code: str, day: date) -> TaskItem | None:
    """End the version that holds on that day; the version as it was before."""
    for version in _versions(code):
        if version.valid_from < day and holds(version.valid_from, version.valid_to, day):
            TaskItem.objects.filter(pk=version.pk).update(valid_to=day)
            return version
    return None


def _begin(row: AdmissionApplication, day: date) -> None:
    assert row.subitem_id is not None
    if row.exit_on is not None and row.exit_on <= day:
        raise EndsTooEarly(field="day", end=row.exit_on.isoformat())
    fields = list(row.fields.order_by("pk"))
    known = set(CollectedField.objects.values_list("code", flat=True))
    CollectedField.objects.bulk_create(
        [
            CollectedField(code=one.code, name_zh=one.name_zh, name_en=one.name_en)
            for one in fields
            if one.code not in known
        ]
    )
    carried: dict[str, Any] = {name: getattr(row, name) for name in _CARRIED}
    TaskItem.objects.create(
        code=row.task_code,
        name_zh=row.name_zh,
        name_en=row.name_en or row.name_zh,
        subitem_id=row.subitem_id,
        application=row,
        nature=_nature_of(row.task_code),
        collects=[one.code for one in fields],
        closing_condition_en=row.closing_condition_en or row.closing_condition_zh,
        is_draft=False,
        valid_from=day,
        valid_to=row.exit_on,
        **carried,
    )


def _nature_of(code: str) -> Nature:
    """Applications don't say whether a task is about a facility: a version is what the one before it was."""
    before = _versions(code)
    return Nature(before[-1].nature) if before else Nature.EVENT


@transaction
def apply_due_applications(*, at: datetime) -> int:
    """What time does: published ones take effect, and those on the list are amended, paused, resumed or leave it.

    The list itself needs no such job, its versions have days; this writes the history of the applications. The number
    of steps taken.
    """
    day, taken = today_of(at), 0
    for application_id in queries.due_by_time(day):
        row = locked(application_id)
        standing = _standing(row, day)
        while action := done_by_time(AdmissionState(row.state), ApplicationKind(row.kind), standing):
            take_step(row, step_for(action, AdmissionState(row.state)), at=at)
            taken += 1
    return taken


def _standing(row: AdmissionApplication, day: date) -> Standing:
    running = next((one for one in _versions(row.task_code) if holds(one.valid_from, one.valid_to, day)), None)
    last = (
        AdmissionApplication.objects.filter(task_code=row.task_code, effective_on__lte=day)
        .order_by("-effective_on", "-pk")
        .values_list("kind", flat=True)
        .first()
    )
    return Standing(
        has_begun=row.effective_on is not None and row.effective_on <= day,
        is_in_force=running is not None and running.application_id == row.pk,
        is_replaced=running is not None and running.application_id != row.pk,
        is_paused=running is None and last == ApplicationKind.SUSPENSION,
    )
