from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import pytest

from wangge.cases.rules.suggestions import TaskWords, matching_words, suggest_tasks, suggestions_for

DATA = Path(__file__).resolve().parents[3] / "data/catalogue"
#: How often the right task must be among the three proposed for the made-up reports, and first.
AMONG_THREE, FIRST = 0.95, 0.9


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def shipped_tasks() -> list[TaskWords]:
    words: dict[str, list[str]] = defaultdict(list)
    for row in rows(DATA / "keywords.csv"):
        words[row["task_code"]] += row["words"].split(";")
    return [TaskWords(row["code"], tuple(words[row["code"]])) for row in rows(DATA / "task_list.csv")]


TASKS = shipped_tasks()
REPORTS = rows(Path(__file__).with_name("reports.csv"))


def test_every_task_has_a_handful_of_words_in_each_language() -> None:
    keywords = rows(DATA / "keywords.csv")
    codes = {task.code for task in TASKS}
    assert len(codes) == 82
    assert {(row["task_code"], row["lang"]) for row in keywords} == {(c, lang) for c in codes for lang in ("zh", "en")}
    for row in keywords:
        words = row["words"].split(";")
        assert 4 <= len(words) == len(set(words)) <= 12, row
        assert all(word == word.strip() and 0 < len(word) <= 40 for word in words), row


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_right_task_is_among_the_three_proposed(language: str) -> None:
    reports = [report for report in REPORTS if report["lang"] == language]
    ranks = []
    for report in reports:
        proposed = [task.code for task, _, _ in suggest_tasks(report["text"], TASKS)]
        ranks.append(proposed.index(report["task_code"]) if report["task_code"] in proposed else None)
    assert sum(rank is not None for rank in ranks) / len(reports) >= AMONG_THREE
    assert sum(rank == 0 for rank in ranks) / len(reports) >= FIRST


def test_the_words_that_were_found_are_shown() -> None:
    task, words, _ = suggest_tasks("路中间的井盖不见了", TASKS)[0]
    assert (task.code, words) == ("060102", ("井盖",))


def test_a_word_inside_a_longer_one_counts_once() -> None:
    assert matching_words("路灯不亮", ["路灯", "路灯不亮", "灯不亮"]) == ("路灯不亮",)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a broken bench", ("bench",)),
        ("two BENCHES broken", ("bench",)),
        ("street", ()),  # no tree in it
        ("workbench", ()),
        ("灯bench坏", ("bench",)),
    ],
)
def test_latin_words_stand_alone(text: str, found: tuple[str, ...]) -> None:
    assert matching_words(text, ["bench", "tree"]) == found


def test_what_is_said_first_says_more() -> None:
    late = "昨天路过看到" + "很多人在那里说话" * 6
    first, second = suggest_tasks(f"井盖坏了。{late}路灯也坏了", TASKS)[:2]
    assert (first[0].code, second[0].code) == ("060102", "060201")


def test_no_words_no_proposal() -> None:
    assert suggest_tasks("", TASKS) == suggest_tasks("你好", TASKS) == ()


# --- with units ------------------------------------------------------------------------------------


def unit_of(code: str) -> tuple[str | None, dict[str, object]]:
    return f"unit-of-{code}", {"rule": "routing", "order": 1}


def test_what_the_reporter_chose_comes_first_and_only_once() -> None:
    proposed = suggestions_for("井盖不见了", TASKS, unit_of, chosen="060102")
    assert [one.task_code for one in proposed] == ["060102"]
    assert proposed[0].unit_code == "unit-of-060102"
    assert proposed[0].reasons == ({"rule": "reporter_chose"}, {"rule": "routing", "order": 1})
    other = suggestions_for("井盖不见了", TASKS, unit_of, chosen="060201")
    assert [one.task_code for one in other] == ["060201", "060102"]
    unknown = suggestions_for("井盖不见了", TASKS, unit_of, chosen="999999")
    assert [one.task_code for one in unknown] == ["060102"]
