"""Mail goes out in working hours."""

from __future__ import annotations

from datetime import datetime

import pytest

from tests.unit.calendars import SHIPPED
from wangge.foundation.worktime import LOCAL
from wangge.notices.rules.mailing import is_working


@pytest.mark.parametrize(
    ("moment", "goes"),
    [("2026-11-23 09:00", True), ("2026-11-23 12:00", False), ("2026-11-23 17:50", True), ("2026-11-22 10:00", False)],
)
def test_within_the_working_day(moment: str, goes: bool) -> None:
    at = datetime.fromisoformat(moment).replace(tzinfo=LOCAL)
    assert is_working(at, SHIPPED) is goes
