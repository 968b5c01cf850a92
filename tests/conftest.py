"""What all tests share: which run together in one process, and an instance of the running product."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.e2e.instance import Instance, running

#: Tests that drive a running instance wait more than they compute: all of them in one process, beside the others.
RUNNING = ("e2e", "conformance")
TESTS = Path(__file__).parent
#: Readers of the stream of events wait for every transaction of the cluster, also those of a test beside them.
READING_THE_STREAM = re.compile(
    r"\b(advance|follow_cases|follow_calendar|newest|begin_now|queue_deliveries)\(|console:live|desk/live"
    r"|events\.since|from wangge\.\w+(\.tasks import| import tasks)"
)


@cache
def _reads_the_stream(file: Path) -> bool:
    return READING_THE_STREAM.search(file.read_text(encoding="utf-8")) is not None


@pytest.hookimpl(tryfirst=True)  # before the groups are read from the markers
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """With several processes a file stays in one of them, and what shares the running instance in the same."""
    for item in items:
        place = item.path.relative_to(TESTS)
        if place.parts[0] == "db" and _reads_the_stream(item.path):
            item.add_marker(pytest.mark.stream)
        item.add_marker(pytest.mark.xdist_group("running" if place.parts[0] in RUNNING else place.as_posix()))


@pytest.fixture(scope="session")
def instance() -> Iterator[Instance]:
    """`./dev up` with a state directory and a port of its own, the demo loaded; one for the whole session."""
    with running() as one:
        yield one
