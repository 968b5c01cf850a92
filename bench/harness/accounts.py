"""Signing in to the benchmark's demo."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache

from bench.harness.database import ROOT
from bench.harness.load import post, send


@cache
def _accounts() -> dict[str, str]:
    command = [sys.executable, str(ROOT / "manage.py"), "demo_accounts", "--json"]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return {account["username"]: account["password"] for account in json.loads(printed)}


def sign_in(url: str, username: str) -> str:
    """A bearer token of this demo account."""
    body = {"username": username, "password": _accounts()[username]}
    outcome = send(url, [post("/api/v1/session", body)], connections=1, keep=True)
    return str(json.loads(outcome.bodies[0])["token"])
