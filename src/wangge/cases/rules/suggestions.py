"""Which task a report is about: by words, with the words shown. Who handles it, `rules.routing` says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from wangge.cases.types import Suggestion

MOST_SUGGESTED = 3
#: The first words of a report, or its title, usually name the matter.
BEGINNING = 40
SAID_FIRST = 2.0
LETTERS_PER_IDEOGRAPH = 3


@dataclass(frozen=True, slots=True)
class TaskWords:
    """A task and the words that point to it."""

    code: str
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


#: The unit a task goes to from the place of the report, by its code, and the reasons as data (`rules.routing`).
UnitOf = Callable[[str], tuple[str | None, dict[str, object]]]


def suggestions_for(
    text: str, tasks: Iterable[TaskWords], unit_of: UnitOf, *, chosen: str = ""
) -> tuple[Suggestion, ...]:
    """Task and unit proposals for a report; a category the reporter chose counts first."""
    known = {task.code: task for task in tasks}
    result: list[Suggestion] = []
    if chosen in known:
        unit, why = unit_of(chosen)
        result.append(Suggestion(chosen, unit, 100.0, ({"rule": "reporter_chose"}, why)))
    for task, words, score in suggest_tasks(text, known.values()):
        if task.code != chosen:
            unit, why = unit_of(task.code)
            said: dict[str, object] = {"rule": "words", "words": list(words)}
            result.append(Suggestion(task.code, unit, round(score, 2), (said, why)))
    return tuple(result[:MOST_SUGGESTED])
