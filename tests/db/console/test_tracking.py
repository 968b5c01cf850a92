"""The tracking board: every figure is the length of the list it opens, rows stand by code, queries don't grow."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from html import unescape

import pytest
from django.urls import reverse

from tests import town
from tests.db.cases import flow
from tests.db.cases.flow import in_state, ready_for
from tests.db.console.desk import at_desk
from wangge.cases.models import Case
from wangge.cases.operations import start_joint_handling
from wangge.cases.rules.clock import light_at
from wangge.cases.rules.workflow import OPEN
from wangge.cases.tracking import Rows, open_groups
from wangge.cases.types import Action, Light, Place, PlaceSource, State
from wangge.console.tracking.columns import COLUMNS
from wangge.foundation import clock

pytestmark = pytest.mark.django_db

_ROW = re.compile(r'<tr><th scope="row" class="cell-name">(.*?)</th>(.*?)</tr>', re.DOTALL)
_FIGURE = re.compile(r'<a href="([^"]+)"[^>]*aria-label="[^"]*">(\d+)</a>|<span class="quiet">0</span>')
SetClock = Callable[[datetime], None]


@pytest.fixture(autouse=True)
def now(monkeypatch: pytest.MonkeyPatch) -> SetClock:
    """The clock of the desk, set to a day later than every case of these tests began."""

    def put(at: datetime) -> None:
        monkeypatch.setattr(clock, "now", lambda: at)

    put(town.later(days=1))
    return put


def rows(user: str, **asked: str) -> list[tuple[str, list[tuple[str, int]]]]:
    """The rows of the board: name, and each figure with the list it opens ("" for 0)."""
    page = at_desk(user).get(reverse("console:tracking"), asked).content.decode()
    found = []
    for name, cells in _ROW.findall(page):
        figures = [(unescape(url), int(count or 0)) for url, count in _FIGURE.findall(cells)]
        found.append((re.sub(r"<[^>]+>", "", name).strip(), figures))
    return found


def listed(user: str, url: str) -> int:
    """How many cases the list behind a figure shows."""
    return at_desk(user).get(url).content.decode().count("<tr data-case=")


def varied_town() -> None:
    """Cases of every open state in two townships, some of them asked about, pressed on, in parts, off the map."""
    for state in (State.REPORTED, State.RETURNED, State.ACCEPTED, State.DISPATCHED, State.RETURN_REQUESTED,
                  State.IN_PROGRESS, State.SUSPENDED, State.DISPOSED, State.REWORK, State.VERIFIED):  # fmt: skip
        in_state(state)
    town.report("水管漏水", at_place=town.place(town.FAR_GRID))
    town.report("地址不详", at_place=Place(address="镇东路", source=PlaceSource.ADDRESS))
    ready_for(Action.APPROVE_EXTENSION, State.IN_PROGRESS)
    ready_for(Action.SUSPEND, State.IN_PROGRESS)
    ready_for(Action.RELEASE, State.IN_PROGRESS)
    urged = in_state(State.IN_PROGRESS)
    flow.do(Action.URGE, urged, town.actor("county_dispatcher"), at=town.later(days=1, minutes=-30))
    flow.do(Action.URGE, in_state(State.IN_PROGRESS), town.actor("county_dispatcher"), at=town.later(minutes=1))
    main, handler = in_state(State.IN_PROGRESS), town.actor("unit_handler")
    start_joint_handling(case_no=main, units=[town.OTHER_DEPARTMENT], note="请关阀", actor=handler, at=town.AT)
    flow.do(Action.SUBMIT_RESULT, main, handler)


@pytest.mark.parametrize(
    ("user", "asked"),
    [
        ("county_dispatcher", {}),
        ("county_dispatcher", {"by": "unit"}),
        ("county_dispatcher", {"area": town.TOWN}),
        ("township_dispatcher", {"area": town.COMMUNITY}),
        ("unit_handler", {}),
    ],
)
def test_every_figure_is_the_length_of_the_list_it_opens(user: str, asked: dict[str, str]) -> None:
    varied_town()
    found = rows(user, **asked)
    assert found
    counted = 0
    for name, figures in found:
        assert len(figures) == len(COLUMNS), name
        for url, count in figures:
            counted += count
            if url:
                assert listed(user, url) == count, (name, url)
    assert counted


def test_the_board_sees_what_is_there() -> None:
    varied_town()
    together = dict(rows("county_dispatcher"))
    total = dict(zip((column.slug for column in COLUMNS), [n for _, n in list(together.values())[-1]], strict=True))
    assert total["open"] == Case.objects.filter(state__in=_open()).count()
    assert (total["returns"], total["extensions"], total["suspensions"]) == (1, 1, 1)
    assert (total["ordered"], total["urged"]) == (1, 1)  # the urge of the day before doesn't count
    assert total["grey"] == 3  # returned, suspended, and the main case that waits for its part
    assert total["red"] + total["yellow"] + total["green"] + total["grey"] == total["open"]


def _open() -> list[str]:
    return [state.value for state in OPEN]


def test_rows_stand_in_the_order_of_their_codes() -> None:
    town.report("水管漏水", at_place=town.place(town.FAR_GRID))
    town.report("水管漏水", at_place=town.place(town.FAR_GRID))
    in_state(State.REPORTED)
    page = at_desk("county_dispatcher").get(reverse("console:tracking")).content.decode()
    assert page.index(f"?area={town.TOWN}") < page.index(f"?area={town.OTHER_TOWN}")
    communities = [name for name, _ in rows("township_dispatcher", area=town.TOWN)]
    assert len(communities) == 3  # two communities with their sum, also where one has nothing open


def test_each_level_is_shown_its_parts() -> None:
    in_state(State.REPORTED)
    grids = rows("township_dispatcher", area=town.COMMUNITY)
    assert [sum(n for _, n in figures[:1]) for _, figures in grids] == [1, 0, 0, 0, 1]
    assert len(rows("grid_worker")) == 2  # the grid of their post, and the sum


def test_a_unit_is_shown_its_own_only() -> None:
    in_state(State.IN_PROGRESS)
    town.report("水管漏水")
    (unit, figures), _sum = rows("unit_handler")
    assert town.DEPARTMENT in unit
    assert figures[0][1] == 1


def test_an_area_that_is_not_ones_own_is_refused() -> None:
    answer = at_desk("township_dispatcher").get(reverse("console:tracking"), {"area": town.OTHER_TOWN})
    assert answer.status_code == 403


def test_lights_in_sql_are_those_of_the_rule(now: SetClock) -> None:
    varied_town()
    for hours in (0, 3, 8, 30, 24 * 9, 24 * 40):
        at = town.AT + timedelta(hours=hours)
        groups = open_groups(actor=town.actor("county_dispatcher"), scope=town.COUNTY, rows=Rows.PLACE, at=at, since=at)
        counted = {light: sum(g.count for g in groups if g.light is light) for light in (*Light, None)}
        open_cases = Case.objects.filter(state__in=_open())
        lights = [light_at(at, one.due_at, one.warn_at, one.is_paused) for one in open_cases]
        assert counted == {light: lights.count(light) for light in (*Light, None)}, hours


def test_queries_do_not_grow_with_the_cases(django_assert_max_num_queries: object) -> None:
    client, url = at_desk("county_dispatcher"), reverse("console:tracking")
    in_state(State.REPORTED)
    client.get(url)
    with django_assert_max_num_queries(20) as few:  # type: ignore[operator]
        client.get(url)
    varied_town()
    with django_assert_max_num_queries(len(few.captured_queries) + 1):  # type: ignore[operator] # a name more
        client.get(url)


def test_the_eight_steps_say_how_many_are_in_each_and_whose_reading_it_is() -> None:
    varied_town()
    in_state(State.CLOSED)
    page = at_desk("supervisor").get(reverse("console:tracking_steps")).content.decode()
    numbers = [re.sub(r"<[^>]+>", "", part) for part in re.findall(r'steps-board-count">(.*?)</span>', page)]
    assert len(numbers) == 8
    discover, accept, dispatch, *_rest, evaluate = map(int, numbers)
    assert (discover, accept, dispatch, evaluate) == (4, 1, 3, 1)
    assert "本系统的理解" in page or "our own reading" in page


def test_the_four_lines_count_the_same_cases() -> None:
    varied_town()
    page = at_desk("supervisor").get(reverse("console:tracking_lines")).content.decode()
    for line in ("一台受理", "二级分拨", "三层处置", "四环监督"):
        assert line in page
    for url in re.findall(r'figure-number"><a href="([^"]+)">(\d+)', page):
        assert listed("supervisor", unescape(url[0])) == int(url[1])


def sent_to(unit: str, by: str) -> str:
    number = in_state(State.ACCEPTED)
    flow.do(Action.DISPATCH, number, town.actor(by), unit=unit)
    return number


def two_levels(user: str = "supervisor") -> dict[str, int]:
    """The figures of the second line by what they are called."""
    page = at_desk(user).get(reverse("console:tracking_lines"), headers={"Accept-Language": "en"}).content.decode()
    line = page[page.index("Two levels dispatch") : page.index("Three layers handle")]
    found = re.findall(r'figure-label">(.*?)</dt><dd class="figure-number">(?:<a[^>]*>)?(\d+)', line)
    return {unescape(name): int(count) for name, count in found}


def test_two_levels_are_told_apart_by_who_sent_it_not_by_where_it_went(now: SetClock) -> None:
    """A township's own office may be sent a case by either desk."""
    sent_to(town.DEPARTMENT, "county_dispatcher")
    sent_to(town.TOWN_CENTRE, "county_dispatcher")
    for unit in (town.TOWN_OFFICE, town.TOWN_OFFICE, town.COMMUNITY):
        sent_to(unit, "township_dispatcher")
    main, handler = in_state(State.IN_PROGRESS), town.actor("unit_handler")
    start_joint_handling(case_no=main, units=[town.OTHER_DEPARTMENT], note="请关阀", actor=handler, at=town.AT)
    expected = {"county’s desk": 2, "township’s desk": 3, "a unit": 1}
    found = two_levels()
    for words, count in expected.items():
        assert next(n for name, n in found.items() if words in name) == count, (words, found)


def test_what_a_desk_sent_stays_its_own_after_the_post_has_passed_on() -> None:
    from wangge.workforce.models import Appointment

    sent_to(town.TOWN_CENTRE, "county_dispatcher")
    Appointment.objects.filter(user__username="county_dispatcher").update(valid_to=town.later(days=1).date())
    assert two_levels()["Sent by the county’s desk, to sign for"] == 1
