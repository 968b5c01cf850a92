"""Takes the pictures of the README and the guides: `python -m tests.e2e.pictures [FOLDER]`.

An instance of its own is started with a year of the demo's history, a few days more are told to it, and the story of
`test_story` is walked through its pages in Chinese and once more in English; then the pages that keep the loop closed
are opened. The photos in the pictures are drawn; no picture shows a person. It takes about ten minutes.
"""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.e2e import test_story as story
from tests.e2e.conftest import ARGUMENTS, CHROMIUM
from tests.e2e.instance import ROOT, Instance, running
from tests.e2e.past import dirty_grids, told_past
from tests.e2e.scene import lamp_photo

FOLDER = ROOT / "docs/pictures"
LARGEST_BYTES = 250_000
#: Pictures of the story that are kept, and what they are called.
KEPT = {
    "1-report": "report",
    "2-received": "received",
    "3-accept": "queue",
    "4-dispatch": "dispatch",
    "5-result": "result",
    "6-verify": "verify",
    "8-answer-read": "answer",
}
LOCALES = {"zh": "zh-CN", "en": "en-GB"}
#: The demo's history: enough cases a month for a line of twelve months, and for a trial of routing rules.
HISTORY = ("--cases", "2400", "--days", "365")
HIGH = 1240
SHANGHAI = ZoneInfo("Asia/Shanghai")


class Camera(story.Stage):
    """The stage of the story, with a sharper phone, whose pictures are small files of few colours."""

    def __init__(self, browser: Browser, instance: Instance, words: story.Words, folder: Path) -> None:
        super().__init__(browser, instance, words)
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    @contextmanager
    def page(self, *, phone: bool, user: str = "", high: int = 900) -> Iterator[Page]:
        """A browser of one person, signed in if they have an account."""
        width, height, scale = (390, 844, 2) if phone else (1440, high, 1)
        context = self.browser.new_context(
            base_url=self.instance.url, viewport={"width": width, "height": height}, device_scale_factor=scale,
            locale=LOCALES[self.words.suffix], timezone_id="Asia/Shanghai", is_mobile=phone, has_touch=phone,
            reduced_motion="reduce",
            geolocation={"longitude": story.LON, "latitude": story.LAT, "accuracy": 8},
            permissions=["geolocation", "microphone", "camera"],
        )  # fmt: skip
        context.add_cookies([{"name": "django_language", "value": self.words.language, "url": self.instance.url}])
        page = context.new_page()
        if user:
            self._sign_in(page, user)
        yield page
        context.close()

    def picture(self, page: Page, name: str) -> None:
        """The window as it stands, if the picture is one we keep."""
        wanted = KEPT.get(name, name)
        if wanted[0].isdigit():
            return
        if wanted == "verify":
            page.evaluate(
                "scrollBy(0, document.querySelector('#verify').getBoundingClientRect().bottom - innerHeight + 72)"
            )
        settle(page)
        picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        few = picture.quantize(256, method=Image.Quantize.MEDIANCUT, kmeans=2, dither=Image.Dither.NONE)
        path = self.folder / f"{wanted}-{self.words.suffix}.png"
        few.save(path, optimize=True)
        assert path.stat().st_size < LARGEST_BYTES, f"{path.name} is {path.stat().st_size} bytes"


def settle(page: Page) -> None:
    """Maps are drawn, toasts have left."""
    maps = page.locator("[data-island=map], [data-island=place-picker]").count()
    expect(page.locator("[data-ready] .maplibregl-canvas")).to_have_count(maps, timeout=30_000)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(4_000 if maps else 500)  # software draws the maps


def walk(camera: Camera) -> None:
    """The story, and its case as the desk sees it afterwards."""
    with TemporaryDirectory() as folder:
        dark = lamp_photo(Path(folder) / "dark.jpg", lit=False, lon=story.LON, lat=story.LAT)
        lit = lamp_photo(Path(folder) / "lit.jpg", lit=True, lon=story.LON, lat=story.LAT)
        code, case_no = story.resident_reports(camera, dark)
        story.clerk_accepts(camera, case_no)
        story.dispatcher_sends(camera, case_no)
        story.unit_settles(camera, case_no, dark, lit)
        show(camera, "worker", "/worker/", user="grid_worker", phone=True)
        story.worker_verifies(camera, case_no, lit)
        story.clerk_answers(camera, case_no)
        story.resident_reads_and_rates(camera, code)
    show(camera, "case", f"/desk/cases/{case_no}/", user="county_dispatcher")


