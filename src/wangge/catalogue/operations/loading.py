"""Writing the task list and the working calendar."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date
from pathlib import Path

from django.db.models import F
from django.db.models.functions import Greatest

from wangge.catalogue import queries
from wangge.catalogue.models import CalendarDay, CollectedField, Department, TaskCategory, TaskItem, TaskSubItem
from wangge.catalogue.types import Nature
from wangge.foundation.db import transaction


@transaction
def load_task_list(*, folder: Path, valid_from: date) -> int:
    """The draft list of data/catalogue with the names of its departments and fields; the number of tasks.

    A task that is no longer on the list ends on the day the list begins, and nothing is filed under it any more.
    """
    _load_names(Department, folder / "departments.csv")
    _load_names(CollectedField, folder / "fields.csv")
    rows = _read(folder / "task_list.csv")
    extra = {row["code"]: row for row in _read(folder / "task_list_extra.csv")}
    words = _keywords(folder / "keywords.csv")
    natures = {row["code"]: row["nature"].upper() for row in _read(folder / "natures.csv")}
    for row in rows:
        category, _ = TaskCategory.objects.update_or_create(
            code=row["code"][:2], defaults={"name_zh": row["category_zh"], "name_en": row["category_en"]}
        )
        subitem, _ = TaskSubItem.objects.update_or_create(
            code=row["code"][:4],
            defaults={"name_zh": row["subitem_zh"], "name_en": row["subitem_en"], "category": category},
        )
        TaskItem.objects.update_or_create(
            code=row["code"],
            defaults=_fields(row, extra[row["code"]], words[row["code"]])
            | {"subitem": subitem, "valid_from": valid_from, "valid_to": None, "is_draft": True}
            | {"nature": natures.get(row["code"], Nature.EVENT.value)},
        )
    gone = TaskItem.objects.filter(valid_to__isnull=True).exclude(code__in=[row["code"] for row in rows])
    gone.update(valid_to=Greatest(valid_from, F("valid_from")))
    queries.forget()
    return len(rows)


@transaction
def load_calendar(*, path: Path) -> int:
    """Worked and free days; the number read."""
    days = [
        CalendarDay(day=row["day"], is_working=row["is_working"] == "1", source=row["source"]) for row in _read(path)
    ]
    CalendarDay.objects.bulk_create(
        days, update_conflicts=True, unique_fields=["day"], update_fields=["is_working", "source"]
    )
    queries.forget()
    return len(days)


def _load_names(model: type[Department] | type[CollectedField], path: Path) -> None:
    for row in _read(path):
        model._default_manager.update_or_create(code=row["code"], defaults={"name_zh": row["zh"], "name_en": row["en"]})


def _read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _keywords(path: Path) -> dict[str, list[str]]:
    words: dict[str, list[str]] = defaultdict(list)
    for row in _read(path):
        words[row["task_code"]] += [word.strip() for word in row["words"].split(";") if word.strip()]
    return words


def _fields(row: dict[str, str], extra: dict[str, str], words: list[str]) -> dict[str, object]:
    return {
        "name_zh": row["task_zh"],
        "name_en": row["task_en"],
        "department": extra["department_code"],
        "joint_departments": [code for code in extra["joint_department_codes"].split(";") if code],
        "triggers": row["trigger"].split("+"),
        "level": row["resolve_level"].upper(),
        "limit_min": round(float(row["time_limit_hours"]) * 60),
        "clock": extra["clock"].upper(),
        "priority": extra["priority"].upper(),
        "personal_data_level": int(extra["personal_data_level"]),
        "collects": [field for field in row["collects"].split(";") if field],
        "closing_condition_zh": extra["closing_condition_zh"],
        "closing_condition_en": extra["closing_condition_en"],
        "keywords": words,
    }
