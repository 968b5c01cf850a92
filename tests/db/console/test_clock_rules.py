"""The clock rules at the desk: what is in force in plain words, and a new version with its faults at their fields."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from tests import town
from tests.db.console.desk import at_desk
from wangge.catalogue.models import ClockRules
from wangge.catalogue.queries import clock_profile, forget
from wangge.console.clockrules.forms import initial_of
from wangge.foundation import clock

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _as_it_was(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(clock, "now", lambda: town.AT)
    forget()
    yield
    forget()


def said(**changed: Any) -> dict[str, Any]:
    """The form as it comes, with some fields changed."""
    day = town.AT.date() + timedelta(days=7)
    return (
        initial_of(clock_profile(town.COUNTY, at=town.AT), area=town.COUNTY, day=day) | {"note": "区政府纪要"} | changed
    )


def send(user: str = "centre_leader", **given: Any) -> Any:
    return at_desk(user).post(reverse("console:clock_rules_new"), given)


def test_what_is_in_force_is_said_in_plain_words() -> None:
    page = at_desk("supervisor").get(reverse("console:clock_rules")).content.decode()
    assert "09:00-12:00, 13:00-18:00" in page
    assert "100 %" in page  # the town samples everything, unlike our default
    assert reverse("console:clock_rules_new") not in page


def test_changes_are_shown_before_anything_is_adopted() -> None:
    before = ClockRules.objects.count()
    page = send(**said(acceptance_min="3")).content.decode()
    assert 'name="adopt"' in page and ">2 " in page and "<strong>3 " in page
    assert ClockRules.objects.count() == before


def test_a_version_is_adopted_with_its_reason_and_holds_from_its_day() -> None:
    answer = send(**said(acceptance_min="3", hours="08:30-12:00，14:00-18:00"), adopt="1")
    assert answer.status_code == 302
    row = ClockRules.objects.latest("version")
    assert (row.acceptance_min, row.hours, row.note) == (180, ["08:30-12:00", "14:00-18:00"], "区政府纪要")
    assert row.made_by_id == town.user_id("centre_leader")
    assert clock_profile(town.COUNTY, at=town.AT).acceptance.minutes == 120
    assert clock_profile(town.COUNTY, at=town.later(days=8)).acceptance.minutes == 180
    page = at_desk("auditor").get(reverse("console:clock_rules")).content.decode()
    assert "区政府纪要" in page and "08:30-12:00, 14:00-18:00" in page


def test_a_township_may_have_rules_of_its_own() -> None:
    assert send(**said(area=town.TOWN, signing_min="1"), adopt="1").status_code == 302
    assert clock_profile(town.TOWN, at=town.later(days=8)).signing.minutes == 60
    assert clock_profile(town.OTHER_TOWN, at=town.later(days=8)).signing.minutes == 240
    page = at_desk("supervisor").get(reverse("console:clock_rules"), {"area": town.TOWN}).content.decode()
    assert "区政府纪要" in page


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("hours", "09:00-08:00"),
        ("hours", "09:00-12:00, 11:00-18:00"),
        ("hours", "morning"),
        ("acceptance_min", "0"),
        ("acceptance_min", "100000"),
        ("acceptance_min", "nan"),
        ("yellow_percent", "95"),
        ("sampled_percent", "0"),
        ("urgent_yellow_min", "2000"),
        ("valid_from", "2026-11-22"),
        ("valid_from", ""),
        ("note", " "),
        ("area", town.COMMUNITY),
    ],
)
def test_faults_stand_at_their_field_and_nothing_is_kept(field: str, value: str) -> None:
    before = ClockRules.objects.count()
    answer = send(**said(**{field: value}), adopt="1")
    assert answer.status_code == 422
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert ClockRules.objects.count() == before


def test_bounds_are_said_in_the_unit_of_the_field() -> None:
    page = send(**said(acceptance_min="100000"), adopt="1").content.decode()
    assert "744" in page and "44640" not in page


def test_only_those_who_may_adopt() -> None:
    for user in ("supervisor", "county_dispatcher", "auditor", "data_steward"):
        assert send(user, **said(), adopt="1").status_code == 403
    assert at_desk("supervisor").get(reverse("console:clock_rules_new")).status_code == 403
