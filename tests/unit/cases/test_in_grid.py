"""Which matters the grid settles without the desk: all three conditions, no two of them."""

from __future__ import annotations

from itertools import product

import pytest

from wangge.cases.rules.in_grid import may_accept_itself
from wangge.catalogue.types import ResolveLevel


@pytest.mark.parametrize(("level", "admitted", "may"), [*product(ResolveLevel, (True, False), (True, False))])
def test_only_admitted_grid_matters_in_the_workers_own_area(level: ResolveLevel, admitted: bool, may: bool) -> None:
    expected = level is ResolveLevel.GRID and admitted and may
    assert may_accept_itself(level=level, is_admitted=admitted, may_self_handle=may) is expected
