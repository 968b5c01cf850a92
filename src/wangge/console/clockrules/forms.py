"""The form of a new version of the clock rules: hours are given in hours, as people say them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from wangge.catalogue.types import Clock, ClockProfile
from wangge.console.clockrules.words import LINES, hours_words
from wangge.foundation.errors import Problem
from wangge.foundation.worktime import Hours, Limit, read_hours

_NAMES: dict[str, Any] = {line.field: line.name for line in LINES}
_HINTS: dict[str, Any] = {line.field: line.meaning for line in LINES}


def _number(name: str, unit: Any, *, step: str = "1") -> forms.FloatField:
    return forms.FloatField(
        label=_NAMES[name],
        help_text=_HINTS[name],
        widget=forms.NumberInput(attrs={"step": step, "min": "0", "data-unit": unit}),
        error_messages={"required": _("Give a number."), "invalid": _("Give a number, such as 4 or 0.5.")},
    )


def _hours(name: str) -> forms.FloatField:
    return _number(name, _("working hours"), step="any")


class ClockRulesForm(forms.Form):
    """Everything a version settles, for whom, from when, and why."""

    area = forms.ChoiceField(label=_("For"))
    valid_from = forms.DateField(
        label=_("In force from"),
        help_text=_("Cases that run keep the version they began under."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Give a day."), "invalid": _("Give a day as year, month and day.")},
    )
    hours = forms.CharField(
        label=_NAMES["hours"],
        max_length=100,
        help_text=_("Windows of a working day, with a comma between them: 09:00-12:00, 13:00-18:00."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Give at least one window.")},
    )
    acceptance_min = _hours("acceptance_min")
    signing_min = _hours("signing_min")
    signing_urgent_min = _number("signing_urgent_min", _("minutes"))
    handling_min = _hours("handling_min")
    verification_min = _hours("verification_min")
    feedback_min = _hours("feedback_min")
    yellow_percent = _number("yellow_percent", "%")
    urgent_yellow_min = _number("urgent_yellow_min", _("minutes"))
    supervise_after_min = _hours("supervise_after_min")
    reply_within_min = _hours("reply_within_min")
    list_after_min = _hours("list_after_min")
    sampled_percent = _number("sampled_percent", "%")
    note = forms.CharField(
        label=_("Why"),
        max_length=200,
        help_text=_("The decision or document this rests on. Whoever looks at an old case will read it."),
        error_messages={"required": _("Say why the rules change.")},
    )

    #: Given in hours, kept in minutes.
    IN_HOURS = (
        "acceptance_min", "signing_min", "handling_min", "verification_min", "feedback_min", "supervise_after_min",
        "reply_within_min", "list_after_min",
    )  # fmt: skip
    GROUPS = (
        (_("Whose rules, and when"), ("area", "valid_from", "hours")),
        (_("The five limits"), (
            "acceptance_min", "signing_min", "signing_urgent_min", "handling_min", "verification_min", "feedback_min",
        )),
        (_("Lights, orders and samples"), (
            "yellow_percent", "urgent_yellow_min", "supervise_after_min", "reply_within_min", "list_after_min",
            "sampled_percent",
        )),
        (_("The reason"), ("note",)),
    )  # fmt: skip

    def __init__(self, *args: Any, areas: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["area"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(areas)

    def clean_hours(self) -> Hours:
        """The windows, in the order given; the operation puts them in order and looks for overlaps."""
        try:
            return tuple(read_hours(part) for part in self.cleaned_data["hours"].replace("，", ",").split(","))
        except ValueError as error:
            said = _("Give windows such as 09:00-12:00, 13:00-18:00; each begins before it ends.")
            raise forms.ValidationError(said) from error

    def day(self) -> date:
        """From when it holds."""
        given: date = self.cleaned_data["valid_from"]
        return given

    def profile(self, base: ClockProfile) -> ClockProfile:
        """What was said, as rules."""
        said = self.cleaned_data
        minutes = {name: said[name] * (60 if name in self.IN_HOURS else 1) for name in _NAMES if name != "hours"}
        return replace(
            base,
            hours=said["hours"],
            acceptance=Limit(minutes["acceptance_min"], Clock.WORKING),
            signing=Limit(minutes["signing_min"], Clock.WORKING),
            signing_urgent=Limit(minutes["signing_urgent_min"], Clock.NATURAL),
            verification=Limit(minutes["verification_min"], Clock.WORKING),
            feedback=Limit(minutes["feedback_min"], Clock.WORKING),
            handling=Limit(minutes["handling_min"], Clock.WORKING),
            yellow_share=minutes["yellow_percent"] / 100,
            urgent_yellow_min=minutes["urgent_yellow_min"],
            supervise_after_min=minutes["supervise_after_min"],
            list_after_min=minutes["list_after_min"],
            reply_within_min=minutes["reply_within_min"],
            sampled_share=minutes["sampled_percent"] / 100,
        )

    def in_its_unit(self, problem: Problem) -> str:
        """A bound of the operation in the unit of the field; "" where its own words will do."""
        if problem.field == "hours":
            return translate("The windows overlap. Let each begin after the one before has ended.")
        if problem.field not in self.IN_HOURS:
            return ""
        most = float(str(problem.params["most"])) / 60
        return translate("Give between one minute (0.02) and {most} working hours.").format(most=f"{most:g}")

    def groups(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """The fields as the page groups them."""
        return [(title, [self[name] for name in names]) for title, names in self.GROUPS]


def initial_of(profile: ClockProfile, *, area: str, day: date) -> dict[str, Any]:
    """A version as the form shows it."""
    minutes = {
        "acceptance_min": profile.acceptance.minutes,
        "signing_min": profile.signing.minutes,
        "signing_urgent_min": profile.signing_urgent.minutes,
        "handling_min": profile.handling.minutes,
        "verification_min": profile.verification.minutes,
        "feedback_min": profile.feedback.minutes,
        "urgent_yellow_min": profile.urgent_yellow_min,
        "supervise_after_min": profile.supervise_after_min,
        "reply_within_min": profile.reply_within_min,
        "list_after_min": profile.list_after_min,
    }
    shown = {name: f"{value / (60 if name in ClockRulesForm.IN_HOURS else 1):g}" for name, value in minutes.items()}
    shares = {"yellow_percent": profile.yellow_share, "sampled_percent": profile.sampled_share}
    return {
        "area": area,
        "valid_from": day,
        "hours": hours_words(profile.hours),
        **shown,
        **{name: f"{round(share * 100)}" for name, share in shares.items()},
    }
