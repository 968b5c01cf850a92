"""The task list as others read it, the working calendar, and the routing rules in force."""

from wangge.catalogue.queries.tasks import (
    UnknownTask,
    calendar,
    department_names,
    forget,
    task,
    task_entries,
    task_list,
    task_names,
    task_words,
)

__all__ = [
    "UnknownTask",
    "calendar",
    "department_names",
    "forget",
    "task",
    "task_entries",
    "task_list",
    "task_names",
    "task_words",
]
