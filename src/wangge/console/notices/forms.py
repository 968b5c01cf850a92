"""The form of notices by mail."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wangge.notices.words import SHORT


class MailForm(forms.Form):
    """Where I want my notices, and which."""

    address = forms.CharField(
        label=_("Mail address"), required=False, max_length=200,
        help_text=_(
            "Kept encrypted and used for this only. Leave it empty to end the mails; the address is then removed."
        ),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )  # fmt: skip
    kinds = forms.MultipleChoiceField(
        label=_("Which notices"), required=False, choices=[(kind.value, words) for kind, words in SHORT.items()],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose from the list.")},
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("address") and not data.get("kinds") and "kinds" not in self.errors:
            self.add_error("kinds", _("Choose at least one kind, or remove the address."))
        return data
