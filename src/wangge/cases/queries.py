"""Reading cases: lists within one's area or unit, one case whole, and what its reporter may see."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import floor
from typing import Any
from uuid import UUID

import orjson
from django.db.models import Count, Exists, F, FloatField, Func, OuterRef, Q, QuerySet, Subquery
from django.db.models.fields.json import KT

from wangge.cases.models import (
    OPEN_STATES,
    Case,
    CaseContact,
    CaseMedia,
    CaseStep,
    CaseSuggestion,
    LikelyDuplicate,
    SupervisionOrder,
)
from wangge.cases.rules.clock import light_at
from wangge.cases.rules.duplicates import Candidate
from wangge.cases.rules.searching import query_words
from wangge.cases.rules.workflow import OPEN, PAUSED
from wangge.cases.types import Action, Asked, Light, State, Step
from wangge.foundation.access import Actor
from wangge.foundation.db import prepared
from wangge.foundation.errors import Invalid, NotFound
from wangge.foundation.ids import QUERY_CODE_LENGTH, read_query_code
from wangge.foundation.worktime import LOCAL
from wangge.grids.types import COUNTY_LENGTH

PAGE = 50
LONGEST_PAGE = 200
NEAR_PER_CELL = 12
LONGEST_CHAIN = 10
_CELL_LAT, _CELL_LON, _CELLS_AROUND = 0.001, 0.0015, 1_000_000


class NoSuchReport(NotFound):
    """No report has this query code."""

    code = "cases.no_such_report"


# --- near ----------------------------------------------------------------------------------------


def place_cell(lon: float, lat: float) -> int:
    """Number of the cell of about 110 by 140 m that holds a point: equality finds neighbours with a plain index."""
    return floor((lat + 90) / _CELL_LAT) * _CELLS_AROUND + floor((lon + 180) / _CELL_LON)


_NEAR = f"""
SELECT c.* FROM (VALUES {", ".join(f"({row * _CELLS_AROUND + column})" for row in (-1, 0, 1) for column in (-1, 0, 1))})
AS around(step) CROSS JOIN LATERAL (
  SELECT id, case_no, ST_X(point), ST_Y(point), reported_at, left(text, 300), task_code
  FROM cases_case WHERE place_cell = %s::bigint + around.step ORDER BY id DESC LIMIT {NEAR_PER_CELL}) c
"""  # noqa: S608 - made of our own numbers only


def near_candidates(cell: int) -> list[Candidate]:
    """The newest cases of a cell and the eight around it, at most twelve a cell however many there are."""
    with prepared() as db:
        db.execute(_NEAR, [cell])
        return [Candidate(*row) for row in db.fetchall()]


# --- whose it is ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Who has a case now, for those who tell them something."""

    unit: str
    handler_id: int | None
    entered_by_id: int | None
    task_code: str
    extensions: int


def whereabouts(case_nos: Iterable[str]) -> dict[str, Whereabouts]:
    """Who has these cases; one query."""
    approved = Count("steps", filter=Q(steps__action=Action.APPROVE_EXTENSION))
    rows = Case.objects.filter(case_no__in=set(case_nos)).annotate(extensions=approved)
    found = rows.values_list("case_no", "unit", "handler_id", "entered_by_id", "task_code", "extensions")
    return {
        case_no: Whereabouts(unit, handler_id, entered_by_id, task_code, extensions)
        for case_no, unit, handler_id, entered_by_id, task_code, extensions in found
    }


