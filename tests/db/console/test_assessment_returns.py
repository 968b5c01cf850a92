"""Returns as counts beside their shares, on pages, in files and in the brief; and the formulas of closed periods."""

from __future__ import annotations

import csv
import io

import pytest
from django.urls import reverse

from tests import town
from tests.db.analysis.scene import LATER, NOVEMBER, ended, read
from tests.db.cases import flow
from tests.db.cases.flow import in_state
from tests.db.console.desk import at_desk
from tests.db.console.test_assessment import MONTH, page, text_of
from wangge.analysis import operations
from wangge.analysis.models import AssessmentRun
from wangge.analysis.operations import closing
from wangge.analysis.queries.periods import count_period
from wangge.analysis.rules.later import LATER as NOT_YET
from wangge.analysis.rules.table import FIRST, FORMULAS
from wangge.cases.models import CaseStep
from wangge.cases.types import Action, State

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_december")]
UPHELD, REFUSED = Action.UPHOLD_RETURN, Action.REFUSE_RETURN


@pytest.fixture
def returned() -> None:
    """Three dispatches the department asked back: one upheld, one refused, one not decided; and one it took."""
    numbers = [in_state(State.RETURN_REQUESTED) for _ in range(3)]
    for action, number in zip((UPHELD, REFUSED), numbers, strict=False):
        flow.do(action, number, town.actor(flow.BY[action]))
    read(*numbers)
    ended()


def in_csv(user: str) -> dict[tuple[str, str], str]:
    """The raw figures by scope and index."""
    answer = at_desk(user).get(f"{reverse('console:assessment_csv')}?{MONTH}", headers={"Accept-Language": "en"})
    rows = csv.DictReader(io.StringIO(answer.content.decode().lstrip("\ufeff")))
    return {(row["Code"], row["Index"]): row["Raw"] for row in rows}


@pytest.mark.usefixtures("returned")
def test_returns_are_counted_for_unit_and_county_also_where_no_share_is_shown() -> None:
    found = in_csv("centre_leader")
    for code in (town.COUNTY, town.DEPARTMENT):
        counts = [found[code, f"Returns {one}"] for one in ("asked", "upheld", "refused")]
        assert counts == ["3", "1", "1"], code
        assert "Sample too small" in found[code, "Fair returns"]
    for query in (MONTH, f"{MONTH}&kind=UNIT&code={town.DEPARTMENT}"):
        shown = text_of(page(at_desk("centre_leader"), "assessment", query))
        for count, words in (("3", "asked"), ("1", "upheld"), ("1", "refused")):
            assert f"{count} Returns {words}" in shown, query


@pytest.mark.usefixtures("returned")
def test_the_brief_and_the_page_of_units_list_returns_by_unit() -> None:
    for name in ("assessment_units", "assessment_brief"):
        found = page(at_desk("centre_leader"), name)
        table = text_of(found[found.index("Returns of dispatches") :])
        assert "Returns asked Returns upheld Returns refused" in table
        assert " 4 3 1 1 " in table, table[:400]  # received, asked, upheld, refused


@pytest.mark.usefixtures("returned")
def test_the_cases_behind_a_refused_return_are_listed() -> None:
    found = page(at_desk("centre_leader"), "assessment_cases", f"{MONTH}&index=returns_refused")
    for action, is_there in ((REFUSED, True), (UPHELD, False)):
        number = CaseStep.objects.get(action=action).case.case_no
        assert (number in found) is is_there, action


def test_satisfaction_and_coverage_stand_beside_each_other_and_other_ratings_apart() -> None:
    ended(rating="SATISFIED")  # without a contact: nobody to call back
    found = in_csv("centre_leader")
    assert found[town.COUNTY, "Ratings apart"] == found[town.COUNTY, "Ratings apart, no contact"] == "1"
    assert (town.COUNTY, "Satisfaction rate") not in found
    assert (town.COUNTY, "Revisit coverage") not in found


def test_a_period_closed_by_former_formulas_is_shown_and_counted_again_by_them(monkeypatch: pytest.MonkeyPatch) -> None:
    ended(rating="SATISFIED")
    with monkeypatch.context() as then:
        then.setattr(closing, "FORMULAS", FIRST)
        then.setattr(closing, "count_period", lambda *a, **more: count_period(*a, **more, formulas=FIRST))
        leader = town.actor("centre_leader")
        operations.close_period(county=town.COUNTY, period=NOVEMBER, known_to=NOVEMBER.to_on, actor=leader, at=LATER)
    client, run = at_desk("centre_leader"), AssessmentRun.objects.get()
    assert "No difference" in text_of(page(client, "assessment_run", "replay=1", run_id=run.pk))
    shown = text_of(page(client, "assessment_index", index_code="satisfaction_rate"))
    assert "÷ valid ratings" in shown
    assert "today’s say it otherwise" in shown
    overview = text_of(page(client, "assessment"))
    assert "Ratings apart" not in overview
    assert f"Formulas {FIRST}" in overview
    behind = page(client, "assessment_cases", f"{MONTH}&index=satisfaction_rate&part=above")
    assert behind.count("<tr") > 1  # the rating that only the formulas of then count
    live = text_of(page(client, "assessment_index", f"{MONTH}&live=1", index_code="satisfaction_rate"))
    assert "answered at a revisit" in live
    assert FORMULAS in live


def test_what_is_not_counted_yet_says_why_and_what_it_comes_with() -> None:
    ended()
    found = text_of(page(at_desk("centre_leader"), "assessment_formulas"))
    for one in NOT_YET:
        assert f"{one.name.en} {one.why.en} {one.comes_with.en}" in found, one.code


def test_a_count_says_in_plain_words_that_it_has_no_target_and_why() -> None:
    ended()
    found = text_of(page(at_desk("centre_leader"), "assessment_index", index_code="returns_refused"))
    assert "This figure has no target, and the software refuses one." in found
    assert "a wanted number makes people invent it" in found


def test_on_a_phone_every_value_of_a_row_has_its_label_beside_it() -> None:
    ended()
    found = page(at_desk("centre_leader"), "assessment")
    rows = found[found.index("table-stacked") :]
    cells = rows[: rows.index("</tbody>")].split("<tbody>")[1].count("<td")
    assert cells > 20
    assert rows[: rows.index("</tbody>")].count("data-label=") == cells
