"""A county begins in earnest: who is there afterwards, and that it happens once."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command

from tests import town
from wangge.accounts.models import User
from wangge.cases.rules.command import may_command
from wangge.foundation.errors import Invalid
from wangge.grids.models import Division
from wangge.project.founding import found_county
from wangge.workforce.models import Unit
from wangge.workforce.queries import actor_for
from wangge.workforce.types import Level

COUNTY, TOWN, COMMUNITY = "320102", "320102002", "320102002001"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _county() -> None:
    Division.objects.create(code=COUNTY, level="COUNTY", name="甲区")
    Division.objects.create(code=TOWN, level="TOWNSHIP", name="乙街道", parent_id=COUNTY)
    Division.objects.create(code=COMMUNITY, level="COMMUNITY", name="丙社区", parent_id=TOWN)


def found(monkeypatch: pytest.MonkeyPatch, password: str = "correct horse battery") -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
    call_command("found_county", COUNTY, administrator="first_admin", stdout=io.StringIO())


def test_the_administrator_may_appoint_in_the_county_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    found(monkeypatch)
    user = User.objects.get(username="first_admin")
    actor = actor_for(user_id=user.pk, at=town.AT.replace(year=2027))
    assert user.check_password("correct horse battery")
    assert actor.may("workforce.appoint", area=COMMUNITY)
    assert not actor.may("workforce.appoint", area=town.COMMUNITY)
    assert not actor.may_somewhere("case.accept")


def test_county_townships_and_communities_have_their_units(monkeypatch: pytest.MonkeyPatch) -> None:
    found(monkeypatch)
    centre = Unit.objects.get(code=f"{TOWN}-CENTRE")
    assert (centre.level, centre.area, centre.parent.code) == (Level.TOWNSHIP, TOWN, f"{COUNTY}-CENTRE")
    assert Unit.objects.get(code=COMMUNITY).parent == centre
    assert may_command(COUNTY, Level(centre.level), centre.area)


def test_a_founded_county_is_not_founded_again(monkeypatch: pytest.MonkeyPatch) -> None:
    found(monkeypatch)
    with pytest.raises(CommandError):
        found(monkeypatch)


def test_a_weak_password_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandError):
        found(monkeypatch, "12345678")
    assert not Unit.objects.filter(code__startswith=COUNTY).exists()


def test_only_counties_are_founded() -> None:
    with pytest.raises(Invalid):
        found_county(county=TOWN, username="admin", display_name="管理员", password="correct horse battery", at=town.AT)
