"""Everything between a started database and a started web server, in one process: Django is slow to start."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


class Command(BaseCommand):
    help = "Migrate, collect static files, load reference data and demo; prints the demo sign-ins as JSON."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--static", action="store_true", help="also collect static files")

    def handle(self, *args: Any, **options: Any) -> None:
        if migrations_pending():
            call_command("migrate", interactive=False, stdout=sys.stderr)
        if options["static"]:
            call_command("collectstatic", interactive=False, clear=True, verbosity=0, stdout=sys.stderr)
        call_command("load_demo", stdout=sys.stderr)
        call_command("demo_accounts", json=True, stdout=self.stdout)


def migrations_pending() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
