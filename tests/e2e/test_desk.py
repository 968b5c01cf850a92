"""The desk in a browser: calls, the queue by keys, what appears by itself, two clerks at once, and axe on all pages."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.conftest import new_context
from tests.e2e.instance import ROOT, Instance

AXE = ROOT / "web/node_modules/axe-core/axe.min.js"
#: In the first grid of 汤山社区.
LON, LAT = 119.04264, 32.04975
GRID_NAME = "汤山街道 汤山社区居委会 汤山社区居委会第一网格"


def sign_in(page: Page, instance: Instance, user: str, following: str) -> None:
    """Sign in and go on to a page."""
    page.goto(f"/accounts/login/?next={following}")
    page.fill("input[name=login]", user)
    page.fill("input[name=password]", str(instance.accounts[user]["password"]))
    page.press("input[name=password]", "Enter")
    page.wait_for_url(re.compile(re.escape(following)))


def report(page: Page, text: str, *, east: float = 0.0) -> str:
    """A report through the API; its case number."""
    body = {"client_id": str(uuid4()), "text": text, "lon": LON + east, "lat": LAT}
    answer = page.request.post("/api/v1/reports", data=body)
    assert answer.ok, answer.text()
    return str(answer.json()["case_no"])


@contextmanager
def colleague(browser: Browser, instance: Instance, user: str, following: str) -> Iterator[Page]:
    """A second person at a desk of their own."""
    context = new_context(browser, instance, width=1440, height=900, phone=False)
    page = context.new_page()
    sign_in(page, instance, user, following)
    yield page
    context.close()


def test_a_call_is_recorded_with_the_keyboard_alone(desk: Page, instance: Instance) -> None:
    sign_in(desk, instance, "county_intake_clerk", "/desk/hotline/")
    expect(desk.locator("[data-island=place-picker][data-ready]")).to_have_count(1)
    expect(desk.locator("#call_text")).to_be_focused()
    began = time.monotonic()
    desk.keyboard.type("小区东门外的垃圾堆了三天没人清，臭得受不了")
    desk.keyboard.press("Tab")
    desk.keyboard.type(GRID_NAME)
    expect(desk.locator("input[name=place_source]")).to_have_value("DESK")
    desk.keyboard.press("Enter")  # moves on and saves nothing
    expect(desk.locator("#call_caller_phone")).to_be_focused()
    desk.keyboard.type("025-1234 5678")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator(".call-code")).to_have_text(re.compile(r"^[0-9A-Z]{4}-[0-9A-Z]{4}$"))
    assert time.monotonic() - began < 60
    expect(desk.locator(".call-facts dd").nth(1)).to_contain_text(GRID_NAME)
    desk.keyboard.press("n")
    expect(desk.locator("#call_text")).to_have_value("")


def test_the_queue_is_worked_by_keys(desk: Page, instance: Instance) -> None:
    for n in range(3):
        report(desk, f"路边第{n}盏路灯不亮，晚上很黑", east=n * 0.002)
    sign_in(desk, instance, "county_intake_clerk", "/desk/queue/")
    rows = desk.locator("#queue > li[data-case]")
    second = rows.nth(1).get_attribute("data-case") or ""
    desk.keyboard.press("j")
    desk.keyboard.press("Enter")
    expect(desk.locator("#case")).to_have_attribute("data-case", second)
    expect(desk.locator(f"#row-{second}")).to_have_attribute("aria-current", "true")
    desk.keyboard.press("b")
    expect(desk.locator("#act-slot textarea")).to_be_focused()
    desk.keyboard.press("Escape")
    expect(desk.locator("#act-slot form")).to_have_count(0)
    desk.locator("#task_q").fill("路灯")
    expect(desk.locator("#task-choices input[name=found_for]")).to_have_value("路灯")
    desk.locator("#task_q").press("Enter")
    expect(desk.locator("#toasts")).to_contain_text(second)
    expect(desk.locator(f"#row-{second}")).to_have_count(0)
    expect(desk.locator("#case")).not_to_have_attribute("data-case", second)


def test_words_are_kept_until_they_are_sent(desk: Page, instance: Instance) -> None:
    number = report(desk, "路边的消防栓漏水，水流了一地", east=0.005)
    sign_in(desk, instance, "county_intake_clerk", f"/desk/queue/{number}")
    box = desk.locator("#act-slot textarea")
    desk.keyboard.press("b")
    box.fill("请说明是哪一处")
    desk.wait_for_timeout(600)  # a draft is kept a moment after the last key
    desk.reload()
    desk.keyboard.press("b")
    expect(box).to_have_value("请说明是哪一处")
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("#toasts a")).to_have_text(number)
    assert not desk.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('wg_draft'))")


def test_merging_asks_in_place_and_names_the_main_case(desk: Page, instance: Instance) -> None:
    first = report(desk, "河边的护栏断了一截，孩子容易掉下去", east=0.006)
    second = report(desk, "河边的护栏断了一截，孩子容易掉下去啊", east=0.006)
    sign_in(desk, instance, "county_intake_clerk", f"/desk/queue/{second}")
    desk.keyboard.press("m")
    expect(desk.locator("#act-slot form")).to_contain_text(first)
    expect(desk.locator(f"#row-{second}")).to_have_count(1)
    desk.keyboard.press("Control+Enter")
    expect(desk.locator("#toasts")).to_contain_text(first)
    expect(desk.locator(f"#row-{second}")).to_have_count(0)


def test_a_new_report_appears_by_itself(desk: Page, instance: Instance) -> None:
    sign_in(desk, instance, "county_intake_clerk", "/desk/queue/")
    desk.wait_for_timeout(500)  # the first question of the live island tells it where the stream stands
    number = report(desk, "窨井盖不见了，很危险", east=0.001)
    expect(desk.locator(f"#row-{number}")).to_be_visible(timeout=30_000)


def test_the_one_who_comes_second_sees_what_happened(desk: Page, browser: Browser, instance: Instance) -> None:
    number = report(desk, "路边垃圾成堆，没有人清", east=0.003)
    opened = f"/desk/queue/{number}"
    sign_in(desk, instance, "county_intake_clerk", opened)
    with colleague(browser, instance, "county_dispatcher", opened) as other:
        for page in (other, desk):
            page.locator("#task_q").fill("040101")
            expect(page.locator("#task-choices input[name=found_for]")).to_have_value("040101")
        other.locator("#task_q").press("Enter")
        expect(other.locator("#toasts")).to_contain_text(number)
    desk.locator("#task_q").press("Enter")
    expect(desk.locator("#case [role=alert] .notice").first).to_be_visible()
    expect(desk.locator("#case .chip").first).to_have_attribute("data-state", "accepted")


LOOKS = [(1440, "light", "zh-hans"), (1024, "light", "en"), (390, "dark", "en")]


@pytest.mark.parametrize(("width", "theme", "language"), LOOKS)
def test_no_page_has_a_fault_that_axe_finds(
    browser: Browser, instance: Instance, width: int, theme: str, language: str
) -> None:
    context = _looking(browser, instance, width, theme, language)
    page = context.new_page()
    number = report(page, "小区的垃圾桶满了，没有人清", east=0.004)
    sign_in(page, instance, "county_dispatcher", "/desk/cases/")
    faults = {}
    for path in ("queue/", f"queue/{number}", "dispatch/", "feedback/", "cases/", f"cases/{number}/", "hotline/"):
        page.goto(f"/desk/{path}")
        page.wait_for_load_state("networkidle")
        page.add_script_tag(path=AXE)
        found = page.evaluate("axe.run().then(r => r.violations.map(v => [v.id, v.nodes[0].html]))")
        wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
        if found or wide:
            faults[path] = [*found, *(["wider than the screen"] if wide else [])]
    context.close()
    assert not faults


def _looking(browser: Browser, instance: Instance, width: int, theme: str, language: str) -> BrowserContext:
    context = browser.new_context(
        base_url=instance.url, viewport={"width": width, "height": 900}, bypass_csp=True, locale="zh-CN"
    )
    context.add_cookies(
        [
            {"name": "wg_theme", "value": theme, "url": instance.url},
            {"name": "django_language", "value": language, "url": instance.url},
        ]
    )
    return context
