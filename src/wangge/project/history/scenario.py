"""What happens in the demo: matters with moment, place, task, words and fate. Pure: the same seed, the same year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import accumulate
from random import Random
from typing import TYPE_CHECKING, Generic, TypedDict, TypeVar

from wangge.cases.types import Channel, Weight
from wangge.foundation.worktime import LOCAL, Calendar
from wangge.project.history.kept import Kept, keep
from wangge.project.history.year import (
    OTHER_HOURS,
    STORM_TASKS,
    WORKER_HOURS,
    Storm,
    day_factor,
    is_holiday,
    season_factor,
    storms,
)

if TYPE_CHECKING:
    from wangge.project.history.reading import DemoTask, Words

Item = TypeVar("Item")


class Fate(StrEnum):
    """What the desk will make of a report."""

    ACCEPT = "accept"
    RETURN = "return"
    REFUSE = "refuse"
    MERGE = "merge"
    WITHDRAW = "withdraw"
    VOID = "void"


_FATES = {Fate.ACCEPT: 0.93, Fate.RETURN: 0.025, Fate.REFUSE: 0.028, Fate.WITHDRAW: 0.012, Fate.VOID: 0.005}
#: A second report of a place where something is the matter is mostly the same matter.
_MERGED_OF_REPEATED = 0.4
HOT_SPOTS, OF_HOT_SPOTS = 80, 0.18
#: Share of reports that repeat another one of the same day.
REPEATED = 0.025
#: A shaken pin at a hot spot and anywhere else, in degrees (about 5 and 10 m).
_NEAR, _AROUND = 5e-5, 1e-4
#: People in an exclusive grid (a park, a market) as if so many households lived there.
_WITHOUT_HOUSEHOLDS = 120
_DOORS = {Channel.RESIDENT: 0.52, Channel.HOTLINE: 0.36, Channel.DESK: 0.06, Channel.API: 0.06}
#: How many of a task's matters its workers find, where residents report it too.
_FOUND_BY_WORKERS = {"patrol": 0.64, "visit": 0.5}


@dataclass(frozen=True, slots=True)
class Ground:
    """A grid with a point well inside it and its households."""

    grid: str
    lon: float
    lat: float
    households: int


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing somebody will report."""

    number: int
    at: datetime
    grid: str
    lon: float
    lat: float
    task: DemoTask
    channel: Channel
    text: str
    weight: Weight
    fate: Fate
    spot: str  #: where and what: reports of the same spot may be the same matter
    has_contact: bool
    in_storm: bool
    kept: Kept | None = None  #: what it waits in on the day the demo is opened
    kept_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Setting:
    """What a history is drawn from; the same setting gives the same matters."""

    seed: int
    cases: int
    first: date
    days: int

    @property
    def name(self) -> str:
        return f"{self.seed}/{self.cases}/{self.days}/{self.first}"


