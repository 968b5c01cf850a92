from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from wangge.foundation import clock


@pytest.fixture(autouse=True)
def _the_wall_clock_again() -> Iterator[None]:
    yield
    clock.use_training_clock(None)


def shift() -> timedelta:
    return clock.now() - datetime.now(UTC)


def write(file: Path, text: str, age_s: int) -> None:
    """Written so long ago: file systems don't tell moments within one tick apart."""
    file.write_text(text)
    at = datetime.now(UTC).timestamp() - age_s
    os.utime(file, (at, at))


def test_the_wall_clock_is_what_it_is() -> None:
    assert abs(shift()) < timedelta(seconds=5)


def test_a_training_clock_follows_its_file(tmp_path: Path) -> None:
    file = tmp_path / "shift"
    clock.use_training_clock(file)
    assert abs(shift()) < timedelta(seconds=5)  # nobody has written it yet
    for age, days in ((30, -45), (20, 3)):
        write(file, str(days * 86_400), age)
        assert abs(shift() - timedelta(days=days)) < timedelta(seconds=5)
    write(file, "half writ", 10)
    assert abs(shift() - timedelta(days=3)) < timedelta(seconds=5)
