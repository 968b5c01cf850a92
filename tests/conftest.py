"""What all tests share: which run together in one process, and an instance of the running product."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.instance import Instance, running

#: Tests that drive a running instance wait more than they compute: all of them in one process, beside the others.
RUNNING = ("e2e", "conformance")
TESTS = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """With several processes a file stays in one of them, and what shares the running instance in the same."""
    for item in items:
        place = item.path.relative_to(TESTS)
        item.add_marker(pytest.mark.xdist_group("running" if place.parts[0] in RUNNING else place.as_posix()))


@pytest.fixture(scope="session")
def instance() -> Iterator[Instance]:
    """`./dev up` with a state directory and a port of its own, the demo loaded; one for the whole session."""
    with running() as one:
        yield one
