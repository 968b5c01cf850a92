"""Which task a report is about, and who would handle it: by words, with the words shown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from wangge.cases.types import Suggestion
from wangge.catalogue.types import ResolveLevel
from wangge.workforce.types import Level, UnitKind, UnitRef

MOST_SUGGESTED = 3
#: The first words of a report, or its title, usually name the matter.
BEGINNING = 40
SAID_FIRST = 2.0
LETTERS_PER_IDEOGRAPH = 3


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
        if _place_in(lowered, word.lower()) >= 0 and not any(word in longer for longer in found):
            found.append(word)
    return tuple(found)


def suggest_tasks(text: str, tasks: Iterable[TaskWords]) -> tuple[tuple[TaskWords, tuple[str, ...], float], ...]:
    """Tasks whose words occur in the text, best first.

    A longer word says more than a short one, and what is said at the beginning more than what follows.
    """
    hits = []
    lowered = text.lower()
    for task in tasks:
        words = matching_words(text, task.words)
        if words:
            hits.append((task, words, sum(_weight(lowered, word.lower()) for word in words)))
    hits.sort(key=lambda hit: (-hit[2], hit[0].code))
    return tuple(hits[:MOST_SUGGESTED])


def _place_in(text: str, word: str) -> int:
    """Where the word begins in the text, or -1: a Chinese word anywhere, a Latin one standing alone."""
    at = text.find(word)
    if at < 0 or not word.isascii():
        return at
    alone = re.search(rf"(?<![a-z0-9]){re.escape(word)}(?:s|es)?(?![a-z0-9])", text)
    return alone.start() if alone else -1


def _weight(text: str, word: str) -> float:
    size = len(word) / LETTERS_PER_IDEOGRAPH if word.isascii() else len(word)
    return float(size**1.5 * (SAID_FIRST if _place_in(text, word) < BEGINNING else 1))


def unit_for(task: TaskWords, area: str, units: Iterable[UnitRef]) -> tuple[UnitRef | None, str]:
    """The unit that would handle the task in this area, and the rule that says so.

    Events: place first, owner second (先属地、后属主) — grid and township matters go to the town's own
    office or its centre, county matters to the owning department, enforcement to the team. A unit in which
    nobody signs is passed over.
    """
    candidates = [unit for unit in units if unit.signs]
    if task.level in (ResolveLevel.GRID, ResolveLevel.TOWNSHIP):
        town = [unit for unit in candidates if unit.level is Level.TOWNSHIP and area.startswith(unit.area)]
        office = _first(town, UnitKind.OFFICE, task.department)
        return office or _first(town, UnitKind.CENTRE), "place_first"
    if task.level is ResolveLevel.ENFORCEMENT:
        return _first(candidates, UnitKind.TEAM), "enforcement"
    return _first(candidates, UnitKind.DEPARTMENT, task.department), "owner_department"


def _first(units: Iterable[UnitRef], kind: UnitKind, department: str = "") -> UnitRef | None:
    ending = f"-{department}" if department else ""
    return next((unit for unit in units if unit.kind is kind and unit.code.endswith(ending)), None)


def suggestions_for(
    text: str,
    area: str,
    tasks: Iterable[TaskWords],
    units: Iterable[UnitRef],
    chosen: Mapping[str, str] | None = None,
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
