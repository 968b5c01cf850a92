"""A draft of routing rules tried on 10,000 cases of the last month, reading them included: `./dev bench routing`.

The cases are rows as the operations leave them, made in SQL; the trial is the real operation. The reference of the
engine is what stood in its place before rules were data: a plain loop with three rules written in Python, no reasons.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import psycopg
from bench.harness.database import set_up_django, use_bench_database
from bench.harness.report import report

CASES, ROUNDS, RULES = 10_000, 3, 30
GOAL_S = 10.0

_FILL = """
WITH places AS (
  SELECT array_agg(g.code ORDER BY g.code) AS codes, count(*)::int AS n FROM grids_grid g
  JOIN grids_gridedition e ON e.id = g.edition_id WHERE e.state = 'EFFECTIVE' AND g.code LIKE '320115%%'
), tasks AS (
  SELECT array_agg(code ORDER BY code) AS codes, count(*)::int AS n FROM catalogue_taskitem WHERE valid_to IS NULL
), made AS (
  INSERT INTO cases_case (
    case_no, query_code, client_id, channel, text, chosen_task, place_source, place_crs, address, area, reported_at,
    state, version, since, task_code, weight, unit, self_handled, clock, is_paused, is_provisional, reopen_no, rating,
    merged_into, level, asked, open_subs, open_orders)
  SELECT 'R' || i, 'R' || lpad(i::text, 7, '0'), gen_random_uuid(), 'RESIDENT', '路边垃圾没人清', '', 'MAP_PIN',
    'EPSG:4326', '', p.codes[1 + (i * 7919) %% p.n], now() - interval '1 minute' * ((%(count)s - i) * 4.2),
    'dispatched', 3, now(), t.codes[1 + (i * 31) %% t.n],
    (ARRAY['GENERAL', 'GENERAL', 'PROMINENT', 'MAJOR'])[1 + i %% 4],
    '320115-URB', false, '', false, false, 0, '', '', '', '', 0, 0
  FROM generate_series(1, %(count)s) AS i, places p, tasks t ORDER BY i
  RETURNING id, task_code, weight, reported_at
)
INSERT INTO cases_casestep (case_id, seq, action, from_state, to_state, at, actor_kind, note, detail)
SELECT id, step.seq, step.action, 'reported', step.state, reported_at + interval '9 minutes' * step.seq, 'STAFF', '',
  CASE step.action WHEN 'accept' THEN jsonb_build_object('task_code', task_code, 'weight', weight)
       WHEN 'dispatch' THEN '{"unit": "320115-URB"}'::jsonb ELSE '{}'::jsonb END
FROM made,
  (VALUES (1, 'submit', 'reported'), (2, 'accept', 'accepted'), (3, 'dispatch', 'dispatched')) step(seq, action, state)
