"""Rules, units and tasks for trying the routing without a database; and strategies that make them up."""

from __future__ import annotations

import csv
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from wangge.cases.rules.routing import Facts, Matter
from wangge.cases.types import Weight
from wangge.catalogue.types import Hours, Nature, ResolveLevel, RoutingRule, Target
from wangge.workforce.types import Level, UnitKind, UnitRef

DATA = Path(__file__).resolve().parents[3] / "data/catalogue"
COUNTY, TOWN, OTHER_TOWN = "320115", "320115003", "320115004"
COMMUNITIES = ["320115003001", "320115003002", "320115004001"]
GRID = f"{COMMUNITIES[0]}002"
DAY = date(2026, 11, 23)


def unit(code: str, kind: UnitKind, level: Level, area: str, *, signs: bool = True) -> UnitRef:
    return UnitRef(0, code, code, kind, level, area, signs)


UNITS = [
    unit(f"{COUNTY}-CENTRE", UnitKind.CENTRE, Level.COUNTY, COUNTY),
    unit(f"{COUNTY}-URB", UnitKind.DEPARTMENT, Level.COUNTY, COUNTY),
    unit(f"{COUNTY}-URB-1", UnitKind.OFFICE, Level.COUNTY, COUNTY),
    unit(f"{COUNTY}-HOU", UnitKind.DEPARTMENT, Level.COUNTY, COUNTY),
    unit(f"{COUNTY}-TEAM", UnitKind.TEAM, Level.COUNTY, COUNTY),
    unit(f"{TOWN}-CENTRE", UnitKind.CENTRE, Level.TOWNSHIP, TOWN),
    unit(f"{TOWN}-URB", UnitKind.OFFICE, Level.TOWNSHIP, TOWN),
    unit(f"{OTHER_TOWN}-CENTRE", UnitKind.CENTRE, Level.TOWNSHIP, OTHER_TOWN, signs=False),
    unit(COMMUNITIES[0], UnitKind.COMMUNITY, Level.COMMUNITY, COMMUNITIES[0]),
    unit(COMMUNITIES[1], UnitKind.COMMUNITY, Level.COMMUNITY, COMMUNITIES[1], signs=False),
]


def rule(*targets: Target, **said: Any) -> RoutingRule:
    """A rule with a name; to the owner department unless told otherwise."""
    return RoutingRule("规则", "Rule", "值班长", targets or (Target.OWNER_DEPARTMENT,), **said)


def matter(code: str = "060201", department: str = "URB", level: str = "TOWNSHIP", nature: str = "FACILITY") -> Matter:
    return Matter(code, department, ResolveLevel(level), Nature(nature))


def facts(of: Matter | None = None, area: str = GRID, **said: Any) -> Facts:
    return Facts(of or matter(), area, **({"day": DAY} | said))


def shipped_rules() -> list[RoutingRule]:
    """The rules of data/catalogue/routing.toml."""
    return [
        RoutingRule(
            one["name_zh"], one["name_en"], one["owner"],
            tuple(Target(target.upper()) for target in one["targets"]),
            nature=Nature(one["nature"].upper()) if "nature" in one else None,
            levels=tuple(ResolveLevel(level.upper()) for level in one["levels"]),
        )
        for one in tomllib.loads((DATA / "routing.toml").read_text(encoding="utf-8"))["rule"]
    ]  # fmt: skip


def shipped_matters() -> list[Matter]:
    """The 82 tasks as the rules see them."""
    extra = {row["code"]: row["department_code"] for row in _rows("task_list_extra.csv")}
    natures = {row["code"]: row["nature"] for row in _rows("natures.csv")}
    return [
        matter(row["code"], extra[row["code"]], row["resolve_level"].upper(), natures[row["code"]].upper())
        for row in _rows("task_list.csv")
    ]


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


TASKS = [
    matter("060201"),
    matter("060102", "HOU"),
    matter("040101", "URB", "GRID", "EVENT"),
    matter("040301", "URB", "ENFORCEMENT", "EVENT"),
    matter("090101", "EMG", "COUNTY", "EVENT"),
]

_seasons = st.sampled_from([("", ""), ("05-01", "09-30"), ("12-01", "02-29"), ("11-23", "11-23")])
_days = st.none() | st.sampled_from([date(2026, 6, 1), DAY, date(2026, 12, 24), date(2027, 2, 1)])


_TARGETS = [target for target in Target if target is not Target.NAMED_UNIT]


def _some(values: list[Any]) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(st.sampled_from(values), unique=True, max_size=2).map(tuple)


@st.composite
def rules(draw: st.DrawFn) -> RoutingRule:
    """Any sound rule; most conditions are open, so that rules overlap."""
    begins, ends = draw(_days), draw(_days)
    if begins and ends and ends <= begins:
        ends = None
    season = draw(_seasons)
    return RoutingRule(
        "规则", "Rule", "值班长",
        targets=draw(st.lists(st.sampled_from(_TARGETS), unique=True, min_size=1).map(tuple)),
        tasks=draw(_some(["06", "0602", "060102", "04", "09"])),
        areas=draw(_some([COUNTY, TOWN, OTHER_TOWN, COMMUNITIES[1], GRID])),
        weights=draw(_some(list(Weight))),
        nature=draw(st.none() | st.sampled_from(Nature)),
        levels=draw(_some(list(ResolveLevel))),
        hours=draw(st.sampled_from(Hours)),
        season_from=season[0], season_to=season[1], valid_from=begins, valid_to=ends,
    )  # fmt: skip


def rule_sets() -> st.SearchStrategy[list[RoutingRule]]:
    return st.lists(rules(), max_size=7)


@st.composite
def any_facts(draw: st.DrawFn) -> Facts:
    """A case anywhere in the little county, within the year the check looks at."""
    return Facts(
        draw(st.sampled_from(TASKS)),
        draw(st.sampled_from([*COMMUNITIES, GRID])),
        draw(st.dates(DAY, date(2027, 11, 20))),
        draw(st.booleans()),
        draw(st.sampled_from(Weight)),
    )
