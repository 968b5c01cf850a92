"""What tests of the running product share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.instance import Instance, running


@pytest.fixture(scope="session")
def instance() -> Iterator[Instance]:
    """`./dev up` with a state directory and a port of its own, the demo loaded; one for the whole session."""
    with running() as one:
        yield one
