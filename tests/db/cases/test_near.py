"""Earlier reports of the same place are shown, however many there are and wherever borders run."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from tests import town
from wangge.cases import queries
from wangge.cases.models import Case
from wangge.cases.queries import NEAR_PER_CELL, near_candidates, place_cell
from wangge.cases.rules.duplicates import MOST_SHOWN, metres_between
from wangge.cases.types import Place, State

pytestmark = pytest.mark.django_db

CELL_LAT, CELL_LON = 0.001, 0.0015


def shown(case_no: str) -> list[str]:
    return [like.earlier.case_no for like in queries.likely_duplicates_of(Case.objects.get(case_no=case_no))]


def crowd(count: int, lon: float, lat: float, at: datetime = town.AT) -> None:
    """Many cases at one point, written straight to the table."""
    Case.objects.bulk_create(
        [
            Case(
                case_no=f"20261101320115{number:06d}",
                query_code=f"{number:08d}",
                client_id=uuid4(),
                channel="RESIDENT",
                text="路灯不亮",
                point=Point(lon, lat, srid=4326),
                place_source="GPS",
                place_crs="EPSG:4326",
                area=town.GRID,
                place_cell=place_cell(lon, lat),
                reported_at=at,
                state=State.REPORTED.value,
                version=1,
                since=at,
            )
            for number in range(count)
        ],
        batch_size=1000,
    )


def test_the_same_matter_said_again_is_shown_to_the_desk() -> None:
    first = town.report("小区东门的路灯不亮").case_no
    town.report("井盖不见了", at_place=town.place(town.FAR_GRID))
    again = town.report("东门路灯不亮了", at=town.later(days=2)).case_no
    assert shown(again) == [first]
    (like,) = queries.likely_duplicates_of(Case.objects.get(case_no=again))
    assert (like.distance_m, like.days_apart) == (0, 2)
    assert like.score > 0.8


@pytest.mark.parametrize(("east", "north"), [(1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, 1), (1, -1), (-1, -1)])
def test_neighbours_across_the_border_of_a_cell_are_found(east: int, north: int) -> None:
    """Two points a few metres apart on either side of a border of the lattice that finds neighbours."""
    lon, lat = round(119.04 / CELL_LON) * CELL_LON, round(32.055 / CELL_LAT) * CELL_LAT
    one, other = (lon - east * 5e-5, lat - north * 5e-5), (lon + east * 5e-5, lat + north * 5e-5)
    assert place_cell(*one) != place_cell(*other)
    first = town.report("路灯不亮", at_place=Place(*one)).case_no
    second = town.report("路灯不亮", at_place=Place(*other)).case_no
    assert shown(second) == [first]
    assert metres_between(*one, *other) < 20


def test_neighbours_across_the_border_of_a_grid_are_found() -> None:
    first = town.report("路灯不亮", at_place=town.place(town.GRID, east=0.9999)).case_no
    second = town.report("路灯不亮", at_place=town.place(town.NEXT_GRID, east=0.0001)).case_no
    areas = set(Case.objects.filter(case_no__in=[first, second]).values_list("area", flat=True))
    assert areas == {town.GRID, town.NEXT_GRID}
    assert shown(second) == [first]


def test_five_thousand_cases_at_one_point_cost_a_handful(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    place = town.place()
    assert place.lon is not None
    assert place.lat is not None
    crowd(5_000, place.lon, place.lat)
    with connection.cursor() as db:
        db.execute("ANALYZE cases_case")
    newest = Case.objects.order_by("-id").first()
    assert newest
    with django_assert_num_queries(1):
        found = near_candidates(place_cell(place.lon, place.lat))
    assert len(found) == NEAR_PER_CELL
    assert [one.id for one in found] == list(range(newest.pk, newest.pk - NEAR_PER_CELL, -1))  # the newest
    assert len(shown(town.report("路灯不亮").case_no)) == MOST_SHOWN
    with connection.cursor() as db:
        db.execute(
            "EXPLAIN SELECT id FROM cases_case WHERE place_cell = %s ORDER BY id DESC LIMIT 12",
            [place_cell(place.lon, place.lat)],
        )
        plan = "\n".join(line for (line,) in db.fetchall())
    assert "case_near" in plan or "cases_case_pkey" in plan
    assert "Sort" not in plan


def test_the_clerk_on_the_phone_sees_only_ones_own_area() -> None:
    place = town.place()
    assert place.lon is not None
    assert place.lat is not None
    case_no = town.report(at_place=place).case_no
    for name, expected in (("county_intake_clerk", [case_no]), ("township_dispatcher_far", []), ("auditor", [])):
        found = queries.earlier_near(place.lon, place.lat, actor=town.actor(name))
        assert [case.case_no for case in found] == expected
