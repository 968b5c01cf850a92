"""Loading the reference data of the catalogue: the draft list and what guards it."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

from django.db.models import F
from django.db.models.functions import Greatest

from wangge.catalogue import queries
from wangge.catalogue.models import (
    CollectedField,
    Department,
    LoadCeiling,
    ObtainableField,
    TaskCategory,
    TaskItem,
    TaskSubItem,
)
from wangge.catalogue.operations.applying import ForbiddenField
from wangge.catalogue.rules import checks
from wangge.catalogue.types import Nature
from wangge.foundation.db import transaction


@transaction
def load_task_list(*, folder: Path, valid_from: date) -> int:
    """The draft list of data/catalogue with the names of its departments and fields; the number of tasks.

    What is said otherwise than before becomes a new version from the day the list begins; a draft version that begins
    on that very day is corrected where it stands. A task that is no longer on the list ends on that day. What an
    application brought on the list is governed by applications and left alone. A list that wants something this
    product never holds is refused as a whole (ForbiddenField, 422).
    """
    _load_names(Department, folder / "departments.csv")
    _load_names(CollectedField, folder / "fields.csv")
    rows = _read(folder / "task_list.csv")
    _refuse_forbidden_list(rows)
    extra = {row["code"]: row for row in _read(folder / "task_list_extra.csv")}
    words = _keywords(folder / "keywords.csv")
    minutes = {row["code"]: int(row["minutes_per_month"]) for row in _read(folder / "grid_minutes.csv")}
    natures = {row["code"]: row["nature"].upper() for row in _read(folder / "natures.csv")}
    admitted = _admitted_codes()
    latest = {row.code: row for row in TaskItem.objects.filter(application=None).order_by("valid_from")}
    for row in rows:
        subitem = _subitem(row)
        if row["code"] not in admitted:
            said = _fields(row, extra[row["code"]], words[row["code"]], minutes[row["code"]])
            said |= {"subitem_id": subitem.pk, "nature": natures.get(row["code"], Nature.EVENT.value)}
            _put_version(row["code"], said, latest.get(row["code"]), valid_from)
    gone = TaskItem.objects.filter(valid_to__isnull=True, is_temporary=False)
    gone = gone.exclude(code__in=[*admitted, *(row["code"] for row in rows)])
    gone.update(valid_to=Greatest(valid_from, F("valid_from")))
    queries.forget()
    return len(rows)


@transaction
def load_guards(*, folder: Path) -> int:
    """Where fields are to be had already, and how much of a grid's month the list may take; the number of rows."""
    obtainable, ceilings = _read(folder / "obtainable_fields.csv"), _read(folder / "load_ceilings.csv")
    ObtainableField.objects.exclude(code__in=[row["code"] for row in obtainable]).delete()
    for row in obtainable:
        said = {"department": row["department"], "where_zh": row["where_zh"], "where_en": row["where_en"]}
        ObtainableField.objects.update_or_create(code=row["code"], defaults=said)
    for row in ceilings:
        said = {"minutes_per_month": row["minutes_per_month"]}
        LoadCeiling.objects.update_or_create(area=row["area"], defaults=said)
    return len(obtainable) + len(ceilings)


def _refuse_forbidden_list(rows: list[dict[str, str]]) -> None:
    wanted = {row["code"]: [row["task_zh"], row["task_en"], *row["collects"].split(";")] for row in rows}
    found = checks.forbidden(wanted)
    if found:
        raise ForbiddenField(field=found[0].about, name=found[0].said["name"], kind=found[0].said["kind"])


def _admitted_codes() -> list[str]:
    """Tasks that an application has brought on the list or changed."""
    return sorted(set(TaskItem.objects.exclude(application=None).values_list("code", flat=True)))


def _subitem(row: dict[str, str]) -> TaskSubItem:
    category, _ = TaskCategory.objects.update_or_create(
        code=row["code"][:2], defaults={"name_zh": row["category_zh"], "name_en": row["category_en"]}
    )
    subitem, _ = TaskSubItem.objects.update_or_create(
        code=row["code"][:4],
        defaults={"name_zh": row["subitem_zh"], "name_en": row["subitem_en"], "category": category},
    )
    return subitem


def _put_version(code: str, said: dict[str, Any], latest: TaskItem | None, valid_from: date) -> None:
    """The version that holds from that day, beside the latest one of the draft."""
    if latest is not None and latest.valid_from >= valid_from:
        _correct(latest, said | {"valid_to": None})
        return
    if latest is not None and latest.valid_to is None:
        if all(getattr(latest, name) == value for name, value in said.items()):
            return
        _correct(latest, {"valid_to": valid_from})
    TaskItem.objects.create(code=code, is_draft=True, valid_from=valid_from, **said)


def _correct(row: TaskItem, said: dict[str, Any]) -> None:
    TaskItem.objects.filter(pk=row.pk).update(**said)


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


def _fields(row: dict[str, str], extra: dict[str, str], words: list[str], minutes: int) -> dict[str, Any]:
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
        "minutes_per_month": minutes,
    }
