"""Small functions, small files, and no drawer for odds and ends."""

from __future__ import annotations

import ast
from statistics import median

from tests.house.source import PACKAGE, functions, modules

LONGEST_FUNCTION, NINETY_PERCENT, LONGEST_FILE = 60, 30, 600


def lengths() -> dict[str, int]:
    return {f"{path}:{node.name}": (node.end_lineno or 0) - node.lineno + 1 for path, node in functions()}


def test_functions_are_short() -> None:
    found = sorted(lengths().values())
    assert found[len(found) * 9 // 10] <= NINETY_PERCENT
    assert median(found) <= 10


def test_no_function_fills_more_than_a_screen() -> None:
    assert not {name: length for name, length in lengths().items() if length > LONGEST_FUNCTION}


def test_no_file_is_a_book() -> None:
    long = {path: len((PACKAGE / path).read_text(encoding="utf-8").splitlines()) for path in modules()}
    assert not {path: lines for path, lines in long.items() if lines > LONGEST_FILE}


def test_there_is_no_drawer_for_odds_and_ends() -> None:
    drawers = {"utils", "util", "helpers", "helper", "common", "misc", "shared", "lib", "tools", "core", "base"}
    assert not {path for path in modules() if drawers & set(path.removesuffix(".py").split("/"))}


def test_every_module_and_every_public_function_of_a_room_says_what_it_is() -> None:
    """Modules always; functions where others come in: operations, queries and rules."""
    silent = {path for path, module in modules().items() if module.body and not ast.get_docstring(module)}
    assert not silent - {path for path in silent if path.endswith(("apps.py", "__init__.py"))}
    rooms = ("/operations", "/queries", "/rules")
    assert not {
        f"{path}:{node.name}"
        for path, module in modules().items()
        if any(room in path for room in rooms)
        for node in module.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not ast.get_docstring(node)
    }
