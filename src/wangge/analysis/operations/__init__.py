"""What is done in the assessment: facts kept true, periods closed, decisions, appeals, revisits, targets."""

from wangge.analysis.operations.appeals import decide_appeal, file_appeal, withdraw_appeal
from wangge.analysis.operations.closing import close_period, read_month
from wangge.analysis.operations.exclusions import exclude, revoke_exclusion
from wangge.analysis.operations.exporting import record_export
from wangge.analysis.operations.facts import follow_cases, read_again, reconcile
from wangge.analysis.operations.revisits import draw_revisits, lapse_revisits, record_revisit, set_revisit_share
from wangge.analysis.operations.targets import drop_target, set_target

__all__ = [
    "close_period", "decide_appeal", "draw_revisits", "drop_target", "exclude", "file_appeal", "follow_cases",
    "lapse_revisits", "read_again", "read_month", "reconcile", "record_export", "record_revisit", "revoke_exclusion",
    "set_revisit_share", "set_target", "withdraw_appeal",
]  # fmt: skip
