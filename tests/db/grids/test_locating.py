"""Where a point is, in the town: one grid and only one, singly and in bulk, and what is near when there is none."""

from __future__ import annotations

import numpy as np
import pytest

from tests import town
from wangge.grids import queries


@pytest.mark.django_db
@pytest.mark.parametrize(("east", "north"), [(0, 0), (1, 1), (0, 0.5), (1, 0.5), (0.5, 0), (0.5, 1), (0.3, 0.7)])
def test_one_and_only_one_grid_singly_and_in_bulk(east: float, north: float) -> None:
    for code in town.SQUARES:
        place = town.place(code, east=east, north=north)
        assert place.lon is not None and place.lat is not None
        one = queries.locate(place.lon, place.lat, at=town.AT).grid
        many = queries.locate_many(np.array([place.lon]), np.array([place.lat]), at=town.AT)
        assert [one.code if one else None] == many


@pytest.mark.django_db
def test_outside_every_grid_the_nearest_are_named() -> None:
    answer = queries.locate(town.WEST - 0.001, town.SOUTH + 0.005, at=town.AT)
    assert answer.grid is None
    assert answer.nearest[0].code == town.GRID and answer.nearest[0].distance_m == pytest.approx(94.4, rel=0.01)
