"""Changes in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wangge.cases.operations.contact import FOR_SMS
from wangge.console.admission import words as admission_words
from wangge.console.grids import words as grid_words
from wangge.console.people import words as people_words
from wangge.console.records.reading import Change
from wangge.console.tasklist import words as task_words

Words = str | Promise

#: Who opened a contact when nobody did, and why.
THE_SYSTEM = _("The system itself")
OPENED_BY_SYSTEM: dict[str, Words] = {FOR_SMS: _("To send a text message the reporter agreed to")}

KINDS: dict[str, Words] = {
    "analysis.IndexTarget": _("Targets of the assessment"),
    "analysis.RevisitShare": _("Shares of revisits"),
    "workforce.Appointment": _("Appointments"),
    "workforce.Absence": _("Leave"),
    "workforce.Post": _("Posts"),
    "workforce.Unit": _("Units"),
    "workforce.Role": _("Roles"),
    "accounts.User": _("Accounts"),
    "grids.GridEdition": _("Editions of the grids"),
    "catalogue.TaskItem": _("Tasks"),
    "catalogue.TaskSubItem": _("Sub-items of the task list"),
    "catalogue.TaskCategory": _("Categories of the task list"),
    "catalogue.AdmissionApplication": _("Applications for tasks"),
    "catalogue.ApplicationField": _("Fields of applications"),
    "catalogue.TemporaryItem": _("Temporary items"),
    "catalogue.LoadCeiling": _("Ceilings of a grid’s month"),
}
_LABELS: dict[str, Words] = {
    "insert": pgettext_lazy("change", "Added"),
    "update": pgettext_lazy("change", "Changed"),
    "delete": pgettext_lazy("change", "Removed"),
}
_FIELDS: dict[str, Words] = {
    "index_code": _("index"),
    "share": _("share"),
    "county": _("county"),
    "valid_from": _("from"),
    "valid_to": pgettext_lazy("date", "until"),
    "from_on": _("away from"),
    "to_on": _("last day away"),
    "kind": _("as"),
    "employment": _("employment"),
    "state": _("state"),
    "label": _("name"),
    "name_zh": _("name (Chinese)"),
    "name_en": _("name (English)"),
    "display_name": _("name shown"),
    "username": _("user name"),
    "is_active": _("open"),
    "password_given_at": _("password set"),
    "permissions": _("permissions"),
    "area": _("area"),
    "department": _("department"),
    "level": _("level"),
    "limit_min": _("limit in minutes"),
    "clock": _("clock"),
    "grid_count": _("grids"),
    "minutes_per_month": _("minutes a month"),
    "purpose": _("purpose"),
    "legal_basis": _("legal basis"),
    "why": _("why it is needed"),
    "retention_days": _("kept for (days)"),
}
#: Fields that mean something else in one table than in the others.
_FIELDS_OF: dict[tuple[str, str], Words] = {
    ("catalogue.AdmissionApplication", "kind"): pgettext_lazy("application", "kind"),
}
#: Stored words that people read; kinds of other tables have none of these.
_VALUES: dict[str, Words] = {
    **{state.value: word for state, word in admission_words.STATES.items()},
    **{often.value: word for often, word in admission_words.FREQUENCIES.items()},
    **{kind.value: word for kind, word in admission_words.KINDS.items()},
    **task_words.LEVELS,
    **task_words.TRIGGERS,
    **{state.value: word for state, word in grid_words.STATES.items()},  # type: ignore[attr-defined]
    **{kind.value: word for kind, word in people_words.KINDS.items()},  # type: ignore[attr-defined]
    **{kind.value: word for kind, word in people_words.EMPLOYMENTS.items()},  # type: ignore[attr-defined]
}
_HIDDEN = {"id", "created_at", "user_id", "post_id", "appointment_id", "created_by_id"}


def fields_of(change: Change) -> list[tuple[str, str, str]]:
    """The fields that differ: name, before, after. Of a new row only those with a word of their own."""
    names = [name for name in change.after if not name.startswith("pgh_") and name not in _HIDDEN]
    if change.label != "update":
        return [
            (_field(name, change.model), "", _value(change.after[name], name))
            for name in names
            if name in _FIELDS and change.after[name]
        ]
    old = change.before or {}
    return [
        (_field(name, change.model), _value(old.get(name), name), _value(change.after[name], name))
        for name in names
        if change.after[name] != old.get(name)
    ]


_FILTERS: dict[str, Words] = {
    "form": _("figures as"),
    "area": _("area"),
    "task": _("task"),
    "unit": _("unit"),
    "light": _("light"),
    "state": _("state"),
    "since": _("from"),
    "until": pgettext_lazy("date", "until"),
}


def filter_words(payload: Mapping[str, Any]) -> str:
    """What an exported list was narrowed to."""
    said = [f"{_FILTERS.get(name, name)} {value}" for name, value in payload["filters"].items()]
    searched = [str(_("searched by words"))] if payload["with_words"] else []
    return " · ".join([*said, *searched]) or str(_("everything in reach"))


def label_word(label: str) -> str:
    """Added, changed or removed."""
    return str(_LABELS.get(label, label))


def _field(name: str, model: str) -> str:
    return str(_FIELDS_OF.get((model, name)) or _FIELDS.get(name) or admission_words.LABELS.get(name, name))


def _value(value: Any, name: str = "") -> str:
    if value is None:
        return "—"
    if name == "to_on":  # kept as the first day back
        return (date.fromisoformat(str(value)) - timedelta(days=1)).isoformat()
    if isinstance(value, str) and value in _VALUES:
        return str(_VALUES[value])
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, list):
        return translate(", ").join(str(_VALUES.get(one, one)) if isinstance(one, str) else str(one) for one in value)
    return str(value)[:200]
