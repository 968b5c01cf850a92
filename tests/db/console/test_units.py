"""Units on the desk, an edition's planned day, and a merge taken back."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from tests import town
from tests.db.cases.flow import A, do, in_state
from tests.db.channels.pages import signed_in
from wangge.cases.models import Case
from wangge.cases.types import State
from wangge.foundation import clock
from wangge.foundation.worktime import LOCAL
from wangge.grids.models import GridEdition
from wangge.workforce.models import Post, Unit

pytestmark = pytest.mark.django_db
SECTION = {
    "name_zh": "城管二科",
    "name_en": "Urban section 2",
    "kind": "OFFICE",
    "level": "COUNTY",
    "area": town.COUNTY,
    "code": f"{town.DEPARTMENT}-2",
}


def test_a_unit_is_added_renamed_and_ended() -> None:
    admin = signed_in("system_administrator")
    page = f"/desk/people/units/{town.DEPARTMENT}/add"
    assert "新增单位" in admin.get(page).content.decode()
    assert admin.post(page, SECTION)["Location"] == f"/desk/people/units/{SECTION['code']}"
    change = f"/desk/people/units/{SECTION['code']}/change"
    admin.post(change, {"name_zh": "运行二科", "name_en": "Operations 2"})
    assert Unit.objects.get(code=SECTION["code"]).name_zh == "运行二科"
    assert "已撤销：运行二科" in admin.post(f"/desk/people/units/{SECTION['code']}/end", follow=True).content.decode()
    assert Unit.objects.get(code=SECTION["code"]).valid_to is not None


def test_what_makes_no_unit_is_said_at_its_field() -> None:
    admin = signed_in("system_administrator")
    answer = admin.post(f"/desk/people/units/{town.DEPARTMENT}/add", SECTION | {"code": "URB2"})
    assert answer.status_code == 422
    assert "编码以所在区域编码" in answer.content.decode() and "城管二科" in answer.content.decode()
    assert "其他单位" in admin.post(f"/desk/people/units/{town.DEPARTMENT}/end", follow=True).content.decode()


def test_a_refused_appointment_on_the_page_leaves_no_post() -> None:
    admin, before = signed_in("system_administrator"), Post.objects.count()
    said = {
        "post": "new", "role": "auditor", "area": town.COUNTY, "username": "county_dispatcher", "kind": "PRINCIPAL",
        "employment": "FULL_TIME", "valid_from": f"{clock.now().astimezone(LOCAL):%Y-%m-%d}",
    }  # fmt: skip
    assert admin.post(f"/desk/people/units/{town.TOWN_CENTRE}/appoint", said).status_code == 422
    assert Post.objects.count() == before


def test_a_planned_day_is_shown_and_taken_back() -> None:
    steward = signed_in("data_steward")
    GridEdition.objects.filter(state="EFFECTIVE").update(valid_from=town.SINCE)
    edition = GridEdition.objects.get(state="EFFECTIVE")
    edition.pk, edition.state, edition.label = None, "CHECKED", "明年"
    edition.valid_from = clock.now().date() + timedelta(days=30)
    edition.save()
    page = f"/desk/grids/{edition.pk}/"
    assert "取消预定生效" in steward.get(page).content.decode()
    assert "已取消预定" in steward.post(f"{page}unschedule", follow=True).content.decode()
    edition.refresh_from_db()
    assert edition.valid_from is None


def test_a_merge_is_taken_back_at_the_desk() -> None:
    case_no, main = town.report().case_no, in_state(State.ACCEPTED)
    do(A.MERGE, case_no, town.actor("county_intake_clerk"), into=main)
    clerk = signed_in("county_intake_clerk")
    assert "撤销并案" in clerk.get(f"/desk/cases/{case_no}/").content.decode()
    said = {"operation_id": str(uuid4()), "note": ""}
    assert "请简要说明为什么不是同一件事" in clerk.post(f"/desk/cases/{case_no}/act/unmerge", said).content.decode()
    clerk.post(f"/desk/cases/{case_no}/act/unmerge", said | {"note": "另一条路"})
    assert Case.objects.get(case_no=case_no).state == "reported"
