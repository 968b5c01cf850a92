"""The task list in force or of another day, and everything its tasks collect."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from wangge.catalogue.queries import collected_fields, task_list
from wangge.catalogue.types import Clock, FieldSource, Priority, ResolveLevel
from wangge.foundation import clock
from wangge.foundation.worktime import LOCAL

router = Router(tags=["tasks"])
fields = Router(tags=["tasks"])


class TaskOut(Schema):
    """One task: whose, how soon, when closed, and on which days this version holds (`valid_to` is not included)."""

    code: str
    name: str
    department: str
    level: ResolveLevel
    limit_min: int
    clock: Clock
    priority: Priority
    closing_condition: str
    valid_from: date
    valid_to: date | None
    minutes_per_month: int
    is_draft: bool
    is_temporary: bool


class CollectedFieldOut(Schema):
    """One thing one task collects: why, on what legal basis, how long it is kept. Empty where a draft gives none."""

    code: str
    name: str
    task_code: str
    task: str
    department: str
    why: str
    legal_basis: str
    retention_days: int | None
    source: FieldSource
    is_draft: bool


@router.get("", response=list[TaskOut], summary="The task list in force (a draft, not an official list)")
def list_tasks(request: HttpRequest, on: date | None = None) -> list[Any]:
    """All tasks in the order of their codes, now or `on` a day past or to come. Public: what is not on it can't be
    assigned to a grid worker."""
    return task_list(clock.now(), day=on)


@fields.get("", response=list[CollectedFieldOut], summary="Everything the tasks in force collect, and why")
def list_collected_fields(request: HttpRequest, on: date | None = None) -> list[Any]:
    """Each field of each task, in the order of the names, now or `on` a day past or to come. Public."""
    return collected_fields(on or clock.now().astimezone(LOCAL).date())
