"""The closed loop on real pages: a joint case of two departments with a refused return, an extension, a rest over an
adjusted weekend, a supervision order, rework, re-opening, and the assessment that follows.

The instance runs by a training clock, so the weeks of the story pass in minutes: it begins on Thursday 8 October 2026,
the first working day after the holiday; Saturday the 10th is worked in exchange (调休).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.instance import running
from tests.e2e.lesson import Lesson, Told, worked
from tests.e2e.test_story import ZH, Stage, lead, open_at
from wangge.foundation.worktime import LOCAL

HOUSING, WATER = "320115-HOU", "320115-WAT"
HOUSING_HANDLER, WATER_HANDLER = "unit_handler_hou", "unit_handler_wat"
#: Of the task 060101 in data/catalogue/task_list.csv.
LIMIT_H = 40
DUE = "dt:has-text('截止时间') + dd time"


@pytest.fixture(scope="module")
def lesson(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lesson]:
    clock = tmp_path_factory.mktemp("clock") / "shift"
    clock.parent.chmod(0o755)
    with running(WANGGE_TRAINING_CLOCK=str(clock)) as instance:
        yield Lesson(instance, clock)


def shown(page: Page, case_no: str) -> str:
    """The deadline on the page of the case."""
    page.goto(f"/desk/cases/{case_no}/")
    title = page.locator(DUE).get_attribute("title")
    assert title
    return title


def to_the_minute(at: datetime) -> str:
    return f"{at.astimezone(LOCAL):%Y-%m-%d %H:%M}"


def act(page: Page, case_no: str, action: str, fill: Callable[[], None] | None = None) -> None:
    """Carry an action out on its own page, as a link to it does."""
    page.goto(f"/desk/cases/{case_no}/act/{action}")
    if fill:
        fill()
    page.click("form.act button.btn-primary")
    page.wait_for_url(re.compile(rf"/desk/cases/{case_no}/$"))


def words(page: Page, text: str) -> None:
    page.fill("form.act textarea[name=note]", text)


def history(page: Page, case_no: str) -> list[str]:
    """What has happened, as the page of the case tells it."""
    page.goto(f"/desk/cases/{case_no}/")
    return page.locator(".timeline-what").all_inner_texts()


def test_the_closed_loop(browser: Browser, lesson: Lesson) -> None:
    stage = Stage(browser, lesson.instance, ZH)
    try:
        lesson.it_is("2026-10-08 09:30")
        code, case_no = resident_reports(stage)
        desk_accepts_and_dispatches(stage, case_no)
        return_is_refused(stage, lesson, case_no)
        parts = jointly_handled(stage, lesson, case_no)
        more_time_and_a_rest(stage, lesson, case_no)
        supervised(stage, lesson, case_no)
        parts_end(stage, lesson, parts)
        reworked_and_answered(stage, lesson, case_no)
        reopened_and_settled(stage, lesson, case_no, code)
        assessed(stage, lesson, case_no)
    except BaseException:
        stage.photograph()
        raise


def resident_reports(stage: Stage) -> tuple[str, str]:
    with stage.page(phone=True) as page:
        page.goto("/")
        page.fill("textarea[name=text]", "路面塌了一块，下面的水管在漏水。")
        page.fill("input[name=address]", "温泉路口")
        page.locator(".place .btn:has([href='#i-locate'])").click()
        page.wait_for_selector("input[name=place_source][value=GPS]", state="attached")
        page.click(".action-bar .btn-primary")
        page.wait_for_url(re.compile(r"/r/\w{8}/received$"))
        return re.sub(r"\W", "", page.inner_text(".receipt-code")), page.locator("dd.num").inner_text()


def desk_accepts_and_dispatches(stage: Stage, case_no: str) -> None:
    with stage.page(phone=False, user="county_intake_clerk") as page:
        page.goto(f"/desk/cases/{case_no}/act/accept")
        page.fill("#task_q", "060101")
        expect(page.locator("input[name=found_for]")).to_have_value("060101")
        expect(page.locator("input[name=task_code][value='060101']")).to_be_checked()
        page.check("input[name=weight][value=PROMINENT]", force=True)
        page.click("form.act button.btn-primary")
        page.wait_for_url(re.compile(rf"/desk/cases/{case_no}/$"))
    with stage.page(phone=False, user="county_dispatcher") as page:

        def fill() -> None:
            page.fill("#unit_q", "住房和城乡建设局")
            expect(page.locator("input[name=found_for]")).to_have_value("住房和城乡建设局")
            expect(page.locator(f"input[name=unit][value='{HOUSING}']")).to_be_checked()

        act(page, case_no, "dispatch", fill)


def return_is_refused(stage: Stage, lesson: Lesson, case_no: str) -> None:
    """The unit says it isn't its matter; the shift leader says it is. The clock ran on meanwhile."""
    with stage.page(phone=False, user=HOUSING_HANDLER) as page:
        open_at(page, "unit", case_no)
        act(page, case_no, "sign")
        told = Told(lesson, case_no)
        accepted_at, _ = told.last("accept")
        assert told.due and worked(accepted_at, told.due) == timedelta(hours=LIMIT_H)
        before = shown(page, case_no)
        assert before == to_the_minute(told.due)
        act(page, case_no, "request_return", lambda: words(page, "水管属于水务"))
        assert shown(page, case_no) == before
    lesson.it_is("2026-10-08 10:30")
    with stage.page(phone=False, user="shift_leader") as page:
        page.goto("/desk/arbitrate/")
        expect(page.locator("#case")).to_contain_text("水管属于水务")
        act(page, case_no, "refuse_return", lambda: words(page, "路面由你单位负责，水管可联合处置"))
        expect(page.locator("#case")).to_contain_text("退单不成立")
        assert shown(page, case_no) == before
    assert Told(lesson, case_no).due == told.due
    with stage.page(phone=False, user=HOUSING_HANDLER) as page:
        page.goto(f"/desk/cases/{case_no}/")
        page.locator(".why-closed > summary").click()
        expect(page.locator(".why-list")).not_to_contain_text("申请延期")


