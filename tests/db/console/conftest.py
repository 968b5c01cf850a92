"""What pages of several rooms are tried with."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests import town
from wangge.foundation import clock


@pytest.fixture
def in_december(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages ask what time it is: a day on which November is over and may still be contested."""
    monkeypatch.setattr(clock, "now", lambda: town.AT + timedelta(days=17))
