"""The forms of routing: a rule, the beginning of a draft, and the day it takes effect."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from wangge.catalogue.types import Hours, Nature, ResolveLevel, RoutingRule, Target
from wangge.console.routing import words
from wangge.console.words import WEIGHTS
from wangge.foundation.errors import Invalid
from wangge.grids.queries import places_named

DAY_FAULTS = {"required": _("Give a day."), "invalid": _("Give a day as year, month and day.")}
MOST_TARGETS = 4
_BETWEEN = re.compile(r"[\s,;，；、]+")


def _day(label: Any, **more: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, error_messages=DAY_FAULTS, **more)


def _text(label: Any, longest: int, *, hint: Any = "", required: bool = False, **attrs: str) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=longest, required=required, help_text=hint, widget=forms.TextInput(attrs=attrs)
    )


def _some(label: Any, choices: Mapping[str, Any]) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label,
        required=False,
        choices=[(str(code), word) for code, word in choices.items()],
        widget=forms.CheckboxSelectMultiple,
    )


class RuleForm(forms.Form):
    """One rule. What is left empty holds for every case."""

    name_zh = _text(_("Name in Chinese"), 80, required=True)
    name_en = _text(_("Name in English"), 120, required=True)
    owner = _text(
        _("Who answers for the rule"), 120, required=True, hint=_("A unit or a post, not somebody’s name.")
    )  # fmt: skip
    nature = forms.ChoiceField(
        label=_("Facility or event"),
        required=False,
        choices=[("", pgettext_lazy("routing", "both")), *((str(code), word) for code, word in words.NATURES.items())],
        widget=forms.RadioSelect,
        help_text=_("Which tasks are facilities is shown beside the rules in force."),
    )
    levels = _some(_("Level that settles it"), words.LEVELS)
    tasks = _text(
        pgettext_lazy("routing", "Tasks"), 200,
        hint=_("Codes of categories (2 digits), sub-items (4) or tasks (6), with spaces between. Empty: all."),
        autocomplete="off",
    )  # fmt: skip
    areas = _text(
        pgettext_lazy("routing", "Areas"), 300,
        hint=_("Names or codes of townships, communities or grids, with spaces between. Empty: the whole county."),
        autocomplete="off",
    )  # fmt: skip
    weights = _some(pgettext_lazy("routing", "Weight"), WEIGHTS)
    hours = forms.ChoiceField(
        label=pgettext_lazy("routing", "Hours"),
        choices=[(str(code), word) for code, word in words.HOURS.items()],
        widget=forms.RadioSelect,
        initial=Hours.ANY.value,
    )
    season_from = _text(
        _("Season begins"), 5, placeholder="05-01", hint=_("Month and day, for example 05-01 for the flood season.")
    )
    season_to = _text(_("Season ends"), 5, placeholder="09-30", hint=_("The last day is included."))
    valid_from = _day(_("The rule holds from"), required=False)
    valid_to = _day(_("The rule holds until (not included)"), required=False)
    unit = _text(
        _("Unit named here"), 40, hint=_("Its code; only for the target “a unit named here”."), list="units",
        autocomplete="off",
    )  # fmt: skip

    def __init__(self, *args: Any, county: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._county = county
        kinds = [("", "—"), *((str(code), word) for code, word in words.TARGETS.items())]
        labels = (_("Goes to"), _("else to"), _("else to"), _("else to"))
        for number, label in enumerate(labels[:MOST_TARGETS], 1):
            self.fields[f"target_{number}"] = forms.ChoiceField(
                label=label,
                choices=kinds,
                required=number == 1,
                error_messages={"required": _("Say whom the rule sends to.")},
            )

    @property
    def parts(self) -> list[tuple[Any, list[Any]]]:
        """Fields under their headings."""
        targets = [f"target_{number}" for number in range(1, MOST_TARGETS + 1)]
        groups: tuple[tuple[Any, Sequence[str]], ...] = (
            (_("What it is called"), ("name_zh", "name_en", "owner")),
            (_("For which cases"), ("nature", "levels", "tasks", "areas", "weights")),
            (_("When"), ("hours", "season_from", "season_to")),
            (_("To whom: the first that is there and signs"), (*targets, "unit")),
            (_("How long the rule holds"), ("valid_from", "valid_to")),
        )
        return [(title, [self[name] for name in names]) for title, names in groups]

    def field_of(self, name: str | None) -> str | None:
        """The field of the form that a problem's field is asked for in."""
        known = {"targets": "target_1"}.get(name or "", name)
        return known if known in self.fields else None

    def rule(self) -> RoutingRule:
        """What was said, as a rule. Invalid (422) for a place that isn't known or is several."""
        said = self.cleaned_data
        targets = [said[f"target_{number}"] for number in range(1, MOST_TARGETS + 1)]
        return RoutingRule(
            name_zh=said["name_zh"],
            name_en=said["name_en"],
            owner=said["owner"],
            targets=tuple(dict.fromkeys(Target(target) for target in targets if target)),
            unit=said["unit"],
            tasks=tuple(dict.fromkeys(_parts(said["tasks"]))),
            areas=tuple(dict.fromkeys(self._area(typed) for typed in _parts(said["areas"]))),
            weights=tuple(said["weights"]),
            nature=Nature(said["nature"]) if said["nature"] else None,
            levels=tuple(ResolveLevel(level) for level in said["levels"]),
            hours=Hours(said["hours"]),
            season_from=said["season_from"],
            season_to=said["season_to"],
            valid_from=said["valid_from"],
            valid_to=said["valid_to"],
        )

    def _area(self, typed: str) -> str:
        if typed.isdecimal():
            return typed
        found = [one for one in places_named(typed, limit=10_000) if one.code.startswith(self._county)]
        exact = [one for one in found if typed in (one.name, one.path)] or found
        if not exact:
            raise Invalid("grids.unknown_division", field="areas", value=typed)
        if len(exact) > 1:
            raise Invalid("workforce.several_areas", field="areas", value=typed)
        return exact[0].code


