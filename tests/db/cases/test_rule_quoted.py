"""A worker who takes on what has left the list is told the rule."""

from __future__ import annotations

import pytest

from tests import town
from tests.db.cases.test_in_the_grid import taken_on
from wangge.catalogue.models import TaskItem
from wangge.catalogue.queries import NotAdmitted, forget
from wangge.foundation.errors import Problem

pytestmark = pytest.mark.django_db


def test_what_has_left_the_list_is_refused_with_the_rule_quoted() -> None:
    TaskItem.objects.filter(code=town.GRID_TASK).update(valid_to=town.AT.date())
    forget()
    try:
        with pytest.raises(Problem) as caught:
            taken_on(town.actor("grid_worker"))
    finally:
        forget()
    assert isinstance(caught.value, NotAdmitted), caught.value
