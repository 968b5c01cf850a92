"""Urgent items outside the list: asked by a department, consented to with a reason, for a term that ends by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from wangge.catalogue import queries
from wangge.catalogue.models import TaskCategory, TaskItem, TaskSubItem, TemporaryItem
from wangge.catalogue.operations.applying import ForbiddenField, NoDepartment
from wangge.catalogue.operations.stepping import today_of
from wangge.catalogue.queries import NoSuchTemporaryItem
from wangge.catalogue.rules import checks
from wangge.catalogue.rules.admission import APPLY, APPROVE, NoteMissing, OwnApplication, require_term
from wangge.catalogue.rules.versions import next_code
from wangge.catalogue.types import Clock, Priority, ResolveLevel, TemporaryState
from wangge.foundation import events
from wangge.foundation.access import Actor, require
from wangge.foundation.db import transaction
from wangge.foundation.errors import Conflict, Invalid
from wangge.workforce import queries as workforce

#: The sub-item of a category under which its temporary items stand: the codes 01 to 98 are those of the list.
_TEMPORARY = ("99", "临时事项", "Temporary items")
#: A temporary item asks for the place and a photo, nothing about people.
_COLLECTS = ["location", "photo"]


@dataclass(frozen=True, slots=True)
class TemporaryAsked:
    """What a department asks of the grids for a while."""

    category: str
    name_zh: str
    why: str
    minutes_per_month: int
    limit_min: int
    closing_condition_zh: str
    valid_from: date
    valid_to: date
    name_en: str = ""
    closing_condition_en: str = ""
    clock: Clock = Clock.NATURAL


class UnknownCategory(Invalid):
    """There is no such category of the list (422)."""

    code = "catalogue.unknown_category"


class AlreadyDecided(Conflict):
    """Somebody has decided about it, or its term is over (409)."""

    code = "catalogue.already_decided"


@transaction
def ask_temporary_item(*, unit: str, asked: TemporaryAsked, actor: Actor, at: datetime) -> TemporaryItem:
    """Ask for consent to something urgent. Needs ``catalogue.apply`` for the unit; the term must end soon."""
    require(actor, APPLY, unit=unit)
    department, area = workforce.department_of(unit, at=at)
    if not department:
        raise NoDepartment(field="unit", value=unit)
    require_term(asked.valid_from, asked.valid_to, today_of(at))
    found = checks.forbidden({"name_zh": [asked.name_zh, asked.name_en]})
    if found:
        raise ForbiddenField(field="name_zh", name=found[0].said["name"], kind=found[0].said["kind"])
    if not asked.why.strip():
        raise NoteMissing(field="why")
    category = TaskCategory.objects.filter(code=asked.category).first()
    if category is None:
        raise UnknownCategory(field="category", value=asked.category)
    return TemporaryItem.objects.create(
        unit=unit,
        county=area[:6],
        department=department,
        category=category,
        name_zh=asked.name_zh.strip(),
        name_en=asked.name_en.strip() or asked.name_zh.strip(),
        why=asked.why.strip(),
        minutes_per_month=asked.minutes_per_month,
        limit_min=asked.limit_min,
        clock=asked.clock.value,
        closing_condition_zh=asked.closing_condition_zh.strip(),
        closing_condition_en=asked.closing_condition_en.strip() or asked.closing_condition_zh.strip(),
        valid_from=asked.valid_from,
        valid_to=asked.valid_to,
        asked_by_id=actor.user_id,
        asked_at=at,
    )


@transaction
def consent_to_temporary_item(*, item_id: int, reason: str, actor: Actor, at: datetime) -> TemporaryItem:
    """Consent, with the reason. Needs ``catalogue.approve`` in the county; nobody consents to their own.

    From then on, and at the earliest from the day asked for, grids may be asked for it until the last day of the term.
    """
    item = _to_decide(item_id, reason, actor)
    begins = max(item.valid_from, today_of(at))
    if begins >= item.valid_to:
        raise AlreadyDecided(state=item.state)
    item.valid_from = begins
    item.task_code = _put_version(item)
    return _decide(item, TemporaryState.CONSENTED, reason, actor, at)


@transaction
def refuse_temporary_item(*, item_id: int, reason: str, actor: Actor, at: datetime) -> TemporaryItem:
    """Refuse it, with the reason. Needs ``catalogue.approve`` in the county."""
    return _decide(_to_decide(item_id, reason, actor), TemporaryState.REFUSED, reason, actor, at)


@transaction
def stop_temporary_item(*, item_id: int, reason: str, actor: Actor, at: datetime) -> TemporaryItem:
    """End it before its term is over: nothing new is asked of grids from now on. Needs ``catalogue.approve``."""
    item = _locked(item_id)
    require(actor, APPROVE, area=item.county)
    if not reason.strip():
        raise NoteMissing(field="reason")
    if item.state != TemporaryState.CONSENTED or item.valid_to <= today_of(at):
        raise AlreadyDecided(state=item.state)
    ends = max(item.valid_from, today_of(at))
    TaskItem.objects.filter(code=item.task_code, is_temporary=True).update(valid_to=ends)
    return _decide(item, TemporaryState.STOPPED, reason, actor, at)


def _locked(item_id: int) -> TemporaryItem:
    item = TemporaryItem.objects.select_for_update(of=("self",)).filter(pk=item_id).first()
    if item is None:
        raise NoSuchTemporaryItem(value=item_id)
    return item


def _to_decide(item_id: int, reason: str, actor: Actor) -> TemporaryItem:
    item = _locked(item_id)
    require(actor, APPROVE, area=item.county)
    if item.asked_by_id is not None and item.asked_by_id == actor.user_id:
        raise OwnApplication()
    if item.state != TemporaryState.ASKED:
        raise AlreadyDecided(state=item.state)
    if not reason.strip():
        raise NoteMissing(field="reason")
    return item


def _decide(item: TemporaryItem, state: TemporaryState, reason: str, actor: Actor, at: datetime) -> TemporaryItem:
    item.state, item.reason = state.value, reason.strip()
    item.decided_by_id, item.decided_at = actor.user_id, at
    item.save()
    events.record(
        "catalogue.temporary_item.decided",
        subject=str(item.pk),
        area=item.county,
        unit=item.unit,
        at=at,
        state=state.value,
        task_code=item.task_code,
    )
    queries.forget()
    return item


def _put_version(item: TemporaryItem) -> str:
    """A version of the list that holds for the term and no longer; its new code."""
    category = TaskCategory.objects.select_for_update().get(pk=item.category_id)
    ending, zh, en = _TEMPORARY
    subitem, _ = TaskSubItem.objects.get_or_create(
        code=f"{category.code}{ending}", defaults={"category": category, "name_zh": zh, "name_en": en}
    )
    taken = TaskItem.objects.filter(code__startswith=subitem.code).values_list("code", flat=True)
    code = next_code(subitem.code, list(taken))
    TaskItem.objects.create(
        code=code,
        name_zh=item.name_zh,
        name_en=item.name_en,
        subitem=subitem,
        department=item.department,
        triggers=["report"],
        level=ResolveLevel.GRID,
        limit_min=item.limit_min,
        clock=item.clock,
        priority=Priority.HIGH,
        personal_data_level=0,
        collects=list(_COLLECTS),
        closing_condition_zh=item.closing_condition_zh,
        closing_condition_en=item.closing_condition_en,
        minutes_per_month=item.minutes_per_month,
        is_draft=False,
        is_temporary=True,
        valid_from=item.valid_from,
        valid_to=item.valid_to,
    )
    return code
