"""What the desk types into its search box finds the case: words, place, number or the end of it, query code."""

from __future__ import annotations

import pytest

from tests import town
from tests.db.cases.flow import A, do
from wangge.cases import operations as cases
from wangge.cases import queries
from wangge.cases.models import Case
from wangge.cases.types import Place, PlaceSource
from wangge.grids.models import Division

pytestmark = pytest.mark.django_db


def found(text: str, who: str = "county_dispatcher") -> list[str]:
    wanted = queries.CaseFilter(text=text)
    return [line.case_no for line in queries.case_page(actor=town.actor(who), wanted=wanted, at=town.AT).lines]


def reported(text: str = "路灯不亮", **where: Place) -> str:
    case_no = town.report(text, **where).case_no
    cases.follow_up(case_no=case_no, at=town.AT)
    return case_no


def test_by_words_of_the_report() -> None:
    case_no = reported("小区东门外的井盖破损")
    assert found("井盖") == found("东门外 井盖") == [case_no]
    assert found("窨井") == []


def test_by_the_names_of_its_place() -> None:
    here, there = reported(), reported(at_place=town.place(town.FAR_GRID))
    name = Division.objects.get(code=town.TOWN).name
    assert found(name) == [here]
    assert set(found("路灯")) == {here, there}
    assert found(Division.objects.get(code=town.FAR_COMMUNITY).name) == [there]


def test_by_its_new_place_after_the_desk_moved_the_pin() -> None:
    case_no, there = reported(), town.place(town.FAR_GRID)
    place = Place(there.lon, there.lat, source=PlaceSource.DESK)
    do(A.ACCEPT, case_no, town.actor("county_intake_clerk"), place=place)
    cases.follow_up(case_no=case_no, at=town.AT)
    assert found(Division.objects.get(code=town.FAR_COMMUNITY).name) == [case_no]
    assert found(Division.objects.get(code=town.COMMUNITY).name) == []


def test_by_its_number_whole_or_the_end_of_it() -> None:
    case_no, _other = reported(), reported()
    assert found(case_no) == found(case_no[-6:]) == [case_no]


def test_by_the_code_a_caller_reads_out_as_far_as_one_may_see_it() -> None:
    case_no = reported()
    code = Case.objects.get(case_no=case_no).query_code
    assert found(code) == found(f"{code[:4]} {code[4:]}".lower()) == [case_no]
    assert found(code, "township_dispatcher_far") == []
