"""The forms of people: appointments, leave, accounts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wangge.console.people import words
from wangge.workforce.models import Post, Role
from wangge.workforce.types import Level

DAY_FAULTS = {"required": _("Give a day."), "invalid": _("Give a day as year, month and day.")}


def _day(label: Any, **more: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **more)


class AppointForm(forms.Form):
    """Who gets which post of a unit, as what, from when."""

    post = forms.ChoiceField(label=_("Post"))
    role = forms.ChoiceField(label=_("Role of the new post"), required=False)
    area = forms.CharField(
        label=_("Area of the new post"), required=False, max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "areas"}),
        help_text=_("Name or code of a place within the unit’s area; empty: the whole area."),
    )  # fmt: skip
    username = forms.CharField(
        label=_("Who is appointed"), max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "accounts"}),
        help_text=_("User name, or the name shown if only one account has it."),
        error_messages={"required": _("Say who is appointed.")},
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("As"), choices=[(key.value, word) for key, word in words.KINDS.items()])  # type: ignore[attr-defined]
    employment = forms.ChoiceField(
        label=_("Employment"),
        choices=[(key.value, word) for key, word in words.EMPLOYMENTS.items()],  # type: ignore[attr-defined]
    )
    valid_from = _day(_("From"), error_messages=DAY_FAULTS)
    valid_to = _day(_("Until (not included)"), required=False)

    def __init__(self, *args: Any, posts: Sequence[Post], roles: Sequence[Role], names: dict[str, str], **kwargs: Any):
        super().__init__(*args, **kwargs)
        held = [(str(post.pk), f"{post.role.name} · {names.get(post.area, post.area)}") for post in posts]
        self._choices("post", [*held, ("new", _("A new post"))])
        self._choices("role", [("", "—"), *((role.code, role.name) for role in roles)])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("post") == "new" and not data.get("role"):
            self.add_error("role", _("Choose the role of the new post."))
        return data

    def _choices(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


class UnitNamesForm(forms.Form):
    """What a unit is called in each language."""

    name_zh = forms.CharField(
        label=_("Name in Chinese"), max_length=80, error_messages={"required": _("Give the name in Chinese.")}
    )
    name_en = forms.CharField(
        label=_("Name in English"), max_length=120, error_messages={"required": _("Give the name in English.")}
    )


class NewUnitForm(UnitNamesForm):
    """A unit below another."""

    code = forms.CharField(
        label=_("Code"), max_length=40, help_text=_("Begins with the code of its area; it stays for good."),
        error_messages={"required": _("Give a code.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    kind = forms.ChoiceField(label=_("Kind"), choices=[(str(key), word) for key, word in words.UNIT_KINDS.items()])
    level = forms.ChoiceField(
        label=_("Level"), choices=[(str(key), word) for key, word in words.LEVELS.items() if key != Level.GRID]
    )
    area = forms.CharField(
        label=_("Area"), max_length=12, help_text=_("Code of the division it works for."),
        error_messages={"required": _("Give the code of an area.")},
    )  # fmt: skip

    field_order = ("name_zh", "name_en", "kind", "level", "area", "code")


class LeaveForm(forms.Form):
    """Leave from one day to another, without a reason."""

    from_on = _day(_("Away from"), error_messages=DAY_FAULTS)
    last_on = _day(_("to (last day)"), error_messages=DAY_FAULTS)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("from_on") and data.get("last_on") and data["last_on"] < data["from_on"]:
            self.add_error("last_on", _("The last day lies before the first: turn the two around."))
        return data

    def half_open(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {"from_on": data["from_on"], "to_on": data["last_on"] + timedelta(days=1)}


class AccountForm(forms.Form):
    """A new account and its first password."""

    username = forms.CharField(
        label=_("User name"), max_length=60, help_text=_("Letters and digits; it is what one signs in with."),
        error_messages={"required": _("Give a user name.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    display_name = forms.CharField(
        label=_("Name shown"), max_length=60, help_text=_("As colleagues call this person or post."),
        error_messages={"required": _("Give the name colleagues see.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    password = forms.CharField(
        label=_("First password"), max_length=200,
        help_text=_("At least 12 characters. Hand it over in person; it can be changed after signing in."),
        error_messages={"required": _("Give a first password.")},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip


class PasswordForm(forms.Form):
    """A new first password for somebody."""

    password = forms.CharField(
        label=_("New first password"),
        max_length=200,
        help_text=_("At least 12 characters. Signed-in devices and programs are signed out."),
        error_messages={"required": _("Give a first password.")},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
