"""小事不出格: which matters a grid worker may settle at once, without the desk in between."""

from __future__ import annotations

from wangge.catalogue.types import ResolveLevel
from wangge.foundation.errors import Conflict


class NotAGridMatter(Conflict):
    """The task is not one that the grid settles itself."""

    code = "cases.not_a_grid_matter"


def may_accept_itself(*, level: ResolveLevel, is_admitted: bool, may_self_handle: bool) -> bool:
    """Whether a worker's own report is accepted by the rule instead of a clerk.

    The matter must be of grid level, its task on the list in force (what is not on the list may not be
    laid on grid workers), and the worker one who settles such matters in that place.
    """
    return level is ResolveLevel.GRID and is_admitted and may_self_handle
