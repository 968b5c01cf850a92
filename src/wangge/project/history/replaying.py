"""Carries a scenario out through the real operations, in the order of time across cases.

What comes next is always asked of `course` with the case as it stands in the database, so nothing has to be
remembered: after a stop, the same questions give the same answers. Acts are committed in batches of fifty; a batch
that a kill cuts off leaves nothing behind.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice
from random import Random
from uuid import UUID, uuid5

from django.db import transaction

from wangge.cases import operations as cases
from wangge.cases.rules.workflow import ENDED, OPEN
from wangge.cases.types import Action, Channel, Contact, Moved, Place, PlaceSource, State
from wangge.foundation.access import REPORTER, Actor
from wangge.foundation.errors import Problem
from wangge.project.history import ledger
from wangge.project.history.cast import Cast, NobodyThere
from wangge.project.history.course import accepting, next_act
from wangge.project.history.reading import Words
from wangge.project.history.scenario import Matter
from wangge.project.history.standing import Act, Standing, World

NAMESPACE = UUID("6f1c7d0e-2f0a-5b63-9a55-0d6f3a4b8e21")
BATCH = 50
#: A second report is the same matter only so soon after the first.
SAME_MATTER_WITHIN = timedelta(days=5)
PLACEHOLDER_PHONE = "13800000000"
#: Operations of the queue: no actor, no note, no operation id.
_BY_TIME = frozenset({"turn_light", "archive", "lapse", "resume_as_planned"})
_TAKEN_ON_AT_ONCE = 0.85


@dataclass(slots=True)
class Line:
    """A case under way: the matter it belongs to and how it stands."""

    standing: Standing
    main: str
    token: int


@dataclass(slots=True)
class Tally:
    """What was done."""

    reports: int = 0
    found: int = 0  #: reports that were there already
    acts: Counter[str] = field(default_factory=Counter)
    problems: Counter[str] = field(default_factory=Counter)


class Replay:
    """One history on its way through time, for the townships it was given."""

    def __init__(self, name: str, matters: Sequence[Matter], world: World, cast: Cast, words: Words) -> None:
        self.tally = Tally()
        self._name, self._world, self._cast, self._words = name, world, cast, words
        self._lines: dict[str, Line] = {}
        self._of_spot: dict[str, set[str]] = {}
        self._followers: dict[str, set[str]] = {}
        self._due: list[tuple[datetime, int, str, int, Act]] = []
        self._tokens = 0
        self._followed_up: list[str] = []
        self.total = len(matters)
        there = ledger.reported({client_id(name, matter.number): matter for matter in matters})
        self._coming = (matter for matter in matters if matter.number not in there)
        self._next = next(self._coming, None)
        self.tally.found = len(there)
        for case_no, matter, main in ledger.unfinished({client_id(name, one): there[one] for one in there}):
            self._follow(case_no, matter, main=main)

    def run(self, horizon: datetime) -> Iterator[datetime]:
        """Everything up to an instant, batch by batch; yields how far it has come after each commit."""
        while True:
            with transaction.atomic():
                done = list(islice(self._acts(horizon), BATCH))
                ledger.drop_jobs(self._followed_up)
            self._followed_up.clear()
            if not done:
                return
            yield done[-1]

    def _acts(self, horizon: datetime) -> Iterator[datetime]:
        """One act after the other, in the order of time."""
        while True:
            at = self._due[0][0] if self._due else None
            if self._next and (at is None or self._next.at <= at):
                if self._next.at > horizon:
                    return
                matter, self._next = self._next, next(self._coming, None)
                self._report(matter)
                yield matter.at
            elif at is not None and at <= horizon:
                _, _, case_no, token, act = heapq.heappop(self._due)
                line = self._lines.get(case_no)
                if line and line.token == token:
                    self._perform(case_no, act)
                    yield at
            else:
                return

    # --- reports -------------------------------------------------------------------------------------

    def _report(self, matter: Matter) -> None:
        take = cases.report_and_take_on if self._is_taken_on(matter) else cases.report
        try:
            case_no = take(report=self._said(matter), actor=self._reporter(matter), at=matter.at).case_no
        except (Problem, NobodyThere) as problem:
            self.tally.problems[f"report: {_code(problem)}"] += 1
            return
        self._follow_up(case_no, matter.at)
        self.tally.reports += 1
        self._follow(case_no, matter)

    def _said(self, matter: Matter) -> cases.Report:
        return cases.Report(
            client_id=client_id(self._name, matter.number),
            channel=matter.channel,
            place=Place(matter.lon, matter.lat, source=_source(matter.channel)),
            text=matter.text,
            task_code=matter.task.code if matter.channel is Channel.WORKER else "",
            contact=Contact(phone=PLACEHOLDER_PHONE) if matter.has_contact else None,
        )

    def _reporter(self, matter: Matter) -> Actor:
        who = {Channel.WORKER: "worker", Channel.HOTLINE: "intake", Channel.DESK: "dispatcher"}.get(matter.channel)
        return self._cast.at_place(who, matter.grid, matter.at) if who else REPORTER

    def _is_taken_on(self, matter: Matter) -> bool:
        if matter.channel is not Channel.WORKER or matter.task.level != "grid":
            return False
        return Random(f"{self._world.seed}:{matter.number}:taken").random() < _TAKEN_ON_AT_ONCE

    # --- acts ----------------------------------------------------------------------------------------

    def _perform(self, case_no: str, act: Act) -> None:
        line = self._lines[case_no]
        act = self._with_main(line.standing, act) if act.operation == "merge" else act
        try:
            self._do(line.standing, act)
        except (Problem, NobodyThere) as problem:
            self.tally.problems[f"{act.operation}: {_code(problem)}"] += 1
            return  # it rests as it is: asking again would give the same answer
        self.tally.acts[act.operation] += 1
        self._look_again(line)

    def _do(self, standing: Standing, act: Act) -> None:
        operation = getattr(cases, act.operation)
        if act.operation in _BY_TIME:
            operation(case_no=standing.case_no, at=act.at)
            return
        said = dict(act.said)
        if act.note:
            said["note"] = self._note(standing, act)
        actor = self._cast.act_as(act.who, standing, act.at)
        again = uuid5(NAMESPACE, f"{self._name}:{standing.case_no}:{len(standing.steps)}")
        moved: Moved = operation(case_no=standing.case_no, actor=actor, at=act.at, operation_id=again, **said)
        if moved.action is Action.SUPPLEMENT:
            self._follow_up(standing.case_no, act.at)

    def _follow_up(self, case_no: str, at: datetime) -> None:
        """On the spot and at its own time; the job of the queue, which would say now, goes with the batch."""
        cases.follow_up(case_no=case_no, at=at)
        self._followed_up.append(case_no)

    def _note(self, standing: Standing, act: Act) -> str:
        words = self._words.done[standing.matter.task.code[:2]] if act.note == "done" else self._words.said[act.note]
        return standing.draw(f"note:{act.operation}").choice(words)

    def _with_main(self, standing: Standing, act: Act) -> Act:
        """The first open report of the same spot; where there is none the desk accepts the report by itself."""
        matter = standing.matter
        found = [self._lines[other].standing for other in self._of_spot.get(matter.spot, ()) if other in self._lines]
        open_ones = [
            (main.matter.number, main.case_no)
            for main in found
            if main.state in OPEN
            and main.matter.number < matter.number
            and matter.at - main.matter.at <= SAME_MATTER_WITHIN
        ]
        if not open_ones:
            return accepting(standing, act.at)
        return replace(act, said={**act.said, "into": min(open_ones)[1]})

    # --- looking on ----------------------------------------------------------------------------------

    def _look_again(self, line: Line) -> None:
        """The case, and those that hang on it: its main case, its parts, the reports that follow it."""
        before, matter = line.standing, line.standing.matter
        after = self._follow(before.case_no, matter, main=line.main)
        if line.main:
            self._follow(line.main, matter)
        for part in sorted(before.status.open_subs | after.status.open_subs):
            self._follow(part, matter, main=before.case_no)
        if after.state in ENDED:
            for other in sorted(self._followers.pop(before.case_no, ())):
                if other in self._lines:
                    self._follow(other, self._lines[other].standing.matter)

    def _follow(self, case_no: str, matter: Matter, *, main: str = "") -> Standing:
        """Look at the case and put its next act in its place in time."""
        standing = ledger.standing(case_no, matter, self._world, is_part=bool(main))
        self._tokens += 1
        act = next_act(standing)
        self._lines[case_no] = Line(standing, main, self._tokens)
        if standing.status.merged_into:
            self._followers.setdefault(standing.status.merged_into, set()).add(case_no)
        if not main and standing.state in OPEN:
            self._of_spot.setdefault(matter.spot, set()).add(case_no)
        if act:
            heapq.heappush(self._due, (act.at, matter.number, case_no, self._tokens, act))
        elif standing.state in ENDED - {State.MERGED}:
            del self._lines[case_no]
            self._of_spot.get(matter.spot, set()).discard(case_no)
        return standing


def client_id(name: str, number: int) -> UUID:
    """The same for the same matter of the same history: reporting it again changes nothing."""
    return uuid5(NAMESPACE, f"{name}:{number}")


def _source(channel: Channel) -> PlaceSource:
    return PlaceSource.GPS if channel is Channel.WORKER else PlaceSource.MAP_PIN


def _code(problem: Problem | NobodyThere) -> str:
    return problem.code if isinstance(problem, Problem) else f"nobody is {problem}"
