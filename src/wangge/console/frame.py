"""What stands around every page of the desk: the rail with its figures, the area, who is here."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from wangge.cases.queries import waiting_counts
from wangge.cases.supervision import ANSWERS, SUPERVISES, open_order_count
from wangge.channels.placenames import said_names as place_names
from wangge.console.places import PLACES, Place, Words
from wangge.foundation import clock
from wangge.foundation.access import ANONYMOUS, Actor, ActorKind
from wangge.notices.queries import unread_count
from wangge.workforce.queries import role_names, unit_names


@dataclass(frozen=True, slots=True)
class RailItem:
    """A line of the rail. `count` is None where nothing is counted."""

    slug: str
    url: str
    icon: str
    name: Words
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """Rail, area and post of whoever is here."""

    queues: tuple[RailItem, ...]
    others: tuple[RailItem, ...]  #: what is done with cases besides
    grounds: tuple[RailItem, ...]  #: what the work rests on, seldom opened
    may_search: bool
    area_name: str
    person_name: str
    post_name: str
    unread: int  #: notices not read yet


#: Places that aren't queues: slug, route, icon, permission (or any of several), name.
_Row = tuple[str, str, str, str | tuple[str, ...], Words]
_OTHERS: tuple[_Row, ...] = (
    ("hotline", "hotline:entry", "phone", "case.report", pgettext_lazy("place of the desk", "Hotline")),
    ("revisits", "console:revisits", "face-good", "case.revisit", pgettext_lazy("place of the desk", "Revisits")),
    ("cases", "console:cases", "cases", "case.view", pgettext_lazy("place of the desk", "Cases")),
    ("tracking", "console:tracking", "tracking", "case.view", pgettext_lazy("place of the desk", "Tracking")),
    (
        "supervision",
        "console:supervision",
        "flag",
        (SUPERVISES, ANSWERS),
        pgettext_lazy("place of the desk", "Supervision"),
    ),
    ("assessment", "console:assessment", "chart", "assessment.view", pgettext_lazy("place of the desk", "Assessment")),
)
#: What the work rests on. These lines come last: most roles open them seldom, and whose work they are has few others.
_GROUNDS: tuple[_Row, ...] = (
    ("grids", "console:grids", "grids", "grids.view", pgettext_lazy("place of the desk", "Grids")),
    ("tasks", "console:tasks", "tasks", "catalogue.view", pgettext_lazy("place of the desk", "Tasks")),
    ("routing", "console:routing", "route", "routing.view", pgettext_lazy("place of the desk", "Routing")),
    ("people", "console:people", "people", "workforce.view", pgettext_lazy("place of the desk", "People")),
    (
        "clocks",
        "console:clock_rules",
        "clock",
        ("clock.adopt", "calendar.edit", SUPERVISES, "case.dispatch", "audit.view"),
        pgettext_lazy("place of the desk", "Clocks"),
    ),
    ("webhooks", "console:webhooks", "link", "webhooks.manage", pgettext_lazy("place of the desk", "Webhooks")),
    ("records", "console:contact_log", "eye", "audit.contacts", pgettext_lazy("place of the desk", "Records")),
)


def frame_of(request: HttpRequest) -> Frame:
    """The frame for this actor: four look-ups however many roles they hold."""
    actor: Actor = getattr(request, "actor", ANONYMOUS)
    user = getattr(request, "user", None)
    return Frame(
        queues=rail_queues(actor),
        others=rail_others(actor),
        grounds=rail_grounds(actor),
        may_search=actor.kind is ActorKind.ANONYMOUS or actor.may_somewhere("case.view"),
        area_name=_area_name(actor),
        person_name=getattr(user, "display_name", ""),
        post_name=" · ".join(role_names(actor.roles)) if actor.roles else "",
        unread=unread_count(actor=actor, at=clock.now()),
    )


def rail_queues(actor: Actor) -> tuple[RailItem, ...]:
    """The queues this actor works at, each with what waits there. Before anybody has signed in: all, uncounted."""
    if actor.kind is ActorKind.ANONYMOUS:
        every = ((place, _url(f"console:{place.slug}")) for place in PLACES)
        return tuple(RailItem(place.slug, url, place.slug, place.name) for place, url in every if url)
    mine = places_of(actor)
    counts = waiting_counts(actor=actor, places={place.slug: place.wanted for place in mine})
    items = ((place, _url(f"console:{place.slug}")) for place in mine)
    return tuple(
        RailItem(place.slug, url, place.slug, place.name, counts.get(place.slug, 0)) for place, url in items if url
    )


def rail_others(actor: Actor) -> tuple[RailItem, ...]:
    """The places without a queue where this actor may do something with cases."""
    items = _entered(_OTHERS, actor)
    if not any(item.slug == "supervision" for item in items) or actor.kind is ActorKind.ANONYMOUS:
        return items
    count = open_order_count(actor=actor)
    return tuple(replace(item, count=count) if item.slug == "supervision" else item for item in items)


def rail_grounds(actor: Actor) -> tuple[RailItem, ...]:
    """What the work rests on, as far as this actor may see it."""
    return _entered(_GROUNDS, actor)


def places_of(actor: Actor) -> tuple[Place, ...]:
    """The queues this actor holds the permission of, in the order of the process."""
    return tuple(place for place in PLACES if actor.may_somewhere(place.permission))


def _entered(rows: tuple[_Row, ...], actor: Actor) -> tuple[RailItem, ...]:
    return tuple(item for item in (_item(row, actor) for row in rows) if item)


def _item(row: _Row, actor: Actor) -> RailItem | None:
    slug, route, icon, permission, name = row
    url = _url(route)
    permissions = (permission,) if isinstance(permission, str) else permission
    shown = actor.kind is ActorKind.ANONYMOUS or any(map(actor.may_somewhere, permissions))
    return RailItem(slug, url, icon, name) if url and shown else None


def _url(route: str) -> str:
    try:
        return reverse(route)
    except NoReverseMatch:  # a place that is not built into this installation
        return ""


def _area_name(actor: Actor) -> str:
    areas = actor.areas("case.view")
    if areas:
        names = place_names(areas)
        return _(", ").join(names.get(area, area) for area in areas[:2])
    units = actor.units("case.view")
    return _(", ").join(sorted(unit_names(units[:2]).values())) + (f" +{len(units) - 2}" if len(units) > 2 else "")
