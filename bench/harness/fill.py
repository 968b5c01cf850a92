"""Many cases quickly, for measuring lists: rows as the operations leave them, made in SQL. Never used by the product.

One grid has a twentieth of them all, so that a page of its list is full however few cases there are.
"""

from __future__ import annotations

import psycopg

#: Of a thousand cases so many are in each state; 97.5 % have ended, as in the province.
STATES = {
    "evaluated": 935, "refused": 20, "merged": 15, "withdrawn": 5, "reported": 4, "accepted": 3, "dispatched": 3,
    "in_progress": 9, "disposed": 3, "verified": 1, "closed": 2,
}  # fmt: skip

_FILL = """
WITH places AS (
  SELECT array_agg(code ORDER BY code) AS codes, array_agg(ST_PointOnSurface(shape) ORDER BY code) AS points,
         array_agg(edition_id ORDER BY code) AS editions, count(*)::int AS n
  FROM grids_grid WHERE edition_id IN (SELECT id FROM grids_gridedition WHERE state = 'EFFECTIVE')
), drawn AS (
  SELECT i, 1 + CASE WHEN i %% 20 = 0 THEN 0 ELSE floor(random() * n)::int END AS place, random() AS luck,
         now() - interval '1 second' * ((%(count)s - i)::float8 * 157680000 / %(count)s) AS at
  FROM generate_series(1, %(count)s) AS i, places
), rows AS (
  SELECT d.*, p.codes[place] AS area, p.points[place] AS point, p.editions[place] AS edition,
         (%(states)s::text[])[1 + width_bucket(luck * 1000, %(bounds)s::float8[])] AS state
  FROM drawn d, places p
)
INSERT INTO cases_case (
  case_no, query_code, client_id, channel, text, chosen_task, point, place_source, place_crs, address, area, edition_id,
  place_cell, reported_at, state, version, since, task_code, weight, unit, self_handled, due_at, warn_at, clock, is_paused,
  is_provisional, reopen_no, rating, merged_into, level, asked, open_subs, open_orders)
SELECT to_char(at, 'YYYYMMDD') || '320115' || lpad((i %% 1000000)::text, 6, '0'), lpad(to_hex(i), 8, 'Z'), gen_random_uuid(),
  'RESIDENT', '路边垃圾堆了三天没人清 ' || i, '', point, 'MAP_PIN', 'EPSG:4326', '', area, edition,
  floor((ST_Y(point) + 90) / 0.001)::bigint * 1000000 + floor((ST_X(point) + 180) / 0.0015)::bigint, at, state, 3, at,
  (ARRAY['040101', '060102', '060201', '050203'])[1 + i %% 4], 'GENERAL',
  CASE WHEN state IN ('reported', 'accepted', 'refused', 'merged', 'withdrawn') THEN '' ELSE '320115-URB' END, false,
  CASE WHEN state IN ('reported', 'accepted', 'dispatched', 'in_progress', 'disposed', 'verified') THEN now() + (random() * 8 - 2) * interval '1 day' END,
  CASE WHEN state IN ('reported', 'accepted', 'dispatched', 'in_progress', 'disposed', 'verified') THEN now() + (random() * 8 - 3) * interval '1 day' END,
  '', false, false, 0, '', '', '', '', 0, 0 FROM rows
"""


def fill(url: str, count: int) -> None:
    """Bring the table to `count` cases over five years (it is emptied first unless it has that many)."""
    with psycopg.connect(url, autocommit=True) as db:
        if db.execute("SELECT count(*) FROM cases_case").fetchone() == (count,):
            return
        for table in ("cases_casestep", "cases_unmasking", "foundation_event"):
            db.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        db.execute("TRUNCATE cases_case, foundation_event, procrastinate_jobs CASCADE")
        for table in ("cases_casestep", "cases_unmasking", "foundation_event"):
            db.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        shares = list(STATES.values())
        bounds = [float(sum(shares[: i + 1])) for i in range(len(shares) - 1)]
        db.execute(_FILL, {"count": count, "states": list(STATES), "bounds": bounds})
        db.execute("VACUUM (ANALYZE) cases_case")
