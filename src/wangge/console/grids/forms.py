"""The forms of grids: a file on its way in, and the day an edition takes effect."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from wangge.foundation.geo import Crs
from wangge.grids.models import Division

_CHOICES = [
    ("", _("Choose the coordinate system")),
    (Crs.CGCS2000.value, _("CGCS2000, degrees (EPSG:4490)")),
    (Crs.WGS84.value, _("WGS 84, degrees (EPSG:4326)")),
    (Crs.GCJ02.value, _("GCJ-02, from Amap, Tencent and most Chinese map services")),
    (Crs.BD09.value, _("BD-09, from Baidu")),
    ("other", _("Projected: EPSG number below")),
]


class UploadForm(forms.Form):
    """A file of grids: whose, what it is called, and in which coordinate system it is."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("GeoJSON, GeoPackage, zipped Shapefile or GeoParquet, at most 200 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".geojson,.json,.gz,.gpkg,.zip,.parquet"}),
        error_messages={"required": _("Choose a file."), "empty": _("The file is empty. Choose another.")},
    )
    county = forms.ChoiceField(label=_("County or district"))
    label = forms.CharField(
        label=_("Name of the edition"),
        max_length=80,
        help_text=_("For example: Grids of 2027, adjusted in May."),
        error_messages={"required": _("Give the edition a name.")},
    )
    crs = forms.ChoiceField(
        label=_("Coordinate system of the file"),
        choices=_CHOICES,
        help_text=_(
            "It must be declared: files in GCJ-02 often claim to be WGS 84 and are then hundreds of metres off."
        ),
        error_messages={"required": _("Choose the coordinate system of the file.")},
    )
    epsg = forms.CharField(
        label=_("EPSG number"), required=False, max_length=12,
        help_text=_("Only for projected files, for example 4549 or 32650."),
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )  # fmt: skip
    code_field = forms.CharField(
        label=_("Column with the codes"), required=False, max_length=60,
        help_text=_("15 digits: 12 of the community and 3 of the grid. Empty: the column is found by its content."),
    )  # fmt: skip
    layer = forms.CharField(
        label=_("Layer"), required=False, max_length=80, help_text=_("Only where a file has several.")
    )
    is_synthetic = forms.BooleanField(label=_("The shapes are made up (test or demo); pages say so"), required=False)

    def __init__(self, *args: Any, counties: Sequence[Division], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["county"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(one.code, f"{one.name} {one.code}") for one in counties]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("crs") == "other":
            data["crs"] = f"EPSG:{data.get('epsg', '').strip().upper().removeprefix('EPSG:')}"
            if not data.get("epsg"):
                self.add_error("epsg", _("Give the EPSG number of the projected system."))
        return data


def crs_choice(crs: str) -> dict[str, str]:
    """A declared system as the form asks for it."""
    known = {value for value, _name in _CHOICES}
    return {"crs": crs} if crs in known else {"crs": "other", "epsg": crs.removeprefix("EPSG:")}


class EffectiveForm(forms.Form):
    """From which day an edition is in force."""

    valid_from = forms.DateField(
        label=_("In force from"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def day(self) -> date:
        given: date = self.cleaned_data["valid_from"]
        return given
