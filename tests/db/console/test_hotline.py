"""The hotline: a call becomes a report, once."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from tests import town
from tests.db.console.desk import HTMX, at_desk, reported
from wangge.cases.models import Case
from wangge.channels.doors.hotline.reading import places_in

pytestmark = pytest.mark.django_db
ENTRY = "/desk/hotline/"


def call(**said: Any) -> dict[str, Any]:
    place = town.place()
    form = {"client_id": str(uuid4()), "text": "路灯不亮", "lon": place.lon, "lat": place.lat, "place_source": "DESK"}
    return {key: value for key, value in {**form, **said}.items() if value is not None}


def test_only_those_who_report_enter() -> None:
    assert at_desk("county_intake_clerk").get(ENTRY).status_code == 200
    assert at_desk("unit_handler").get(ENTRY).status_code == 403
    assert at_desk("auditor").post(reverse("hotline:earlier")).status_code == 403


def test_a_call_becomes_a_case_and_its_code_is_shown() -> None:
    response = at_desk("county_intake_clerk").post(ENTRY, call(caller_phone="025-1234 5678"), headers=HTMX)
    case = Case.objects.get()
    page = response.content.decode()
    assert (case.channel, case.area, case.place_source) == ("HOTLINE", town.GRID, "DESK")
    assert case.case_no in page and f"{case.query_code[:4]}-{case.query_code[4:]}" in page
    assert hasattr(case, "contact")


def test_sent_twice_it_is_one_case() -> None:
    client, form = at_desk("county_intake_clerk"), call()
    first, again = client.post(ENTRY, form, headers=HTMX), client.post(ENTRY, form, headers=HTMX)
    number = Case.objects.get().case_no
    assert number in first.content.decode() and number in again.content.decode()


def test_an_address_is_enough() -> None:
    form = call(lon=None, lat=None, place_source=None, address="汤泉路 12 号")
    assert at_desk("county_intake_clerk").post(ENTRY, form, headers=HTMX).status_code == 200
    assert Case.objects.get().area == town.COUNTY


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"text": ""}, "call_text_error"),
        ({"lon": None, "lat": None}, "call_place_error"),
        ({"lon": 100, "lat": 30}, "call_place_error"),
        ({"task": "没有这个事项"}, "call_task_error"),
        ({"caller_phone": "打给我"}, "call_caller_phone_error"),
    ],
)
def test_a_fault_is_shown_at_its_field_and_nothing_is_lost(said: dict[str, Any], field: str) -> None:
    response = at_desk("county_intake_clerk").post(ENTRY, call(address="", **said), headers=HTMX)
    page = response.content.decode()
    assert response.status_code == 422 and f'id="{field}"' in page
    assert said.get("text", "路灯不亮") in page
    assert not Case.objects.exists()


@pytest.mark.parametrize("where", [{}, {"lon": None, "lat": None, "address": "汤泉路 12 号"}])
def test_a_place_of_another_desk_is_refused_at_its_field_and_nothing_is_lost(where: dict[str, Any]) -> None:
    response = at_desk("township_dispatcher_far").post(ENTRY, call(**where), headers=HTMX)
    page = response.content.decode()
    assert response.status_code == 422 and 'id="call_place_error"' in page and "路灯不亮" in page
    assert not Case.objects.exists()


def test_what_a_caller_says_stands_in_no_address() -> None:
    client = at_desk("county_intake_clerk")
    for name in ("hotline:places", "hotline:earlier"):
        assert client.get(reverse(name), {"text": "路灯不亮"}).status_code == 405
    page = client.get(ENTRY).content.decode()
    assert "hx-get" not in page.split('id="call"')[1].split("</form>")[0]
    assert 'hx-params="text,address,lon,lat"' in page and 'hx-params="address"' in page


def test_the_saved_call_is_read_back() -> None:
    response = at_desk("county_intake_clerk").post(ENTRY, call(address="东门外"), headers=HTMX)
    page = response.content.decode()
    assert "路灯不亮" in page and "东门外" in page and "网格001001" in page


def test_a_named_grid_gets_the_pin_and_a_community_only_the_map() -> None:
    client, url = at_desk("county_intake_clerk"), reverse("hotline:places")
    grid = json.loads(client.post(url, {"address": town.GRID})["HX-Trigger"])["place:go"]
    assert grid["pin"] and town.WEST < grid["lon"] < town.WEST + town.SIDE
    community = json.loads(client.post(url, {"address": town.COMMUNITY})["HX-Trigger"])["place:go"]
    assert not community["pin"]
    assert "HX-Trigger" not in client.post(url, {"address": "哪里也不是"})


def test_earlier_cases_of_the_place_appear_within_ones_borders() -> None:
    number, there = reported("东门外垃圾成堆"), town.place()
    asked = {"lon": there.lon, "lat": there.lat, "text": "东门外垃圾成堆了"}
    url = reverse("hotline:earlier")
    assert number in at_desk("county_intake_clerk").post(url, asked).content.decode()
    assert number not in at_desk("township_dispatcher_far").post(url, asked).content.decode()


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("汤山街道", town.TOWN),
        ("汤山街道汤山社区东门外", town.COMMUNITY),
        ("汤山社区 5 栋", town.COMMUNITY),
        ("汤山社区网格001002门口", town.NEXT_GRID),
        ("哪里也不是", None),
    ],
)
def test_a_place_is_known_by_the_longest_name_in_what_is_typed(typed: str, code: str | None) -> None:
    _, sure = places_in(typed)
    assert (sure.code if sure else None) == code


def test_nothing_is_said_of_earlier_cases_before_the_place_is_known() -> None:
    client, url = at_desk("county_intake_clerk"), reverse("hotline:earlier")
    headers = {"Accept-Language": "en"}
    there = town.place()
    assert "As soon as the place" in client.post(url, {"address": "汤泉路"}, headers=headers).content.decode()
    known = client.post(url, {"lon": there.lon, "lat": there.lat}, headers=headers)
    assert "Nothing was reported here" in known.content.decode()
