"""The clock rules in plain words: one line for each thing a version settles, with where our default comes from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from wangge.catalogue.types import ClockProfile
from wangge.console.words import minutes_words
from wangge.foundation.worktime import Clock, Hours, Limit

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is settled: what it is called, what it means, how its value is said. `source` "" is our own."""

    field: str
    name: Words
    meaning: Words
    value: Callable[[ClockProfile], str]
    source: Words = ""


def hours_words(hours: Hours) -> str:
    """``09:00-12:00, 13:00-18:00``."""
    return ", ".join(f"{opens:%H:%M}-{closes:%H:%M}" for opens, closes in hours)


def _limit(limit: Limit) -> str:
    return minutes_words(limit.minutes, limit.clock)


def _working(minutes: float) -> str:
    return minutes_words(minutes, Clock.WORKING)


def _percent(share: float) -> str:
    return f"{round(share * 100)} %"


_LIGHTS_SOURCE = _("The steps follow a published rule of a 12345 hotline; the lengths are ours.")

#: In the order of the process.
LINES: tuple[Line, ...] = (
    Line("hours", _("Working hours"), _("Working time counts in these windows of a working day."),
         lambda p: hours_words(p.hours)),
    Line("acceptance_min", _("Acceptance"), _("From the report until the desk has accepted or refused it."),
         lambda p: _limit(p.acceptance)),
    Line("signing_min", _("Signing"), _("From the dispatch until the unit has signed for it."),
         lambda p: _limit(p.signing)),
    Line("signing_urgent_min", _("Signing of urgent matters"), _("Counted day and night."),
         lambda p: _limit(p.signing_urgent)),
    Line("handling_min", _("Handling"), _("Of tasks whose own limit isn’t on the task list; those have theirs."),
         lambda p: _limit(p.handling)),
    Line("verification_min", _("Verification"), _("From the result until it is checked on the spot."),
         lambda p: _limit(p.verification)),
    Line("feedback_min", _("Answer"), _("From the check until the reporter has the answer."),
         lambda p: _limit(p.feedback)),
    Line("yellow_percent", _("Yellow light"), _("When this share of the limit is left, the handler is reminded."),
         lambda p: _percent(p.yellow_share)),
    Line("urgent_yellow_min", _("Yellow light of urgent matters"), _("At the latest so long before the deadline."),
         lambda p: minutes_words(p.urgent_yellow_min, Clock.NATURAL)),
    Line("supervise_after_min", _("Supervision order"), _("Opens by itself so long after the deadline of handling."),
         lambda p: _working(p.supervise_after_min), _LIGHTS_SOURCE),
    Line("reply_within_min", _("Reply to it"), _("Time the unit has to answer an order that opened by itself."),
         lambda p: _working(p.reply_within_min)),
    Line("list_after_min", _("Periodic notice"),
         _("An order that isn’t released is listed so long after the deadline, but not before it has stood its time."),
         lambda p: _working(p.list_after_min), _LIGHTS_SOURCE),
    Line("sampled_percent", _("Sample of the grid’s own results"),
         _("Share of what the grid settles itself that another role checks."),
         lambda p: _percent(p.sampled_share)),
)  # fmt: skip


def said(profile: ClockProfile, default: ClockProfile) -> list[dict[str, object]]:
    """A version line by line; whether each value is our default, and whose reading that is."""
    return [
        {
            "name": line.name,
            "meaning": line.meaning,
            "value": line.value(profile),
            "is_default": line.value(profile) == line.value(default),
            "source": line.source or translate("our own reading"),
        }
        for line in LINES
    ]


def changes(before: ClockProfile, after: ClockProfile) -> list[dict[str, object]]:
    """The lines that differ, with both values."""
    pairs = ((line, line.value(before), line.value(after)) for line in LINES)
    return [{"name": line.name, "before": old, "after": new} for line, old, new in pairs if old != new]
