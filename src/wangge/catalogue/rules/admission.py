"""How a task comes on the list: the one table of an application's states, and who may take which step.

A row says: this action leads from these states to that one, by whoever holds the permission, or by time. The pages
draw their buttons from it, the operations their refusals (409), the guide its table. The states are those of the
field (部门申报—区级专班初审—区委区政府审定); that a published task takes effect on a day of its own, and what time does
afterwards, are our own reading.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from wangge.catalogue.types import AdmissionAction as A
from wangge.catalogue.types import AdmissionState as S
from wangge.catalogue.types import ApplicationKind
from wangge.foundation.errors import Conflict, Invalid, NotAllowed

APPLY, REVIEW, APPROVE, TIME = "catalogue.apply", "catalogue.review", "catalogue.approve", "time"

#: A temporary item is consented to for at most so many days. Our own reading: the regulation wants "a stated term".
LONGEST_TERM_DAYS = 30


class CannotStep(Conflict):
    """The application is not where this step is possible (409)."""

    code = "catalogue.cannot_step"


class OwnApplication(NotAllowed):
    """Nobody reviews or approves what they applied for themselves (403)."""

    code = "catalogue.own_application"


class OwnReview(NotAllowed):
    """Who reviewed an application doesn't also approve it (403)."""

    code = "catalogue.own_review"


class NoteMissing(Invalid):
    """A step that somebody has to live with is given a reason (422)."""

    code = "catalogue.note_needed"


class Incomplete(Invalid):
    """Something an application must say is not said yet (422). `fields` names all of it."""

    code = "catalogue.incomplete"


