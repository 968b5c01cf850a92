"""The coverage check of an edition, again or as it was kept."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from wangge.foundation import clock
from wangge.foundation.errors import Problem
from wangge.foundation.said import in_words
from wangge.grids.management.commands.import_grids import Meter, summary
from wangge.grids.operations import check_edition
from wangge.grids.queries import defects_as_geojson, edition_of
from wangge.grids.types import EditionState


class Command(BaseCommand):
    help = "Check the coverage of an edition and print what is wrong; exit code 1 if it may not take effect."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("edition", type=int)
        parser.add_argument("--geojson", type=Path, help="write the defects there")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            edition = edition_of(options["edition"])
            if edition.state in (EditionState.DRAFT, EditionState.CHECKED):
                check_edition(edition_id=edition.pk, at=clock.now(), on_progress=Meter())
                edition.refresh_from_db()
        except Problem as problem:
            raise CommandError(in_words(problem)) from problem
        self.stdout.write(summary(edition))
        if options["geojson"]:
            with options["geojson"].open("w", encoding="utf-8") as out:
                json.dump({"type": "FeatureCollection", "features": list(defects_as_geojson(edition.pk))}, out)
        if not (edition.report or {}).get("may_become_effective"):
            raise SystemExit(1)
