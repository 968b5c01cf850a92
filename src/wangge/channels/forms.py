"""The form of a report, as every door with a page shows it, and the upload fields that go with it.

Photos and recordings reach a form in two ways: as the ids of uploads already made by the islands (`media`),
or as plain files (`photos`, `audio`) from browsers without JavaScript. Files are kept as soon as they can be
read, so a form that comes back with an error has not lost them.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID, uuid4

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from wangge.cases.models import CaseMedia
from wangge.cases.operations import Report
from wangge.cases.operations.media import TooManyMedia
from wangge.cases.operations.step1_discover import TEXT_LONGEST, NoPlace, NothingSaid
from wangge.cases.rules.workflow import SomethingMissing
from wangge.cases.types import Channel, Contact, MediaKind, PlaceSource
from wangge.channels.receiving import keep_upload, place_of
from wangge.foundation import files
from wangge.foundation.access import Actor
from wangge.foundation.errors import Invalid, Problem
from wangge.foundation.said import in_words
from wangge.notices.rules.texting import mobile_number


@dataclass(frozen=True, slots=True)
class KeptUpload:
    """An upload a form has received before: shown again, with a box to take it out."""

    id: UUID
    kind: str
    preview: str


class UploadsMixin(forms.Form):
    """Photos and recordings of a form, by id or as files."""

    #: For each list of uploads the names of the plain file inputs that feed it.
    UPLOADS: ClassVar[Mapping[str, tuple[str, ...]]] = {"media": ("photos", "audio")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ids: dict[str, list[UUID]] = {name: [] for name in self.UPLOADS}

    def receive(self, request: HttpRequest, actor: Actor, at: datetime) -> None:
        """Keep the files that came with the request; problems go to their fields."""
        self.full_clean()
        for name, inputs in self.UPLOADS.items():
            try:
                self.ids[name] += _uuids(request.POST.getlist(name))
            except Invalid as problem:
                self.add_problem(problem, inputs[0])
            sent = [(field, file) for field in inputs for file in request.FILES.getlist(field)]
            given, most = len(self.ids[name]) + len(sent), settings.MEDIA_PER_REPORT
            if given > most:  # before any of them is unpacked and kept
                self.add_problem(TooManyMedia(field="media", most=most, given=given), inputs[0])
                continue
            for field, file in sent:
                self._receive_one(request, file, name, field, actor, at)

    def _receive_one(
        self, request: HttpRequest, file: File[bytes], name: str, field: str, actor: Actor, at: datetime
    ) -> None:
        try:
            self.ids[name].append(keep_upload(request, file, actor=actor, at=at).row.pk)
        except Problem as problem:
            self.add_problem(problem, field)

    @property
    def kept(self) -> dict[str, list[KeptUpload]]:
        """What has arrived so far and belongs to no case yet, by list."""
        wanted = [one for ids in self.ids.values() for one in ids]
        found = CaseMedia.objects.filter(pk__in=wanted, case__isnull=True).order_by("uploaded_at")
        rows = list(found) if wanted else []
        return {
            name: [KeptUpload(row.pk, row.kind, _preview(row)) for row in rows if row.pk in ids]
            for name, ids in self.ids.items()
        }

    def add_problem(self, problem: Problem, field: str | None = None) -> None:
        """The problem in words at the field it names; above the form if that is not one of ours."""
        name = field or _FIELD_OF.get(problem.field or "", problem.field or "")
        words = _NEEDED.get(name) if isinstance(problem, SomethingMissing) else None
        self.add_error(name if name in self.fields else None, words or in_words(problem))


#: Where a problem of the operation is shown.
_FIELD_OF = {
    "lon": "place", "lat": "place", "crs": "place", "media": "photos", "before": "before_files", "after": "after_files",
}  # fmt: skip
#: What a step needs, asked for in people's words.
_NEEDED = {
    "note": _("Please write a few words about it."),
    "rating": _("Please choose one of the three."),
    "task_code": _("Please choose the task first."),
}

TOO_LONG = {
    "max_length": _("There are %(show_value)d characters; at most %(limit_value)d are possible. Please shorten it.")
}


class ReportForm(UploadsMixin):
    """A report. Nothing is required by itself: words or a photo or a recording, and a place."""

    client_id = forms.UUIDField(widget=forms.HiddenInput(attrs={"autocomplete": "off"}), initial=uuid4)
    photos = forms.Field(label=_("Photos"), required=False)
    audio = forms.Field(label=_("Recording"), required=False)
    text = forms.CharField(
        label=_("What is the problem?"),
        required=False,
        max_length=TEXT_LONGEST,
        error_messages=TOO_LONG,
        widget=forms.Textarea(attrs={"rows": 3, "aria-describedby": "id_text_helptext"}),
    )
    place = forms.Field(label=_("Place"), required=False)
    address = forms.CharField(label=_("The place in words"), required=False, max_length=200)
    lon = forms.FloatField(required=False)
    lat = forms.FloatField(required=False)
    accuracy_m = forms.FloatField(required=False, min_value=0, max_value=100_000)
    crs = forms.CharField(required=False, max_length=20)
    place_source = forms.ChoiceField(required=False, choices=[(one.value, one.value) for one in PlaceSource])
    task_code = forms.RegexField(r"^\d{6}$", label=_("Category"), required=False)

    _HIDDEN = frozenset({"lon", "lat", "accuracy_m", "crs", "place_source"})

    def receive(self, request: HttpRequest, actor: Actor, at: datetime) -> None:
        """Also ask at once for everything that is missing, not for one thing after the other."""
        super().receive(request, actor, at)
        data = self.cleaned_data
        is_faulty = any(self.has_error(field) for field in ("text", "photos", "audio"))
        if not is_faulty and not data.get("text") and not self.ids["media"]:
            self.add_problem(NothingSaid(field="text"))
        has_place = data.get("address") or data.get("lon") is not None or data.get("lat") is not None
        if not has_place and not self.has_error("place"):
            self.add_problem(NoPlace(field="place"))

    def add_error(self, field: str | None, error: Any) -> None:
        """A fault in the hidden parts of the place is a fault of the place."""
        if field in self._HIDDEN:
            self.cleaned_data.pop(field, None)
            field, error = (
                "place",
                ValidationError(_("This place can’t be read. Please choose it once more.")),
            )
            if self.has_error("place"):
                return
        super().add_error(field, error)

    def report(self, channel: Channel) -> Report:
        """The report as the operation takes it. Invalid (422) for half a place or one that can't be."""
        data = self.cleaned_data
        source = data.get("place_source")
        return Report(
            client_id=data["client_id"],
            channel=channel,
            place=place_of(
                data.get("lon"),
                data.get("lat"),
                data.get("crs") or "EPSG:4326",
                PlaceSource(source) if source else None,
                data.get("accuracy_m"),
                data.get("address", ""),
            ),
            text=data.get("text", ""),
            task_code=data.get("task_code", ""),
            contact=self.contact(),
            media=self.ids["media"],
        )

    def contact(self) -> Contact:
        """How to reach the reporter, if the form asks."""
        return Contact()


