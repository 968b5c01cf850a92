"""The task force reviews (区级专班初审), the government approves (区委区政府审定): each step by another person."""

from __future__ import annotations

from datetime import datetime

from wangge.catalogue.models import AdmissionApplication
from wangge.catalogue.operations.stepping import (
    allowed_step,
    hold,
    locked,
    needs_override,
    require_complete,
    require_unrefused,
    shown,
    take_step,
)
from wangge.catalogue.types import AdmissionAction
from wangge.foundation.access import Actor
from wangge.foundation.db import transaction
from wangge.foundation.errors import Invalid


class OverrideNeeded(Invalid):
    """The month of a grid would be over its ceiling: only a reason of the approver lets it pass (422)."""

    code = "catalogue.override_needed"


@transaction
def take_up(*, application_id: int, actor: Actor, at: datetime) -> AdmissionApplication:
    """Begin the preliminary review. Needs ``catalogue.review`` in the county; nobody takes up their own."""
    row = locked(application_id)
    step = allowed_step(row, AdmissionAction.TAKE_UP, "", actor)
    return take_step(row, step, at=at, actor=actor)


@transaction
def forward_application(*, application_id: int, note: str, actor: Actor, at: datetime) -> AdmissionApplication:
    """Put it before the final review, with what the task force thinks of it. Needs ``catalogue.review``."""
    row = locked(application_id)
    step = allowed_step(row, AdmissionAction.FORWARD, note, actor)
    found = require_unrefused(row, at)
    return take_step(row, step, at=at, actor=actor, note=note, findings=shown(found))


@transaction
def return_application(*, application_id: int, note: str, actor: Actor, at: datetime) -> AdmissionApplication:
    """Give it back to the department with what is to be mended. By whoever has it in hand."""
    row = locked(application_id)
    step = allowed_step(row, AdmissionAction.RETURN, note, actor)
    return take_step(row, step, at=at, actor=actor, note=note)


@transaction
def refuse_application(*, application_id: int, note: str, actor: Actor, at: datetime) -> AdmissionApplication:
    """Refuse it for good, with the reason. By whoever has it in hand."""
    row = locked(application_id)
    step = allowed_step(row, AdmissionAction.REFUSE, note, actor)
    return take_step(row, step, at=at, actor=actor, note=note)


@transaction
def approve_application(
    *, application_id: int, actor: Actor, at: datetime, note: str = "", override: str = ""
) -> AdmissionApplication:
    """Approve it. Needs ``catalogue.approve`` in the county, by somebody who neither wrote nor reviewed it.

    A load over the ceiling passes only with a reason (OverrideNeeded, 422), which stays in the history for everybody
    to read. What the checks refuse for good passes with no reason (RefusedByCheck, 409).
    """
    row = locked(application_id)
    step = allowed_step(row, AdmissionAction.APPROVE, note, actor)
    hold(row.county)
    require_complete(row)
    found = require_unrefused(row, at)
    if needs_override(found) and not override.strip():
        over = next(one.said for one in found if one.gravity.value == "OVERRIDE")
        raise OverrideNeeded(field="override", after=over["after"], ceiling=over["ceiling"])
    said: dict[str, object] = {"override": override.strip()} if needs_override(found) else {}
    return take_step(row, step, at=at, actor=actor, note=note, findings=shown(found), **said)
