"""The form of a webhook target."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wangge.notices.operations.targets import LONGEST_NAME, LONGEST_URL, NewTarget, TargetChange
from wangge.notices.types import EventGroup
from wangge.notices.words import GROUPS


class TargetForm(forms.Form):
    """What an administrator says of a target."""

    name = forms.CharField(
        label=_("Name"), max_length=LONGEST_NAME, help_text=_("What it is for, such as the system that listens."),
        error_messages={"required": _("Give it a name.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    url = forms.CharField(
        label=_("Address"), max_length=LONGEST_URL, help_text=_("Where messages are posted to, such as https://host/path."),
        error_messages={"required": _("Give the address.")},
        widget=forms.URLInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )  # fmt: skip
    area = forms.ChoiceField(
        label=_("Area"), help_text=_("Cases of this area are told, of no other. It can’t be changed later.")
    )
    unit = forms.CharField(
        label=_("Only cases with this unit"), required=False, max_length=40,
        help_text=_("Code of a unit; empty: all cases of the area."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip
    groups = forms.MultipleChoiceField(
        label=_("What is told"), required=False, widget=forms.CheckboxSelectMultiple,
        choices=[(group.value, words) for group, words in GROUPS.items()],
        help_text=_("Nothing chosen means everything."),
        error_messages={"invalid_choice": _("Choose from the list.")},
    )  # fmt: skip

    def __init__(self, *args: Any, areas: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["area"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(areas)

    def target(self) -> NewTarget:
        """What was said of a new one."""
        said = self.cleaned_data
        return NewTarget(said["name"], said["url"], said["area"], said["unit"].strip(), self._groups())

    def change(self) -> TargetChange:
        """What was said of one that is there. A form that didn't come with the unit says nothing about it."""
        said = self.cleaned_data
        unit = said["unit"].strip() if "unit" in self.data else None
        return TargetChange(said["name"], said["url"], unit, self._groups())

    def _groups(self) -> tuple[EventGroup, ...]:
        return tuple(EventGroup(one) for one in self.cleaned_data["groups"])
