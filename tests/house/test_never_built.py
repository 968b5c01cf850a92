"""What is never built isn't there: not in a table, not in the API, not in what a task collects."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps

from tests.house.source import ROOT
from wangge.foundation.never_built import NEVER_BUILT, why_not
from wangge.project.api import api

#: Names that look alike and mean something else. A new one needs a reason a stranger understands.
MEANT_OTHERWISE = {
    "cases.CaseSuggestion.rank": "the order of proposed tasks",
    "cases.CaseSuggestion.score": "how many words of a report point to a task",
    "cases.LikelyDuplicate.score": "how alike two reports are",
    "SuggestionOut.score": "how many words of a report point to a task",
    "LikelyDuplicateOut.score": "how alike two reports are",
}


def fields_of_tables() -> Iterator[tuple[str, str]]:
    for model in apps.get_models(include_auto_created=True):
        if not model.__module__.startswith("wangge."):
            continue
        for field in model._meta.get_fields(include_hidden=True):
            names = {field.name, str(getattr(field, "column", "") or ""), str(getattr(field, "verbose_name", ""))}
            for name in names:
                yield f"{model._meta.label}.{field.name}", name


def fields_of_the_api() -> Iterator[tuple[str, str]]:
    schema: dict[str, Any] = api.get_openapi_schema()
    for name, body in schema.get("components", {}).get("schemas", {}).items():
        for field, about in body.get("properties", {}).items():
            yield f"{name}.{field}", field
            yield f"{name}.{field}", str(about.get("title", ""))
    for path, verbs in schema["paths"].items():
        for operation in verbs.values():
            for parameter in operation.get("parameters", []):
                yield f"{path} {parameter['name']}", parameter["name"]


def collected() -> Iterator[tuple[str, str]]:
    with (ROOT / "data/catalogue/task_list.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            for field in row["collects"].split(";"):
                yield f"{row['code']} {field}", field


@pytest.mark.parametrize("source", [fields_of_tables, fields_of_the_api, collected], ids=lambda one: one.__name__)
def test_nothing_of_it_is_there(source: Any) -> None:
    named = list(source())
    assert len(named) > 50
    found = {place: kind.key for place, name in named if (kind := why_not(name)) and place not in MEANT_OTHERWISE}
    assert not found


def test_no_exception_outlives_its_field() -> None:
    places = {place for source in (fields_of_tables, fields_of_the_api) for place, _ in source()}
    assert set(MEANT_OTHERWISE) <= places


def test_no_table_is_about_people() -> None:
    """Accounts sign in and contacts live inside a case; there is no other table of people."""
    about = {"Person", "People", "Resident", "Citizen", "Household", "Family", "Migrant", "Petitioner", "Suspect"}
    for model in apps.get_models(include_auto_created=True):
        if model.__module__.startswith("wangge."):
            assert not [word for word in about if word in model.__name__], model


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("zzmm", "politics_and_belief"),
        ("political_status", "politics_and_belief"),
        ("reporterReligion", "politics_and_belief"),
        ("政治面貌", "politics_and_belief"),
        ("worker_score", "score_of_people"),
        ("workerScores", "score_of_people"),
        ("月度积分", "score_of_people"),
        ("id_card_no", "identity_number"),
        ("ID_CARD", "identity_number"),
        ("sfzh", "identity_number"),
        ("身份证号码", "identity_number"),
        ("idcardno", "identity_number"),
        ("personscore", "score_of_people"),
        ("trackpoints", "tracks"),
        ("facefeature", "recognition"),
        ("citizenPoints", "score_of_people"),
        ("户口所在地", "person_register"),
        ("重点关注人员", "key_people"),
        ("党派", "politics_and_belief"),
        ("isKeyPerson", "key_people"),
        ("刑满释放人员数", "key_people"),
        ("resident_register", "person_register"),
        ("实有人口", "person_register"),
        ("online_time_min", "attendance"),
        ("onlineTime", "attendance"),
        ("签到时间", "attendance"),
        ("monthlyQuota", "quota"),
        ("plan_num", "quota"),
        ("worker_rank", "ranking"),
        ("person_tags", "tags_on_people"),
        ("face_id", "recognition"),
        ("IMEI", "recognition"),
        ("gps_track", "tracks"),
        ("巡查里程", "tracks"),
        ("petitioner_name", "stability"),
        ("维稳等级", "stability"),
        ("thumbs_down", "opinion_and_exposure"),
        ("marital_status", "health_and_family"),
    ],
)
def test_such_names_are_refused_with_the_reason(name: str, key: str) -> None:
    kind = why_not(name)
    assert kind is not None
    assert kind.key == key
    assert kind.why.endswith(".")


@pytest.mark.parametrize(
    "name",
    [
        "surface", "stage", "percentage", "headcount_total", "people_served_total", "workers_count", "case_no",
        "operation", "unified_social_credit_code", "address", "last_seen_time", "personal_data_level",
        "is_synthetic", "ranked_at",
        "标题", "位置", "处置人", "联系电话", "事项",
    ],
)  # fmt: skip
def test_harmless_names_are_left_alone(name: str) -> None:
    assert why_not(name) is None


def test_the_page_speaks_of_every_kind_in_the_same_order() -> None:
    page = (ROOT / "docs/never-built.md").read_text(encoding="utf-8")
    places = [page.find(f"| `{kind.key}` |") for kind in NEVER_BUILT]
    assert -1 not in places
    assert places == sorted(places)
    assert len({kind.key for kind in NEVER_BUILT}) == len(NEVER_BUILT)
