"""An instance that runs by a training clock, what its database has of a case, and working time counted by hand."""

from __future__ import annotations

import json
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.e2e.instance import Instance
from tests.unit.calendars import SHIPPED
from wangge.foundation.worktime import LOCAL

#: Run inside the instance: what the database has of a case.
_TOLD = """
import json
from wangge.cases.models import Case
case = Case.objects.get(case_no=%r)
steps = [[step.action, step.at.isoformat(), step.detail] for step in case.steps.order_by("seq")]
print(json.dumps({"due": case.due_at and case.due_at.isoformat(), "unit": case.unit, "steps": steps}))
"""


class Lesson:
    """The instance and its clock."""

    def __init__(self, instance: Instance, clock: Path) -> None:
        self.instance, self._clock = instance, clock

    def it_is(self, local: str) -> None:
        """From now on it is that time for everybody."""
        wanted = datetime.fromisoformat(local).replace(tzinfo=LOCAL)
        self._clock.write_text(str((wanted - datetime.now(LOCAL)).total_seconds()))
        time.sleep(0.05)  # another tick of the file system before the next writing


class Told:
    """What the database has of a case: deadline, unit, and each step with its instant."""

    def __init__(self, lesson: Lesson, case_no: str) -> None:
        said = json.loads(
            lesson.instance.dev("manage", "shell", "-v", "0", "-c", _TOLD % case_no).stdout.splitlines()[-1]
        )
        self.due = datetime.fromisoformat(said["due"]) if said["due"] else None
        self.unit: str = said["unit"]
        self.steps = [(action, datetime.fromisoformat(at), detail) for action, at, detail in said["steps"]]

    def last(self, action: str) -> tuple[datetime, dict[str, Any]]:
        """When it was done last, and what was said with it."""
        return next((at, detail) for name, at, detail in reversed(self.steps) if name == action)


def worked(start: datetime, end: datetime) -> timedelta:
    """Working time between two instants by the table of days: 9 to 12 and 13 to 18."""
    total, day = timedelta(), start.astimezone(LOCAL).replace(hour=0, minute=0, second=0, microsecond=0)
    while day < end:
        for opens, closes in ((9, 12), (13, 18)) if SHIPPED.days[day.date()] else ():
            begins, ends = max(start, day.replace(hour=opens)), min(end, day.replace(hour=closes))
            total += max(ends - begins, timedelta())
        day += timedelta(days=1)
    return total
