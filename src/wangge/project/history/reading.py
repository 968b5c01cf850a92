"""What the scenario is made of: the tasks of the list with their weights for the demo, and the words people use."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

DATA: Path = settings.ROOT / "data"


@dataclass(frozen=True, slots=True)
class DemoTask:
    """A task of the list as the scenario needs it."""

    code: str
    department: str
    joint: tuple[str, ...]
    level: str  #: grid, township, county, enforcement
    triggers: frozenset[str]
    is_urgent: bool
    weight: float


@dataclass(frozen=True, slots=True)
class Words:
    """Synthetic words of data/demo/history: texts by task, results by category, notes by act."""

    places: Sequence[str]
    wishes: Sequence[str]
    tasks: Mapping[str, Sequence[str]]
    done: Mapping[str, Sequence[str]]
    said: Mapping[str, Sequence[str]]


def read_words() -> Words:
    """All words of the demo's history."""
    with (DATA / "demo/history/words.toml").open("rb") as file:
        return Words(**tomllib.load(file))


def read_tasks(words: Words) -> tuple[DemoTask, ...]:
    """The tasks that occur: those of the list with a weight and with words."""
    extra = {row["code"]: row for row in _rows("task_list_extra.csv")}
    return tuple(
        DemoTask(
            code=row["code"],
            department=more["department_code"],
            joint=tuple(filter(None, more["joint_department_codes"].split(";"))),
            level=row["resolve_level"],
            triggers=frozenset(row["trigger"].split("+")),
            is_urgent=more["priority"] == "urgent",
            weight=float(more["demo_weight"]),
        )
        for row in _rows("task_list.csv")
        if row["code"] in words.tasks and (more := extra[row["code"]])
    )


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / "catalogue" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
