"""What the pictures show beside the story: earlier cases of the demo, and a file of grids with mistakes."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import shapely
from shapely.affinity import translate
from shapely.geometry import mapping, shape

from tests.e2e.instance import ROOT, Instance

GRIDS = ROOT / "data/demo/jiangning/grids.geojson.gz"

#: Run inside the instance: operations take `at=`, so a few days can be told at once.
_PAST = """
import json
from datetime import timedelta
from uuid import uuid5, NAMESPACE_URL
from wangge.accounts.models import User
from wangge.cases import operations as op
from wangge.cases.models import Case, SupervisionOrder
from wangge.cases.operations.step1_discover import Report
from wangge.cases.types import Channel, Place, PlaceSource, Weight
from wangge.foundation import clock
from wangge.foundation.access import ANONYMOUS
from wangge.foundation.worktime import LOCAL
from wangge.workforce.queries import actor_for

def somebody(username, at):
    return actor_for(user_id=User.objects.get(username=username).pk, at=at)

for n, (text, channel, hours, lon, lat, address, path) in enumerate(json.loads(%r)):
    at = clock.now() - timedelta(hours=hours)
    staff = {"HOTLINE": "county_intake_clerk", "WORKER": "grid_worker"}
    actor = ANONYMOUS if channel == "RESIDENT" else somebody(staff[channel], at)
    where = Place(lon, lat, source=PlaceSource.MAP_PIN, address=address)
    done = op.report(report=Report(uuid5(NAMESPACE_URL, str(n)), Channel(channel), where, text), actor=actor, at=at)
    for step, (who, action, given) in enumerate(path, start=1):
        then = at + timedelta(minutes=9 * step)
        if "weight" in given:
            given["weight"] = Weight(given["weight"])
        if "until" in given:  # so many days from now, at six
            day = clock.now().astimezone(LOCAL) + timedelta(days=given["until"])
            given["until"] = day.replace(hour=18, minute=0, second=0, microsecond=0)
        if action in ("acknowledge", "reply"):
            given["order"] = SupervisionOrder.objects.get(case__case_no=done.case_no).number
        part = given.pop("part", None)  # a part of a joint case, by its unit
        of = part and Case.objects.get(parent__case_no=done.case_no, unit=part).case_no
        getattr(op, action)(case_no=of or done.case_no, actor=somebody(who, then), at=then, **given)
    print(done.case_no)
