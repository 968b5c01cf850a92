"""Which task a report is about, and who would handle it: by words, with the words shown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from wangge.cases.types import Suggestion
from wangge.catalogue.types import ResolveLevel
from wangge.workforce.types import Level, UnitKind, UnitRef

MOST_SUGGESTED = 3


@dataclass(frozen=True, slots=True)
class TaskWords:
    """A task and the words that point to it."""

    code: str
    department: str
    level: ResolveLevel
    words: tuple[str, ...]


def matching_words(text: str, words: Iterable[str]) -> tuple[str, ...]:
    """The words found in the text, longest first, without those inside a longer one already found."""
    found: list[str] = []
    lowered = text.lower()
    for word in sorted(set(words), key=lambda w: (-len(w), w)):
        if word.lower() in lowered and not any(word in longer for longer in found):
            found.append(word)
    return tuple(found)


def suggest_tasks(text: str, tasks: Iterable[TaskWords]) -> tuple[tuple[TaskWords, tuple[str, ...], float], ...]:
    """Tasks whose words occur in the text, best first; a longer word says more than a short one."""
    hits = []
    for task in tasks:
        words = matching_words(text, task.words)
        if words:
            hits.append((task, words, float(sum(len(word) ** 1.5 for word in words))))
    hits.sort(key=lambda hit: (-hit[2], hit[0].code))
    return tuple(hits[:MOST_SUGGESTED])


def unit_for(task: TaskWords, area: str, units: Iterable[UnitRef]) -> tuple[UnitRef | None, str]:
    """The unit that would handle the task in this area, and the rule that says so.

    Events: place first, owner second (先属地、后属主) — grid and township matters go to the town's own
    units or its centre, county and enforcement matters to the owning department.
    """
    candidates = list(units)
    if task.level in (ResolveLevel.GRID, ResolveLevel.TOWNSHIP):
        local = [unit for unit in candidates if unit.level is Level.TOWNSHIP and area.startswith(unit.area)]
        centre = next((unit for unit in local if unit.kind is UnitKind.CENTRE), None)
        return centre, "place_first"
    owner = next(
        (u for u in candidates if u.kind is UnitKind.DEPARTMENT and u.code.endswith(f"-{task.department}")), None
    )
    return owner, "owner_department"


def suggestions_for(
    text: str, area: str, tasks: Iterable[TaskWords], units: Iterable[UnitRef], chosen: Mapping[str, str] | None = None
) -> tuple[Suggestion, ...]:
    """Task and unit proposals for a report; a category the reporter chose counts first."""
    known = {task.code: task for task in tasks}
    unit_list = list(units)
    result: list[Suggestion] = []
    if chosen and (task := known.get(chosen.get("task_code", ""))):
        unit, rule = unit_for(task, area, unit_list)
        reasons: tuple[dict[str, object], ...] = ({"rule": "reporter_chose"}, {"rule": rule, "area": area})
        result.append(Suggestion(task.code, unit.code if unit else None, 100.0, reasons))
    for task, words, score in suggest_tasks(text, known.values()):
        if any(task.code == earlier.task_code for earlier in result):
            continue
        unit, rule = unit_for(task, area, unit_list)
        reasons = ({"rule": "words", "words": list(words)}, {"rule": rule, "area": area})
        result.append(Suggestion(task.code, unit.code if unit else None, round(score, 2), reasons))
    return tuple(result[:MOST_SUGGESTED])
