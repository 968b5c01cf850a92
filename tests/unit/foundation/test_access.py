from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wangge.foundation.access import (
    ANONYMOUS,
    REPORTER,
    SYSTEM,
    Actor,
    ActorKind,
    Grant,
    outermost,
    require,
    require_somewhere,
)
from wangge.foundation.errors import NotAllowed, NotSignedIn

codes = st.sampled_from(
    ["", "32", "3201", "320115", "320115003", "320115003001", "320115003001002", "320114", "320114001"]
)
permissions = st.sampled_from(["case.view", "case.accept", "case.sign"])
grants = st.builds(
    Grant,
    role=st.just("role"),
    permissions=st.frozensets(permissions),
    area=codes,
    unit=st.sampled_from([None, "320115-URB", "320115-WAT"]),
)
actors = st.builds(lambda held: Actor(ActorKind.STAFF, 1, tuple(held)), st.lists(grants, max_size=4))


def staff(*held: Grant) -> Actor:
    return Actor(ActorKind.STAFF, user_id=1, grants=held)


def in_area(permission: str, area: str) -> Grant:
    return Grant("role", frozenset({permission}), area)


def for_unit(permission: str, unit: str, area: str = "320115") -> Grant:
    return Grant("role", frozenset({permission}), area, unit)


@pytest.mark.parametrize("actor", [ANONYMOUS, REPORTER, staff()])
@given(permission=permissions, area=codes)
def test_nothing_is_allowed_by_default(actor: Actor, permission: str, area: str) -> None:
    assert not actor.may(permission, area=area, unit="320115-URB")
    assert not actor.may_somewhere(permission)
    assert actor.areas(permission) == actor.units(permission) == ()


def test_rights_reach_down_and_not_up_or_sideways() -> None:
    town = staff(in_area("case.view", "320115003"))
    assert town.may("case.view", area="320115003")
    assert town.may("case.view", area="320115003001002")
    assert not town.may("case.view", area="320115004001001")
    assert not town.may("case.view", area="320115")
    assert not town.may("case.view")
    assert not town.may("case.accept", area="320115003")


def test_rights_for_a_unit_reach_its_cases_and_no_place() -> None:
    handler = staff(for_unit("case.sign", "320115-URB"))
    assert handler.may("case.sign", area="320999", unit="320115-URB")
    assert not handler.may("case.sign", area="320115003001002")
    assert not handler.may("case.sign", area="320115003001002", unit="320115-WAT")
    assert not handler.may("case.sign", area="320115003001002", unit="320115-URB-2")
    assert handler.areas("case.sign") == ()
    assert handler.units("case.sign") == ("320115-URB",)


def test_rights_in_an_area_reach_cases_with_any_unit_there() -> None:
    assert staff(in_area("case.view", "320115")).may("case.view", area="320115003001002", unit="320115-URB")


@given(actors, permissions, codes)
def test_a_right_is_one_of_the_areas_held(actor: Actor, permission: str, area: str) -> None:
    by_prefix = any(area.startswith(held) for held in actor.areas(permission))
    assert actor.may(permission, area=area) == by_prefix


@given(actors, permissions, codes, st.sampled_from([None, "320115-URB", "320115-WAT", "320115"]))
def test_asking_and_requiring_agree(actor: Actor, permission: str, area: str, unit: str | None) -> None:
    if actor.may(permission, area=area, unit=unit):
        require(actor, permission, area=area, unit=unit)
        assert actor.may_somewhere(permission)
        require_somewhere(actor, permission)
    else:
        with pytest.raises(NotAllowed):
            require(actor, permission, area=area, unit=unit)


@given(actors, grants, permissions, codes)
def test_one_more_post_never_takes_a_right_away(actor: Actor, more: Grant, permission: str, area: str) -> None:
    richer = Actor(ActorKind.STAFF, 1, (*actor.grants, more))
    assert richer.may(permission, area=area) >= actor.may(permission, area=area)


def test_who_is_not_signed_in_is_asked_to_sign_in() -> None:
    for call in (
        lambda: require(ANONYMOUS, "case.view", area="320115"),
        lambda: require_somewhere(ANONYMOUS, "case.view"),
    ):
        with pytest.raises(NotSignedIn):
            call()
    with pytest.raises(NotAllowed) as refused:
        require(staff(), "case.view", area="320115")
    assert not isinstance(refused.value, NotSignedIn)
    assert refused.value.params == {"permission": "case.view"}


def test_the_system_may() -> None:
    assert SYSTEM.may("case.void", area="320115")
    assert SYSTEM.areas("case.view") == ("",)


@given(st.lists(codes))
def test_outermost_areas_cover_the_same_places(areas: list[str]) -> None:
    kept = outermost(areas)
    assert set(kept) <= set(areas)
    assert all(any(area.startswith(one) for one in kept) for area in areas)
    assert not any(a != b and a.startswith(b) for a in kept for b in kept)
