"""What histories of the demo are tried with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests import town
from wangge.accounts import operations as accounts
from wangge.project.history.cast import _on_day
from wangge.workforce import operations as workforce
from wangge.workforce.types import AppointmentKind, Employment


@pytest.fixture
def everywhere_somebody_works(db: None) -> Iterator[None]:
    """Every community of the town gets workers and somebody who checks; nobody is remembered from other tests."""
    _on_day.cache_clear()
    held = {
        f"{role}_{community}_{number}": (community, role, community)
        for community in (town.COMMUNITY, town.NEXT_COMMUNITY, town.FAR_COMMUNITY)
        for role, count in (("grid_worker", 2), ("community_operator", 1))
        for number in range(count)
    }
    users = accounts.put_accounts(accounts=[(name, name, None) for name in held])
    posts = workforce.put_posts(posts=held.values())
    principal = (AppointmentKind.PRINCIPAL, Employment.FULL_TIME)
    appointments = [(posts[post], users[name], *principal) for name, post in held.items()]
    workforce.put_appointments(appointments=appointments, valid_from=town.SINCE)
    yield
    _on_day.cache_clear()