def jointly_handled(stage: Stage, lesson: Lesson, case_no: str) -> list[str]:
    """The lead unit brings in the water bureau: a part with its own number and clock."""
    with stage.page(phone=False, user=HOUSING_HANDLER) as page:

        def fill() -> None:
            page.check(f"input[name=units][value='{WATER}']", force=True)
            page.fill("input[name=limit_h]", "16")
            words(page, "请关闭阀门并修复水管")

        act(page, case_no, "start_joint_handling", fill)
        expect(page.locator("#case")).to_contain_text("协办件")
        return page.locator(".near-head .num").all_inner_texts()[:1]


def more_time_and_a_rest(stage: Stage, lesson: Lesson, case_no: str) -> None:
    """More time until Friday three weeks on; then a rest from a Friday to the Saturday that is worked."""
    lesson.it_is("2026-10-08 16:00")
    before = Told(lesson, case_no)
    with stage.page(phone=False, user=HOUSING_HANDLER) as page:

        def fill() -> None:
            page.fill("input[name=until]", "2026-10-30T18:00")
            words(page, "管道备件需要订货")

        act(page, case_no, "request_extension", fill)
    with stage.page(phone=False, user="shift_leader") as page:
        act(page, case_no, "approve_extension")
        assert shown(page, case_no) == "2026-10-30 18:00"
    extended = Told(lesson, case_no)
    _, granted = extended.last("approve_extension")
    assert before.due and extended.due
    assert worked(before.due, extended.due) == timedelta(minutes=granted["extra_min"])
    lesson.it_is("2026-10-09 09:00")
    with stage.page(phone=False, user=HOUSING_HANDLER) as page:

        def rest() -> None:
            page.check("input[name=reason][value=WORKS]", force=True)
            page.fill("input[name=until]", "2026-10-10")
            words(page, "等待上游停水施工")

        act(page, case_no, "request_suspension", rest)
    with stage.page(phone=False, user="centre_leader") as page:
        page.goto("/desk/approve/")
        expect(page.locator("#case")).to_contain_text("等待上游停水施工")
        act(page, case_no, "suspend")
        expect(page.locator(".chip[data-state=suspended]").first).to_be_visible()
        expect(page.locator(DUE)).to_have_count(0)  # it stands still, and the deadline moves along
    lesson.it_is("2026-10-10 10:00")
    with stage.page(phone=False, user=HOUSING_HANDLER) as page:
        if "resume" not in [action for action, _, _ in Told(lesson, case_no).steps]:  # the queue may have been quicker
            act(page, case_no, "resume")
        rested = Told(lesson, case_no)
        (suspended_at, _), (resumed_at, _) = rested.last("suspend"), rested.last("resume")
        stood_still = worked(suspended_at, resumed_at)
        # all of Friday and, for it is worked, an hour of Saturday; the minutes are the test's own
        assert timedelta(hours=8, minutes=45) < stood_still < timedelta(hours=9, minutes=15)
        assert rested.due and worked(extended.due, rested.due) == stood_still
        assert rested.due.astimezone(LOCAL).date().isoformat() in ("2026-11-02", "2026-11-03")
        assert shown(page, case_no) == to_the_minute(rested.due)


