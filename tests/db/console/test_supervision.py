"""Supervision orders at the desk: who sees which, how far each is, the sheet, the notice of a month."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from tests import town
from tests.db.cases import flow
from tests.db.cases.flow import in_state
from tests.db.console.desk import at_desk
from wangge.cases.models import Case, SupervisionOrder
from wangge.cases.operations import turn_light
from wangge.cases.supervision import OrderState, state_of
from wangge.cases.types import Action, State
from wangge.foundation import clock

pytestmark = pytest.mark.django_db
NOW = town.later(days=1)


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def ordered(*acts: Action, until: datetime | None = None) -> str:
    """The number of an order on a case with the urban department, after these acts."""
    case_no = in_state(State.IN_PROGRESS)
    flow.do(Action.SUPERVISE, case_no, town.actor("supervisor"), until=until or town.later(days=3))
    number = flow.open_order(case_no)
    for action in acts:
        flow.do(action, case_no, town.actor(flow.BY[action]), at=town.later(minutes=5), order=number)
    return number


def numbers(user: str, **asked: str) -> list[str]:
    """Orders on the first page of the list."""
    page = at_desk(user).get(reverse("console:supervision"), asked).content.decode()
    return list(dict.fromkeys(re.findall(r"DB320115\d{9}", page)))


def test_each_is_found_where_it_stands() -> None:
    waiting = ordered()
    received = ordered(Action.ACKNOWLEDGE)
    late = ordered(until=town.later(minutes=30))
    replied = ordered(Action.REPLY)
    released = ordered(Action.RELEASE)
    listed = ordered()
    SupervisionOrder.objects.filter(number=listed).update(listed_at=NOW)
    assert numbers("supervisor") == [listed, replied, late, received, waiting]
    assert numbers("supervisor", state="WAITING") == [listed, late, waiting]
    assert numbers("supervisor", state="LATE") == [late]
    assert numbers("supervisor", state="REPLIED") == [replied]
    assert numbers("supervisor", state="LISTED") == [listed]
    assert numbers("supervisor", state="RELEASED") == [released]
    rows = {row.number: state_of(row, NOW) for row in SupervisionOrder.objects.all()}
    assert (rows[late], rows[received], rows[waiting]) == (OrderState.LATE, OrderState.OPEN, OrderState.WAITING)


def test_units_see_theirs_and_nobody_else_does() -> None:
    number = ordered()
    assert numbers("unit_handler") == [number]
    assert numbers("unit_handler_2") == []
    sheet = reverse("console:supervision_order", args=[number])
    assert at_desk("unit_handler").get(sheet).status_code == 200
    assert at_desk("unit_handler_2").get(sheet).status_code == 404
    assert at_desk("county_dispatcher").get(sheet).status_code == 403
    assert at_desk("grid_worker").get(reverse("console:supervision")).status_code == 403


def test_area_and_unit_narrow_the_list_and_its_figures() -> None:
    number = ordered()
    assert numbers("supervisor", area=town.TOWN) == numbers("supervisor", unit=town.DEPARTMENT) == [number]
    assert numbers("supervisor", area=town.OTHER_TOWN) == numbers("supervisor", unit=town.OTHER_DEPARTMENT) == []


def test_the_rail_says_how_many_are_open() -> None:
    ordered()
    ordered(Action.RELEASE)
    page = at_desk("supervisor").get(reverse("console:cases")).content.decode()
    assert re.search(r'id="count-supervision">1<', page)
    assert 'id="count-supervision"' not in at_desk("county_dispatcher").get(reverse("console:cases")).content.decode()


def test_the_sheet_says_everything_that_happened() -> None:
    number = ordered(Action.ACKNOWLEDGE, Action.REPLY, Action.RELEASE)
    page = at_desk("supervisor").get(reverse("console:supervision_order", args=[number])).content.decode()
    case_no = SupervisionOrder.objects.get(number=number).case.case_no
    for said in (number, case_no, "三日内办结", "明日进场", "已见成效"):
        assert said in page


def test_an_order_of_the_clock_has_a_demand_and_a_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    case_no = in_state(State.IN_PROGRESS)
    case = Case.objects.get(case_no=case_no)
    assert case.due_at
    at = case.due_at + timedelta(days=5)
    turn_light(case_no=case_no, at=at)
    monkeypatch.setattr(clock, "now", lambda: at)
    (number,) = numbers("supervisor")
    page = at_desk("supervisor").get(reverse("console:supervision_order", args=[number])).content.decode()
    assert 'class="quote">' in page and not re.search(r'class="quote">\s*</dd>', page)


def test_the_notice_lists_what_was_listed_in_its_month() -> None:
    number, other = ordered(), ordered()
    SupervisionOrder.objects.filter(number=number).update(listed_at=NOW)
    SupervisionOrder.objects.filter(number=other).update(listed_at=town.at("2026-10-31 23:59"))
    url = reverse("console:supervision_notice")
    page = at_desk("supervisor").get(url, {"month": "2026-11"}).content.decode()
    assert number in page and other not in page
    before = at_desk("supervisor").get(url, {"month": "2026-10"}).content.decode()
    assert other in before and number not in before
    for nonsense in ("2026-13", "2031-01", "x", "0000-00"):
        assert number in at_desk("supervisor").get(url, {"month": nonsense}).content.decode()


def test_pages_follow_one_another_without_gaps_and_queries_do_not_grow(
    monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: object
) -> None:
    monkeypatch.setattr("wangge.cases.supervision.PAGE", 2)
    every = [ordered() for _ in range(5)]
    client, url, found = at_desk("supervisor"), reverse("console:supervision"), []
    page = client.get(url).content.decode()
    with django_assert_max_num_queries(24) as few:  # type: ignore[operator]
        client.get(url)
    most = len(few.captured_queries)
    while True:
        found += list(dict.fromkeys(re.findall(r"DB320115\d{9}", page)))
        following = re.search(r'rel="next" href="\?([^"]+)"', page)
        if not following:
            break
        page = client.get(f"{url}?{following[1].replace('&amp;', '&')}").content.decode()
    assert found == every[::-1]
    monkeypatch.setattr("wangge.cases.supervision.PAGE", 50)
    with django_assert_max_num_queries(most):  # type: ignore[operator]
        client.get(url)
    assert client.get(url, {"cursor": "x"}).status_code == 422
