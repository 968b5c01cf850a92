"""One step of an application: look who may, move it by the table, and write it into its history."""

from __future__ import annotations

from datetime import date, datetime

from django.db import connection

from wangge.catalogue.models import AdmissionApplication, AdmissionStep
from wangge.catalogue.queries import NoSuchApplication, findings, missing_of
from wangge.catalogue.rules import checks
from wangge.catalogue.rules.admission import (
    Incomplete,
    Step,
    require_note,
    require_other_person,
    step_for,
)
from wangge.catalogue.types import AdmissionAction, AdmissionState, Finding, Gravity
from wangge.foundation import events
from wangge.foundation.access import Actor, require
from wangge.foundation.errors import Conflict
from wangge.foundation.worktime import LOCAL

#: Advisory locks of the catalogue: two versions of a task, or two loads, are never decided upon at the same moment.
_LOCK_SPACE = 321


class RefusedByCheck(Conflict):
    """The checks found something that nobody overrides (409). `about` names it, `kind` says what it is."""

    code = "catalogue.refused_by_check"


def locked(application_id: int) -> AdmissionApplication:
    """The application, for this transaction alone; NoSuchApplication (404)."""
    row = AdmissionApplication.objects.select_for_update(of=("self",)).filter(pk=application_id).first()
    if row is None:
        raise NoSuchApplication(value=application_id)
    return row


def hold(what: str) -> None:
    """Let nobody else decide about the same task or the same county's month until this transaction ends."""
    with connection.cursor() as db:
        db.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_LOCK_SPACE, what])


def today_of(at: datetime) -> date:
    """The local day of an instant: versions begin and end with days."""
    return at.astimezone(LOCAL).date()


def allowed_step(row: AdmissionApplication, action: AdmissionAction, note: str, actor: Actor) -> Step:
    """The row of the table for this action, if this actor may take it now and has said why."""
    step = step_for(action, AdmissionState(row.state))
    require(actor, step.by, area=row.county, unit=row.unit)
    acted = [(AdmissionAction(name), who) for name, who in row.steps.values_list("action", "by_id")]
    require_other_person(step, actor.user_id, acted)
    require_note(step, note)
    return step


def require_complete(row: AdmissionApplication) -> None:
    """Everything is said that must be said: Incomplete (422) names all that is missing."""
    absent = missing_of(row)
    if absent:
        raise Incomplete(field=absent[0], fields=list(absent))


def require_unrefused(row: AdmissionApplication, at: datetime) -> list[Finding]:
    """What the checks found, unless something among it refuses for good: RefusedByCheck (409)."""
    found = findings(row, day=today_of(at))
    refused = next((one for one in found if one.gravity is Gravity.REFUSED), None)
    if refused is not None:
        raise RefusedByCheck(field="fields", about=refused.about, kind=refused.kind.value, name=refused.said["name"])
    return found


def take_step(
    row: AdmissionApplication,
    step: Step,
    *,
    at: datetime,
    actor: Actor | None = None,
    note: str = "",
    **detail: object,
) -> AdmissionApplication:
    """Write the step down and project the state; everybody who listens is told."""
    seq = row.steps.count() + 1
    AdmissionStep.objects.create(
        application=row,
        seq=seq,
        action=step.action.value,
        state=step.target.value,
        at=at,
        by_id=actor.user_id if actor else None,
        note=note.strip(),
        detail=detail,
    )
    row.state, row.changed_at = step.target.value, at
    row.save(update_fields=["state", "changed_at", "task_code", "effective_on"])
    events.record(
        "catalogue.application.moved",
        subject=str(row.pk),
        area=row.county,
        unit=row.unit,
        at=at,
        action=step.action.value,
        state=step.target.value,
    )
    return row


def shown(found: list[Finding]) -> list[dict[str, object]]:
    """Findings as they are kept with a decision."""
    return [{"kind": one.kind.value, "gravity": one.gravity.value, "about": one.about, **one.said} for one in found]


def needs_override(found: list[Finding]) -> bool:
    """Whether the approver must say why it passes all the same."""
    return checks.needs_override(found)
