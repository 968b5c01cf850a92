"""Notices as pages show them: for the desk and the worker's phone alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from wangge.notices.types import NoticeKind, NoticeLine
from wangge.notices.words import kind_words, tone_of


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One line of a list of notices."""

    id: int
    words: str
    tone: str
    case_no: str
    where: str
    show_at: datetime
    is_read: bool
    leads: bool  #: there is a page of it that the reader may open


#: What a notice is about if not a case.
_OTHERS = frozenset({NoticeKind.CALENDAR_ENDS, NoticeKind.WEBHOOK_OFF})
#: Nothing to open: a case that left one's unit is seen there no more.
_LEADS_NOWHERE = frozenset({NoticeKind.CALENDAR_ENDS, NoticeKind.LEFT})


def rows(lines: Sequence[NoticeLine], *, place_names: Callable[[Iterable[str]], dict[str, str]]) -> list[NoticeRow]:
    """The lines with their words and places, as `place_names` says them; one look-up for all names."""
    called = place_names({line.area for line in lines if line.area})
    return [
        NoticeRow(
            id=line.id,
            words=kind_words(line.kind, line.clock),
            tone=tone_of(line.kind),
            case_no="" if line.kind in _OTHERS else line.subject,
            where=called.get(line.area, ""),
            show_at=line.show_at,
            is_read=line.is_read,
            leads=line.kind not in _LEADS_NOWHERE,
        )
        for line in lines
    ]


def is_about_case(kind: str) -> bool:
    """Whether such a notice leads to a case that its reader may open."""
    return kind not in _OTHERS | _LEADS_NOWHERE
