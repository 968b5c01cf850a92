"""Foreign keys point down the storeys only, as imports do; models keep to themselves."""

from __future__ import annotations

import ast

from django.apps import apps

from tests.house.source import STOREYS, modules


def storey_of(module: str) -> int | None:
    parts = module.split(".")
    return STOREYS.index(parts[1]) if parts[0] == "wangge" and parts[1] in STOREYS else None


def test_foreign_keys_point_down() -> None:
    wrong = []
    for model in apps.get_models():
        here = storey_of(model.__module__)
        for field in model._meta.get_fields():
            if here is None or not field.is_relation or field.auto_created or not isinstance(field.related_model, type):
                continue
            there = storey_of(field.related_model.__module__)
            if there is not None and there < here:
                wrong.append(f"{model._meta.label}.{field.name} → {field.related_model._meta.label}")
    assert not wrong


def test_other_apps_are_named_in_foreign_keys_by_words() -> None:
    """`"grids.GridEdition"`, never an imported class: models are private."""
    kinds = {"ForeignKey", "OneToOneField", "ManyToManyField"}
    for path, module in modules().items():
        if not path.endswith("models.py"):
            continue
        own = {node.name for node in module.body if isinstance(node, ast.ClassDef)}
        for call in ast.walk(module):
            if isinstance(call, ast.Call) and getattr(call.func, "attr", "") in kinds and call.args:
                target = call.args[0]
                named = isinstance(target, ast.Constant) or "AUTH_USER_MODEL" in ast.unparse(target)
                assert named or getattr(target, "id", "") in own, f"{path}: {ast.unparse(call)}"


def test_models_hold_no_verbs_and_nobody_listens_to_signals() -> None:
    for path, module in modules().items():
        for node in ast.walk(module):
            if isinstance(node, ast.ImportFrom):
                assert node.module != "django.db.models.signals", path
            if path.endswith("models.py") and isinstance(node, ast.FunctionDef):
                assert node.name not in {"save", "delete"}, f"{path}: {node.name}"


def test_the_domain_reads_no_clock() -> None:
    """`at=` is given; only what stands outside the domain asks what time it is."""
    outside = ("project/", "console/", "channels/", "foundation/")
    for path, module in modules().items():
        if path.startswith(outside) or path.endswith(("tasks.py", "api.py", "views.py")) or "/management/" in path:
            continue
        for call in ast.walk(module):
            if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute):
                assert ast.unparse(call.func) not in {
                    "clock.now", "timezone.now", "datetime.now", "datetime.utcnow", "date.today", "time.time",
                }, path  # fmt: skip
