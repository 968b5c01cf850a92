"""Every action of the desk on a page of its own: what the form renders and what people fill in is enough."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import localtime

from tests import town
from tests.db.cases.flow import A, in_state, ready_for
from tests.db.cases.test_repeats import ONCE
from tests.db.console.desk import at_desk
from wangge.cases.models import Case, CaseStep
from wangge.cases.types import Action, State
from wangge.console.acting.table import ACTS
from wangge.foundation import clock

pytestmark = pytest.mark.django_db

#: Whom the desk's page of an action is for, where a reporter would do it otherwise.
BY = {A.SUPPLEMENT: "county_intake_clerk", A.RATE: "revisit_clerk"}


def filled_in(action: Action, case: Case) -> dict[str, object]:
    """What somebody fills in, beside what the form carries by itself."""
    later = localtime((case.due_at or clock.now()) + timedelta(days=3))
    moment, day = f"{later:%Y-%m-%dT%H:%M}", f"{clock.now() + timedelta(days=9):%Y-%m-%d}"
    said: dict[Action, dict[str, object]] = {
        A.ACCEPT: {"task_code": town.GRID_TASK, "weight": "GENERAL"},
        A.MERGE: {"into": in_state(State.ACCEPTED)} if action is A.MERGE else {},
        A.REFUSE: {"reason": "OTHER_CHANNEL"},
        A.DISPATCH: {"unit": town.DEPARTMENT},
        A.TRANSFER: {"unit": town.OTHER_DEPARTMENT},
        A.UPHOLD_RETURN: {"unit": town.OTHER_DEPARTMENT},
        A.ESCALATE: {"reason": "BEYOND_MEANS", "level": ""},
        A.START_JOINT_HANDLING: {"units": [town.OTHER_DEPARTMENT, town.TEAM], "limit_h": "8"},
        A.REQUEST_EXTENSION: {"until": moment},
        A.REQUEST_SUSPENSION: {"reason": "WORKS", "until": day},
        A.SUPERVISE: {"until": f"{localtime(clock.now() + timedelta(days=3)):%Y-%m-%dT%H:%M}"},
        A.VOID: {"reason": "TEST"},
        A.RATE: {"rating": "SATISFIED", "solved": "yes"},
    }
    return {"note": "按规定办理", **said.get(action, {})}


def carried(page: str) -> dict[str, str]:
    """Fields the form carries with a value: hidden ones, and those filled in in advance."""
    form = page[page.index('<form class="act"') :]
    form = form[: form.index("</form>")]
    found = {}
    for tag in re.findall(r"<input[^>]+>", form):
        about = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if about.get("type") not in ("radio", "checkbox") and about.get("value"):
            found[about["name"]] = about["value"]
    return found


@pytest.mark.parametrize("action", ACTS)
def test_the_page_of_an_action_carries_it_out(action: Action) -> None:
    state, name = ONCE[action]
    case_no = ready_for(action, state, at=clock.now())
    case, client = Case.objects.get(case_no=case_no), at_desk(BY.get(action, name))
    url = reverse("console:act", args=[case_no, action.value])
    page = client.get(url)
    assert page.status_code == 200
    assert "hx-post" not in page.content.decode().split("<main", 1)[-1].split("data-island", 1)[0]
    answer = client.post(url, {**carried(page.content.decode()), **filled_in(action, case)})
    assert answer.status_code == 302, answer.content.decode()[:3000]
    assert CaseStep.objects.filter(case=case, action=action.value).exists()
    assert str(answer["Location"]).endswith(f"/desk/cases/{case_no}/")


@pytest.mark.parametrize("action", [action for action in ACTS if "note" in ACTS[action].form.base_fields])
def test_words_that_are_missing_are_asked_for_at_their_field(action: Action) -> None:
    if not ACTS[action].form.base_fields["note"].required:
        return
    state, name = ONCE[action]
    case_no = ready_for(action, state, at=clock.now())
    case, client = Case.objects.get(case_no=case_no), at_desk(BY.get(action, name))
    url = reverse("console:act", args=[case_no, action.value])
    said = {**carried(client.get(url).content.decode()), **filled_in(action, case), "note": " "}
    before = Case.objects.get(case_no=case_no).version
    answer = client.post(url, said)
    assert answer.status_code == 422
    assert 'id="act_note_error"' in answer.content.decode()
    assert Case.objects.get(case_no=case_no).version == before