"""

_ACCEPT, _DISPATCH = "county_dispatcher", "county_dispatcher"


def _accepted(task: str) -> list[Any]:
    return [[_ACCEPT, "accept", {"task_code": task}]]


def _with_unit(task: str, unit: str) -> list[Any]:
    return [
        *_accepted(task),
        [_DISPATCH, "dispatch", {"unit": unit}],
        ["unit_handler", "sign", {}],
    ]


def _done(task: str, unit: str, result: str) -> list[Any]:
    return [*_with_unit(task, unit), ["unit_handler", "submit_result", {"note": result}]]


#: A joint case with an order: one part signed, more time asked for, the order answered.
_JOINT: list[list[Any]] = [
    [_ACCEPT, "accept", {"task_code": "060101", "weight": "PROMINENT"}],
    [_DISPATCH, "dispatch", {"unit": "320115-HOU"}],
    ["unit_handler", "sign", {}],
    [
        "unit_handler",
        "start_joint_handling",
        {"units": ["320115-WAT", "320115-URB"], "note": "水务关阀修管，城管设置围挡、疏导交通", "limit_h": 16},
    ],
    ["unit_handler", "sign", {"part": "320115-WAT"}],
    ["unit_handler", "submit_result", {"part": "320115-WAT", "note": "阀门已关，管道已更换"}],
    ["unit_handler", "request_extension", {"until": 21, "note": "路基需要重新夯实，备料要一周"}],
    ["supervisor", "supervise", {"until": 5, "note": "居民多次来电，请先保证通行"}],
    ["unit_handler", "acknowledge", {}],
    ["unit_handler", "reply", {"note": "围挡已设好，单侧可以通行，周一进场修复"}],
]
#: Words, door, hours ago, place, address, and what has happened since.
_CASES: list[list[Any]] = [
    ["人行道地砖塌陷，雨后积水", "RESIDENT", 76, 119.0515, 32.0469, "公交站南侧", _with_unit("060101", "320115-HOU")],
    ["垃圾房满溢三天没有清运，气味很大", "RESIDENT", 3.2, 119.046, 32.049, "南区 12 幢旁", []],
    ["小区门口路灯不亮，晚上走路看不清", "HOTLINE", 7.5, 119.04285, 32.04988, "小区东门", []],
    ["消防通道被堆放的旧家具占用", "WORKER", 1.1, 119.041, 32.047, "3 幢一单元门前", []],
    ["河边护栏缺了一段，约两米", "RESIDENT", 26, 119.038, 32.055, "汤水河步道", []],
    ["下水道井盖松动，车压过会响", "HOTLINE", 2.1, 119.056, 32.044, "农贸市场北门", []],
    ["广告牌固定松脱，风大时晃动", "RESIDENT", 0.6, 118.846, 31.951, "商业街 18 号外墙", []],
    ["工地夜间浇筑噪声较大", "RESIDENT", 4.4, 118.832, 31.938, "", []],
    ["公交站台座椅断裂", "RESIDENT", 0.3, 118.861, 31.944, "站台由北向南方向", []],
    ["路面渣土遗撒约五十米", "WORKER", 5.0, 119.0441, 32.0502, "环镇北路", _accepted("040102")],
    ["健身器材螺栓松动", "RESIDENT", 29, 119.043, 32.0461, "文化广场", _done("060204", "320115-HOU", "已紧固螺栓")],
    ["路面塌了一块，下面的水管在漏水", "RESIDENT", 6.5, 119.0531, 32.0461, "温泉路口", _JOINT],
    ["绿化带水管漏水", "HOTLINE", 52, 119.0472, 32.0533, "东侧绿化带", _done("060202", "320115-HOU", "已更换阀门")],
]  # fmt: skip


def told_past(instance: Instance) -> str:
    """A few days of the demo: reports that wait, that are with a unit, and that wait to be verified.

    The number of the joint case among them.
    """
    said = instance.dev("manage", "shell", "-c", _PAST % json.dumps(_CASES, ensure_ascii=False))
    numbers = re.findall(r"^\d{20}$", said.stdout, re.MULTILINE)
    return str(numbers[next(n for n, one in enumerate(_CASES) if one[-1] is _JOINT)])


def dirty_grids(instance: Instance) -> int:
    """The demo's own grids with five mistakes, imported; the id of the edition."""
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        file = Path(folder) / "grids.geojson"
        file.write_text(json.dumps(_with_mistakes()), encoding="utf-8")
        about = ["--county", "320115", "--crs", "EPSG:4326", "--label", "江宁网格 2027 草案", "--synthetic"]
        said = instance.dev("manage", "import_grids", str(file), *about)
    return int(re.findall(r"edition (\d+)", said.stdout)[-1])


def _with_mistakes() -> dict[str, Any]:
    with gzip.open(GRIDS, "rt", encoding="utf-8") as source:
        grids = json.load(source)
    town = [one for one in grids["features"] if one["properties"]["code"].startswith("320115003")]
    inner = town[3::9][:5]
    for one, mistake in zip(inner, (_swollen, _shrunken, _moved, _swollen, _shrunken), strict=True):
        one["geometry"] = mapping(mistake(shape(one["geometry"])))
    town[20]["properties"]["code"] = town[21]["properties"]["code"]
    return grids  # type: ignore[no-any-return]


def _swollen(grid: shapely.Geometry) -> shapely.Geometry:
    return grid.buffer(0.0009, join_style="mitre")


def _shrunken(grid: shapely.Geometry) -> shapely.Geometry:
    return grid.buffer(-0.0009, join_style="mitre")


def _moved(grid: shapely.Geometry) -> shapely.Geometry:
    return translate(grid, 0.0012, 0.0007)
