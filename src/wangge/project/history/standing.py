"""Where a matter stands, as those who decide about it see it: values only, nothing of the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from wangge.cases.types import Action, State, Status, Step
from wangge.foundation.worktime import LOCAL, Calendar, next_working_moment
from wangge.project.history.odd import Units
from wangge.project.history.scenario import Matter

#: Nobody does two things to one case in the same moment.
MOMENT = timedelta(minutes=1)
_DUTY = (8, 20)


@dataclass(frozen=True, slots=True)
class Act:
    """What somebody does next: an operation of cases, by whoever holds a post, with what they say."""

    at: datetime
    operation: str
    who: str
    said: Mapping[str, object] = field(default_factory=dict)
    note: str = ""  #: which words of data/demo/history go with it


@dataclass(frozen=True, slots=True)
class World:
    """What is the same for all matters of a history."""

    seed: int
    calendar: Calendar
    units: Units


@dataclass(frozen=True, slots=True)
class Standing:
    """A case between two acts. A decision about it rests on nothing else, so it can be taken again after a stop."""

    matter: Matter
    world: World
    case_no: str
    area: str
    steps: tuple[Step, ...]
    status: Status
    due_at: datetime | None
    next_turn_at: datetime | None
    is_part: bool = False

    @property
    def state(self) -> State:
        return self.status.state

    @property
    def anchor(self) -> int:
        """Index of the last step that changed the state: overlays don't change anybody's plans."""
        moved = (i for i in range(len(self.steps) - 1, 0, -1) if self.steps[i].from_state is not self.steps[i].to_state)
        return next(moved, 0)

    @property
    def since(self) -> datetime:
        """When the state was reached."""
        return self.steps[self.anchor].at

    @property
    def last_at(self) -> datetime:
        return self.steps[-1].at

    @property
    def span(self) -> timedelta:
        """From the beginning of this state to its deadline; two days where nothing presses."""
        if self.due_at is None:
            return timedelta(days=2)
        return max(self.due_at - self.since, timedelta(minutes=20))

    @property
    def county(self) -> str:
        return self.area[:6]

    def draw(self, what: str) -> Random:
        """Chance for one question about this state: the same answer whenever it is asked."""
        which = self.status.unit if self.is_part else ""
        return Random(f"{self.world.seed}:{self.matter.number}:{which}:{self.anchor}:{what}")

    def has(self, action: Action, *, here: bool = False) -> bool:
        """Whether it was done before; `here`: since this state was reached."""
        return any(step.action is action for step in self.steps[self.anchor if here else 0 :])

    def when(self, action: Action) -> datetime | None:
        """When it was last done."""
        return next((step.at for step in reversed(self.steps) if step.action is action), None)

    def not_before(self, at: datetime) -> datetime:
        """That instant, or a moment after the last act."""
        return max(at, self.last_at + MOMENT)

    def on_duty(self, at: datetime) -> datetime:
        """The desk and the grids work every day; urgent matters at any hour."""
        local = self.not_before(at).astimezone(LOCAL)
        if self.matter.task.is_urgent or _DUTY[0] <= local.hour < _DUTY[1]:
            return local
        morning = local.replace(hour=_DUTY[0], minute=self.draw("morning").randrange(5, 55), second=0)
        return morning if local.hour < _DUTY[0] else morning + timedelta(days=1)

    def in_office(self, at: datetime) -> datetime:
        """Offices decide in working hours; urgent matters at any hour."""
        wanted = self.not_before(at)
        if self.matter.task.is_urgent:
            return wanted
        opening = next_working_moment(wanted, self.world.calendar)
        return opening if opening == wanted else opening + timedelta(minutes=self.draw("opening").randrange(4, 50))
