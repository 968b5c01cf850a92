"""Applications as a department writes them, brought to any state through the real operations."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from tests import town
from wangge.catalogue import operations as catalogue
from wangge.catalogue.models import AdmissionApplication, TaskSubItem
from wangge.catalogue.types import ApplicationKind, Clock, FieldSource, Frequency, ResolveLevel
from wangge.foundation import clock
from wangge.foundation.worktime import LOCAL

TODAY: date = town.AT.astimezone(LOCAL).date()

#: Everything the form asks for about a new task that resembles no other.
WORDS: dict[str, Any] = {
    "name_zh": "共享单车停放秩序巡查",
    "name_en": "Order of shared bicycles",
    "legal_basis": "《城市道路管理条例》第二十七条",
    "purpose": "让人行道保持畅通",
    "post_in_charge": "市容科科长",
    "triggers": ["patrol"],
    "frequency": Frequency.WEEKLY.value,
    "expected_per_month": 30,
    "minutes_per_month": 60,
    "staffing": "街道增派两名协管员",
    "funding": "每网格每年 2000 元",
    "training": "上岗前半天",
    "level": ResolveLevel.GRID.value,
    "limit_min": 240,
    "clock": Clock.WORKING.value,
    "closing_condition_zh": "车辆已归位",
    "closing_condition_en": "Bicycles are back in their bays",
    "keywords": ["共享单车", "单车乱停"],
}


def lead() -> Any:
    return town.actor("unit_lead")


def reviewer() -> Any:
    return town.actor("task_list_reviewer")


def approver() -> Any:
    return town.actor("task_list_approver")


def draft(
    kind: ApplicationKind = ApplicationKind.NEW, *, task_code: str = "", at: datetime = town.AT, **said: Any
) -> AdmissionApplication:
    """A draft with everything said but the fields of a new task."""
    row = catalogue.draft_application(kind=kind, unit=town.DEPARTMENT, task_code=task_code, actor=lead(), at=at)
    words = WORDS | {"subitem_id": TaskSubItem.objects.get(code="0402").pk} if kind is ApplicationKind.NEW else {}
    if kind is ApplicationKind.AMENDMENT:
        words = {name: WORDS[name] for name in WORDS if name not in ("name_zh", "name_en", "keywords")}
    words |= {"assessment": "一年来件数下降"} if kind is not ApplicationKind.NEW else {}
    words |= {"legal_basis": "同上"} if kind is ApplicationKind.SUSPENSION else {}
    return catalogue.save_application(application_id=row.pk, said=words | said, actor=lead(), at=at)


def with_fields(row: AdmissionApplication, at: datetime = town.AT) -> AdmissionApplication:
    """Its fields with their reasons: what it carries already, or the place and a photo."""
    codes = [field.code for field in row.fields.all()] or ["location", "photo"]
    for code in codes:
        catalogue.put_field(
            application_id=row.pk,
            code=code,
            why="到现场要用",
            retention_days=180,
            source=FieldSource.SHARE if code in ("premises_id", "merchant_name", "site_name") else FieldSource.COLLECT,
            actor=lead(),
            at=at,
        )
    return row


def complete(kind: ApplicationKind = ApplicationKind.NEW, *, at: datetime = town.AT, **said: Any) -> int:
    """The id of a draft ready to be sent."""
    row = draft(kind, at=at, **said)
    if kind in (ApplicationKind.NEW, ApplicationKind.AMENDMENT):
        with_fields(row, at)
    return row.pk


def sent(kind: ApplicationKind = ApplicationKind.NEW, *, at: datetime = town.AT, **said: Any) -> int:
    pk = complete(kind, at=at, **said)
    catalogue.send_application(application_id=pk, actor=lead(), at=at)
    return pk


def in_final_review(kind: ApplicationKind = ApplicationKind.NEW, *, at: datetime = town.AT, **said: Any) -> int:
    pk = sent(kind, at=at, **said)
    catalogue.take_up(application_id=pk, actor=reviewer(), at=at)
    catalogue.forward_application(application_id=pk, note="依据充分", actor=reviewer(), at=at)
    return pk


def approved(kind: ApplicationKind = ApplicationKind.NEW, *, at: datetime = town.AT, **said: Any) -> int:
    pk = in_final_review(kind, at=at, **said)
    catalogue.approve_application(application_id=pk, actor=approver(), at=at)
    return pk


def published(
    kind: ApplicationKind = ApplicationKind.NEW, *, day: date = TODAY, at: datetime = town.AT, **said: Any
) -> AdmissionApplication:
    """Published, in force from that day."""
    pk = approved(kind, at=at, **said)
    return catalogue.publish_application(application_id=pk, day=day, actor=reviewer(), at=at)


def temporary_item(*, at: datetime | None = None) -> int:
    """The id of a temporary item that waits for consent, for a week from now."""
    at = at or clock.now()
    today = at.astimezone(LOCAL).date()
    asked = catalogue.TemporaryAsked(
        category="09",
        name_zh="清雪除冰巡查",
        why="气象台发布暴雪预警",
        minutes_per_month=200,
        limit_min=120,
        closing_condition_zh="路面无积雪",
        valid_from=today,
        valid_to=today + timedelta(days=7),
    )
    return catalogue.ask_temporary_item(unit=town.DEPARTMENT, asked=asked, actor=lead(), at=at).pk


def state_of(pk: int) -> str:
    return AdmissionApplication.objects.values_list("state", flat=True).get(pk=pk)
