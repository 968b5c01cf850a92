"""What a resident writes."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from wangge.cases.types import Contact, Rating
from wangge.channels.forms import ActForm, ReportForm


class ResidentReportForm(ReportForm):
    """A report with a contact, if they like."""

    name = forms.CharField(
        label=_("How may we address you?"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = forms.RegexField(
        r"^[0-9+() -]{5,20}$",
        label=_("Telephone"),
        required=False,
        error_messages={"invalid": _("Please write the number with digits only, such as 138 0000 0000.")},
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel"}),
    )

    def contact(self) -> Contact:
        return Contact(self.cleaned_data.get("name", ""), self.cleaned_data.get("phone", ""))


class ReporterActForm(ActForm):
    """Supplement, withdraw, confirm, rate or re-open."""

    rating = forms.ChoiceField(required=False, choices=[(one.value, one.value) for one in Rating])


class FindForm(forms.Form):
    """The query code, as people type it."""

    code = forms.CharField(
        label=_("Query code"),
        max_length=40,
        error_messages={"required": _("Please enter the eight characters of your query code.")},
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "enterkeyhint": "search",
                "class": "code-input",
            }
        ),
    )
