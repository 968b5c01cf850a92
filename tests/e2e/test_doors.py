"""The pages of residents and grid workers: three widths, both themes and languages, elder mode, without scripts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from urllib.request import Request, urlopen
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.instance import ROOT, Instance

AXE = ROOT / "web/node_modules/axe-core/axe.min.js"
LON, LAT = 119.04264, 32.04975


@dataclass(frozen=True)
class Look:
    """How somebody looks at a page."""

    width: int
    language: str
    theme: str
    size: str = ""


LOOKS = [
    *(Look(*one) for one in product((360, 390, 1280), ("zh-hans", "en"), ("light", "dark"))),
    Look(390, "zh-hans", "light", "elder"),
    Look(360, "en", "dark", "elder"),
]  # fmt: skip


@pytest.fixture(scope="module")
def code(instance: Instance) -> str:
    """A report with very long words, to be followed."""
    body = {"client_id": str(uuid4()), "text": "路灯" * 400 + " " + "x" * 300, "lon": LON, "lat": LAT}
    request = Request(f"{instance.url}/api/v1/reports", json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urlopen(request) as answer:
        return str(json.load(answer)["query_code"])


@pytest.fixture(params=LOOKS, ids=lambda look: f"{look.width}-{look.language}-{look.theme}{look.size}")
def page(browser: Browser, instance: Instance, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page looked at in that way; the policy is bypassed only so that axe may be put in."""
    look: Look = request.param
    context = browser.new_context(
        base_url=instance.url, viewport={"width": look.width, "height": 844}, color_scheme=look.theme, bypass_csp=True
    )
    wanted = {"django_language": look.language, "wg_size": look.size}
    context.add_cookies([{"name": k, "value": v, "url": instance.url} for k, v in wanted.items() if v])
    yield context.new_page()
    context.close()


def test_the_residents_pages_fit_and_can_be_used_by_everybody(page: Page, code: str) -> None:
    for path in ("/", "/find", "/privacy", f"/r/{code}", f"/r/{code}/received", "/r/WRONG000", "/no/such/page"):
        page.goto(path)
        fits_and_is_accessible(page, path)


def test_the_workers_pages_fit_and_can_be_used_by_everybody(page: Page, code: str, instance: Instance) -> None:
    page.goto("/accounts/login/?next=/worker/")
    page.fill("input[name=login]", "grid_worker_tangshan")
    page.fill("input[name=password]", str(instance.accounts["grid_worker_tangshan"]["password"]))
    page.click('form[action="/accounts/login/"] button[type=submit]')
    for path in ("/worker/", "/worker/report"):
        page.goto(path)
        fits_and_is_accessible(page, path)


def fits_and_is_accessible(page: Page, path: str) -> None:
    """Nothing sticks out sideways, and axe finds nothing."""
    expect(page.locator("html[data-js]")).to_have_count(1)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{path} is {wide} px too wide"
    page.add_script_tag(path=AXE)
    found = page.evaluate(
        "axe.run().then(r => r.violations.map(v => v.id + ': ' + v.nodes.map(n => n.target.join(' ')).join(', ')))"
    )
    assert not found, f"{path}: {found}"


def test_a_report_without_scripts(browser: Browser, instance: Instance) -> None:
    context = browser.new_context(
        base_url=instance.url, java_script_enabled=False, viewport={"width": 390, "height": 844}
    )
    page = context.new_page()
    page.goto("/")
    page.click(".action-bar button")
    expect(page.locator("#id_text_error")).to_be_visible()
    page.fill("textarea[name=text]", "井盖不见了")
    page.fill("input[name=address]", "汤山街道温泉路口")
    page.click(".action-bar button")
    expect(page.locator(".receipt-code")).to_be_visible()
    context.close()


def test_a_draft_survives_leaving_and_goes_with_the_report(phone: Page) -> None:
    phone.goto("/")
    phone.fill("textarea[name=text]", "写到一半的话")
    phone.click("text=留个联系方式")
    phone.fill("input[name=phone]", "13800000000")
    phone.wait_for_timeout(800)
    phone.goto("/privacy")
    phone.goto("/")
    expect(phone.locator("textarea[name=text]")).to_have_value("写到一半的话")
    assert phone.locator("input[name=phone]").input_value() == ""
    phone.fill("input[name=address]", "温泉路口")
    phone.click(".action-bar .btn-primary")
    expect(phone.locator(".receipt-code")).to_be_visible()
    phone.goto("/")
    expect(phone.locator("textarea[name=text]")).to_have_value("")


def test_a_code_is_kept_on_the_device_when_asked(phone: Page, code: str) -> None:
    phone.goto(f"/r/{code}")
    phone.click("[data-do=keep]")
    phone.goto("/find")
    phone.click(".kept .card")
    expect(phone).to_have_url(f"{phone.url.split('/r/')[0]}/r/{code}")
    phone.goto("/find")
    phone.click(".kept button")
    expect(phone.locator(".kept .card")).to_have_count(0)


def test_distance_is_computed_on_the_phone_only(phone: Page, instance: Instance) -> None:
    phone.goto("/accounts/login/?next=/worker/")
    phone.fill("input[name=login]", "grid_worker_tangshan")
    phone.fill("input[name=password]", str(instance.accounts["grid_worker_tangshan"]["password"]))
    phone.click('form[action="/accounts/login/"] button[type=submit]')
    phone.wait_for_load_state("networkidle")
    asked: list[str] = []
    phone.on("request", lambda request: asked.append(request.url))
    phone.click("[data-island=near]")
    expect(phone.locator("#near-status")).to_contain_text("只在本机使用")
    assert not [url for url in asked if "/static/" not in url]
