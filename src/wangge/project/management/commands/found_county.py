"""The first step of an installation in earnest: units of a county and somebody who may appoint others."""

from __future__ import annotations

import sys
from getpass import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from wangge.foundation import clock
from wangge.foundation.errors import Problem
from wangge.foundation.said import in_words
from wangge.project.founding import FoundedAlready, found_county


class Command(BaseCommand):
    help = "Make the units of a county and its first administrator; the password is asked for, or read from stdin."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("county", help="six digits, such as 320115")
        parser.add_argument("--administrator", required=True, help="user name of the first administrator")
        parser.add_argument("--shown", default="系统管理员", help="the name shown on pages; a function, not a person")

    def handle(self, *args: Any, **options: Any) -> None:
        password = getpass("Password (12 characters at least): ") if sys.stdin.isatty() else sys.stdin.readline()
        try:
            units = found_county(
                county=options["county"],
                username=options["administrator"],
                display_name=options["shown"],
                password=password.rstrip("\n"),
                at=clock.now(),
            )
        except FoundedAlready as problem:
            raise CommandError(f"{options['county']} has its units already; change them by hand.") from problem
        except Problem as problem:
            raise CommandError(in_words(problem)) from problem
        self.stdout.write(f"{units} units; {options['administrator']} may appoint people in {options['county']}.")
