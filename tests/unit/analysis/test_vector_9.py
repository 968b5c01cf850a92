"""FINDING of the acceptance: kpis §8.9 (patrol coverage) has no test, for the index isn't counted yet."""

from __future__ import annotations

import pytest

from wangge.analysis.rules.table import BY_CODE


@pytest.mark.xfail(strict=True, reason="finding: patrol coverage is not counted")
def test_9_patrol_coverage_is_an_index() -> None:
    """10 points × 4 weekly cycles, 34 seen: 85.00 %. Nothing counts it."""
    assert "patrol_coverage" in BY_CODE
