"""Two readings of the same open cases: Suzhou's eight steps, and Taicang's slogan of four lines. Both are our own."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from wangge.cases.rules.workflow import OPEN
from wangge.cases.tracking import Group, Rows, Sender, waiting_by_sender, waiting_for_rating
from wangge.cases.types import HandlingLevel, Light, Stage, State
from wangge.console.tracking.columns import AT_STEP, LIGHTS, PRESSED, TO_DECIDE, query_of
from wangge.console.tracking.reading import Scope, groups_of
from wangge.console.tracking.words import STEP_TEXTS, STEPS
from wangge.console.words import channel_words
from wangge.foundation.access import Actor

Figure = dict[str, Any]
_OVERLAYS = (Stage.TRACK, Stage.SUPERVISE)
_DESK = frozenset({State.REPORTED, State.RETURNED})
_WITH_A_LEVEL = frozenset(OPEN) - _DESK - {State.ACCEPTED}


def eight_steps(scope: Scope, *, actor: Actor, at: datetime) -> dict[str, Any]:
    """How many cases are in each step; tracking and supervision run beside them."""
    groups = groups_of(scope, actor=actor, at=at, rows=Rows.UNIT)
    rated = waiting_for_rating(actor=actor, scope=scope.area)
    steps = [_step(number, stage, groups, rated, scope) for number, stage in enumerate(Stage, start=1)]
    longest = max((step["count"] for step in steps), default=0)
    for step in steps:
        step["width"] = round(240 * step["count"] / longest) if longest else 0
    return {"steps": steps, "is_empty": not groups and not rated}


def _step(number: int, stage: Stage, groups: Sequence[Group], rated: int, scope: Scope) -> Figure:
    counted = {column.slug: column for column in AT_STEP}
    parts: list[Figure] = []
    if stage is Stage.TRACK:
        near = [column for column in LIGHTS if column.light in (Light.RED, Light.YELLOW)]
        parts = [_figure(str(column.name), column.sum(groups), scope, column.params) for column in near]
        count, url = sum(part["count"] for part in parts), ""
    elif stage is Stage.SUPERVISE:
        ordered, urged = PRESSED
        count, url = ordered.sum(groups), _list(scope, ordered.params)
        parts = [_figure(str(urged.name), urged.sum(groups), scope, urged.params)]
    elif stage is Stage.EVALUATE:
        count, url = rated, _list(scope, {"state": State.CLOSED.value})
    else:
        column = counted[stage.value]
        count, url = column.sum(groups), _list(scope, column.params)
    return {
        "number": number,
        "slug": stage.value,
        "name": STEPS[stage],
        "text": STEP_TEXTS[stage],
        "count": count,
        "url": url,
        "parts": parts,
        "is_overlay": stage in _OVERLAYS,
    }


def four_lines(scope: Scope, *, actor: Actor, at: datetime) -> list[Figure]:
    """一台受理、二级分拨、三层处置、四环监督 over the open cases."""
    groups = groups_of(scope, actor=actor, at=at, rows=Rows.UNIT)
    rated = waiting_for_rating(actor=actor, scope=scope.area)
    return [
        {
            "number": 1,
            "name": _("One desk accepts"),
            "text": _("Whatever door a report came in by, one desk takes it. Waiting there now, by door:"),
            "figures": _by_channel(groups, scope),
        },
        {
            "number": 2,
            "name": _("Two levels dispatch"),
            "text": _(
                "The county’s centre commands departments, the enforcement team and townships; the township’s "
                "centre its own offices and communities."
            ),
            "figures": _dispatching(groups, waiting_by_sender(actor=actor, scope=scope.area), scope),
        },
        {
            "number": 3,
            "name": _("Three layers handle"),
            "text": _("Grid and community, township, county with enforcement: who has the open cases now."),
            "figures": _by_layer(groups),
        },
        {
            "number": 4,
            "name": _("Four rings supervise"),
            "text": _(
                "Clock and lights by the system; the check of the result by the grid; the word of the reporter; "
                "orders by the centre."
            ),
            "figures": _rings(groups, scope, rated),
        },
    ]


def _by_channel(groups: Sequence[Group], scope: Scope) -> list[Figure]:
    doors = sorted({group.channel for group in groups if group.state in _DESK})
    figures = [
        _figure(channel_words(door), _sum(groups, lambda g, d=door: g.channel == d and g.state in _DESK))  # type: ignore[misc]
        for door in doors
    ]
    together = _figure(_("Together"), _sum(groups, lambda g: g.state in _DESK), scope, {"state": "step-discover"})
    return [*figures, together]


def _dispatching(groups: Sequence[Group], waiting: Mapping[Sender, int], scope: Scope) -> list[Figure]:
    returns = TO_DECIDE[0]
    return [
        _figure(_("Waiting to be dispatched"), _sum(groups, lambda g: g.state is State.ACCEPTED), scope,
                {"state": State.ACCEPTED.value}),
        _figure(_("Sent by the county’s desk, to sign for"), waiting[Sender.COUNTY]),
        _figure(_("Sent by a township’s desk, to sign for"), waiting[Sender.TOWNSHIP]),
        _figure(_("Passed on by a unit, to sign for"), waiting[Sender.UNIT]),
        _figure(_("Returns to decide"), returns.sum(groups), scope, returns.params),
    ]  # fmt: skip


def _by_layer(groups: Sequence[Group]) -> list[Figure]:
    layers = (
        (_("Grid and community"), {HandlingLevel.GRID, HandlingLevel.COMMUNITY}),
        (_("Township"), {HandlingLevel.TOWNSHIP}),
        (_("County and enforcement"), {HandlingLevel.COUNTY, HandlingLevel.ENFORCEMENT}),
    )
    return [
        _figure(name, _sum(groups, lambda g, held=levels: g.level in held and g.state in _WITH_A_LEVEL))  # type: ignore[misc]
        for name, levels in layers
    ]


def _rings(groups: Sequence[Group], scope: Scope, rated: int) -> list[Figure]:
    red = LIGHTS[0]
    ordered = PRESSED[0]
    return [
        _figure(_("Lights: overdue"), red.sum(groups), scope, red.params),
        _figure(_("Results to be checked"), _sum(groups, lambda g: g.state is State.DISPOSED), scope,
                {"state": State.DISPOSED.value}),
        _figure(_("Answered, the reporter may rate"), rated, scope, {"state": State.CLOSED.value}),
        _figure(_("With a supervision order"), ordered.sum(groups), scope, ordered.params),
    ]  # fmt: skip


def _sum(groups: Sequence[Group], test: Callable[[Group], bool]) -> int:
    return sum(group.count for group in groups if test(group))


def _figure(name: str, count: int, scope: Scope | None = None, params: Any = None) -> Figure:
    return {"name": name, "count": count, "url": _list(scope, params) if scope is not None else ""}


def _list(scope: Scope, params: Any) -> str:
    return f"{reverse('console:cases')}?{query_of(scope.params, params)}"
