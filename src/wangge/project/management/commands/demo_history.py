"""The demo's history: synthetic matters of the last weeks or of a year, carried out through the real operations."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from wangge.foundation import clock
from wangge.foundation.errors import Problem
from wangge.foundation.said import in_words
from wangge.foundation.worktime import LOCAL
from wangge.project.demo import COUNTY
from wangge.project.history import ledger
from wangge.project.history.afterwards import put_afterwards
from wangge.project.history.loading import Share, load_history, require_ground
from wangge.project.history.replaying import Replay, Tally
from wangge.project.history.scenario import Setting

TELL_EVERY_S = 5.0


class Command(BaseCommand):
    help = "Give the demo a history. Stopped or killed, it goes on where it was when it is called again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--cases", type=int, help="how many reports (2000)")
        parser.add_argument("--days", type=int, help="over how many days up to yesterday (60)")
        parser.add_argument("--seed", type=int, help="another seed, another history (1)")
        parser.add_argument("--jobs", type=int, default=1, help="processes; each takes some of the townships")
        parser.add_argument("--share", default="", help="which part this process takes, such as 0/2 (set by --jobs)")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("This installation has no demo (WANGGE_DEMO=0).")
        if ledger.worker_is_up():
            raise CommandError("The queue worker is running and would act on the past. Stop it first: ./dev down")
        if not 1 <= options["jobs"] <= 15:
            raise CommandError("--jobs: 1 to 15; each process takes whole townships.")
        try:
            setting, horizon = _setting(options)
        except Problem as problem:
            raise CommandError(str(in_words(problem))) from problem
        if options["jobs"] > 1 and not options["share"]:
            self._run_parts(options["jobs"])
            put_afterwards(COUNTY, setting.first, horizon)
            return
        number, _, of = (options["share"] or "0/1").partition("/")
        self._run(setting, horizon, Share(int(number), int(of)))

    def _run(self, setting: Setting, horizon: datetime, share: Share) -> None:
        began = time.monotonic()
        tell = _Progress(self.stderr.write, setting, share)
        try:
            tally = load_history(COUNTY, setting, horizon, share=share, tell=tell)
            if share.of == 1:  # otherwise whoever started the parts does it when all are done
                put_afterwards(COUNTY, setting.first, horizon)
        except Problem as problem:
            raise CommandError(str(in_words(problem))) from problem
        except KeyboardInterrupt:
            raise CommandError("Stopped. Call again to go on.") from None
        self.stdout.write(json.dumps(_summary(tally, time.monotonic() - began), ensure_ascii=False))

    def _run_parts(self, jobs: int) -> None:
        """One process for each part; together they are interrupted and together they fail."""
        command = [sys.executable, sys.argv[0], "demo_history"]
        parts = [subprocess.Popen([*command, "--share", f"{number}/{jobs}"]) for number in range(jobs)]  # noqa: S603
        ended = [part.wait() for part in parts]
        if any(ended):
            raise CommandError("A part of the history failed; call again to go on.")


def _setting(options: dict[str, Any]) -> tuple[Setting, datetime]:
    """The figures asked for; those of the history that was begun here where nothing else is said."""
    there, now = ledger.remembered(), clock.now()
    given = {name: options[name] for name in ("cases", "days", "seed") if options[name] is not None}
    if there:
        known, horizon = there
        wanted = {"cases": known.cases, "days": known.days, "seed": known.seed} | given
        setting = Setting(wanted["seed"], wanted["cases"], known.first, wanted["days"])
        return setting, ledger.remember(setting, horizon)
    wanted = {"cases": 2000, "days": 60, "seed": 1} | given
    if min(wanted["cases"], wanted["days"]) < 1:
        raise CommandError("--cases and --days: at least 1.")
    first = now.astimezone(LOCAL).date() - timedelta(days=wanted["days"])
    require_ground(COUNTY, first)
    setting = Setting(wanted["seed"], wanted["cases"], first, wanted["days"])
    return setting, ledger.remember(setting, now)


class _Progress:
    """Says now and then how far it is, how fast, and how long it still takes."""

    def __init__(self, write: Any, setting: Setting, share: Share) -> None:
        self._write, self._setting, self._share = write, setting, share
        self._began = self._told = time.monotonic()

    def __call__(self, at: datetime, replay: Replay) -> None:
        now = time.monotonic()
        if now - self._told < TELL_EVERY_S:
            return
        self._told = now
        tally, passed = replay.tally, now - self._began
        done = (tally.found + tally.reports) / max(1, replay.total)
        rate = tally.reports / passed
        left = (replay.total - tally.found - tally.reports) / rate if rate else 0
        part = f"part {self._share.number + 1}/{self._share.of}: " if self._share.of > 1 else ""
        self._write(
            f"{part}{done:6.1%}  {at.astimezone(LOCAL):%Y-%m-%d}  {rate:.1f} cases/s  "
            f"{(sum(tally.acts.values()) + tally.reports) / passed:.0f} acts/s  {left / 60:.1f} min left"
        )


def _summary(tally: Tally, seconds: float) -> dict[str, object]:
    return {
        "reports": tally.reports,
        "found": tally.found,
        "acts": dict(sorted(tally.acts.items())),
        "problems": dict(sorted(tally.problems.items())),
        "seconds": round(seconds, 1),
    }
