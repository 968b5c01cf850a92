"""Grids, editions and defects in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wangge.foundation.errors import Problem
from wangge.foundation.said import in_words
from wangge.grids.models import GridEdition
from wangge.grids.rules.defects import DefectKind
from wangge.grids.types import EditionState, GridKind, ImportState

Words = str | Promise

STATES: dict[str, Words] = {
    EditionState.DRAFT: pgettext_lazy("edition", "Draft"),
    EditionState.CHECKED: pgettext_lazy("edition", "Checked"),
    EditionState.EFFECTIVE: pgettext_lazy("edition", "In force"),
    EditionState.RETIRED: pgettext_lazy("edition", "Retired"),
}
_TONES = {EditionState.EFFECTIVE: "done", EditionState.CHECKED: "active", EditionState.RETIRED: "off"}

GRID_KINDS: dict[str, Words] = {
    GridKind.GENERAL: pgettext_lazy("grid", "General grid"),
    GridKind.EXCLUSIVE: pgettext_lazy("grid", "Exclusive grid"),
}

DEFECTS: dict[str, Words] = {
    DefectKind.OVERLAP: pgettext_lazy("defect", "Overlap"),
    DefectKind.OVERLAP_SLIVER: pgettext_lazy("defect", "Thin overlap"),
    DefectKind.GAP: pgettext_lazy("defect", "Gap"),
    DefectKind.GAP_SLIVER: pgettext_lazy("defect", "Thin gap"),
    DefectKind.OUTSIDE_PARENT: pgettext_lazy("defect", "Outside its community"),
    DefectKind.DUPLICATE_CODE: pgettext_lazy("defect", "Code used twice"),
    DefectKind.ILL_FORMED_CODE: pgettext_lazy("defect", "Ill-formed code"),
    DefectKind.UNKNOWN_PARENT: pgettext_lazy("defect", "Unknown community"),
    DefectKind.INVALID_RING: pgettext_lazy("defect", "Ring crosses itself"),
    DefectKind.NOT_A_POLYGON: pgettext_lazy("defect", "Not an area"),
    DefectKind.BAD_COORDINATES: pgettext_lazy("defect", "Impossible coordinates"),
    DefectKind.SLIVER_GRID: pgettext_lazy("defect", "Grid too narrow"),
}
#: What the map island calls them (docs/design.md).
ON_MAP = {
    DefectKind.OVERLAP: "overlap",
    DefectKind.OVERLAP_SLIVER: "sliver",
    DefectKind.GAP: "gap",
    DefectKind.GAP_SLIVER: "sliver",
    DefectKind.OUTSIDE_PARENT: "outside",
    DefectKind.DUPLICATE_CODE: "duplicate",
}

STAGES: dict[str, Words] = {
    "": _("Waiting for the worker"),
    "reading": _("Reading the file"),
    "rings": _("Looking at every ring"),
    "overlaps": _("Looking for overlaps"),
    "gaps": _("Looking for gaps and parts outside"),
    "storing": _("Storing the edition"),
}
IMPORT_STATES: dict[str, Words] = {
    ImportState.WAITING: pgettext_lazy("import", "Waiting"),
    ImportState.RUNNING: pgettext_lazy("import", "Running"),
    ImportState.DONE: pgettext_lazy("import", "Done"),
    ImportState.FAILED: pgettext_lazy("import", "Refused"),
}

_NOTES: dict[str, Words] = {
    "field_guessed": _("The column “{field}” was taken for: {role}."),
    "crs_overridden": _("The file claims {found}; {declared}, as you declared, was used."),
    "crs_not_understood": _(
        "What the file says about its coordinates wasn’t understood ({found}); your declaration was used."
    ),
    "encoding_guessed": _("The texts were read as {encoding}."),
    "kind_not_understood": _("These kinds aren’t known and were taken for general grids: {values}."),
    "no_name_field": _("No column has names; the grids are shown by their codes."),
}
_ROLES: dict[str, Words] = {
    "code": pgettext_lazy("column", "code"),
    "name": pgettext_lazy("column", "name"),
    "kind": pgettext_lazy("column", "kind"),
    "parent": pgettext_lazy("column", "community"),
    "households": pgettext_lazy("column", "households"),
}


def state_word(edition: GridEdition) -> tuple[str, str]:
    """The edition's state and the tone of its chip; a checked one with a day to come says so."""
    if edition.state == EditionState.CHECKED and edition.valid_from:
        return str(_("To come")), "active"
    return str(STATES[EditionState(edition.state)]), _TONES.get(EditionState(edition.state), "")


def defect_word(kind: str) -> str:
    """A kind of defect."""
    return str(DEFECTS.get(DefectKind(kind), kind))


def area_words(area_m2: float | None) -> str:
    """An area with as many figures as one can use."""
    if area_m2 is None:
        return ""
    if area_m2 >= 100_000:
        return f"{number_format(area_m2 / 1e6, 2)} km²"
    if 0 < area_m2 < 0.01:
        return f"< {number_format(0.01, 2)} m²"
    decimals = 0 if area_m2 >= 100 or not area_m2 else 1 if area_m2 >= 1 else 2
    return f"{number_format(area_m2, decimals, force_grouping=True)} m²"


def notes_of(report: Mapping[str, Any] | None) -> list[str]:
    """How the file was understood, in sentences."""
    read = (report or {}).get("read") or {}
    said = [_note(note) for note in read.get("warnings", []) if not _is_plain_guess(note)]
    if left := read.get("left_out"):
        words = _("{count} shapes can’t be a grid of this county and were left out; they are among the defects.")
        said.append(str(words).format(count=left))
    return said


def _is_plain_guess(note: Mapping[str, Any]) -> bool:
    """A column found under its very name is no news."""
    params = note.get("params", {})
    return bool(note.get("code") == "field_guessed" and params.get("role") == params.get("field"))


def _note(note: Mapping[str, Any]) -> str:
    params = dict(note.get("params", {}))
    if "role" in params:
        params["role"] = _ROLES.get(str(params["role"]), params["role"])
    if isinstance(params.get("values"), list):
        params["values"] = ", ".join(map(str, params["values"]))
    return str(_NOTES.get(str(note.get("code")), note.get("code"))).format_map(params)


def problem_words(problem: Mapping[str, Any] | None) -> str:
    """What an import was refused for."""
    if not problem:
        return ""
    return in_words(Problem(problem["code"], problem.get("field"), **problem.get("params", {})))
