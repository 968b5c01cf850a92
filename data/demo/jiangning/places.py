"""Where the townships of Jiangning lie, roughly: general knowledge, good for a demonstration only."""

from __future__ import annotations

from typing import NamedTuple

SEED = 320115
EXCLUSIVE_SHARE = 0.05


class Township(NamedTuple):
    code: str
    lon: float
    lat: float
    km2: float  # what the generator aims at
    urban: bool


TOWNSHIPS = [
    Township("320115001", 118.858, 31.957, 95, True),  # 东山
    Township("320115002", 118.785, 31.868, 175, True),  # 秣陵
    Township("320115003", 119.050, 32.050, 165, False),  # 汤山
    Township("320115004", 118.965, 31.930, 190, False),  # 淳化
    Township("320115005", 118.870, 31.760, 185, False),  # 禄口
    Township("320115006", 118.590, 31.800, 170, False),  # 江宁
    Township("320115007", 118.690, 31.870, 120, False),  # 谷里
    Township("320115008", 118.985, 31.850, 140, False),  # 湖熟
    Township("320115009", 118.735, 31.715, 195, False),  # 横溪
    Township("320115010", 118.930, 32.060, 45, True),  # 麒麟
    Township("320115401", 118.945, 31.995, 14, False),  # 青龙山林场
    Township("320115402", 118.820, 31.915, 25, True),  # 江宁开发区
    Township("320115403", 118.575, 31.880, 20, False),  # 滨江开发区
    Township("320115404", 118.895, 31.905, 12, True),  # 高新技术产业园
    Township("320115405", 118.895, 32.025, 10, True),  # 麒麟科技创新园
]

GRIDS_PER = {"urban": (8, 11), "town": (6, 8), "village": (5, 6), "zone": (6, 9)}

PREMISES = [
    ("SCHOOL", "学校"),
    ("HOSPITAL", "医院"),
    ("MARKET", "市场"),
    ("INDUSTRIAL_PARK", "园区"),
    ("PARK", "公园"),
    ("GOVERNMENT", "机关"),
    ("ENTERPRISE", "企业"),
]
