"""Reminders come in the hours that the receiver's centre has adopted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, time

import pytest

from tests import town
from tests.db.cases.flow import in_state
from tests.db.notices.test_telling import kinds, light
from wangge.cases.types import State
from wangge.catalogue.operations.clocks import adopt_clock_rules
from wangge.catalogue.queries import forget
from wangge.catalogue.types import DEFAULT_PROFILE
from wangge.foundation.models import Event
from wangge.foundation.worktime import LOCAL
from wangge.notices import operations
from wangge.notices.types import NoticeKind

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _early_hours() -> Iterator[None]:
    """A centre that works from half past seven to eleven, and from half past fourteen to six."""
    hours = ((time(7, 30), time(11)), (time(14, 30), time(18)))
    adopt_clock_rules(
        area=town.COUNTY, valid_from=town.AT.date(), profile=replace(DEFAULT_PROFILE, hours=hours),
        note="夏令时", actor=town.actor("centre_leader"), at=town.AT,
    )  # fmt: skip
    forget()
    yield
    forget()


@pytest.mark.parametrize(
    ("happened", "seen"),
    [((8, 0), True), ((11, 30), False)],
    ids=["at work before nine", "at rest before noon"],
)
def test_a_reminder_comes_in_the_hours_of_the_receivers_centre(happened: tuple[int, int], seen: bool) -> None:
    number = in_state(State.IN_PROGRESS)
    day = (town.AT.date()).toordinal() + 1
    at = datetime.combine(datetime.fromordinal(day), time(*happened), LOCAL)
    light(number, "red", at=at)
    operations.tell(events=list(Event.objects.filter(subject=number, at=at)), at=at)
    soon = at.replace(minute=at.minute + 5)
    assert (NoticeKind.LIGHT_RED in kinds("unit_handler", at=soon)) is seen
