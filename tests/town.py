"""A small town for database tests: two townships, three communities, eight grids, every role of the field.

    town.load()                               once for a session (tests/db/conftest.py)
    town.actor("county_dispatcher")           whoever holds the role; `accounts()` lists them all
    town.place(town.GRID)                     the middle of a grid
    town.report("路灯不亮", ...)               a report as a resident sends it

Names and codes of divisions are real, everything else is made up. Nobody here is a person.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import shapely
from django.contrib.gis.geos import GEOSGeometry

from wangge.accounts import operations as accounts_operations
from wangge.accounts.models import User
from wangge.cases import operations as cases
from wangge.cases.types import Channel, Contact, Place, PlaceSource, Receipt
from wangge.catalogue import operations as catalogue
from wangge.catalogue.types import DEFAULT_PROFILE
from wangge.foundation.access import REPORTER, SYSTEM, Actor
from wangge.foundation.worktime import LOCAL
from wangge.grids import operations as grids
from wangge.grids.models import Division
from wangge.grids.types import DivisionLevel, GridKind
from wangge.workforce import operations as workforce
from wangge.workforce import queries as workforce_queries
from wangge.workforce.operations import NewUnit
from wangge.workforce.types import AppointmentKind, Employment, Level, UnitKind

DATA = Path(__file__).resolve().parents[1] / "data"

#: A Monday morning; the calendar of data/calendars knows it.
AT = datetime(2026, 11, 23, 9, tzinfo=LOCAL)
SINCE = date(2026, 1, 1)

COUNTY = "320115"
TOWN, OTHER_TOWN = "320115003", "320115004"
COMMUNITY, NEXT_COMMUNITY, FAR_COMMUNITY = "320115003001", "320115003002", "320115004001"
GRID, NEXT_GRID, FAR_GRID = f"{COMMUNITY}001", f"{COMMUNITY}002", f"{FAR_COMMUNITY}001"

CENTRE, TEAM = f"{COUNTY}-CENTRE", f"{COUNTY}-TEAM"
DEPARTMENT, OTHER_DEPARTMENT, SECTION = f"{COUNTY}-URB", f"{COUNTY}-WAT", f"{COUNTY}-URB-1"
TOWN_CENTRE, TOWN_OFFICE, OTHER_TOWN_CENTRE = f"{TOWN}-CENTRE", f"{TOWN}-URB", f"{OTHER_TOWN}-CENTRE"

#: A matter the grid settles, one of the township, one of the county, one of enforcement.
GRID_TASK, TOWN_TASK, COUNTY_TASK, ENFORCEMENT_TASK = "040101", "060102", "060103", "040301"

#: Each grid is a square of a hundredth of a degree (about 944 by 1,109 m): column, row.
WEST, SOUTH, SIDE = 119.03, 32.05, 0.01
SQUARES = {
    GRID: (0, 0),
    NEXT_GRID: (1, 0),
    f"{COMMUNITY}003": (0, 1),
    f"{COMMUNITY}004": (1, 1),
    f"{NEXT_COMMUNITY}001": (2, 0),
    f"{NEXT_COMMUNITY}002": (2, 1),
    FAR_GRID: (3, 0),
    f"{FAR_COMMUNITY}002": (3, 1),
}


def _department(code: str) -> NewUnit:
    names = (f"部门{code}", f"Department {code}")
    return NewUnit(f"{COUNTY}-{code}", *names, UnitKind.DEPARTMENT, Level.COUNTY, COUNTY, code, CENTRE)


_UNITS = (
    NewUnit(CENTRE, "区网格中心", "County centre", UnitKind.CENTRE, Level.COUNTY, COUNTY),
    NewUnit(TEAM, "综合执法大队", "Enforcement team", UnitKind.TEAM, Level.COUNTY, COUNTY, "", CENTRE),
    *(_department(code) for code in ("URB", "WAT", "PSB", "JUS")),
    NewUnit(SECTION, "城管一科", "Urban section 1", UnitKind.OFFICE, Level.COUNTY, COUNTY, "URB", DEPARTMENT),
    NewUnit(TOWN_CENTRE, "街道网格中心", "Township centre", UnitKind.CENTRE, Level.TOWNSHIP, TOWN, "", CENTRE),
    NewUnit(
        TOWN_OFFICE,
        "街道城管办",
        "Township office",
        UnitKind.OFFICE,
        Level.TOWNSHIP,
        TOWN,
        "URB",
        TOWN_CENTRE,
    ),
    NewUnit(
        OTHER_TOWN_CENTRE,
        "邻街道中心",
        "Other township",
        UnitKind.CENTRE,
        Level.TOWNSHIP,
        OTHER_TOWN,
        "",
        CENTRE,
    ),
    *(
        NewUnit(code, f"社区{code[-3:]}", f"Community {code}", UnitKind.COMMUNITY, Level.COMMUNITY, code)
        for code in (COMMUNITY, NEXT_COMMUNITY, FAR_COMMUNITY)
    ),
)

#: Account → the post it holds (unit, role, area). At least one for each role.
POSTS: dict[str, tuple[str, str, str]] = {
    "grid_worker": (COMMUNITY, "grid_worker", GRID),
    "grid_worker_2": (COMMUNITY, "grid_worker", COMMUNITY),
    "grid_worker_far": (FAR_COMMUNITY, "grid_worker", FAR_GRID),
    "grid_leader": (COMMUNITY, "grid_leader", COMMUNITY),
    "micro_leader": (COMMUNITY, "micro_leader", GRID),
    "branch_secretary": (COMMUNITY, "branch_secretary", COMMUNITY),
    "community_operator": (COMMUNITY, "community_operator", COMMUNITY),
    "township_dispatcher": (TOWN_CENTRE, "township_dispatcher", TOWN),
    "township_dispatcher_far": (OTHER_TOWN_CENTRE, "township_dispatcher", OTHER_TOWN),
    "unit_handler": (DEPARTMENT, "unit_handler", COUNTY),
    "unit_handler_2": (OTHER_DEPARTMENT, "unit_handler", COUNTY),
    "unit_handler_town": (TOWN_OFFICE, "unit_handler", TOWN),
    "unit_lead": (DEPARTMENT, "unit_lead", COUNTY),
    "enforcement_member": (TEAM, "enforcement_member", COUNTY),
    "mediator": (f"{COUNTY}-JUS", "mediator", COUNTY),
    "social_org_manager": (COMMUNITY, "social_org_manager", COMMUNITY),
    "legal_secretary": (COMMUNITY, "legal_secretary", COMMUNITY),
    **{
        role: (CENTRE, role, COUNTY)
        for role in (
            "county_intake_clerk",
            "county_dispatcher",
            "shift_leader",
            "centre_leader",
            "supervisor",
            "revisit_clerk",
            "task_list_reviewer",
            "task_list_approver",
            "data_steward",
            "privacy_officer",
            "auditor",
            "system_administrator",
        )
    },
}


#: Units in which somebody signs, beside the posts above; these accounts do nothing else in tests.
_SIGNERS = {
    f"signer_{unit}": (unit, "unit_handler", area)
    for unit, area in (
        (SECTION, COUNTY),
        (TOWN_CENTRE, TOWN),
        (OTHER_TOWN_CENTRE, OTHER_TOWN),
        (COMMUNITY, COMMUNITY),
        (FAR_COMMUNITY, FAR_COMMUNITY),
    )
}


def load() -> None:
    """Everything, unless it is there already."""
    if Division.objects.filter(code=COUNTY).exists():
        return
    workforce.load_roles(path=DATA / "roles/roles.toml")
    catalogue.load_task_list(folder=DATA / "catalogue", valid_from=SINCE)
    catalogue.load_guards(folder=DATA / "catalogue")
    catalogue.load_calendar(path=DATA / "calendars/working_days.csv")
    catalogue.load_routing(path=DATA / "catalogue/routing.toml", county="", valid_from=SINCE, at=AT)
    catalogue.adopt_clock_rules(  # tests look at the check of every result
        area=COUNTY,
        valid_from=SINCE,
        profile=replace(DEFAULT_PROFILE, sampled_share=1.0),
        note="",
        actor=SYSTEM,
        at=AT,
    )
    _load_divisions()
    catalogue.load_routing(path=DATA / "catalogue/routing.toml", county=COUNTY, valid_from=SINCE, at=AT)
    _load_grids()
    workforce.put_units(units=_UNITS, valid_from=SINCE)
    _load_people()


def _load_divisions() -> None:
    levels = dict(zip((2, 4, 6, 9, 12), DivisionLevel, strict=True))
    wanted = {code[:length] for code in (COMMUNITY, NEXT_COMMUNITY, FAR_COMMUNITY) for length in levels}
    with gzip.open(DATA / "divisions/jiangsu_2023.csv.gz", "rt", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["code"] in wanted]
    Division.objects.bulk_create(
        Division(
            code=row["code"],
            name=row["name"],
            level=levels[len(row["code"])].value,
            parent_id=row["parent_code"] or None,
            valid_from=SINCE,
        )
        for row in rows
    )


def _load_grids() -> None:
    outlines = {
        code: shapely.union_all([square(grid) for grid in SQUARES if grid.startswith(code)])
        for code in (COUNTY, TOWN, OTHER_TOWN, COMMUNITY, NEXT_COMMUNITY, FAR_COMMUNITY)
    }
    grids.put_division_shapes(
        shapes=[(code, _geos(shape)) for code, shape in outlines.items()],
        source="tests/town.py",
        is_synthetic=True,
    )
    edition = grids.draft_edition(
        county=COUNTY,
        label="测试网格",
        grids=[(code, f"网格{code[-6:]}", GridKind.GENERAL, 300, _geos(square(code))) for code in SQUARES],
        source_crs="EPSG:4326",
        tolerance_m2=1.0,
        at=AT,
        is_synthetic=True,
    )
    grids.check_edition(edition_id=edition.pk, at=AT)
    grids.make_effective(edition_id=edition.pk, valid_from=SINCE, at=AT)


def _load_people() -> None:
    held = POSTS | _SIGNERS
    users = accounts_operations.put_accounts(accounts=[(name, name, None) for name in held])
    posts = workforce.put_posts(posts=held.values())
    workforce.put_appointments(
        appointments=[
            (posts[post], users[name], AppointmentKind.PRINCIPAL, Employment.FULL_TIME) for name, post in held.items()
        ],
        valid_from=SINCE,
    )


def square(grid: str) -> shapely.Polygon:
    """The shape of a grid."""
    column, row = SQUARES[grid]
    west, south = round(WEST + column * SIDE, 6), round(SOUTH + row * SIDE, 6)
    return shapely.box(west, south, round(west + SIDE, 6), round(south + SIDE, 6))


def _geos(shape: shapely.Geometry) -> GEOSGeometry:
    return GEOSGeometry(memoryview(shapely.to_wkb(shape)), srid=4326)


def accounts() -> list[str]:
    """Every account: at least one for each role."""
    return list(POSTS)


def user_id(name: str) -> int:
    """The account's id."""
    return User.objects.get(username=name).pk