# --- lists ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CaseFilter:
    """What a list shows. Empty values ask for nothing in particular."""

    states: tuple[State, ...] = ()
    area: str = ""
    task: str = ""
    unit: str = ""
    light: Light | None = None
    since: datetime | None = None
    until: datetime | None = None
    text: str = ""
    only_open: bool = False
    asked: tuple[Asked, ...] = ()  #: or with one of these requests to decide
    is_ordered: bool = False  #: with a supervision order that isn't released
    request: Asked | None = None  #: with this request to decide
    urged_since: datetime | None = None  #: urged at or after that instant
    is_unplaced: bool = False  #: in no grid yet: it came with an address only
    holding: str = "case.view"  #: seen by this permission: a queue shows what one may act on
    handler_id: int | None = None
    entered_by_id: int | None = None


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case in a list."""

    id: int
    case_no: str
    channel: str
    text: str
    address: str
    area: str
    state: State
    version: int
    task_code: str
    weight: str
    unit: str
    handler_id: int | None
    self_handled: bool
    reported_at: datetime
    since: datetime
    due_at: datetime | None
    warn_at: datetime | None
    is_paused: bool
    is_provisional: bool
    reopen_no: int
    lon: float | None
    lat: float | None

    def light(self, at: datetime) -> Light | None:
        return light_at(at, self.due_at, self.warn_at, self.is_paused)


_LINE = (
    "id", "case_no", "channel", "text", "address", "area", "state", "version", "task_code", "weight", "unit",
    "handler_id", "self_handled", "reported_at", "since", "due_at", "warn_at", "is_paused", "is_provisional",
    "reopen_no",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CasePage:
    """A page of a list, newest first, and the cursor of the next one (None at the end)."""

    lines: tuple[CaseLine, ...]
    next_cursor: str | None


def visible_to(actor: Actor, holding: str = "case.view") -> Q:
    """Cases of the areas and of the units for which the actor holds the permission. Default: none."""
    condition = Q(unit__in=actor.units(holding))
    for area in actor.areas(holding):
        condition |= in_area(area)
    return condition


def case_page(
    *, actor: Actor, wanted: CaseFilter, at: datetime, cursor: str | None = None, limit: int = PAGE
) -> CasePage:
    """Cases the actor may see, newest first. Cost doesn't grow with the table: keyset pages along an index."""
    rows = filtered(actor, wanted, at).order_by("-id")
    if cursor:
        rows = rows.filter(id__lt=_cursor_id(cursor))
    size = max(1, min(limit, LONGEST_PAGE))
    lines = _lines(rows, size + 1)
    more = len(lines) > size
    return CasePage(tuple(lines[:size]), str(lines[size - 1].id) if more else None)


def queue(*, actor: Actor, wanted: CaseFilter, at: datetime, limit: int = 100) -> list[CaseLine]:
    """Cases waiting, the most pressing deadline first; paused ones last."""
    rows = filtered(actor, wanted, at).order_by(F("due_at").asc(nulls_last=True), "id")
    return _lines(rows, limit)


def state_counts(*, actor: Actor, states: Iterable[State]) -> dict[State, int]:
    """How many open cases the actor sees in each of these states."""
    wanted = [state.value for state in states if state in OPEN]
    found = Case.objects.filter(visible_to(actor), state__in=wanted).values_list("state").annotate(n=Count("id"))
    counts = {State(state): n for state, n in found}
    return {State(state): counts.get(State(state), 0) for state in wanted}


def waiting_counts(*, actor: Actor, places: Mapping[str, CaseFilter]) -> dict[str, int]:
    """How many cases wait at each place of a desk (its states, and the permission it needs), in one query."""
    if not places:
        return {}
    at_place = {
        f"at_{name}": Count("id", filter=visible_to(actor, place.holding) & waits_at(place))
        for name, place in places.items()
    }
    anywhere = sorted({state.value for place in places.values() for state in place.states})
    some = (
        Q(state__in=anywhere) | ~Q(asked="") if any(place.asked for place in places.values()) else Q(state__in=anywhere)
    )
    counts = Case.objects.filter(visible_to(actor), some).aggregate(**at_place)
    return {name: counts[f"at_{name}"] for name in places}


def waits_at(wanted: CaseFilter) -> Q:
    """Cases in one of the states, or with one of the requests."""
    condition = Q(state__in=[state.value for state in wanted.states])
    return condition | Q(asked__in=[kind.value for kind in wanted.asked]) if wanted.asked else condition


def filtered(actor: Actor, wanted: CaseFilter, at: datetime) -> QuerySet[Case]:
    """The query behind every list of cases."""
    rows = Case.objects.all()
    for permission in {"case.view", wanted.holding}:
        if not wanted.area.startswith(actor.areas(permission)):  # an area inside one's own needs no second look
            rows = rows.filter(visible_to(actor, permission))
    if wanted.states or wanted.asked:
        rows = rows.filter(waits_at(wanted))
    elif wanted.only_open:
        rows = rows.filter(state__in=OPEN_STATES)
    if wanted.area:
        rows = rows.filter(in_area(wanted.area))
    if wanted.task:
        rows = rows.filter(task_code__startswith=wanted.task)
    if wanted.unit:
        rows = rows.filter(unit=wanted.unit)
    if wanted.light:
        rows = rows.filter(_shows(wanted.light, at), _in_county(actor, wanted))
    if wanted.is_ordered:
        rows = rows.filter(open_orders__gt=0)
    if wanted.request:
        rows = rows.filter(asked=wanted.request.value)
    if wanted.urged_since:
        rows = rows.filter(urged_since(wanted.urged_since))
    if wanted.is_unplaced:
        rows = rows.filter(area=F("county_code"))
    if wanted.since:
        rows = rows.filter(reported_at__gte=wanted.since)
    if wanted.until:
        rows = rows.filter(reported_at__lt=wanted.until)
    if wanted.handler_id is not None:
        rows = rows.filter(handler_id=wanted.handler_id)
    if wanted.entered_by_id is not None:
        rows = rows.filter(entered_by_id=wanted.entered_by_id)
    return _with_text(rows, wanted.text)


