"""A subscriber reads every event at least once, in order, alone, whatever dies in between."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Event as Signal

import pytest
from django.db import OperationalError, connection, connections, transaction

from wangge.foundation import events
from wangge.foundation.models import Event, LoadedFile, Subscription
from wangge.foundation.subscriptions import advance, begin_now

pytestmark = pytest.mark.django_db(transaction=True)

AT = datetime(2026, 11, 25, tzinfo=UTC)
NAME = "test"


@pytest.fixture(autouse=True)
def _from_here() -> None:
    """What the town told before is not read here."""
    Subscription.objects.all().delete()
    begin_now(NAME)


def happen(*subjects: str) -> None:
    """Events of one transaction."""
    with transaction.atomic():
        for subject in subjects:
            events.record("test.thing.happened", subject=subject, area="", at=AT)


def read(limit: int = 500) -> list[str]:
    """Everything to the end of the stream, as its subjects."""
    seen: list[str] = []
    while advance(NAME, lambda rows: seen.extend(row.subject for row in rows), limit=limit):
        pass
    return seen


def test_each_once_and_in_order() -> None:
    happen("1")
    happen("2", "3")
    assert read() == ["1", "2", "3"]
    assert read() == []
    happen("4")
    assert read() == ["4"]


def test_a_new_subscriber_begins_at_the_beginning_or_now() -> None:
    happen("1")
    begin_now("news")
    happen("2")
    seen: dict[str, list[str]] = {"news": [], "all": []}
    for name, found in seen.items():
        advance(name, lambda rows, found=found: found.extend(row.subject for row in rows))  # type: ignore[misc]
    assert seen["news"] == ["2"]
    assert seen["all"][-2:] == ["1", "2"]


def test_what_was_written_together_is_handed_over_together() -> None:
    happen("1")
    happen("2", "3")
    happen(*"456789")
    batches: list[list[str]] = []
    while advance(NAME, lambda rows: batches.append([row.subject for row in rows]), limit=2):
        pass
    assert batches == [["1"], ["2", "3"], ["4", "5"], ["6", "7"], ["8", "9"]]  # a long one alone is cut


def test_what_the_handler_wrote_goes_when_it_fails_and_the_events_come_again() -> None:
    happen("1", "2")

    def handle(rows: Sequence[Event]) -> None:
        LoadedFile.objects.create(name="half", digest="", at=AT)
        raise RuntimeError("dies here")

    with pytest.raises(RuntimeError, match="dies here"):
        advance(NAME, handle)
    assert not LoadedFile.objects.filter(name="half").exists()
    assert read() == ["1", "2"]


def test_a_reader_killed_in_the_middle_leaves_nothing_and_the_next_reads_again() -> None:
    happen("1")

    def handle(rows: Sequence[Event]) -> None:
        LoadedFile.objects.create(name="half", digest="", at=AT)
        with connection.cursor() as db:
            db.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    def killed() -> None:
        try:
            advance(NAME, handle)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool, pytest.raises(OperationalError):
        pool.submit(killed).result()
    assert not LoadedFile.objects.filter(name="half").exists()
    assert read() == ["1"]


def test_one_reader_at_a_time() -> None:
    happen("1")
    reading, go_on = Signal(), Signal()

    def slow(rows: Sequence[Event]) -> None:
        reading.set()
        assert go_on.wait(10)

    def first() -> int:
        try:
            return advance(NAME, slow)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(first)
        assert reading.wait(10)
        assert advance(NAME, lambda rows: pytest.fail("two readers at once")) == 0
        go_on.set()
        assert held.result() == 1
    assert read() == []


def test_an_event_whose_transaction_ends_late_is_not_stepped_over() -> None:
    """Its id is older than that of a neighbour who commits first."""
    written, go_on = Signal(), Signal()

    def late() -> None:
        try:
            with transaction.atomic():
                events.record("test.thing.happened", subject="late", area="", at=AT)
                written.set()
                assert go_on.wait(10)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(late)
        assert written.wait(10)
        happen("early")
        before = read()
        go_on.set()
        writing.result()
    assert before + read() == ["late", "early"]


def test_many_writers_and_a_reader_that_never_stops() -> None:
    writers, each = 6, 25

    def write(number: int) -> None:
        try:
            for count in range(each):
                happen(f"{number}.{count}")
        finally:
            connections.close_all()

    seen: list[str] = []
    with ThreadPoolExecutor(writers) as pool:
        jobs = [pool.submit(write, number) for number in range(writers)]
        while not all(job.done() for job in jobs):
            seen += read(limit=7)
        for job in jobs:
            job.result()
    seen += read()
    assert sorted(seen) == sorted(f"{number}.{count}" for number in range(writers) for count in range(each))
    for number in range(writers):
        assert [one for one in seen if one.startswith(f"{number}.")] == [f"{number}.{n}" for n in range(each)]
