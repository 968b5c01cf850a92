"""What the browser tests share: one browser, and a picture of every failure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.e2e.instance import ROOT, Instance

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--disable-quic",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run",
    "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
]  # fmt: skip
PICTURES = ROOT / "test-results"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium, headless, with a pretended camera and microphone."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def failed(request: pytest.FixtureRequest) -> Iterator[list[bool]]:
    """Filled by the hook below when the test has failed."""
    verdict: list[bool] = []
    request.node.stash[_VERDICT] = verdict
    yield verdict


_VERDICT = pytest.StashKey[list[bool]]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    report = yield
    if call.when == "call" and report.failed and _VERDICT in item.stash:  # type: ignore[attr-defined]
        item.stash[_VERDICT].append(True)
    return report


@pytest.fixture
def phone(browser: Browser, instance: Instance, request: pytest.FixtureRequest, failed: list[bool]) -> Iterator[Page]:
    """A page as wide as a phone, in Chinese, standing in 汤山街道."""
    yield from _page(browser, instance, request, failed, width=390, height=844, phone=True)


@pytest.fixture
def desk(browser: Browser, instance: Instance, request: pytest.FixtureRequest, failed: list[bool]) -> Iterator[Page]:
    """A page as wide as a desk, in Chinese."""
    yield from _page(browser, instance, request, failed, width=1440, height=900, phone=False)


def new_context(browser: Browser, instance: Instance, *, width: int, height: int, phone: bool) -> BrowserContext:
    """A browser of its own, signed in nowhere."""
    return browser.new_context(
        base_url=instance.url,
        viewport={"width": width, "height": height},
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        has_touch=phone,
        is_mobile=phone,
        geolocation={"longitude": 119.05, "latitude": 32.05, "accuracy": 12},
        permissions=["geolocation", "microphone", "camera"],
    )


def _page(
    browser: Browser,
    instance: Instance,
    request: pytest.FixtureRequest,
    failed: list[bool],
    *,
    width: int,
    height: int,
    phone: bool,
) -> Iterator[Page]:
    context = new_context(browser, instance, width=width, height=height, phone=phone)
    page = context.new_page()
    yield page
    if failed:
        PICTURES.mkdir(exist_ok=True)
        name = re.sub(r"[^\w-]+", "_", request.node.name)
        page.screenshot(path=PICTURES / f"{name}.png", full_page=True)
    context.close()
