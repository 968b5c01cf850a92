"""Every route and API operation, as every role, compared with the reviewed matrix (default deny)."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests import town
from tests.db.access.visiting import ANONYMOUS, api_visits, outcomes, page_visits, read, visitors, write
from tests.db.cases.flow import in_state
from tests.db.catalogue.applying import sent, temporary_item
from wangge.accounts.models import User
from wangge.cases.models import Case
from wangge.cases.types import State
from wangge.catalogue import operations as catalogue
from wangge.catalogue.models import ApplicationField
from wangge.foundation import clock
from wangge.grids.models import GridEdition
from wangge.notices.models import Notice
from wangge.notices.operations import add_target
from wangge.notices.operations.targets import NewTarget
from wangge.notices.rules.telling import KEPT_FOR
from wangge.workforce.models import Appointment

pytestmark = pytest.mark.django_db

#: Open to anybody by intent: the doors, what is public by law or nature, and health.
PUBLIC = (
    "healthz", "start", "tiles/", "tasks/", "r/", "find", "privacy", "size", "api/v1/session", "api/v1/media",
    "api/v1/reports", "api/v1/locate", "api/v1/tasks", "api/v1/divisions", "api/v1/collected-fields",
)  # fmt: skip


@pytest.fixture
def values() -> dict[str, str]:
    """What the placeholders stand for: a case in progress, an edition, an application just sent, a draft of routing."""
    case = Case.objects.get(case_no=in_state(State.IN_PROGRESS))
    edition = GridEdition.objects.get(state="EFFECTIVE")
    application = sent()
    leader = town.actor("shift_leader", at=clock.now())
    draft = catalogue.draft_routing(county=town.COUNTY, actor=leader, at=clock.now())
    return {
        "case_no": case.case_no,
        "query_code": case.query_code,
        "action": "sign",
        "edition_id": str(edition.pk),
        "code": town.GRID,
        "job_id": str(uuid4()),
        "number": "DB320115202600001",
        "media_id": str(uuid4()),
        "size": "small",
        "z": "12",
        "x": "3400",
        "y": "1650",
        "appointment_id": str(Appointment.objects.order_by("pk").values_list("pk", flat=True)[0]),
        "set_id": str(draft),
        "order": "1",
        "to": "2",
        "trial_id": str(catalogue.open_simulation(set_id=draft, actor=leader, at=clock.now())),
        "absence_id": "1",
        "index_code": "on_time_closure_rate",
        "exclusion_id": "1",
        "appeal_id": "1",
        "run_id": "1",
        "county": town.COUNTY,
        "application_id": str(application),
        "field_id": str(ApplicationField.objects.filter(application=application).values_list("pk", flat=True)[0]),
        "item_id": str(temporary_item()),
        "step": "TAKE_UP",
        "decision": "consent",
        "notice_id": str(_a_notice(case.case_no)),
        "target_id": str(_a_target()),
        "username": User.objects.get(pk=town.user_id("grid_worker")).username,
    }


def _a_notice(case_no: str) -> int:
    """One for the unit that has the case."""
    at = clock.now()
    said = {"kind": "SENT", "subject": case_no, "area": town.GRID, "unit": town.DEPARTMENT}
    return Notice.objects.create(event_id=1, made_at=at, show_at=at, expires_at=at + KEPT_FOR, **said).pk


def _a_target() -> int:
    new = NewTarget("数据平台", "https://example.org/", town.COUNTY)
    return add_target(target=new, actor=town.actor("system_administrator"), at=clock.now())[0]


def test_everybody_everywhere(values: dict[str, str], request: pytest.FixtureRequest) -> None:
    everybody = visitors(town.accounts())
    visited = {visit: outcomes(visit, values, everybody) for visit in [*page_visits(), *api_visits()]}
    found = {visit: row for visit, row in visited.items() if row is not None}
    if request.config.getoption("--write-matrix"):
        write(found)
    assert found == read()


def test_nobody_who_is_not_signed_in_gets_past_a_door_that_is_not_public() -> None:
    for visit, row in read().items():
        if visit.route and not visit.route.startswith(PUBLIC):
            assert row[ANONYMOUS] in {"sign-in", "hidden", "input"}, visit


def test_nothing_breaks() -> None:
    for visit, row in read().items():
        assert not {outcome for outcome in row.values() if outcome.startswith("5")}, visit
