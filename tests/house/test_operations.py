"""Every public operation has the same shape: named arguments, the time given, and somebody who may."""

from __future__ import annotations

import ast
import re
import tomllib
from functools import cache

import pytest

from tests.house.source import PACKAGE, ROOT, called, modules
from wangge.cases.rules.workflow import permissions_in_table

ROOMS = ("accounts", "workforce", "grids", "catalogue", "cases", "analysis", "notices")

#: Carried out by the system itself (commands, jobs, sign-in), never for somebody who asks. Each with its reason.
BY_THE_SYSTEM = {
    "accounts.issue_token": "the password was the proof",
    "accounts.revoke_token": "the token is the proof",
    "accounts.put_accounts": "loading of the demo",
    "accounts.change_password": "the form asked for the old one",
    "accounts.forget_failed_sign_ins": "what time does",
    "workforce.load_roles": "reference data",
    "workforce.put_units": "reference data",
    "workforce.put_posts": "reference data",
    "workforce.put_appointments": "reference data",
    "grids.load_divisions": "reference data",
    "grids.load_division_changes": "reference data",
    "grids.put_division_shapes": "reference data",
    "grids.draft_edition": "reference data; imports by people go through start_import",
    "grids.run_import": "the job of an import that somebody was allowed to start",
    "grids.apply_due_editions": "what time does",
    "catalogue.load_task_list": "reference data",
    "catalogue.load_calendar": "reference data",
    "catalogue.load_routing": "reference data",
    "catalogue.keep_simulation": "the job of a trial that somebody was allowed to start",
    "cases.run_routing_simulation": "the job of a trial that somebody was allowed to start",
    "catalogue.load_guards": "reference data",
    "catalogue.apply_due_applications": "what time does",
    "cases.follow_up": "the job of a report",
    "cases.lapse": "what time does",
    "cases.archive": "what time does",
    "cases.resume_as_planned": "what time does",
    "cases.turn_light": "what time does",
    "cases.recount_deadline": "the job of a changed calendar",
    "cases.forget_contacts": "what time does",
    "cases.open_for_sms": "the job that sends, to a reporter who agreed; logged as the system's",
    "cases.forget_unclaimed": "what time does",
    "notices.tell": "reads the stream of events",
    "notices.queue_deliveries": "reads the stream of events",
    "notices.warn_of_calendar": "what time does",
    "notices.claim_due": "the job that sends",
    "notices.note_outcome": "the job that sends",
    "notices.give_back": "the job that sends",
    "notices.note_mailed": "the job that sends",
    "notices.queue_texts": "reads the stream of events",
    "notices.claim_texts": "the job that sends",
    "notices.note_text": "the job that sends",
    "notices.give_texts_back": "the job that sends",
    "notices.forget_old": "what time does",
    "notices.reseal": "what time does",
    "analysis.follow_cases": "the job that reads the stream of events",
    "analysis.read_again": "a part of that job",
    "analysis.read_month": "the job that counts for the pages",
    "analysis.reconcile": "the job that compares facts with histories",
    "analysis.draw_revisits": "nobody chooses who is asked",
    "analysis.lapse_revisits": "what time does",
}
#: The storey of accounts knows no posts: the workforce asks who may, and nobody else calls these.
ASKED_FOR_ABOVE = {"accounts.open_account", "accounts.give_password", "accounts.set_active"}
#: Loading what is valid from a given day needs no clock.
WITHOUT_TIME = {
    "accounts.put_accounts", "accounts.change_password",
    "workforce.load_roles", "workforce.put_units", "workforce.put_posts", "workforce.put_appointments",
    "grids.load_divisions", "grids.load_division_changes", "grids.put_division_shapes",
    "catalogue.load_task_list", "catalogue.load_calendar", "catalogue.load_guards",
    "catalogue.keep_simulation",
}  # fmt: skip
CHECKS = {"require", "require_mover", "require_somewhere", "require_reader", "move"}


@cache
def bodies(room: str) -> dict[str, ast.FunctionDef]:
    """Functions at the top of the operations of an app, by name."""
    return {
        node.name: node
        for path, module in modules().items()
        if path == f"{room}/operations.py" or path.startswith(f"{room}/operations/")
        for node in module.body
        if isinstance(node, ast.FunctionDef)
    }


@cache
def operations() -> dict[str, ast.FunctionDef]:
    """What each app offers: names in `operations/__init__`, or decorated functions of `operations.py`."""
    found = {}
    for room in ROOMS:
        package = modules().get(f"{room}/operations/__init__.py")
        if package:
            names = {alias.name for node in package.body if isinstance(node, ast.ImportFrom) for alias in node.names}
        else:
            names = {name for name, node in bodies(room).items() if ast.unparse(node).startswith("@transaction")}
        names = {name for name in names if not name.startswith("_")}
        found |= {f"{room}.{name}": bodies(room)[name] for name in names if name in bodies(room)}
    return found


def reached(room: str, node: ast.FunctionDef) -> set[str]:
    """Names called by the operation, also by functions of the same app that it calls."""
    seen: set[str] = set()
    todo = called(node)
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            if name in bodies(room) and name not in CHECKS:
                todo |= called(bodies(room)[name])
    return seen


@pytest.mark.parametrize("name", operations())
def test_arguments_are_named_and_the_time_is_given(name: str) -> None:
    arguments = operations()[name].args
    assert not arguments.args
    assert not arguments.posonlyargs
    assert not arguments.vararg
    assert "at" in {one.arg for one in arguments.kwonlyargs} or name in WITHOUT_TIME


@pytest.mark.parametrize("name", operations())
def test_somebody_may_or_it_is_the_system(name: str) -> None:
    node = operations()[name]
    has_actor = "actor" in {one.arg for one in node.args.kwonlyargs}
    assert has_actor != (name in BY_THE_SYSTEM or name in ASKED_FOR_ABOVE)
    if has_actor:
        assert reached(name.split(".")[0], node) & CHECKS, f"{name} asks nobody whether the actor may"


@pytest.mark.parametrize("name", sorted(ASKED_FOR_ABOVE))
def test_what_is_asked_for_above_is_called_from_there_only(name: str) -> None:
    room, _, verb = name.partition(".")
    naming = re.compile(rf"from wangge\.{room}\.operations import [^\n]*\b{verb}\b|\b{room}(?:_operations)?\.{verb}\(")
    callers = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if naming.search(path.read_text(encoding="utf-8"))
    }
    assert callers == {"workforce/operations.py"}


def test_no_entry_outlives_its_operation() -> None:
    known = set(operations()) | {"cases.forget_unclaimed"}
    assert set(BY_THE_SYSTEM) <= known
    assert known >= ASKED_FOR_ABOVE
    assert known >= WITHOUT_TIME


def test_permissions_asked_for_are_permissions_somebody_holds() -> None:
    """A mistyped permission would close a door for good, or hide that nobody was ever asked."""
    roles = tomllib.loads((ROOT / "data/roles/roles.toml").read_text(encoding="utf-8"))
    held = {permission for role in roles.values() for permission in role["permissions"]}
    asked = set(permissions_in_table())
    pattern = re.compile(
        r"""(?:require|require_somewhere|may|may_somewhere|areas|units)\([^()]*?"([a-z]+\.[a-z_]+)\""""
    )
    for path in PACKAGE.rglob("*.py"):
        asked |= set(pattern.findall(path.read_text(encoding="utf-8")))
    assert asked <= held
    assert {name for name in held - asked if name.startswith(("case.", "contact."))} == set()