"""


def main() -> None:
    url = use_bench_database("wangge_bench_routing")
    set_up_django()
    _fill(url)
    _trial()
    _engine()


def _fill(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as db:
        tables = ("cases_casestep", "cases_unmasking", "foundation_event")
        for table in tables:
            db.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        db.execute("TRUNCATE cases_case, foundation_event CASCADE")
        db.execute(_FILL, {"count": CASES})
        for table in tables:
            db.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        db.execute("VACUUM (ANALYZE) cases_case, cases_casestep")


def _trial() -> None:
    """The whole of it: open, read 10,000 cases, route each by both sets of rules, check the draft, keep the result."""
    from wangge.cases import operations as cases
    from wangge.cases.routing import check_rules
    from wangge.catalogue import operations, queries
    from wangge.catalogue.models import RoutingRuleSet, RoutingSimulation
    from wangge.foundation import clock
    from wangge.foundation.access import SYSTEM

    RoutingRuleSet.objects.filter(state="DRAFT").delete()
    set_id = operations.draft_routing(county="320115", actor=SYSTEM, at=clock.now())
    for rule in _more_rules():
        put = operations.put_rule(set_id=set_id, rule=rule, actor=SYSTEM, at=clock.now())
        operations.move_rule(set_id=set_id, order=put, to=1, actor=SYSTEM, at=clock.now())
    row = RoutingRuleSet.objects.get(pk=set_id)

    def once() -> None:
        trial = operations.open_simulation(set_id=set_id, actor=SYSTEM, at=clock.now())
        cases.run_routing_simulation(simulation_id=trial, at=clock.now())
        result = RoutingSimulation.objects.get(pk=trial).result
        assert result is not None
        assert result["counts"]["cases"] == CASES, result["counts"]

    seconds = _best(once)
    report(bench="routing", metric="trial_of_10000_cases", value=seconds, unit="s", reference=GOAL_S)
    report(bench="routing", metric="cases_tried", value=CASES / seconds, unit="1/s")
    checked = _best(lambda: check_rules(queries.routing_rules(row), "320115", at=clock.now()))
    report(bench="routing", metric=f"check_of_{RULES + 4}_rules", value=checked, unit="s")


def _more_rules() -> list[Any]:
    """Exceptions as a county might write them: by task, town, weight, hour and season."""
    from wangge.catalogue.types import Hours, RoutingRule, Target
    from wangge.grids.queries import communities_in

    towns = sorted({code[:9] for code in communities_in("320115")})
    drawn = random.Random(5)
    plain = RoutingRule("例外", "Exception", "值班长", (Target.TOWN_CENTRE,))
    return [
        replace(
            plain,
            targets=(drawn.choice([Target.TOWN_CENTRE, Target.COMMUNITY]), Target.OWNER_DEPARTMENT),
            tasks=(f"{drawn.randint(1, 9):02}",),
            areas=tuple(drawn.sample(towns, 3)),
            weights=("MAJOR",) if n % 3 == 0 else (),
            hours=Hours.OFF if n % 2 else Hours.ANY,
            season_from="05-01" if n % 4 == 0 else "",
            season_to="09-30" if n % 4 == 0 else "",
        )
        for n in range(RULES)
    ]


def _engine() -> None:
    """Routing alone, by the rules in force, against a plain loop of the rules as they were written in Python."""
    from wangge.cases.routing import matter_of
    from wangge.cases.rules.routing import Facts, prepare
    from wangge.catalogue import queries
    from wangge.foundation import clock
    from wangge.grids.models import Grid
    from wangge.workforce.queries import units_in_reach

    at, drawn = clock.now(), random.Random(11)
    units = units_in_reach(["320115"], at=at)
    matters = [matter_of(task) for task in queries.task_list(at)]
    grids = list(
        Grid.objects.filter(edition__state="EFFECTIVE", code__startswith="320115").values_list("code", flat=True)
    )
    facts = [
        Facts(drawn.choice(matters), drawn.choice(grids), at.date() - timedelta(days=n % 30), n % 3 > 0)
        for n in range(CASES)
    ]
    rules = queries.routing_in_force("320115", at=at).rules
    of_place: dict[str, list[Any]] = {
        grid: [unit for unit in units if unit.area in (grid[:6], grid[:9], grid[:12])] for grid in grids
    }
    plain = _best(lambda: [_unit_for(one.matter, one.area, of_place[one.area]) for one in facts])

    def routed() -> None:
        decide = prepare(rules, units).decide
        for one in facts:
            decide(one)

    def explained() -> None:
        route = prepare(rules, units).route
        for one in facts:
            route(one)

    report(bench="routing", metric="engine_10000_cases", value=_best(routed), unit="s", reference=plain)
    report(bench="routing", metric="engine_with_reasons", value=_best(explained), unit="s", reference=plain)


def _unit_for(matter: Any, area: str, units: Iterable[Any]) -> Any:
    """The rules before they were data: place first for grid and township, the team, the department."""
    candidates = [unit for unit in units if unit.signs]
    if matter.level in ("GRID", "TOWNSHIP"):
        town = [unit for unit in candidates if unit.level == "TOWNSHIP" and area.startswith(unit.area)]
        office = _first(town, "OFFICE", matter.department)
        return office or _first(town, "CENTRE")
    if matter.level == "ENFORCEMENT":
        return _first(candidates, "TEAM")
    return _first(candidates, "DEPARTMENT", matter.department)


def _first(units: Iterable[Any], kind: str, department: str = "") -> Any:
    ending = f"-{department}" if department else ""
    return next((unit for unit in units if unit.kind == kind and unit.code.endswith(ending)), None)


def _best(run: Callable[[], object]) -> float:
    """The quickest of a few: what others on the machine do only adds."""
    found = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        run()
        found.append(time.perf_counter() - begun)
    return min(found)


if __name__ == "__main__":
    main()
