"""The list of cases: filters in the URL, pages, borders, and the export."""

from __future__ import annotations

import csv
import io

import pytest
from django.urls import reverse

from tests import town
from tests.db.console.desk import HTMX, accepted, at_desk, dispatched, reported
from wangge.cases.operations import follow_up
from wangge.cases.types import Contact
from wangge.console.cases import export
from wangge.foundation import clock
from wangge.foundation.models import Event

pytestmark = pytest.mark.django_db
LIST = "/desk/cases/"


def shown(name: str = "county_intake_clerk", **filters: str) -> str:
    response = at_desk(name).get(LIST, filters)
    assert response.status_code == 200
    return response.content.decode()


def lines(name: str = "county_intake_clerk", **filters: str) -> list[list[str]]:
    response = at_desk(name).get(reverse("console:export"), filters)
    assert response.status_code == 200
    text = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.reader(io.StringIO(text)))


def has(page: str, number: str) -> bool:
    return f'data-case="{number}"' in page


def test_only_those_who_may_view_cases_enter() -> None:
    assert at_desk("auditor").get(LIST).status_code == 403
    assert at_desk("legal_secretary").get(reverse("console:export")).status_code == 403


def test_the_list_ends_at_ones_borders() -> None:
    here, far = reported(), reported(at_place=town.place(town.FAR_GRID))
    page = shown("township_dispatcher")
    assert has(page, here) and not has(page, far)
    mine = dispatched()
    page = shown("unit_handler")
    assert has(page, mine) and not has(page, here)


@pytest.mark.parametrize(
    ("filters", "which"),
    [
        ({"state": "reported"}, "first"),
        ({"state": "accepted"}, "second"),
        ({"area": town.FAR_COMMUNITY}, "second"),
        ({"area": "网格001001"}, "first"),
        ({"task": town.COUNTY_TASK}, "second"),
        ({"light": "red"}, ""),
        ({"q": "井盖"}, "second"),
        ({"until": "2026-01-01"}, ""),
    ],
)
def test_a_filter_keeps_what_it_names(filters: dict[str, str], which: str) -> None:
    first = reported("路灯不亮")
    second = accepted(town.COUNTY_TASK, text="井盖不见了", at_place=town.place(town.FAR_GRID))
    for number in (first, second):
        follow_up(case_no=number, at=clock.now())
    page = shown(**filters)
    assert has(page, first) == (which == "first")
    assert has(page, second) == (which == "second")


@pytest.mark.parametrize(
    "filters",
    [
        {"area": "不存在的地方"},
        {"task": "没有这个"},
        {"unit": "没有"},
        {"since": "昨天"},
        {"until": "9999-12-31"},
        {"since": "0001-01-01"},
        {"since": "2026-11-25", "until": "2026-11-01"},
    ],
)
def test_a_filter_that_says_nothing_is_named_and_shows_nothing(filters: dict[str, str]) -> None:
    number = reported()
    assert 'class="field-error"' in shown(**filters) and not has(shown(**filters), number)
    part = at_desk("county_intake_clerk").get(LIST, filters, headers=HTMX).content.decode()
    assert 'class="field-error"' in part
    assert at_desk("county_intake_clerk").get(reverse("console:export"), filters).status_code == 422


def test_a_unit_is_found_by_its_short_form_and_the_list_says_so() -> None:
    number = dispatched()
    page = shown(unit="部URB")
    assert has(page, number) and "部门URB" in page.split('id="cases"')[1].split("<table")[0]


def test_the_first_page_renews_itself() -> None:
    assert 'hx-trigger="desk:changed from:body"' in shown() and "data-live-url" in shown()


def test_a_case_number_opens_its_case() -> None:
    number = reported()
    response = at_desk("county_intake_clerk").get(LIST, {"q": number})
    assert response["Location"] == reverse("console:case", args=[number])


def test_pages_follow_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = [reported(f"路灯{n}不亮", at_place=town.place(east=0.01 * n)) for n in range(1, 53)]
    page = shown(state="reported")
    assert has(page, numbers[-1]) and not has(page, numbers[0])
    following = page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    assert "state=reported" in following
    assert has(at_desk("county_intake_clerk").get(f"{LIST}{following}").content.decode(), numbers[0])


def test_the_list_costs_the_same_however_long(django_assert_max_num_queries: pytest.FixtureRequest) -> None:
    client = at_desk("county_intake_clerk")
    dispatched()
    with django_assert_max_num_queries(16) as few:  # type: ignore[operator]
        client.get(LIST)
    for n in range(10):
        dispatched(at_place=town.place(east=0.05 * n + 0.1))
    with django_assert_max_num_queries(len(few.captured_queries)):  # type: ignore[operator]
        client.get(LIST)


def test_places_complete_what_is_typed() -> None:
    page = at_desk("county_intake_clerk").get(reverse("console:places"), {"area": "网格001"}).content.decode()
    assert page.count("<option") == 6


def test_the_export_is_marked_and_holds_no_contact() -> None:
    number = reported("请打 13800138000 找我", contact=Contact("来电人", "13900139000"))
    head, row = lines()
    assert number in row[0] and len(row) == len(head)
    assert row[-1].startswith("county_intake_clerk 20")
    text = ",".join(row)
    assert "13800138000" not in text and "138****8000" in text and "13900139000" not in text and "来电人" not in text


def test_who_took_the_list_is_kept_without_what_was_searched_for() -> None:
    reported("请打 13800138000 找我")
    lines(q="13800138000", area=town.TOWN)
    event = Event.objects.get(type="cases.list.exported")
    assert event.payload["by"] == town.user_id("county_intake_clerk") and event.area == town.TOWN
    assert event.payload["filters"] == {"area": town.TOWN} and event.payload["with_words"]
    assert "13800138000" not in str(event.payload)


def test_the_export_runs_nothing_in_a_spreadsheet() -> None:
    reported("=HYPERLINK(1)")
    assert lines()[1][6] == "'=HYPERLINK(1)"


def test_the_export_is_bounded_and_scoped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "MOST_ROWS", 2)
    monkeypatch.setattr(export, "LONGEST_PAGE", 1)
    for n in range(4):
        reported(at_place=town.place(east=0.2 * n + 0.1))
    assert len(lines()) == 3
    assert len(lines("township_dispatcher_far")) == 1


def test_the_export_speaks_the_readers_language() -> None:
    response = at_desk("county_intake_clerk").get(reverse("console:export"), headers={"Accept-Language": "en"})
    text = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert text.startswith("Case number,State")
