"""The figures of the tracking board: what each one counts, and the list of cases it opens."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wangge.cases.rules.workflow import OPEN, STAGE_OF
from wangge.cases.tracking import Group
from wangge.cases.types import Asked, Light, Stage, State
from wangge.console.tracking.words import STEPS

Words = str | Promise
Counts = Callable[[Group], int]


@dataclass(frozen=True, slots=True)
class Column:
    """One figure: `counts` takes a group of like cases, `params` are the filters of the list behind it."""

    slug: str
    name: Words
    counts: Counts
    params: Mapping[str, str] = field(default_factory=dict)
    light: Light | None = None

    def sum(self, groups: Iterable[Group]) -> int:
        return sum(self.counts(group) for group in groups)


def states_at(stage: Stage) -> frozenset[State]:
    """Open states that belong to a step."""
    return frozenset(state for state in OPEN if STAGE_OF[state] is stage)


def _all(group: Group) -> int:
    return group.count


def _shows(light: Light) -> Counts:
    return lambda group: group.count if group.light is light else 0


def _at(stage: Stage) -> Counts:
    states = states_at(stage)
    return lambda group: group.count if group.state in states else 0


def _in(state: State) -> Counts:
    return lambda group: group.count if group.state is state else 0


OPEN_CASES = Column("open", pgettext_lazy("cases", "Open"), _all, {"state": "open"})
LIGHTS = tuple(
    Column(light.value, name, _shows(light), {"state": "open", "light": light.value}, light)
    for light, name in (
        (Light.RED, pgettext_lazy("light", "Overdue")),
        (Light.YELLOW, pgettext_lazy("light", "Due soon")),
        (Light.GREEN, pgettext_lazy("light", "On time")),
        (Light.GREY, pgettext_lazy("light", "Paused")),
    )
)
AT_STEP = tuple(
    Column(stage.value, STEPS[stage], _at(stage), {"state": f"step-{stage.value}"})
    for stage in (Stage.DISCOVER, Stage.ACCEPT, Stage.DISPATCH, Stage.HANDLE, Stage.FEEDBACK)
)
TO_DECIDE = (
    Column(
        "returns", _("Returns"), _in(State.RETURN_REQUESTED), {"state": State.RETURN_REQUESTED.value}
    ),
    Column(
        "extensions", _("Extensions"), lambda group: group.extensions,
        {"state": "open", "asked": Asked.EXTENSION.value},
    ),
    Column(
        "suspensions", _("Suspensions"), lambda group: group.suspensions,
        {"state": "open", "asked": Asked.SUSPENSION.value},
    ),
)  # fmt: skip
PRESSED = (
    Column("ordered", _("With an order"), lambda group: group.ordered, {"state": "open", "pressed": "order"}),
    Column("urged", _("Urged today"), lambda group: group.urged, {"state": "open", "pressed": "urged"}),
)
#: Columns of the board in the order they are drawn, with the head above them.
PARTS: tuple[tuple[Words, tuple[Column, ...]], ...] = (
    (_("By light"), LIGHTS),
    (_("By step"), AT_STEP),
    (_("To decide"), TO_DECIDE),
    (_("Pressed on"), PRESSED),
)
COLUMNS = (OPEN_CASES, *(column for _head, columns in PARTS for column in columns))


def query_of(*params: Mapping[str, str]) -> str:
    """Filters of the case list as a query string, without the empty ones."""
    together = {name: value for one in params for name, value in one.items() if value}
    return urlencode(together)