def actor(name: str, *, at: datetime = AT) -> Actor:
    """What the account may do, from its appointment."""
    return workforce_queries.actor_for(user_id=user_id(name), at=at)


def actor_with(*names: str) -> Actor:
    """One person who holds the posts of several accounts; their own is the first's."""
    held = [actor(name) for name in names]
    return replace(held[0], grants=tuple(grant for one in held for grant in one.grants))


def place(grid: str = GRID, *, east: float = 0.5, north: float = 0.5) -> Place:
    """A point in a grid: shares of its side from the south-west corner; by default the middle."""
    corner = square(grid).bounds
    return Place(corner[0] + east * SIDE, corner[1] + north * SIDE, source=PlaceSource.MAP_PIN)


def report(
    text: str = "路灯不亮，晚上很黑",
    *,
    at_place: Place | None = None,
    at: datetime = AT,
    by: Actor = REPORTER,
    client_id: UUID | None = None,
    contact: Contact = Contact(),  # noqa: B008 - frozen
    media: Sequence[UUID] = (),
    task_code: str = "",
    channel: Channel = Channel.RESIDENT,
) -> Receipt:
    """A report, as a resident sends it."""
    said = cases.Report(client_id or uuid4(), channel, at_place or place(), text, task_code, contact, media)
    return cases.report(report=said, actor=by, at=at)


def at(local: str) -> datetime:
    """An instant written as people here say it: ``2026-11-23 14:00``."""
    return datetime.fromisoformat(local).replace(tzinfo=LOCAL)


def later(minutes: float = 0, *, days: float = 0) -> datetime:
    """So long after `AT`."""
    return AT + timedelta(minutes=minutes, days=days)
