"""The Jiangning demo: real names and codes, synthetic grid shapes, offices and role accounts. No invented people."""

from __future__ import annotations

import base64
import csv
import gzip
import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path

from django.conf import settings
from django.contrib.gis.geos import GEOSGeometry

from wangge.accounts import operations as accounts
from wangge.catalogue.operations import load_routing
from wangge.foundation import clock
from wangge.foundation.loading import load_once
from wangge.grids import operations as grids
from wangge.grids.types import GridKind
from wangge.project.demo_admission import load_demo_admission
from wangge.project.reference import DATA
from wangge.workforce import operations as workforce
from wangge.workforce.operations import NewUnit
from wangge.workforce.types import AppointmentKind, Employment, Level, UnitKind

COUNTY, TOWN, COMMUNITY, GRID = "320115", "320115003", "320115003001", "320115003001001"
CENTRE, TEAM = f"{COUNTY}-CENTRE", f"{COUNTY}-TEAM"
FOLDER: Path = settings.ROOT / "data/demo/jiangning"
#: Early enough for a history of a year before any day of 2026 (docs/decisions/0021).
SINCE = date(2025, 1, 1)
SOURCE = "data/demo/jiangning (synthetic shapes)"

DEPARTMENTS = {
    "AGR": ("农业农村局", "Agriculture and Rural Affairs Bureau"),
    "CG": ("综治(政法委)部门", "Comprehensive Governance Office"),
    "CIV": ("民政局", "Civil Affairs Bureau"),
    "EMG": ("应急管理局", "Emergency Management Bureau"),
    "ENV": ("生态环境局", "Ecology and Environment Bureau"),
    "FIR": ("消防救援大队", "Fire and Rescue Brigade"),
    "GSV": ("行政审批局(政务服务)", "Government Services Bureau"),
    "HEA": ("卫生健康委员会", "Health Commission"),
    "HOU": ("住房和城乡建设局", "Housing and Urban-Rural Development Bureau"),
    "HRS": ("人力资源和社会保障局", "Human Resources and Social Security Bureau"),
    "JUS": ("司法局", "Justice Bureau"),
    "MKT": ("市场监督管理局", "Market Regulation Bureau"),
    "ORG": ("组织部门", "Organisation Department"),
    "PSB": ("公安局", "Public Security Bureau"),
    "URB": ("城市管理局", "Urban Management Bureau"),
    "WAT": ("水务局", "Water Affairs Bureau"),
}
TOWN_OFFICES = {
    "URB": ("城市管理办公室", "Urban management office"),
    "EMG": ("应急管理办公室", "Emergency management office"),
    "CIV": ("社会事务办公室", "Social affairs office"),
}


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """One sign-in of the demo: the role it shows, and the posts (unit, role, area) it holds."""

    role: str
    username: str
    shown: str
    posts: tuple[tuple[str, str, str], ...]


def _county(role: str, shown: str) -> DemoAccount:
    return DemoAccount(role, role, shown, ((CENTRE, role, COUNTY),))


def demo_accounts() -> list[DemoAccount]:
    """One account for each role, and a second worker and handler so that nobody checks their own result."""
    town_centre = f"{TOWN}-CENTRE"
    units = tuple((f"{COUNTY}-{code}", "unit_handler", COUNTY) for code in DEPARTMENTS)
    return [
        DemoAccount("grid_worker", "grid_worker", "网格员(全区机动)", ((CENTRE, "grid_worker", COUNTY),)),
        DemoAccount("grid_worker", "grid_worker_tangshan", "汤山社区网格员", ((COMMUNITY, "grid_worker", GRID),)),
        DemoAccount("grid_leader", "grid_leader", "汤山社区网格长", ((COMMUNITY, "grid_leader", COMMUNITY),)),
        DemoAccount("micro_leader", "micro_leader", "微网格长", ((COMMUNITY, "micro_leader", GRID),)),
        DemoAccount(
            "branch_secretary",
            "branch_secretary",
            "网格支部书记",
            ((COMMUNITY, "branch_secretary", COMMUNITY),),
        ),
        DemoAccount(
            "community_operator",
            "community_operator",
            "汤山社区受理员",
            ((COMMUNITY, "community_operator", COMMUNITY), (COMMUNITY, "unit_handler", COMMUNITY)),
        ),
        DemoAccount(
            "township_dispatcher",
            "township_dispatcher",
            "汤山街道分拨员",
            ((town_centre, "township_dispatcher", TOWN), (town_centre, "unit_handler", TOWN)),
        ),
        _county("county_intake_clerk", "区受理员"),
        _county("county_dispatcher", "区分拨员"),
        _county("shift_leader", "区值班长"),
        _county("centre_leader", "区中心负责人"),
        _county("supervisor", "区督办员"),
        _county("revisit_clerk", "区回访员"),
        DemoAccount("unit_handler", "unit_handler", "区级部门经办人(全部门)", units),
        # two of single departments: in a joint case nobody should act for both
        DemoAccount("unit_handler", "unit_handler_hou", "住房和城乡建设局经办人", _department_handler("HOU")),
        DemoAccount("unit_handler", "unit_handler_wat", "水务局经办人", _department_handler("WAT")),
        DemoAccount("unit_handler", "unit_handler_town", "汤山街道城管办经办人", _town_handler()),
        DemoAccount("unit_handler", "unit_handler_towns", "其他街道经办人(全部)", _other_town_handlers()),
        DemoAccount("unit_lead", "unit_lead", "城市管理局负责人", ((f"{COUNTY}-URB", "unit_lead", COUNTY),)),
        DemoAccount(
            "enforcement_member",
            "enforcement_member",
            "综合执法队员",
            ((TEAM, "enforcement_member", COUNTY),),
        ),
        DemoAccount("legal_secretary", "legal_secretary", "法治书记", ((COMMUNITY, "legal_secretary", COMMUNITY),)),
        DemoAccount("mediator", "mediator", "调解员", ((f"{COUNTY}-JUS", "mediator", COUNTY),)),
        DemoAccount(
            "social_org_manager",
            "social_org_manager",
            "社会组织负责人",
            ((COMMUNITY, "social_org_manager", COMMUNITY),),
        ),
        *_keepers(),
    ]


