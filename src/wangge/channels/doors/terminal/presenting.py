"""A worker's lists and cases, arranged for a phone. The reporter's contact is never among them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from wangge.cases.choices import choices
from wangge.cases.models import Case, SupervisionOrder
from wangge.cases.operations.dates import LONGEST_AHEAD
from wangge.cases.presenting import case_body, line_bodies
from wangge.cases.queries import CaseFilter, CaseLine, case_page, orders_of, queue
from wangge.cases.rules.suggestions import TaskWords, suggest_tasks
from wangge.cases.types import Action, Asked, EscalationReason, MediaUse, State
from wangge.catalogue import queries as catalogue
from wangge.catalogue.types import ResolveLevel, Task
from wangge.channels.words import day_words, happened, moment_words
from wangge.foundation.access import Actor
from wangge.foundation.errors import NotAllowed
from wangge.foundation.said import in_words
from wangge.workforce.queries import present

MOST = 60
#: What is done on a phone in the field; the rest belongs to the desk.
ON_THE_PHONE = (
    Action.SIGN, Action.SELF_HANDLE, Action.SUBMIT_RESULT, Action.VERIFY, Action.REWORK, Action.ESCALATE,
    Action.REQUEST_EXTENSION, Action.REPLY,
)  # fmt: skip
#: Why a matter is passed up, in a worker's words.
ESCALATIONS: dict[EscalationReason, str | Promise] = {
    EscalationReason.BEYOND_MEANS: _("We can’t manage it with what we have"),
    EscalationReason.BEYOND_POWERS: _("We may not decide it"),
    EscalationReason.SEVERAL_PARTIES: _("Several departments are needed"),
    EscalationReason.NEEDS_ENFORCEMENT: _("It needs enforcement"),
    EscalationReason.RISK_TO_SAFETY: _("It is dangerous"),
}
#: Reasons worth telling; that something is another office's step needs no words here.
_TELLING = frozenset({"cases.own_result", "cases.not_the_handler", "cases.needs_another_role", "cases.sub_cases_open"})


@dataclass(frozen=True, slots=True)
class Group:
    """One list of the home page."""

    name: str
    title: str | Promise
    cases: list[dict[str, Any]]


#: With a worker until the result is there; what rests comes back to them.
_IN_HAND = (State.IN_PROGRESS, State.REWORK, State.SUSPENDED)


def groups(actor: Actor, at: datetime) -> list[Group]:
    """What waits for this worker, the most pressing first; lists that can never fill are left out."""
    mine = CaseFilter(states=_IN_HAND, handler_id=actor.user_id)
    found = [("mine", _("In my hands"), queue(actor=actor, wanted=mine, at=at, limit=MOST))]
    if left := _left_behind(actor, at):  # rare: an empty list of it would only be in the way
        found.append(("stand_in", _("Of colleagues who are away"), left))
    if actor.may_somewhere("case.verify"):
        found.append(("verify", _("To verify"), _to_verify(actor, at)))
    if actor.may_somewhere("case.self_handle"):
        found.append(("take_on", _("May be settled in the grid"), _to_take_on(actor, at)))
    if actor.may_somewhere("case.sign"):
        found.append(("sign", _("To sign for"), _to_sign(actor, at)))
    found.append(("reported", _("Reported by me"), _reported(actor, at)))
    return [Group(name, title, _cards(lines, at)) for name, title, lines in found]


def _left_behind(actor: Actor, at: datetime) -> list[CaseLine]:
    """What colleagues took on in the grids before they went on leave or left."""
    wanted = CaseFilter(states=_IN_HAND, holding="case.self_handle")
    lines = [line for line in queue(actor=actor, wanted=wanted, at=at, limit=MOST) if line.self_handled]
    others = {line.handler_id for line in lines if line.handler_id} - {actor.user_id}
    there = present(others, permission="case.self_handle", at=at)
    return [line for line in lines if line.handler_id in others - there]


def _to_verify(actor: Actor, at: datetime) -> list[CaseLine]:
    wanted = CaseFilter(states=(State.DISPOSED,), holding="case.verify")
    lines = queue(actor=actor, wanted=wanted, at=at, limit=MOST)
    others = (line for line in lines if line.handler_id != actor.user_id)
    return [line for line in others if not line.self_handled or actor.may("case.check_grid", area=line.area)]


def _to_take_on(actor: Actor, at: datetime) -> list[CaseLine]:
    wanted = CaseFilter(states=(State.ACCEPTED,), holding="case.self_handle")
    in_grid = {task.code for task in catalogue.task_list(at) if task.level is ResolveLevel.GRID}
    return [line for line in queue(actor=actor, wanted=wanted, at=at, limit=MOST) if line.task_code in in_grid]


def _to_sign(actor: Actor, at: datetime) -> list[CaseLine]:
    wanted = CaseFilter(states=(State.DISPATCHED,), holding="case.sign")
    return queue(actor=actor, wanted=wanted, at=at, limit=MOST)


def _reported(actor: Actor, at: datetime) -> list[CaseLine]:
    if actor.user_id is None:
        return []
    wanted = CaseFilter(entered_by_id=actor.user_id)
    return list(case_page(actor=actor, wanted=wanted, at=at, limit=30).lines)


def _cards(lines: Sequence[CaseLine], at: datetime) -> list[dict[str, Any]]:
    return [{**body, "due": _due(body["due_at"], at)} for body in line_bodies(lines, at)]


def _due(due_at: datetime | None, at: datetime) -> str:
    return day_words(due_at, at) if due_at else ""


def worker_case(case: Case, actor: Actor, at: datetime) -> dict[str, Any]:
    """What `case.html` shows."""
    body = case_body(case, actor, at)
    body.pop("contact")
    return {
        "c": body,
        "due": _due(body["due_at"], at),
        "features": _feature(body),
        "geo": f"{body['lat']:.6f},{body['lon']:.6f}" if body["lon"] is not None else "",
        "result": _result(body),
        "steps": [_entry(step, at) for step in body["steps"]],
        "reported": _media(body, MediaUse.REPORT, MediaUse.SUPPLEMENT),
        "before": _media(body, MediaUse.BEFORE),
        "after": _media(body, MediaUse.AFTER),
        "checked": _media(body, MediaUse.VERIFICATION),
        "may": _open_to(case, actor, at),
        "why_not": _reasons(case, actor, at),
        "closing": _closing_condition(case, at),
        "escalations": list(ESCALATIONS.items()),
        "orders": [_order(one, at) for one in orders_of(case) if one.released_at is None],
        "latest": localtime(case.due_at + LONGEST_AHEAD).strftime("%Y-%m-%dT%H:%M") if case.due_at else "",
        "earliest": localtime(case.due_at).strftime("%Y-%m-%dT%H:%M") if case.due_at else "",
        "waits": _WAITING.get(case.asked, ""),
    }


def _order(one: SupervisionOrder, at: datetime) -> dict[str, Any]:
    return {
        "number": one.number,
        "demand": one.demand,
        "until": moment_words(one.until, at),
        "reply": one.reply,
    }


#: What somebody above hasn't decided yet.
_WAITING: dict[str, str | Promise] = {
    Asked.EXTENSION: _("You asked for more time; until it is decided the deadline stays."),
    Asked.SUSPENSION: _("You asked to suspend it; until it is decided the clock runs on."),
}


def _result(body: dict[str, Any]) -> str:
    """The words of the result handed in last."""
    return next((step["note"] for step in reversed(body["steps"]) if step["action"] == Action.SUBMIT_RESULT), "")


def _open_to(case: Case, actor: Actor, at: datetime) -> set[str]:
    return {one.action.value for one in choices(case, actor, at) if one.allowed and one.action in ON_THE_PHONE}


def _reasons(case: Case, actor: Actor, at: datetime) -> list[str]:
    closed = (one.why_not for one in choices(case, actor, at) if one.action in ON_THE_PHONE)
    codes = dict.fromkeys(code for code in closed if code in _TELLING)
    return [in_words(NotAllowed(code)) for code in codes if code]


def _closing_condition(case: Case, at: datetime) -> str:
    if not case.task_code:
        return ""
    known = {task.code: task for task in catalogue.task_list(at)}
    task = known.get(case.task_code)
    return task.closing_condition if task else ""


def _feature(body: dict[str, Any]) -> dict[str, Any]:
    points = []
    if body["lon"] is not None:
        about = {"case": body["case_no"], "label": body["place_name"], "light": body["light"], "current": True}
        point = {"type": "Point", "coordinates": [body["lon"], body["lat"]]}
        points.append({"type": "Feature", "geometry": point, "properties": about})
    return {"type": "FeatureCollection", "features": points}


def _media(body: dict[str, Any], *uses: MediaUse) -> list[dict[str, Any]]:
    return [
        {"kind": one["kind"], "url": one["url"], "thumb_url": one["thumbnail_url"]}
        for one in body["media"]
        if one["use"] in uses
    ]


_TO_STAFF: dict[Action, str | Promise] = {
    Action.RETURN_TO_REPORTER: _("The reporter was asked for more"),
    Action.OBJECT: _("The reporter objected"),
    Action.FEEDBACK: _("The reporter was answered"),
    Action.RATE: _("The reporter rated the answer"),
    Action.REQUEST_RETURN: _("The unit asked to return it"),
    Action.UPHOLD_RETURN: _("The return was upheld"),
    Action.REFUSE_RETURN: _("The return was refused"),
    Action.URGE: _("Urged"),
    Action.SUPERVISE: _("Supervision order"),
    Action.RELEASE: _("Supervision order released"),
}


def _entry(step: dict[str, Any], at: datetime) -> dict[str, Any]:
    action = Action(step["action"])
    return {
        "what": _TO_STAFF.get(action) or happened(action, step["unit_name"]),
        "who": step["actor"],
        "text": step["note"],
        "at": step["at"],
        "when": moment_words(step["at"], at),
        "kind": "back" if action in (Action.REWORK, Action.RETURN_TO_REPORTER, Action.REOPEN) else "",
    }


def suggested_tasks(text: str, at: datetime) -> list[dict[str, Any]]:
    """Tasks the words point to, best first: the same rule the desk sees."""
    found = suggest_tasks(text, (TaskWords(code, words) for code, words in catalogue.task_words(at)))
    return [_suggested(catalogue.task(one.code, at=at), words) for one, words, _score in found]


def _suggested(task: Task, words: Sequence[str]) -> dict[str, Any]:
    return {"code": task.code, "name": task.name, "words": words, "in_grid": task.level is ResolveLevel.GRID}


def all_tasks(at: datetime) -> Iterable[tuple[str, str, bool]]:
    """The whole list: code, name, and whether the grid settles it."""
    return [(task.code, task.name, task.level is ResolveLevel.GRID) for task in catalogue.task_list(at)]
