"""The facts of the assessment from the shell: brought up to date, checked against the histories, counted."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from wangge.analysis import operations
from wangge.analysis.queries.facts import counties_with_facts
from wangge.analysis.tasks import MONTHS_KEPT, last_months
from wangge.foundation import clock


class Command(BaseCommand):
    help = "Bring the facts of the assessment up to date; --check compares them all with the histories."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="compare every fact with its history; fail on a difference"
        )
        parser.add_argument("--repair", action="store_true", help="and write anew what differs")
        parser.add_argument("--count", action="store_true", help="count the last thirteen months of every county")

    def handle(self, *args: Any, **options: Any) -> None:
        at, events = clock.now(), 0
        while found := operations.follow_cases(at=at):
            events += found
        self.stdout.write(f"{events} events followed.")
        if options["check"] or options["repair"]:
            self._reconcile(repair=options["repair"])
        if options["count"]:
            for county in counties_with_facts():
                for month in last_months(at, MONTHS_KEPT):
                    operations.read_month(county=county, period=month, at=at)

    def _reconcile(self, *, repair: bool) -> None:
        found = operations.reconcile(at=clock.now(), repair=repair)
        self.stdout.write(f"{found.cases} cases, {len(found.differing)} differ from their history.")
        if found.differing and not repair:
            raise CommandError("The facts differ from the histories: " + ", ".join(found.differing[:10]))
