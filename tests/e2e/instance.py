"""An instance of the product as anybody starts it: `./dev up` with a state directory and a port of its own."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
START_S = 300
HISTORY_S = 1_200


@dataclass(frozen=True)
class Instance:
    """A running instance: its address, its demo accounts, and where it keeps its state."""

    url: str
    accounts: dict[str, dict[str, Any]]
    state: Path
    environment: dict[str, str]

    def dev(self, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
        """Run `./dev …` on this instance."""
        return subprocess.run(
            ["./dev", *arguments], cwd=ROOT, env=self.environment, check=True, text=True, capture_output=True, **options
        )

    def pid(self, name: str) -> int | None:
        """The process of this name (web, worker, postgres), if it lives."""
        try:
            return int((self.state / f"run/{name}.pid").read_text())
        except (OSError, ValueError):
            return None


@contextmanager
def running(history: Sequence[str] = (), **settings: str) -> Iterator[Instance]:
    """An instance that exists while the block runs; nothing of it is left afterwards.

    With `history`, the arguments of `./dev demo`, it begins with cases of the past.
    """
    with tempfile.TemporaryDirectory(prefix="wangge-e2e-", ignore_cleanup_errors=True) as folder:
        state = Path(folder)
        state.chmod(0o755)  # the database may run as another user
        kept = {key: value for key, value in os.environ.items() if not key.startswith("WANGGE_")}
        environment = {**kept, "WANGGE_STATE_DIR": folder, "WANGGE_PORT": str(free_port()), **settings}
        if history:
            subprocess.run(["./dev", "demo", *history], cwd=ROOT, env=environment, check=True, timeout=HISTORY_S)
        command = ["./dev", "up", "--detach", "--json"]
        up = subprocess.run(command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, timeout=START_S)
        try:
            assert up.returncode == 0, "./dev up failed; its words are above"
            said = json.loads(up.stdout.strip().splitlines()[-1])
            accounts = {account["username"]: account for account in said["accounts"]}
            yield Instance(said["url"].rstrip("/"), accounts, state, environment)
        finally:
            subprocess.run(["./dev", "reset", "--yes"], cwd=ROOT, env=environment, check=False, capture_output=True)


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