def show(camera: Camera, name: str, address: str, *, user: str, phone: bool = False, high: int = 900) -> None:
    """One page as it opens."""
    with camera.page(phone=phone, user=user, high=high) as page:
        page.goto(address)
        camera.picture(page, name)


def show_hotline(camera: Camera) -> None:
    """A call being written down; what was reported there before stands beside it."""
    with camera.page(phone=False, user="county_intake_clerk") as page:
        page.goto("/desk/hotline/")
        page.wait_for_function("'js' in document.documentElement.dataset")
        page.fill("#call_text", camera.words.report)
        page.click("#call_address")
        page.keyboard.type("汤山社区居委会第一网格", delay=60)
        option = page.locator("#call-places option[value$=第一网格]").first
        option.wait_for(state="attached")
        page.fill("#call_address", str(option.get_attribute("value")))
        expect(page.locator("#earlier li").first).to_be_visible(timeout=20_000)
        camera.picture(page, "hotline")


def show_loop(camera: Camera, joint: str, trial: str) -> None:
    """The pages that keep the loop closed: tracked, supervised, decided, timed, measured."""
    last_month = datetime.now(SHANGHAI).date().replace(day=1) - timedelta(days=1)
    index = f"/desk/assessment/index/on_time_closure_rate?month={last_month:%Y-%m}"
    show(camera, "joint", f"/desk/cases/{joint}/", user="supervisor", high=HIGH)
    show(camera, "decide", "/desk/arbitrate/", user="shift_leader")
    show(camera, "tracking", "/desk/tracking/", user="supervisor", high=960)
    show(camera, "clocks", "/desk/clocks/", user="centre_leader")
    show(camera, "assessment", index, user="centre_leader")
    show(camera, "trial", trial, user="shift_leader")
    with camera.page(phone=False, user="task_list_reviewer") as page:
        page.goto("/desk/admission/")
        page.click("a.application-row:has-text('· 040201')")
        page.wait_for_url(re.compile(r"/admission/\d+/"))
        camera.picture(page, "admission")


def try_rules(camera: Camera) -> str:
    """A draft in which events go to the town's centre first, tried on last month; the address of the trial."""
    with camera.page(phone=False, user="shift_leader") as page:
        page.goto("/desk/routing/")
        page.fill("[name=note]", "镇街事件先到镇街中心，由中心统一分派")
        page.click("form[action*='/routing/draft'] .btn-primary")
        page.wait_for_url(re.compile(r"/routing/\d+/"))
        page.goto(f"{page.url.partition('#')[0]}rules/4")
        page.select_option("[name=target_1]", "TOWN_CENTRE")
        page.select_option("[name=target_2]", "OWNER_OFFICE")
        page.click("main form .btn-primary")
        page.wait_for_url(re.compile(r"/routing/\d+/(#.*)?$"))
        page.click("[data-key=t]")
        page.wait_for_url(re.compile(r"/trials/"))
        expect(page.locator(".trial-rules")).to_be_visible(timeout=60_000)
        return page.url


def take_all(instance: Instance, folder: Path) -> None:
    """Every picture, from a fresh instance."""
    joint = told_past(instance)
    edition = dirty_grids(instance)
    instance.dev("manage", "assessment", "--count")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        trial = try_rules(Camera(browser, instance, story.ZH, folder))
        for words in (story.ZH, story.EN):
            camera = Camera(browser, instance, words, folder)
            walk(camera)
            show_hotline(camera)
            show(camera, "defects", f"/desk/grids/{edition}/", user="data_steward")
            show_loop(camera, joint, trial)
        browser.close()


if __name__ == "__main__":
    with running(HISTORY) as one:
        take_all(one, Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
