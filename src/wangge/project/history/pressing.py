"""Urges and supervision orders: opened by hand now and then, received, answered and released. Pure."""

from __future__ import annotations

from datetime import timedelta

from wangge.cases.types import Action, State
from wangge.project.history.handling import is_weighty
from wangge.project.history.kept import Kept
from wangge.project.history.standing import Act, Standing

_WITH_HANDLER = frozenset({State.IN_PROGRESS, State.REWORK})
_DONE = frozenset({State.DISPOSED, State.VERIFIED})


def about_orders(standing: Standing) -> Act | None:
    """What is done next about an order that runs; or a word or an order from above."""
    if standing.status.orders:
        return _about_order(standing, min(standing.status.orders))
    return _from_above(standing) if standing.state is State.IN_PROGRESS else None


def _about_order(standing: Standing, order: str) -> Act | None:
    steps = [step for step in standing.steps if step.detail.get("order") == order]
    number = sum(step.action is Action.SUPERVISE for step in standing.steps)  # its own number depends on other cases
    done, draw = {step.action for step in steps}, standing.draw(f"order:{number}")
    if standing.state in _DONE:
        at = standing.in_office(standing.since + timedelta(hours=draw.uniform(2, 40)))
        return Act(at, "release", "supervisor", {"order": order}, "release") if draw.random() < 0.7 else None
    if standing.state not in _WITH_HANDLER or Action.REPLY in done:
        return None
    if Action.ACKNOWLEDGE not in done:
        at = standing.in_office(steps[0].at + timedelta(hours=draw.uniform(0.5, 5)))
        return Act(at, "acknowledge", "handler", {"order": order})
    at = standing.in_office(steps[0].at + timedelta(hours=draw.uniform(5, 44)))
    if standing.matter.kept is Kept.ORDER and standing.matter.kept_until:  # its answer is still being written
        at = max(at, standing.matter.kept_until)
    return Act(at, "reply", "handler", {"order": order}, "reply") if draw.random() < 0.93 else None


def _from_above(standing: Standing) -> Act | None:
    draw = standing.draw("above")
    chance, at = draw.random(), standing.since + standing.span * draw.uniform(0.35, 0.9)
    if standing.is_part or standing.has(Action.URGE, here=True) or standing.has(Action.SUPERVISE, here=True):
        return None
    if chance < (0.05 if is_weighty(standing) else 0.003):
        until = standing.not_before(at) + timedelta(days=draw.randint(2, 6))
        return Act(standing.in_office(at), "supervise", "supervisor", {"until": until + timedelta(days=3)}, "supervise")
    if chance > 0.985 and not standing.status.self_handled:
        return Act(standing.on_duty(at), "urge", "dispatcher", note="urge")
    return None
