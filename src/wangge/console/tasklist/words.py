"""The task list in words: levels, clocks, triggers, personal data."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from wangge.catalogue.types import Clock, Priority, ResolveLevel
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
_TRIGGERS: dict[str, Words] = {
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
    return translate(", ").join(str(_TRIGGERS.get(one, one)) for one in triggers)
