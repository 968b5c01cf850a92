"""Who changed something: the name that the audit triggers write beside what changed.

pghistory's own middleware puts its settings before every write of a request. Almost no request writes to a
table that is tracked, so here the look is at the statement, and only those that do are told who it was.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any
from uuid import uuid4

import orjson
import pghistory.models
from django.apps import apps
from django.db import connection, models, transaction

Who = Callable[[], int | None]
_SET = "SELECT set_config('pghistory.context_id', %s, true), set_config('pghistory.context_metadata', %s, true)"
_WRITES = ("INSERT", "UPDATE", "DELETE")


@contextmanager
def done_by(who: Who) -> Iterator[None]:
    """Tracked changes inside are written down as this account's; `who` is asked only when there is one."""
    with connection.execute_wrapper(_Teller(who)):
        yield


@cache
def event_models() -> dict[str, type[models.Model]]:
    """The tables of changes, by the label of the model they track."""
    return {
        model.pgh_tracked_model._meta.label: model  # type: ignore[attr-defined]
        for model in apps.get_models()
        if issubclass(model, pghistory.models.Event) and hasattr(model, "pgh_tracked_model")
    }


@cache
def _tracked() -> re.Pattern[str]:
    tables = "|".join(
        sorted(model.pgh_tracked_model._meta.db_table for model in event_models().values())  # type: ignore[attr-defined]
    )
    return re.compile(rf'(?:INSERT INTO|UPDATE|DELETE FROM) "(?:{tables})"')


class _Teller:
    """An execute wrapper; the id of the context is one for all changes of a request."""

    __slots__ = ("_id", "_who")

    def __init__(self, who: Who) -> None:
        self._who, self._id = who, ""

    def __call__(self, execute: Any, sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
        if not isinstance(sql, str) or not sql.startswith(_WRITES) or not _tracked().match(sql):
            return execute(sql, params, many, context)
        with transaction.atomic(savepoint=False):
            self._tell(context)
            return execute(sql, params, many, context)

    def _tell(self, context: dict[str, Any]) -> None:
        user = self._who()
        if user is None:
            return
        self._id = self._id or str(uuid4())
        with context["connection"].cursor() as db:
            db.execute(_SET, [self._id, orjson.dumps({"user": user}).decode()])