def _keepers() -> list[DemoAccount]:
    """Who keeps the list, the data and the system, and who watches over them."""
    return [
        _county("task_list_reviewer", "清单审核员"),
        _county("task_list_approver", "清单审定人"),
        _county("data_steward", "数据管理员"),
        _county("privacy_officer", "个人信息保护负责人"),
        _county("auditor", "审计员"),
        _county("system_administrator", "系统管理员"),
    ]


def _department_handler(department: str) -> tuple[tuple[str, str, str], ...]:
    return ((f"{COUNTY}-{department}", "unit_handler", COUNTY),)


def _town_handler() -> tuple[tuple[str, str, str], ...]:
    return tuple((f"{TOWN}-{code}", "unit_handler", TOWN) for code in TOWN_OFFICES)


def _other_town_handlers() -> tuple[tuple[str, str, str], ...]:
    towns = [about["code"] for about, _ in _features("townships") if about["code"] != TOWN]
    endings = ("CENTRE", *TOWN_OFFICES)
    return tuple((f"{town}-{ending}", "unit_handler", town) for town in towns for ending in endings)


def demo_password(username: str) -> str:
    """A password derived from this installation's secret key: the same at every start, written nowhere."""
    digest = hmac.digest(settings.SECRET_KEY.encode(), f"demo:{username}".encode(), hashlib.sha256)
    text = base64.b32encode(digest).decode().lower()
    return "-".join((text[:4], text[4:8], text[8:12], text[12:16]))


def load_demo() -> bool:
    """Load the demo unless it is there; whether anything was loaded."""
    files = [
        *(FOLDER / f"{name}.geojson.gz" for name in ("townships", "communities", "grids")),
        FOLDER / "names_en.csv",
    ]
    at = clock.now()
    loaded = load_once("demo_jiangning", files, _load, at=at, salt=settings.SECRET_KEY)
    return load_once("demo_admission", [], lambda: load_demo_admission(at=at), at=at) or loaded


def _load() -> None:
    communities = list(_features("communities"))
    _put_shapes(communities)
    _put_edition()
    _put_units(communities)
    load_routing(path=DATA / "catalogue/routing.toml", county=COUNTY, valid_from=SINCE, at=clock.now())
    _put_demo_accounts()
    _put_signers([about["code"] for about, _ in communities])
    _put_grid_workers()


def _features(name: str) -> Iterator[tuple[dict[str, str], GEOSGeometry]]:
    with gzip.open(FOLDER / f"{name}.geojson.gz", "rt", encoding="utf-8") as file:
        for feature in json.load(file)["features"]:
            shape = GEOSGeometry(json.dumps(feature["geometry"]))
            shape.srid = 4326
            yield feature["properties"], shape


def _put_shapes(communities: list[tuple[dict[str, str], GEOSGeometry]]) -> None:
    shapes = [(about["code"], shape) for about, shape in [*_features("townships"), *communities]]
    grids.put_division_shapes(shapes=shapes, source=SOURCE, is_synthetic=True)


def _put_edition() -> None:
    from wangge.grids.models import GridEdition

    if GridEdition.objects.filter(county_id=COUNTY).exists():
        return
    rows = (
        (about["code"], about["name"], GridKind(about["kind"]), int(about["households"]), shape)
        for about, shape in _features("grids")
    )
    edition = grids.draft_edition(
        county=COUNTY,
        label="江宁演示网格",
        grids=rows,
        source_crs="EPSG:4326",
        tolerance_m2=1.0,
        at=clock.now(),
        is_synthetic=True,
    )
    grids.check_edition(edition_id=edition.pk, at=clock.now())
    grids.make_effective(edition_id=edition.pk, valid_from=SINCE, at=clock.now())


