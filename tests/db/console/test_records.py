"""What those who watch can look up."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests import town
from tests.db.console.desk import at_desk, reported
from wangge.cases.operations import open_for_sms, unmask_contact
from wangge.cases.types import Contact
from wangge.console.records.reading import Change
from wangge.console.records.words import fields_of
from wangge.foundation import clock

pytestmark = pytest.mark.django_db


def rows(name: str, **sought: str) -> str:
    page = at_desk("auditor").get(reverse(name), sought).content.decode()
    return page.split("<tbody>")[1].split("</tbody>")[0] if "<tbody>" in page else ""


def test_opened_contacts_are_found_by_day_and_person() -> None:
    number = reported(contact=Contact("来电人", "13800138000"))
    clerk = town.actor("county_intake_clerk")
    unmask_contact(case_no=number, reason="回访核实地点", actor=clerk, at=clock.now())
    assert number in rows("console:contact_log", who="county_intake")
    assert not rows("console:contact_log", who="nobody_of_this_name")
    assert not rows("console:contact_log", day="2020-01-01")


def test_what_the_system_opened_is_listed_as_its_own() -> None:
    number = reported(contact=Contact("来电人", "13800138000", agrees_to_sms=True, language="en"))
    open_for_sms(case_no=number, at=clock.now())
    found = rows("console:contact_log")
    assert number in found and "系统自动" in found and "给同意接收短信的上报人发短信" in found
    assert "SMS_TO" not in found
    assert not rows("console:contact_log", who="county_intake")


def test_an_exported_list_is_on_record() -> None:
    reported()
    list(at_desk("county_intake_clerk").get(reverse("console:export"), {"area": town.TOWN}))
    assert town.TOWN in rows("console:exports")
    assert at_desk("county_intake_clerk").get(reverse("console:exports")).status_code == 403


def test_changes_are_found_by_day() -> None:
    assert rows("console:audit")
    assert not rows("console:audit", day="2020-01-01") and not rows("console:audit", who="nobody_of_this_name")


def test_a_list_a_unit_took_is_on_record_too() -> None:
    list(at_desk("unit_handler").get(reverse("console:export")))
    assert "unit_handler" in rows("console:exports") or town.COUNTY in rows("console:exports")


def test_the_kind_of_an_application_is_not_the_kind_of_an_appointment() -> None:
    said = {}
    for model in ("catalogue.AdmissionApplication", "workforce.Appointment"):
        change = Change(clock.now(), model, "update", None, after={"kind": "NEW"}, before={"kind": "AMENDMENT"})
        said[model] = fields_of(change)[0][0]
    assert said == {"catalogue.AdmissionApplication": "申报类型", "workforce.Appointment": "任职方式"}
