"""Database tests share one loaded town; each test sees it as it was loaded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from pytest_django import DjangoDbBlocker, Settings

from tests import town as the_town
from wangge.catalogue import queries as catalogue
from wangge.foundation import secrets

CONTACT_KEY = Fernet.generate_key().decode()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """The test database of pytest-django, with the town in it."""
    with django_db_blocker.unblock():
        the_town.load()


@pytest.fixture
def committed_town(transactional_db: None) -> None:
    """For tests that really commit. They end by emptying every table, so the town is loaded again."""
    catalogue.forget()
    the_town.load()


@pytest.fixture(autouse=True)
def _media_elsewhere(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture(autouse=True)
def _key_of_the_tests(settings: Settings) -> Iterator[None]:
    settings.CONTACT_KEYS = [CONTACT_KEY]
    secrets._box.cache_clear()
    yield
    secrets._box.cache_clear()
