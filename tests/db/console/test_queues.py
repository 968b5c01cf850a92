"""The queues: who may enter, what each shows, and what it costs."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from django.urls import reverse

from tests import town
from tests.db.console.desk import HTMX, accepted, at_desk, dispatched, disposed, reported, verified
from wangge.cases.operations import follow_up
from wangge.cases.types import Place, PlaceSource
from wangge.console.places import PLACES
from wangge.foundation import clock

pytestmark = pytest.mark.django_db

#: Which queues each role works at; everybody else is refused.
QUEUES_OF = {
    "county_intake_clerk": {"queue", "feedback"},
    "county_dispatcher": {"queue", "dispatch", "feedback"},
    "township_dispatcher": {"queue", "dispatch", "feedback"},
    "shift_leader": {"queue", "dispatch", "arbitrate", "feedback", "verify"},
    "centre_leader": {"approve"},
    "unit_handler": {"unit"},
    "unit_lead": {"unit"},
    "enforcement_member": {"unit"},
    "mediator": {"unit"},
    "social_org_manager": {"unit"},
    "grid_worker": {"verify"},
    "grid_leader": {"verify"},
    "community_operator": {"verify"},
    "supervisor": set(),
    "revisit_clerk": set(),
    "legal_secretary": set(),
    "auditor": set(),
    "system_administrator": set(),
    "data_steward": set(),
}


@pytest.mark.parametrize("name", QUEUES_OF)
def test_a_queue_opens_to_those_who_work_there(name: str) -> None:
    client = at_desk(name)
    for place in PLACES:
        expected = 200 if place.slug in QUEUES_OF[name] else 403
        assert client.get(reverse(f"console:{place.slug}")).status_code == expected
        assert client.get(reverse(f"console:{place.slug}_list")).status_code == expected


def test_nobody_enters_without_signing_in() -> None:
    for place in PLACES:
        response = Client().get(reverse(f"console:{place.slug}"))
        assert response.status_code == 302
        assert "/accounts/login/" in response["Location"]


def test_a_session_that_ended_leads_to_the_sign_in_as_a_whole_page() -> None:
    headers = {**HTMX, "HX-Current-URL": "http://testserver/desk/queue/"}
    response = Client().get(reverse("console:queue_list"), headers=headers)
    assert response.status_code == 401
    assert response["HX-Redirect"] == "/accounts/login/?next=/desk/queue/"


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("county_intake_clerk", "console:queue"),
        ("unit_handler", "console:unit"),
        ("grid_worker", "console:verify"),
        ("supervisor", "console:supervision"),
        ("revisit_clerk", "console:revisits"),
        ("legal_secretary", "hotline:entry"),
        ("auditor", "console:audit"),
        ("task_list_reviewer", "console:admission"),
        ("system_administrator", "console:people"),
        ("privacy_officer", "console:contact_log"),
        ("data_steward", "console:grids"),
    ],
)
def test_the_desk_begins_at_the_first_place_of_the_role(name: str, place: str) -> None:
    assert at_desk(name).get("/desk/")["Location"] == reverse(place)


def test_each_queue_shows_the_cases_that_wait_there() -> None:
    waiting = {"queue": reported(), "dispatch": accepted(), "verify": disposed(), "feedback": verified()}
    waiting["unit"] = dispatched()
    who = {"unit": "unit_handler", "verify": "grid_worker"}
    for slug, number in waiting.items():
        page = at_desk(who.get(slug, "county_dispatcher")).get(reverse(f"console:{slug}")).content.decode()
        shown = {other for other in waiting.values() if f'id="row-{other}"' in page}
        assert shown == {number}


def test_a_queue_ends_at_the_borders_of_the_desk() -> None:
    here, far = reported(), reported(at_place=town.place(town.FAR_GRID))
    page = at_desk("township_dispatcher").get(reverse("console:queue")).content.decode()
    assert f"row-{here}" in page and f"row-{far}" not in page
    assert at_desk("township_dispatcher").get(reverse("console:queue_case", args=[far])).status_code == 404


def test_a_unit_sees_its_own_cases_only() -> None:
    mine, theirs = dispatched(), dispatched(town.OTHER_DEPARTMENT)
    page = at_desk("unit_handler").get(reverse("console:unit")).content.decode()
    assert f"row-{mine}" in page and f"row-{theirs}" not in page


def test_the_rail_counts_what_waits_for_ones_own_permission() -> None:
    reported(), reported(at_place=town.place(town.FAR_GRID)), accepted()
    page = at_desk("township_dispatcher").get(reverse("console:queue_list")).content.decode()
    assert '<span class="rail-count" id="count-queue" hx-swap-oob="true">1</span>' in page
    assert '<span class="rail-count" id="count-dispatch" hx-swap-oob="true">1</span>' in page


def test_a_row_brings_the_case_alone() -> None:
    number = reported()
    url = reverse("console:queue_case", args=[number])
    part = at_desk("county_intake_clerk").get(url, headers=HTMX).content.decode()
    assert part.lstrip().startswith("<article") and "<html" not in part
    assert 'id="context" hx-swap-oob="true"' in part


def test_an_empty_queue_says_what_would_be_there() -> None:
    page = at_desk("county_intake_clerk").get(reverse("console:queue"), headers={"Accept-Language": "en"})
    assert "No report is waiting" in page.content.decode()


def test_a_queue_costs_the_same_however_long(django_assert_max_num_queries: pytest.FixtureRequest) -> None:
    client, url = at_desk("county_intake_clerk"), reverse("console:queue")
    for turn in range(4):
        reported(f"第{turn}个路灯不亮", at_place=town.place(east=0.1 + turn / 10))
    with django_assert_max_num_queries(40) as few:  # type: ignore[operator]
        client.get(url)
    for turn in range(12):
        reported(f"井盖坏了{turn}", at_place=town.place(east=0.1 + turn / 20, north=0.9))
    with django_assert_max_num_queries(len(few.captured_queries)):  # type: ignore[operator]
        client.get(url)


def test_the_suggested_task_is_chosen_with_its_reason() -> None:
    number = reported("小区门口垃圾堆了三天，臭得很")
    follow_up(case_no=number, at=clock.now())
    url = reverse("console:queue_case", args=[number])
    page = at_desk("county_intake_clerk").get(url, headers={"Accept-Language": "en"}).content.decode()
    chosen = page.split('name="task_code" value="')[1].split("</label>")[0]
    assert "checked" in chosen
    assert "matched words: " in chosen and "垃圾" in chosen


def test_a_likely_duplicate_stands_beside_the_report_with_its_reasons() -> None:
    first = reported("东门外的垃圾堆了三天没人清")
    second = reported("东门外的垃圾堆了三天没人清理")
    url = reverse("console:queue_case", args=[second])
    page = at_desk("county_intake_clerk").get(url, headers={"Accept-Language": "en"}).content.decode()
    assert f"act/merge?into={first}" in page
    assert 'href="#dup-title"' in page
    assert "the same spot" in page and "alike" in page


def test_tasks_are_found_by_typing() -> None:
    url = reverse("console:act_tasks", args=[reported()])
    page = at_desk("county_intake_clerk").get(url, {"task_q": "040101"}).content.decode()
    assert 'name="task_code" value="040101" checked' in page
    assert 'name="found_for" value="040101"' in page


def test_live_tells_of_changes_in_ones_own_area_only() -> None:
    client, url = at_desk("township_dispatcher"), reverse("console:live")
    cursor = client.get(url).json()["cursor"]
    assert json.loads(client.get(url, {"cursor": cursor}).content) == {
        "cursor": cursor,
        "changed": False,
        "unread": 0,
    }


def test_a_report_with_an_address_only_asks_for_the_pin() -> None:
    number = reported(at_place=Place(source=PlaceSource.ADDRESS, address="汤泉路 12 号"))
    page = at_desk("county_intake_clerk").get(reverse("console:queue_case", args=[number])).content.decode()
    assert 'data-island="place-picker"' in page


def test_a_row_says_the_place_shortly_and_the_words_beside_the_task() -> None:
    number = accepted(text="东门外路灯不亮")
    page = at_desk("county_dispatcher").get(reverse("console:dispatch")).content.decode()
    row = page.split(f'id="row-{number}"')[1].split("</li>")[0]
    assert "汤山社区 · 网格001001</span>" in row and "东门外路灯不亮" in row
    assert 'hx-disinherit="hx-include"' in page


def test_a_refusal_inside_the_desk_keeps_its_places_and_shows_no_code() -> None:
    page = at_desk("auditor").get("/desk/cases/").content.decode()
    assert 'class="desk-rail"' in page and "case.view" not in page and 'class="desk-search"' not in page
