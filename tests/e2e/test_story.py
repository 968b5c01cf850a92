"""THE story, on real pages: a resident reports, the centre accepts and sends, a unit settles, the grid verifies,
the resident reads the answer and rates. With WANGGE_PICTURES=1 it also takes the pictures of the README.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import PICTURES as FAILURES
from tests.e2e.conftest import new_context
from tests.e2e.instance import ROOT, Instance
from tests.e2e.scene import lamp_photo

#: In the first grid of 汤山社区, whose worker is one of the demo's accounts.
LON, LAT = 119.04264, 32.04975
PICTURES = ROOT / "docs/pictures"
TAKES_PICTURES = os.environ.get("WANGGE_PICTURES") == "1"


@dataclass(frozen=True)
class Words:
    """What the people of the story write."""

    language: str
    suffix: str
    report: str
    result: str
    found: str
    thanks: str


ZH = Words(
    "zh-hans",
    "zh",
    "小区门口的路灯三天不亮了，晚上老人走路看不清。",
    "已更换灯头和线路，当晚试亮正常。",
    "晚上到现场看过，路灯已亮。",
    "修得很快，谢谢。",
)
EN = Words(
    "en",
    "en",
    "The street light by the gate has been out for three days; it is dark for old people at night.",
    "Lamp head and wiring replaced; it was on the same evening.",
    "Seen in the evening: the light is on.",
    "That was quick, thank you.",
)


class Stage:
    """Opens pages for the people of the story; a failing one leaves a picture of each open page."""

    def __init__(self, browser: Browser, instance: Instance, words: Words) -> None:
        self.browser, self.instance, self.words = browser, instance, words
        self.pages: list[Page] = []

    @contextmanager
    def page(self, *, phone: bool, user: str = "") -> Iterator[Page]:
        """A browser of one person, signed in if they have an account."""
        width, height = (390, 844) if phone else (1440, 900)
        context = new_context(self.browser, self.instance, width=width, height=height, phone=phone)
        context.add_cookies([{"name": "django_language", "value": self.words.language, "url": self.instance.url}])
        context.set_geolocation({"longitude": LON, "latitude": LAT, "accuracy": 8})
        page = context.new_page()
        self.pages.append(page)
        if user:
            self._sign_in(page, user)
        yield page
        self.pages.remove(page)
        context.close()

    def _sign_in(self, page: Page, user: str) -> None:
        page.goto("/accounts/login/?next=/worker/")
        page.fill("input[name=login]", user)
        page.fill("input[name=password]", str(self.instance.accounts[user]["password"]))
        page.click('form[action="/accounts/login/"] button[type=submit]')
        page.wait_for_url(re.compile(r"/worker/"))

    def picture(self, page: Page, name: str) -> None:
        """A picture for the README, if asked for."""
        if TAKES_PICTURES:
            page.wait_for_timeout(1200)  # maps draw, toasts leave the way
            PICTURES.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=PICTURES / f"{name}-{self.words.suffix}.png")

    def photograph(self) -> None:
        """Pictures of whatever was open when the story failed."""
        FAILURES.mkdir(exist_ok=True)
        for number, page in enumerate(self.pages):
            page.screenshot(path=FAILURES / f"story-{self.words.suffix}-{number}.png", full_page=True)


@pytest.mark.parametrize("words", [ZH, EN], ids=["zh", "en"])
def test_the_story(browser: Browser, instance: Instance, words: Words, tmp_path: Path) -> None:
    stage = Stage(browser, instance, words)
    dark = lamp_photo(tmp_path / "dark.jpg", lit=False, lon=LON, lat=LAT)
    lit = lamp_photo(tmp_path / "lit.jpg", lit=True, lon=LON, lat=LAT)
    try:
        code, case_no = resident_reports(stage, dark)
        clerk_accepts(stage, case_no)
        dispatcher_sends(stage, case_no)
        unit_settles(stage, case_no, dark, lit)
        worker_verifies(stage, case_no, lit)
        clerk_answers(stage, case_no)
        resident_reads_and_rates(stage, code)
    except BaseException:
        stage.photograph()
        raise


def resident_reports(stage: Stage, photo: Path) -> tuple[str, str]:
    """Photo, voice, words and the photo's own place from a page as wide as a phone; the code to keep."""
    with stage.page(phone=True) as page:
        page.goto("/")
        page.set_input_files("[data-island=photo-upload] input[type=file] >> nth=0", photo)
        expect(page.locator("[data-island=photo-upload] .upload-item[data-status=done]")).to_have_count(1)
        record_a_voice(page)
        page.fill("textarea[name=text]", stage.words.report)
        page.click("[data-island=place-picker] [data-photo]")
        expect(page.locator(".place-name")).to_contain_text("汤山")
        expect(page.locator("input[name=place_source]")).to_have_value("PHOTO")
        page.evaluate("window.scrollTo(0, 0)")
        stage.picture(page, "1-report")
        page.click(".action-bar .btn-primary")
        page.wait_for_url(re.compile(r"/r/\w{8}/received$"))
        code = re.sub(r"\W", "", page.inner_text(".receipt-code"))
        case_no = page.locator("dd.num").inner_text()
        stage.picture(page, "2-received")
        page.click(".action-bar .btn-primary")
        expect(page.locator(".chip").first).to_be_visible()
        assert page.locator(".photo img").count() == page.locator("audio").count() == 1
        return code, case_no


