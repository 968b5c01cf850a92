"""Keeps the processes of one instance alive: PostgreSQL, web server, queue worker.

PostgreSQL starts at once (if the instance has a cluster of its own), web server and worker when the
database is prepared and SIGUSR1 arrives. A process that ends is started again at once, one that keeps
failing after a growing pause. SIGTERM or SIGINT stops everything in order. If the supervisor itself
dies, the kernel tells its children to stop. run/<name>.pid names the living process or is absent.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import fcntl
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

WATCHED = {signal.SIGTERM, signal.SIGINT, signal.SIGUSR1, signal.SIGCHLD}
FIRST_PAUSE_S = 0.2
LONGEST_PAUSE_S = 5.0
AT_ONCE_S = 5.0  # a process that lived shorter failed at once
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36

log = logging.getLogger("supervisor")
libc = ctypes.CDLL(None, use_errno=True)


# --- what the kernel knows --------------------------------------------------------------------------
def living() -> Iterator[Path]:
    """/proc/<pid> of every living process of the machine; a zombie is not living."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                if (entry / "stat").read_text().rpartition(")")[2].split()[0] != "Z":
                    yield entry


def send(pid: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


statuses: dict[int, int] = {}  # how children ended, until their service asks


def reap() -> None:
    """Take note of every child that has ended, adopted orphans included."""
    with contextlib.suppress(ChildProcessError):
        while (result := os.waitpid(-1, os.WNOHANG))[0]:
            statuses[result[0]] = os.waitstatus_to_exitcode(result[1])


def wait_until_gone(pid: int, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        reap()
        if all(entry.name != str(pid) for entry in living()):
            return True
        time.sleep(0.05)
    return False


def write_pid(path: Path, pid: int) -> None:
    fresh = path.with_suffix(".new")
    fresh.write_text(f"{pid}\n")
    fresh.rename(path)


# --- one kept process -------------------------------------------------------------------------------
class Service:
    stop_signal: int = signal.SIGTERM
    stop_s: float = 20
    niceness = 0
    user: str | None = None

    def __init__(self, name: str, state: Path, cwd: Path, command: list[str]) -> None:
        self.name, self.state, self.cwd, self.command = name, state, cwd, command
        self.environment: dict[str, str] = {}
        self.wanted = False
        self.pid: int | None = None
        self.started_at = self.due_at = 0.0
        self.failures = 0
        self.pid_file = state / "run" / f"{name}.pid"
        self.pid_file.unlink(missing_ok=True)

    def residue(self) -> list[int]:
        """Processes that an earlier life of this service has left behind."""
        raise NotImplementedError

    def settle(self) -> None:
        """Make room for a new start: what is left of a dead process holds its port or its shared memory."""
        while left := self.residue():
            for pid in left:
                send(pid, signal.SIGKILL)
            time.sleep(0.01)
            reap()

    def start(self) -> None:
        self.settle()
        as_user = {"user": self.user, "group": self.user, "extra_groups": []} if self.user else {}
        with (self.state / "log" / f"{self.name}.log").open("ab") as output:
            process = subprocess.Popen(  # noqa: S603 - the commands stand in this file
                self.command,
                cwd=self.cwd,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=self._become_child,
                **as_user,  # type: ignore[call-overload]
            )
        process.returncode = 0  # reap() waits for it
        self.pid, self.started_at = process.pid, time.monotonic()
        write_pid(self.pid_file, self.pid)
        log.info("%s runs as %d", self.name, self.pid)

    def _become_child(self) -> None:
        libc.prctl(PR_SET_PDEATHSIG, self.stop_signal)
        os.nice(self.niceness)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, WATCHED)

    def ended(self, status: int) -> None:
        """Note that the process ended by itself, and when it may start again."""
        self.pid_file.unlink(missing_ok=True)
        self.pid = None
        at_once = time.monotonic() - self.started_at < AT_ONCE_S and status != -signal.SIGKILL
        self.failures = self.failures + 1 if at_once else 0
        pause = min(FIRST_PAUSE_S * 2**self.failures, LONGEST_PAUSE_S)
        self.due_at = time.monotonic() + pause
        how = f"was ended by signal {-status}" if status < 0 else f"ended with status {status}"
        log.warning("%s %s; starting it again in %.1f s", self.name, how, pause)

    def stop(self) -> None:
        self.wanted = False
        if self.pid is not None:
            send(self.pid, self.stop_signal)
            if not wait_until_gone(self.pid, self.stop_s):
                log.warning("%s did not stop within %d s and is killed", self.name, self.stop_s)
        self.settle()
        self.pid_file.unlink(missing_ok=True)
        self.pid = None
        log.info("%s stopped", self.name)


class Postgres(Service):
    stop_signal = signal.SIGINT  # fast shutdown: open transactions are rolled back
    stop_s = 60

    def __init__(self, state: Path, programs: Path, data: Path, socket: Path, user: str | None) -> None:
        command = [str(programs / "postgres"), "-D", str(data), "-k", str(socket)]
        super().__init__("postgres", state, data, command)
        self.environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
        self.user = user
        self.wanted = True
        self.lock_files = [data / "postmaster.pid", socket / ".s.PGSQL.5432.lock"]
        self.listeners: list[Service] = []

    def ended(self, status: int) -> None:
        """A queue worker that loses its LISTEN connection only polls from then on: let it begin anew."""
        super().ended(status)
        for service in self.listeners:
            if service.pid is not None:
                send(service.pid, service.stop_signal)

    def residue(self) -> list[int]:
        """Every PostgreSQL process works in its data directory, whatever it calls itself."""
        found = []
        for entry in living():
            with contextlib.suppress(OSError):
                program, folder = Path(os.readlink(entry / "exe")), Path(os.readlink(entry / "cwd"))
                if program.name.startswith("postgres") and folder == self.cwd:
                    found.append(int(entry.name))
        return found

    def settle(self) -> None:
        """Ask an older PostgreSQL of this data directory to stop, end what stays, forget its lock files.

        It would trust a lock file whose pid now belongs to a zombie or to somebody else.
        """
        with contextlib.suppress(OSError, ValueError, IndexError):
            older = int(self.lock_files[0].read_text().splitlines()[0])
            if older in self.residue():
                send(older, signal.SIGINT)
                wait_until_gone(older, self.stop_s)
        super().settle()
        for lock in self.lock_files:
            lock.unlink(missing_ok=True)


class PythonService(Service):
    def __init__(self, name: str, state: Path, root: Path, arguments: list[str]) -> None:
        super().__init__(name, state, root, [sys.executable, *arguments])
        self.environment = {**os.environ, "WANGGE_SUPERVISED": name, "PYTHONUNBUFFERED": "1"}

    def residue(self) -> list[int]:
        """Processes that a supervisor of this instance started under this name, and their descendants."""
        marks = {f"WANGGE_SUPERVISED={self.name}".encode(), f"WANGGE_STATE_DIR={self.state}".encode()}
        found = []
        for entry in living():
            with contextlib.suppress(OSError):
                if marks <= set((entry / "environ").read_bytes().split(b"\0")):
                    found.append(int(entry.name))
        return found


def web(state: Path, root: Path) -> PythonService:
    # No access log: addresses and query codes are personal. --backpressure counts open connections, idle
    # ones too; what runs at the same time is bounded by --blocking-threads.
    arguments = ["-m", "granian", "--interface", "wsgi", "--http", "1", "--no-ws"]
    arguments += ["--host", os.environ["WANGGE_HOST"], "--port", os.environ["WANGGE_PORT"]]
    arguments += ["--workers", os.environ.get("WANGGE_WEB_WORKERS") or "2"]
    arguments += ["--blocking-threads", os.environ.get("WANGGE_WEB_THREADS") or "8"]
    arguments += ["--backlog", "1024", "--backpressure", "512"]
    arguments += ["--respawn-failed-workers", "--respawn-interval", "0.1", "--workers-kill-timeout", "10"]
    return PythonService("web", state, root, [*arguments, "wangge.project.wsgi:application"])


def worker(state: Path, root: Path) -> PythonService:
    arguments = ["manage.py", "procrastinate", "worker", "--shutdown-graceful-timeout", "10"]
    service = PythonService("worker", state, root, arguments)
    service.niceness = 5  # people wait for pages, nobody waits for a job
    return service


# --- keeping them -----------------------------------------------------------------------------------
def keep(services: list[Service]) -> None:
    """Until told to stop."""
    while True:
        reap()
        for service in services:
            if service.pid in statuses:
                service.ended(statuses[service.pid])
        statuses.clear()
        missing = [service for service in services if service.wanted and service.pid is None]
        for service in missing:
            if service.due_at <= time.monotonic():
                service.start()
        next_due = min((service.due_at for service in missing if service.pid is None), default=None)
        pause = 3600 if next_due is None else max(0.0, next_due - time.monotonic())
        event = signal.sigtimedwait(WATCHED, 0 if statuses else pause)
        if event and event.si_signo in {signal.SIGTERM, signal.SIGINT}:
            return
        if event and event.si_signo == signal.SIGUSR1:
            for service in services:
                service.wanted = True


def become_the_only_one(run: Path) -> None:
    """Hold the lock that makes this the only supervisor of the instance, until this process ends."""
    lock = os.open(run / "supervisor.lock", os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit("Another supervisor looks after this instance.")


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, required=True)
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--postgres-programs", type=Path)
    parser.add_argument("--postgres-data", type=Path)
    parser.add_argument("--postgres-socket", type=Path)
    parser.add_argument("--postgres-user")
    return parser.parse_args()


def services_for(options: argparse.Namespace) -> list[Service]:
    services: list[Service] = [web(options.state, options.root), worker(options.state, options.root)]
    if options.postgres_data:
        database = Postgres(
            options.state,
            options.postgres_programs,
            options.postgres_data.resolve(),
            options.postgres_socket,
            options.postgres_user,
        )
        database.listeners = services[-1:]
        services.insert(0, database)
    return services


def supervise(services: list[Service], run: Path) -> None:
    """Keep the services until told to stop, then stop them, the database last."""
    signal.pthread_sigmask(signal.SIG_BLOCK, WATCHED)
    for number in WATCHED:
        signal.signal(number, signal.SIG_DFL)  # a background job of a shell inherits "ignore"
    libc.prctl(PR_SET_CHILD_SUBREAPER, 1)
    write_pid(run / "supervisor.pid", os.getpid())
    log.info("supervisor runs as %d", os.getpid())
    try:
        keep(services)
    finally:
        for service in reversed(services):
            service.stop()
        (run / "supervisor.pid").unlink(missing_ok=True)
        log.info("supervisor stopped")


def main() -> None:
    os.closerange(3, 256)  # the pipes and locks of the shell that started us must end with it
    logging.basicConfig(format="%(asctime)s %(message)s", level=logging.INFO)
    options = read_options()
    run = options.state / "run"
    become_the_only_one(run)
    services = services_for(options)
    for service in services[-2:]:
        service.settle()
    supervise(services, run)


if __name__ == "__main__":
    main()
