"""The API's description, written down and compared: a change of the API is a change of docs/reference/openapi.json."""

import json
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.utils import translation

FILE: Path = settings.ROOT / "docs/reference/openapi.json"


def described() -> str:
    """OpenAPI 3.1 of /api/v1 as the running system serves it."""
    from wangge.project.api import api

    with translation.override("en"):
        return json.dumps(api.get_openapi_schema(), indent=1, ensure_ascii=False, sort_keys=True, default=str) + "\n"


class Command(BaseCommand):
    help = "Write docs/reference/openapi.json; with --check, say whether it is up to date."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = described()
        if not options["check"]:
            FILE.parent.mkdir(parents=True, exist_ok=True)
            FILE.write_text(wanted, encoding="utf-8")
        elif not FILE.exists() or FILE.read_text(encoding="utf-8") != wanted:
            self.stderr.write("docs/reference/openapi.json is not what the API is: run ./dev manage openapi")
            sys.exit(1)