def supervised(stage: Stage, lesson: Lesson, case_no: str) -> None:
    with stage.page(phone=False, user="supervisor") as page:

        def fill() -> None:
            page.fill("input[name=until]", "2026-10-16T18:00")
            words(page, "居民多次来电，请一周内办结")

        act(page, case_no, "supervise", fill)
        expect(page.locator("#case")).to_contain_text(re.compile(r"DB3201152026\d{5}"))
        expect(page.locator("#case")).to_contain_text("尚未签收")
    lesson.it_is("2026-10-10 11:00")
    with stage.page(phone=False, user=HOUSING_HANDLER) as page:
        act(page, case_no, "acknowledge")
        act(page, case_no, "reply", lambda: words(page, "备件已到，周一进场"))
        expect(page.locator("#case")).to_contain_text("备件已到，周一进场")
    with stage.page(phone=False, user="supervisor") as page:
        act(page, case_no, "release", lambda: words(page, "安排妥当"))


def parts_end(stage: Stage, lesson: Lesson, parts: list[str]) -> None:
    """The part is another department's: whoever leads the case may not do it for them."""
    lesson.it_is("2026-10-12 10:00")
    assert len(parts) == 1
    for part in parts:
        assert Told(lesson, part).unit == WATER
        with stage.page(phone=False, user=HOUSING_HANDLER) as page:
            refused = page.goto(f"/desk/cases/{part}/act/sign")
            assert refused and (
                refused.status in (403, 404) or page.locator("form.act button.btn-primary").count() == 0
            )
        with stage.page(phone=False, user=WATER_HANDLER) as page:
            act(page, part, "sign")
            act(page, part, "submit_result", lambda: words(page, "阀门已关，水管已修复"))
        with stage.page(phone=False, user="grid_worker_tangshan") as page:
            act(page, part, "verify")
            expect(page.locator(".chip[data-state=closed]").first).to_be_visible()


def reworked_and_answered(stage: Stage, lesson: Lesson, case_no: str) -> None:
    """The check on the spot isn't content at first."""
    lesson.it_is("2026-10-13 15:00")
    for found, action in (("边缘还在下沉", "rework"), ("已平整", "verify")):
        with stage.page(phone=False, user=HOUSING_HANDLER) as page:
            act(page, case_no, "submit_result", lambda: words(page, "路面已修复"))
        with stage.page(phone=False, user="grid_worker_tangshan") as page:
            act(page, case_no, action, lambda found=found: words(page, found))
    with stage.page(phone=False, user="county_intake_clerk") as page:
        open_at(page, "feedback", case_no)
        lead(page)


