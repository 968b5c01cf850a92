"""Changes in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wangge.cases.operations.contact import FOR_SMS
from wangge.console.admission import words as admission_words
from wangge.console.records.reading import Change
from wangge.console.records.values import NOBODY, Called, value_words

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
    "catalogue.RoutingRuleSet": _("Versions of the routing rules"),
    "catalogue.RoutingRuleRow": _("Routing rules"),
    "notices.WebhookTarget": _("Webhook targets"),
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
    "county_id": _("county"),
    "valid_from": _("from"),
    "valid_to": pgettext_lazy("date", "until"),
    "from_on": _("away from"),
    "to_on": _("last day away"),
    "kind": pgettext_lazy("field", "kind"),
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
    "limit_min": _("time limit"),
    "clock": _("clock"),
    "grid_count": _("grids"),
    "minutes_per_month": _("minutes a month"),
    "purpose": _("purpose"),
    "legal_basis": _("legal basis"),
    "why": _("why it is needed"),
    "retention_days": _("kept for (days)"),
    "code": _("code"),
    "name": _("name"),
    "url": _("address"),
    "unit": _("unit"),
    "unit_id": _("unit"),
    "parent_id": _("belongs to"),
    "order": _("place in the order"),
    "scope": _("reach"),
    "effective_on": _("in force from"),
    "collects": _("what is collected"),
    "source": _("how it is had"),
    "nature": _("facility or event"),
    "is_draft": _("draft"),
    "is_temporary": _("temporary"),
    "is_synthetic": _("made-up shapes"),
    "asked_by_id": _("asked by"),
    "asked_at": _("asked on"),
    "decided_by_id": _("decided by"),
    "decided_at": _("decided on"),
    "reason": _("reason"),
    "note": _("note"),
    "version": _("version"),
    "published_at": _("published on"),
    "published_by_id": _("published by"),
    "owner": _("whose rule"),
    "tasks": _("tasks"),
    "areas": _("areas"),
    "weights": _("weights of the matter"),
    "levels": _("levels"),
    "hours": _("hours"),
    "season_from": _("season from"),
    "season_to": _("season until"),
    "targets": _("sent to"),
    "groups": _("what is told"),
    "disabled_at": _("off since"),
    "disabled_why": _("why it is off"),
    "former_until": _("former secret valid until"),
}
#: Fields that are called otherwise in one table.
_FIELDS_OF: dict[tuple[str, str], Words] = {
    ("workforce.Appointment", "kind"): _("as"),
    ("catalogue.AdmissionApplication", "kind"): pgettext_lazy("application", "kind"),
}
#: What says nothing to a reader: keys, and the instant of the change, which stands beside it.
_HIDDEN = {
    "id", "created_at", "changed_at", "user_id", "post_id", "appointment_id", "created_by_id", "application_id",
    "rule_set_id", "role_id", "category_id", "changed_by", "tolerance_m2", "source_crs",
}  # fmt: skip


def fields_of(change: Change, called: Called = NOBODY) -> list[tuple[str, str, str]]:
    """The fields that differ: name, before, after. Of a new row only those with a word of their own."""
    names = [name for name in change.after if not name.startswith("pgh_") and name not in _HIDDEN]
    if change.label != "update":
        return [
            (_field(name, change.model), "", value_words(change.after[name], name, change.after, called))
            for name in names
            if name in _FIELDS and change.after[name]
        ]
    old = change.before or {}
    return [
        (
            _field(name, change.model),
            value_words(old[name], name, old, called) if old.get(name) not in (None, "", []) else "",
            value_words(change.after[name], name, change.after, called),
        )
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
