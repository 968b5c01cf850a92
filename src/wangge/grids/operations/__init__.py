"""Writing divisions, grid editions and imports: one public function per verb."""

from wangge.grids.operations.divisions import load_division_changes, load_divisions, put_division_shapes
from wangge.grids.operations.editions import (
    AlreadyEffective,
    HasDefects,
    NotChecked,
    StartsTooEarly,
    apply_due_editions,
    check_edition,
    draft_edition,
    make_effective,
    unschedule_edition,
)
from wangge.grids.operations.imports import ImportOptions, StillRunning, import_file, run_import, start_import

__all__ = [
    "AlreadyEffective",
    "HasDefects",
    "ImportOptions",
    "NotChecked",
    "StartsTooEarly",
    "StillRunning",
    "apply_due_editions",
    "check_edition",
    "draft_edition",
    "import_file",
    "load_division_changes",
    "load_divisions",
    "make_effective",
    "put_division_shapes",
    "run_import",
    "start_import",
    "unschedule_edition",
]
