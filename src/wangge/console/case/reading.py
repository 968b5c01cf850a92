"""One case as the desk reads it: the body of the API in the desk's words, its acts, and what lies around it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from wangge.cases import queries
from wangge.cases.choices import Choice, choices
from wangge.cases.clocks import clocks_of
from wangge.cases.models import Case, SupervisionOrder
from wangge.cases.operations.moving import history
from wangge.cases.presenting import case_body, line_bodies
from wangge.cases.rules.clock import light_at
from wangge.cases.rules.duplicates import metres_between
from wangge.cases.rules.history import replay
from wangge.cases.rules.workflow import ENDED, transition_for
from wangge.cases.targets import transfer_targets
from wangge.cases.types import Action, Asked, MediaUse, State, Status
from wangge.channels.likeness import ALIKE, likeness_words
from wangge.channels.placenames import said_place
from wangge.console import words
from wangge.console.acting.table import ACTS, Act
from wangge.console.routing.names import names_in_reasons
from wangge.console.routing.words import why_words
from wangge.console.times import light_detail, waited, when
from wangge.foundation.access import Actor
from wangge.grids.queries import grid_in
from wangge.grids.queries import names as place_names
from wangge.grids.types import GRID_LENGTH
from wangge.workforce.queries import unit_names

Body = dict[str, Any]
_BACK = frozenset(
    {Action.RETURN_TO_REPORTER, Action.REWORK, Action.REFUSE, Action.REOPEN, Action.REQUEST_RETURN, Action.OBJECT}
)


@dataclass(frozen=True, slots=True)
class Closed:
    """An action one may not take here, and why."""

    name: str
    why: str


@dataclass(frozen=True, slots=True)
class Panel:
    """A case opened at the desk."""

    case: Body
    row: Case
    title: str
    lead: Act | None
    others: tuple[Act, ...]
    closed: tuple[Closed, ...]
    entries: tuple[Body, ...]
    photos: dict[str, list[Body]]
    suggestions: tuple[Body, ...]
    duplicates: tuple[Body, ...]
    result: Body | None
    contact: str
    rare: tuple[Act, ...] = ()
    request: Body | None = None
    orders: tuple[Body, ...] = ()
    parts: tuple[Body, ...] = ()
    main_no: str = ""
    clocks: tuple[Body, ...] = ()

    @property
    def is_over(self) -> bool:
        return State(self.row.state) in ENDED | {State.CLOSED}

    @property
    def stopped(self) -> bool:
        return State(self.row.state) in ENDED - {State.EVALUATED}


def read_panel(case_no: str, *, actor: Actor, at: datetime) -> Panel:
    """The case, if the actor may see it (NotFound otherwise)."""
    row = queries.case_for(actor=actor, case_no=case_no)
    body = case_body(row, actor, at)
    body["light_detail"] = light_detail(body["light"], row.due_at, at)
    body["waited"] = waited(row.since, at)
    body["reported_when"] = when(row.reported_at, at)
    body["due_when"] = when(row.due_at, at)
    body["source_words"] = words.source_words(row.place_source)
    body["has_suggestions"] = row.followed_up_at is not None
    body["where"] = where_of(body)
    open_choices = [_with_somewhere_to_go(one, row, actor, at) for one in choices(row, actor, at)]
    lead, others = _acts(open_choices)
    status = replay(history(row))
    entries = tuple(_entries(body, at))
    return Panel(
        case=body,
        row=row,
        title=body["task_name"] or words.report_words(body["channel"], body["community_name"] or body["place_name"]),
        lead=lead,
        others=tuple(act for act in others if not act.is_rare),
        rare=tuple(act for act in others if act.is_rare),
        request=_request(status, body, at),
        orders=tuple(_order(one, at) for one in queries.orders_of(row)) if _has_orders(body) else (),
        parts=_parts(row, at) if _has_parts(body) else (),
        main_no=queries.number_of(row.parent_id) if row.parent_id else "",
        clocks=tuple(_clocks(row, at)),
        closed=_closed(open_choices),
        entries=entries,
        photos=_photos(body),
        suggestions=tuple(_suggestions(body)),
        duplicates=tuple(_duplicates(body)),
        result=_result(row, entries),
        contact=_contact(body, row, actor),
    )


def _has_orders(body: Body) -> bool:
    return any(step["action"] == Action.SUPERVISE for step in body["steps"])


def _has_parts(body: Body) -> bool:
    return any(step["action"] == Action.START_JOINT_HANDLING for step in body["steps"])


def _request(status: Status, body: Body, at: datetime) -> Body | None:
    """What somebody above has to decide: a return, more time, a rest; with the words of whoever asked."""
    asked = {
        Action.REQUEST_EXTENSION: status.request and status.request.kind is Asked.EXTENSION,
        Action.REQUEST_SUSPENSION: status.request and status.request.kind is Asked.SUSPENSION,
        Action.REQUEST_RETURN: status.state is State.RETURN_REQUESTED,
    }
    action = next((action for action, is_asked in asked.items() if is_asked), None)
    step = next((step for step in reversed(body["steps"]) if step["action"] == action), None)
    if action is None or step is None:
        return None
    until = str(step["detail"].get("until", ""))
    return {
        "what": words.happened_words(action, "", {}),
        "note": step["note"],
        "who": step["actor"],
        "when": when(step["at"], at),
        "reason": words.reason_words(status.request.reason) if status.request and status.request.reason else "",
        "until": until_value(until),
        "until_words": words.until_words(until) if until else "",
        "extensions": status.extensions,
    }


def until_value(until: str) -> datetime | date | None:
    """What a request asked for, as a field of a form takes it."""
    if not until:
        return None
    is_day = len(until) == len("2026-12-31")
    return date.fromisoformat(until) if is_day else datetime.fromisoformat(until)


def _order(one: SupervisionOrder, at: datetime) -> Body:
    return {
        "number": one.number,
        "demand": one.demand or words.reason_words(one.reason),
        "by": one.opened_by.display_name if one.opened_by else words.mover_words("SYSTEM"),
        "opened_when": when(one.opened_at, at),
        "until_when": when(one.until, at),
        "is_late": one.released_at is None and one.finished_at is None and one.until <= at,
        "received_when": when(one.received_at, at),
        "replied_when": when(one.replied_at, at),
        "reply": one.reply,
        "released_when": when(one.released_at, at),
        "is_listed": one.listed_at is not None,
    }


def _parts(row: Case, at: datetime) -> tuple[Body, ...]:
    lines = queries.parts_of(row)
    called = unit_names([one.unit for one in lines])
    return tuple(
        {
            "case_no": one.case_no,
            "unit": called.get(one.unit, one.unit),
            "state": one.state,
            "light": light_at(at, one.due_at, one.warn_at, one.is_paused),
            "due_when": when(one.due_at, at),
        }
        for one in lines
    )


def _clocks(row: Case, at: datetime) -> Iterator[Body]:
    """The clocks that have begun: their limit, what has run, what is left, and the deadline each has or had."""
    for kind, reading in clocks_of(row, at).items():
        minutes = words.minutes_words
        yield {
            "name": words.CLOCKS[kind],
            "limit": minutes(reading.limit.minutes, reading.limit.clock),
            "elapsed": minutes(reading.elapsed_min, reading.limit.clock),
            "remaining": minutes(abs(reading.remaining_min), reading.limit.clock),
            "is_over": reading.remaining_min < 0,
            "due_at": reading.due_at,
            "due_when": when(reading.due_at, at),
            "light": reading.light(at),
            "has_ended": reading.ended_at is not None,
        }


def _with_somewhere_to_go(choice: Choice, row: Case, actor: Actor, at: datetime) -> Choice:
    """Passing a case on is closed while no unit is in reach: a form without a choice helps nobody."""
    if choice.action is not Action.TRANSFER or not choice.allowed or transfer_targets(row, actor=actor, at=at).open:
        return choice
    return Choice(choice.action, False, choice.needs, "console.no_unit_in_reach")


def _result(row: Case, entries: tuple[Body, ...]) -> Body | None:
    """What the handler said was done, while somebody has to judge or answer it."""
    if State(row.state) not in (State.DISPOSED, State.VERIFIED, State.REWORK):
        return None
    return next((one for one in reversed(entries) if one["action"] == Action.SUBMIT_RESULT), None)


#: Who is told that a contact was left though they may not see it: units and supervisors, never the grid.
_TOLD = ("case.sign", "case.supervise")


def _contact(body: Body, row: Case, actor: Actor) -> str:
    """ "shown" masked, "none" left, "withheld" from this post, or "": not even whether there is one."""

    def may(permission: str) -> bool:
        return actor.may(permission, area=row.area, unit=row.unit or None)

    if may("contact.unmask"):
        return "shown" if body["contact"] else "none"
    if any(may(permission) for permission in _TOLD):
        return "withheld" if queries.contact_of(row) else "none"
    return ""


def case_about(row: Case) -> Body:
    """The few words that tell one case from another: number, place, what was said."""
    called = place_names([row.area, row.area[:12]])
    place = said_place(called.get(row.area[:12], ""), called.get(row.area, row.area))
    return {"case_no": row.case_no, "place": place, "text": row.text or words.report_words(row.channel, place)}


def where_of(body: Mapping[str, Any]) -> str:
    """The place as one says it: 童前社区 · 第七网格."""
    community = place_names([body["area"][:12]]).get(body["area"][:12], "")
    return said_place(community, body["place_name"])


def title_of(body: Mapping[str, Any]) -> str:
    """What a case is called in a list: its task once it has one, else what was said."""
    text = " ".join(str(body["text"]).split())
    said = text[:60] + ("…" if len(text) > 60 else "")
    return body["task_name"] or said or body.get("chosen_task_name") or _("A report without words")


def nearby(panel: Panel, *, actor: Actor, at: datetime) -> list[Body]:
    """Other cases around this one, nearest first, without those listed as possibly the same."""
    shown = {one["case_no"] for one in panel.duplicates}
    lines = [line for line in queries.neighbours_of(panel.row, actor=actor, limit=12) if line.case_no not in shown]
    here = panel.row.point
    rows = line_bodies(lines, at)
    for row in rows:
        row["title"] = title_of(row)
        row["light_detail"] = light_detail(row["light"], row["due_at"], at)
        row["distance_m"] = round(metres_between(here.x, here.y, row["lon"], row["lat"])) if here else None
        row["reported_when"] = when(row["reported_at"], at)
    return sorted(rows, key=lambda row: row["distance_m"] or 0)


def map_features(panel: Panel, neighbours: list[Body]) -> Body:
    """The case, its neighbours and its grid for the map."""
    pins = [_pin(row, current=False) for row in neighbours if row["lon"] is not None]
    if panel.case["lon"] is not None:
        pins.append(_pin(panel.case | {"title": panel.title}, current=True))
    return {"type": "FeatureCollection", "features": [*_grid(panel.row), *pins]}


def _grid(row: Case) -> list[Body]:
    """The outline of the grid the case lies in, as its edition has it."""
    if row.edition_id is None or len(row.area) < GRID_LENGTH:
        return []
    grid, outline = grid_in(row.edition_id, row.area)
    return [{"type": "Feature", "geometry": outline, "properties": {"code": grid.code, "label": grid.name}}]


def _pin(row: Body, *, current: bool) -> Body:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [row["lon"], row["lat"]]},
        "properties": {
            "case": row["case_no"],
            "light": row["light"],
            "label": row["title"],
            "current": current,
        },
    }


def _acts(found: list[Choice]) -> tuple[Act | None, tuple[Act, ...]]:
    """What leads here (the first open act that is drawn whole), and the other open ones."""
    open_acts = [ACTS[one.action] for one in found if one.allowed and one.action in ACTS]
    lead = next((act for act in open_acts if act.leads), None)
    others = [act for act in open_acts if act is not lead]
    order = list(ACTS)
    return lead, tuple(sorted(others, key=lambda act: order.index(act.action)))


def _closed(found: list[Choice]) -> tuple[Closed, ...]:
    """Closed actions of staff with the reason; those of reporters alone are not the desk's matter."""
    shown = [one for one in found if not one.allowed and one.action in ACTS and one.action is not Action.SUPPLEMENT]
    return tuple(
        Closed(words.action_words(one.action), words.why_closed(one.action, one.why_not or "")) for one in shown
    )


