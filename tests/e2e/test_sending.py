"""Sending from a phone: nothing made is thrown away, nothing written is lost, and Back stays among our own pages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.instance import Instance
from tests.e2e.scene import lamp_photo

RECEIVED = re.compile(r"/r/\w{8}/received$")
DONE = ".upload-item[data-status=done]"
ALBUM = "[data-island=photo-upload] input[type=file] >> nth=1"
SEND = ".action-bar .btn-primary"


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return lamp_photo(tmp_path_factory.mktemp("photos") / "dark.jpg", lit=False, lon=119.05, lat=32.05)


def test_a_recording_that_runs_is_finished_and_sent(phone: Page) -> None:
    phone.goto("/")
    phone.click("[data-island=audio-recorder] button")
    phone.wait_for_timeout(1200)
    phone.fill("input[name=address]", "温泉路口")
    phone.click(SEND)
    phone.wait_for_url(RECEIVED)
    phone.click(SEND)
    expect(phone.locator("audio")).to_have_count(1)


def test_photo_and_place_survive_a_switch_of_language_but_no_contact(phone: Page, photo: Path) -> None:
    phone.goto("/")
    phone.set_input_files(ALBUM, photo)
    phone.click("[data-photo]")
    phone.click("text=留个联系方式")
    phone.fill("input[name=phone]", "13800000000")
    expect(phone.locator(DONE)).to_have_count(1)
    phone.click(".switch-language button")
    expect(phone.locator(".draft-note")).to_contain_text("Your contact was not kept")
    expect(phone.locator(DONE)).to_have_count(1)
    expect(phone.locator("input[name=place_source]")).to_have_value("PHOTO")
    assert "13800000000" not in phone.evaluate("JSON.stringify(localStorage)")
    phone.click(SEND)
    phone.wait_for_url(RECEIVED)
    phone.goto("/")
    expect(phone.locator(".draft-note, .upload-item")).to_have_count(0)


def test_back_after_an_error_leads_to_the_form(phone: Page) -> None:
    phone.goto("/privacy")
    phone.goto("/")
    phone.fill("textarea[name=text]", "路灯不亮")
    phone.click(SEND)
    expect(phone.locator(".error-summary")).to_be_visible()
    expect(phone.locator(".draft-note")).to_have_count(0)
    phone.wait_for_timeout(600)
    phone.reload()
    expect(phone.locator("textarea[name=text]")).to_have_value("路灯不亮")
    phone.fill("input[name=address]", "温泉路口")
    phone.click(SEND)
    phone.wait_for_url(RECEIVED)
    phone.go_back()
    expect(phone.locator("h1")).to_have_text("上报问题")


def test_without_a_network_the_page_stays_and_goes_later(phone: Page, photo: Path) -> None:
    phone.goto("/")
    phone.fill("textarea[name=text]", "路灯不亮")
    phone.fill("input[name=address]", "温泉路口")
    phone.context.set_offline(True)
    phone.set_input_files(ALBUM, photo)
    phone.click(SEND)
    expect(phone.locator(".upload-item[data-status=failed] button").first).to_be_focused()
    phone.locator(".upload-tools button").last.click()
    phone.click(SEND)
    expect(phone.locator("#problem")).to_contain_text("没有网络")
    expect(phone.locator("textarea[name=text]")).to_have_value("路灯不亮")
    phone.context.set_offline(False)
    phone.click(SEND)
    phone.wait_for_url(RECEIVED)


def test_a_photo_nobody_can_read_is_named_and_may_be_left_out(phone: Page, tmp_path: Path) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"not a photo")
    phone.goto("/")
    phone.fill("textarea[name=text]", "路灯不亮")
    phone.fill("input[name=address]", "温泉路口")
    phone.set_input_files(ALBUM, broken)
    expect(phone.locator(".upload-status")).to_contain_text("另选一个")
    phone.click(SEND)
    phone.click("text=不带它")
    phone.wait_for_url(RECEIVED)


def test_a_switch_of_language_after_an_error_leads_to_the_report(phone: Page) -> None:
    phone.goto("/")
    phone.fill("textarea[name=text]", "路灯不亮")
    phone.fill("input[name=address]", "温泉路口")
    phone.click(SEND)
    phone.wait_for_url(RECEIVED)
    phone.click(SEND)
    phone.click("#supplement > summary")
    phone.click("#supplement .btn-primary")
    phone.click(".error-summary a")
    expect(phone.locator("#supplement-note")).to_be_focused()
    phone.click(".switch-language button")
    expect(phone.locator("h1")).to_have_text("My report")


def test_a_place_is_set_by_keys_alone(desk: Page) -> None:
    desk.goto("/")
    expect(desk.locator("[data-island=place-picker][data-ready]")).to_have_count(1)
    desk.locator(".maplibregl-canvas").focus()
    desk.keyboard.press("Enter")
    first = desk.locator("input[name=lon]").input_value()
    desk.keyboard.press("ArrowRight")
    expect(desk.locator("input[name=lon]")).not_to_have_value(first)
    desk.click(".place-buttons button >> nth=-1")
    expect(desk.locator("input[name=lon]")).to_have_value("")


def test_the_task_chosen_last_counts(phone: Page, instance: Instance) -> None:
    phone.goto("/accounts/login/?next=/worker/report")
    phone.fill("input[name=login]", "grid_worker_tangshan")
    phone.fill("input[name=password]", str(instance.accounts["grid_worker_tangshan"]["password"]))
    phone.click('form[action="/accounts/login/"] button[type=submit]')
    phone.fill("textarea[name=text]", "楼道里堆满杂物，还有电动车在充电")
    radios = phone.locator("#suggested input[type=radio]")
    expect(radios.first).to_be_attached()
    expect(phone.locator("#suggested input:checked")).to_have_count(0)
    radios.first.check()
    expect(phone.locator("#other_task")).to_have_value(radios.first.get_attribute("value") or "?")
    phone.fill("#task-filter", "垃圾")
    rubbish = phone.locator("#other_task option", has_text="垃圾").first.get_attribute("value")
    phone.select_option("#other_task", rubbish)
    expect(phone.locator("#suggested input:checked")).to_have_count(0)