def said_of(rule: RoutingRule) -> dict[str, Any]:
    """A rule as its form says it."""
    said: dict[str, Any] = {
        "name_zh": rule.name_zh,
        "name_en": rule.name_en,
        "owner": rule.owner,
        "nature": rule.nature.value if rule.nature else "",
        "levels": [level.value for level in rule.levels],
        "tasks": " ".join(rule.tasks),
        "areas": " ".join(rule.areas),
        "weights": list(rule.weights),
        "hours": rule.hours.value,
        "season_from": rule.season_from,
        "season_to": rule.season_to,
        "valid_from": rule.valid_from or "",
        "valid_to": rule.valid_to or "",
        "unit": rule.unit,
    }
    return said | {f"target_{number}": target.value for number, target in enumerate(rule.targets, 1)}


def hidden_of(rule: RoutingRule) -> list[tuple[str, str]]:
    """A rule as hidden inputs, so that one taken out can be put back."""
    return [
        (name, str(value))
        for name, said in said_of(rule).items()
        for value in (said if isinstance(said, list) else [said])
    ]


def _parts(text: str) -> list[str]:
    return [part for part in _BETWEEN.split(text) if part]


class DraftForm(forms.Form):
    """What the new version is for."""

    note = _text(_("What the new version is for"), 300, required=True, hint=_("For those who read it later."))


class PublishForm(forms.Form):
    """From which day a draft is in force, and why in spite of rules at odds."""

    valid_from = _day(_("In force from"))
    reason = _text(
        _("Why, if rules are at odds"), 300, hint=_("Needed only while the check finds rules at odds; it is kept.")
    )

    def day(self) -> date:
        given: date = self.cleaned_data["valid_from"]
        return given