def _put_units(communities: list[tuple[dict[str, str], GEOSGeometry]]) -> None:
    units = [
        NewUnit(CENTRE, "江宁区网格化服务管理中心", "Jiangning grid centre", UnitKind.CENTRE, Level.COUNTY, COUNTY),
        NewUnit(
            TEAM,
            "综合行政执法大队",
            "Integrated enforcement team",
            UnitKind.TEAM,
            Level.COUNTY,
            COUNTY,
            parent=CENTRE,
        ),
    ]
    for code, (zh, en) in DEPARTMENTS.items():
        units.append(
            NewUnit(f"{COUNTY}-{code}", f"江宁区{zh}", en, UnitKind.DEPARTMENT, Level.COUNTY, COUNTY, code, CENTRE)
        )
    in_english = _town_names_in_english()
    for about, _ in _features("townships"):
        units += _town_units(about["code"], about["name"], in_english[about["code"]])
    for about, _ in communities:
        town = f"{about['code'][:9]}-CENTRE"
        name = about["name"]
        units.append(NewUnit(about["code"], name, name, UnitKind.COMMUNITY, Level.COMMUNITY, about["code"], "", town))
    workforce.put_units(units=units, valid_from=SINCE)


def _town_names_in_english() -> dict[str, str]:
    with (FOLDER / "names_en.csv").open(encoding="utf-8") as file:
        return {row["code"]: row["name_en"] for row in csv.DictReader(file)}


def _town_units(town: str, name: str, name_en: str) -> list[NewUnit]:
    centre = NewUnit(
        f"{town}-CENTRE",
        f"{name}网格化服务管理中心",
        f"{name_en} grid centre",
        UnitKind.CENTRE,
        Level.TOWNSHIP,
        town,
        "",
        CENTRE,
    )
    offices = [
        NewUnit(
            f"{town}-{code}",
            f"{name}{zh}",
            f"{name_en} {en.lower()}",
            UnitKind.OFFICE,
            Level.TOWNSHIP,
            town,
            code,
            centre.code,
        )
        for code, (zh, en) in TOWN_OFFICES.items()
    ]
    return [centre, *offices]


def _put_demo_accounts() -> None:
    wanted = demo_accounts()
    users = accounts.put_accounts(accounts=[(a.username, a.shown, demo_password(a.username)) for a in wanted])
    posts = workforce.put_posts(posts=[post for account in wanted for post in account.posts])
    workforce.put_appointments(
        appointments=[
            (posts[post], users[account.username], AppointmentKind.PRINCIPAL, Employment.FULL_TIME)
            for account in wanted
            for post in account.posts
        ],
        valid_from=SINCE,
    )


def _put_signers(communities: list[str]) -> None:
    """Every community has somebody who signs for it and checks what its grids settled, every township a dispatcher.

    Only those of the demo's own community and township can sign in.
    """
    held = {f"community_{code}": ("村(社区)经办人", code, code) for code in communities if code != COMMUNITY}
    towns = sorted({code[:9] for code in communities} - {TOWN})
    held |= {f"dispatcher_{town}": ("街道分拨员", f"{town}-CENTRE", town) for town in towns}
    users = accounts.put_accounts(accounts=[(name, shown, None) for name, (shown, _, _) in held.items()])
    of_account = [
        (name, (unit, role, area))
        for name, (_, unit, area) in held.items()
        for role in (("township_dispatcher",) if len(area) == len(TOWN) else ("unit_handler", "community_operator"))
    ]
    posts = workforce.put_posts(posts=[post for _, post in of_account])
    workforce.put_appointments(
        appointments=[
            (posts[post], users[name], AppointmentKind.PRINCIPAL, Employment.FULL_TIME) for name, post in of_account
        ],
        valid_from=SINCE,
    )


def _put_grid_workers() -> None:
    """Every grid has a worker, and the worker of the next grid of the community as substitute."""
    from wangge.grids.models import Grid

    grids_of = Grid.objects.filter(edition__county_id=COUNTY, edition__state="EFFECTIVE").order_by("code")
    rows = list(grids_of.values_list("code", "name"))
    users = accounts.put_accounts(accounts=[(f"worker_{code}", f"{name}网格员", None) for code, name in rows])
    posts = workforce.put_posts(posts=[(code[:12], "grid_worker", code) for code, _ in rows])
    appointments = []
    for _, group in groupby((code for code, _ in rows), key=lambda code: code[:12]):
        codes = list(group)
        for here, following in zip(codes, codes[1:] + codes[:1], strict=True):
            post = posts[(here[:12], "grid_worker", here)]
            employment = Employment.FULL_TIME if int(here[-3:]) % 3 else Employment.PART_TIME
            appointments.append((post, users[f"worker_{here}"], AppointmentKind.PRINCIPAL, employment))
            if following != here:
                appointments.append((post, users[f"worker_{following}"], AppointmentKind.SUBSTITUTE, employment))
    workforce.put_appointments(appointments=appointments, valid_from=SINCE)
