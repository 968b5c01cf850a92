"""A county begins in earnest: its centres, departments and communities, and the first administrator."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from wangge.catalogue.models import Department
from wangge.catalogue.operations import load_routing
from wangge.foundation.access import SYSTEM
from wangge.foundation.db import transaction
from wangge.foundation.errors import Conflict, Invalid
from wangge.foundation.worktime import LOCAL
from wangge.grids.models import Division
from wangge.grids.types import DivisionLevel
from wangge.project.reference import DATA
from wangge.workforce import operations as workforce
from wangge.workforce.models import Unit
from wangge.workforce.operations import NewUnit
from wangge.workforce.types import AppointmentKind, Employment, Level, UnitKind

ROUTING = DATA / "catalogue/routing.toml"
ADMINISTRATOR = "system_administrator"


class FoundedAlready(Conflict):
    """The county has its centre: what is there is changed by hand, never overwritten."""

    code = "founding.founded_already"


@transaction
def found_county(*, county: str, username: str, display_name: str, password: str, at: datetime) -> int:
    """Units for a county and everything below it, and an administrator over it; the number of units.

    One department for each of the task list, one centre for each township, one unit for each community. They are
    named after their divisions and valid from today; the routing rules begin as the default ones.
    """
    division = Division.objects.filter(code=county, level=DivisionLevel.COUNTY, valid_to__isnull=True).first()
    if division is None:
        raise Invalid("grids.unknown_division", field="county", value=county)
    centre = f"{county}-CENTRE"
    if Unit.objects.filter(code=centre).exists():
        raise FoundedAlready(field="county", value=county)
    today = at.astimezone(LOCAL).date()
    units = list(_units(division, centre))
    workforce.put_units(units=units, valid_from=today)
    load_routing(path=ROUTING, county=county, valid_from=today, at=at)
    _appoint_administrator(centre, county, username, display_name, password, at, today)
    return len(units)


def _units(county: Division, centre: str) -> Iterator[NewUnit]:
    yield NewUnit(centre, *_centre_of(county), UnitKind.CENTRE, Level.COUNTY, county.code)
    team = ("综合行政执法大队", "Integrated enforcement team")
    yield NewUnit(f"{county.code}-TEAM", *team, UnitKind.TEAM, Level.COUNTY, county.code, parent=centre)
    for department in Department.objects.order_by("code"):
        names = (f"{county.name}{department.name_zh}", department.name_en)
        code = f"{county.code}-{department.code}"
        yield NewUnit(code, *names, UnitKind.DEPARTMENT, Level.COUNTY, county.code, department.code, centre)
    for town in _below(county.code, DivisionLevel.TOWNSHIP):
        yield NewUnit(
            f"{town.code}-CENTRE", *_centre_of(town), UnitKind.CENTRE, Level.TOWNSHIP, town.code, parent=centre
        )
    for one in _below(county.code, DivisionLevel.COMMUNITY):
        parent = f"{one.code[:9]}-CENTRE"
        yield NewUnit(one.code, one.name, one.name, UnitKind.COMMUNITY, Level.COMMUNITY, one.code, parent=parent)


def _below(county: str, level: DivisionLevel) -> Iterator[Division]:
    yield from Division.objects.filter(code__startswith=county, level=level, valid_to__isnull=True).order_by("code")


def _centre_of(division: Division) -> tuple[str, str]:
    return f"{division.name}网格化服务管理中心", f"{division.name} grid centre"


def _appoint_administrator(
    centre: str, county: str, username: str, display_name: str, password: str, at: datetime, today: date
) -> None:
    user_id = workforce.open_account(
        username=username, display_name=display_name, password=password, actor=SYSTEM, at=at
    )
    post = (centre, ADMINISTRATOR, county)
    posts = workforce.put_posts(posts=[post])
    appointment = (posts[post], user_id, AppointmentKind.PRINCIPAL, Employment.FULL_TIME)
    workforce.put_appointments(appointments=[appointment], valid_from=today)
