"""What a form offers to whoever reports: a few tasks a category in their own words, and a map that begins here."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.conf import settings
from django.utils.translation import gettext as _

from wangge.catalogue.queries import task_list
from wangge.foundation.access import Actor
from wangge.foundation.names import in_reader_language
from wangge.grids.queries import counties_with_grids, middle_of, names


@dataclass(frozen=True, slots=True)
class PlainCategory:
    """A category and its tasks (code, words)."""

    name: str
    tasks: tuple[tuple[str, str], ...]


def plain_categories(at: datetime) -> list[PlainCategory]:
    """Categories to choose from in the reader's language, without tasks that are not on the list in force."""
    in_force = {task.code for task in task_list(at)}
    found = []
    for zh, en, tasks in _file():
        offered = tuple((code, in_reader_language(*words)) for code, *words in tasks if code in in_force)
        if offered:
            found.append(PlainCategory(in_reader_language(zh, en), offered))
    return found


def plain_name(code: str) -> str:
    """What people call the task, or nothing."""
    tasks = (task for *_names, tasks in _file() for task in tasks if task[0] == code)
    return next((in_reader_language(zh, en) for _code, zh, en in tasks), "")


def served_center(at: datetime) -> str:
    """Where a map begins: the middle of the county served, as "lon,lat"; nothing where there are several."""
    return _center(int(at.timestamp() // 60))


def served_names() -> str:
    """What we call the area served: the names of its counties."""
    return str(_(", ")).join(names(counties_with_grids()).values())


def own_center(actor: Actor, at: datetime) -> str:
    """Where a map begins for somebody who reports in an area of their own: the middle of it, as "lon,lat"."""
    areas = actor.areas("case.report")
    middle = middle_of(areas[0]) if areas else None
    return f"{middle[0]:.5f},{middle[1]:.5f}" if middle else served_center(at)


@lru_cache(maxsize=1)
def _center(minute: int) -> str:
    counties = counties_with_grids()
    middle = middle_of(counties[0]) if len(counties) == 1 else None
    return f"{middle[0]:.5f},{middle[1]:.5f}" if middle else ""


Tasks = tuple[tuple[str, str, str], ...]


@lru_cache(maxsize=1)
def _file() -> tuple[tuple[str, str, Tasks], ...]:
    text = (settings.ROOT / "data/catalogue/plain_words.toml").read_text(encoding="utf-8")
    return tuple(
        (one["zh"], one["en"], tuple((code, zh, en) for code, zh, en in one["tasks"]))
        for one in tomllib.loads(text)["category"]
    )
