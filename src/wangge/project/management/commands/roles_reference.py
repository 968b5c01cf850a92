"""docs/reference/roles.md: every role with its names, what it may do, and where that holds."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import override

from wangge.console.people.words import matrix_rows
from wangge.project.reference_command import ReferenceCommand
from wangge.workforce.rules import powers_of

TARGET: Path = settings.ROOT / "docs/reference/roles.md"
ROLES: Path = settings.ROOT / "data/roles/roles.toml"

HEAD = """# Roles and what they may do

Written by `manage.py roles_reference` from `data/roles/roles.toml`; don't edit by hand. Each place may change its
roles: they are data, and the page *People · Roles* shows those of the installation.

A role holds nowhere by itself. An appointment gives it to an account for the area of a post (scope `AREA`: everything
whose code begins with that area's) or for the unit of the post (scope `UNIT`: the cases that are with it), from one day
to another. Nobody holds two of the powers to administer, to watch and to work on cases (GB/T 39477).
"""


def reference() -> str:
    """The whole page."""
    roles: dict[str, dict[str, Any]] = tomllib.loads(ROLES.read_text(encoding="utf-8"))
    return "\n".join([HEAD, "## Roles\n", *_roles(roles), "\n## Permissions\n", *_permissions(roles), ""])


def _roles(roles: dict[str, dict[str, Any]]) -> Iterator[str]:
    yield "| role | 中文 | English | scope | power |"
    yield "|---|---|---|---|---|"
    for code, role in roles.items():
        powers = ", ".join(f"`{power}`" for power in sorted(powers_of(role["permissions"])))
        yield f"| `{code}` | {role['zh']} | {role['en']} | `{role['scope']}` | {powers or '–'} |"


def _permissions(roles: dict[str, dict[str, Any]]) -> Iterator[str]:
    held = {code: frozenset(role["permissions"]) for code, role in roles.items()}
    yield "| permission | what it allows | roles |"
    yield "|---|---|---|"
    with override("en"):
        for _title, permissions in matrix_rows(held):
            for code, name in permissions:
                holders = ", ".join(f"`{role}`" for role, has in held.items() if code in has)
                yield f"| `{code}` | {name} | {holders or 'nobody yet'} |"


class Command(ReferenceCommand):
    help = "Write docs/reference/roles.md from the data; with --check only say whether it is up to date."
    target = TARGET
    page = staticmethod(reference)
