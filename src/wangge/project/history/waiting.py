"""How a matter comes to wait for a decision: what is asked for is asked soon, and decided late. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from wangge.cases.types import Action, State
from wangge.foundation.worktime import next_working_moment
from wangge.project.history.handling import rest, sharing
from wangge.project.history.kept import Kept
from wangge.project.history.standing import Act, Standing

_ORDERED = frozenset({Kept.ORDER, Kept.ANSWERED})
_DEMANDED_IN = timedelta(days=6)


def instead(standing: Standing, usual: Act | None) -> Act | None:
    """What happens to a matter that is kept, in the place of what usually would; the usual for all others."""
    kept, until = standing.matter.kept, standing.matter.kept_until
    if kept is None or until is None:
        return usual
    if kept is Kept.TO_BE_ASKED:
        return None if standing.state is State.CLOSED else usual
    if standing.state is State.DISPATCHED:
        return _taken(standing, kept)
    if standing.state not in (State.IN_PROGRESS, State.RETURN_REQUESTED):
        return usual
    return _asked(standing, kept) or _later(usual, until)


def _taken(standing: Standing, kept: Kept) -> Act:
    asks_back = kept is Kept.RETURN and not standing.is_part and not standing.has(Action.REQUEST_RETURN)
    operation = "request_return" if asks_back else "sign"
    return Act(_soon(standing), operation, "handler", note=operation if asks_back else "")


def _asked(standing: Standing, kept: Kept) -> Act | None:
    """What the matter waits in; None once that is under way, and for the parts of a joint case."""
    if standing.is_part or standing.status.request or standing.state is not State.IN_PROGRESS:
        return None
    if kept in _ORDERED and not standing.has(Action.SUPERVISE):
        said = {"until": _soon(standing) + _DEMANDED_IN}
        return Act(_soon(standing), "supervise", "supervisor", said, "supervise")
    if kept is Kept.EXTENSION:
        return _more_time(standing)
    ask = {Kept.REST: rest, Kept.JOINT: sharing}.get(kept)
    return ask(standing, _soon(standing)) if ask else None


def _more_time(standing: Standing) -> Act | None:
    if standing.due_at is None or standing.has(Action.REQUEST_EXTENSION):
        return None
    at = standing.not_before(min(_soon(standing), standing.due_at - timedelta(hours=1)))
    if at >= standing.due_at:
        return None
    until = next_working_moment(standing.due_at + timedelta(days=12), standing.world.calendar) + timedelta(minutes=30)
    return Act(at, "request_extension", "handler", {"until": until}, "request_extension")


def _soon(standing: Standing) -> datetime:
    """Within the first hours of that state, before its deadline where there is time; the office is open for it,
    unless more time is wanted: who asks late asks in vain."""
    wait = min(standing.span * 0.4, timedelta(hours=standing.draw("soon").uniform(1, 4)))
    at = standing.since + wait
    return standing.on_duty(at) if standing.matter.kept is Kept.EXTENSION else standing.in_office(at)


def _later(act: Act | None, until: datetime) -> Act | None:
    return replace(act, at=max(act.at, until)) if act else None
