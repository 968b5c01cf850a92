"""Writing the catalogue: reference data, and the rules by which cases are sent."""

from wangge.catalogue.operations.loading import load_calendar, load_task_list

__all__ = ["load_calendar", "load_task_list"]
