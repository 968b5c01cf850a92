"""The rail tells its places apart, and the matrix of roles has words for what they rest on."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from wangge.console import frame
from wangge.console.people.words import permission_word
from wangge.console.places import PLACES

ROOT = Path(__file__).parents[3]
ICONS = ROOT / "src/wangge/project/templates/parts/icons.html"


def test_no_two_lines_of_the_rail_share_an_icon() -> None:
    drawn = dict(re.findall(r'<symbol id="i-([\w-]+)"[^>]*>(.*?)</symbol>', ICONS.read_text(encoding="utf-8")))
    used = [place.slug for place in PLACES] + [row[2] for row in (*frame._OTHERS, *frame._GROUNDS)]
    assert len({drawn[icon] for icon in used}) == len(used)


def test_every_permission_of_a_role_has_words() -> None:
    roles = tomllib.loads((ROOT / "data/roles/roles.toml").read_text(encoding="utf-8"))
    held = {code for role in roles.values() for code in role["permissions"]}
    assert [code for code in sorted(held) if permission_word(code) == code] == []