def urged_since(moment: datetime) -> Q:
    """Open cases somebody, or the passing of a deadline, has pressed since then."""
    urges = CaseStep.objects.filter(case=OuterRef("pk"), action=Action.URGE.value, at__gte=moment)
    return Q(Exists(urges), state__in=OPEN_STATES)


def in_area(area: str) -> Q:
    """A prefix test; where the prefix is a whole code, its own column, whose index is in the order of lists."""
    exact = {6: "county_code", 9: "township_code", 12: "community_code", 15: "area"}.get(len(area))
    return Q(**{exact: area}) if exact else Q(area__startswith=area)


def _in_county(actor: Actor, wanted: CaseFilter) -> Q:
    """The county around a list's one area: says nothing new, but leads along the index of open cases."""
    areas = (wanted.area,) if wanted.area else actor.areas(wanted.holding)
    if len(areas) != 1 or len(areas[0]) < COUNTY_LENGTH or (not wanted.area and actor.units(wanted.holding)):
        return Q()
    return Q(county_code=areas[0][:COUNTY_LENGTH])


#: A result waits without haste while parts of its joint case are open, beside the states that always pause.
_MAY_STAND_STILL = sorted(state.value for state in PAUSED | {State.DISPOSED})


def _shows(light: Light, at: datetime) -> Q:
    """Only open cases have a clock; saying so lets their index be used."""
    if light is Light.GREY:
        return Q(is_paused=True, state__in=_MAY_STAND_STILL)
    running = Q(is_paused=False, due_at__isnull=False, state__in=OPEN_STATES)
    if light is Light.RED:
        return running & Q(due_at__lte=at)
    if light is Light.YELLOW:
        return running & Q(due_at__gt=at, warn_at__lte=at)
    return running & Q(warn_at__gt=at, due_at__gt=at)


def _with_text(rows: QuerySet[Case], text: str) -> QuerySet[Case]:
    text = text.strip()
    if not text:
        return rows
    if text.isdecimal() and len(text) == 20:
        return rows.filter(case_no=text)
    if (code := read_query_code(text)) and len(code) == QUERY_CODE_LENGTH and not code.isdecimal():
        rows_of_code = rows.filter(query_code=code)  # a caller reads it out
        if rows_of_code.exists():
            return rows_of_code
    words = query_words(text)
    if not words:
        return rows.none()
    asked = " & ".join(f"'{word}'" for word in words)
    return rows.extra(
        tables=["cases_casetext"],
        where=["cases_casetext.case_id = cases_case.id", "cases_casetext.words @@ %s::tsquery"],
        params=[asked],
    )


def _cursor_id(cursor: str) -> int:
    if not cursor.isdecimal() or len(cursor) > 18:
        raise Invalid("cases.bad_cursor", field="cursor", value=cursor[:40])
    return int(cursor)


def _lines(rows: QuerySet[Case], limit: int) -> list[CaseLine]:
    """Coordinates come as numbers: making a geometry of every point costs more than the rest of the list."""
    found = rows.values_list(*_LINE, _coordinate("ST_X"), _coordinate("ST_Y"))[:limit]
    return [_line(row) for row in found]


def _line(row: Sequence[Any]) -> CaseLine:
    values = dict(zip((*_LINE, "lon", "lat"), row, strict=True))
    values["state"] = State(values["state"])
    return CaseLine(**values)


def _coordinate(function: str) -> Func:
    return Func(F("point"), function=function, output_field=FloatField())


# --- one case ------------------------------------------------------------------------------------


def case_for(*, actor: Actor, case_no: str) -> Case:
    """The case, if it exists and the actor may see it; NotFound otherwise (its existence is not told)."""
    case = Case.objects.filter(case_no=case_no).first()
    if case is None or not may_see(actor, case):
        raise NotFound("cases.no_such_case", field="case_no", value=case_no)
    return case


