"""What those who watch can look up."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse
from django.utils.translation import override

from tests import town
from tests.db.console.desk import at_desk, reported
from wangge.cases.operations import open_for_sms, unmask_contact
from wangge.cases.types import Contact
from wangge.console.records import words
from wangge.console.records.reading import Change
from wangge.console.records.values import called_in
from wangge.foundation import clock
from wangge.foundation.history import event_models
from wangge.workforce.models import Unit

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


def change(model: str, after: dict[str, Any], before: dict[str, Any] | None = None) -> Change:
    return Change(clock.now(), model, "update" if before is not None else "insert", None, after, before)


def said(one: Change) -> dict[str, tuple[str, str]]:
    called = called_in([one.before, one.after])
    with override("zh-hans"):
        return {name: (before, after) for name, before, after in words.fields_of(one, called)}


def test_changes_are_told_in_words_and_local_time() -> None:
    before = {"state": "APPROVED", "effective_on": None, "changed_at": "2026-11-25T01:00:00+00:00", "clock": "WORKING"}
    after = {**before, "state": "PUBLISHED", "effective_on": "2026-12-01", "changed_at": "2026-11-25T02:00:00+00:00"}
    assert said(change("catalogue.AdmissionApplication", after, before)) == {
        "状态": ("已审定", "已公布"),
        "生效日期": ("", "2026-12-01"),
    }
    target = {"name": "接收方", "disabled_at": None, "unit": "", "groups": []}
    off = {**target, "disabled_at": "2026-11-25T16:30:00+00:00", "disabled_why": "PAUSED", "unit": town.DEPARTMENT}
    told = said(change("notices.WebhookTarget", off, {**target, "disabled_why": ""}))
    assert told["停用时间"] == ("", "2026-11-26 00:30")
    assert "PAUSED" not in told["停用原因"][1]
    assert town.DEPARTMENT not in told["单位"][1]


def test_a_unit_is_named_whether_a_row_points_to_it_or_says_its_code() -> None:
    unit = Unit.objects.get(code=town.DEPARTMENT)
    rows = [change("workforce.Post", {"unit_id": unit.pk}), change("notices.WebhookTarget", {"unit": unit.code})]
    called = called_in([row.after for row in rows])
    assert [words.fields_of(row, called) for row in rows] == [[(name, "", unit.name_zh)] for name in ("单位", "单位")]


def test_a_kind_is_called_by_what_it_is_of() -> None:
    assert said(change("workforce.Appointment", {"kind": "PRINCIPAL"})) == {"任职方式": ("", "主岗")}
    assert "申报类型" in said(change("catalogue.AdmissionApplication", {"kind": "NEW"}))


def test_no_stored_word_and_no_bare_field_is_left_on_the_page() -> None:
    """Every field of every tracked table has a name, or is hidden on purpose."""
    nameless = {
        f"{label}.{field.attname}"
        for label, model in event_models().items()
        for field in model._meta.concrete_fields
        if not field.attname.startswith("pgh_")
        and field.attname not in words._HIDDEN
        and words._field(field.attname, label) == field.attname
    }
    assert not nameless


def test_a_limit_is_told_with_its_clock_and_a_share_in_percent() -> None:
    told = said(change("catalogue.TaskItem", {"limit_min": 480, "clock": "WORKING"}))
    assert told["时限"] == ("", "1 个工作日")
    assert said(change("analysis.RevisitShare", {"share": "0.600"}))["比例"] == ("", "60%")
