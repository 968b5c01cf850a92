"""What the database knows of a history: which of its matters were reported, and how a case stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

import orjson
from django.db import connection

from wangge.cases.models import Case
from wangge.cases.rules.history import replay
from wangge.cases.rules.workflow import ENDED
from wangge.cases.types import Action, State, Step
from wangge.foundation import clock
from wangge.foundation.db import prepared
from wangge.foundation.errors import Conflict
from wangge.foundation.models import LoadedFile
from wangge.grids.models import Grid
from wangge.project.history.scenario import Ground, Matter, Setting
from wangge.project.history.standing import Standing, World

#: One look at a case: its deadline and its whole history in one round trip.
_STANDING = """
SELECT c.area, c.due_at, c.next_turn_at, s.action, s.at, s.to_state, s.from_state, s.actor_id, s.detail
FROM cases_case c JOIN cases_casestep s ON s.case_id = c.id WHERE c.case_no = %s ORDER BY s.seq
"""
_DROP_JOBS = """
DELETE FROM procrastinate_jobs
WHERE status = 'todo' AND task_name = 'cases.follow_up' AND args->>'case_no' = ANY(%s)
"""
#: Nothing happens any more to what ended so long ago.
_SETTLED_AFTER = timedelta(days=45)
_PAGE = 2000
_NAME = "demo_history"


class AnotherHistory(Conflict):
    """The database holds a history drawn from other figures; two would run into each other."""

    code = "demo.another_history"


def standing(case_no: str, matter: Matter, world: World, *, is_part: bool) -> Standing:
    """How a case stands after its last step."""
    with prepared() as db:
        db.execute(_STANDING, [case_no])
        rows = db.fetchall()
    area, due_at, next_turn_at = rows[0][:3]
    steps = tuple(
        Step(Action(action), at, State(to_state), State(from_state), actor, orjson.loads(detail))
        for _, _, _, action, at, to_state, from_state, actor, detail in rows
    )
    return Standing(matter, world, case_no, area, steps, replay(steps), due_at, next_turn_at, is_part)


def reported(wanted: Mapping[UUID, Matter]) -> dict[int, Matter]:
    """The matters, by number, whose report is in the database."""
    found: list[UUID] = []
    for page in _pages(list(wanted)):
        found += Case.objects.filter(client_id__in=page).values_list("client_id", flat=True)
    return {matter.number: matter for matter in sorted(map(wanted.__getitem__, found), key=lambda one: one.number)}


def unfinished(wanted: Mapping[UUID, Matter]) -> Iterator[tuple[str, Matter, str]]:
    """Cases of these reports to which something may still happen: number, matter, and its main case if it is a part."""
    newest = max((matter.at for matter in wanted.values()), default=None)
    if newest is None:
        return
    for page in _pages(sorted(wanted, key=lambda one: wanted[one].number)):
        rows = Case.objects.filter(client_id__in=page).exclude(state__in=[State.WITHDRAWN, State.VOIDED])
        rows = rows.exclude(state__in=ENDED, since__lt=newest - _SETTLED_AFTER).order_by("pk")
        for case_no, client in rows.values_list("case_no", "client_id"):
            yield case_no, wanted[client], ""
        parts = Case.objects.filter(parent__client_id__in=page).exclude(state__in=ENDED).order_by("pk")
        for case_no, main, client in parts.values_list("case_no", "parent__case_no", "parent__client_id"):
            yield case_no, wanted[client], main


def drop_jobs(case_nos: Iterable[str]) -> None:
    """Take from the queue what was done on the spot for these cases: the words to search by and the suggestions."""
    with connection.cursor() as db:
        db.execute(_DROP_JOBS, [list(case_nos)])


def ground(county: str) -> list[Ground]:
    """The grids in force, each with a point well inside it."""
    shapes = Grid.objects.filter(edition__county_id=county, edition__state="EFFECTIVE").order_by("code")
    points = shapes.extra(select={"lon": "ST_X(ST_PointOnSurface(shape))", "lat": "ST_Y(ST_PointOnSurface(shape))"})
    return [Ground(*row) for row in points.values_list("code", "lon", "lat", "households")]


def grids_since(county: str) -> date | None:
    """The day from which the grids are in force: nothing can be reported before."""
    grid = Grid.objects.filter(edition__county_id=county, edition__state="EFFECTIVE").select_related("edition").first()
    return grid.edition.valid_from if grid else None


def remember(setting: Setting, horizon: datetime) -> datetime:
    """Write down what is being loaded and up to when; the horizon of the first time, if this isn't the first.

    AnotherHistory (409) where the figures are others than those of the history that is there.
    """
    row, _ = LoadedFile.objects.get_or_create(name=_NAME, defaults={"digest": setting.name, "at": horizon})
    if row.digest != setting.name:
        raise AnotherHistory(there=row.digest, wanted=setting.name)
    return row.at


def remembered() -> tuple[Setting, datetime] | None:
    """The history that was begun here, and up to when."""
    row = LoadedFile.objects.filter(name=_NAME).first()
    if row is None:
        return None
    seed, cases, days, first = row.digest.split("/")
    return Setting(int(seed), int(cases), date.fromisoformat(first), int(days)), row.at


def worker_is_up() -> bool:
    """Whether a queue worker is at work: its lights would turn at today's time what the history has in the past."""
    with connection.cursor() as db:
        db.execute("SELECT max(last_heartbeat) FROM procrastinate_workers")
        seen = db.fetchone()[0]
    return seen is not None and clock.now() - seen < timedelta(seconds=30)


def _pages(wanted: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    for start in range(0, len(wanted), _PAGE):
        yield wanted[start : start + _PAGE]