def may_see(actor: Actor, case: Case) -> bool:
    """Whether the case lies in the actor's area or with the actor's unit."""
    return actor.may("case.view", area=case.area, unit=case.unit or None)


def case_by_query_code(code: str) -> Case:
    """The case a reporter follows; NoSuchReport (404) otherwise."""
    case = Case.objects.filter(query_code=read_query_code(code)[:16]).first()
    if case is None:
        raise NoSuchReport(field="query_code")
    return case


def area_of(case_no: str) -> str:
    """The grid of a case just recorded, or the county of one that came with an address only."""
    return Case.objects.values_list("area", flat=True).get(case_no=case_no)


def steps_of(case: Case) -> list[CaseStep]:
    """The history, oldest first."""
    return list(CaseStep.objects.filter(case=case).select_related("actor").order_by("seq"))


def media_of(case: Case) -> list[CaseMedia]:
    """Photos and recordings of the case, oldest first."""
    return list(CaseMedia.objects.filter(case=case).order_by("uploaded_at", "id"))


def media_item(media_id: UUID) -> CaseMedia:
    """One photo or recording; NotFound otherwise."""
    row = CaseMedia.objects.select_related("case").filter(pk=media_id).first()
    if row is None:
        raise NotFound("cases.no_such_media", value=str(media_id))
    return row


def suggestions_of(case: Case) -> list[CaseSuggestion]:
    """Proposed tasks and units, best first."""
    return list(CaseSuggestion.objects.filter(case=case).order_by("rank"))


def likely_duplicates_of(case: Case) -> list[LikelyDuplicate]:
    """Earlier cases that may be the same matter, likest first."""
    return list(LikelyDuplicate.objects.filter(case=case).select_related("earlier").order_by("-score"))


def merged_of(case: Case, *, actor: Actor) -> list[Case]:
    """Reports joined to this case, as far as the actor may see them."""
    return list(Case.objects.filter(visible_to(actor), merged_into=case.case_no).order_by("id")[:50])


def parts_of(case: Case) -> list[Case]:
    """The sub-cases of a main case, oldest first."""
    return list(Case.objects.filter(parent=case.pk).order_by("id"))


def number_of(case_id: int) -> str:
    """The number of a case by its id."""
    return Case.objects.values_list("case_no", flat=True).get(pk=case_id)


def orders_of(case: Case) -> list[SupervisionOrder]:
    """The supervision orders of a case, the newest first."""
    return list(SupervisionOrder.objects.filter(case=case.pk).select_related("opened_by").order_by("-id"))


def main_case_of(case: Case) -> Case:
    """The case that answers for this one: itself, or the end of the chain it was merged along."""
    for _ in range(LONGEST_CHAIN):
        main = Case.objects.filter(case_no=case.merged_into).first() if case.merged_into else None
        if main is None:
            return case
        case = main
    return case


def contact_of(case: Case) -> CaseContact | None:
    """The sealed contact, to be shown masked."""
    return CaseContact.objects.filter(case=case).first()


def followers_of(case_nos: Iterable[str]) -> dict[str, str]:
    """Reports merged into these cases, directly or along a chain: number → the case that answers for it."""
    answering = {number: number for number in case_nos}
    latest = set(answering)
    for _ in range(LONGEST_CHAIN):
        rows = Case.objects.filter(merged_into__in=latest).values_list("case_no", "merged_into") if latest else []
        found = {number: answering[into] for number, into in rows if number not in answering}
        answering |= found
        latest = set(found)
    return {number: main for number, main in answering.items() if number != main}


def agrees_to_sms(case_nos: Iterable[str]) -> frozenset[str]:
    """Those of the cases whose reporters agreed to text messages."""
    rows = CaseContact.objects.filter(case__case_no__in=set(case_nos), sms_agreed_at__isnull=False)
    return frozenset(rows.values_list("case__case_no", flat=True))


def earlier_near(lon: float, lat: float, *, actor: Actor, limit: int = 5) -> list[Case]:
    """The newest cases within reach of a point that the actor may see: what the clerk checks while a call lasts."""
    found = near_candidates(place_cell(lon, lat))
    ids = [one.id for one in found]
    return list(Case.objects.filter(visible_to(actor), id__in=ids).order_by("-id")[:limit])


def neighbours_of(case: Case, *, actor: Actor, limit: int = 8) -> list[CaseLine]:
    """The newest other cases within reach of the place of a case, as far as the actor may see them."""
    if case.place_cell is None:
        return []
    found = near_candidates(case.place_cell)
    ids = [one.id for one in found if one.id != case.pk]
    return _lines(Case.objects.filter(visible_to(actor), id__in=ids).order_by("-id"), limit)


