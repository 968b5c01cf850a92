"""The one entrance: what it promises without starting an instance."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SHELL_FILES = [
    ROOT / "dev",
    ROOT / ".ci" / "run",
    *sorted((ROOT / "deploy").rglob("*.sh")),
]
WORDS = r"\b(WANGGE_[A-Z0-9_]+)\b"


def dev(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [ROOT / "dev", *arguments],
        capture_output=True,
        text=True,
        env={**os.environ, **environment},
        check=False,
    )


def settings_of(tmp_path: Path, expression: str, **environment: str) -> str:
    """What a shell prints for the expression after ./dev has read its settings."""
    script = f'ROOT={tmp_path}; for part in say settings; do . "{ROOT}/deploy/local/$part.sh"; done; '
    run = subprocess.run(
        ["bash", "-euc", f'{script} read_settings; printf %s "{expression}"'],
        capture_output=True,
        text=True,
        env={"PATH": os.environ["PATH"], **environment},
        check=True,
    )
    return run.stdout


# --- the files --------------------------------------------------------------------------------------
def test_ci_calls_exactly_dev_test() -> None:
    lines = [line for line in (ROOT / ".ci" / "run").read_text().splitlines() if "dev" in line]
    assert lines == ["exec ./dev test"]


@pytest.mark.parametrize("path", SHELL_FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_shell_files_parse(path: Path) -> None:
    subprocess.run(["bash", "-n", path], check=True)


@pytest.mark.parametrize("name", ["dev", ".ci/run", "deploy/container/start.sh"])
def test_entrances_are_executable(name: str) -> None:
    assert os.access(ROOT / name, os.X_OK)


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="shellcheck is not installed")
def test_shellcheck_has_nothing_to_say() -> None:
    subprocess.run(
        [
            "shellcheck",
            "--external-sources",
            "--check-sourced",
            "dev",
            ".ci/run",
            "deploy/container/start.sh",
        ],
        cwd=ROOT,
        check=True,
    )


def test_lock_files_name_no_package_host() -> None:
    assert not re.search(r"https?://|file://", (ROOT / "requirements.lock").read_text())
    web_lock = ROOT / "web" / "package-lock.json"
    assert not web_lock.exists() or '"resolved": "http' not in web_lock.read_text()


def test_example_environment_names_only_settings_that_are_read() -> None:
    offered = set(re.findall(WORDS, (ROOT / ".env.example").read_text()))
    code = "".join(path.read_text() for path in (ROOT / "deploy" / "local").iterdir())
    settings = (ROOT / "src" / "wangge" / "project" / "settings.py").read_text()
    read = set(re.findall(WORDS, code)) | {
        f"WANGGE_{name}{suffix}"
        for name in re.findall(r'env\.\w+\(\s*"([A-Z0-9_]+)"', settings)
        for suffix in ("", "_FILE")
    }
    assert offered <= read


# --- the commands -----------------------------------------------------------------------------------
def test_help_names_every_command() -> None:
    offered = set(re.findall(r"^\./dev (\w+)", dev("help").stdout, re.MULTILINE))
    wanted = "up down test e2e check fix bench demo reset doctor manage psql"
    assert offered == set(wanted.split())


def test_an_unknown_command_fails_and_says_so() -> None:
    result = dev("upp")
    assert result.returncode == 1
    assert "no command 'upp'" in result.stderr


def test_down_without_an_instance_is_no_error(tmp_path: Path) -> None:
    assert dev("down", WANGGE_STATE_DIR=str(tmp_path)).returncode == 0


def test_a_port_must_be_a_number(tmp_path: Path) -> None:
    result = dev("up", WANGGE_STATE_DIR=str(tmp_path), WANGGE_PORT="http")
    assert result.returncode == 1
    assert "WANGGE_PORT" in result.stderr


# --- settings ---------------------------------------------------------------------------------------
def test_without_settings_the_instance_lives_in_var_with_a_cluster_of_its_own(tmp_path: Path) -> None:
    assert settings_of(tmp_path, "$STATE $WANGGE_PORT $OWN_CLUSTER") == f"{tmp_path}/var 8000 yes"


def test_a_database_of_ones_own_is_used(tmp_path: Path) -> None:
    assert settings_of(tmp_path, "$OWN_CLUSTER", WANGGE_DATABASE_URL="postgresql:///other") == "no"


def test_a_nested_dev_forgets_what_the_outer_one_set(tmp_path: Path) -> None:
    """Tests run by ./dev test start instances of their own, which must not use its database."""
    outer = {"WANGGE_DATABASE_URL": "postgresql:///outer", "WANGGE_SET_BY_DEV": " WANGGE_DATABASE_URL"}
    assert settings_of(tmp_path, "$OWN_CLUSTER ${WANGGE_DATABASE_URL:-none}", **outer) == "yes none"


def test_the_environment_wins_over_the_env_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("# words\nWANGGE_PORT=8100\nWANGGE_HOST=0.0.0.0\nPATH=/nowhere\n")
    assert settings_of(tmp_path, "$WANGGE_PORT $WANGGE_HOST", WANGGE_PORT="8200") == "8200 0.0.0.0"


# --- the supervisor ---------------------------------------------------------------------------------
SUPERVISE = """
import logging, sys
from pathlib import Path
import supervisor
logging.basicConfig(format="%(message)s", level=logging.INFO)
state = Path(sys.argv[1])
service = supervisor.PythonService("web", state, state, ["-c", sys.argv[2]])
service.wanted = True
supervisor.supervise([service], state / "run")
"""
SLEEP = "import time; time.sleep(60)"
SLEEP_WITH_A_CHILD = (
    "import pathlib, subprocess, sys, time;"
    f"child = subprocess.Popen([sys.executable, '-c', {SLEEP!r}], start_new_session=True);"
    "pathlib.Path('child').write_text(str(child.pid)); time.sleep(60)"
)
Supervise = Callable[[str], subprocess.Popen[bytes]]


@pytest.fixture
def supervise(tmp_path: Path) -> Iterator[Supervise]:
    """Starts a supervisor that keeps one Python program alive in tmp_path."""
    (tmp_path / "run").mkdir()
    (tmp_path / "log").mkdir()
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT / "deploy" / "local"),
        "WANGGE_STATE_DIR": str(tmp_path),
    }
    started = []

    def start(program: str) -> subprocess.Popen[bytes]:
        with (tmp_path / "supervisor.log").open("wb") as log:
            command = [sys.executable, "-c", SUPERVISE, str(tmp_path), program]
            started.append(subprocess.Popen(command, env=environment, stdout=log, stderr=log))
        return started[-1]

    yield start
    for process in started:
        process.terminate()
        process.wait(30)


def eventually(question: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not question():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def number_in(path: Path) -> int:
    text = path.read_text().strip() if path.exists() else ""
    return int(text or 0)


def lives(pid: int) -> bool:
    stat = Path(f"/proc/{pid}/stat")
    return stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"


def test_a_killed_process_comes_back_within_about_a_second(tmp_path: Path, supervise: Supervise) -> None:
    supervise(SLEEP)
    pid_file = tmp_path / "run" / "web.pid"
    eventually(lambda: number_in(pid_file) > 0)
    first = number_in(pid_file)
    os.kill(first, signal.SIGKILL)
    killed_at = time.monotonic()
    eventually(lambda: number_in(pid_file) not in {0, first})
    assert time.monotonic() - killed_at < 2
    assert lives(number_in(pid_file))


def test_children_of_a_killed_process_are_ended(tmp_path: Path, supervise: Supervise) -> None:
    supervise(SLEEP_WITH_A_CHILD)
    eventually(lambda: number_in(tmp_path / "child") > 0)
    child = number_in(tmp_path / "child")
    os.kill(number_in(tmp_path / "run" / "web.pid"), signal.SIGKILL)
    eventually(lambda: not lives(child))


def test_a_process_that_fails_at_once_is_started_with_growing_pauses(tmp_path: Path, supervise: Supervise) -> None:
    supervise("raise SystemExit(3)")
    log = tmp_path / "supervisor.log"
    eventually(lambda: "again in 1.6 s" in log.read_text())
    pauses = re.findall(r"ended with status 3; starting it again in ([0-9.]+) s", log.read_text())
    assert pauses[:3] == ["0.4", "0.8", "1.6"]


def test_asked_to_stop_it_leaves_nothing(tmp_path: Path, supervise: Supervise) -> None:
    process = supervise(SLEEP)
    pid_file = tmp_path / "run" / "web.pid"
    eventually(lambda: number_in(pid_file) > 0)
    web = number_in(pid_file)
    process.send_signal(signal.SIGTERM)
    assert process.wait(10) == 0
    assert not lives(web)
    assert not list((tmp_path / "run").glob("*.pid"))


def test_if_the_supervisor_dies_its_processes_stop(tmp_path: Path, supervise: Supervise) -> None:
    process = supervise(SLEEP)
    pid_file = tmp_path / "run" / "web.pid"
    eventually(lambda: number_in(pid_file) > 0)
    process.kill()
    process.wait(10)
    eventually(lambda: not lives(number_in(pid_file)))
