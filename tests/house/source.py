"""Reading our own source for the rules of the house."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src/wangge"

#: Top storey first; what is above may know what is below.
STOREYS = (
    "project", "console", "channels", "analysis", "exchange", "maps", "notices", "cases", "catalogue", "workforce",
    "grids", "accounts", "foundation",
)  # fmt: skip


@cache
def modules() -> dict[str, ast.Module]:
    """Our own modules by path below src/wangge, without migrations."""
    return {
        str(path.relative_to(PACKAGE)): ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(PACKAGE.rglob("*.py"))
        if "migrations" not in path.parts
    }


def functions() -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Every function with the path of its module."""
    for path, module in modules().items():
        for node in ast.walk(module):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield path, node


def called(node: ast.AST) -> set[str]:
    """Last names of everything called inside."""
    names = set()
    for call in ast.walk(node):
        if isinstance(call, ast.Call):
            function = call.func
            names.add(function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", ""))
    return names
