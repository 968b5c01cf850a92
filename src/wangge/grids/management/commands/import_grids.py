"""Grids from a file into a checked edition, with its progress."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from wangge.foundation import clock
from wangge.foundation.access import SYSTEM
from wangge.foundation.errors import Problem
from wangge.foundation.said import in_words
from wangge.grids.models import GridEdition
from wangge.grids.operations import ImportOptions, import_file, make_effective


class Command(BaseCommand):
    help = "Read GeoJSON, GeoPackage, zipped Shapefile or GeoParquet into a draft edition and check its coverage."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--county", required=True, help="six digits, such as 320115")
        parser.add_argument("--crs", required=True, help="EPSG:4326, EPSG:4490, EPSG:n, GCJ-02 or BD-09; never guessed")
        parser.add_argument("--label", required=True, help="what people will call this edition")
        parser.add_argument("--code-field", default="", help="the column with the 15-digit codes")
        parser.add_argument("--name-field", default="", help="the column with the names")
        parser.add_argument("--layer", default="", help="which layer, where the file has several")
        parser.add_argument(
            "--tolerance-m2", type=float, default=1.0, help="an overlap or gap up to this doesn't block"
        )
        parser.add_argument("--synthetic", action="store_true", help="the shapes are made up; pages say so")
        parser.add_argument("--check", action="store_true", help="exit with 1 if the edition may not take effect")
        parser.add_argument("--effective-from", type=date.fromisoformat, help="let it take effect from this day")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            edition = self._import(options)
            self.stdout.write(summary(edition))
            if options["effective_from"]:
                make_effective(
                    edition_id=edition.pk, valid_from=options["effective_from"], at=clock.now(), actor=SYSTEM
                )
                self.stdout.write(f"takes effect on {options['effective_from']}")
        except Problem as problem:
            raise CommandError(in_words(problem)) from problem
        except OSError as error:
            raise CommandError(f"{options['file']}: {error.strerror}") from error
        if options["check"] and not (edition.report or {}).get("may_become_effective"):
            raise SystemExit(1)

    def _import(self, options: dict[str, Any]) -> GridEdition:
        return import_file(
            path=options["file"],
            county=options["county"],
            label=options["label"],
            options=ImportOptions(
                crs=options["crs"],
                code_field=options["code_field"],
                name_field=options["name_field"],
                layer=options["layer"],
                tolerance_m2=options["tolerance_m2"],
                is_synthetic=options["synthetic"],
            ),
            actor=SYSTEM,
            at=clock.now(),
            on_progress=Meter(),
        )


class Meter:
    """One line a stage on stderr; on a terminal it counts in place."""

    def __init__(self) -> None:
        self.stage, self.began = "", time.monotonic()

    def __call__(self, done: int, total: int, stage: str) -> None:
        if stage != self.stage and self.stage and sys.stderr.isatty():
            sys.stderr.write("\n")
        if sys.stderr.isatty() or stage != self.stage or (total and done >= total):
            share = f" {done}/{total}" if total else ""
            end = "" if sys.stderr.isatty() else "\n"
            start = "\r" if sys.stderr.isatty() else ""
            sys.stderr.write(f"{start}{time.monotonic() - self.began:6.1f} s  {stage}{share}{end}")
            sys.stderr.flush()
        self.stage = stage


def summary(edition: GridEdition) -> str:
    """The edition and its check in a few lines."""
    report = edition.report or {}
    lines = [f"edition {edition.pk} “{edition.label}”: {edition.grid_count} grids, state {edition.state}"]
    for kind, count in sorted(report.get("counts", {}).items()):
        area = report.get("areas_m2", {}).get(kind)
        lines.append(f"  {kind:<18} {count:>7}" + (f"  {area:,.1f} m²" if area is not None else ""))
    verdict = "may take effect" if report.get("may_become_effective") else "may not take effect: see the defects"
    return "\n".join([*lines, f"  {verdict}"])
