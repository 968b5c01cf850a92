"""The demo's sign-ins."""

import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from wangge.project.demo import demo_accounts, demo_password


class Command(BaseCommand):
    help = "Print the demo's sign-ins, one for each role."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            rows = []
        else:
            rows = [
                {
                    "role": account.role,
                    "username": account.username,
                    "password": demo_password(account.username),
                    "name": account.shown,
                    "units": sorted({unit for unit, _, _ in account.posts}),
                    "areas": sorted({area for _, _, area in account.posts}),
                }
                for account in demo_accounts()
            ]
        if options["json"]:
            self.stdout.write(json.dumps(rows, ensure_ascii=False))
            return
        for row in rows:
            self.stdout.write(f"{row['role']:<22} {row['username']:<22} {row['password']}  {row['name']}")
