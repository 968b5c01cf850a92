from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.calendars import SHIPPED, local
from wangge.foundation.worktime import LOCAL, Calendar, Clock, add_minutes, minutes_between

HOUR = 60
EMPTY = Calendar({}, None)
EARLIEST, LATEST = datetime.fromisoformat("2025-12-20"), datetime.fromisoformat("2026-12-20")
instants = st.datetimes(EARLIEST, LATEST).map(lambda d: d.replace(second=0, microsecond=0, tzinfo=LOCAL))
whole_minutes = st.integers(0, 6000)
clocks = st.sampled_from(Clock)


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ("2026-11-20 16:00", 4, "2026-11-23 11:00"),  # kpis §8.2
        ("2026-11-20 16:00", 24, "2026-11-25 16:00"),  # kpis §8.3
        ("2026-11-20 09:00", 3, "2026-11-20 12:00"),  # ends with the morning, not at 13:00
        ("2026-11-20 12:30", 1, "2026-11-20 14:00"),  # begins in the lunch hour
        ("2026-11-20 18:00", 1, "2026-11-23 10:00"),
        ("2026-11-21 10:00", 8, "2026-11-23 18:00"),  # begins on a Saturday
        (
            "2026-01-03 10:00",
            4,
            "2026-01-04 14:00",
        ),  # §8.6: a free Saturday, a worked Sunday (调休)
        ("2026-02-13 16:00", 4, "2026-02-14 11:00"),  # Saturday worked before the Spring Festival
        ("2026-02-14 16:00", 4, "2026-02-24 11:00"),  # and then a week off
        ("2026-09-30 17:00", 2, "2026-10-08 10:00"),  # National Day
    ],
)
def test_working_hours(start: str, hours: float, due: str) -> None:
    assert add_minutes(local(start), hours * HOUR, Clock.WORKING, SHIPPED).at == local(due)


def test_natural_hours_run_through_the_night() -> None:
    due = add_minutes(local("2026-11-21 23:30"), 2 * HOUR, Clock.NATURAL, SHIPPED)  # kpis §8.4
    assert due.at == local("2026-11-22 01:30")
    assert not due.provisional


def test_no_minutes_pass_at_once_whatever_the_hour() -> None:
    for start in ("2026-11-20 12:00", "2026-11-20 18:00", "2026-11-21 10:00", "2026-11-23 09:00"):
        assert add_minutes(local(start), 0, Clock.WORKING, SHIPPED).at == local(start)


def test_deadlines_past_the_known_calendar_are_provisional() -> None:
    year_end = local("2026-12-31 16:00")
    assert not add_minutes(year_end, 2 * HOUR, Clock.WORKING, SHIPPED).provisional
    after = add_minutes(year_end, 3 * HOUR, Clock.WORKING, SHIPPED)
    assert after.provisional
    assert after.at == local("2027-01-01 10:00")  # Monday to Friday, until the year's holidays are announced
    assert not add_minutes(year_end, 30 * HOUR, Clock.NATURAL, SHIPPED).provisional
    assert add_minutes(local("2026-11-20 16:00"), 1, Clock.WORKING, EMPTY).provisional


def test_the_answer_keeps_the_time_zone_of_the_question() -> None:
    due = add_minutes(datetime(2026, 11, 20, 8, tzinfo=UTC), 4 * HOUR, Clock.WORKING, SHIPPED).at
    assert due == datetime(2026, 11, 23, 3, tzinfo=UTC)
    assert due.tzinfo is UTC


def test_a_table_day_overrides_the_week() -> None:
    saturday = date(2026, 11, 21)
    calendar = Calendar({saturday: True, date(2026, 11, 23): False}, date(2026, 11, 23))
    assert calendar.is_working(saturday)
    assert add_minutes(local("2026-11-20 17:00"), 9 * HOUR, Clock.WORKING, calendar).at == local("2026-11-21 18:00")
    assert minutes_between(local("2026-11-20 18:00"), local("2026-11-24 09:00"), Clock.WORKING, calendar) == 480


@given(instants, whole_minutes, clocks)
def test_the_minutes_added_are_the_minutes_between(start: datetime, minutes: int, clock: Clock) -> None:
    due = add_minutes(start, minutes, clock, SHIPPED).at
    assert due >= start
    assert minutes_between(start, due, clock, SHIPPED) == minutes
    if minutes:  # the earliest such instant
        assert minutes_between(start, due - timedelta(minutes=1), clock, SHIPPED) < minutes


@given(instants, whole_minutes, st.integers(0, 500), clocks)
def test_more_minutes_never_end_earlier(start: datetime, minutes: int, more: int, clock: Clock) -> None:
    assert add_minutes(start, minutes, clock, SHIPPED).at <= add_minutes(start, minutes + more, clock, SHIPPED).at


@given(instants, st.integers(0, 20_000), whole_minutes, clocks)
def test_a_later_start_never_ends_earlier(start: datetime, later: int, minutes: int, clock: Clock) -> None:
    late = start + timedelta(minutes=later)
    assert add_minutes(start, minutes, clock, SHIPPED).at <= add_minutes(late, minutes, clock, SHIPPED).at


@given(instants, st.integers(0, 20_000), st.integers(0, 20_000), clocks)
def test_spans_add_up(start: datetime, first: int, second: int, clock: Clock) -> None:
    middle, end = start + timedelta(minutes=first), start + timedelta(minutes=first + second)
    parts = minutes_between(start, middle, clock, SHIPPED) + minutes_between(middle, end, clock, SHIPPED)
    assert parts == minutes_between(start, end, clock, SHIPPED)
    assert minutes_between(end, start, clock, SHIPPED) == (0 if second + first else parts)
