"""Pages of docs/reference are written from the code: one command each, and one way to write or compare them."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class ReferenceCommand(BaseCommand):
    """Write `target` from `page`; with ``--check`` only say whether it is up to date (CommandError if not)."""

    requires_system_checks: list[str] = []
    target: ClassVar[Path]
    page: ClassVar[Callable[[], str]]

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="write nothing, fail if the page is out of date")

    def handle(self, *args: Any, **options: Any) -> None:
        page = type(self).page()
        if not options["check"]:
            self.target.parent.mkdir(parents=True, exist_ok=True)
            self.target.write_text(page, encoding="utf-8")
        elif not self.target.exists() or self.target.read_text(encoding="utf-8") != page:
            name = type(self).__module__.rpartition(".")[2]
            where = self.target.relative_to(settings.ROOT)
            raise CommandError(f"{where} is out of date: run ./dev manage {name}")
