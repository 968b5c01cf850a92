"""The task list as loaded: its shape, and what happens when a task leaves it or returns."""

from __future__ import annotations

import csv
import shutil
from datetime import date
from pathlib import Path

import pytest

from tests import town
from wangge.catalogue import operations, queries
from wangge.catalogue.models import TaskCategory, TaskItem, TaskSubItem
from wangge.catalogue.queries import UnknownTask

pytestmark = pytest.mark.django_db
FOLDER = town.DATA / "catalogue"


def test_nine_categories_22_sub_items_82_tasks_of_16_departments() -> None:
    tasks = queries.task_list(town.AT)
    assert (TaskCategory.objects.count(), TaskSubItem.objects.count(), len(tasks)) == (9, 22, 82)
    assert len({task.department for task in tasks}) == len(queries.department_names()) == 16
    assert all(task.limit_min > 0 and task.closing_condition for task in tasks)
    assert set(TaskItem.objects.values_list("is_draft", flat=True)) == {True}


def test_a_task_that_leaves_the_list_ends_and_may_return(tmp_path: Path) -> None:
    shorter = tmp_path / "catalogue"
    shutil.copytree(FOLDER, shorter)
    with (FOLDER / "task_list.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    with (shorter / "task_list.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(row for row in rows if row["code"] != town.GRID_TASK)
    operations.load_task_list(folder=shorter, valid_from=date(2026, 11, 1))
    with pytest.raises(UnknownTask):
        queries.task(town.GRID_TASK, at=town.AT)
    assert queries.task_names([town.GRID_TASK])
    operations.load_task_list(folder=FOLDER, valid_from=date(2026, 11, 1))
    assert queries.task(town.GRID_TASK, at=town.AT)
    queries.forget()


def test_a_list_of_a_later_day_makes_new_versions_of_what_it_says_otherwise(tmp_path: Path) -> None:
    changed = tmp_path / "catalogue"
    shutil.copytree(FOLDER, changed)
    text = (FOLDER / "task_list.csv").read_text(encoding="utf-8")
    line = next(one for one in text.splitlines() if one.startswith(town.GRID_TASK))
    (changed / "task_list.csv").write_text(text.replace(line, line.replace(",grid,", ",township,")), encoding="utf-8")
    operations.load_task_list(folder=changed, valid_from=date(2026, 12, 1))
    assert queries.task(town.GRID_TASK, at=town.AT).level == "GRID"
    assert queries.task(town.GRID_TASK, at=town.later(days=30)).level == "TOWNSHIP"
    assert TaskItem.objects.count() == 83
    assert [one.code for one in queries.list_changes(date(2026, 11, 30), date(2026, 12, 1))] == [town.GRID_TASK]
    queries.forget()


def test_a_list_that_wants_what_is_never_held_is_refused_as_a_whole(tmp_path: Path) -> None:
    bent = tmp_path / "catalogue"
    shutil.copytree(FOLDER, bent)
    text = (FOLDER / "task_list.csv").read_text(encoding="utf-8")
    (bent / "task_list.csv").write_text(text.replace("issues_raised", "id_card"), encoding="utf-8")
    with pytest.raises(operations.ForbiddenField):
        operations.load_task_list(folder=bent, valid_from=date(2026, 12, 1))
    assert TaskItem.objects.count() == 82


def test_every_task_takes_time_and_the_draft_leaves_room_under_the_ceiling() -> None:
    load = queries.grid_load(date(2026, 11, 23), county=town.COUNTY)
    assert len(load.lines) == 82
    assert all(line.minutes > 0 for line in load.lines)
    assert load.ceiling is not None
    assert 0 < load.minutes < load.ceiling
