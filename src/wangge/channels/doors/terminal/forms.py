"""What a grid worker writes."""

from __future__ import annotations

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from wangge.channels.forms import ActForm, ReportForm


class WorkerReportForm(ReportForm):
    """A report from the field: a suggested task or another of the list, and whether to settle it at once."""

    other_task = forms.RegexField(r"^\d{6}$", label=_("Another task"), required=False)
    settle = forms.BooleanField(required=False)

    def clean(self) -> None:
        super().clean()
        if other := self.cleaned_data.get("other_task"):
            self.cleaned_data["task_code"] = other


class WorkerActForm(ActForm):
    """Sign, take on, verify or send back."""


class ResultForm(ActForm):
    """The result, with photos before and after."""

    UPLOADS: ClassVar = {"before": ("before_files",), "after": ("after_files",)}

    before_files = forms.Field(label=_("Photos before"), required=False)
    after_files = forms.Field(label=_("Photos after"), required=False)
