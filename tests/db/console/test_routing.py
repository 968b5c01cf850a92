"""Pages of routing: the rules in force, a draft from beginning to end, and what the desk says of a suggestion."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import town
from tests.db.console.desk import HTMX, accepted, at_desk, reported
from wangge.cases import operations as cases
from wangge.catalogue import queries
from wangge.catalogue.models import RoutingRuleSet, RoutingSimulation
from wangge.console.routing.words import season_words, why_words
from wangge.foundation import clock
from wangge.foundation.worktime import LOCAL

pytestmark = pytest.mark.django_db
SAID = {
    "name_zh": "夜间占道",
    "name_en": "Street trading at night",
    "owner": "值班长",
    "tasks": "0402",
    "areas": town.TOWN,
    "hours": "OFF",
    "target_1": "ENFORCEMENT_TEAM",
    "target_2": "TOWN_CENTRE",
}


def english(name: str) -> Client:
    client = at_desk(name)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def text_of(answer: HttpResponse) -> str:
    return unescape(answer.content.decode())


def draft() -> RoutingRuleSet:
    at_desk("shift_leader").post(f"/desk/routing/draft?county={town.COUNTY}", {"note": "试试"})
    return RoutingRuleSet.objects.get(county=town.COUNTY, version=2)


def at(row: RoutingRuleSet, rest: str = "") -> str:
    return f"/desk/routing/{row.pk}/{rest}"


def names(row: RoutingRuleSet) -> list[str]:
    return [one.name_zh for one in queries.routing_rules(row)]


# --- reading ----------------------------------------------------------------------------------------


def test_the_rules_in_force_read_as_sentences() -> None:
    text = text_of(english("county_dispatcher").get("/desk/routing/"))
    assert "In force: version 1" in text
    assert "Facilities go to the owner first, then to the place" in text
    assert "owner department of the county" in text
    assert "our own reading" in text
    assert "The shift leader of the county prepares routing rules." in text
    assert "16 tasks count as facilities" in text
    text = text_of(at_desk("county_dispatcher").get("/desk/routing/"))
    assert "部件先属主、后属地" in text
    assert "网格或镇街或区县级" in text


def test_those_without_a_right_to_see_them_do_not() -> None:
    assert at_desk("unit_handler").get("/desk/routing/").status_code == 403
    assert at_desk("county_dispatcher").get("/desk/routing/999999/").status_code == 404
    assert "/desk/routing/" not in text_of(at_desk("unit_handler").get("/desk/unit/"))


def test_a_set_of_many_rules_takes_as_many_queries_as_one_of_few() -> None:
    row, client = draft(), at_desk("shift_leader")
    client.get(at(row))
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(at(row))
    for _ in range(9):
        client.post(at(row, "rules/new"), SAID)
    with CaptureQueriesContext(connection) as many:
        client.get(at(row))
    assert len(many) <= len(few) + 1  # names of the areas that rules mention


# --- a draft ----------------------------------------------------------------------------------------


def test_a_draft_says_what_it_is_for() -> None:
    answer = at_desk("shift_leader").post(f"/desk/routing/draft?county={town.COUNTY}", {"note": ""})
    assert answer.status_code == 422
    row = draft()
    assert row.note == "试试"
    again = at_desk("shift_leader").post(f"/desk/routing/draft?county={town.COUNTY}", {"note": "再来"})
    assert again.status_code == 409


def test_a_rule_is_added_changed_moved_taken_out_and_put_back() -> None:
    row, client = draft(), english("shift_leader")
    assert client.get(at(row, "rules/new")).status_code == 200
    assert client.post(at(row, "rules/new"), SAID).status_code == 302
    assert names(row)[-1] == "夜间占道"
    form = text_of(client.get(at(row, "rules/5")))
    assert 'value="0402"' in form and f'value="{town.TOWN}"' in form
    client.post(at(row, "rules/5"), SAID | {"name_zh": "夜市"})
    moved = client.post(at(row, "rules/5/to/4"), headers=HTMX)
    assert moved["HX-Trigger"] == "routing:changed"
    assert names(row)[3] == "夜市"
    taken = text_of(client.post(at(row, "rules/4/remove"), headers=HTMX))
    assert "夜市" not in names(row)
    assert "is taken out of the draft" in taken and 'name="target_2" value="TOWN_CENTRE"' in taken
    client.post(at(row, "rules/new"), SAID | {"name_zh": "夜市", "order": "4"})
    assert names(row)[3] == "夜市"
    assert "Compared with version 1 in force" in text_of(client.get(at(row)))


def test_what_is_wrong_with_a_rule_stands_at_its_field() -> None:
    row, client = draft(), english("shift_leader")
    for wrong, words in (
        ({"tasks": "99"}, "No task of the list begins with 99"),
        ({"areas": "无此街道"}, "is not known"),
        ({"target_1": "NAMED_UNIT"}, "Choose a unit if a target is"),
        ({"season_from": "13-40", "season_to": "01-01"}, "A season has a first and a last day"),
        ({"target_1": ""}, "Say whom the rule sends to."),
        ({"valid_from": "soon"}, "Give a day as year, month and day."),
    ):
        answer = client.post(at(row, "rules/new"), SAID | wrong)
        assert answer.status_code == 422, wrong
        assert words in text_of(answer), wrong
    assert len(names(row)) == 4


def test_areas_are_found_by_name() -> None:
    row = draft()
    at_desk("shift_leader").post(at(row, "rules/new"), SAID | {"areas": "汤山街道"})
    assert queries.routing_rules(row)[-1].areas == (town.TOWN,)


def test_without_htmx_the_whole_page_comes() -> None:
    row = draft()
    answer = at_desk("shift_leader").post(at(row, "rules/1/to/2"))
    assert (answer.status_code, answer["Location"]) == (302, at(row))


def test_others_see_a_draft_and_why_they_may_not_change_it() -> None:
    row = draft()
    text = text_of(english("supervisor").get(at(row)))
    assert "The shift leader of the county prepares routing rules." in text
    assert "Take out" not in text
    assert at_desk("supervisor").post(at(row, "rules/1/remove")).status_code == 403


def test_the_check_says_what_is_dead_and_what_is_at_odds() -> None:
    row, client = draft(), english("shift_leader")
    clean = text_of(client.get(at(row, "check"), headers=HTMX))
    assert "No rule is dead, none are at odds." in clean and "<html" not in clean
    client.post(at(row, "rules/new"), SAID | {"hours": "ANY", "areas": ""})
    assert "never decides" in text_of(client.get(at(row, "check")))
    client.post(at(row, "rules/5/to/1"))
    assert "would send elsewhere" in text_of(client.get(at(row, "check")))


# --- trial and taking effect ------------------------------------------------------------------------


def test_from_a_trial_to_taking_effect() -> None:
    accepted("040201")
    row, client = draft(), english("shift_leader")
    client.post(at(row, "rules/new"), SAID | {"hours": "ANY", "areas": ""})
    client.post(at(row, "rules/5/to/1"))
    started = client.post(at(row, "simulate"))
    trial = RoutingSimulation.objects.get()
    assert started["Location"] == f"/desk/routing/trials/{trial.pk}"
    assert "hx-get" in text_of(client.get(started["Location"], headers=HTMX))
    head = english("centre_leader")
    assert "has not been tried" in text_of(head.get(at(row)))
    cases.run_routing_simulation(simulation_id=trial.pk, at=clock.now())
    text = text_of(client.get(started["Location"]))
    assert "would go elsewhere than by the rules in force" in text
    assert "Street trading at night" in text and "<rect" in text and "style=" not in text
    today = clock.now().astimezone(LOCAL).date()
    publish = {"valid_from": today.isoformat(), "reason": ""}
    assert client.post(at(row, "publish"), publish).status_code == 403
    refused = head.post(at(row, "publish"), publish)
    assert refused.status_code == 422
    assert "Rules of the draft are at odds" in text_of(refused)
    early = head.post(
        at(row, "publish"), publish | {"valid_from": (today - timedelta(days=1)).isoformat(), "reason": "x"}
    )
    assert "The earliest day is" in text_of(early)
    assert head.post(at(row, "publish"), publish | {"reason": "夜间由执法队伍先到场"}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.valid_from) == ("EFFECTIVE", today)
    shown = text_of(head.get(at(row)))
    assert "夜间由执法队伍先到场" in shown and "Take effect" not in shown
    assert head.post(at(row, "publish"), publish).status_code == 422
    assert client.get(at(row, "rules/1"))["Location"] == at(row)


def test_a_trial_without_cases_says_so() -> None:
    row, client = draft(), english("shift_leader")
    url = client.post(at(row, "simulate"))["Location"]
    cases.run_routing_simulation(simulation_id=RoutingSimulation.objects.get().pk, at=clock.now())
    assert "No accepted case in the last thirty days" in text_of(client.get(url))


def test_case_numbers_of_a_trial_lead_nowhere_for_those_who_see_no_cases() -> None:
    number = accepted("040201")
    row, client = draft(), english("shift_leader")
    client.post(at(row, "rules/new"), SAID | {"hours": "ANY", "areas": ""})
    client.post(at(row, "rules/5/to/1"))
    url = client.post(at(row, "simulate"))["Location"]
    cases.run_routing_simulation(simulation_id=RoutingSimulation.objects.get().pk, at=clock.now())
    link = reverse("console:case", args=[number])
    assert link in text_of(client.get(url))
    assert link not in text_of(english("auditor").get(url))


def test_a_draft_is_thrown_away() -> None:
    row = draft()
    assert at_desk("shift_leader").post(at(row, "discard")).status_code == 302
    assert not RoutingRuleSet.objects.filter(pk=row.pk).exists()


# --- in words ---------------------------------------------------------------------------------------


def test_a_suggestion_says_by_which_rule_and_why() -> None:
    number = reported("路灯不亮")
    cases.follow_up(case_no=number, at=clock.now())
    form = reverse("console:act", args=[number, "accept"])
    text = text_of(at_desk("county_dispatcher").get(form, headers=HTMX))
    assert "如需分流：部门URB" in text
    assert "规则 2（第 1 版）：部件先属主、后属地——依据：部件、镇街级" in text
    text = text_of(english("county_dispatcher").get(form, headers=HTMX))
    assert "rule 2 (version 1): Facilities go to the owner first, then to the place" in text


def test_the_dispatch_form_says_by_which_rule_and_what_was_passed_over() -> None:
    number = accepted(town.TOWN_TASK)
    form = reverse("console:act", args=[number, "dispatch"])
    text = text_of(english("county_dispatcher").get(form, headers=HTMX))
    assert "rule 2 (version 1)" in text
    assert "passed over: owner department of the county: there is none" in text


def test_reasons_kept_by_earlier_versions_are_still_read() -> None:
    assert "先属地、后属主" in why_words({"rule": "place_first", "area": town.GRID})
    assert why_words({"rule": "no_routing_rule", "version": 3})
    assert why_words({}) == ""


def test_a_season_reads_as_days() -> None:
    assert "5月1日" in season_words("05-01", "09-30")
