"""Database tests share one loaded town; each test sees it as it was loaded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pgtrigger
import pytest
from cryptography.fernet import Fernet
from django.db import connection
from pytest_django import DjangoDbBlocker, Settings

from tests import town as the_town
from wangge.catalogue import queries as catalogue
from wangge.foundation import secrets
from wangge.workforce.models import Role

CONTACT_KEY = Fernet.generate_key().decode()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """The test database of pytest-django, with the town in it. Tests that commit end by emptying its tables."""
    with django_db_blocker.unblock():
        the_town.load()
        with connection.cursor() as db:
            for table, trigger in never_emptied():
                db.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER "{trigger}"')


@pytest.fixture(scope="module", autouse=True)
def _the_town_again(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A file whose last tests committed has left empty tables to the next."""
    yield
    with django_db_blocker.unblock():
        if not Role.objects.exists():
            with connection.cursor() as db:
                db.execute("TRUNCATE procrastinate_jobs CASCADE")
            catalogue.forget()
            the_town.load()


def never_emptied() -> list[tuple[str, str]]:
    """Tables that the database lets nobody empty, and the trigger that holds it."""
    found = [(model, trigger) for model, trigger in pgtrigger.registered() if trigger.name == "never_emptied"]
    return [(model._meta.db_table, trigger.get_pgid(model)) for model, trigger in found]


@pytest.fixture
def committed_town(transactional_db: None) -> None:
    """For tests that really commit. They end by emptying every table, so the town is loaded again."""
    catalogue.forget()
    the_town.load()


@pytest.fixture(autouse=True)
def _names_as_they_are() -> Iterator[None]:
    """What a test renamed or took off the list is not remembered by the next."""
    yield
    catalogue.forget()


@pytest.fixture(autouse=True)
def _media_elsewhere(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(autouse=True)
def _key_of_the_tests(settings: Settings) -> Iterator[None]:
    settings.CONTACT_KEYS = [CONTACT_KEY]
    secrets._box.cache_clear()
    yield
    secrets._box.cache_clear()
