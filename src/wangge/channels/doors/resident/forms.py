"""What a resident writes."""

from __future__ import annotations

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from wangge.cases.types import Contact, Rating
from wangge.channels.forms import ActForm, ReportForm, SmsMixin

CASE_NO_LENGTH = 20
QUERY_CODE_LENGTH = 8
#: A mobile number, a landline with its area code, or a number from abroad; blanks, hyphens and brackets anywhere.
_GAP = r"[() -]*"
PHONE = (
    rf"^{_GAP}(?:(?:\+{_GAP}8{_GAP}6{_GAP})?1(?:{_GAP}\d){{10}}|0(?:{_GAP}\d){{9,11}}|\+(?:{_GAP}\d){{8,15}}){_GAP}$"
)


class ResidentReportForm(SmsMixin, ReportForm):
    """A report with a contact, if they like."""

    NUMBER = "phone"
    SMS_LABEL = _("Send me text messages about this report")

    name = forms.CharField(
        label=_("How may we address you?"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    phone = forms.RegexField(
        PHONE,
        label=_("Telephone"),
        required=False,
        max_length=20,
        error_messages={
            "invalid": _("A mobile number has 11 digits; a landline needs its area code, such as 025 5200 0000.")
        },
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel", "autocomplete": "tel"}),
    )

    def contact(self) -> Contact:
        said = self.cleaned_data
        return Contact(said.get("name", ""), said.get("phone", ""), self.agrees_to_sms, get_language() or "")


class ReporterActForm(ActForm):
    """Supplement, withdraw, object, confirm, rate or re-open."""

    rating = forms.ChoiceField(
        label=_("Your rating"), required=False, choices=[(one.value, one.value) for one in Rating]
    )
    solved = forms.TypedChoiceField(
        label=_("Is it solved?"),
        required=False,
        choices=[("yes", "yes"), ("no", "no")],
        coerce=lambda value: value == "yes",
        empty_value=None,
    )


class FindForm(forms.Form):
    """The query code, as people type it."""

    def clean_code(self) -> str:
        """What can't be a code is told apart: the case number, or too few characters."""
        typed = str(self.cleaned_data["code"])
        signs = "".join(one for one in typed if one.isalnum())
        if len(signs) == CASE_NO_LENGTH and signs.isdecimal():
            raise forms.ValidationError(
                _("This is the case number. The query code has eight letters and figures and stands beside it.")
            )
        if len(signs) != QUERY_CODE_LENGTH:
            words = _("The query code has eight characters; you typed {n}.")
            raise forms.ValidationError(str(words).format(n=len(signs)))
        return typed

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
