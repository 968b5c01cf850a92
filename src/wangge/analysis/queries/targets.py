"""What a county wants its rates to reach."""

from __future__ import annotations

from decimal import Decimal

from wangge.analysis.models import IndexTarget


def targets_of(county: str) -> dict[str, Decimal]:
    """The share wanted, by index. Only rates have one."""
    return dict(IndexTarget.objects.filter(county=county).values_list("index_code", "share"))
