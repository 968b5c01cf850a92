"""Names of places as people say them. Names are data in Chinese whatever the reader's language."""

from __future__ import annotations

from collections.abc import Iterable

from wangge.grids.queries import names

#: What an office is called in full; people leave it out (汤山社区居委会 → 汤山社区). The longer ones first.
_OFFICES = ("居民委员会", "村民委员会", "居委会", "村委会")
#: Digits of a community's code.
_COMMUNITY = 12


def said_name(name: str) -> str:
    """A division's name without the kind of its office: 孟墓社区居委会 → 孟墓社区, 湖山村委会 → 湖山村."""
    for office in _OFFICES:
        if name.endswith(office) and len(name) > len(office):
            short = name.removesuffix(office)
            return short if short.endswith(("社区", "村")) or not office.startswith("村") else f"{short}村"
    return name


def said_place(community: str, name: str) -> str:
    """A grid as its community and its own part (汤山社区 · 第七网格); anything else by its said name."""
    if not community or name == community:
        return said_name(name)
    return f"{said_name(community)} · {name.removeprefix(community)}"


def said_names(codes: Iterable[str]) -> dict[str, str]:
    """Places by code in the one form every page has: 江宁区, 童前社区, 童前社区 · 第七网格."""
    wanted = set(codes)
    called = names(wanted | {code[:_COMMUNITY] for code in wanted})
    return {code: said_place(called.get(code[:_COMMUNITY], ""), called[code]) for code in wanted & called.keys()}
