"""The API against its own description: hostile input of every kind finds no server error."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from tests.e2e.instance import ROOT, Instance

COMMITTED = ROOT / "docs/reference/openapi.json"
EXAMPLES = 25


def token(instance: Instance, username: str) -> str:
    body = {"username": username, "password": instance.accounts[username]["password"]}
    request = urllib.request.Request(
        f"{instance.url}/api/v1/session", json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request) as answer:
        return str(json.load(answer)["token"])


def test_the_served_description_is_the_committed_one(instance: Instance) -> None:
    with urllib.request.urlopen(f"{instance.url}/api/v1/openapi.json") as answer:
        served = json.load(answer)
    assert served["openapi"].startswith("3.1")
    assert served["paths"].keys() == json.loads(COMMITTED.read_text(encoding="utf-8"))["paths"].keys()


@pytest.mark.parametrize("username", [None, "shift_leader"])
def test_no_input_breaks_the_server(instance: Instance, username: str | None) -> None:
    command = [
        str(Path(sys.executable).with_name("schemathesis")), "run", f"{instance.url}/api/v1/openapi.json",
        "--checks", "not_a_server_error", "--max-examples", str(EXAMPLES), "--seed", "20260101", "--workers", "1",
    ]  # fmt: skip
    if username:
        command += ["-H", f"Authorization: Bearer {token(instance, username)}"]
    run = subprocess.run(command, text=True, capture_output=True, cwd=instance.state, check=False)
    assert run.returncode == 0, run.stdout[-6000:]
