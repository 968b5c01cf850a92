"""Reading the assessment: figures of a period, cases behind them, decisions and appeals. Never by person."""

from wangge.analysis.queries.appeals import AppealLine, appeal_lines, appeal_of, open_appeals
from wangge.analysis.queries.behind import CaseBehind, cases_behind
from wangge.analysis.queries.exclusions import ExclusionLine, excluded_after, exclusion_lines
from wangge.analysis.queries.facts import counties_with_facts, facts_of_case, facts_then
from wangge.analysis.queries.periods import (
    Replay,
    Shown,
    count_period,
    last_run,
    month_figures,
    replay,
    run_of,
    runs_of,
    shown_period,
)
from wangge.analysis.queries.revisits import RevisitLine, revisit_of, revisit_page, revisit_progress
from wangge.analysis.queries.scopes import Reach, reach_of
from wangge.analysis.queries.targets import targets_of

__all__ = [
    "AppealLine", "CaseBehind", "ExclusionLine", "Reach", "Replay", "RevisitLine", "Shown", "appeal_lines",
    "appeal_of", "cases_behind", "count_period", "counties_with_facts", "excluded_after", "exclusion_lines",
    "facts_of_case", "facts_then", "last_run", "month_figures", "open_appeals", "reach_of", "replay", "revisit_of",
    "revisit_page", "revisit_progress", "run_of", "runs_of", "shown_period", "targets_of",
]  # fmt: skip
