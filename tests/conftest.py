"""What all tests share: which run together in one process, and an instance of the running product."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

from tests.e2e.instance import Instance, running

#: The browser leaves an event loop in its process; tests of the database that follow there are synchronous still.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Readers of the stream run by themselves (`./dev test`)."""
    for item in items:
        if item.path.relative_to(TESTS).parts[0] == "db" and _reads_the_stream(item.path):
            item.add_marker(pytest.mark.stream)


class Together(LoadScopeScheduling):  # type: ignore[misc]  # xdist says nothing of its types
    """With several processes a file stays in one of them, and whatever drives a running instance in the same.

    The groups that xdist 3.8 offers for that are not seen by it with pytest 9.2.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return "running" if Path(file).parts[1] in RUNNING else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together:
    return Together(config, log)


@pytest.fixture(scope="session")
def instance() -> Iterator[Instance]:
    """`./dev up` with a state directory and a port of its own, the demo loaded; one for the whole session."""
    with running() as one:
        yield one
