"""The bell, the page of notices and one's wish for mail, as a browser sees them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from tests import town
from tests.db.console.desk import at_desk, dispatched
from wangge.foundation import clock
from wangge.foundation.models import Event
from wangge.notices import operations
from wangge.notices.models import MailWish, Notice, NoticeRead
from wangge.notices.queries import PAGE
from wangge.notices.types import NoticeKind

pytestmark = pytest.mark.django_db


def told(**more: object) -> str:
    """A case sent to the department, and told; its number."""
    number = dispatched(**more)
    operations.tell(events=list(Event.objects.filter(subject=number)), at=clock.now())
    return number


def many(count: int) -> None:
    at = clock.now() - timedelta(minutes=5)
    Notice.objects.bulk_create(
        Notice(
            event_id=10**9 + n, kind=NoticeKind.SENT, subject=f"{n:020}", area=town.GRID, unit=town.DEPARTMENT,
            made_at=at - timedelta(seconds=n), show_at=at - timedelta(seconds=n), expires_at=at + timedelta(days=90),
        )
        for n in range(count)
    )  # fmt: skip


def text(client: Client, name: str, **sought: str) -> str:
    page = client.get(reverse(name), sought)
    assert page.status_code == 200
    return page.content.decode()


def unread(client: Client) -> str:
    """What the bell of any page says."""
    found = re.search(r'id="bell" data-unread="(\d+)"', text(client, "console:tasks"))
    assert found
    return found[1]


def test_the_bell_counts_and_the_list_leads_to_the_case() -> None:
    number = told()
    handler, other = at_desk("unit_handler"), at_desk("unit_handler_2")
    assert (unread(handler), unread(other)) == ("1", "0")
    assert number in text(handler, "console:notices") and number not in text(other, "console:notices")
    notice = Notice.objects.get()
    answer = handler.get(reverse("console:notice_open", args=[notice.pk]))
    assert answer.headers["Location"] == reverse("console:case", args=[number])
    assert unread(handler) == "0"
    assert other.get(reverse("console:notice_open", args=[notice.pk])).status_code == 404


def test_the_live_page_is_told_of_the_number_and_the_bell_renews_itself() -> None:
    client = at_desk("unit_handler")
    assert client.get(reverse("console:live")).json()["unread"] == 0
    told()
    assert client.get(reverse("console:live")).json()["unread"] == 1
    assert 'data-unread="1"' in text(client, "console:notices_bell")


def test_one_and_all_are_marked_and_the_filter_is_kept() -> None:
    many(3)
    client = at_desk("unit_lead")
    newest = Notice.objects.latest("show_at")
    answer = client.post(reverse("console:notice_read", args=[newest.pk]), {"show": "unread"})
    assert answer.headers["Location"].endswith("?show=unread")
    page = text(client, "console:notices", show="unread")
    assert newest.subject not in page and page.count("notice-row") == 2
    until = re.search(r'name="until" value="(\d+)"', page)
    assert until
    client.post(reverse("console:notices_read_all"), {"until": until[1]})
    assert unread(client) == "0"
    assert not NoticeRead.objects.exists()
    assert "notice-row" in text(client, "console:notices")


def test_a_mark_that_is_nonsense_marks_nothing() -> None:
    many(1)
    client = at_desk("unit_lead")
    for until in ("", "²", "-1", "x", "9" * 40):
        assert client.post(reverse("console:notices_read_all"), {"until": until}).status_code == 302
    assert unread(client) == "1"


def test_pages_follow_each_other_and_cost_the_same(django_assert_max_num_queries: pytest.FixtureRequest) -> None:
    many(2)
    client = at_desk("unit_handler")
    text(client, "console:notices")
    many_more = PAGE + 10
    Notice.objects.all().delete()
    many(many_more)
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        first = text(client, "console:notices")
    following = re.search(r'rel="next" href="\?after=([^"]+)"', first)
    assert following and first.count("notice-row") == PAGE
    assert text(client, "console:notices", after=following[1]).count("notice-row") == 10
    assert client.get(reverse("console:notices"), {"after": "x"}).status_code == 422


def test_empty_states_say_what_comes() -> None:
    client = at_desk("mediator")
    assert "暂无通知" in text(client, "console:notices")
    assert "没有未读通知" in text(client, "console:notices", show="unread")


def test_a_case_that_left_is_told_without_a_link() -> None:
    number = told()
    from wangge.cases.operations import transfer

    dispatcher = town.actor("county_dispatcher")
    transfer(case_no=number, unit=town.OTHER_DEPARTMENT, note="排水问题", actor=dispatcher, at=clock.now())
    operations.tell(events=list(Event.objects.filter(subject=number)), at=clock.now())
    left = Notice.objects.get(kind=NoticeKind.LEFT)
    page = text(at_desk("unit_handler"), "console:notices")
    assert reverse("console:notice_open", args=[left.pk]) not in page
    assert reverse("console:notice_read", args=[left.pk]) in page


def test_the_wish_for_mail_is_ones_own() -> None:
    client, url = at_desk("unit_handler"), reverse("console:notices_mail")
    assert client.post(url, {"address": "me", "kinds": ["SENT"]}).status_code == 422
    assert client.post(url, {"address": "me@example.org"}).status_code == 422
    assert client.post(url, {"address": "me@example.org", "kinds": ["NONSENSE"]}).status_code == 422
    assert not MailWish.objects.exists()
    assert client.post(url, {"address": "me@example.org", "kinds": ["SENT", "URGED"]}).status_code == 302
    assert "me@example.org" in client.get(url).content.decode()
    assert "me@example.org" not in at_desk("unit_lead").get(url).content.decode()
    client.post(url, {"address": "", "kinds": ["SENT"]})
    assert not MailWish.objects.exists()


def test_the_phone_has_its_bell_and_list() -> None:
    worker = at_desk("grid_worker")
    at = clock.now()
    said = {"subject": dispatched(), "area": town.GRID, "account_id": town.user_id("grid_worker")}
    said |= {"kind": NoticeKind.LIGHT_YELLOW, "clock": "handling", "expires_at": at + timedelta(days=90)}
    notice = Notice.objects.create(event_id=1, made_at=at, show_at=at, **said)
    assert 'data-unread="1"' in text(worker, "terminal:home")
    page = text(worker, "terminal:notices")
    assert "即将到期：办理" in page
    answer = worker.get(reverse("terminal:notice_open", args=[notice.pk]))
    assert answer.headers["Location"] == reverse("terminal:case", args=[notice.subject])
    assert 'data-unread="0"' in text(worker, "terminal:home")
    worker.post(reverse("terminal:notices_read_all"), {"until": str(notice.pk)})
    assert "全部标为已读" not in text(worker, "terminal:notices")
