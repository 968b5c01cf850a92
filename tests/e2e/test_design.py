"""The gallery of the design in a real browser: axe, overflow, policy, and the islands by hand."""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.e2e.design import render
from tests.e2e.design.render import PAGES

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "media-src 'self' blob:; worker-src 'self' blob:; connect-src 'self'"
)
WITHOUT_GPU = [
    "--no-sandbox",
    "--disable-gpu",
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
]
SEEN = [
    *(
        (f"{name}-{language}-light", width)
        for name in PAGES
        for language in ("zh", "en")
        for width in (1440, 1024, 390)
    ),
    *((f"{name}-zh-dark", width) for name in PAGES for width in (1440, 390)),
    ("phone-zh-elder", 390),
]
pytestmark = pytest.mark.e2e


class Gallery(SimpleHTTPRequestHandler):
    """The rendered pages and the built assets, under the product's policy."""

    def translate_path(self, path: str) -> str:
        if path.startswith("/static/"):
            return str(ROOT / "web" / "dist" / path.removeprefix("/static/").split("?")[0])
        return super().translate_path(path)

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("gallery")
    render.write(folder)
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Gallery, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def settle(page: Page, address: str) -> None:
    """Open the page and wait until its islands live."""
    maps = ":is([data-island=map], [data-island=place-picker])"
    page.goto(address)
    page.wait_for_selector("html[data-js]")
    page.wait_for_selector("[data-island]:not([data-alive])", state="detached")
    page.wait_for_selector(f"{maps}:not([data-ready], [data-without])", state="detached")


@pytest.mark.parametrize(("look", "width"), SEEN)
def test_axe_finds_nothing_and_nothing_overflows(browser: Browser, gallery: str, look: str, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 860}, bypass_csp=True)
    settle(page, f"{gallery}/{look}.html")
    page.add_script_tag(path=AXE)
    found = page.evaluate("axe.run().then(r => r.violations.map(v => `${v.id}: ${v.nodes[0].html}`))")
    overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    page.close()
    assert found == []
    assert overflow <= 0


@pytest.mark.parametrize("name", PAGES)
def test_the_policy_has_nothing_to_refuse(browser: Browser, gallery: str, name: str) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 860})
    said: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            said.append(message.text)

    page.on("console", hear)
    settle(page, f"{gallery}/{name}-zh-light.html")
    page.wait_for_timeout(500)
    page.close()
    assert said == []


def test_list_and_map_light_each_other_up(browser: Browser, gallery: str) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 860})
    settle(page, f"{gallery}/desk-zh-light.html")
    where = page.evaluate(
        "(() => { const e = document.querySelector('[data-island=map]'); const b = e.getBoundingClientRect();"
        " const p = e.map.project([118.862, 31.939]); return [b.x + p.x, b.y + p.y] })()"
    )
    for n in range(40):  # until the pins are drawn
        page.mouse.move(where[0] + n % 2, where[1])
        if page.locator(".queue [data-hot]").count():
            break
        page.wait_for_timeout(250)
    assert page.locator(".maplibregl-popup").inner_text() != ""
    page.hover(".queue li:nth-child(2)")
    page.wait_for_selector(".queue li:nth-child(2)[data-hot]")
    page.close()


def test_the_desk_by_keyboard_alone(browser: Browser, gallery: str) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 860})
    settle(page, f"{gallery}/desk-zh-light.html")
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.closest('li')?.dataset.case").endswith("2")
    page.keyboard.press("?")
    assert page.locator("dialog dt").count() >= 5
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "search"
    page.close()


def test_the_place_of_a_report_by_gps_and_keyboard(browser: Browser, gallery: str) -> None:
    context = browser.new_context(
        viewport={"width": 390, "height": 860},
        geolocation={"latitude": 31.93, "longitude": 118.85, "accuracy": 12},
        permissions=["geolocation"],
    )
    page = context.new_page()
    settle(page, f"{gallery}/phone-zh-light.html")
    page.locator(".place .btn:has([href='#i-locate'])").click()
    page.wait_for_selector("input[name=place_source][value=GPS]", state="attached")
    assert page.input_value("input[name=accuracy_m]") == "12"
    page.locator(".pin").focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_selector("input[name=place_source][value=MAP_PIN]", state="attached")
    assert float(page.input_value("input[name=lon]")) < 118.85
    context.close()
