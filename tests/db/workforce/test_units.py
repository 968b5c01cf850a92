"""Units come, are renamed and end; what they did stays readable."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db import transaction

from tests import town
from tests.db.cases.flow import A, do, in_state
from wangge.cases.models import Case
from wangge.cases.presenting import case_body
from wangge.cases.types import State
from wangge.foundation.errors import Conflict, Invalid, NotAllowed, Problem
from wangge.workforce import operations, queries
from wangge.workforce.operations import NewUnit, StillHasUnits
from wangge.workforce.queries import UnknownUnit
from wangge.workforce.types import Level, UnitKind

pytestmark = pytest.mark.django_db
SECTION_2 = NewUnit(
    f"{town.DEPARTMENT}-2",
    "城管二科",
    "Urban section 2",
    UnitKind.OFFICE,
    Level.COUNTY,
    town.COUNTY,
    "URB",
    town.DEPARTMENT,
)


def add(**changed: Any) -> None:
    operations.add_unit(unit=replace(SECTION_2, **changed), actor=town.actor("system_administrator"), at=town.AT)


def refused(problem: type[Problem], **changed: Any) -> Problem:
    with pytest.raises(problem) as caught, transaction.atomic():
        add(**changed)
    return caught.value


def test_a_new_unit_stands_below_another() -> None:
    add()
    assert queries.unit(SECTION_2.code, at=town.AT).level is Level.COUNTY
    assert [unit.code for unit in queries.units_below(town.DEPARTMENT, at=town.AT)] == [town.SECTION, SECTION_2.code]


def test_what_makes_no_unit() -> None:
    assert refused(Conflict, code=town.SECTION).field == "code"
    for code in ("", "URB", "320116-URB", "320115-urb", "320115-", f"{town.COUNTY}-{'X' * 20}"):
        assert refused(Invalid, code=code).field == "code"
    refused(NotAllowed, area="3201", code="3201-URB")
    assert refused(Invalid, parent="320115-NONE").field == "unit"
    assert refused(Invalid, name_en=" ").field == "name_en"
    with pytest.raises(NotAllowed):
        operations.add_unit(unit=SECTION_2, actor=town.actor("county_dispatcher"), at=town.AT)


def test_another_name_is_read_everywhere() -> None:
    case_no = in_state(State.IN_PROGRESS)
    operations.rename_unit(
        code=town.DEPARTMENT,
        name_zh="城市运行局",
        name_en="City operations",
        actor=town.actor("system_administrator"),
        at=town.AT,
    )
    body = case_body(Case.objects.get(case_no=case_no), town.actor("county_dispatcher"), town.AT)
    assert body["unit_name"] == "城市运行局"


def test_a_unit_that_ends_leaves_its_cases_to_the_desk() -> None:
    administrator = town.actor("system_administrator")
    with pytest.raises(StillHasUnits), transaction.atomic():
        operations.end_unit(code=town.DEPARTMENT, actor=administrator, at=town.AT)
    operations.end_unit(code=town.SECTION, actor=administrator, at=town.AT)
    case_no = in_state(State.IN_PROGRESS)
    operations.end_unit(code=town.DEPARTMENT, actor=administrator, at=town.AT)
    with pytest.raises(UnknownUnit):
        queries.unit(town.DEPARTMENT, at=town.AT)
    with pytest.raises(NotAllowed), transaction.atomic():
        do(A.SUBMIT_RESULT, case_no, town.actor("unit_handler"))
    do(A.TRANSFER, case_no, town.actor("county_dispatcher"), unit=town.OTHER_DEPARTMENT)
