"""Which actions somebody may take on a case now, and why the others are closed: drawn from the table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from wangge.cases.models import Case
from wangge.cases.operations.handler import is_handler
from wangge.cases.operations.moving import history, is_mover
from wangge.cases.operations.orders import is_received
from wangge.cases.operations.sending import takes_from_above
from wangge.cases.operations.step4_handle import is_grid_matter
from wangge.cases.operations.step4_more_time import MOST_EXTENSIONS
from wangge.cases.operations.step7_feedback import is_of_another_role, is_own_work
from wangge.cases.operations.step8_evaluate import REOPEN_WITHIN
from wangge.cases.rules.command import level_above, may_decide
from wangge.cases.rules.history import replay
from wangge.cases.rules.workflow import MAIN_CASE_ONLY, actions_from, transition_for
from wangge.cases.types import Action, Asked, HandlingLevel, State, Status
from wangge.catalogue import queries as catalogue
from wangge.foundation.access import Actor

#: What nobody asks for: sub-cases begin and end, and closed cases are filed, by what happens elsewhere.
_BY_THE_SYSTEM = frozenset({Action.SUBMIT, Action.ASSIST, Action.END_SUB_CASE, Action.ARCHIVE})
OPERABLE = frozenset(Action) - _BY_THE_SYSTEM


@dataclass(frozen=True, slots=True)
class Choice:
    """An action from the present state. `why_not` is a code of `project.words` when it is closed to this actor."""

    action: Action
    allowed: bool
    needs: tuple[str, ...]
    why_not: str | None = None


@dataclass(frozen=True, slots=True)
class _Look:
    """What the guards of the operations look at."""

    case: Case
    status: Status
    actor: Actor
    at: datetime

    @property
    def handles(self) -> bool:
        return is_handler(self.case, self.actor, self.at)

    def may(self, permission: str) -> bool:
        return self.actor.may(permission, area=self.case.area)


def choices(case: Case, actor: Actor, at: datetime) -> list[Choice]:
    """Every operable action the table knows from the case's state, for this actor.

    Leaves out what makes no sense now for anybody: decisions while nothing is asked, answers without an order.
    """
    look = _Look(case, replay(history(case)), actor, at)
    known = (action for action in actions_from(State(case.state)) if action in OPERABLE)
    return [_choice(look, action) for action in known if _is_about_something(look, action)]


def _is_about_something(look: _Look, action: Action) -> bool:
    if look.case.parent_id and action in MAIN_CASE_ONLY:
        return False
    condition = _ABOUT.get(action)
    return condition(look.status) if condition else True


def _asks(kind: Asked) -> Callable[[Status], bool]:
    return lambda status: bool(status.request and status.request.kind is kind)


_ABOUT: dict[Action, Callable[[Status], bool]] = {
    **dict.fromkeys((Action.APPROVE_EXTENSION, Action.REFUSE_EXTENSION), _asks(Asked.EXTENSION)),
    **dict.fromkeys((Action.SUSPEND, Action.REFUSE_SUSPENSION), _asks(Asked.SUSPENSION)),
    **dict.fromkeys((Action.REQUEST_EXTENSION, Action.REQUEST_SUSPENSION), lambda status: status.request is None),
    **dict.fromkeys((Action.ACKNOWLEDGE, Action.REPLY, Action.RELEASE), lambda status: bool(status.orders)),
    Action.SUPERVISE: lambda status: not status.orders,
    Action.ESCALATE: lambda status: level_above(status.level or HandlingLevel.GRID) is not None,
    Action.WITHDRAW: lambda status: not (status.worked_by or status.passed_up),
    Action.OBJECT: lambda status: not status.objections,
    Action.REQUEST_RETURN: lambda status: not status.self_handled,
}


def _choice(look: _Look, action: Action) -> Choice:
    row = transition_for(action, look.status.state)
    is_theirs = is_mover(look.actor, row.by, look.case)
    why_not = _closed_by_guard(look, action) if is_theirs else "access.not_allowed"
    return Choice(action, why_not is None, row.needs, why_not)


def _closed_by_guard(look: _Look, action: Action) -> str | None:
    """What the operation's own guard would say; both ask the same."""
    guards = _GUARDS.get(action, ())
    return next((code for closed, code in guards if closed(look)), None)


def _own_work(look: _Look) -> bool:
    return is_own_work(look.case, look.status.worked_by, look.actor)


def _not_the_handler(look: _Look) -> bool:
    return not look.handles


def _neither_handler_nor(permission: str) -> Callable[[_Look], bool]:
    return lambda look: not (look.may(permission) or look.handles)


