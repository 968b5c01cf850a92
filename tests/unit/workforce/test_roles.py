"""The roles of data/roles, as data: what the workflow asks for is granted, and powers stay apart."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from wangge.cases.rules.workflow import permissions_in_table
from wangge.workforce.types import RoleScope

ROLES = tomllib.loads((Path(__file__).resolve().parents[3] / "data/roles/roles.toml").read_text(encoding="utf-8"))
GRANTED = {permission for role in ROLES.values() for permission in role["permissions"]}

MANAGEMENT = {"workforce.appoint"}
AUDIT = {"audit.view", "audit.contacts"}
OPERATION = {name for name in GRANTED if name.startswith("case.") and name != "case.view"} | {"contact.unmask"}


def holders(permission: str) -> set[str]:
    return {code for code, role in ROLES.items() if permission in role["permissions"]}


@pytest.mark.parametrize("permission", sorted(permissions_in_table()))
def test_every_permission_of_the_workflow_is_held_by_some_role(permission: str) -> None:
    assert holders(permission)


@pytest.mark.parametrize("code", ROLES)
def test_each_role_is_well_formed(code: str) -> None:
    role = ROLES[code]
    assert set(role) == {"zh", "en", "scope", "permissions"}
    assert role["zh"] and role["en"]
    assert role["scope"] in set(RoleScope)
    assert len(role["permissions"]) == len(set(role["permissions"]))
    assert code.islower() and len(code) <= 40


@pytest.mark.parametrize("code", ROLES)
def test_management_audit_and_operation_are_separate(code: str) -> None:
    """GB/T 39477: nobody administers, watches and works at once."""
    held = set(ROLES[code]["permissions"])
    assert sum(bool(held & power) for power in (MANAGEMENT, AUDIT, OPERATION)) <= 1


@pytest.mark.parametrize("permission", ["case.dispatch", "case.transfer", "case.accept"])
def test_community_and_grid_do_not_command(permission: str) -> None:
    below = {"grid_worker", "grid_leader", "micro_leader", "branch_secretary", "community_operator"}
    assert not holders(permission) & below


def test_handlers_act_only_for_their_unit() -> None:
    for code in holders("case.sign"):
        assert ROLES[code]["scope"] == RoleScope.UNIT


def test_only_the_shift_leader_arbitrates_and_voids() -> None:
    assert holders("case.arbitrate") == holders("case.void") == {"shift_leader"}


def test_whoever_acts_on_cases_may_see_them() -> None:
    for code, role in ROLES.items():
        held = set(role["permissions"])
        if held & OPERATION - {"case.report"}:
            assert "case.view" in held, code
