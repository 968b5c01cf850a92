"""The pages of the assessment as people of different posts see them."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date
from decimal import Decimal

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from tests import town
from tests.db.analysis.scene import CONTACT, HANDLING, NOVEMBER, ended, led, read
from tests.db.cases import flow
from tests.db.console.desk import at_desk
from wangge.analysis import operations
from wangge.analysis.models import Appeal, AssessmentRun, Exclusion, IndexTarget, Revisit
from wangge.analysis.types import RevisitState
from wangge.cases.types import Action
from wangge.foundation import clock
from wangge.foundation.models import Event
from wangge.foundation.worktime import LOCAL

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_december")]
INDEX = "on_time_closure_rate"
MONTH = "month=2026-11"


def page(client: Client, name: str, query: str = MONTH, **kwargs: object) -> str:
    response = client.get(f"{reverse(f'console:{name}', kwargs=kwargs)}?{query}", headers={"Accept-Language": "en"})
    assert response.status_code == 200, response.content
    return response.content.decode()


def post(client: Client, name: str, data: dict[str, object], **kwargs: object) -> HttpResponse:
    url = reverse(f"console:{name}", kwargs=kwargs)
    return client.post(url, data, headers={"Accept-Language": "en"})  # type: ignore[return-value]


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


@pytest.fixture
def many() -> list[str]:
    """Twenty-one cases of the department, one of them late."""
    return [ended(result_after_min=60) for _ in range(20)] + [ended(result_after_min=60 * 24 * 4)]


# --- figures -----------------------------------------------------------------------------------------


def test_a_rate_shows_what_it_is_made_of_and_small_samples_say_so(many: list[str]) -> None:
    found = text_of(page(at_desk("centre_leader"), "assessment"))
    assert "95.24%" in found
    assert "20 / 21" in found
    assert "Sample too small (n=0)" in found  # nobody rated
    ended(at_place=town.place(town.FAR_GRID))
    far = text_of(page(at_desk("township_dispatcher_far"), "assessment"))
    assert "Sample too small (n=1)" in far
    assert "21" not in re.findall(r"\d+ / \d+", far)


def test_everybody_sees_their_own_and_no_more(many: list[str]) -> None:
    lead = at_desk("unit_lead")
    assert town.DEPARTMENT in page(lead, "assessment")
    others = (f"kind=COUNTY&code={town.COUNTY}", f"kind=UNIT&code={town.OTHER_DEPARTMENT}", "kind=TASK&code=040101")
    for query in others:
        assert lead.get(f"{reverse('console:assessment')}?{MONTH}&{query}").status_code == 404
    town_desk = at_desk("township_dispatcher")
    assert town_desk.get(f"{reverse('console:assessment')}?kind=TOWNSHIP&code={town.OTHER_TOWN}").status_code == 404
    assert at_desk("unit_handler").get(reverse("console:assessment")).status_code == 403
    assert at_desk("grid_worker").get(reverse("console:assessment")).status_code == 403


def test_one_index_says_how_it_is_counted_and_lists_places_by_code(many: list[str]) -> None:
    ended(at_place=town.place(town.FAR_GRID))
    found = page(at_desk("centre_leader"), "assessment_index", index_code=INDEX)
    assert "deadline in the period and result submitted by then" in found
    assert "S18" in found
    assert found.index(f'code={town.TOWN}"') < found.index(f'code={town.OTHER_TOWN}"')


def test_the_cases_behind_a_figure(many: list[str]) -> None:
    found = page(at_desk("auditor"), "assessment_cases", f"{MONTH}&index={INDEX}&part=below")
    assert many[-1] in found
    assert many[0] not in found
    assert "路灯" not in found  # what somebody wrote is not part of the figures


def test_the_suspended_stock_says_why_and_until_when() -> None:
    number = led(HANDLING[:3])
    day, handler = date(2026, 12, 31), town.actor("unit_handler")
    flow.do(Action.REQUEST_SUSPENSION, number, handler, reason="WORKS", until=day, note="等管线改迁")
    flow.do(Action.SUSPEND, number, town.actor("centre_leader"))
    read(number)
    found = text_of(page(at_desk("centre_leader"), "assessment_cases", f"{MONTH}&index=suspended_stock"))
    assert number in found
    assert "until 2026-12-31" in found
    assert "Works that take their time" in found


def test_a_period_of_ones_own_and_one_that_cannot_be_read(many: list[str]) -> None:
    client = at_desk("shift_leader")
    assert "95.24%" in text_of(page(client, "assessment", "since=2026-11-20&until=2026-11-30"))
    for query in ("month=2026-13", "since=2026-11-30&until=2026-11-01", "since=x&until=y", "month=0001-01"):
        assert client.get(f"{reverse('console:assessment')}?{query}").status_code == 422, query


def test_nobody_is_in_any_figure(many: list[str]) -> None:
    """No account's name stands on the pages of figures."""
    leader = at_desk("centre_leader")
    for name, more in (("assessment", {}), ("assessment_units", {}), ("assessment_index", {"index_code": INDEX})):
        found = page(leader, name, **more)  # type: ignore[arg-type]
        assert not [who for who in ("unit_handler", "grid_worker_2", "county_dispatcher") if who in found]


