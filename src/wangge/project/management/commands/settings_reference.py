"""docs/reference/settings.md, written from settings.py: names, kinds and defaults come from the code."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError

from wangge.project.reference_command import ReferenceCommand

SOURCE = Path(__file__).resolve().parents[2] / "settings.py"
TARGET: Path = settings.ROOT / "docs/reference/settings.md"
KINDS = {"text": "text", "flag": "yes or no (`1`, `0`)", "number": "whole number", "words": "list, separated by commas"}

#: What each setting means. A setting without an entry here fails `--check`, and so does an entry without a setting.
MEANINGS = {
    "ALLOWED_HOSTS": "Host names under which the product is reached; the machine itself always is.",
    "AUDIO_MAX_BYTES": "Largest recording that is taken.",
    "AUDIO_MAX_S": "Longest recording that is taken, in seconds.",
    "BASEMAP_ATTRIBUTION": "Line shown on the map for the base map, as its provider asks.",
    "BASEMAP_CRS": "Coordinate system of the base map: `WGS84` or `GCJ02`.",
    "BASEMAP_URL": "Raster tiles below our own boundaries, with `{z}/{x}/{y}`; empty: none.",
    "BEHIND_TLS": "A proxy speaks TLS for us: cookies become secure and browsers are told to stay with TLS.",
    "BODY_MAX_BYTES": "Largest request body apart from files.",
    "CONTACT_KEY": "Key that seals the contact of reporters (Fernet). Lost key, lost contacts.",
    "CONTACT_KEYS_OLD": "Former contact keys that still open what they sealed.",
    "DATABASE_URL": "`postgresql://user:password@host:port/name`, or with `?host=` a socket's folder.",
    "DB_MAX_AGE_S": "How long a connection to the database is kept, in seconds.",
    "DB_PREPARE": "The database keeps the plans of hot statements; off behind a pooler that can't (PgBouncer < 1.21).",
    "DEBUG": "Show errors in the browser. Never where others can reach it.",
    "TRAINING_CLOCK": "File holding the seconds by which a demo for training runs at another time; demos only.",
    "DEMO": "Load the Jiangning demo and its sign-ins. Off in earnest.",
    "GRID_FILE_MAX_BYTES": "Largest file of grids that is imported.",
    "LOG_LEVEL": "`DEBUG`, `INFO`, `WARNING` or `ERROR`.",
    "LOGIN_COOLOFF_MIN": "How long a sign-in stays closed after too many failures, in minutes.",
    "LOGIN_FAILURES": "Failures after which a user name is closed to an address for a while.",
    "MAIL_FROM": "Address that mails with notices come from.",
    "MAIL_URL": "Mail server for notices: `smtp://`, `smtp+starttls://` or `smtps://` with `user:password@host:port`; "
    "empty: no mail.",
    "MEDIA_PER_REPORT": "Photos and recordings that one report or step may carry.",
    "MEDIA_STORE": "Where photos and recordings are kept: `disk` or `s3`.",
    "PHOTO_MAX_BYTES": "Largest photo that is taken, in bytes.",
    "PHOTO_MAX_PIXELS": "Largest photo that is unpacked, in pixels.",
    "PUBLIC_ADDRESS": "Where people reach the product, like `https://grid.example.org`: links in mails begin so.",
    "PUBLIC_LOOKUPS_PER_MIN": "Wrong query codes taken from one address in a minute.",
    "PUBLIC_MEDIA_PER_MIN": "Uploads taken from one address in a minute without signing in.",
    "PUBLIC_REPORTS_BURST": "Reports taken from one address at once before the rate counts.",
    "PUBLIC_REPORTS_PER_MIN": "Reports taken from one address in a minute without signing in.",
    "S3_ACCESS_KEY": "Access key of the S3 store.",
    "S3_BUCKET": "Bucket of the S3 store.",
    "S3_ENDPOINT": "Address of an S3-compatible store; empty for the provider's own.",
    "S3_SECRET_KEY": "Secret key of the S3 store.",
    "SECRET_KEY": "Key that signs sessions; the demo's passwords follow from it.",
    "SMS_GATEWAY_SECRET": "Secret that signs what goes to the SMS gateway: `whsec_` and at least 24 random bytes in "
    "base64.",
    "SMS_GATEWAY_URL": "SMS gateway of the place: one signed POST for each text message to a reporter who agreed. "
    "Empty: none is sent, and no form asks for consent.",
    "STATE_DIR": "Folder for everything that isn't code: database cluster, media, secrets, logs.",
    "TOKEN_LIFETIME_S": "How long a bearer token of the API is good, in seconds.",
    "TRUSTED_ORIGINS": "Origins (`https://host`) that may send forms, for another address in front.",
    "TRUSTED_PROXIES": "How many hops of `X-Forwarded-For` are our own proxies.",
    "WEBHOOK_NETWORKS": "Networks that webhooks may go to although they are closed, such as `127.0.0.0/8` for a "
    "receiver on this machine; never link-local addresses and the like.",
    "WEBHOOK_PRIVATE_ADDRESSES": "Webhooks may go to addresses of a private network, as closed government networks "
    "have; otherwise to the open internet only. This machine itself stays closed.",
    "WORKER_CONCURRENCY": "Jobs that one worker of the queue does side by side.",
}

HEAD = """# Settings

