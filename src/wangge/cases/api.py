"""Cases over HTTP: lists, one case, and every action of the table that is operable."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import Field

from wangge.cases import operations as op
from wangge.cases.presenting import case_body, line_bodies
from wangge.cases.queries import CaseFilter, case_for, case_page
from wangge.cases.rules.workflow import CannotMove, SomethingMissing
from wangge.cases.schemas import ActionIn, CaseOut, CasePageOut, ContactOut, MovedOut
from wangge.cases.types import Action, Light, Moved, Place, PlaceSource, State
from wangge.foundation import clock
from wangge.foundation.access import Actor, ActorKind, require_somewhere
from wangge.foundation.errors import NotFound, NotSignedIn
from wangge.foundation.geo import to_wgs84_checked
from wangge.foundation.requests import actor_of
from wangge.foundation.schemas import CleanText, json_response
from wangge.foundation.worktime import LOCAL

router = Router(tags=["cases"])


class Wanted(Schema):
    """What a list shows."""

    state: list[State] = Field(default_factory=list)
    area: CleanText = Field("", max_length=15, pattern=r"^\d*$", description="Division or grid code; all within it.")
    task: CleanText = Field("", max_length=6, pattern=r"^\d*$", description="Task, sub-item or category code.")
    unit: CleanText = Field("", max_length=40)
    light: Light | None = None
    since: datetime | None = Field(None, description="Reported at or after.")
    until: datetime | None = Field(None, description="Reported before.")
    text: CleanText = Field("", max_length=100)
    cursor: str | None = Field(None, max_length=20)
    limit: int = Field(50, ge=1, le=200)


@router.get("", response=CasePageOut, summary="Cases you may see, newest first")
def list_cases(request: HttpRequest, wanted: Query[Wanted]) -> HttpResponse:
    """Keyset pages: `cursor` is the `next_cursor` of the page before."""
    actor, at = actor_of(request), clock.now()
    require_somewhere(actor, "case.view")
    page = case_page(
        actor=actor,
        wanted=CaseFilter(
            states=tuple(wanted.state),
            area=wanted.area,
            task=wanted.task,
            unit=wanted.unit,
            light=wanted.light,
            since=wanted.since,
            until=wanted.until,
            text=wanted.text,
        ),
        at=at,
        cursor=wanted.cursor,
        limit=wanted.limit,
    )
    return json_response({"cases": line_bodies(page.lines, at), "next_cursor": page.next_cursor})


@router.get("/{case_no}", response=CaseOut, summary="One case whole")
def get_case(request: HttpRequest, case_no: str) -> HttpResponse:
    """The case with its history, media, suggestions, likely duplicates, and the actions you may take."""
    actor, at = actor_of(request), clock.now()
    require_somewhere(actor, "case.view")
    return json_response(case_body(case_for(actor=actor, case_no=_number(case_no)), actor, at))


class Reason(Schema):
    """Why somebody looks at a contact. It is logged."""

    reason: CleanText = Field(max_length=200)


@router.post("/{case_no}/contact", response=ContactOut, summary="The reporter's contact in clear, with a reason")
def see_contact(request: HttpRequest, case_no: str, body: Reason) -> dict[str, str]:
    """Needs `contact.unmask` for the place or unit. Every look is logged with its reason."""
    actor: Actor = actor_of(request)
    contact = op.unmask_contact(case_no=_number(case_no), reason=body.reason, actor=actor, at=clock.now())
    return {"name": contact.name, "phone": contact.phone}


@router.post("/{case_no}/{action}", response=MovedOut, summary="Act on a case")
def act(request: HttpRequest, case_no: str, action: str, body: ActionIn) -> dict[str, Any]:
    """Carry out an action of the workflow (docs/reference/workflow.md). `self-handle` and `self_handle` are the same.

    401, 403 or 409 change nothing. The same `operation_id` again answers as the first time.
    """
    known, actor = _action(action), actor_of(request)
    if actor.kind is ActorKind.ANONYMOUS:  # before any look: the answer would tell which numbers exist
        raise NotSignedIn("access.not_signed_in")
    if known is None:
        raise NotFound("request.unknown_action", field="action", value=action[:40])
    perform = ACTIONS.get(known)
    if perform is None:  # only the system does it
        require_somewhere(actor, "case.view")
        raise CannotMove(action=known.value, state=case_for(actor=actor, case_no=_number(case_no)).state)
    return moved_body(perform(_number(case_no), body, actor, clock.now()))


def moved_body(moved: Moved) -> dict[str, Any]:
    """A `Moved` as the API says it."""
    return {
        "case_no": moved.case_no,
        "action": moved.action,
        "state": moved.state,
        "version": moved.version,
        "repeated": moved.repeated,
    }


Perform = Callable[[str, ActionIn, Actor, datetime], Moved]


def _accept(case_no: str, body: ActionIn, actor: Actor, at: datetime) -> Moved:
    place = None
    if body.lon is not None and body.lat is not None:
        lon, lat, crs = to_wgs84_checked(body.lon, body.lat, body.crs)
        place = Place(lon, lat, crs, PlaceSource.DESK)
    return op.accept(
        case_no=case_no,
        task_code=body.task_code,
        weight=body.weight,
        place=place,
        note=body.note,
        actor=actor,
        at=at,
        operation_id=body.operation_id,
    )


def _noted(operation: Callable[..., Moved], *members: str) -> Perform:
    """An action that takes the note and the named members of the body as they are."""

    def perform(case_no: str, body: ActionIn, actor: Actor, at: datetime) -> Moved:
        said = {_ARGUMENT.get(name, name): _said(body, name) for name in members}
        return operation(case_no=case_no, note=body.note, actor=actor, at=at, operation_id=body.operation_id, **said)

    return perform


def _said(body: ActionIn, name: str) -> object:
    value = getattr(body, name)
    return value if name == "solved" else _plain(value)


def _plain(value: object) -> object:
    return "" if value is None else value


def _jointly(case_no: str, body: ActionIn, actor: Actor, at: datetime) -> Moved:
    return op.start_joint_handling(
        case_no=case_no,
        units=body.units,
        limit_h=body.limit_h,
        note=body.note,
        actor=actor,
        at=at,
        operation_id=body.operation_id,
    )


def _until(operation: Callable[..., Moved], *members: str, by_day: bool = False, required: bool = True) -> Perform:
    """An action with a time by which, or a day on which; one that only answers may leave it out."""

    def perform(case_no: str, body: ActionIn, actor: Actor, at: datetime) -> Moved:
        if required and body.until is None:
            raise SomethingMissing(field="until")
        until = body.until.astimezone(LOCAL).date() if by_day and body.until else body.until
        said = {name: _plain(getattr(body, name)) for name in members}
        return operation(
            case_no=case_no, until=until, note=body.note, actor=actor, at=at, operation_id=body.operation_id, **said
        )

    return perform


_ARGUMENT = {"media": "media_ids"}

ACTIONS: dict[Action, Perform] = {
    Action.ACCEPT: _accept,
    Action.RETURN_TO_REPORTER: _noted(op.return_to_reporter),
    Action.REFUSE: _noted(op.refuse, "reason"),
    Action.MERGE: _noted(op.merge, "into"),
    Action.UNMERGE: _noted(op.unmerge),
    Action.OBJECT: _noted(op.object_to_refusal),
    Action.SUPPLEMENT: _noted(op.supplement, "media"),
    Action.WITHDRAW: _noted(op.withdraw),
    Action.SELF_HANDLE: _noted(op.self_handle),
    Action.DISPATCH: _noted(op.dispatch, "unit"),
    Action.SIGN: _noted(op.sign),
    Action.REQUEST_RETURN: _noted(op.request_return),
    Action.UPHOLD_RETURN: _noted(op.uphold_return, "unit"),
    Action.REFUSE_RETURN: _noted(op.refuse_return),
    Action.TRANSFER: _noted(op.transfer, "unit"),
    Action.ESCALATE: _noted(op.escalate, "reason", "level"),
    Action.START_JOINT_HANDLING: _jointly,
    Action.REQUEST_EXTENSION: _until(op.request_extension),
    Action.APPROVE_EXTENSION: _until(op.approve_extension, required=False),
    Action.REFUSE_EXTENSION: _noted(op.refuse_extension),
    Action.REQUEST_SUSPENSION: _until(op.request_suspension, "reason", by_day=True),
    Action.SUSPEND: _until(op.suspend, by_day=True, required=False),
    Action.REFUSE_SUSPENSION: _noted(op.refuse_suspension),
    Action.RESUME: _noted(op.resume),
    Action.SUBMIT_RESULT: _noted(op.submit_result, "before", "after"),
    Action.VERIFY: _noted(op.verify, "media"),
    Action.REWORK: _noted(op.rework, "media"),
    Action.FEEDBACK: _noted(op.feedback),
    Action.RATE: _noted(op.rate, "rating", "solved"),
    Action.REOPEN: _noted(op.reopen),
    Action.URGE: _noted(op.urge),
    Action.SUPERVISE: _until(op.supervise),
    Action.ACKNOWLEDGE: _noted(op.acknowledge, "order"),
    Action.REPLY: _noted(op.reply, "order"),
    Action.RELEASE: _noted(op.release, "order"),
    Action.VOID: _noted(op.void, "reason"),
}

#: Other spellings the field uses for the same action.
_ALSO = {
    "return": "return_to_reporter",
    "submit": "submit_result",
    "re_open": "reopen",
    "handle": "submit_result",
}


def _action(text: str) -> Action | None:
    name = text.strip().lower().replace("-", "_")
    name = _ALSO.get(name, name)
    return Action(name) if name in set(Action) else None


def _number(case_no: str) -> str:
    if not (case_no.isascii() and case_no.isdecimal() and len(case_no) == 20):
        raise NotFound("cases.no_such_case", field="case_no", value=case_no[:40])
    return case_no