def reopened_and_settled(stage: Stage, lesson: Lesson, case_no: str, code: str) -> None:
    """A week later it sinks again: same number, a fresh clock."""
    lesson.it_is("2026-10-20 09:00")
    with stage.page(phone=True) as page:
        page.goto(f"/r/{code}")
        page.click("#reopen > summary")
        page.fill("#reopen-note", "又塌了一点")
        page.click("#reopen .btn-primary")
        expect(page.locator('.chip[data-state="in_progress"]').first).to_be_visible()
    with stage.page(phone=False, user=HOUSING_HANDLER) as page:
        act(page, case_no, "submit_result", lambda: words(page, "已重新夯实"))
    with stage.page(phone=False, user="grid_worker_tangshan") as page:
        act(page, case_no, "verify")
    with stage.page(phone=False, user="county_intake_clerk") as page:
        open_at(page, "feedback", case_no)
        lead(page)
        told = history(page, case_no)
    for happened in ("退单不成立", "开始联合处置", "同意延期", "挂起", "恢复", "督办", "解除督办", "一个协办件已结束"):
        assert any(happened in line for line in told), (happened, told)
    with stage.page(phone=True) as page:
        page.goto(f"/r/{code}")
        page.locator(".rating .choice").first.click()
        page.check("#rate-solved input[value=yes]", force=True)
        page.click("#rate .btn-primary")
        expect(page.locator('.chip[data-state="evaluated"]').first).to_be_visible()


#: (index, its name) → above and below the line, for the lead unit and for the one that did its part.
FIGURES: dict[str, tuple[tuple[int, int], tuple[int, int] | None]] = {
    "退单合理率": ((0, 1), (1, 1)),  # its only dispatch came with a return that was refused
    "延期率": ((1, 1), (0, 1)),
    "返工率": ((1, 1), (0, 1)),
    "重新办理率": ((1, 1), (0, 1)),
    "督办按期办结率": ((1, 1), None),  # the order was the lead unit's; the other had none
}


def assessed(stage: Stage, lesson: Lesson, case_no: str) -> None:
    """In November the month is read, the case found behind its figures, the period closed and counted again."""
    lesson.it_is("2026-11-03 10:00")
    if lesson.instance.environment:
        lesson.instance.dev("manage", "assessment", "--count")
    with stage.page(phone=False, user="centre_leader") as page:
        page.goto("/desk/assessment/?month=2026-10")
        for name, count in (("办结数", "1"), ("核查退回数", "1"), ("退单成立数", "0")):
            expect(page.locator(".figure-link", has_text=name).first.locator(".figure-number")).to_have_text(count)
        _units_are_assessed(page)
        page.goto("/desk/assessment/index/reopen_rate?month=2026-10")
        expect(page.locator("main")).to_contain_text("30")  # re-opened within thirty days, as the formula says
        page.goto("/desk/assessment/closed")
        page.click("form button.btn-primary")
        page.wait_for_url(re.compile(r"/desk/assessment/closed/\d+"))
        page.click("a[href='?replay=1']")
        expect(page.locator("main .notice[role=status]")).to_contain_text("没有差异")
        _units_are_assessed(page)  # from the closed period now


def _units_are_assessed(page: Page) -> None:
    """The figures of both units, on the page and in the file; of one case no rate is made."""
    text = page.request.get("/desk/assessment/figures.csv?month=2026-10").text()
    filed = {(row["编码"], row["指标"]): row for row in csv.DictReader(text.lstrip("\ufeff").splitlines())}
    for place, unit in enumerate((HOUSING, WATER)):
        page.goto(f"/desk/assessment/?month=2026-10&kind=UNIT&code={unit}")
        for name, of_units in FIGURES.items():
            figure, row = of_units[place], page.locator("table.figure-table tbody tr", has_text=name).first
            line = filed.get((unit, name))
            if figure is None:
                assert line is None or line["分母"] == "0"
                continue
            above, below = figure
            expect(row.locator("td").nth(2)).to_have_text(f"{above} / {below}")
            expect(row.locator("td").first).to_contain_text(f"n={below}")
            assert line and (float(line["分子"]), line["分母"]) == (above, str(below)), (unit, name, line)