class SmsMixin(forms.Form):
    """The consent to text messages, asked for apart from the number; not asked where nothing can be sent."""

    #: The field with the number.
    NUMBER: ClassVar[str]
    #: What the box says.
    SMS_LABEL: ClassVar[Any]

    sms = forms.BooleanField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sms"].label = self.SMS_LABEL
        if not settings.SMS_GATEWAY["url"]:
            del self.fields["sms"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("sms") and not self.has_error(self.NUMBER) and not mobile_number(data.get(self.NUMBER, "")):
            self.add_error(self.NUMBER, _("Text messages need a mobile number. Give one, or untick the box below it."))
        return data

    @property
    def agrees_to_sms(self) -> bool:
        return bool(self.cleaned_data.get("sms"))


class ActForm(UploadsMixin):
    """What somebody says with an action: words, photos, a recording."""

    operation_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4, required=False)
    note = forms.CharField(
        required=False,
        max_length=TEXT_LONGEST,
        error_messages=TOO_LONG,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    photos = forms.Field(label=_("Photos"), required=False)
    audio = forms.Field(label=_("Recording"), required=False)


def _uuids(texts: Iterable[str]) -> list[UUID]:
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError as error:
            raise Invalid("cases.unknown_media", field="media") from error
    wanted = list(dict.fromkeys(found))
    if len(wanted) > settings.MEDIA_PER_REPORT:
        raise TooManyMedia(field="media", most=settings.MEDIA_PER_REPORT, given=len(wanted))
    return wanted


def _preview(row: CaseMedia) -> str:
    """The small picture inside the page: an upload without a case has no address of its own."""
    if row.kind != MediaKind.PHOTO or not row.thumbnail:
        return ""
    with files.open_kept(row.thumbnail) as file:
        return f"data:image/jpeg;base64,{base64.b64encode(file.read()).decode()}"
