"""Styles close what they open: a builder mends an open brace silently, and all that follows it is lost."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

WEB = Path(__file__).parents[2] / "web"
STYLES = sorted(path for part in ("console", "resident", "shared", "terminal") for path in (WEB / part).rglob("*.css"))


@pytest.mark.parametrize("path", STYLES, ids=lambda path: str(path.relative_to(WEB)))
def test_every_brace_is_closed_where_the_next_rule_begins(path: Path) -> None:
    depth = 0
    text = re.sub(r"/\*.*?\*/", lambda said: "\n" * said[0].count("\n"), path.read_text(encoding="utf-8"), flags=re.S)
    for number, line in enumerate(text.splitlines(), 1):
        assert depth == 0 or not re.match(r"[.#:a-z@]", line), f"line {number} begins inside another rule"
        depth += line.count("{") - line.count("}")
        assert depth >= 0, f"line {number} closes what nothing opened"
    assert depth == 0
