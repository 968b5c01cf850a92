"""Divisions and their changes, grids in dated editions, and what the coverage check found."""

from __future__ import annotations

import pghistory
from django.conf import settings
from django.contrib.gis.db import models as gis
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from wangge.foundation.db import CodeField
from wangge.grids.types import DivisionLevel, EditionState, GridKind


class Division(models.Model):
    """A division of the country at one of five levels, for its time of validity."""

    code = CodeField(max_length=12, primary_key=True)
    level = models.CharField(max_length=10, choices=[(v.value, v.value) for v in DivisionLevel])
    name = models.CharField(max_length=60)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["parent", "code"])]


class DivisionChange(models.Model):
    """A former code and what it became, so that codes in old papers still resolve."""

    old_code = CodeField(max_length=12)
    new_code = CodeField(max_length=12)
    changed_on = models.DateField(null=True)
    kind = models.CharField(max_length=12)
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["old_code", "new_code"], name="one_change_per_pair")]


class DivisionShape(models.Model):
    """The outline of a division, and whether it is a real boundary or made for the demo."""

    division = models.OneToOneField(Division, primary_key=True, on_delete=models.CASCADE, related_name="outline")
    shape = gis.MultiPolygonField(srid=4326)
    source = models.CharField(max_length=120)
    is_synthetic = models.BooleanField(default=False)


@pghistory.track(exclude=["report"])
class GridEdition(models.Model):
    """All grids of a county as they stood from one day to another."""

    county = models.ForeignKey(Division, on_delete=models.PROTECT, related_name="editions")
    label = models.CharField(max_length=80)
    state = models.CharField(max_length=10, choices=[(v.value, v.value) for v in EditionState])
    source_crs = models.CharField(max_length=20)
    is_synthetic = models.BooleanField(default=False)
    tolerance_m2 = models.FloatField()
    grid_count = models.PositiveIntegerField(default=0)
    report = models.JSONField(null=True)
    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["county"], condition=Q(state="EFFECTIVE"), name="one_effective_edition_per_county"
            )
        ]


class Grid(models.Model):
    """One grid of one edition."""

    edition = models.ForeignKey(GridEdition, on_delete=models.CASCADE, related_name="grids")
    code = CodeField(max_length=15)
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=10, choices=[(v.value, v.value) for v in GridKind])
    households = models.PositiveIntegerField(null=True)
    shape = gis.MultiPolygonField(srid=4326)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "code"], name="one_grid_per_code_and_edition")]
        indexes = [models.Index(fields=["code"])]


class CoverageDefect(models.Model):
    """One thing the coverage check found in an edition: what, where, how large, how bad."""

    edition = models.ForeignKey(GridEdition, on_delete=models.CASCADE, related_name="defects")
    kind = models.CharField(max_length=20)
    blocks = models.BooleanField()
    codes = ArrayField(models.CharField(max_length=40))
    area_m2 = models.FloatField(null=True)
    place = gis.PointField(srid=4326, null=True)
    shape = gis.GeometryField(srid=4326, null=True)

    class Meta:
        indexes = [models.Index(fields=["edition", "kind", "id"])]


class ImportJob(models.Model):
    """A file of grids on its way into an edition: its progress, and what was wrong with it."""

    id = models.UUIDField(primary_key=True)
    edition = models.ForeignKey(GridEdition, null=True, on_delete=models.CASCADE, related_name="imports")
    county = models.ForeignKey(Division, on_delete=models.PROTECT)
    label = models.CharField(max_length=80)
    file = models.CharField(max_length=200)
    options = models.JSONField(default=dict)
    state = models.CharField(max_length=10, default="WAITING")
    stage = models.CharField(max_length=40, blank=True, default="")
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    problem = models.JSONField(null=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)
