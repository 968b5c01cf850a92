"""The counting sets (kpis §1): what one case adds to each index in a period. Pure.

A contribution says: this index, this unit, so much above the line, so much below it. A case adds nothing to the
indices whose sets it is not in. Where no rule says how to count, the reading is ours and the table of indices says so.
What an earlier version of the formulas counted otherwise stands at the end: closed periods are counted again by it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from wangge.analysis.rules.facts import CaseFacts, Closing, Order
from wangge.analysis.rules.table import FIRST, FORMULAS
from wangge.cases.types import Action, Channel, HandlingLevel, Rating

REOPENED_WITHIN = timedelta(days=30)
_FOUND_BY_PATROL = frozenset({Channel.WORKER.value})


@dataclass(frozen=True, slots=True)
class Window:
    """The period as instants, and the instant up to which the histories are known."""

    begin: datetime
    end: datetime
    cut_off: datetime

    def __contains__(self, moment: datetime | None) -> bool:
        return moment is not None and self.begin <= moment < self.end

    @property
    def seen_until(self) -> datetime:
        """min(now, to): what is unfinished then is unfinished."""
        return min(self.end, self.cut_off)


@dataclass(frozen=True, slots=True)
class Contribution:
    """What a case adds to an index: `a` above the line (or the value itself), `n` below it."""

    index: str
    unit: str
    a: float
    n: int = 1


Counting = Callable[[CaseFacts, Window], Iterator[Contribution]]


def contributions(facts: CaseFacts, window: Window, formulas: str = FORMULAS) -> Iterator[Contribution]:
    """Everything a case adds in this period by a version of the formulas. A voided case adds only that it was."""
    if facts.voided_at is not None:
        if facts.voided_at in window:
            yield Contribution("voided", facts.unit, 1, 0)
        return
    for counting in COUNTINGS[formulas]:
        yield from counting(facts, window)


# --- receiving --------------------------------------------------------------------------------------


def _received(facts: CaseFacts, window: Window) -> Iterator[Contribution]:
    if facts.is_sub_case:
        return
    if facts.reported_at in window:
        yield Contribution("reported", "", 1, 0)
    for decision, index in ((Action.REFUSE, "refused"), (Action.MERGE, "merged")):
        if any(one.decision == decision and one.decided_at in window for one in facts.intakes):
            yield Contribution(index, "", 1, 0)
    for one in facts.intakes:
        if one.due_at is None or one.due_at not in window:
            continue
        if one.decided_at or one.due_at < window.cut_off:
            in_time = one.decided_at is not None and one.decided_at <= one.due_at
            yield Contribution("accept_timely_rate", "", int(in_time))


def _accepted(facts: CaseFacts, window: Window) -> Iterator[Contribution]:
    if facts.is_sub_case or facts.accepted_at not in window:
        return
    yield Contribution("accepted", "", 1, 0)
    yield Contribution("closure_rate", facts.unit, int(facts.is_closed))
    yield Contribution("proactive_share", facts.unit, int(facts.channel in _FOUND_BY_PATROL))
    yield Contribution("unlisted_task_count", "", int(not facts.is_listed), 0)


# --- dispatching ------------------------------------------------------------------------------------


def _sent(facts: CaseFacts, window: Window) -> Iterator[Contribution]:
    """By the dispatches of the period, whenever the unit asked back: a share of them, never more than all."""
    for one in facts.sendings:
        if one.at not in window:
            continue
        if one.by_centre:
            yield Contribution("dispatched", one.unit, 1, 0)
            yield Contribution("dispatch_accuracy", one.unit, int(not one.is_upheld))
        yield Contribution("return_rate", one.unit, int(one.is_asked_back))
        yield Contribution("fair_return_rate", one.unit, int(not one.is_refused))


def _returns(facts: CaseFacts, window: Window) -> Iterator[Contribution]:
    """Of the same dispatches: asked back, upheld, refused. Context, also where a share of so few would be chance."""
    for one in facts.sendings:
        if one.at in window:
            yield Contribution("returns_asked", one.unit, int(one.is_asked_back), 0)
            yield Contribution("returns_upheld", one.unit, int(one.is_upheld), 0)
            yield Contribution("returns_refused", one.unit, int(one.is_refused), 0)


# --- handling ---------------------------------------------------------------------------------------


def _due(facts: CaseFacts, window: Window) -> Iterator[Contribution]:
    for one in facts.rounds:
        if one.due_at not in window or one.due_at is None:
            continue
        finished = one.finished_at is not None
        if not finished and one.due_at >= window.seen_until:
            continue  # still running when we looked: neither in time nor late
        in_time = one.finished_at is not None and one.finished_at <= one.due_at
        yield Contribution("on_time_closure_rate", one.unit, int(in_time))
        yield Contribution("overdue_rate", one.unit, int(not in_time))


def _handled(facts: CaseFacts, window: Window) -> Iterator[Contribution]:
    """Whoever had a part of the period to work on it; the urges given in the period above the line."""
    for one in facts.rounds:
        if one.started_at < window.end and (one.finished_at is None or one.finished_at >= window.begin):
            yield Contribution("urge_count_per_case", one.unit, 0)
    for urging in facts.urgings:
        if urging.at in window:
            yield Contribution("urge_count_per_case", urging.unit, 1, 0)


def _checked(facts: CaseFacts, window: Window) -> Iterator[Contribution]:
    for number, one in enumerate(facts.checks):
        if one.at not in window:
            continue
        yield Contribution("verified", one.unit, 1, 0)
        if not one.is_passed:
            yield Contribution("sent_back", one.unit, 1, 0)
        if number == 0:
            yield Contribution("first_pass_rate", one.unit, int(one.is_passed))


def _stayed(facts: CaseFacts, window: Window) -> Iterator[Contribution]:
    end = window.seen_until
    if any(one.begun_at < end and (one.ended_at is None or one.ended_at >= end) for one in facts.stays):
        unit = facts.stays[-1].unit
        yield Contribution("suspended_stock", unit, 1, 0)


# --- closing ----------------------------------------------------------------------------------------

_LEVELS = tuple(level.value for level in HandlingLevel)
_CONTENT = frozenset({Rating.SATISFIED.value, Rating.BASICALLY.value})


def _extended(facts: CaseFacts, window: Window) -> Iterator[Contribution]:
    """Whether any of its closings in the period came after an extension."""
    if found := _closings(facts, window):
        yield Contribution("extension_rate", found[-1].unit, int(any(one.is_extended for one in found)))


def _closed(facts: CaseFacts, window: Window) -> Iterator[Contribution]:
    """Distinct cases: of several closings in the period the last one counts."""
    found = _closings(facts, window)
    if not found:
        return
    last = found[-1]
    reopened = any(one.reopened_at and one.reopened_at - one.at <= REOPENED_WITHIN for one in found)
    yield Contribution("rework_rate", last.unit, int(last.needed_rework or reopened))
    yield Contribution("reopen_rate", last.unit, int(reopened))
    if last.net_min is not None:
        yield Contribution("median_handling_hours", last.unit, last.net_min / 60)
    if not facts.is_sub_case:
        yield Contribution("closed", last.unit, 1, 0)
        for level in _LEVELS:
            yield Contribution(f"level_split.{level}", last.unit, int(last.level == level))


def _closings(facts: CaseFacts, window: Window) -> list[Closing]:
    return [one for one in facts.closings if one.at in window]


def _answered(facts: CaseFacts, window: Window) -> Iterator[Contribution]:
    """Satisfaction, whether it is solved, and their coverage, all of the same people: those a revisit can ask.

    These left a contact and did not rate unasked. Every other rating stands apart: whoever rates unasked was not
    drawn, and whoever left no contact can't be.
    """
    found = _closings(facts, window)
    if not found or facts.is_sub_case:
        return
    last = found[-1]
    if last.rating and not (last.is_revisit and facts.is_contactable):
        yield Contribution("other_ratings", last.unit, 1, 0)
        yield Contribution("other_ratings_no_contact", last.unit, int(not facts.is_contactable), 0)
        yield Contribution("other_satisfaction", last.unit, int(last.rating in _CONTENT))
    elif facts.is_contactable:
        yield Contribution("revisit_rate", last.unit, int(bool(last.rating)))
        if last.rating:
            yield from _said(last)


def _said(last: Closing) -> Iterator[Contribution]:
    yield Contribution("satisfaction_rate", last.unit, int(last.rating in _CONTENT))
    for rating in Rating:
        yield Contribution(f"ratings.{rating.value}", last.unit, int(last.rating == rating), 0)
    if last.is_solved is not None:
        yield Contribution("solved_rate", last.unit, int(last.is_solved))


# --- supervising ------------------------------------------------------------------------------------


def _ordered(facts: CaseFacts, window: Window) -> Iterator[Contribution]:
    yield from _orders(facts, window, lambda one: one.was_finished or _finished_in_time(one))


def _orders(facts: CaseFacts, window: Window, is_kept: Callable[[Order], bool]) -> Iterator[Contribution]:
    for one in facts.orders:
        if one.until is None or one.until not in window:
            continue
        kept = is_kept(one)
        released = one.released_at is not None and one.released_at <= one.until
        if not kept and (released or one.until >= window.seen_until):
            continue  # taken back before it was due, or not due when we looked
        yield Contribution("supervise_on_time_rate", one.unit, int(kept))


def _finished_in_time(one: Order) -> bool:
    return one.finished_at is not None and one.until is not None and one.finished_at <= one.until


# --- 2026-1 -----------------------------------------------------------------------------------------


def _extended_2026_1(facts: CaseFacts, window: Window) -> Iterator[Contribution]:
    """Only the last closing: an extension before a re-opening was forgotten."""
    if found := _closings(facts, window):
        yield Contribution("extension_rate", found[-1].unit, int(found[-1].is_extended))


def _ordered_2026_1(facts: CaseFacts, window: Window) -> Iterator[Contribution]:
    """Without those that found the matter finished."""
    yield from _orders(facts, window, _finished_in_time)


def _returned_2026_1(facts: CaseFacts, window: Window) -> Iterator[Contribution]:
    """Only what the desks sent, and only what was upheld."""
    for one in facts.sendings:
        if one.at in window and one.by_centre:
            yield Contribution("returned", one.unit, int(one.is_upheld), 0)


def _answered_2026_1(facts: CaseFacts, window: Window) -> Iterator[Contribution]:
    """Every rating, whoever gave it, beside the coverage of those with a contact only."""
    found = _closings(facts, window)
    if not found or facts.is_sub_case:
        return
    last = found[-1]
    if facts.is_contactable:
        yield Contribution("revisit_rate", last.unit, int(bool(last.rating)))
    if last.rating:
        yield Contribution("satisfaction_rate", last.unit, int(last.rating in _CONTENT))
        for rating in Rating:
            yield Contribution(f"ratings.{rating.value}", last.unit, int(last.rating == rating), 0)
    if last.is_solved is not None:
        yield Contribution("solved_rate", last.unit, int(last.is_solved))


_ALWAYS: tuple[Counting, ...] = (
    _received, _accepted, _sent, _due, _handled, _checked, _stayed, _closed,
)  # fmt: skip
COUNTINGS: dict[str, tuple[Counting, ...]] = {
    FIRST: (*_ALWAYS, _extended_2026_1, _ordered_2026_1, _returned_2026_1, _answered_2026_1),
    FORMULAS: (*_ALWAYS, _extended, _ordered, _returns, _answered),
}
