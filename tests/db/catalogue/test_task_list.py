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
