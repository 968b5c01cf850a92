"""Writing the catalogue: reference data, and the rules by which cases are sent."""

from wangge.catalogue.operations.loading import load_calendar, load_task_list
from wangge.catalogue.operations.routing import (
    discard_routing,
    draft_routing,
    keep_simulation,
    load_routing,
    make_routing_effective,
    move_rule,
    open_simulation,
    put_rule,
    remove_rule,
)

__all__ = [
    "discard_routing",
    "draft_routing",
    "keep_simulation",
    "load_calendar",
    "load_routing",
    "load_task_list",
    "make_routing_effective",
    "move_rule",
    "open_simulation",
    "put_rule",
    "remove_rule",
]
