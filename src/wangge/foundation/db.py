"""Database helpers: the transaction of an operation, prefix filters, keyset pages, append-only guards."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar

import pgtrigger
from django.db import connection, models
from django.db import transaction as django_transaction
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.backends.utils import CursorWrapper
from django.db.models import Q

P = ParamSpec("P")
R = TypeVar("R")


def transaction(function: Callable[P, R]) -> Callable[P, R]:
    """Run a public operation in one transaction: a problem raised inside leaves nothing of it behind.

    An operation called by another is a part of it (a savepoint), and the outer one decides.
    """

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with django_transaction.atomic():
            return function(*args, **kwargs)

    return run


@contextmanager
def prepared() -> Iterator[CursorWrapper]:
    """A cursor for the hand-written statements of hot paths: each is planned once a connection, not once a call.

    Planning costs PostgreSQL more than running them (docs/decisions/0014-prepared-statements.md). Parameters
    travel apart from the text, so their types must follow from where they stand or be cast.
    """
    with connection.cursor() as db:
        db.cursor = ServerBindingCursor(db.cursor.connection)  # type: ignore[call-arg]
        yield db


class CodeField(models.CharField[str, str]):
    """A hierarchical or coded string compared byte by byte, so that a prefix test can use its index."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        kwargs.setdefault("db_collation", "C")
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]


def within(field: str, areas: Iterable[str]) -> Q:
    """Rows whose code in `field` lies in one of the areas (prefix test); none for no areas."""
    condition = Q(pk__in=[])
    for area in areas:
        condition |= Q(**{f"{field}__startswith": area}) if area else ~Q(pk__in=[])
    return condition


def append_only() -> tuple[pgtrigger.Trigger, ...]:
    """Triggers that let rows in and never let them be changed or removed, one by one or all at once."""
    return (
        pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        pgtrigger.Trigger(
            name="never_emptied",
            level=pgtrigger.Statement,
            operation=pgtrigger.Truncate,
            when=pgtrigger.Before,
            func="RAISE EXCEPTION 'Cannot delete rows from % table', TG_TABLE_NAME;",
        ),
    )


def unchanging(*columns: str) -> pgtrigger.Trigger:
    """A trigger that lets these columns be written once, when the row comes in."""
    return pgtrigger.Protect(name="as_it_came_in", operation=pgtrigger.UpdateOf(*columns))  # type: ignore[no-untyped-call]