def test_the_overview_asks_the_database_the_same_number_of_times(
    many: list[str], django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    operations.read_month(county=town.COUNTY, period=NOVEMBER, at=clock.now())
    client = at_desk("centre_leader")
    page(client, "assessment")
    with django_assert_max_num_queries(25):  # three of them count what waits, beside the menu
        page(client, "assessment")


def test_the_split_by_level_is_shown_as_a_result(many: list[str]) -> None:
    found = text_of(page(at_desk("centre_leader"), "assessment"))
    assert "A result to look at, not a target" in found
    assert "context, no targets" in found


def test_units_stand_in_the_order_of_their_codes(many: list[str]) -> None:
    for _ in range(2):
        number = ended()
        flow.do(Action.REOPEN, number, flow.REPORTER, at=town.later(days=2))
        read(number)
    found = page(at_desk("centre_leader"), "assessment_units")
    assert "This is no ranking" in found
    assert "Excellent" in found
    for word in ("rank 1", "first place", "名次"):
        assert word not in found.lower().replace("no ranking", "")


# --- targets -----------------------------------------------------------------------------------------


def test_a_target_is_set_for_a_rate_and_refused_for_a_count(many: list[str]) -> None:
    leader = at_desk("centre_leader")
    post(leader, "assessment_target", {"percent": "98"}, index_code=INDEX)
    assert IndexTarget.objects.get().share == Decimal("0.98")
    assert "not reached" in text_of(page(leader, "assessment"))
    response = post(leader, "assessment_target", {"percent": "50"}, index_code="reported")
    followed = leader.get(response["Location"], headers={"Accept-Language": "en"}).content.decode()
    assert "no index rewards the number of reports" in followed
    assert not IndexTarget.objects.filter(index_code="reported").exists()
    assert 'name="percent"' not in page(leader, "assessment_index", index_code="reported")
    assert post(at_desk("shift_leader"), "assessment_target", {"percent": "50"}, index_code=INDEX).status_code == 403


# --- decisions ---------------------------------------------------------------------------------------


def test_a_unit_contests_and_the_centre_decides(many: list[str]) -> None:
    late, lead, leader = many[-1], at_desk("unit_lead"), at_desk("centre_leader")
    listed = page(lead, "assessment_cases", f"{MONTH}&index={INDEX}&part=below")
    assert f"case_no={late}" in listed
    said = {"case_no": late, "index": INDEX, "unit": town.DEPARTMENT, "since": "2026-11-01", "until": "2026-11-30"}
    empty = post(lead, "assessment_contest", said | {"reason": "WAITED_FOR_OTHERS", "words": ""})
    assert empty.status_code == 422
    post(lead, "assessment_contest", said | {"reason": "WAITED_FOR_OTHERS", "words": "等待供电公司"})
    appeal = Appeal.objects.get()
    assert "(1)" in page(leader, "assessment")
    assert 'value="uphold"' not in page(lead, "assessment_appeal", appeal_id=appeal.pk)
    verdict = {"verdict": "uphold", "words": "有书面说明"}
    assert post(lead, "assessment_appeal", verdict, appeal_id=appeal.pk).status_code == 403
    assert post(leader, "assessment_appeal", verdict, appeal_id=appeal.pk).status_code == 302
    found = text_of(page(leader, "assessment"))
    assert "95.24%" in found and "100.00%" in found  # raw and adjusted beside each other
    assert "after an appeal" in text_of(page(at_desk("auditor"), "assessment_exclusions"))


def test_an_exclusion_is_made_and_taken_back_with_words(many: list[str]) -> None:
    leader = at_desk("centre_leader")
    said = {"case_no": many[-1], "index": "", "reason": "FORCE_MAJEURE", "words": "台风"}
    refused = post(leader, "assessment_exclude", said)
    assert refused.status_code == 422
    assert "at least 4 characters" in refused.content.decode()
    assert post(leader, "assessment_exclude", said | {"words": "台风封路三天"}).status_code == 302
    row = Exclusion.objects.get()
    assert post(leader, "assessment_revoke", {"words": "核实后照常计入"}, exclusion_id=row.pk).status_code == 302
    assert "counts again" in text_of(page(leader, "assessment_exclusions"))
    assert at_desk("unit_lead").get(reverse("console:assessment_exclude")).status_code == 403


# --- closed periods and files --------------------------------------------------------------------------


def test_a_period_is_closed_and_counted_again(many: list[str]) -> None:
    leader = at_desk("centre_leader")
    early = {"since": "2026-11-01", "until": "2026-11-30", "known_until": "2026-11-20"}
    assert post(leader, "assessment_closed", early).status_code == 422
    assert post(leader, "assessment_closed", early | {"known_until": "2026-11-30"}).status_code == 302
    run = AssessmentRun.objects.get()
    found = text_of(page(leader, "assessment_run", "replay=1", run_id=run.pk))
    assert "No difference" in found
    assert "Closed on" in text_of(page(leader, "assessment"))
    assert post(at_desk("shift_leader"), "assessment_closed", early).status_code == 403
    assert "No difference" in text_of(page(at_desk("unit_lead"), "assessment_run", "replay=1", run_id=run.pk))
    assert at_desk("unit_handler").get(reverse("console:assessment_run", args=[run.pk])).status_code == 403


def test_files_hold_what_one_may_see_and_are_recorded(many: list[str]) -> None:
    lead = at_desk("unit_lead")
    file = lead.get(f"{reverse('console:assessment_csv')}?{MONTH}", headers={"Accept-Language": "en"}).content.decode()
    lines = file.splitlines()
    assert lines[0].startswith("\ufeffScope,Code")
    assert {line.split(",")[1] for line in lines[1:]} == {town.DEPARTMENT}
    book = at_desk("centre_leader").get(f"{reverse('console:assessment_xlsx')}?{MONTH}").content
    assert "xl/workbook.xml" in zipfile.ZipFile(io.BytesIO(book)).namelist()
    taken = list(Event.objects.filter(type="analysis.figures.exported").order_by("pk"))
    assert [event.payload["filters"]["form"] for event in taken] == ["csv", "xlsx"]
    assert taken[0].payload["lines"] == len(lines) - 1
    assert "figures as csv" in text_of(page(at_desk("auditor"), "exports", ""))


def test_the_brief_is_a_page_and_a_pdf(many: list[str]) -> None:
    leader = at_desk("centre_leader")
    found = text_of(page(leader, "assessment_brief"))
    assert "Assessment brief" in found and "95.24%" in found and "provisional" in found
    response = leader.get(f"{reverse('console:assessment_pdf')}?{MONTH}")
    assert response.content.startswith(b"%PDF-")
    assert len(response.content) > 5_000


# --- revisits ----------------------------------------------------------------------------------------


def test_a_clerk_works_through_what_was_drawn() -> None:
    operations.set_revisit_share(county=town.COUNTY, share=Decimal(1), actor=town.actor("centre_leader"), at=town.AT)
    number, other = ended(contact=CONTACT), ended(contact=CONTACT)
    operations.draw_revisits(county=town.COUNTY, closed_on=town.AT.date(), at=town.later(days=1))
    clerk = at_desk("revisit_clerk")
    assert number in page(clerk, "revisits", "")
    shown = page(clerk, "revisit", "", case_no=number)
    assert CONTACT.phone not in shown
    assert reverse("console:contact", args=[number]) in shown
    half = post(clerk, "revisit", {"outcome": "REACHED", "rating": "SATISFIED"}, case_no=number)
    assert half.status_code == 422
    whole = {"outcome": "REACHED", "rating": "SATISFIED", "is_solved": "yes", "note": "修好了"}
    assert post(clerk, "revisit", whole, case_no=number).status_code == 302
    assert post(clerk, "revisit", {"outcome": "NOT_REACHED"}, case_no=other).status_code == 302
    assert dict(Revisit.objects.values_list("case_no", "state")) == {
        number: RevisitState.REACHED,
        other: RevisitState.WAITING,
    }
    assert at_desk("shift_leader").get(reverse("console:revisits")).status_code == 403


def test_the_share_of_revisits_is_the_centre_leaders() -> None:
    ended()
    assert post(at_desk("centre_leader"), "assessment_share", {"percent": "40"}, county=town.COUNTY).status_code == 302
    assert "40 %" in text_of(page(at_desk("centre_leader"), "assessment_formulas"))
    assert post(at_desk("shift_leader"), "assessment_share", {"percent": "1"}, county=town.COUNTY).status_code == 403


def test_days_are_local(many: list[str]) -> None:
    assert NOVEMBER.begin.tzinfo is LOCAL
    assert date(2026, 11, 1) == NOVEMBER.begin.date()
