"""Requests inside one test transaction."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.db import transaction

from wangge.cases.operations import step1_discover
from wangge.foundation import db


@pytest.fixture(autouse=True)
def _refused_operations_roll_back_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page goes on after an operation refused. Outside of tests that operation's transaction has ended by
    then; here it is a savepoint of the test's own."""

    def atomic(savepoint: bool) -> transaction.Atomic:
        return transaction.Atomic(using=None, savepoint=True, durable=False)

    monkeypatch.setattr(db, "django_transaction", SimpleNamespace(atomic=atomic))
    monkeypatch.setattr(step1_discover, "atomic", atomic)
