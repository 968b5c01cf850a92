"""The task list in force."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from wangge.catalogue.queries import task_list
from wangge.catalogue.types import Clock, Priority, ResolveLevel
from wangge.foundation import clock

router = Router(tags=["tasks"])


class TaskOut(Schema):
    """One task: whose, how soon, when closed."""

    code: str
    name: str
    department: str
    level: ResolveLevel
    limit_min: int
    clock: Clock
    priority: Priority
    closing_condition: str


@router.get("", response=list[TaskOut], summary="The task list in force (a draft, not an official list)")
def list_tasks(request: HttpRequest) -> list[Any]:
    """All tasks in the order of their codes. Public: what is not on it can't be assigned to a grid worker."""
    return task_list(clock.now())
