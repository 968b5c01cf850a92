"""A database of the benchmarks' own, beside the one in use, with the demo loaded."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parents[2]


def use_bench_database(name: str = "wangge_bench") -> str:
    """Point this process and its children at the benchmark database; make and fill it if it isn't there. Its URL.

    Call before Django is set up.
    """
    base = os.environ.get("WANGGE_DATABASE_URL") or _default_url()
    url = _named(base, name)
    with psycopg.connect(_named(base, "postgres"), autocommit=True) as db:
        if not db.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            db.execute(f'CREATE DATABASE "{name}"')
    os.environ["WANGGE_DATABASE_URL"] = url
    os.environ["WANGGE_DEMO"] = "1"
    os.environ["PYTHONPATH"] = str(ROOT / "src")
    for command in (["migrate", "-v", "0"], ["load_demo"]):
        subprocess.run([sys.executable, str(ROOT / "manage.py"), *command], check=True, stderr=subprocess.DEVNULL)
    return url


def _named(url: str, database: str) -> str:
    """The same server, another database."""
    return re.sub(r"^(\w+://[^/]*)/[^?]*", rf"\1/{database}", url)


def _default_url() -> str:
    state = Path(os.environ.get("WANGGE_STATE_DIR", ROOT / "var")).resolve()
    return f"postgresql:///wangge?host={state}/run&user=wangge"


def set_up_django() -> None:
    """After `use_bench_database`."""
    sys.path.insert(0, str(ROOT / "src"))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wangge.project.settings")
    import django

    django.setup()
