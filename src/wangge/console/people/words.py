"""Units, posts, roles and permissions in words."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wangge.workforce.types import AppointmentKind, Employment, Level, UnitKind

Words = str | Promise

UNIT_KINDS: dict[str, Words] = {
    UnitKind.CENTRE: pgettext_lazy("unit", "Centre"),
    UnitKind.DEPARTMENT: pgettext_lazy("unit", "Department"),
    UnitKind.OFFICE: pgettext_lazy("unit", "Office"),
    UnitKind.TEAM: pgettext_lazy("unit", "Team"),
    UnitKind.COMMUNITY: pgettext_lazy("unit", "Community"),
}
LEVELS: dict[str, Words] = {
    Level.COUNTY: pgettext_lazy("level", "County"),
    Level.TOWNSHIP: pgettext_lazy("level", "Township"),
    Level.COMMUNITY: pgettext_lazy("level", "Community"),
    Level.GRID: pgettext_lazy("level", "Grid"),
}
KINDS: dict[str, Words] = {
    AppointmentKind.PRINCIPAL: pgettext_lazy("appointment", "Principal"),
    AppointmentKind.SUBSTITUTE: pgettext_lazy("appointment", "Substitute"),
}
EMPLOYMENTS: dict[str, Words] = {
    Employment.FULL_TIME: _("full-time"),
    Employment.PART_TIME: _("part-time"),
}

#: Permissions by what they are about, in the order of the process.
PERMISSIONS: dict[Words, dict[str, Words]] = {
    _("Cases"): {
        "case.view": _("See cases"),
        "case.report": _("Report"),
        "case.accept": _("Accept or refuse"),
        "case.self_handle": _("Handle in the grid"),
        "case.dispatch": _("Dispatch"),
        "case.sign": _("Sign and handle for the unit"),
        "case.transfer": _("Transfer"),
        "case.escalate": _("Pass up"),
        "case.arbitrate": _("Arbitrate"),
        "case.extend_again": _("Approve a second extension"),
        "case.suspend": _("Suspend"),
        "case.verify": _("Verify"),
        "case.check_grid": _("Check what a grid settled itself"),
        "case.feedback": _("Answer and close"),
        "case.revisit": _("Revisit"),
        "case.urge": _("Urge"),
        "case.supervise": _("Supervise"),
        "case.void": _("Void"),
        "contact.unmask": _("Open a contact, with a reason"),
    },
    _("Grids, tasks and rules"): {
        "grids.view": _("See grids"),
        "grids.prepare": _("Import and check grids"),
        "grids.publish": _("Put an edition in force"),
        "catalogue.view": _("See the task list"),
        "catalogue.apply": _("Apply for tasks, for the unit"),
        "catalogue.review": _("Review and publish tasks"),
        "catalogue.approve": _("Approve tasks"),
        "routing.view": _("See the routing rules"),
        "routing.prepare": _("Prepare routing rules"),
        "routing.publish": _("Put routing rules in force"),
        "clock.adopt": _("Adopt clock rules"),
        "calendar.edit": _("Set the working days"),
    },
    pgettext_lazy("place of the desk", "Assessment"): {
        "assessment.view": _("See the assessment"),
        "assessment.decide": _("Decide on exclusions and appeals, set targets"),
        "assessment.close": _("Close a period"),
        "assessment.appeal": _("Appeal, for the unit"),
    },
    _("People and records"): {
        "workforce.view": _("See units and people"),
        "workforce.appoint": _("Appoint, and open accounts"),
        "webhooks.manage": _("Manage webhooks"),
        "audit.view": _("See what was changed"),
        "audit.contacts": _("See who opened contacts"),
    },
}


def permission_word(code: str) -> str:
    """A permission, or its code where nobody has written words for it."""
    return str(next((group[code] for group in PERMISSIONS.values() if code in group), code))


def matrix_rows(held: dict[str, frozenset[str]]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Groups of (permission, words), with those nobody has put into a group in a last one."""
    known = {code for group in PERMISSIONS.values() for code in group}
    others = sorted(set().union(*held.values()) - known) if held else []
    rows = [(str(title), [(code, str(name)) for code, name in group.items()]) for title, group in PERMISSIONS.items()]
    return [*rows, (str(pgettext_lazy("permissions", "Others")), [(code, code) for code in others])] if others else rows
