"""Matters that wait for a decision on the day the demo is opened: which of the last days' are kept for it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import repeat
from typing import TYPE_CHECKING

from wangge.cases.types import Channel
from wangge.foundation.worktime import LOCAL

if TYPE_CHECKING:
    from wangge.project.history.scenario import Matter


class Kept(StrEnum):
    """What a matter is kept in, so that somebody who opens the demo finds it to decide."""

    ORDER = "order"
    ANSWERED = "answered"
    RETURN = "return"
    EXTENSION = "extension"
    REST = "rest"
    JOINT = "joint"
    TO_BE_ASKED = "to_be_asked"


#: How many of each, of every how many matters at most, and from which days before the end. Our own numbers.
OF_EACH, ONE_OF = 2, 20
ASKED = 9
_TO = timedelta(days=3)
#: What the last days don't have is sought further back; what has been closed longer isn't asked about.
_FROM = (timedelta(days=10), timedelta(days=25))
#: Whoever decides comes back so long after the last day: a longer history goes on from there.
_BACK_AFTER = timedelta(days=3, hours=9)


def keep(matters: Sequence[Matter], last: date) -> list[Matter]:
    """The same matters; a few of the last days each with what it waits in, and until when."""
    end = datetime.combine(last, time(), LOCAL)
    wanted = sorted(_wanted()[: len(matters) // ONE_OF], key=lambda kind: kind is not Kept.JOINT)  # few would do
    found: dict[int, Matter] = {}
    for earliest, latest in zip(_FROM, (_TO, _FROM[0]), strict=True):
        for matter in (one for one in reversed(matters) if end - earliest <= one.at < end - latest):
            kind = next((kind for kind in wanted if _suits(matter, kind)), None)
            if kind:
                wanted.remove(kind)
                found[matter.number] = _kept(matter, kind, end + _BACK_AFTER)
        wanted = [kind for kind in dict.fromkeys(wanted) if kind is not Kept.TO_BE_ASKED]
        wanted = [kind for kind in wanted if kind not in {one.kept for one in found.values()}]
    return [found.get(one.number, one) for one in matters]


def _wanted() -> list[Kept]:
    """In turn, so that a small history has one of each before it has two of one."""
    decided = [kind for kind in Kept if kind is not Kept.TO_BE_ASKED]
    return [*decided, *repeat(Kept.TO_BE_ASKED, ASKED), *_again(decided)]


def _again(kinds: Iterable[Kept]) -> list[Kept]:
    return [kind for kind in kinds for _ in range(OF_EACH - 1)]


def _suits(matter: Matter, kind: Kept) -> bool:
    """Departments and offices wait for decisions; whoever called or wrote may be asked how it went."""
    if matter.fate != "accept" or matter.task.is_urgent:
        return False
    if kind is Kept.TO_BE_ASKED:
        return matter.task.level == "grid" and matter.channel in (Channel.HOTLINE, Channel.RESIDENT)
    if kind is Kept.JOINT:
        return matter.task.level == "county" and bool(matter.task.joint)
    return matter.task.level in ("county", "township")


def _kept(matter: Matter, kind: Kept, until: datetime) -> Matter:
    contact = matter.has_contact or kind is Kept.TO_BE_ASKED
    return replace(matter, kept=kind, kept_until=until, has_contact=contact)
