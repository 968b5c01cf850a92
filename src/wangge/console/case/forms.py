"""What is asked on the page of a case."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class ReasonForm(forms.Form):
    """Why somebody looks at a contact."""

    reason = forms.CharField(
        label=_("Why do you need the contact?"),
        max_length=200,
        help_text=_("Your name, the time and this reason are logged."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "autofocus": True}),
        error_messages={"required": _("Say why you need the contact.")},
    )
