"""跟踪: how many open cases stand where, by place or unit. The cost is bounded by the open cases, not by all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Case as When_
from django.db.models import CharField, Count, OuterRef, Q, Subquery, Value, When

from wangge.cases.models import OPEN_STATES, Case, CaseStep
from wangge.cases.queries import in_area, urged_since, visible_to
from wangge.cases.rules.command import commanding_level
from wangge.cases.types import Action, Asked, Light, State
from wangge.foundation.access import Actor
from wangge.grids.types import COMMUNITY_LENGTH, COUNTY_LENGTH, TOWNSHIP_LENGTH
from wangge.workforce.queries import areas_held
from wangge.workforce.types import Held, Level


class Rows(StrEnum):
    """What a row of the board is about. Never a person."""

    PLACE = "place"
    UNIT = "unit"


@dataclass(frozen=True, slots=True)
class Group:
    """Open cases that are alike in everything the board tells apart."""

    key: str
    state: State
    light: Light | None
    level: str
    channel: str
    count: int
    extensions: int
    suspensions: int
    ordered: int
    urged: int


_SENDINGS = [one.value for one in (Action.DISPATCH, Action.TRANSFER, Action.UPHOLD_RETURN, Action.ASSIST)]
_TO_SIGN = [State.DISPATCHED.value, State.RETURN_REQUESTED.value]
#: The column that holds the parts of an area, by the length of its code.
_PARTS = {COUNTY_LENGTH: "township_code", TOWNSHIP_LENGTH: "community_code", COMMUNITY_LENGTH: "area"}


def open_groups(*, actor: Actor, scope: str, rows: Rows, at: datetime, since: datetime) -> list[Group]:
    """Open cases within `scope` (everything the actor sees where it is empty) in one query.

    Keys are the codes of the parts of the scope, or of the units; `urged` counts urges since `since`.
    """
    key = "unit" if rows is Rows.UNIT else _part_column(scope)
    found = (
        Case.objects.filter(_open_in(actor, scope))
        .annotate(light=_light(at))
        .values_list(key, "state", "light", "level", "channel")
        .annotate(
            n=Count("id"),
            extensions=Count("id", filter=Q(asked=Asked.EXTENSION.value)),
            suspensions=Count("id", filter=Q(asked=Asked.SUSPENSION.value)),
            ordered=Count("id", filter=Q(open_orders__gt=0)),
            urged=Count("id", filter=urged_since(since)),
        )
        .order_by()
    )
    return [Group(row[0], State(row[1]), Light(row[2]) if row[2] else None, row[3], row[4], *row[5:]) for row in found]


class Sender(StrEnum):
    """Whose desk sent a case to the unit that is to sign for it; units pass on too, and ask others for a part."""

    COUNTY = "COUNTY"
    TOWNSHIP = "TOWNSHIP"
    UNIT = "UNIT"


def waiting_by_sender(*, actor: Actor, scope: str) -> Counter[Sender]:
    """Cases that wait to be signed for, by who sent them: what the desk then held says it, not where the case went.

    A township's own office may have been sent a case by either desk. Two look-ups, bounded by the cases that wait.
    """
    last = CaseStep.objects.filter(case=OuterRef("pk"), action__in=_SENDINGS).order_by("-seq")
    waiting = Case.objects.filter(_open_in(actor, scope), state__in=_TO_SIGN)
    sent = waiting.annotate(sent_by=Subquery(last.values("actor")[:1]), sent_at=Subquery(last.values("at")[:1]))
    rows = list(sent.values_list("area", "sent_by", "sent_at"))
    held = areas_held({user for _, user, _ in rows if user}, permission="case.dispatch")
    return Counter(_sender(area, held.get(user, ()), at) for area, user, at in rows)


def _sender(area: str, held: Iterable[Held], at: datetime) -> Sender:
    """The widest area that commanded the place when the case was sent; nobody's desk where a unit passed it on."""
    levels = {commanding_level(one.area) for one in held if one.then(at) and area.startswith(one.area)}
    if Level.COUNTY in levels:
        return Sender.COUNTY
    return Sender.TOWNSHIP if Level.TOWNSHIP in levels else Sender.UNIT


def waiting_for_rating(*, actor: Actor, scope: str) -> int:
    """Closed cases whose reporter may still rate: they are filed after a week, so these are few."""
    return Case.objects.filter(_seen(actor, scope), state=State.CLOSED.value).count()


def parts_with_cases(groups: Iterable[Group]) -> set[str]:
    """The places or units that have open cases."""
    return {group.key for group in groups}


def _part_column(scope: str) -> str:
    if not scope:
        return "county_code"
    return _PARTS.get(len(scope), "area" if len(scope) > COMMUNITY_LENGTH else "county_code")


def _seen(actor: Actor, scope: str) -> Q:
    """An area inside one's own needs no second look."""
    if scope and scope.startswith(actor.areas("case.view")):
        return in_area(scope)
    return visible_to(actor) & in_area(scope) if scope else visible_to(actor)


def _open_in(actor: Actor, scope: str) -> Q:
    condition = Q(_seen(actor, scope), state__in=OPEN_STATES)
    if len(scope) > COUNTY_LENGTH:  # says nothing new, but leads along the index of open cases
        condition &= Q(county_code=scope[:COUNTY_LENGTH])
    return condition


def _light(at: datetime) -> When_:
    """`rules.clock.light_at` in SQL; a test holds the two together."""
    return When_(
        When(is_paused=True, then=Value(Light.GREY.value)),
        When(Q(due_at__isnull=True) | Q(warn_at__isnull=True), then=Value("")),
        When(due_at__lte=at, then=Value(Light.RED.value)),
        When(warn_at__lte=at, then=Value(Light.YELLOW.value)),
        default=Value(Light.GREEN.value),
        output_field=CharField(),
    )


def totals(groups: Sequence[Group], *, of: str = "count") -> int:
    """The sum of one figure."""
    return sum(int(getattr(group, of)) for group in groups)
