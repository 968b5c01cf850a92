"""What a handler does with a case: settles it mostly; asks for time, a rest or help, or passes it up. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from wangge.cases.types import Action, Asked, HandlingLevel, Weight
from wangge.foundation.worktime import LOCAL, next_working_moment
from wangge.project.history.standing import Act, Standing

EXTENDS, PASSES_UP, SHARES = 0.05, 0.015, 0.1
_REASONS = ("SEASON", "WORKS", "CONDITION")
_UP = {"GRID": "TOWNSHIP", "COMMUNITY": "TOWNSHIP", "TOWNSHIP": "COUNTY", "COUNTY": "ENFORCEMENT"}


def in_progress(standing: Standing) -> Act | None:
    """The next act of whoever has the case, or of who decides what they asked for."""
    if standing.status.request:
        return _decision(standing, standing.status.request.kind)
    asks = _request(standing)
    settles = _settling(standing)
    return asks if asks and asks.at < settles.at else settles


def rework(standing: Standing) -> Act | None:
    """Once more, and soon."""
    hours = standing.draw("rework").uniform(2, 30)
    return _result(standing, standing.since + timedelta(hours=hours))


def _settling(standing: Standing) -> Act:
    draw, unit = standing.draw("settle"), standing.status.unit or ""
    late = standing.world.units.habits.late(unit, standing.since.astimezone(LOCAL).month)
    if standing.status.self_handled:
        late = 0.025
    share = draw.uniform(0.15, 0.92) if draw.random() > late else draw.choice((1.06, 1.2, 1.5, 2.2, 3.5))
    if draw.random() < 0.06 and share < 1:  # just before the light would turn red
        share = 0.96
    return _result(standing, standing.since + standing.span * share, is_late=share > 1)


def _result(standing: Standing, at: datetime, *, is_late: bool = False) -> Act:
    """Units work in office hours, grids every day; nobody lets a deadline pass for a closed office."""
    opens = standing.on_duty(at) if standing.status.self_handled else standing.in_office(at)
    if standing.due_at and not is_late and at < standing.due_at <= opens:
        opens = standing.not_before(at)
    return Act(opens, "submit_result", "handler", note="done")


def _request(standing: Standing) -> Act | None:
    """What is asked for at most once in this state; parts of joint cases and small matters just get done."""
    status, draw = standing.status, standing.draw("request")
    if standing.is_part:
        return None
    chance, at = draw.random(), standing.since + standing.span * draw.uniform(0.3, 0.6)
    if status.self_handled:
        return _passing_up(standing, at) if chance < PASSES_UP else None
    rests = standing.world.units.habits.rests(status.unit or "")
    for share, act in ((EXTENDS, _more_time), (rests, rest), (SHARES, sharing), (PASSES_UP, _passing_up)):
        if chance < share:
            return act(standing, at)
        chance -= share
    return None


def _more_time(standing: Standing, at: datetime) -> Act | None:
    again = standing.status.extensions == 1 and standing.draw("second").random() < 0.2
    if (standing.has(Action.REQUEST_EXTENSION, here=True) and not again) or standing.status.extensions > 1:
        return None
    opens = standing.in_office(at if not again else standing.last_at + (standing.span / 3))
    if standing.due_at is None or opens >= standing.due_at - timedelta(minutes=30):
        return None
    later = standing.due_at + timedelta(days=standing.draw("until").randint(2, 7))
    until = next_working_moment(later, standing.world.calendar) + timedelta(minutes=30)
    return Act(opens, "request_extension", "handler", {"until": until}, "request_extension")


def rest(standing: Standing, at: datetime) -> Act | None:
    if standing.has(Action.REQUEST_SUSPENSION):
        return None
    draw, opens = standing.draw("rest"), standing.in_office(at)
    until = opens.astimezone(LOCAL).date() + timedelta(days=draw.randint(6, 40))
    said = {"reason": draw.choice(_REASONS), "until": until}
    return Act(opens, "request_suspension", "handler", said, "request_suspension")


def sharing(standing: Standing, at: datetime) -> Act | None:
    """Departments of the county that the task names do their part."""
    if standing.has(Action.START_JOINT_HANDLING) or standing.status.level is not HandlingLevel.COUNTY:
        return None
    codes = [f"{standing.county}-{code}" for code in standing.matter.task.joint]
    units = [code for code in codes if code in standing.world.units.codes and code != standing.status.unit][:2]
    return Act(standing.in_office(at), "start_joint_handling", "handler", {"units": units}, "joint") if units else None


def _passing_up(standing: Standing, at: datetime) -> Act | None:
    level = (standing.status.level or HandlingLevel.GRID).value
    if standing.has(Action.ESCALATE) or level not in _UP:
        return None
    reason = standing.draw("why").choice(("BEYOND_POWERS", "BEYOND_MEANS", "SEVERAL_PARTIES", "RISK_TO_SAFETY"))
    said = {"reason": reason, "level": _UP[level]}
    return Act(standing.in_office(at), "escalate", "handler", said, "escalate")


def _decision(standing: Standing, asked: Asked) -> Act:
    """The shift leader decides on more time, the centre leader on a second extension and on a rest."""
    draw = standing.draw(f"decision:{standing.status.extensions}:{asked}")
    at = standing.in_office(standing.last_at + timedelta(minutes=draw.uniform(15, 240)))
    is_granted = draw.random() < 0.82
    if asked is Asked.SUSPENSION:
        return _answer(at, "suspend" if is_granted else "refuse_suspension", "centre_leader")
    who = "centre_leader" if standing.status.extensions else "shift_leader"
    return _answer(at, "approve_extension" if is_granted else "refuse_extension", who)


def _answer(at: datetime, operation: str, who: str) -> Act:
    return Act(at, operation, who, note=operation)


def is_weighty(standing: Standing) -> bool:
    """Matters that supervisors look at more closely."""
    return standing.matter.weight in (Weight.PROMINENT, Weight.MAJOR)
