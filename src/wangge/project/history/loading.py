"""Puts a history together: ground, units and calendar of this database, the scenario of the seed, a process's share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from wangge.catalogue import queries as catalogue
from wangge.foundation.errors import Conflict
from wangge.foundation.worktime import LOCAL
from wangge.project.history import ledger
from wangge.project.history.cast import Cast
from wangge.project.history.odd import Units, draw_habits
from wangge.project.history.reading import read_tasks, read_words
from wangge.project.history.replaying import Replay, Tally
from wangge.project.history.scenario import Matter, Scenario, Setting
from wangge.project.history.standing import World


class NoGround(Conflict):
    """Grids, posts or task list aren't in force yet on the first day of the history."""

    code = "demo.no_ground"


@dataclass(frozen=True, slots=True)
class Share:
    """Which part of the townships a process takes: the number of its part and how many there are."""

    number: int = 0
    of: int = 1

    def take(self, matters: Sequence[Matter]) -> list[Matter]:
        """The matters of its townships, the parts as even as whole townships allow."""
        load, owner = [0] * self.of, dict[str, int]()
        for town, count in Counter(one.grid[:9] for one in matters).most_common():
            owner[town] = load.index(min(load))
            load[owner[town]] += count
        return [one for one in matters if owner[one.grid[:9]] == self.number]


#: Told after each commit: how far in time, and what was done so far.
Telling = Callable[[datetime, Replay], None]


def scenario(county: str, setting: Setting) -> Scenario:
    """What happens in a county under this setting, on its grids in force; NoGround (409) as `require_ground`."""
    require_ground(county, setting.first)
    words, first = read_words(), _morning_of(setting.first)
    listed = {task.code for task in catalogue.task_list(first)}
    tasks = [task for task in read_tasks(words) if task.code in listed]
    return Scenario(setting, ledger.ground(county), tasks, words, catalogue.calendar(first))


def require_ground(county: str, first: date) -> None:
    """NoGround (409) unless grids and task list are in force on the first day."""
    since = ledger.grids_since(county)
    if since is None or first < since or not catalogue.task_list(_morning_of(first)):
        raise NoGround(first=first.isoformat(), since=since.isoformat() if since else "")


def _morning_of(day: date) -> datetime:
    return datetime.combine(day, time(), LOCAL)


def load_history(
    county: str, setting: Setting, horizon: datetime, *, share: Share = Share(), tell: Telling | None = None
) -> Tally:
    """Carry the history of a county out up to the horizon, as far as it isn't there yet. What was done."""
    story, cast = scenario(county, setting), Cast()
    matters = share.take(story.matters())
    units = Units(cast.signing_units, draw_habits(setting.seed, sorted(cast.signing_units)))
    replay = Replay(setting.name, matters, World(setting.seed, story.calendar, units), cast, read_words())
    for at in replay.run(horizon):
        if tell:
            tell(at, replay)
    return replay.tally
