"""Acting at the desk: the whole way, twice the same click, too late, and what one may not."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest
from django.urls import reverse

from tests import town
from tests.db.console.desk import (
    HTMX,
    accepted,
    act,
    at_desk,
    dispatched,
    disposed,
    reported,
    state_of,
    steps_of,
    verified,
)
from wangge.cases import operations as cases
from wangge.cases.models import Case, Unmasking
from wangge.cases.types import Contact, Place, PlaceSource
from wangge.foundation import clock

pytestmark = pytest.mark.django_db
EN = {"Accept-Language": "en"}


def accept(client, number: str, **said: object):  # type: ignore[no-untyped-def]
    return act(client, number, "accept", **{"task_code": town.TOWN_TASK, "weight": "GENERAL", "at": "queue", **said})


def test_the_whole_way_at_the_desk() -> None:
    number = reported()
    clerk = at_desk("county_intake_clerk")
    assert accept(clerk, number).status_code == 200
    assert act(at_desk("county_dispatcher"), number, "dispatch", at="dispatch", unit=town.DEPARTMENT).status_code == 200
    unit = at_desk("unit_handler")
    assert act(unit, number, "sign", at="unit").status_code == 200
    assert act(unit, number, "submit_result", at="unit", note="已换灯泡").status_code == 200
    assert act(at_desk("grid_worker"), number, "verify", at="verify").status_code == 200
    assert act(clerk, number, "feedback", at="feedback", note="已修好，谢谢您。").status_code == 200
    assert state_of(number) == "closed"
    assert steps_of(number) == ["submit", "accept", "dispatch", "sign", "submit_result", "verify", "feedback"]


def test_the_next_of_the_queue_opens() -> None:
    first, second, third = (reported(f"路灯{n}不亮", at_place=town.place(east=0.2 * n)) for n in (1, 2, 3))
    response = accept(at_desk("county_intake_clerk"), second)
    assert response["HX-Push-Url"] == reverse("console:queue_case", args=[third])
    assert f'data-case="{third}"' in response.content.decode()
    assert f"row-{first}" in response.content.decode()


def test_after_the_last_the_queue_is_empty() -> None:
    response = accept(at_desk("county_intake_clerk"), reported())
    assert response["HX-Push-Url"] == reverse("console:queue")


def test_what_stays_in_the_queue_stays_open() -> None:
    number = dispatched()
    dispatched(at_place=town.place(east=0.3))
    response = act(at_desk("unit_handler"), number, "sign", at="unit")
    assert response["HX-Push-Url"] == reverse("console:unit_case", args=[number])


def test_a_double_click_does_nothing_twice() -> None:
    number, client = reported(), at_desk("county_intake_clerk")
    once = {"operation_id": str(uuid4())}
    assert accept(client, number, **once).status_code == 200
    assert accept(client, number, **once).status_code == 200
    assert steps_of(number) == ["submit", "accept"]


def test_who_comes_too_late_is_told_and_sees_the_case_as_it_is() -> None:
    number = reported()
    accept(at_desk("county_intake_clerk"), number)
    response = accept(at_desk("county_dispatcher"), number)
    page = response.content.decode()
    assert response.status_code == 409
    assert (response["HX-Retarget"], response["HX-Reswap"]) == ("#case", "outerHTML")
    assert 'data-tone="warning"' in page and f'data-case="{number}"' in page and 'data-state="accepted"' in page
    assert "county_intake_clerk" in page.split('class="notice"')[1].split("</div>")[0]
    assert steps_of(number) == ["submit", "accept"]


def test_what_was_written_too_late_comes_back() -> None:
    number, clerk = reported(), at_desk("county_intake_clerk")
    accept(at_desk("county_dispatcher"), number)
    page = act(clerk, number, "return_to_reporter", at="queue", note="请说明是哪一盏灯").content.decode()
    assert "请说明是哪一盏灯" in page


def test_without_javascript_too_late_leads_to_the_case() -> None:
    number = accepted()
    data = {"operation_id": str(uuid4()), "task_code": town.TOWN_TASK, "weight": "GENERAL"}
    response = at_desk("county_intake_clerk").post(reverse("console:act", args=[number, "accept"]), data)
    assert response["Location"] == reverse("console:case", args=[number])


@pytest.mark.parametrize(
    ("name", "action", "said"),
    [
        ("grid_worker", "accept", {"task_code": town.TOWN_TASK, "weight": "GENERAL"}),
        ("supervisor", "refuse", {"reason": "IN_COURT", "note": "在法院"}),
        ("revisit_clerk", "return_to_reporter", {"note": "哪里？"}),
    ],
)
def test_what_one_may_not_is_refused_and_changes_nothing(name: str, action: str, said: dict[str, str]) -> None:
    number = reported()
    assert act(at_desk(name), number, action, **said).status_code == 403
    assert steps_of(number) == ["submit"]


def test_a_case_of_elsewhere_is_not_there() -> None:
    number = reported(at_place=town.place(town.FAR_GRID))
    assert at_desk("township_dispatcher").get(reverse("console:act", args=[number, "refuse"])).status_code == 404
    assert accept(at_desk("township_dispatcher"), number).status_code in (403, 404)
    assert steps_of(number) == ["submit"]


def test_an_unknown_action_is_not_there() -> None:
    assert act(at_desk("county_intake_clerk"), reported(), "paint").status_code == 404


@pytest.mark.parametrize(
    ("action", "said", "field"),
    [
        ("accept", {"weight": "GENERAL"}, "act_task_code_error"),
        ("accept", {"weight": "GENERAL", "task_code": town.TOWN_TASK, "task_q": "路灯"}, "act_task_code_error"),
        ("accept", {"weight": "GENERAL", "task_code": "999999"}, "act_task_code_error"),
        ("refuse", {"reason": "IN_COURT"}, "act_note_error"),
        ("refuse", {"note": "不办"}, "act_reason_error"),
        ("return_to_reporter", {"note": "  "}, "act_note_error"),
        ("merge", {"into": "12"}, "act_into_error"),
        ("merge", {"into": "20260101320115999999"}, "act_into_error"),
    ],
)
def test_a_form_comes_back_with_its_fault(action: str, said: dict[str, str], field: str) -> None:
    number = reported()
    response = act(at_desk("county_intake_clerk"), number, action, at="queue", **said)
    assert response.status_code == 422
    assert response["HX-Retarget"].startswith("#act-")
    assert f'id="{field}"' in response.content.decode()
    assert steps_of(number) == ["submit"]


def test_an_address_alone_is_put_on_the_map_when_it_is_accepted() -> None:
    number = reported(at_place=Place(source=PlaceSource.ADDRESS, address="汤泉路 12 号"))
    client, there = at_desk("county_intake_clerk"), town.place()
    without = accept(client, number)
    assert without.status_code == 422 and 'id="act_place_error"' in without.content.decode()
    assert accept(client, number, lon=there.lon, lat=there.lat).status_code == 200
    assert Case.objects.get(case_no=number).area == town.GRID


def test_merging_names_the_main_case_before_it_is_done() -> None:
    first, second = reported("东门外的垃圾堆了三天没人清"), reported("东门外的垃圾堆了三天没人清理")
    url = reverse("console:act", args=[second, "merge"])
    asked = at_desk("county_intake_clerk").get(url, {"into": first, "at": "queue"}, headers=HTMX).content.decode()
    assert f'name="into" value="{first}"' in asked and "东门外的垃圾堆了三天没人清" in asked
    assert state_of(second) == "reported"
    assert act(at_desk("county_intake_clerk"), second, "merge", at="queue", into=first).status_code == 200
    assert state_of(second) == "merged"
    page = at_desk("county_intake_clerk").get(reverse("console:case", args=[first])).content.decode()
    assert second in page


def test_the_units_out_of_reach_stand_with_their_reason() -> None:
    number = accepted()
    county = at_desk("county_dispatcher").get(reverse("console:dispatch_case", args=[number]), headers=EN)
    assert "the township’s centre sends to its communities" in county.content.decode()
    town_page = at_desk("township_dispatcher").get(reverse("console:dispatch_case", args=[number]), headers=EN)
    assert "the county’s centre sends to departments" in town_page.content.decode()
    refused = act(at_desk("township_dispatcher"), number, "dispatch", at="dispatch", unit=town.DEPARTMENT)
    assert refused.status_code == 403 and state_of(number) == "accepted"


def test_units_are_found_by_typing_among_those_in_reach() -> None:
    url = reverse("console:act_units", args=[accepted(), "dispatch"])
    county = at_desk("county_dispatcher").get(url, {"unit_q": "部门WAT"}).content.decode()
    assert f'value="{town.TOWN_CENTRE}"' in at_desk("county_dispatcher").get(url, {"unit_q": "街中心"}).content.decode()
    assert f'value="{town.OTHER_DEPARTMENT}" checked' in county
    assert town.OTHER_DEPARTMENT not in at_desk("township_dispatcher").get(url, {"unit_q": "部门WAT"}).content.decode()


def test_a_grid_matter_says_that_the_grid_can_settle_it() -> None:
    number = accepted(town.GRID_TASK)
    page = at_desk("county_dispatcher").get(reverse("console:dispatch_case", args=[number]), headers=EN)
    assert "小事不出格" in page.content.decode()
    assert " checked" not in page.content.decode().split('id="unit-choices"')[1].split('name="note"')[0]


def test_the_answer_is_written_in_advance() -> None:
    number = verified()
    url = reverse("console:feedback_case", args=[number])
    page = at_desk("county_intake_clerk").get(url, headers=EN).content.decode()
    assert "has dealt with it: 已换灯泡." in page


def test_what_is_closed_to_one_stands_with_its_reason() -> None:
    url = reverse("console:case", args=[disposed()])
    page = at_desk("supervisor").get(url, headers=EN).content.decode()
    assert "A grid worker of the place verifies it." in page


def test_a_case_that_moved_on_says_so() -> None:
    number, client = reported(), at_desk("county_intake_clerk")
    url = reverse("console:changed", args=[number])
    assert 'role="alert"' not in client.get(url, {"version": "1", "at": "queue"}).content.decode()
    accept(at_desk("county_dispatcher"), number)
    assert 'role="alert"' in client.get(url, {"version": "1", "at": "queue"}).content.decode()


def test_a_contact_is_masked_and_shown_for_a_logged_reason() -> None:
    number = reported(contact=Contact("来电人", "13800138000"))
    clerk, url = at_desk("county_intake_clerk"), reverse("console:contact", args=[number])
    page = clerk.get(reverse("console:case", args=[number])).content.decode()
    assert "13800138000" not in page and "138****8000" in page
    assert clerk.post(url, {"reason": "?"}, headers=HTMX).status_code == 422
    assert not Unmasking.objects.exists()
    shown = clerk.post(url, {"reason": "回访核实地点"}, headers=HTMX)
    assert "13800138000" in shown.content.decode() and "no-store" in shown["Cache-Control"]
    assert Unmasking.objects.get().reason == "回访核实地点"


def test_those_without_the_right_never_see_a_contact() -> None:
    number = reported(contact=Contact("来电人", "13800138000"))
    response = at_desk("grid_worker").post(reverse("console:contact", args=[number]), {"reason": "想看看"})
    assert response.status_code == 403 and not Unmasking.objects.exists()


@pytest.mark.parametrize(
    ("name", "said"),
    [("supervisor", "there is one; your post may not see it"), ("grid_worker", None)],
)
def test_a_contact_kept_from_a_post_is_never_denied(name: str, said: str | None) -> None:
    number = reported(contact=Contact("来电人", "13800138000"))
    page = at_desk(name).get(reverse("console:case", args=[number]), headers=EN).content.decode()
    assert "none left" not in page and "138" not in page.split('id="case"')[1].split("</article>")[0]
    assert (said in page) if said else ('id="contact"' not in page)


def test_the_result_is_read_before_it_is_judged() -> None:
    number = disposed()
    page = at_desk("grid_worker").get(reverse("console:verify_case", args=[number])).content.decode()
    assert page.index("已换灯泡") < page.index('id="act-lead"')


def test_a_wrong_pin_is_moved_when_the_report_is_accepted() -> None:
    number, clerk = reported(), at_desk("county_intake_clerk")
    url = reverse("console:act", args=[number, "accept"])
    assert "place-picker" not in clerk.get(url, headers=HTMX).content.decode()
    assert 'data-island="place-picker"' in clerk.get(url, {"pin": "1"}, headers=HTMX).content.decode()
    there = town.place(town.NEXT_GRID)
    assert accept(clerk, number, lon=there.lon, lat=there.lat).status_code == 200
    assert Case.objects.get(case_no=number).area == town.NEXT_GRID


def test_a_pin_outside_ones_area_is_said_at_the_place() -> None:
    number, there = reported(), town.place(town.FAR_GRID)
    response = accept(at_desk("township_dispatcher"), number, lon=there.lon, lat=there.lat)
    assert response.status_code == 422 and 'id="act_place_error"' in response.content.decode()


def test_transfer_is_closed_while_no_unit_is_in_reach() -> None:
    number = dispatched(town.OTHER_DEPARTMENT)
    cases.sign(case_no=number, actor=town.actor("unit_handler_2"), at=clock.now())
    page = at_desk("unit_handler_2").get(reverse("console:case", args=[number]), headers=EN).content.decode()
    assert "act/transfer" not in page and "No unit is in reach" in page


def test_what_was_done_is_said_in_words_with_a_way_to_the_case() -> None:
    number = accepted()
    response = act(at_desk("county_dispatcher"), number, "dispatch", at="dispatch", unit=town.DEPARTMENT)
    toast = json.loads(response["HX-Trigger"])["toast"]
    assert "部门URB" in toast["text"] and toast["url"] == reverse("console:case", args=[number])


def test_photos_travel_with_the_result() -> None:
    number = dispatched()
    unit = at_desk("unit_handler")
    act(unit, number, "sign", at="unit")
    wrong = act(unit, number, "submit_result", at="unit", note="好了", after="not-an-id")
    assert wrong.status_code == 422
    unknown = act(unit, number, "submit_result", at="unit", note="好了", after=str(uuid4()))
    assert unknown.status_code == 422 and state_of(number) == "in_progress"


def test_a_unit_passes_a_case_on_to_its_section() -> None:
    number = dispatched()
    unit = at_desk("unit_handler")
    act(unit, number, "sign", at="unit")
    drawn = unit.get(reverse("console:act", args=[number, "transfer"]), {"at": "unit"}, headers=HTMX)
    assert f'value="{town.SECTION}"' in drawn.content.decode()
    assert act(unit, number, "transfer", at="unit", unit=town.SECTION, note="归一科").status_code == 200
    assert Case.objects.get(case_no=number).unit == town.SECTION


def test_the_page_of_a_case_costs_the_same_however_long_its_history(
    django_assert_max_num_queries: pytest.FixtureRequest,
) -> None:
    short, long = reported(), verified(at_place=town.place(east=0.9))
    for turn in range(5):
        cases.supplement(case_no=short, note=f"补充{turn}", actor=town.actor("county_intake_clerk"), at=clock.now())
    client = at_desk("county_intake_clerk")
    for number in (short, long):
        with django_assert_max_num_queries(36):  # type: ignore[operator]
            assert client.get(reverse("console:case", args=[number])).status_code == 200


def test_a_unit_that_has_just_lost_a_case_is_told_that_it_moved_on() -> None:
    number = dispatched()
    moved = cases.transfer(
        case_no=number,
        unit=town.OTHER_DEPARTMENT,
        note="属于排水",
        actor=town.actor("county_dispatcher"),
        at=clock.now(),
    )
    assert moved.state == "dispatched"
    assert act(at_desk("unit_handler"), number, "sign", at="unit").status_code == 409