def _from_above(permission: str) -> Callable[[_Look], bool]:
    """A desk that would take from a unit it doesn't command, or add to its work."""
    return lambda look: not look.handles and takes_from_above(look.actor, permission, look.case)


def _passes_on_from_above(look: _Look) -> bool:
    """As before; whoever passes on within their own unit needs no command."""
    return look.case.unit not in look.actor.units("case.transfer") and _from_above("case.dispatch")(look)


def _own_request(look: _Look) -> bool:
    asked_by = look.status.request.asked_by if look.status.request else None
    return asked_by is not None and asked_by == look.actor.user_id


def _own_return(look: _Look) -> bool:
    return look.status.return_asked_by is not None and look.status.return_asked_by == look.actor.user_id


def _passed_above(look: _Look) -> bool:
    level = look.status.level if look.status.passed_up else None
    areas = [area for area in look.actor.areas("case.dispatch") if look.case.area.startswith(area)]
    return level is not None and not any(may_decide(area, level) for area in areas)


_Guard = tuple[Callable[[_Look], bool], str]
_HANDLER: tuple[_Guard, ...] = ((_not_the_handler, "cases.not_the_handler"),)
_DECIDER: tuple[_Guard, ...] = ((_own_request, "cases.own_request"),)
_CHECKER: tuple[_Guard, ...] = (
    (_own_work, "cases.own_result"),
    (lambda look: not is_of_another_role(look.case, look.actor), "cases.needs_another_role"),
    (lambda look: bool(look.status.open_subs), "cases.sub_cases_open"),
)
_GUARDS: dict[Action, tuple[_Guard, ...]] = {
    Action.REFUSE: ((lambda look: look.actor.user_id in look.status.refused_by, "cases.refused_by_yourself"),),
    Action.DISPATCH: ((_passed_above, "cases.passed_up"),),
    Action.SELF_HANDLE: (
        (lambda look: look.status.passed_up, "cases.passed_up_already"),
        (lambda look: not catalogue.is_admitted(look.case.task_code, at=look.at), "catalogue.not_admitted"),
        (lambda look: not is_grid_matter(look.case, look.at), "cases.not_a_grid_matter"),
    ),
    Action.REQUEST_RETURN: ((lambda look: look.status.return_refused, "cases.return_refused_already"),),
    Action.UPHOLD_RETURN: ((_own_return, "cases.own_request"),),
    Action.REFUSE_RETURN: ((_own_return, "cases.own_request"),),
    Action.TRANSFER: ((_passes_on_from_above, "cases.unit_out_of_reach"),),
    Action.ESCALATE: (
        (_neither_handler_nor("case.escalate"), "cases.not_the_handler"),
        (_from_above("case.escalate"), "cases.unit_out_of_reach"),
    ),
    Action.SUBMIT_RESULT: _HANDLER,
    Action.START_JOINT_HANDLING: (
        (_neither_handler_nor("case.dispatch"), "cases.not_the_handler"),
        (_from_above("case.dispatch"), "cases.unit_out_of_reach"),
    ),
    Action.REQUEST_EXTENSION: (
        *_HANDLER,
        (lambda look: look.status.extensions >= MOST_EXTENSIONS, "cases.no_more_extensions"),
        (lambda look: look.case.due_at is None or look.at >= look.case.due_at, "cases.too_late_to_extend"),
    ),
    Action.APPROVE_EXTENSION: (
        *_DECIDER,
        (
            lambda look: bool(look.status.extensions) and not look.may("case.extend_again"),
            "cases.second_extension",
        ),
    ),
    Action.REFUSE_EXTENSION: _DECIDER,
    Action.REQUEST_SUSPENSION: _HANDLER,
    Action.SUSPEND: _DECIDER,
    Action.REFUSE_SUSPENSION: _DECIDER,
    Action.RESUME: ((_neither_handler_nor("case.suspend"), "cases.not_the_handler"),),
    Action.ACKNOWLEDGE: (
        *_HANDLER,
        (lambda look: all(is_received(order) for order in look.status.orders), "cases.received_already"),
    ),
    Action.REPLY: _HANDLER,
    Action.VERIFY: _CHECKER,
    Action.REWORK: _CHECKER[:2],
    Action.RATE: ((_own_work, "cases.own_result"),),
    Action.REOPEN: (
        (
            lambda look: look.status.closed_at is not None and look.at - look.status.closed_at > REOPEN_WITHIN,
            "cases.too_late_to_reopen",
        ),
    ),
}