# --- what time does --------------------------------------------------------------------------------


def due_to_lapse(at: datetime, *, after: timedelta = timedelta(days=7), limit: int = 500) -> Sequence[str]:
    """Returned reports whose reporter has been silent for too long."""
    rows = Case.objects.filter(state=State.RETURNED.value, since__lt=at - after).order_by("id")
    return list(rows.values_list("case_no", flat=True)[:limit])


def due_to_resume(at: datetime, *, limit: int = 500) -> Sequence[str]:
    """Suspended cases whose planned day has come: those that rest on never stand before them in the list."""
    rests = CaseStep.objects.filter(case=OuterRef("pk"), action=Action.SUSPEND.value).order_by("-seq")
    rows = Case.objects.filter(state=State.SUSPENDED.value).annotate(
        planned=Subquery(rests.values_list(KT("detail__until"))[:1])
    )
    due = rows.filter(planned__lte=at.astimezone(LOCAL).date().isoformat()).order_by("id")
    return list(due.values_list("case_no", flat=True)[:limit])


def due_to_turn(at: datetime, *, but: Collection[str] = (), limit: int = 500) -> Sequence[str]:
    """Cases whose light has to be looked at now, the longest waiting first; without those that failed just now."""
    rows = Case.objects.filter(next_turn_at__lte=at).exclude(case_no__in=but).order_by("next_turn_at")
    return list(rows.values_list("case_no", flat=True)[:limit])


def resting_on(day: datetime, *, after: int = 0, limit: int = 500) -> list[tuple[int, str]]:
    """Open cases whose deadline is provisional or lies after that day: what a changed calendar may move."""
    rows = Case.objects.filter(Q(is_provisional=True) | Q(due_at__gte=day), state__in=OPEN_STATES, id__gt=after)
    return list(rows.order_by("id").values_list("id", "case_no")[:limit])


def due_to_archive(at: datetime, *, after: timedelta = timedelta(days=7), limit: int = 500) -> Sequence[str]:
    """Closed cases whose rating window is over."""
    rows = Case.objects.filter(state=State.CLOSED.value, since__lt=at - after).order_by("id")
    return list(rows.values_list("case_no", flat=True)[:limit])


# --- for the assessment ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CaseHistory:
    """A case for counting: where it is, how it came in, what happened when. Neither words nor people."""

    id: int
    case_no: str
    area: str
    channel: str
    is_sub_case: bool
    has_contact: bool
    steps: tuple[Step, ...]


_COUNTED = """
SELECT c.id, c.case_no, c.area, c.channel, c.parent_id IS NOT NULL,
       EXISTS (SELECT 1 FROM cases_casecontact k WHERE k.case_id = c.id)
FROM cases_case c
WHERE c.id > %(after)s::bigint AND (%(numbers)s::text[] IS NULL OR c.case_no = ANY(%(numbers)s::text[]))
ORDER BY c.id LIMIT %(limit)s::int
"""
_COUNTED_STEPS = """
SELECT case_id, action, at, to_state, from_state, detail FROM cases_casestep
WHERE case_id = ANY(%s::bigint[]) ORDER BY case_id, seq
"""


def histories(*, case_nos: Sequence[str] | None = None, after_id: int = 0, limit: int = 1000) -> list[CaseHistory]:
    """Whole histories in the order of their ids: of these cases, or of all after an id, a batch at a time."""
    with prepared() as db:
        db.execute(
            _COUNTED,
            {"after": after_id, "numbers": None if case_nos is None else list(case_nos), "limit": limit},
        )
        rows = db.fetchall()
        db.execute(_COUNTED_STEPS, [[row[0] for row in rows]])
        steps: dict[int, list[Step]] = {row[0]: [] for row in rows}
        for case_id, action, at, to_state, from_state, detail in db.fetchall():
            told = orjson.loads(detail) if isinstance(detail, str | bytes) else detail
            steps[case_id].append(Step(Action(action), at, State(to_state), State(from_state), detail=told))
    return [
        CaseHistory(pk, number, area, channel, is_sub_case, has_contact, tuple(steps[pk]))
        for pk, number, area, channel, is_sub_case, has_contact in rows
    ]


def case_states(case_nos: Sequence[str]) -> dict[str, str]:
    """Where these cases stand."""
    return dict(Case.objects.filter(case_no__in=case_nos).values_list("case_no", "state"))