def _entries(body: Body, at: datetime) -> list[Body]:
    tasks = {body["task_code"]: body["task_name"]} | {s["task_code"]: s["task_name"] for s in body["suggestions"]}
    return [
        {
            "action": step["action"],
            "what": words.happened_words(step["action"], step["unit_name"], step["detail"]),
            "who": step["actor"] or words.mover_words(step["actor_kind"]),
            "at": step["at"],
            "when": when(step["at"], at),
            "text": step["note"],
            "note": words.said_with(step["action"], step["detail"], tasks),
            "kind": "back" if step["action"] in _BACK else "clock" if step["actor_kind"] == "SYSTEM" else "",
        }
        for step in body["steps"]
    ]


def _photos(body: Body) -> dict[str, list[Body]]:
    """Media by moment, in the members the photo strip reads."""
    found: dict[str, list[Body]] = {"report": [], "before": [], "after": [], "check": []}
    place = {MediaUse.BEFORE: "before", MediaUse.AFTER: "after", MediaUse.VERIFICATION: "check"}
    for one in body["media"]:
        shown = {"kind": one["kind"], "url": one["url"], "thumb_url": one["thumbnail_url"], "alt": ""}
        found[place.get(one["use"], "report")].append(shown)
    return found


def _suggestions(body: Body) -> list[Body]:
    names = names_in_reasons(reason for one in body["suggestions"] for reason in one["reasons"])
    return [
        one | {"words": [said for reason in one["reasons"] if (said := why_words(reason, names))]}
        for one in body["suggestions"]
    ]


def _duplicates(body: Body) -> list[Body]:
    """Earlier reports that may be the same matter; those that could still take it come first.

    Near in place and time alone is a neighbour, unless one of the two has no words to compare.
    """
    rows = [
        one
        | {
            "words": likeness_words(one["distance_m"], one["days_apart"], one["text_likeness"]),
            "can_take": State(one["state"]) not in ENDED,
        }
        for one in body["likely_duplicates"]
        if one["text_likeness"] >= ALIKE or not (one["text"] and body["text"])
    ]
    return sorted(rows, key=lambda one: not one["can_take"])


def needs_place(row: Case) -> bool:
    """Whether the report has to be put on the map before it can be accepted."""
    return row.point is None


def leads_to(action: Action, row: Case) -> State:
    """The state an action leads to from here (for the words of a button)."""
    return transition_for(action, State(row.state)).target
