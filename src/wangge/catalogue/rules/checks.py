"""What the system looks for in an application, with its reasons. Pure: values in, findings out.

Four looks. A forbidden field is refused for good, whoever asks. A field that is to be had elsewhere isn't collected
but shared. A month that would exceed the ceiling of a grid needs the approver's reason. A likeness to a task of the
list is only shown: people judge it. The thresholds are our own reading; nobody has published one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from wangge.catalogue.types import CheckKind, FieldSource, Finding, Gravity
from wangge.foundation.never_built import why_not

#: Two names are shown side by side from this likeness on; at most so many are.
LIKE_FROM, MOST_ALIKE = 0.3, 5
_WORD = re.compile(r"[a-z]{3,}")
_HAN = re.compile(r"[㐀-鿿]+")
#: Words that every other task has and that say nothing about which one it is.
_EMPTY = frozenset({"and", "the", "for", "with", "from", "into", "check", "checks"})


@dataclass(frozen=True, slots=True)
class Named:
    """A task as far as a likeness goes: its names and the words people use for it."""

    code: str
    name_zh: str
    name_en: str = ""
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Collected:
    """A field an application wants: its code, both names, and how it is had."""

    code: str
    name_zh: str
    name_en: str = ""
    source: FieldSource = FieldSource.COLLECT


@dataclass(frozen=True, slots=True)
class Load:
    """A grid's month: what the list takes already, what this application adds, and the ceiling if there is one."""

    present: int
    added: int
    ceiling: int | None


def likeness(one: Named, other: Named) -> tuple[float, tuple[str, ...]]:
    """How alike two tasks are, from 0 to 1, and the words they share. Symmetric; a task is wholly like itself.

    The names in one of the languages, or the words people use for it: whichever is more alike counts, for one
    department says 乱停放 and the other 停放秩序 and both mean the same bicycles.
    """
    pairs = _pairs(one.name_zh), _pairs(other.name_zh)
    words = _latin(one.name_en), _latin(other.name_en)
    keys = _keys(one, other), _keys(other, one)
    common = frozenset().union(*(mine & theirs for mine, theirs in (pairs, words, keys)))
    share = max(_alike(*pairs), _alike(*words), _overlap(*keys))
    return share, _words_shown(one, other, common)


def _pairs(name: str) -> frozenset[str]:
    """Pairs of neighbouring Chinese characters."""
    runs = _HAN.findall(name)
    return frozenset(pair for run in runs for pair in ([run[i : i + 2] for i in range(len(run) - 1)] or [run]))


def _latin(name: str) -> frozenset[str]:
    return frozenset(_WORD.findall(name.casefold())) - _EMPTY


def _keys(task: Named, beside: Named) -> frozenset[str]:
    """Its own words, and those of the other one that stand in its name."""
    name = f"{task.name_zh} {task.name_en}".casefold()
    own = {word.casefold() for word in task.keywords if word}
    return frozenset(own | {word for one in beside.keywords if len(word := one.casefold()) > 1 and word in name})


def _alike(mine: frozenset[str], theirs: frozenset[str]) -> float:
    """Twice what is common over all there is (Dice)."""
    return 2 * len(mine & theirs) / (len(mine) + len(theirs)) if mine and theirs else 0.0


def _overlap(mine: frozenset[str], theirs: frozenset[str]) -> float:
    """The share of the shorter list in the longer; one common word of a short list proves little."""
    return len(mine & theirs) / max(3, min(len(mine), len(theirs)))


def _words_shown(one: Named, other: Named, common: frozenset[str]) -> tuple[str, ...]:
    """What is shown as shared: the longest common runs of the names instead of their pairs, then other words."""
    pairs = {piece for piece in common if _HAN.fullmatch(piece) and len(piece) == 2}
    runs = _common_runs(one.name_zh, other.name_zh)
    loose = {pair for pair in pairs if not any(pair in run for run in runs)}
    words = sorted({*runs, *loose, *(common - pairs)}, key=lambda word: (-len(word), word))
    return tuple(words)


def _common_runs(one: str, other: str) -> set[str]:
    """Longest common runs of at least two Chinese characters."""
    found = {
        run[i:j]
        for run in _HAN.findall(one)
        for i in range(len(run))
        for j in range(i + 2, len(run) + 1)
        if run[i:j] in other
    }
    return {run for run in found if not any(run != longer and run in longer for longer in found)}


def alike(candidate: Named, others: Iterable[Named]) -> list[Finding]:
    """Tasks of the list that this one resembles, the most alike first."""
    found = []
    for other in others:
        if other.code and other.code == candidate.code:
            continue
        share, words = likeness(candidate, other)
        if share >= LIKE_FROM:
            found.append((share, other, words))
    found.sort(key=lambda one: (-one[0], one[1].code))
    return [
        Finding(CheckKind.LIKENESS, Gravity.NOTE, other.code, {"percent": round(share * 100), "words": list(words)})
        for share, other, words in found[:MOST_ALIKE]
    ]


def forbidden(names: Mapping[str, Sequence[str]]) -> list[Finding]:
    """Things whose name gives away that they are never held: by what they are called, in any of their names."""
    found = []
    for about, called in names.items():
        for name in called:
            kind = why_not(name)
            if kind is not None:
                found.append(Finding(CheckKind.FORBIDDEN, Gravity.REFUSED, about, {"name": name, "kind": kind.key}))
                break
    return found


def obtainable(fields: Iterable[Collected], register: Mapping[str, str]) -> list[Finding]:
    """Fields to be asked for on the spot that are to be had elsewhere; `register` says where."""
    return [
        Finding(
            CheckKind.OBTAINABLE, Gravity.REFUSED, field.code, {"name": field.name_zh, "where": register[field.code]}
        )
        for field in fields
        if field.source is FieldSource.COLLECT and field.code in register
    ]


def overload(load: Load) -> list[Finding]:
    """A month over the ceiling, unless the application takes nothing away from anybody's time."""
    after = load.present + load.added
    if load.ceiling is None or load.added <= 0 or after <= load.ceiling:
        return []
    said: dict[str, object] = {
        "present": load.present,
        "added": load.added,
        "after": after,
        "ceiling": load.ceiling,
        "over": after - load.ceiling,
    }
    return [Finding(CheckKind.OVERLOAD, Gravity.OVERRIDE, "minutes_per_month", said)]


def is_refused(findings: Iterable[Finding]) -> bool:
    """Whether something was found that nobody overrides."""
    return any(finding.gravity is Gravity.REFUSED for finding in findings)


def needs_override(findings: Iterable[Finding]) -> bool:
    """Whether something was found that only the approver lets pass, with a reason."""
    return any(finding.gravity is Gravity.OVERRIDE for finding in findings)
