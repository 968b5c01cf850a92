"""The task list in words: levels, clocks, triggers, personal data, what differs, what is collected."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from wangge.catalogue.types import Clock, FieldSource, ListChangeKind, Priority, ResolveLevel
from wangge.foundation.worktime import DAY_MIN

Words = str | Promise

LEVELS: dict[str, Words] = {
    ResolveLevel.GRID: pgettext_lazy("level of a task", "In the grid"),
    ResolveLevel.TOWNSHIP: pgettext_lazy("level of a task", "Township"),
    ResolveLevel.COUNTY: pgettext_lazy("level of a task", "County"),
    ResolveLevel.ENFORCEMENT: pgettext_lazy("level of a task", "Enforcement team"),
}
PRIORITIES: dict[str, Words] = {
    Priority.LOW: pgettext_lazy("priority", "Low"),
    Priority.NORMAL: pgettext_lazy("priority", "Normal"),
    Priority.HIGH: pgettext_lazy("priority", "High"),
    Priority.URGENT: pgettext_lazy("priority", "Urgent"),
}
TRIGGERS: dict[str, Words] = {
    "patrol": pgettext_lazy("trigger", "patrol"),
    "report": pgettext_lazy("trigger", "report"),
    "visit": pgettext_lazy("trigger", "visit"),
}
PERSONAL_DATA: tuple[Words, ...] = (
    _("No personal data"),
    _("Level 1: a contact, with consent"),
    _("Level 2: about a person, kept short"),
    _("Level 3: sensitive, only on a legal basis"),
)
CHANGES: dict[ListChangeKind, Words] = {
    ListChangeKind.ADDED: pgettext_lazy("differences of the list", "Added"),
    ListChangeKind.CHANGED: pgettext_lazy("differences of the list", "Changed"),
    ListChangeKind.REMOVED: pgettext_lazy("differences of the list", "No longer on the list"),
}
SOURCES: dict[FieldSource, Words] = {
    FieldSource.COLLECT: _("Asked for on the spot"),
    FieldSource.SHARE: _("Taken over from where it is already"),
}
_SAID: dict[str, Words] = {
    "name": _("Name"),
    "department": _("Department"),
    "joint_departments": _("Joint departments"),
    "triggers": _("Found by"),
    "level": _("Level"),
    "limit_min": _("Time limit"),
    "priority": _("Priority"),
    "personal_data_level": _("Personal data"),
    "collects": _("What is collected"),
    "closing_condition": _("Closed when"),
    "minutes_per_month": _("Minutes a month"),
}


def said_word(name: str) -> str:
    """What a task says, by the name of its field."""
    return str(_SAID.get(name, name))


def said_value(name: str, value: object) -> str:
    """What is said there, in words."""
    if name == "limit_min" and isinstance(value, tuple):
        return limit_words(*value)
    if name == "triggers" and isinstance(value, tuple):
        return trigger_words(value)
    if name == "personal_data_level" and isinstance(value, int):
        return str(PERSONAL_DATA[value])
    if isinstance(value, str):
        return str({**LEVELS, **PRIORITIES}.get(value, value)) if name in ("level", "priority") else value
    if isinstance(value, Sequence):
        return translate(", ").join(map(str, value)) or "—"
    return "—" if value is None else str(value)


def minutes_words(minutes: int) -> str:
    """A part of a month: hours and minutes, as people plan their weeks."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return ngettext("{n} minute", "{n} minutes", rest).format(n=rest)
    if not rest:
        return ngettext("{n} hour", "{n} hours", hours).format(n=f"{hours:,}")
    return str(_("{hours} h {minutes} min")).format(hours=f"{hours:,}", minutes=rest)


def retention_words(days: int | None) -> str:
    """How long something is kept; nothing where nobody has said so."""
    if days is None:
        return ""
    if days == 0:
        return str(_("not kept: gone when the case is closed"))
    return ngettext("{n} day after the case is closed", "{n} days after the case is closed", days).format(n=f"{days:,}")


def limit_words(minutes: int, clock: str) -> str:
    """A time limit in the unit people count in: working days and hours, or plain hours and days."""
    if clock == Clock.WORKING:
        if minutes >= DAY_MIN and minutes % DAY_MIN == 0:
            days = minutes // DAY_MIN
            return ngettext("{n} working day", "{n} working days", days).format(n=days)
        return _hours(minutes, ngettext("{n} working hour", "{n} working hours", round(minutes / 60)))
    if minutes >= 2880 and minutes % 1440 == 0:
        return ngettext("{n} day", "{n} days", minutes // 1440).format(n=minutes // 1440)
    if minutes < 60:
        return ngettext("{n} minute", "{n} minutes", minutes).format(n=minutes)
    return _hours(minutes, ngettext("{n} hour", "{n} hours", round(minutes / 60)))


def _hours(minutes: int, words: str) -> str:
    hours = minutes / 60
    return words.format(n=f"{hours:g}")


def trigger_words(triggers: tuple[str, ...]) -> str:
    """How a task is found."""
    return translate(", ").join(str(TRIGGERS.get(one, one)) for one in triggers)
