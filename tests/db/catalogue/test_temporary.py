"""Urgent items outside the list: consent, a term, an end by itself, and what the guard says meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tests import town
from tests.db.catalogue.applying import TODAY, approver, lead, reviewer
from wangge.catalogue import operations as catalogue
from wangge.catalogue import queries
from wangge.catalogue.models import TaskItem, TemporaryItem
from wangge.catalogue.operations import TemporaryAsked
from wangge.catalogue.rules.admission import BadTerm, NoteMissing, OwnApplication
from wangge.catalogue.types import Basis, TemporaryState
from wangge.foundation.access import Actor, ActorKind
from wangge.foundation.errors import NotAllowed

pytestmark = pytest.mark.django_db
ASKED = TemporaryAsked(
    category="09",
    name_zh="清雪除冰巡查",
    why="气象台发布暴雪预警",
    minutes_per_month=200,
    limit_min=120,
    closing_condition_zh="路面无积雪",
    valid_from=TODAY + timedelta(days=1),
    valid_to=TODAY + timedelta(days=8),
)


@pytest.fixture(autouse=True)
def _list_read_anew() -> Iterator[None]:
    queries.forget()
    yield
    queries.forget()


def asked(**more: object) -> TemporaryItem:
    said = replace(ASKED, **more)  # type: ignore[arg-type]
    return catalogue.ask_temporary_item(unit=town.DEPARTMENT, asked=said, actor=lead(), at=town.AT)


def consented(**more: object) -> TemporaryItem:
    item = asked(**more)
    return catalogue.consent_to_temporary_item(item_id=item.pk, reason="紧急", actor=approver(), at=town.AT)


def is_admitted(code: str, day: int) -> bool:
    try:
        return queries.require_admitted(code, at=town.later(days=day)).basis is Basis.TEMPORARY
    except queries.NotAdmitted:
        return False


def test_it_is_asked_of_grids_within_its_term_and_then_ends_by_itself() -> None:
    item = consented()
    assert item.task_code == "099901"
    assert [is_admitted(item.task_code, day) for day in (0, 1, 7, 8)] == [False, True, True, False]
    entry = next(one for one in queries.task_entries(town.later(days=1)) if one.code == item.task_code)
    assert (entry.is_temporary, entry.valid_to, entry.category_code) == (True, ASKED.valid_to, "09")
    assert queries.grid_load(ASKED.valid_from, county=town.COUNTY).lines[-1].minutes == 200


def test_without_consent_nothing_is_asked_of_grids() -> None:
    item = asked()
    assert item.task_code == ""
    assert not TaskItem.objects.filter(is_temporary=True).exists()
    refused = catalogue.refuse_temporary_item(item_id=item.pk, reason="不紧急", actor=approver(), at=town.AT)
    assert refused.state == TemporaryState.REFUSED
    with pytest.raises(catalogue.AlreadyDecided):
        catalogue.consent_to_temporary_item(item_id=item.pk, reason="紧急", actor=approver(), at=town.AT)


def test_a_late_consent_begins_today_and_too_late_a_one_not_at_all() -> None:
    item = asked()
    late = town.later(days=4)
    done = catalogue.consent_to_temporary_item(item_id=item.pk, reason="紧急", actor=approver(), at=late)
    assert done.valid_from == TODAY + timedelta(days=4)
    other = asked()
    with pytest.raises(catalogue.AlreadyDecided):
        catalogue.consent_to_temporary_item(item_id=other.pk, reason="迟", actor=approver(), at=town.later(days=8))


def test_it_can_be_stopped_before_its_end() -> None:
    item = consented(valid_from=TODAY)
    assert is_admitted(item.task_code, 2)
    at = town.later(days=2)
    catalogue.stop_temporary_item(item_id=item.pk, reason="预警解除", actor=approver(), at=at)
    assert [is_admitted(item.task_code, day) for day in (1, 2, 3)] == [True, False, False]
    with pytest.raises(catalogue.AlreadyDecided):
        catalogue.stop_temporary_item(item_id=item.pk, reason="再", actor=approver(), at=at)


def test_a_term_is_stated_and_short() -> None:
    for days in (0, 31):
        with pytest.raises(BadTerm):
            asked(valid_to=ASKED.valid_from + timedelta(days=days))
    with pytest.raises(BadTerm):
        asked(valid_from=TODAY - timedelta(days=1))


def test_consent_needs_the_right_a_reason_and_another_person() -> None:
    item = asked()
    for actor in (lead(), reviewer()):
        with pytest.raises(NotAllowed):
            catalogue.consent_to_temporary_item(item_id=item.pk, reason="紧急", actor=actor, at=town.AT)
    with pytest.raises(NoteMissing):
        catalogue.consent_to_temporary_item(item_id=item.pk, reason=" ", actor=approver(), at=town.AT)
    both = Actor(ActorKind.STAFF, user_id=town.user_id("unit_lead"), grants=(*lead().grants, *approver().grants))
    with pytest.raises(OwnApplication):
        catalogue.consent_to_temporary_item(item_id=item.pk, reason="紧急", actor=both, at=town.AT)


def test_nothing_about_people_comes_in_by_this_door() -> None:
    with pytest.raises(catalogue.ForbiddenField):
        asked(name_zh="重点人员排查")


def test_codes_of_temporary_items_are_never_given_twice() -> None:
    assert [consented().task_code, consented().task_code] == ["099901", "099902"]


def test_the_database_wants_an_end() -> None:
    item = consented()
    with pytest.raises(IntegrityError, match="temporary_item_has_an_end"), transaction.atomic():
        TaskItem.objects.filter(code=item.task_code).update(valid_to=None)