class Scenario:
    """Draws the matters of a setting on given ground."""

    def __init__(
        self,
        setting: Setting,
        ground: Sequence[Ground],
        tasks: Sequence[DemoTask],
        words: Words,
        calendar: Calendar,
    ) -> None:
        self.setting, self.calendar, self._words = setting, calendar, words
        self._draw = Random(f"matters:{setting.name}")
        self._tasks = {task.code: task for task in tasks}
        towns = sorted({one.grid[:9] for one in ground})
        self.storms = storms(setting.first, setting.days, towns, self._draw)
        self._everywhere = _lot_of_ground(ground)
        self._towns: dict[frozenset[str], _Lot[Ground]] = {}
        self._lots: dict[tuple[int, bool], _Lot[DemoTask]] = {}
        self._hot = self._hot_spots()

    def matters(self) -> list[Matter]:
        """All matters in the order in which they are reported."""
        days = [self.setting.first + timedelta(offset) for offset in range(self.setting.days)]
        kinds = [(day, storm) for day in days for storm in (None, *self.storms)]
        weights = [self._storm_weight(day, storm) if storm else self._usual_weight(day) for day, storm in kinds]
        repeated = round(self.setting.cases * REPEATED)
        drawn = self._draw.choices(kinds, weights, k=self.setting.cases - repeated)
        first = [self._matter(day, storm) for day, storm in drawn]
        heard = [one for one in first if one["channel"] is not Channel.WORKER] or first
        again = [self._repeated(self._draw.choice(heard)) for _ in range(repeated)]
        in_order = sorted([*first, *again], key=lambda one: (one["at"], one["spot"]))
        matters = [Matter(number=number, **one) for number, one in enumerate(in_order)]
        return keep(matters, self.setting.first + timedelta(self.setting.days))

    def _repeated(self, first: _Drawn) -> _Drawn:
        """Somebody else reports the same thing within hours, with a pin and words of their own."""
        draw = self._draw
        last = datetime.combine(self.setting.first + timedelta(self.setting.days), time(), LOCAL) - timedelta(seconds=1)
        return {
            **first,
            "at": min(first["at"] + timedelta(minutes=draw.uniform(10, 360)), max(last, first["at"])),
            "lon": round(first["lon"] + draw.uniform(-_NEAR, _NEAR), 6),
            "lat": round(first["lat"] + draw.uniform(-_NEAR, _NEAR), 6),
            "channel": draw.choices((Channel.RESIDENT, Channel.HOTLINE), (0.6, 0.4))[0],
            "text": self._text(first["task"]),
            "fate": Fate.MERGE,
            "has_contact": False,
        }

    # --- how much of what ---------------------------------------------------------------------------

    def _usual_weight(self, day: date) -> float:
        return day_factor(day, self.calendar) * self._lot_of_tasks(day.month, is_holiday(day, self.calendar)).total

    def _storm_weight(self, day: date, storm: Storm) -> float:
        """Above what its tasks bring anyway."""
        if storm.factor(day) == 1.0:
            return 0.0
        share = self._in_towns(storm.towns).total / self._everywhere.total
        return (storm.factor(day) - 1) * share * sum(self._tasks[code].weight for code in self._storm_tasks())

    def _storm_tasks(self) -> list[str]:
        return sorted(STORM_TASKS & self._tasks.keys())

    def _lot_of_tasks(self, month: int, holiday: bool) -> _Lot[DemoTask]:
        if (month, holiday) not in self._lots:
            tasks = list(self._tasks.values())
            weights = [task.weight * season_factor(task.code, month, holiday=holiday) for task in tasks]
            self._lots[month, holiday] = _Lot.of(tasks, weights)
        return self._lots[month, holiday]

    def _in_towns(self, towns: frozenset[str]) -> _Lot[Ground]:
        if towns not in self._towns:
            self._towns[towns] = _lot_of_ground([one for one in self._everywhere.items if one.grid[:9] in towns])
        return self._towns[towns]

    def _hot_spots(self) -> dict[str, list[Ground]]:
        """Places where the same matter comes back, by task: only things of the street, never of people."""
        street = [task for task in self._tasks.values() if task.code[:2] in ("03", "04", "05", "06")]
        lot = _Lot.of(street, [task.weight for task in street])
        found: dict[str, list[Ground]] = {}
        for _ in range(min(HOT_SPOTS, len(self._everywhere.items))):
            found.setdefault(lot.one(self._draw).code, []).append(self._everywhere.one(self._draw))
        return found

    # --- one matter ----------------------------------------------------------------------------------

    def _matter(self, day: date, storm: Storm | None) -> _Drawn:
        draw = self._draw
        if storm:
            task = self._tasks[draw.choice(self._storm_tasks())]
        else:
            task = self._lot_of_tasks(day.month, is_holiday(day, self.calendar)).one(draw)
        is_hot = storm is None and task.code in self._hot and draw.random() < OF_HOT_SPOTS
        if is_hot:
            ground = draw.choice(self._hot[task.code])
        else:
            ground = (self._in_towns(storm.towns) if storm else self._everywhere).one(draw)
        shake = _NEAR if is_hot else _AROUND
        channel = self._channel(task, in_storm=storm is not None)
        return {
            "at": _moment(day, WORKER_HOURS if channel is Channel.WORKER else OTHER_HOURS, draw),
            "grid": ground.grid,
            "lon": round(ground.lon + draw.uniform(-shake, shake), 6),
            "lat": round(ground.lat + draw.uniform(-shake, shake), 6),
            "task": task,
            "channel": channel,
            "text": self._text(task),
            "weight": _weight(task, draw),
            "fate": self._fate(channel, is_repeated=is_hot or storm is not None),
            "spot": f"{ground.grid}:{task.code}",
            "has_contact": channel is Channel.HOTLINE and draw.random() < 0.5,
            "in_storm": storm is not None,
        }

    def _channel(self, task: DemoTask, *, in_storm: bool) -> Channel:
        found_by = max((_FOUND_BY_WORKERS.get(trigger, 0.0) for trigger in task.triggers), default=0.0)
        share = found_by if "report" in task.triggers else 1.0
        if in_storm:
            share *= 0.5
        if self._draw.random() < share:
            return Channel.WORKER
        return self._draw.choices(list(_DOORS), list(_DOORS.values()))[0]

    def _text(self, task: DemoTask) -> str:
        draw = self._draw
        said = f"{draw.choice(self._words.places)}{draw.choice(self._words.tasks[task.code])}"
        wish = draw.choice(self._words.wishes)
        return f"{said}，{wish}" if wish else said

    def _fate(self, channel: Channel, *, is_repeated: bool) -> Fate:
        if is_repeated and self._draw.random() < _MERGED_OF_REPEATED:
            return Fate.MERGE
        fate = self._draw.choices(list(_FATES), list(_FATES.values()))[0]
        return Fate.ACCEPT if channel is Channel.WORKER and fate not in (Fate.ACCEPT, Fate.VOID) else fate


class _Drawn(TypedDict):
    """A matter before it has its number."""

    at: datetime
    grid: str
    lon: float
    lat: float
    task: DemoTask
    channel: Channel
    text: str
    weight: Weight
    fate: Fate
    spot: str
    has_contact: bool
    in_storm: bool


@dataclass(frozen=True, slots=True)
class _Lot(Generic[Item]):
    """Things to be drawn by weight."""

    items: Sequence[Item]
    cumulated: Sequence[float]

    @classmethod
    def of(cls, items: Sequence[Item], weights: Sequence[float]) -> _Lot[Item]:
        return cls(items, list(accumulate(weights)))

    @property
    def total(self) -> float:
        return self.cumulated[-1]

    def one(self, draw: Random) -> Item:
        return draw.choices(self.items, cum_weights=self.cumulated)[0]


def _lot_of_ground(ground: Sequence[Ground]) -> _Lot[Ground]:
    return _Lot.of(ground, [one.households or _WITHOUT_HOUSEHOLDS for one in ground])


def _moment(day: date, hours: Sequence[float], draw: Random) -> datetime:
    hour = draw.choices(range(24), hours)[0]
    return datetime(day.year, day.month, day.day, hour, draw.randrange(60), draw.randrange(60), tzinfo=LOCAL)


def _weight(task: DemoTask, draw: Random) -> Weight:
    if task.level == "grid":
        return Weight.SIMPLE if draw.random() < 0.7 else Weight.GENERAL
    return draw.choices((Weight.GENERAL, Weight.PROMINENT, Weight.MAJOR), (0.88, 0.1, 0.02))[0]
