"""What a grid worker writes."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from wangge.channels.forms import ActForm, ReportForm
from wangge.foundation.access import Actor


class WorkerReportForm(ReportForm):
    """A report from the field: a suggested task or another of the list, and whether to settle it at once."""

    other_task = forms.RegexField(r"^\d{6}$", label=_("Another task"), required=False)
    settle = forms.BooleanField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["task_code"].label = _("Which task?")

    def clean(self) -> None:
        super().clean()
        if other := self.cleaned_data.get("other_task"):
            self.cleaned_data["task_code"] = other


class WorkerActForm(ActForm):
    """Sign, take on, verify or send back."""


class PathForm(ActForm):
    """Pass up, ask for more time, reply to a supervision order: a reason, a time or a number beside the words."""

    reason = forms.CharField(label=_("Reason"), required=False, max_length=24)
    until = forms.DateTimeField(
        label=_("New deadline"),
        required=False,
        error_messages={"invalid": _("Give a day and a time.")},
    )
    order = forms.CharField(required=False, max_length=20)


class ResultForm(ActForm):
    """The result, with photos before and after."""

    UPLOADS: ClassVar = {"before": ("before_files",), "after": ("after_files",)}

    before_files = forms.Field(label=_("Photos before"), required=False)
    after_files = forms.Field(label=_("Photos after"), required=False)
    without_photos = forms.BooleanField(required=False)

    def receive(self, request: HttpRequest, actor: Actor, at: datetime) -> None:
        """A result without any photo is asked about once."""
        super().receive(request, actor, at)
        has_faults = self.has_error("before_files") or self.has_error("after_files")
        if not any(self.ids.values()) and not has_faults and not self.cleaned_data.get("without_photos"):
            self.add_error("after_files", _("There is no photo of the result yet. Add one, or submit without."))
