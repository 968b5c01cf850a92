"""The SQL of a report, run by pgbench: what the database alone can do with the very same statements."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from bench.harness.database import ROOT
from bench.harness.load import Request

_CAPTURE = """
import json, sys
from uuid import UUID
import django
django.setup()
from django.db import connection
from psycopg import ClientCursor
from wangge.cases import operations
from wangge.cases.operations import Report
from wangge.cases.types import Channel, Place
from wangge.foundation import clock
from wangge.foundation.access import ANONYMOUS

def statements(body):
    found = []
    def note(execute, sql, params, many, context):
        found.append(ClientCursor(connection.connection).mogrify(sql, params) if params else sql)
        return execute(sql, params, many, context)
    report = Report(UUID(body["client_id"]), Channel.API, Place(body["lon"], body["lat"]), body["text"])
    with connection.execute_wrapper(note):
        receipt = operations.report(report=report, actor=ANONYMOUS, at=clock.now())
    return {"statements": found, "client_id": body["client_id"], "query_code": receipt.query_code}

print(json.dumps([statements(body) for body in json.load(sys.stdin)]))
"""


def scripts(requests: Sequence[Request]) -> list[str]:
    """One pgbench script a report: its statements as the product sends them, the unique values drawn anew each time."""
    bodies = json.dumps([json.loads(request.body or b"") for request in requests])
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "DJANGO_SETTINGS_MODULE": "wangge.project.settings"}
    said = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _CAPTURE],
        input=bodies,
        text=True,
        check=True,
        capture_output=True,
        env=environment,
    ).stdout
    return [_script(**one) for one in json.loads(said)]


def _script(statements: list[str], client_id: str, query_code: str) -> str:
    text = ";\n".join(" ".join(statement.split()) for statement in statements) + ";\n"
    text = re.sub(rf"'{client_id}'(::uuid)?", "gen_random_uuid()", text)
    return text.replace(f"'{query_code}'", "upper(substr(md5(random()::text), 1, 8))")


def rate(database_url: str, requests: Sequence[Request], *, connections: int, seconds: int) -> float:
    """Transactions a second of pgbench over these reports, chosen at random."""
    url = urlsplit(database_url)
    where = {key: values[0] for key, values in parse_qs(url.query).items()}
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for number, script in enumerate(scripts(requests)):
            path = Path(folder) / f"{number}.sql"
            path.write_text(script, encoding="utf-8")
            files += ["-f", str(path)]
        host, user = where.get("host", url.hostname or ""), where.get("user", url.username or "")
        command = [
            _pgbench(), "-n", "-c", str(connections), "-j", "2", "-T", str(seconds), "-h", host, "-U", user,
            *files, url.path.lstrip("/"),
        ]  # fmt: skip
        said = subprocess.run(command, text=True, check=True, capture_output=True).stdout
    found = re.search(r"tps = ([\d.]+)", said)
    assert found, said
    return float(found[1])


def _pgbench() -> str:
    if found := shutil.which("pgbench"):
        return found
    return str(max(Path("/usr/lib/postgresql").glob("*/bin/pgbench")))