class BadTerm(Invalid):
    """A temporary item needs a term that ends, and soon (422). `longest` in params."""

    code = "catalogue.bad_term"


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the table."""

    action: A
    sources: frozenset[S]
    target: S
    by: str
    needs_note: bool = False


def _row(action: A, sources: Iterable[S], target: S, by: str, *, needs_note: bool = False) -> Step:
    return Step(action, frozenset(sources), target, by, needs_note)


STEPS: tuple[Step, ...] = (
    _row(A.APPLY, {S.DRAFT, S.RETURNED}, S.APPLIED, APPLY),
    _row(A.TAKE_UP, {S.APPLIED}, S.PRELIMINARY_REVIEW, REVIEW),
    _row(A.FORWARD, {S.PRELIMINARY_REVIEW}, S.FINAL_REVIEW, REVIEW, needs_note=True),
    _row(A.RETURN, {S.PRELIMINARY_REVIEW}, S.RETURNED, REVIEW, needs_note=True),
    _row(A.REFUSE, {S.PRELIMINARY_REVIEW}, S.REFUSED, REVIEW, needs_note=True),
    _row(A.RETURN, {S.FINAL_REVIEW}, S.RETURNED, APPROVE, needs_note=True),
    _row(A.REFUSE, {S.FINAL_REVIEW}, S.REFUSED, APPROVE, needs_note=True),
    _row(A.APPROVE, {S.FINAL_REVIEW}, S.APPROVED, APPROVE),
    _row(A.PUBLISH, {S.APPROVED}, S.PUBLISHED, REVIEW),
    _row(A.TAKE_EFFECT, {S.PUBLISHED}, S.EFFECTIVE, TIME),
    _row(A.BE_AMENDED, {S.EFFECTIVE, S.SUSPENDED}, S.AMENDED, TIME),
    _row(A.BE_SUSPENDED, {S.EFFECTIVE}, S.SUSPENDED, TIME),
    _row(A.RESUME, {S.SUSPENDED}, S.EFFECTIVE, TIME),
    _row(A.LEAVE, {S.EFFECTIVE, S.SUSPENDED}, S.EXITED, TIME),
)

#: The department may still write in it.
WRITABLE = frozenset({S.DRAFT, S.RETURNED})
#: Somebody still has to do something.
OPEN = frozenset({S.DRAFT, S.RETURNED, S.APPLIED, S.PRELIMINARY_REVIEW, S.FINAL_REVIEW, S.APPROVED})
#: Nothing more happens.
ENDED = frozenset({S.REFUSED, S.AMENDED, S.EXITED})
#: The way an application goes when all is well, for the steps above a page.
MAIN_PATH = (S.DRAFT, S.APPLIED, S.PRELIMINARY_REVIEW, S.FINAL_REVIEW, S.APPROVED, S.PUBLISHED, S.EFFECTIVE)


def step_for(action: A, state: S) -> Step:
    """The row for this action from this state, or CannotStep (409)."""
    for step in STEPS:
        if step.action is action and state in step.sources:
            return step
    raise CannotStep(action=action.value, state=state.value)


def steps_from(state: S) -> tuple[Step, ...]:
    """What people can do from this state."""
    return tuple(step for step in STEPS if state in step.sources and step.by != TIME)


def state_after(actions: Iterable[A]) -> S:
    """The state that follows from a history: the table applied step by step from the draft."""
    state = S.DRAFT
    for action in actions:
        state = step_for(action, state).target
    return state


def require_other_person(step: Step, user: int | None, history: Iterable[tuple[A, int | None]]) -> None:
    """Nobody reviews their own application (OwnApplication), and the approver is another person than the reviewer
    (OwnReview). Looked up in the history, so it holds through every return and change of posts."""
    if step.by not in (REVIEW, APPROVE) or user is None:
        return
    acted = list(history)
    if any(action is A.APPLY and who == user for action, who in acted):
        raise OwnApplication()
    reviewed = any(action in (A.TAKE_UP, A.FORWARD) and who == user for action, who in acted)
    if step.by == APPROVE and reviewed:
        raise OwnReview()


def require_note(step: Step, note: str) -> None:
    """Reasons are given where somebody has to live with them."""
    if step.needs_note and not note.strip():
        raise NoteMissing(field="note")


#: What an application of each kind must say before it is sent. The order is that of the form.
_OF_A_TASK = (
    "name_zh", "legal_basis", "purpose", "post_in_charge", "triggers", "frequency", "expected_per_month",
    "minutes_per_month", "staffing", "funding", "training", "level", "limit_min", "closing_condition_zh",
)  # fmt: skip
NEEDED: dict[ApplicationKind, tuple[str, ...]] = {
    ApplicationKind.NEW: ("subitem_id", *_OF_A_TASK),
    ApplicationKind.AMENDMENT: ("task_code", "assessment", *_OF_A_TASK),
    ApplicationKind.SUSPENSION: ("task_code", "assessment", "legal_basis"),
    ApplicationKind.EXIT: ("task_code", "assessment"),
}
#: Kinds that describe a task in full, its collected fields included.
DESCRIBES_A_TASK = frozenset({ApplicationKind.NEW, ApplicationKind.AMENDMENT})


def missing(kind: ApplicationKind, said: Mapping[str, Any], reasons: Collection[str]) -> tuple[str, ...]:
    """Names of what still has to be said. `reasons` are those of the fields to be collected: one each, or "fields"."""
    absent = tuple(name for name in NEEDED[kind] if said.get(name) in (None, "", [], ()))
    unreasoned = not reasons or any(not reason.strip() for reason in reasons)
    return (*absent, "fields") if kind in DESCRIBES_A_TASK and unreasoned else absent


def require_term(valid_from: date, valid_to: date, today: date) -> None:
    """A temporary item begins today or later, ends after it began, and lasts at most LONGEST_TERM_DAYS."""
    days = (valid_to - valid_from).days
    if valid_from < today:
        raise BadTerm(field="valid_from", longest=LONGEST_TERM_DAYS)
    if not 0 < days <= LONGEST_TERM_DAYS:
        raise BadTerm(field="valid_to", longest=LONGEST_TERM_DAYS)


@dataclass(frozen=True, slots=True)
class Standing:
    """What the list shows of the task of an application today.

    `is_in_force`: a version of this very application holds. `is_replaced`: another version holds. `is_paused`: none
    holds, and the last that took effect was a suspension.
    """

    has_begun: bool
    is_in_force: bool
    is_replaced: bool
    is_paused: bool


def done_by_time(state: S, kind: ApplicationKind, standing: Standing) -> A | None:
    """What time has done to an application since somebody looked last, one step at a time."""
    if state is S.PUBLISHED:
        return A.TAKE_EFFECT if standing.has_begun else None
    if kind not in DESCRIBES_A_TASK or state not in (S.EFFECTIVE, S.SUSPENDED):
        return None
    if standing.is_in_force:
        return A.RESUME if state is S.SUSPENDED else None
    if standing.is_replaced:
        return A.BE_AMENDED
    if standing.is_paused:
        return A.BE_SUSPENDED if state is S.EFFECTIVE else None
    return A.LEAVE
