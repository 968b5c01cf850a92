"""Rights follow from appointments: their dates, the unit's, and the leave of the principal."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import transaction

from tests import town
from wangge.foundation.access import Actor
from wangge.foundation.errors import Conflict, Invalid
from wangge.foundation.worktime import LOCAL
from wangge.workforce import operations, queries
from wangge.workforce.models import Absence, Appointment, Post, Unit
from wangge.workforce.types import AppointmentKind, Employment

pytestmark = pytest.mark.django_db
TODAY = town.AT.date()


def at(day: date, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=LOCAL)


def days(number: int) -> date:
    return TODAY + timedelta(days=number)


def newcomer() -> int:
    from wangge.accounts import operations as accounts

    return accounts.put_accounts(accounts=[("newcomer", "新人", None)])["newcomer"]


def post(name: str = "grid_worker") -> Post:
    unit, role, area = town.POSTS[name]
    return Post.objects.get(unit__code=unit, role__code=role, area=area)


def hold(
    user: int, since: date, until: date | None = None, kind: AppointmentKind = AppointmentKind.PRINCIPAL
) -> Appointment:
    return Appointment.objects.create(post=post(), user_id=user, kind=kind.value, valid_from=since, valid_to=until)


def who(user: int, day: date, hour: int = 9) -> Actor:
    return queries.actor_for(user_id=user, at=at(day, hour))


def test_without_an_appointment_an_account_may_nothing() -> None:
    assert who(newcomer(), TODAY).grants == ()


@pytest.mark.parametrize(("day", "may"), [(-1, False), (0, True), (4, True), (5, False)])
def test_rights_begin_on_the_first_day_and_end_before_the_last(day: int, may: bool) -> None:
    user = newcomer()
    hold(user, TODAY, days(5))
    assert bool(who(user, days(day)).grants) is may


def test_the_day_is_the_local_one() -> None:
    user = newcomer()
    hold(user, TODAY)
    assert who(user, TODAY, hour=0).grants  # still the day before in UTC
    assert not who(user, days(-1), hour=23).grants


@pytest.mark.parametrize(("field", "day"), [("valid_from", 1), ("valid_to", 0)])
def test_a_unit_that_is_not_valid_gives_no_rights(field: str, day: int) -> None:
    user = newcomer()
    hold(user, TODAY)
    Unit.objects.filter(code=town.COMMUNITY).update(**{field: days(day)})
    assert not who(user, TODAY).grants


@pytest.mark.parametrize(("day", "may"), [(-1, False), (0, True), (2, True), (3, False)])
def test_a_substitute_acts_only_while_the_principal_is_away(day: int, may: bool) -> None:
    user = newcomer()
    hold(user, days(-30), kind=AppointmentKind.SUBSTITUTE)
    principal = Appointment.objects.get(user_id=town.user_id("grid_worker"))
    Absence.objects.create(appointment=principal, from_on=TODAY, to_on=days(3))
    assert bool(who(user, days(day)).grants) is may
    assert town.actor("grid_worker").grants, "leave takes nothing from the principal"


def test_leave_of_another_post_opens_nothing() -> None:
    user = newcomer()
    hold(user, days(-30), kind=AppointmentKind.SUBSTITUTE)
    other = Appointment.objects.get(user_id=town.user_id("grid_worker_far"))
    Absence.objects.create(appointment=other, from_on=TODAY, to_on=days(3))
    assert not who(user, TODAY).grants


def test_area_roles_reach_their_area_and_unit_roles_their_unit() -> None:
    worker, handler = town.actor("grid_worker"), town.actor("unit_handler")
    assert worker.may("case.view", area=town.GRID) and not worker.may("case.view", area=town.NEXT_GRID)
    assert handler.may("case.sign", unit=town.DEPARTMENT)
    assert not handler.may("case.sign", unit=town.OTHER_DEPARTMENT)
    assert not handler.may("case.view", area=town.GRID)


# --- appointments ------------------------------------------------------------------------------------


def appoint(
    user: int, name: str = "grid_worker", by: str = "system_administrator", **dates: date | None
) -> Appointment:
    return operations.appoint(
        post_id=post(name).pk,
        user_id=user,
        kind=AppointmentKind.PRINCIPAL,
        employment=Employment.PART_TIME,
        valid_from=dates.get("since") or TODAY,
        valid_to=dates.get("until"),
        actor=town.actor(by),
        at=town.AT,
    )


def test_an_administrator_appoints_and_ends() -> None:
    user = newcomer()
    row = appoint(user, since=days(-3))
    assert who(user, TODAY).roles == {"grid_worker"}
    operations.end_appointment(appointment_id=row.pk, actor=town.actor("system_administrator"), at=town.AT)
    assert not who(user, TODAY).grants


def test_one_that_has_ended_is_not_prolonged_by_ending_it_again() -> None:
    row = hold(newcomer(), days(-10), days(-5))
    operations.end_appointment(appointment_id=row.pk, actor=town.actor("system_administrator"), at=town.AT)
    row.refresh_from_db()
    assert row.valid_to == days(-5)


@pytest.mark.parametrize("who_asks", sorted(set(town.POSTS) - {"system_administrator"}))
def test_nobody_else_appoints(who_asks: str) -> None:
    from wangge.foundation.errors import NotAllowed

    with pytest.raises(NotAllowed):
        appoint(newcomer(), by=who_asks)
    assert not Appointment.objects.filter(user__username="newcomer").exists()


@pytest.mark.parametrize(
    ("first", "second", "code"),
    [
        ("grid_worker", "grid_worker", "workforce.held_already"),
        ("grid_worker", "auditor", "workforce.powers_apart"),
        ("auditor", "system_administrator", "workforce.powers_apart"),
        ("system_administrator", "county_dispatcher", "workforce.powers_apart"),
        ("auditor", "privacy_officer", None),
        ("grid_worker", "unit_handler", None),
    ],
)
def test_the_three_powers_stay_apart(first: str, second: str, code: str | None) -> None:
    from wangge.foundation.errors import Conflict

    user = newcomer()
    appoint(user, first)
    if code is None:
        appoint(user, second)
        return
    with pytest.raises(Conflict) as refused:
        appoint(user, second)
    assert refused.value.code == code


def test_one_after_the_other_is_no_conflict() -> None:
    user = newcomer()
    appoint(user, "grid_worker", until=days(10))
    appoint(user, "auditor", since=days(10))
    assert who(user, days(10)).roles == {"auditor"}


def test_nobody_appoints_themselves() -> None:
    from wangge.foundation.errors import NotAllowed

    with pytest.raises(NotAllowed) as refused:
        appoint(town.user_id("system_administrator"))
    assert refused.value.code == "workforce.not_oneself"


def test_leave_is_for_principals_and_ends_early() -> None:
    from wangge.foundation.errors import Invalid

    admin, user = town.actor("system_administrator"), newcomer()
    row = hold(user, days(-30), kind=AppointmentKind.SUBSTITUTE)
    with pytest.raises(Invalid):
        operations.record_absence(appointment_id=row.pk, from_on=TODAY, to_on=days(1), actor=admin, at=town.AT)
    principal = Appointment.objects.get(user_id=town.user_id("grid_worker"))
    leave = operations.record_absence(
        appointment_id=principal.pk, from_on=days(-1), to_on=days(5), actor=admin, at=town.AT
    )
    assert who(user, TODAY).grants
    operations.end_absence(absence_id=leave.pk, actor=admin, at=town.AT)
    assert not who(user, TODAY).grants and who(user, days(-1)).grants


@pytest.mark.parametrize(
    ("role", "area", "field"),
    [("grid_worker", town.FAR_GRID, "area"), ("grid_worker", "3201%", None), ("no_such", town.GRID, "role")],
)
def test_posts_lie_within_their_unit(role: str, area: str, field: str | None) -> None:
    from wangge.foundation.errors import Problem

    with pytest.raises(Problem) as refused:
        operations.add_post(
            unit=town.COMMUNITY, role=role, area=area, actor=town.actor("system_administrator"), at=town.AT
        )
    assert refused.value.field == field


# --- accounts ----------------------------------------------------------------------------------------


def open_account(password: str = "eine-lange-Leiter-4") -> int:
    return operations.open_account(
        username="li.hua",
        display_name="测试账户",
        password=password,
        actor=town.actor("system_administrator"),
        at=town.AT,
    )


def test_an_account_signs_in_and_may_nothing() -> None:
    from django.contrib.auth.hashers import check_password

    from wangge.accounts.models import User

    user = User.objects.get(pk=open_account())
    assert check_password("eine-lange-Leiter-4", user.password) and user.password_given_at == town.AT
    assert who(user.pk, TODAY).grants == ()


@pytest.mark.parametrize("password", ["short", "123456789012345", "password1234"])
def test_weak_passwords_are_refused_and_nothing_is_stored(password: str) -> None:
    from django.db import transaction

    from wangge.accounts.models import User
    from wangge.foundation.errors import Invalid

    with pytest.raises(Invalid) as refused, transaction.atomic():
        open_account(password)
    assert refused.value.code == "accounts.weak_password"
    assert not User.objects.filter(username="li.hua").exists()


def test_a_closed_account_has_no_tokens() -> None:
    from wangge.accounts.models import User
    from wangge.accounts.operations import TokenSpent, issue_token

    user = User.objects.get(pk=open_account())
    token, _ = issue_token(user=user, at=town.AT)
    assert queries.actor_of_token(token, at=town.AT).user_id == user.pk
    operations.close_account(user_id=user.pk, actor=town.actor("system_administrator"), at=town.AT)
    with pytest.raises(TokenSpent):
        queries.actor_of_token(token, at=town.AT)


def test_an_administrator_of_less_does_not_touch_the_accounts_of_more() -> None:
    from wangge.foundation.errors import NotAllowed

    operations.put_posts(posts=[(town.TOWN_CENTRE, "system_administrator", town.TOWN)])
    small = newcomer()
    narrow = Post.objects.get(unit__code=town.TOWN_CENTRE, role__code="system_administrator")
    Appointment.objects.create(post=narrow, user_id=small, kind="PRINCIPAL", valid_from=TODAY)
    actor = who(small, TODAY)
    with pytest.raises(NotAllowed):
        operations.give_password(
            user_id=town.user_id("shift_leader"), password="eine-lange-Leiter-4", actor=actor, at=town.AT
        )
    operations.give_password(
        user_id=town.user_id("township_dispatcher"), password="eine-lange-Leiter-4", actor=actor, at=town.AT
    )


# --- who changed it ----------------------------------------------------------------------------------


def test_changes_name_who_made_them_and_the_auditor_reads_them() -> None:
    from wangge.console.records.reading import changes_before
    from wangge.foundation.history import done_by

    admin, user = town.user_id("system_administrator"), newcomer()
    with done_by(lambda: admin):
        row = appoint(user)
        operations.end_appointment(
            appointment_id=row.pk, actor=town.actor("system_administrator"), at=town.later(days=3)
        )
    found = changes_before(datetime(2999, 1, 1, tzinfo=LOCAL), actor=town.actor("auditor"), of="workforce.Appointment")
    ended, begun = found[0], found[1]
    assert (begun.label, ended.label) == ("insert", "update")
    assert begun.user_id == ended.user_id == admin
    assert ended.before is not None and ended.before["valid_to"] is None
    assert ended.after["valid_to"] == str(days(3))


def test_what_is_not_tracked_costs_no_statement(django_assert_num_queries: object) -> None:
    from wangge.accounts.models import ApiToken
    from wangge.foundation.history import done_by

    with done_by(lambda: pytest.fail("asked for nothing")), django_assert_num_queries(1):  # type: ignore[operator]
        ApiToken.objects.filter(pk=-1).update(revoked_at=town.AT)


def test_a_substitute_acts_where_nobody_holds_the_post() -> None:
    """The principal has left, with leave still written down or not: the grid isn't without a worker."""
    user = newcomer()
    hold(user, TODAY, kind=AppointmentKind.SUBSTITUTE)
    principal = Appointment.objects.get(post=post(), kind="PRINCIPAL")
    assert not who(user, TODAY).grants
    Appointment.objects.filter(pk=principal.pk).update(valid_to=days(2))
    assert not who(user, days(1)).grants
    assert who(user, days(2)).grants
    assert [one["acts"] for one in queries.workers_of(town.GRID, at=at(days(2)))] == [True]