Written by `manage.py settings_reference` from `src/wangge/project/settings.py`; don't edit by hand.

Every setting is an environment variable that starts with `WANGGE_`. Any of them can be given as a file instead:
`WANGGE_SECRET_KEY_FILE=/path` reads the value from that file, which is the way for secrets. What differs between
places, such as task lists, roles, calendars and grids, is data and not a setting.

| variable | kind | default | meaning |
|---|---|---|---|
"""


@dataclass(frozen=True, slots=True)
class Setting:
    """One reading of the environment in settings.py."""

    name: str
    kind: str
    default: str


def reference() -> str:
    """The page; CommandError when a setting has no meaning, or a meaning no setting."""
    found = settings_read(SOURCE.read_text(encoding="utf-8"))
    names = {setting.name for setting in found}
    if unexplained := sorted(names ^ set(MEANINGS)):
        raise CommandError(f"Settings and MEANINGS differ: {', '.join(unexplained)}")
    rows = (
        f"| `WANGGE_{one.name}` | {KINDS[one.kind]} | {one.default} | {MEANINGS[one.name]} |\n"
        for one in sorted(found, key=lambda one: one.name)
    )
    return HEAD + "".join(rows)


def settings_read(source: str) -> list[Setting]:
    """Every `env.text("NAME", default)` and its kin in a module."""
    return [
        Setting(node.args[0].value, node.func.attr, _default(node))
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "env"
        and node.func.attr in KINDS
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    ]


def _default(call: ast.Call) -> str:
    if len(call.args) < 2:
        return "" if isinstance(call.func, ast.Attribute) and call.func.attr == "words" else "**required**"
    default = call.args[1]
    if isinstance(default, ast.Constant):
        value = int(default.value) if isinstance(default.value, bool) else str(default.value)
        return f"`{value}`" if value != "" else ""
    if isinstance(default, ast.JoinedStr):
        parts = (part.value if isinstance(part, ast.Constant) else "…" for part in default.values)
        return f"`{''.join(map(str, parts))}`"
    if isinstance(default, ast.BinOp) and isinstance(default.op, ast.Mult):
        return f"`{ast.literal_eval(default.left) * ast.literal_eval(default.right)}`"
    return "`./var`" if "ROOT" in ast.unparse(default) else f"`{ast.unparse(default)}`"


class Command(ReferenceCommand):
    help = "Write docs/reference/settings.md from settings.py; with --check only say whether it is up to date."
    target = TARGET
    page = staticmethod(reference)
