"""Every table and every word of the code stands in docs/glossary.md."""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Callable, Iterator

import pghistory.models
import pytest
from django.apps import apps

from tests.house.source import ROOT, modules
from wangge.cases.types import Action, Light, Stage, State

GLOSSARY = (ROOT / "docs/glossary.md").read_text(encoding="utf-8")
WORDS = frozenset(word for code in re.findall(r"`([^`]+)`", GLOSSARY) for word in re.findall(r"\w+", code))


def models() -> Iterator[str]:
    """Our tables. What the audit triggers write beside a table is explained there once for all."""
    for model in apps.get_models():
        if model.__module__.startswith("wangge.") and not issubclass(model, pghistory.models.Event):
            yield model.__name__


def enumerations() -> Iterator[str]:
    for module in modules().values():
        for node in ast.walk(module):
            if isinstance(node, ast.ClassDef) and any(ast.unparse(base).endswith("Enum") for base in node.bases):
                yield node.name


def roles() -> Iterator[str]:
    yield from tomllib.loads((ROOT / "data/roles/roles.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "words",
    [models, enumerations, roles, lambda: iter(State), lambda: iter(Action), lambda: iter(Stage), lambda: iter(Light)],
    ids=["models", "enumerations", "roles", "states", "actions", "stages", "lights"],
)
def test_the_glossary_has(words: Callable[[], Iterator[str]]) -> None:
    assert sorted({str(word) for word in words()} - WORDS) == []


def test_a_row_says_chinese_english_and_code() -> None:
    rows = [line for line in GLOSSARY.splitlines() if line.startswith("|") and not line.startswith("|---")]
    assert all(line.count("|") == 4 for line in rows)
    assert all(re.search(r"[一-鿿]", line) for line in rows)
