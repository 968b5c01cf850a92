"""Whatever is published about a task, in whatever order: a day has one version or none, and a slow model agrees."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import town
from tests.db.catalogue.applying import TODAY, approved, reviewer
from wangge.catalogue import operations as catalogue
from wangge.catalogue import queries
from wangge.catalogue.models import AdmissionApplication
from wangge.catalogue.operations import NotOnTheList
from wangge.catalogue.types import ApplicationKind
from wangge.foundation.errors import Conflict, Invalid

pytestmark = pytest.mark.django_db
DAYS = 40
K = ApplicationKind


@pytest.fixture(autouse=True)
def _list_read_anew() -> Iterator[None]:
    queries.forget()
    yield
    queries.forget()


Act = tuple[ApplicationKind, int, int | None, int]
acts = st.lists(
    st.tuples(
        st.sampled_from([K.AMENDMENT, K.SUSPENSION, K.EXIT]),
        st.integers(0, 20),  # from when
        st.one_of(st.none(), st.integers(1, 30)),  # resumes or leaves after so many days
        st.integers(0, 4),  # days that pass before
    ),
    min_size=1,
    max_size=6,
)


def _day(number: int) -> date:
    return TODAY + timedelta(days=number)


def _in_force() -> list[bool]:
    queries.forget()
    return [_admitted(number) for number in range(DAYS)]


def _admitted(number: int) -> bool:
    try:
        return bool(queries.require_admitted(town.GRID_TASK, at=town.later(days=number)))
    except queries.NotAdmitted:
        return False


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts)
def test_the_list_is_what_was_published_last(history: list[Act]) -> None:
    with transaction.atomic():
        _live_through(history)
        transaction.set_rollback(True)


def _live_through(history: list[Act]) -> None:
    expected, now = [True] * DAYS, 0
    for kind, ahead, length, passes in history:
        now += passes
        at, start = town.later(days=now), now + ahead
        end = None if length is None else start + length
        said = {} if end is None else {"exit_on" if kind is K.AMENDMENT else "resume_on": _day(end)}
        before = list(expected)
        try:
            pk = approved(kind, task_code=town.GRID_TASK, at=at, **said)
        except NotOnTheList:
            assert not expected[now]
            continue
        with suppress(Conflict, Invalid):
            catalogue.publish_application(application_id=pk, day=_day(start), actor=reviewer(), at=at)
            expected = _after(kind, before, start, end)
        catalogue.apply_due_applications(at=at)
        assert _in_force() == expected
        assert expected[:start] == before[:start]  # the past is never changed
        assert _states() <= {"APPROVED", "PUBLISHED", "EFFECTIVE", "AMENDED", "SUSPENDED", "EXITED"}


def _states() -> set[str]:
    return set(AdmissionApplication.objects.values_list("state", flat=True))


def _after(kind: ApplicationKind, before: list[bool], start: int, end: int | None) -> list[bool]:
    """What a list of days says: the slow way."""
    if kind is K.AMENDMENT:
        return [before[n] if n < start else end is None or n < end for n in range(DAYS)]
    if kind is K.EXIT:
        return [before[n] and n < start for n in range(DAYS)]
    return [before[n] and (n < start or (end is not None and n >= end)) for n in range(DAYS)]
