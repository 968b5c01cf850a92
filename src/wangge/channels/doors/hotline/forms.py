"""A call in one form: what, where, and if they like who called and which task it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from wangge.cases.types import Contact
from wangge.channels.forms import ReportForm, SmsMixin


class CallForm(SmsMixin, ReportForm):
    """What the clerk types while the caller speaks."""

    NUMBER = "caller_phone"
    SMS_LABEL = _("The caller was asked and agrees to text messages about this report")

    caller_name = forms.CharField(label=_("Caller’s name"), required=False, max_length=40)
    caller_phone = forms.RegexField(
        r"^[0-9+() -]*$",
        label=_("Caller’s number"),
        required=False,
        max_length=20,
        error_messages={"invalid": _("A telephone number has digits, spaces, + and - only.")},
    )
    task = forms.CharField(label=_("Task"), required=False, max_length=60)

    def __init__(self, data: Any = None, *, tasks: Mapping[str, str]) -> None:
        super().__init__(data, auto_id="call_%s")
        self.tasks = tasks
        self.fields["text"].label = _("What is the matter?")

    def clean_task(self) -> str:
        """The task of that name or code, if one was typed."""
        typed = str(self.cleaned_data["task"]).strip()
        if not typed or typed in self.tasks:
            return typed
        found = [code for code, name in self.tasks.items() if name == typed]
        found = found or [code for code, name in self.tasks.items() if typed.lower() in name.lower()]
        if not found:
            raise forms.ValidationError(_("No task has this name. Leave it empty: the desk will choose."))
        return found[0]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["task_code"] = data.get("task", "") or data.get("task_code", "")
        if not self.has_error("text") and not data.get("text", "").strip():
            self.add_error("text", _("Write down what the caller said."))
        if not self.has_error("place") and data.get("lon") is None and not data.get("address", "").strip():
            self.add_error("place", _("Say where it is: a place by name, an address, or a pin on the map."))
        return data

    def contact(self) -> Contact:
        data = self.cleaned_data
        language = settings.LANGUAGE_CODE  # that of the clerk's pages needn't be the caller's
        return Contact(data.get("caller_name", ""), data.get("caller_phone", ""), self.agrees_to_sms, language)