def test_leave_left_over_from_somebody_who_has_ended_opens_nothing_beside_a_new_principal() -> None:
    user, successor = newcomer(), town.user_id("auditor")
    hold(user, TODAY, kind=AppointmentKind.SUBSTITUTE)
    gone = Appointment.objects.get(post=post(), kind="PRINCIPAL")
    Absence.objects.create(appointment=gone, from_on=TODAY, to_on=days(30))
    Appointment.objects.filter(pk=gone.pk).update(valid_to=days(1))
    hold(successor, days(1))
    assert who(user, TODAY).grants
    assert not who(user, days(1)).grants


@pytest.mark.parametrize("area", ["32011500300199", "320115003001999", "3201150030", "320115003009"])
def test_a_post_is_for_a_place_that_exists(area: str) -> None:
    with pytest.raises(Invalid) as refused:
        operations.add_post(
            unit=town.TOWN_CENTRE,
            role="grid_worker",
            area=area,
            actor=town.actor("system_administrator"),
            at=town.AT,
        )
    assert (refused.value.code, refused.value.field) == ("workforce.unknown_area", "area")


def test_a_refused_appointment_leaves_no_post() -> None:
    before = Post.objects.count()
    with pytest.raises(Conflict), transaction.atomic():
        operations.appoint_to_new_post(
            unit=town.CENTRE,
            role="grid_worker",
            area=town.COUNTY,
            user_id=town.user_id("auditor"),
            kind=AppointmentKind.PRINCIPAL,
            employment=Employment.FULL_TIME,
            valid_from=TODAY,
            valid_to=None,
            actor=town.actor("system_administrator"),
            at=town.AT,
        )
    assert Post.objects.count() == before