def record_a_voice(page: Page) -> None:
    """Two seconds of whatever the pretended microphone hears."""
    page.click("[data-island=audio-recorder] button")
    page.wait_for_timeout(2000)
    page.click(".recorder .btn-primary")
    expect(page.locator("[data-island=audio-recorder] .upload-item[data-status=done]")).to_have_count(1)


def clerk_accepts(stage: Stage, case_no: str) -> None:
    """The suggested task stands first; one key would do."""
    with stage.page(phone=False, user="county_intake_clerk") as page:
        open_at(page, "queue", case_no)
        expect(page.locator("input[name=task_code]:checked")).to_have_value("060201")
        stage.picture(page, "3-accept")
        lead(page)


def dispatcher_sends(stage: Stage, case_no: str) -> None:
    """The owner department is proposed: a street light is a facility, and those go to the owner first."""
    with stage.page(phone=False, user="county_dispatcher") as page:
        open_at(page, "dispatch", case_no)
        expect(page.locator("input[name=unit]:checked")).to_have_value("320115-URB")
        stage.picture(page, "4-dispatch")
        lead(page)


def unit_settles(stage: Stage, case_no: str, before: Path, after: Path) -> None:
    """The unit signs, and shows the place before and after."""
    with stage.page(phone=False, user="unit_handler") as page:
        open_at(page, "unit", case_no)
        lead(page)
        open_at(page, "unit", case_no)
        page.fill("#act-lead textarea[name=note]", stage.words.result)
        for name, photo in (("before", before), ("after", after)):
            page.set_input_files(f"#act-lead [data-stage={name}] input[type=file] >> nth=0", photo)
        expect(page.locator("#act-lead .upload-item[data-status=done]")).to_have_count(2)
        stage.picture(page, "5-result")
        lead(page)


def worker_verifies(stage: Stage, case_no: str, photo: Path) -> None:
    """The grid worker of the place looks, on the phone; the result is somebody else's."""
    with stage.page(phone=True, user="grid_worker_tangshan") as page:
        page.goto("/worker/")
        page.click(f'#verify a[href="/worker/case/{case_no}"]')
        page.set_input_files("#verify [data-island=photo-upload] input[type=file] >> nth=0", photo)
        expect(page.locator("#verify .upload-item[data-status=done]")).to_have_count(1)
        page.fill("#verify-note", stage.words.found)
        page.locator("#verify").scroll_into_view_if_needed()
        stage.picture(page, "6-verify")
        page.click("#verify .btn-primary")
        expect(page.locator('.chip[data-state="verified"]').first).to_be_visible()


def clerk_answers(stage: Stage, case_no: str) -> None:
    """The answer was written in advance from the result; the clerk sends it."""
    with stage.page(phone=False, user="county_intake_clerk") as page:
        open_at(page, "feedback", case_no)
        note = page.locator("#act-lead textarea[name=note]")
        if not note.input_value():
            note.fill(stage.words.result)
        stage.picture(page, "7-answer")
        lead(page)


def resident_reads_and_rates(stage: Stage, code: str) -> None:
    """The code, typed as people type it, leads to the answer; one face and a word."""
    with stage.page(phone=True) as page:
        page.goto("/find")
        page.fill("input[name=code]", f"{code[:4].lower()}-{code[4:].lower()}")
        page.click("main form .btn-primary")
        page.wait_for_url(re.compile(rf"/r/{code}$"))
        expect(page.locator(".answer")).to_contain_text(stage.words.result.rstrip("。."))
        assert page.locator(".photos-pair .photo").count() >= 2
        stage.picture(page, "8-answer-read")
        page.locator(".rating .choice").first.click()
        page.fill("#rate-note", stage.words.thanks)
        page.locator("#rate").scroll_into_view_if_needed()
        stage.picture(page, "9-rate")
        page.click("#rate .btn-primary")
        expect(page.locator('.chip[data-state="evaluated"]').first).to_be_visible()


def open_at(page: Page, place: str, case_no: str) -> None:
    """The case at its place of the desk, once the jobs that follow a report have been done."""
    page.goto(f"/desk/{place}/{case_no}")
    expect(page.locator("html[data-js]")).to_have_count(1)
    expect(page.locator(".case-actions .btn-primary")).to_be_visible()


def lead(page: Page) -> None:
    """Do what the place is for, and see the case leave or change."""
    with page.expect_response(lambda answer: "/act/" in answer.url and answer.request.method == "POST") as answer:
        page.click(".case-actions .btn-primary")
    assert answer.value.status < 400, answer.value.status
    page.wait_for_timeout(300)
