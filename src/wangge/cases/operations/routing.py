"""A draft of routing rules is tried on last month's cases before it takes effect: by the queue, with its progress."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from wangge.cases.routing import check_rules, matter_of
from wangge.cases.rules.routing import prepare
from wangge.cases.rules.routing_trial import PastCase, Trial, report_as_data
from wangge.catalogue import operations as catalogue_operations
from wangge.catalogue import queries as catalogue
from wangge.catalogue.types import RoutingRule, SimulationState
from wangge.foundation import jobs
from wangge.foundation.access import Actor, require
from wangge.foundation.db import transaction
from wangge.workforce import queries as workforce

TASK, QUEUE = "cases.simulate_routing", "cases"
LAST_MONTH = timedelta(days=30)
BATCH = 2000

#: Cases from the latest back, as they were when they were accepted. The facts at that moment: task and weight stand
#: in the step, the place doesn't change after it. Where it went is the first dispatch; "came back" a return upheld.
_PAST = """
SELECT c.id, c.case_no, c.area, c.reported_at, accepted.at, accepted.detail->>'task_code', accepted.detail->>'weight',
       coalesce(sent.unit, ''), sent.unit IS NOT NULL AND EXISTS (
         SELECT 1 FROM cases_casestep s
         WHERE s.case_id = c.id AND s.seq > accepted.seq AND s.action = 'uphold_return')
FROM (
  SELECT id, case_no, area, reported_at FROM cases_case
  WHERE county_code = %(county)s AND id < %(before)s ORDER BY id DESC LIMIT %(batch)s
) c
LEFT JOIN LATERAL (
  SELECT at, seq, detail FROM cases_casestep WHERE case_id = c.id AND action = 'accept' ORDER BY seq DESC LIMIT 1
) accepted ON true
LEFT JOIN LATERAL (
  SELECT detail->>'unit' AS unit FROM cases_casestep
  WHERE case_id = c.id AND seq > accepted.seq AND action = 'dispatch' ORDER BY seq LIMIT 1
) sent ON true
ORDER BY c.id DESC
"""


@transaction
def simulate_routing(*, set_id: int, actor: Actor, at: datetime) -> UUID:
    """Have the queue try a draft as it stands on the cases reported in the last thirty days; the id of the trial.

    Needs ``routing.prepare``.
    """
    require(actor, "routing.prepare", area=catalogue.routing_set(set_id, actor).county)
    trial = catalogue_operations.open_simulation(set_id=set_id, actor=actor, at=at)
    jobs.enqueue(TASK, queue=QUEUE, simulation_id=str(trial))
    return trial


def run_routing_simulation(*, simulation_id: UUID, at: datetime) -> None:
    """Do a trial of `simulate_routing` and keep what came of it. Outside any transaction: pages watch its progress.

    Safe to run again. One that was thrown away with its draft, or is done, is left alone; one whose rules have
    changed since has failed.
    """
    asked = catalogue.simulation_to_run(simulation_id)
    if asked is None:
        return
    county, rules, began = asked
    if rules is None:
        _tell(simulation_id, SimulationState.FAILED, 0, 0)
        return
    try:
        result = _try(simulation_id, county, rules, began)
    except Exception:
        _tell(simulation_id, SimulationState.FAILED, 0, 0)
        raise
    cases = result["counts"]["cases"]
    catalogue_operations.keep_simulation(
        simulation_id=simulation_id, state=SimulationState.DONE, done=cases, total=cases, result=result
    )


def _try(simulation_id: UUID, county: str, rules: tuple[RoutingRule, ...], at: datetime) -> dict[str, Any]:
    since, total = at - LAST_MONTH, _count(county, at - LAST_MONTH)
    _tell(simulation_id, SimulationState.RUNNING, 0, total)
    in_force = catalogue.routing_in_force(county, at=at)
    units = workforce.units_in_reach([county], at=at)
    matters = {task.code: matter_of(task) for task in catalogue.task_list(at)}
    trial = Trial(
        prepare(rules, units), prepare(in_force.rules, units), matters, catalogue.office_calendar(county, at=at)
    )
    for cases in _past_cases(county, since):
        trial.add(cases)
        _tell(simulation_id, SimulationState.RUNNING, trial.counts["cases"], total)
    about = {"since": since.isoformat(), "until": at.isoformat(), "in_force_version": in_force.version}
    return trial.result() | about | {"check": report_as_data(check_rules(rules, county, at=at))}


def _tell(simulation_id: UUID, state: SimulationState, done: int, total: int) -> None:
    catalogue_operations.keep_simulation(simulation_id=simulation_id, state=state, done=done, total=max(done, total))


def _count(county: str, since: datetime) -> int:
    """Cases of the county reported since then, about: those that were never accepted are among them."""
    with connection.cursor() as db:
        db.execute("SELECT count(*) FROM cases_case WHERE county_code = %s AND reported_at >= %s", [county, since])
        row = db.fetchone()
    return int(row[0]) if row else 0


def _past_cases(county: str, since: datetime) -> Iterator[list[PastCase]]:
    """Accepted cases reported since then, in batches; ids grow with time, so a batch of older ones is the last."""
    before = 2**62
    while True:
        with connection.cursor() as db:
            db.execute(_PAST, {"county": county, "before": before, "batch": BATCH})
            rows = db.fetchall()
        yield [
            PastCase(case_no, area, task or "", weight or "", accepted_at, unit, came_back)
            for _, case_no, area, reported_at, accepted_at, task, weight, unit, came_back in rows
            if accepted_at is not None and reported_at >= since
        ]
        if len(rows) < BATCH or all(row[3] < since for row in rows):
            return
        before = rows[-1][0]
