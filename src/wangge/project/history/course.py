"""What people do next about a matter. Pure: a decision rests on how the case stands and on the seed alone.

That makes a history resumable: whoever looks at the case again decides the same. Shares and delays are our own
numbers; they shape a demo and describe no real office.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from wangge.cases.types import Action, Channel, HandlingLevel, State, Weight
from wangge.foundation.worktime import LOCAL
from wangge.project.history.handling import in_progress, rework
from wangge.project.history.pressing import about_orders
from wangge.project.history.scenario import Fate
from wangge.project.history.standing import MOMENT, Act, Standing
from wangge.project.history.waiting import instead

#: Who rates unasked; and, of those with a number to call, who answers at a revisit. Nobody else can be called.
UNASKED, AT_REVISIT = 0.25, 0.45
FILED_AFTER, LAPSED_AFTER = timedelta(days=7, minutes=10), timedelta(days=7, minutes=10)
_SHORTLY = timedelta(minutes=10)
_RATINGS = {"SATISFIED": 0.78, "BASICALLY": 0.14, "NOT_SATISFIED": 0.08}


def next_act(standing: Standing) -> Act | None:
    """The next thing that happens to a case, done by somebody or by time; None when nothing will."""
    decide = _DECIDE.get(standing.state)
    own = instead(standing, decide(standing) if decide else None)
    found = [own, about_orders(standing), _by_time(standing)]
    return min((act for act in found if act), key=lambda act: act.at, default=None)


def _by_time(standing: Standing) -> Act | None:
    """What the queue does by itself when its time has come."""
    if standing.next_turn_at is not None:
        return Act(max(standing.next_turn_at, standing.last_at), "turn_light", "time")
    if standing.state is State.CLOSED:
        return Act(standing.last_at + FILED_AFTER, "archive", "time")
    if standing.state is State.RETURNED:
        return Act(standing.last_at + LAPSED_AFTER, "lapse", "time")
    if standing.state is State.SUSPENDED and standing.status.suspended_until:
        day = datetime.fromisoformat(standing.status.suspended_until).replace(tzinfo=LOCAL)
        return Act(max(day + _SHORTLY, standing.last_at + MOMENT), "resume_as_planned", "time")
    return None


# --- 受理 -------------------------------------------------------------------------------------------


def _reported(standing: Standing) -> Act | None:
    draw = standing.draw("reported")
    share = draw.uniform(0.05, 0.8) if draw.random() > 0.03 else draw.uniform(1.05, 2.0)
    at = standing.on_duty(standing.since + standing.span * share)
    fate = standing.matter.fate
    if fate is Fate.WITHDRAW and not standing.has(Action.WITHDRAW):
        soon = standing.since + timedelta(minutes=draw.uniform(4, 40))
        return Act(standing.not_before(soon), "withdraw", "reporter", note="withdraw")
    if fate is Fate.VOID:
        return Act(at, "void", "shift_leader", {"reason": "TEST"}, "void")
    if fate is Fate.RETURN and not standing.has(Action.RETURN_TO_REPORTER):
        return Act(at, "return_to_reporter", "intake", note="return_to_reporter")
    if fate is Fate.REFUSE and _is_refused(standing):
        who = "dispatcher" if standing.status.objections else "intake"
        reason = draw.choice(("NOT_OUR_DUTY", "OTHER_CHANNEL", "NO_SUCH_MATTER", "ALREADY_SETTLED"))
        return Act(at, "refuse", who, {"reason": reason}, "refuse")
    if fate is Fate.MERGE and not standing.has(Action.MERGE):
        return Act(at, "merge", "intake", note="merge")
    return accepting(standing, at)


def accepting(standing: Standing, at: datetime) -> Act:
    """The report becomes a case under its task; also what the desk does when there is nothing to merge it into."""
    said = {"task_code": standing.matter.task.code, "weight": standing.matter.weight}
    return Act(at, "accept", "township" if standing.draw("desk").random() < 0.5 else "intake", said)


def _is_refused(standing: Standing) -> bool:
    return not standing.status.objections or standing.draw("again").random() < 0.35


def _refused(standing: Standing) -> Act | None:
    draw = standing.draw("refused")
    if standing.status.objections or draw.random() > 0.12:
        return None
    at = standing.not_before(standing.since + timedelta(hours=draw.uniform(1, 60)))
    return Act(at, "object_to_refusal", "reporter", note="object")


def _returned(standing: Standing) -> Act | None:
    draw = standing.draw("returned")
    if draw.random() > 0.75:
        return None
    return Act(
        standing.not_before(standing.since + timedelta(hours=draw.uniform(1, 72))),
        "supplement",
        "reporter",
        note="supplement",
    )


def _merged(standing: Standing) -> Act | None:
    draw = standing.draw("merged")
    if draw.random() > 0.03:
        return None
    return Act(
        standing.on_duty(standing.since + timedelta(hours=draw.uniform(1, 20))), "unmerge", "intake", note="unmerge"
    )


# --- 分流 -------------------------------------------------------------------------------------------


def _accepted(standing: Standing) -> Act | None:
    draw, matter = standing.draw("accepted"), standing.matter
    quickly = timedelta(minutes=draw.uniform(2, 15 if matter.task.is_urgent else 70))
    at = standing.on_duty(standing.since + min(quickly, standing.span * 0.4))
    is_small = matter.task.level == "grid" and matter.weight in (Weight.SIMPLE, Weight.GENERAL)
    if is_small and not standing.status.passed_up and not standing.status.reopen_no and draw.random() < 0.95:
        return Act(at, "self_handle", "worker")
    unit = _unit_for(standing)
    if unit is None:
        return None
    return Act(at, "dispatch", "township" if len(unit.split("-")[0]) > 6 else "dispatcher", {"unit": unit})


def _unit_for(standing: Standing) -> str | None:
    """The unit the desk sends it to: mostly the right one; three in a hundred go to a neighbouring department."""
    matter, draw, status = standing.matter, standing.draw("unit"), standing.status
    level = status.level.value if status.passed_up and status.level else _LEVELS[matter.task.level]
    department = matter.task.department
    if matter.task.joint and level == "COUNTY" and draw.random() < 0.05:
        department = draw.choice(matter.task.joint)
    return standing.world.units.of(standing.county, standing.area[:9], department, level)


_LEVELS = {"grid": "TOWNSHIP", "township": "TOWNSHIP", "county": "COUNTY", "enforcement": "ENFORCEMENT"}


def _dispatched(standing: Standing) -> Act | None:
    draw, unit = standing.draw("dispatched"), standing.status.unit or ""
    quick = standing.span * (draw.uniform(0.08, 0.75) if draw.random() > 0.04 else draw.uniform(1.05, 1.8))
    at = standing.in_office(standing.since + quick)
    wrong = (
        standing.status.level is HandlingLevel.COUNTY and unit != f"{standing.county}-{standing.matter.task.department}"
    )
    asks = 0.7 if wrong else standing.world.units.habits.asks_back(unit)
    if not standing.is_part and not standing.has(Action.REQUEST_RETURN) and draw.random() < asks:
        return Act(at, "request_return", "handler", note="request_return")
    if not standing.is_part and not standing.has(Action.TRANSFER) and draw.random() < 0.012:
        other = _neighbour(standing)
        if other:
            return Act(standing.on_duty(at), "transfer", "dispatcher", {"unit": other}, "transfer")
    return Act(at, "sign", "handler")


def _return_requested(standing: Standing) -> Act | None:
    draw = standing.draw("arbitration")
    at = standing.in_office(standing.since + timedelta(hours=draw.uniform(0.4, 5)))
    right = standing.world.units.of(
        standing.county, standing.area[:9], standing.matter.task.department, _LEVELS[standing.matter.task.level]
    )
    if right and right != standing.status.unit:
        return Act(at, "uphold_return", "shift_leader", {"unit": right}, "uphold_return")
    other = _neighbour(standing)
    if other and draw.random() < 0.25:
        return Act(at, "uphold_return", "shift_leader", {"unit": other}, "uphold_return")
    return Act(at, "refuse_return", "shift_leader", note="refuse_return")


def _neighbour(standing: Standing) -> str | None:
    """Another department of the county that the task names."""
    codes = [f"{standing.county}-{code}" for code in standing.matter.task.joint]
    return next((code for code in codes if code in standing.world.units.codes and code != standing.status.unit), None)


# --- 反馈 and 评价 -------------------------------------------------------------------------------------


def _disposed(standing: Standing) -> Act | None:
    draw, status = standing.draw("check"), standing.status
    if status.open_subs:  # the whole is found settled when every part has ended
        return None
    at = standing.on_duty(standing.since + standing.span * draw.uniform(0.05, 0.7))
    if status.rework_no < 2 and draw.random() < standing.world.units.habits.fails(status.unit or ""):
        return Act(at, "rework", "checker", note="rework")
    by_reporter = standing.matter.channel is not Channel.WORKER and not standing.is_part and draw.random() < 0.2
    return Act(at, "verify", "reporter" if by_reporter else "checker")


def _verified(standing: Standing) -> Act | None:
    draw = standing.draw("feedback")
    at = standing.on_duty(standing.since + standing.span * draw.uniform(0.03, 0.7))
    return Act(at, "feedback", "township" if draw.random() < 0.4 else "intake", note="feedback")


def _closed(standing: Standing) -> Act | None:
    draw = standing.draw("closed")
    after = standing.since + timedelta(days=draw.uniform(0.1, 6.4))
    if standing.is_part or standing.matter.channel is Channel.WORKER:  # nobody rates an own report
        return None
    if not standing.status.reopen_no and draw.random() < 0.012:
        return Act(standing.not_before(after), "reopen", "reporter", note="reopen")
    unasked, asked = draw.random() < UNASKED, draw.random() < AT_REVISIT and standing.matter.has_contact
    if not unasked and not asked:
        return None
    rating = draw.choices(list(_RATINGS), list(_RATINGS.values()))[0]
    said: dict[str, object] = {"rating": rating}
    if not unasked or draw.random() < 0.5:
        said["solved"] = rating != "NOT_SATISFIED" or draw.random() < 0.3
    if not unasked:
        return Act(standing.in_office(after), "rate", "revisit", said, "rate")
    return Act(standing.not_before(after), "rate", "reporter", said, "rate")


def _evaluated(standing: Standing) -> Act | None:
    """Whoever wasn't satisfied may open it again; now and then the matter comes back later."""
    draw, status = standing.draw("evaluated"), standing.status
    is_rateable = not standing.is_part and standing.matter.channel is not Channel.WORKER
    share = 0.3 if status.rating == "NOT_SATISFIED" else 0.002
    if not is_rateable or status.reopen_no or status.closed_at is None or draw.random() > share:
        return None
    at = standing.not_before(standing.since + timedelta(days=draw.uniform(0.2, 15)))
    return Act(at, "reopen", "reporter", note="reopen")


def _suspended(standing: Standing) -> Act | None:
    draw = standing.draw("resume")
    if draw.random() > 0.35 or not standing.status.suspended_until:
        return None
    until = datetime.fromisoformat(standing.status.suspended_until).replace(tzinfo=LOCAL)
    return Act(
        standing.in_office(standing.since + (until - standing.since) * draw.uniform(0.4, 0.9)),
        "resume",
        "handler",
        note="resume",
    )


_DECIDE: dict[State, Callable[[Standing], Act | None]] = {
    State.REPORTED: _reported,
    State.REFUSED: _refused,
    State.RETURNED: _returned,
    State.MERGED: _merged,
    State.ACCEPTED: _accepted,
    State.DISPATCHED: _dispatched,
    State.RETURN_REQUESTED: _return_requested,
    State.IN_PROGRESS: in_progress,
    State.REWORK: rework,
    State.SUSPENDED: _suspended,
    State.DISPOSED: _disposed,
    State.VERIFIED: _verified,
    State.CLOSED: _closed,
    State.EVALUATED: _evaluated,
}
