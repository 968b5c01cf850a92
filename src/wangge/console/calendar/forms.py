"""The forms of the working calendar: one day, and the file of a year."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

LARGEST_FILE = 40_000


def _note() -> forms.CharField:
    return forms.CharField(
        label=_("Why"),
        max_length=200,
        help_text=_("For example the notice of the State Council, with its number."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": _("Say why. It is kept with the change.")},
    )


class DayForm(forms.Form):
    """One day of those known, worked or free."""

    day = forms.DateField(
        label=_("Day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": _("Give a day."), "invalid": _("Give a day as year, month and day.")},
    )
    is_working = forms.ChoiceField(
        label=_("This day is"), choices=[("1", _("worked")), ("0", _("free"))], widget=forms.RadioSelect
    )
    note = _note()


class YearForm(forms.Form):
    """The days of a year as a file, and once they were looked at, as text."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV with the columns day and is_working: 2027-01-01,0 for a free day, 1 for a worked one."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty. Choose another.")},
    )
    text = forms.CharField(required=False, widget=forms.HiddenInput, max_length=LARGEST_FILE, strip=False)
    note = _note()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].required = not self.data.get("text")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        file = data.get("file")
        if file:
            data["text"] = self._read(file)
        return data

    def _read(self, file: Any) -> str:
        if file.size > LARGEST_FILE:
            self.add_error("file", _("This is too large for the days of a year. Choose another file."))
            return ""
        try:
            return str(file.read().decode("utf-8-sig"))
        except UnicodeDecodeError:
            self.add_error("file", _("The file isn’t text in UTF-8. Save it as CSV UTF-8 and send it again."))
            return ""
