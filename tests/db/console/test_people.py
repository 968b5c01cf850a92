"""Appointing at the desk: by name, with words for what was done and what is missing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from tests import town
from tests.db.console.desk import at_desk
from wangge.foundation import clock
from wangge.foundation.worktime import LOCAL
from wangge.workforce.models import Absence, Appointment

pytestmark = pytest.mark.django_db
EN = {"Accept-Language": "en"}
UNIT = f"/desk/people/units/{town.COMMUNITY}"


def today(days: int = 0) -> str:
    return (clock.now().astimezone(LOCAL).date() + timedelta(days=days)).isoformat()


def appoint(**said: str) -> str:
    form = {"post": "new", "role": "grid_worker", "area": "", "username": "unit_lead", "kind": "PRINCIPAL",
            "employment": "FULL_TIME", "valid_from": today(), **said}  # fmt: skip
    url = reverse("console:people_appoint", args=[town.COMMUNITY])
    response = at_desk("system_administrator").post(url, form, follow=True, headers=EN)
    return response.content.decode()


def test_a_post_is_made_by_the_name_of_its_place_and_said_back() -> None:
    page = appoint(area="汤山社区居委会 网格001003", username="unit_lead")
    made = Appointment.objects.select_related("post").latest("pk")
    assert made.post.area == f"{town.COMMUNITY}003"
    assert "now holds" in page and "网格001003" in page


def test_a_new_post_asks_for_its_role() -> None:
    page = appoint(role="")
    assert "Choose the role of the new post." in page and "“”" not in page


def test_a_second_principal_is_pointed_out() -> None:
    post = Appointment.objects.get(user__username="grid_worker").post_id
    assert "another principal" in appoint(post=str(post))


def test_accounts_are_completed_by_the_name_shown() -> None:
    url = reverse("console:people_accounts_named")
    page = at_desk("system_administrator").get(url, {"username": "grid_leader"}).content.decode()
    assert 'value="grid_leader"' in page
    assert at_desk("county_dispatcher").get(url, {"username": "g"}).status_code == 403


def leave(first: int, last: int, name: str = "grid_leader") -> tuple[int, str]:
    row = Appointment.objects.get(user__username=name)
    url = reverse("console:people_leave", args=[row.pk])
    said = {"from_on": today(first), "last_on": today(last)}
    response = at_desk("system_administrator").post(url, said, follow=True, headers=EN)
    return response.status_code, response.content.decode()


def test_leave_shows_its_last_day_and_says_that_nobody_stands_in() -> None:
    status, page = leave(1, 3)
    assert status == 200 and today(3)[5:] in page and today(4)[5:] not in page.split("<tbody>")[1].split("</tbody>")[0]
    assert "no substitute" in page
    changes = at_desk("auditor").get(reverse("console:audit"), {"of": "workforce.Absence"}, headers=EN)
    assert today(3) in changes.content.decode() and today(4) not in changes.content.decode()


def test_leave_that_ends_before_it_begins_is_said_at_the_field() -> None:
    status, page = leave(3, 1)
    assert status == 422 and 'id="id_last_on_error"' in page and not Absence.objects.exists()


def test_a_name_of_several_places_is_not_guessed() -> None:
    said = {
        "post": "new", "role": "grid_worker", "area": "网格", "username": "auditor", "kind": "PRINCIPAL",
        "employment": "FULL_TIME", "valid_from": "2026-12-01",
    }  # fmt: skip
    page = at_desk("system_administrator").post(f"/desk/people/units/{town.TOWN_CENTRE}/appoint", said)
    assert page.status_code == 422
    assert "有多个地方叫" in page.content.decode()
