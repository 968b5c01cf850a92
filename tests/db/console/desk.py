"""The desk as a browser drives it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests import town
from wangge.accounts.models import User
from wangge.cases import operations as cases
from wangge.cases.models import Case
from wangge.foundation import clock

HTMX = {"HX-Request": "true"}


def at_desk(name: str) -> Client:
    """A browser in which this account is signed in."""
    client = Client()
    client.force_login(User.objects.get(username=name), backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def act(client: Client, case_no: str, action: str, *, at: str = "", **said: Any) -> HttpResponse:
    """Take an action as the page does: by htmx, with an operation id."""
    data = {"operation_id": str(uuid4()), "at": at, **said}
    url = reverse("console:act", args=[case_no, action])
    return client.post(url, data, headers=HTMX)  # type: ignore[return-value]


def reported(text: str = "路灯不亮，晚上很黑", **more: Any) -> str:
    """The number of a report that came in just now."""
    return town.report(text, at=clock.now(), **more).case_no


def accepted(task: str = town.TOWN_TASK, **more: Any) -> str:
    """A case the county's clerk has accepted."""
    number = reported(**more)
    clerk = town.actor("county_intake_clerk")
    cases.accept(case_no=number, task_code=task, actor=clerk, at=clock.now())
    return number


def dispatched(unit: str = town.DEPARTMENT, **more: Any) -> str:
    """A case sent to a unit."""
    number = accepted(**more)
    cases.dispatch(case_no=number, unit=unit, actor=town.actor("county_dispatcher"), at=clock.now())
    return number


def disposed(**more: Any) -> str:
    """A case whose unit has submitted its result."""
    number, handler = dispatched(**more), town.actor("unit_handler")
    cases.sign(case_no=number, actor=handler, at=clock.now())
    cases.submit_result(case_no=number, note="已换灯泡", actor=handler, at=clock.now())
    return number


def verified(**more: Any) -> str:
    """A case whose result was found good on the spot."""
    number = disposed(**more)
    cases.verify(case_no=number, actor=town.actor("grid_worker"), at=clock.now())
    return number


def state_of(case_no: str) -> str:
    """Where the case stands."""
    return Case.objects.values_list("state", flat=True).get(case_no=case_no)


def steps_of(case_no: str) -> list[str]:
    """What has happened to it."""
    return list(Case.objects.get(case_no=case_no).steps.order_by("seq").values_list("action", flat=True))
